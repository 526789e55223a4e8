"""Papers of tests are printed in the packaged typeface, whatever this machine has."""

import pytest

from onestop.documents.fonts import FormFonts, register_fonts


@pytest.fixture(scope="session", autouse=True)
def packaged_face() -> FormFonts:
    return register_fonts("spectral")
