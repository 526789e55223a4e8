"""What several files of these tests begin with: the catalogue of both provinces, a building."""

import pytest
from sqlalchemy.orm import Session

from tests.catalogue_files import install_catalogue
from tests.conftest import NOW
from tests.databases import Furnish
from tests.services.building import Building, make_building


@pytest.fixture
def furnish(request: pytest.FixtureRequest, furnish: Furnish | None) -> Furnish | None:
    return shipped_catalogue if "catalogue" in request.fixturenames else furnish


def shipped_catalogue(session: Session) -> None:
    install_catalogue(session, at=NOW)


@pytest.fixture
def catalogue(session: Session) -> Session:
    """A session on a database with both provinces and all shipped procedures."""
    return session


@pytest.fixture
def building(session: Session) -> Building:
    return make_building(session)
