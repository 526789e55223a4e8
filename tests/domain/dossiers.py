"""Invented histories for tests of the fold: agencies are numbers, the route is the birth bundle."""

from datetime import UTC, date, datetime, timedelta

from onestop.domain.events import (
    TOTAL,
    Channel,
    Delivery,
    DossierReceived,
    Event,
    Ground,
    Offer,
    PaperTick,
    PersonalRef,
    PlannedStep,
    PromiseLine,
    Recorded,
)
from onestop.domain.rights import Role
from onestop.domain.routes import StepKind

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
CENTRE, JUSTICE, POLICE, INSURANCE = 1, 2, 3, 4
CLERK, OFFICER = 71, 72


def step(key: str, kind: StepKind, agency: int, *after: str, **changes: object) -> PlannedStep:
    values: dict = {
        "key": key,
        "name": key,
        "name_en": key,
        "kind": kind,
        "agency": agency,
        "role": Role.OFFICER,
        "allotment": "1 working_days",
        "after": after,
        "optional": False,
        "phase": 1,
        "leg": 1,
    }
    return PlannedStep(**(values | changes))


BUNDLE = (
    step("receive", StepKind.RECEIVE, CENTRE, role=Role.CLERK, allotment=None),
    step("birth", StepKind.WORK, JUSTICE, "receive", leg=2),
    step("residence", StepKind.WORK, POLICE, "birth", leg=3),
    step("card", StepKind.WORK, INSURANCE, "birth", leg=4),
    step("check", StepKind.REVIEW, JUSTICE, "residence", "card", leg=5),
    step("return", StepKind.RETURN, CENTRE, "check", role=Role.CLERK, allotment=None, leg=6),
)


def offer(key: str, agency: int, attempt: int = 1, *, days: int = 1) -> Offer:
    due = START + timedelta(days=days)
    return Offer(key, attempt, agency, due, due + timedelta(hours=9), "vn@1")


def received(*steps: PlannedStep, **changes: object) -> DossierReceived:
    due = START + timedelta(days=3)
    values: dict = {
        "code": "H91.51.01-260302-0001",
        "number_day": date(2026, 3, 2),
        "number": 1,
        "procedure": "3.000722",
        "edition": "2026",
        "edition_id": 5,
        "audience": "public",
        "law_edition": "2025",
        "form_edition": "2025",
        "filing_agency": CENTRE,
        "receiving_agency": CENTRE,
        "competent_agency": JUSTICE,
        "desk": None,
        "channel": Channel.DIRECT,
        "applicant_kind": "citizen",
        "persons": (PersonalRef("a1", "applicant.name", "00"),),
        "papers": (PaperTick("declaration", "original", 1),),
        "fee": 8000,
        "fee_paid": True,
        "delivery": Delivery.DESK,
        "copies": 1,
        "book_year": 2026,
        "book": 1,
        "book_number": 1,
        "limit": "3 working_days",
        "calendars": ("vn@1",),
        "steps": steps or BUNDLE,
        "done": ("receive",),
        "promises": (PromiseLine(TOTAL, CENTRE, Ground.FIRST, due, due + timedelta(hours=9)),),
        "offers": (offer("birth", JUSTICE),),
    }
    return DossierReceived(**(values | changes))


def history(*events: Event, every: timedelta = timedelta(hours=1)) -> list[Recorded]:
    """Events one after the other: the clerk's reception, then the officer's work."""
    return [
        Recorded(
            n, event, CLERK if n == 1 else OFFICER, START + every * (n - 1), START + every * (n - 1)
        )
        for n, event in enumerate(events, start=1)
    ]
