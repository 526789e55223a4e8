"""`onestop document` writes what was issued, or makes the paper from the tables."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from sqlalchemy import select, update

from config import Config
from onestop.cli import make_group
from onestop.db import Database
from onestop.domain.rights import Role
from onestop.models.accounts import User
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier
from onestop.services.papers import issue_document
from tests.conftest import NOW
from tests.factories import DESK, make_province, make_staff, receive


@pytest.fixture
def code(settings: Config, keyring) -> str:
    with Database(settings.database_url, keyring=keyring) as database, database.write() as session:
        province = make_province(session)
        clerk = make_staff(session, Role.CLERK, province[DESK])
        return receive(session, clerk).code


def run(settings: Config, *words: str):
    return CliRunner().invoke(make_group(), ["document", *words], obj=settings)


def issue(settings: Config, keyring) -> None:
    with Database(settings.database_url, keyring=keyring) as database, database.write() as session:
        dossier = session.scalars(select(Dossier)).one()
        issue_document(
            session,
            kind="receipt",
            dossier_id=dossier.id,
            agency_id=dossier.receiving_agency_id,
            content=b"%PDF",
            form_edition="2025",
            actor=dossier.received_by,
            at=NOW,
        )


@pytest.mark.parametrize("kind", ["receipt", "control_slip"])
def test_a_paper_that_was_never_issued_is_made_now(settings, code, kind, tmp_path: Path):
    out = tmp_path / "paper.pdf"
    result = run(settings, kind, code, "--out", str(out))

    assert result.exit_code == 0, result.output
    assert "not issued" in result.output
    text = "".join(page.extract_text() for page in PdfReader(out).pages)
    assert code in text.replace(" ", "")


def test_a_paper_of_invented_people_says_so(settings, code, keyring, tmp_path: Path):
    out = tmp_path / "paper.pdf"
    with Database(settings.database_url, keyring=keyring) as database, database.write() as session:
        session.execute(update(User).values(demo=True))

    run(settings, "control_slip", code, "--out", str(out))

    assert "MINH HỌA" in PdfReader(out).pages[0].extract_text()


def test_a_void_paper_is_given_out_as_issued_and_called_void(
    settings, code, keyring, tmp_path: Path
):
    out = tmp_path / "paper.pdf"
    issue(settings, keyring)
    sound = run(settings, "receipt", code, "--out", str(out))
    with Database(settings.database_url, keyring=keyring) as database, database.write() as session:
        session.execute(update(IssuedDocument).values(voided_at=NOW))
    void = run(settings, "receipt", code, "--out", str(out))

    assert out.read_bytes() == b"%PDF"
    assert "VOID" not in sound.output
    assert "as issued, VOID" in void.output


def test_an_erased_paper_is_said_to_be_erased_and_not_made_anew(
    settings, code, keyring, tmp_path: Path
):
    out = tmp_path / "paper.pdf"
    issue(settings, keyring)
    with Database(settings.database_url, keyring=keyring) as database, database.write() as session:
        session.execute(update(IssuedDocument).values(content=None))

    erased = run(settings, "receipt", code, "--out", str(out))

    assert erased.exit_code == 1
    assert "has been erased" in erased.output
    assert not out.exists()


def test_an_unknown_code_and_an_unissued_slip_are_said_in_words(settings, code, tmp_path: Path):
    out = str(tmp_path / "paper.pdf")
    unknown = run(settings, "receipt", "H91.51.01-260302-0999", "--out", out)
    unissued = run(settings, "supplement_request", code, "--out", out)

    assert (unknown.exit_code, unissued.exit_code) == (1, 1)
    assert "No dossier has the code" in unknown.output
    assert "has been issued" in unissued.output
