"""People who came and went without a dossier: guided to complete their papers, or refused."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from onestop.demo.arrivals import Season, instant_on
from onestop.demo.habits import AGENCY_SHARES, HABITS
from onestop.demo.intakes import make_intake
from onestop.demo.notes import GUIDANCE, REFUSALS
from onestop.demo.people import COMMUNES, InventedPerson, People
from onestop.demo.trips import World
from onestop.domain.rights import Role
from onestop.inputs.reception import Guidance
from onestop.queries.agencies import desks_of
from onestop.services.visits import KEPT_FOR, guide


def make_visits(
    session: Session, world: World, people: People, season: Season, *, count: int
) -> int:
    """Keep guidance visits of the last thirty days through the service; return how many."""
    last = world.now - KEPT_FOR + timedelta(days=1)
    days = [day for day in season.days if day >= world.province.calendar.local_date(last)]
    times = sorted(
        at for at in (_instant(world, days) for _ in range(count if days else 0)) if at < world.now
    )
    for number, at in enumerate(times):
        _visit(session, world, people, at, number)
    return len(times)


def _instant(world: World, days: Sequence[date]) -> datetime:
    return instant_on(world.random.choice(days), world.province.calendar, world.random)


def _visit(session: Session, world: World, people: People, at: datetime, number: int) -> None:
    random, province = world.random, world.province
    code = random.choices(tuple(AGENCY_SHARES), tuple(AGENCY_SHARES.values()))[0]
    commune = code[:6] if code[:6] in COMMUNES else random.choice(COMMUNES)
    procedures = [
        c
        for c, h in HABITS.items()
        if c in province.editions and (h.province if code == "H91.01" else h.commune)
    ]
    spec = province.editions[random.choice(procedures)].spec
    agency = province.agency(code).id
    on = province.calendar.local_date(at)
    if not spec.in_force(on):
        return
    desk = desks_of(session, agency)[0]
    intake = make_intake(random, people, spec, commune=commune, on=on, desk=desk.id)
    refused = random.random() < 0.2
    reason, note = random.choice(REFUSALS if refused else GUIDANCE)
    missing = [p.code for p in spec.papers if p.required][-1:]
    filing = Guidance(
        key=f"demo-visit-{number:08d}",
        procedure=spec.code,
        applicant=_typed(intake.applicant),
        note=note,
        refused=refused,
        reason=reason,
        missing=() if refused else tuple(missing),
        desk=desk.id,
    )
    clerk = world.staff.any_of(agency, Role.CLERK, random)
    guide(session, filing, agency_id=agency, actor=clerk, at=at)


def _typed(person: InventedPerson) -> dict[str, str]:
    return {name: getattr(person, name) for name in InventedPerson.__slots__}
