"""What a person is to be reminded of: reminders that have come, are not seen, and still hold."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from onestop.domain.dossier import LIVE
from onestop.domain.notices import OF_DATES, NoticeKind
from onestop.domain.rights import Actor, Right
from onestop.models.dossiers import Dossier, Step
from onestop.models.notices import Notice
from onestop.models.piles import Pile
from onestop.queries.scope import visible_dossiers

MOST_SHOWN: Final = 10
_OF_PILE: Final = Notice.kind == NoticeKind.PILE_LATE


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One reminder; `step` is empty where it is about the whole dossier. Instants are in UTC.

    Of a pile there are its id, number and year, and no dossier: `code` is "" then.
    """

    id: int
    kind: NoticeKind
    code: str
    step: str
    step_en: str
    due_at: datetime
    by_date: bool
    pile_id: int | None = None
    pile_number: int = 0
    pile_year: int = 0


@dataclass(frozen=True, slots=True)
class NoticeList:
    """The reminders that come first, and how many there are in all."""

    rows: tuple[NoticeRow, ...]
    count: int


def open_notices(
    session: Session, actor: Actor, *, now: datetime, most: int = MOST_SHOWN
) -> NoticeList:
    """Return what the actor was not yet shown, the date that is earliest first.

    One that holds no more is left out: the step has ended, its date was moved, somebody else
    took it; so is one that waits for the morning. Source: docs/rules.md, rules R11, R16.
    """
    found = session.execute(_open_ones(actor, now).limit(most)).all()
    rows = tuple(
        NoticeRow(
            id=row.id,
            kind=row.kind,
            code="" if row.pile_id else row.code,
            step=row.name or "",
            step_en=row.name_en or row.name or "",
            due_at=row.due_at,
            by_date=row.late_at is not None and row.late_at != row.due_at,
            pile_id=row.pile_id,
            pile_number=row.pile_number or 0,
            pile_year=row.pile_year or 0,
        )
        for row in found
    )
    return NoticeList(rows, found[0].in_all if found else 0)


def _open_ones(actor: Actor, now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Notice.id,
            Notice.kind,
            Dossier.code,
            Step.name,
            Step.name_en,
            Notice.due_at,
            case((_OF_PILE, None), else_=func.coalesce(Step.late_at, Dossier.late_at)).label(
                "late_at"
            ),
            Pile.id.label("pile_id"),
            Pile.number.label("pile_number"),
            Pile.year.label("pile_year"),
            func.count().over().label("in_all"),
        )
        .join(Dossier, Dossier.id == Notice.dossier_id)
        .outerjoin(
            Step,
            and_(
                Step.dossier_id == Notice.dossier_id,
                Step.key == Notice.scope,
                Step.attempt == Notice.attempt,
            ),
        )
        .outerjoin(Pile, and_(_OF_PILE, Pile.id == Notice.attempt))
        .where(
            Notice.seen_at.is_(None),
            Notice.not_before <= now,
            Notice.addressed_to(actor),
            or_(Pile.taken_at.is_(None) & _OF_PILE, _date_stands(actor, now)),
        )
        .order_by(Notice.due_at, Notice.id)
    )


def _date_stands(actor: Actor, now: datetime) -> ColumnElement[bool]:
    return and_(
        Notice.kind.in_(OF_DATES),
        Dossier.finished_at.is_(None),
        or_(_step_stands(actor), _whole_is_late(now)),
        visible_dossiers(actor, Right.SEE_WORKLIST),
    )


def _step_stands(actor: Actor) -> ColumnElement[bool]:
    mine = or_(
        Step.holder_id.is_(None), Step.holder_id.in_([actor.user_id, *sorted(actor.stands_for)])
    )
    return and_(
        Step.status.in_(LIVE),
        Step.due_at == Notice.due_at,
        or_(Notice.kind != NoticeKind.STEP_DUE_SOON, mine),
    )


def _whole_is_late(now: datetime) -> ColumnElement[bool]:
    return and_(
        Notice.kind == NoticeKind.DOSSIER_LATE,
        Dossier.late_at <= now,
        Dossier.due_at == Notice.due_at,
    )
