"""The building of the tests of originals and piles."""

import pytest
from sqlalchemy.orm import Session

from tests.services.building import Building, make_building


@pytest.fixture
def building(session: Session) -> Building:
    return make_building(session)
