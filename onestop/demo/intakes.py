"""What invented people hand in at the counter, per procedure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from onestop.demo.habits import (
    ALLOWANCE,
    BIRTH,
    BUNDLE,
    BUSINESS,
    CONSTRUCTION,
    COPIES,
    DEATH,
    HABITS,
    LAND,
    MARITAL,
    MARRIAGE,
    ON_THE_SPOT,
    REGISTER_COPY,
)
from onestop.demo.names import FEMALE
from onestop.demo.notes import INTAKE_NOTES
from onestop.demo.people import COMMUNES, InventedPerson, People
from onestop.domain.events import Channel, Delivery
from onestop.domain.procedures import PaperKind, ProcedureSpec, fee_of

AGES: Final = {
    COPIES: (17, 68),
    MARITAL: (20, 44),
    BUSINESS: (23, 60),
    CONSTRUCTION: (28, 66),
    MARRIAGE: (20, 39),
    DEATH: (24, 66),
    REGISTER_COPY: (17, 60),
    ALLOWANCE: (52, 94),
}
LANDOWNERS: Final = (30, 78)
PARENTS: Final = (19, 42)
BY_ANOTHER: Final = {ALLOWANCE: 0.4, MARRIAGE: 0.0, DEATH: 0.0} | dict.fromkeys(LAND, 0.22)
"""How many send somebody else; 0.08 of the others. Those who marry must both be there."""


@dataclass(frozen=True, slots=True)
class InventedTick:
    """A paper on the counter."""

    code: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class InventedIntake:
    """A dossier as it would be typed; the same fields as `inputs.reception.Intake`."""

    procedure: str
    applicant: InventedPerson
    submitter: InventedPerson | None
    papers: tuple[InventedTick, ...]
    channel: Channel
    delivery: Delivery
    fee_paid: bool
    note: str = ""
    answers: Mapping[str, int] = field(default_factory=dict)
    copies: int = 1
    filing_agency: int | None = None
    competent_agency: int | None = None
    desk: int | None = None
    on_the_spot: bool = False
    visit: str = ""


def make_intake(
    random: Random, people: People, spec: ProcedureSpec, *, commune: str, on: date, desk: int
) -> InventedIntake:
    """Return what somebody of `commune` hands in for a procedure on that day."""
    applicant, submitter = who_comes(random, people, spec.code, commune, on)
    channel = _channel(random, spec.code)
    if channel in (Channel.PORTAL, Channel.VNEID) and submitter is None:
        applicant = people.with_email(applicant)
    answers = _answers(random, spec)
    delivery = _delivery(random, spec.code, channel, applicant)
    paid = channel is not Channel.DIRECT or spec.code not in LAND or random.random() < 0.5
    return InventedIntake(
        procedure=spec.code,
        applicant=applicant,
        submitter=submitter,
        papers=_papers(random, spec, submitter is not None, channel),
        channel=channel,
        delivery=delivery,
        fee_paid=paid or fee_of(spec, answers) == 0,
        note=random.choice(INTAKE_NOTES) if random.random() < 0.05 else "",
        answers=answers,
        copies=1 if spec.code in (COPIES, BUNDLE, DEATH) or random.random() < 0.85 else 2,
        desk=desk,
        on_the_spot=spec.on_the_spot and random.random() < ON_THE_SPOT,
    )


def filed_again(intake: InventedIntake) -> InventedIntake:
    """Return the same dossier brought to the counter once more."""
    return replace(intake, channel=Channel.DIRECT, on_the_spot=False, note="")


def who_comes(
    random: Random, people: People, procedure: str, commune: str, on: date
) -> tuple[InventedPerson, InventedPerson | None]:
    """Return whose dossier it is, and who hands it in when that is somebody else."""
    if procedure in (BIRTH, BUNDLE):
        return _newborn(random, people, procedure, commune, on)
    if procedure in (COPIES, CONSTRUCTION) and random.random() < 0.05:
        firm = people.firm(commune)
        return firm, people.adult(22, 50, commune)
    youngest, oldest = AGES.get(procedure, LANDOWNERS)
    # One in twelve lives elsewhere in the province: filing knows no boundaries.
    home = commune if random.random() < 0.92 else random.choice(COMMUNES)
    applicant = people.adult(youngest, oldest, home)
    if random.random() < BY_ANOTHER.get(procedure, 0.08):
        return applicant, people.relative_of(applicant, home)
    return applicant, None


def _newborn(
    random: Random, people: People, procedure: str, commune: str, on: date
) -> tuple[InventedPerson, InventedPerson | None]:
    mother = people.adult(*PARENTS, commune, sex=FEMALE)
    father = people.father_surname()
    if procedure == BIRTH and random.random() < 0.55:
        parent = mother
        if random.random() < 0.4:
            parent = people.adult(*PARENTS, commune, sex="male", family=father)
        return parent, None
    days = int(random.triangular(2, 55, 12))
    child = people.child(
        mother, born=on - timedelta(days=days), father=father, living_at=mother.address
    )
    submitter = mother
    if random.random() < 0.3:
        found = people.adult(*PARENTS, commune, sex="male", family=father)
        submitter = replace(found, address=mother.address)
    if procedure == BUNDLE:
        submitter = people.with_email(submitter)
    return child, submitter


def _channel(random: Random, procedure: str) -> Channel:
    if random.random() < HABITS[procedure].online:
        return Channel.VNEID if random.random() < 0.35 else Channel.PORTAL
    if procedure != COPIES and random.random() < 0.03:
        return Channel.POSTAL
    return Channel.DIRECT


def _delivery(
    random: Random, procedure: str, channel: Channel, applicant: InventedPerson
) -> Delivery:
    if procedure == MARRIAGE:
        return Delivery.DESK
    if channel in (Channel.PORTAL, Channel.VNEID) and random.random() < 0.45:
        return Delivery.ELECTRONIC if applicant.email or applicant.phone else Delivery.DESK
    posted = HABITS[procedure].postal * (5 if channel is Channel.POSTAL else 1)
    return Delivery.POSTAL if random.random() < posted else Delivery.DESK


def _answers(random: Random, spec: ProcedureSpec) -> dict[str, int]:
    answers: dict[str, int] = {}
    for question in spec.questions:
        match question:
            case "pages":
                answers[question] = random.choice((1, 1, 1, 2, 2, 2, 3, 4, 6, 12))
            case "copies":
                answers[question] = random.choice((1, 1, 2, 2, 2, 3, 3, 5, 10))
            case _:
                answers[question] = int(random.random() < 0.12)
    return answers


def _papers(
    random: Random, spec: ProcedureSpec, by_another: bool, channel: Channel
) -> tuple[InventedTick, ...]:
    online = channel in (Channel.PORTAL, Channel.VNEID)
    ticks = []
    for paper in spec.papers:
        wanted = paper.required or random.random() < (0.8 if paper.shown else 0.2)
        if paper.code == "authorisation":
            wanted = by_another
        if wanted:
            kind = PaperKind.ELECTRONIC if online and not paper.shown else paper.kind
            ticks.append(InventedTick(paper.code, kind.value, paper.count))
    return tuple(ticks)
