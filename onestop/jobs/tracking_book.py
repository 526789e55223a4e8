"""The job that makes a tracking book: thousands of lines, read and written as they come."""

import hashlib
from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from onestop.background import Outcome, Task, written
from onestop.documents.excel import write_excel
from onestop.documents.tracking_book import render_tracking_book
from onestop.documents.tracking_book_sheet import book_sheet
from onestop.domain.jobs import JobNotAllowed
from onestop.domain.office_time import office_date
from onestop.inputs.form_editions import form_editions
from onestop.queries.accounts import holds_demo_accounts
from onestop.queries.jobs import asker
from onestop.queries.paper_rows import Printing
from onestop.queries.tracking_book import (
    BookHead,
    BookPeriod,
    BookRow,
    book_head,
    book_rows,
    may_see_book,
)
from onestop.services import jobs
from onestop.services.tracking_books import note_printed_book

KIND = "tracking_book"
EXCEL = "xlsx"


def make_tracking_book(task: Task) -> Outcome | None:
    """Leave the book as PDF or Excel; the same whenever it is begun anew, but for its time.

    A book of a closed year is noted as printed in the transaction that ends the job.

    Raises JobNotAllowed when the book is no longer within reach of whoever asked.
    Source: docs/rules.md, rules R16, R26.
    """
    asked, now = task.arguments, task.now()
    period = BookPeriod(
        agency_id=asked["agency"],
        year=asked["year"],
        first=date.fromisoformat(asked["first"]),
        last=date.fromisoformat(asked["last"]),
    )
    with task.database.read() as session:
        person = asker(session, task.asked_by, now=now)
        if not may_see_book(session, person.actor, period.agency_id):
            raise JobNotAllowed
        sample = holds_demo_accounts(session)
        printing = Printing(at=now, forms=form_editions(), base_url="", is_sample=sample)
        head = book_head(session, period, printing)
        replaced = _write(task, session, head)
    name, outcome = f"{asked['name']}.{asked['form']}", {"rows": head.count}
    if asked["form"] == EXCEL or not period.is_issued(office_date(now)):
        return Outcome(outcome, name)
    with task.database.write() as session, task.file.open("rb") as content:
        note_printed_book(
            session,
            agency_id=period.agency_id,
            year=period.year,
            form_edition=head.edition,
            sha256=hashlib.file_digest(content, "sha256").hexdigest(),
            replaced=replaced,
            by=task.asked_by,
            at=now,
        )
        jobs.finish(session, task.id, outcome=outcome, at=task.now(), file_name=name)
    return None


def _write(task: Task, session: Session, head: BookHead) -> int:
    """Write the file; return how many characters became "?"."""
    rows = _told(task, book_rows(session, head.period), head.count)
    with written(task.file) as file:
        if task.arguments["form"] == EXCEL:
            write_excel(file, book_sheet(head, rows), folder=task.file.parent)
            return 0
        made = render_tracking_book(head, rows)
        file.write(made.pdf)
    return made.replaced


def _told(task: Task, rows: Iterator[BookRow], total: int) -> Iterator[BookRow]:
    for done, row in enumerate(rows):
        task.tell(done, total)
        yield row
