"""The dates of a dossier told from its history: the whole, legs, attempts, what moved them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from onestop.domain.calendar_moves import Shifts, move_dates
from onestop.domain.calendar_spec import CalendarException, DayKind
from onestop.domain.date_history import Versions
from onestop.domain.dossier import DossierState
from onestop.domain.events import (
    TOTAL,
    DatesMoved,
    DossierReopened,
    Ground,
    Offer,
    PauseClosed,
    PauseKind,
    PauseOpened,
    PromiseLine,
    Recorded,
    ResultAccepted,
    SentBack,
    StepAccepted,
    StepFinished,
    StepRef,
    leg_scope,
)
from onestop.domain.explained_dates import ExplainedDates
from onestop.domain.explanation import ExplanationRow, RowKind
from onestop.domain.fold import apply, fold
from onestop.domain.limits import Limit, due, resumed
from onestop.domain.rights import Role
from onestop.domain.routes import StepKind
from onestop.domain.schedule import first_promises, offer_step
from onestop.domain.turns import keep_promises, keep_step, offer_again, renew_promises, resume_step
from onestop.domain.working_time import WorkingCalendar
from tests.domain.conftest import PLAIN_2026, makeup
from tests.domain.dossiers import CENTRE, CLERK, JUSTICE, OFFICER, POLICE, received, step

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = WorkingCalendar(PLAIN_2026)
RECEIVED_AT = datetime(2026, 3, 2, 8, 30, tzinfo=HANOI)
LIMIT = Limit.parse("5 working_days")
ROUTE = (
    step("receive", StepKind.RECEIVE, CENTRE, role=Role.CLERK, allotment=None, leg=1),
    step("check", StepKind.WORK, JUSTICE, "receive", allotment="2 working_days", leg=2),
    step("verify", StepKind.WORK, POLICE, "check", allotment="12 working_hours", leg=3),
    step("sign", StepKind.SIGN, JUSTICE, "verify", allotment="0.5 working_days", leg=4),
    step("return", StepKind.RETURN, CENTRE, "sign", role=Role.CLERK, allotment=None, leg=5),
)
NEWEST = dict.fromkeys((CENTRE, JUSTICE, POLICE), CALENDAR)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=HANOI)


class Story:
    """A history written event by event with the dates that the rules give at that moment."""

    def __init__(self, calendar: WorkingCalendar = CALENDAR) -> None:
        self.calendar = calendar
        total = due(LIMIT, RECEIVED_AT, calendar)
        calendars = dict.fromkeys(NEWEST, calendar)
        reception = received(
            *ROUTE,
            limit=LIMIT.to_text(),
            calendars=(calendar.id,),
            promises=first_promises(ROUTE, total, CENTRE, calendars),
            offers=(self.offer("check", JUSTICE, RECEIVED_AT),),
        )
        self.history = [Recorded(1, reception, CLERK, RECEIVED_AT, RECEIVED_AT)]

    @property
    def state(self) -> DossierState:
        return fold(self.history)

    def offer(self, key: str, agency: int, when: datetime) -> Offer:
        planned = next(one for one in ROUTE if one.key == key)
        return offer_step(planned, agency=agency, attempt=1, at=when, calendar=self.calendar)

    def add(self, event: object, when: datetime) -> None:
        recorded = Recorded(self.state.version + 1, event, OFFICER, when, when)
        apply(self.state, recorded)
        self.history.append(recorded)

    def finish(self, key: str, when: datetime, *offers: Offer) -> None:
        self.add(StepAccepted(key, 1), when)
        self.add(StepFinished(key, 1, offers), when)

    def pause(self, key: str, when: datetime) -> None:
        state = self.state
        held = state.latest(key)
        opened = PauseOpened(
            pause=len(state.pauses) + 1,
            kind=PauseKind.SUPPLEMENT,
            step=key,
            attempt=held.attempt,
            reason="paper_missing",
            papers=("declaration",),
            amount=None,
            citizen_due_at=None,
            kept=keep_promises(state, at=when, calendar=self.calendar),
            kept_step=keep_step(held, held.planned.allotment, when, self.calendar),
            calendars=(self.calendar.id,),
        )
        self.add(opened, when)

    def resume(self, when: datetime) -> None:
        state = self.state
        (pause,) = state.open_pauses
        held = state.find(StepRef(pause.step, pause.attempt))
        again = resume_step(
            held,
            pause.keeps_step.amount,
            paused_at=pause.opened_at,
            at=when,
            calendar=self.calendar,
        )
        closed = PauseClosed(
            pause=pause.pause,
            kind=pause.kind,
            papers=(),
            amount=None,
            promises=renew_promises(state, at=when, calendar=self.calendar),
            step_due_at=again.due_at,
            step_late_at=again.late_at,
            finished=(),
            offers=(),
            calendars=(self.calendar.id,),
            step_left=again.left,
            step_since=again.starts_at,
        )
        self.add(closed, when)

    def dates(self, *more: WorkingCalendar, newest: WorkingCalendar = CALENDAR) -> ExplainedDates:
        versions = {one.id: one for one in (self.calendar, newest, *more)}
        return ExplainedDates(self.history, Versions(versions, dict.fromkeys(NEWEST, newest)))

    def counted(self, scope: str) -> PromiseLine:
        return self.state.counted_promise(scope)


@pytest.fixture
def story() -> Story:
    return Story()


def kinds(rows: tuple[ExplanationRow, ...]) -> list[RowKind]:
    return [row.kind for row in rows]


def legs(rows: tuple[ExplanationRow, ...]) -> list[str]:
    return [row.note for row in rows if row.kind is RowKind.LEG]


def assert_tells(rows: tuple[ExplanationRow, ...], due_at: datetime) -> None:
    assert (rows[-1].kind, rows[-1].to_at) == (RowKind.DUE, due_at)


def test_a_fresh_dossier_tells_the_whole_every_leg_and_the_first_step(story):
    dates = story.dates()

    for line in story.state.promises:
        assert_tells(dates.promise(line.scope), line.due_at)
    (check,) = story.state.live_steps
    assert_tells(dates.step(check), check.due_at)
    assert kinds(dates.step(check))[0] is RowKind.STARTS


def test_a_leg_follows_the_plan_step_by_step(story):
    rows = story.dates().promise(leg_scope(4))

    assert legs(rows) == ["check", "verify", "sign"]
    ends = [row.to_at for row in rows if row.kind is RowKind.LEG]
    assert ends == [at("03-04 08:30"), at("03-05 14:30"), at("03-06 08:30")]
    assert_tells(rows, at("03-06 08:30"))


def test_a_leg_that_would_end_after_the_whole_is_cut_to_it():
    long = tuple(
        replace(one, allotment="9 working_days") if one.key == "sign" else one for one in ROUTE
    )
    total = due(LIMIT, RECEIVED_AT, CALENDAR)
    reception = received(
        *long,
        limit=LIMIT.to_text(),
        calendars=(CALENDAR.id,),
        promises=first_promises(long, total, CENTRE, NEWEST),
        offers=(),
    )
    history = [Recorded(1, reception, CLERK, RECEIVED_AT, RECEIVED_AT)]

    rows = ExplainedDates(history, Versions({}, NEWEST)).promise(leg_scope(4))

    assert (rows[-2].kind, rows[-2].note) == (RowKind.SHIFTED, "not_after_total")
    assert_tells(rows, total.due_at)


def test_a_pause_moves_the_whole_the_legs_to_come_and_its_step(story):
    story.pause("check", at("03-03 08:30"))
    story.resume(at("03-10 14:00"))
    dates = story.dates()

    for scope in (TOTAL, leg_scope(2), leg_scope(3), leg_scope(4)):
        rows = dates.promise(scope)
        assert kinds(rows).count(RowKind.PAUSE) == 1, scope
        assert_tells(rows, story.counted(scope).due_at)
    leg = dates.promise(leg_scope(3))
    assert [row.to_at for row in leg if row.kind is RowKind.PROMISED] == [at("03-05 14:30")]
    (check,) = story.state.live_steps
    assert_tells(dates.step(check), check.due_at)
    assert RowKind.PAUSE in kinds(dates.step(check))


def test_a_date_that_stands_still_ends_in_its_open_pause(story):
    story.pause("check", at("03-03 08:30"))
    dates = story.dates()
    (check,) = story.state.live_steps

    for rows in (dates.promise(TOTAL), dates.promise(leg_scope(3)), dates.step(check)):
        assert (rows[-1].kind, rows[-1].from_at) == (RowKind.PAUSE, at("03-03 08:30"))
    assert dates.promise(TOTAL)[-1].amount.to_text() == "4 days"


def test_a_leg_that_was_done_before_the_pause_keeps_its_own_date(story):
    story.finish("check", at("03-03 10:00"), story.offer("verify", POLICE, at("03-03 10:00")))
    story.pause("verify", at("03-03 14:00"))
    story.resume(at("03-06 14:00"))
    dates = story.dates()

    assert RowKind.PAUSE not in kinds(dates.promise(leg_scope(2)))
    assert_tells(dates.promise(leg_scope(2)), at("03-04 08:30"))
    assert_tells(dates.promise(leg_scope(3)), story.counted(leg_scope(3)).due_at)


def test_a_new_attempt_tells_what_the_one_before_had_left(story):
    when = at("03-03 10:00")
    story.finish("check", when, story.offer("verify", POLICE, when))
    back = at("03-04 09:00")
    state = story.state
    again = offer_again(
        state.planned("check"),
        state.latest("check"),
        agency=JUSTICE,
        at=back,
        calendar=CALENDAR,
    )
    withdrawn, stale = (StepRef("verify", 1),), (StepRef("check", 1),)
    story.add(SentBack("verify", 1, "check", "data_wrong", withdrawn, stale, (again,)), back)

    attempt = story.state.latest("check")
    rows = story.dates().step(attempt)

    assert (rows[0].kind, rows[0].amount) == (RowKind.STARTS, again.left)
    assert_tells(rows, attempt.due_at)


def test_a_reopened_dossier_tells_the_time_between(story):
    ended, opened = at("03-04 10:00"), at("03-12 14:00")
    for key, following in (("check", "verify"), ("verify", "sign"), ("sign", "return")):
        agency = next(one.agency for one in ROUTE if one.key == following)
        story.finish(key, ended, story.offer(following, agency, ended))
    story.add(ResultAccepted("return", 1), ended)
    counted, calendar = story.counted(TOTAL), story.calendar
    left = due(LIMIT, RECEIVED_AT, calendar).left_at(ended, LIMIT, calendar)
    total = resumed(left, opened, LIMIT, calendar)
    line = PromiseLine(
        TOTAL,
        counted.agency,
        Ground.REOPEN,
        total.due_at,
        total.late_at,
        left=left,
        since=total.starts_at,
    )
    stale = (StepRef("sign", 1),)
    story.add(DossierReopened("other", "sign", stale, (line,), (), (calendar.id,)), opened)

    rows = story.dates().promise(TOTAL)

    pause = next(row for row in rows if row.kind is RowKind.PAUSE)
    assert (pause.from_at, pause.to_at, pause.note) == (ended, opened, "reopened")
    assert_tells(rows, total.due_at)


def test_dates_are_told_with_the_calendar_they_were_counted_with():
    short = (*PLAIN_2026.exceptions, makeup("2026-03-07"))
    changed = WorkingCalendar(replace(PLAIN_2026, version=2, exceptions=short))
    story = Story(CALENDAR)

    told = story.dates(newest=changed)
    without = ExplainedDates(story.history, Versions({}, dict.fromkeys(NEWEST, changed)))

    for line in story.state.promises:
        assert_tells(told.promise(line.scope), line.due_at)
    assert without.promise(TOTAL) == ()


# Calendars that change


def changed(number: int, *days: CalendarException, without: str = "") -> WorkingCalendar:
    """The plain calendar as version `number`, with more days and without one."""
    kept = tuple(row for row in PLAIN_2026.exceptions if row.on.isoformat() != without)
    return WorkingCalendar(replace(PLAIN_2026, version=number, exceptions=kept + days))


def holiday(day: str) -> CalendarException:
    return CalendarException(date.fromisoformat(day), DayKind.HOLIDAY, "Nghỉ theo thông báo")


def change_calendar(story: Story, old: WorkingCalendar, new: WorkingCalendar, when: str) -> bool:
    """Move the dates of the story as the administrator's change does; whether any moved."""
    shifts = Shifts(lambda _: old, lambda _: new)
    event = move_dates(story.state, at=at(when), by=OFFICER, shifts=shifts)
    if event is not None:
        story.add(event, at(when))
    return event is not None


def assert_all_told(story: Story, dates: ExplainedDates) -> None:
    for scope in {line.scope for line in story.state.promises}:
        assert_tells(dates.promise(scope), story.counted(scope).due_at)
    for attempt in story.state.live_steps:
        assert_tells(dates.step(attempt), attempt.due_at)


def test_a_new_holiday_is_skipped_in_every_date_that_it_moved(story):
    new = changed(2, holiday("2026-03-03"))

    assert change_calendar(story, CALENDAR, new, "03-02 14:00")

    dates = story.dates(new, newest=new)
    assert_all_told(story, dates)
    skipped = [row.name for row in dates.promise(TOTAL) if row.kind is RowKind.SKIPPED_HOLIDAY]
    assert skipped == ["Nghỉ theo thông báo"]


def test_a_change_after_a_pause_is_told_with_both(story):
    story.pause("check", at("03-02 10:00"))
    story.resume(at("03-05 14:00"))
    new = changed(2, holiday("2026-03-06"))

    assert change_calendar(story, CALENDAR, new, "03-05 15:00")

    assert_all_told(story, story.dates(new, newest=new))


def test_a_change_that_did_not_shorten_shows_in_the_date_a_later_one_puts_off(story):
    shorter = changed(2, makeup("2026-03-07"))
    longer = changed(3, makeup("2026-03-07"), holiday("2026-03-09"))
    story.finish("check", at("03-04 08:30"), story.offer("verify", POLICE, at("03-04 08:30")))

    assert not change_calendar(story, CALENDAR, shorter, "03-05 09:00")
    assert change_calendar(story, shorter, longer, "03-05 10:00")

    dates = story.dates(shorter, longer, newest=longer)
    assert story.counted(TOTAL).ground is Ground.CALENDAR
    assert_tells(dates.promise(TOTAL), story.counted(TOTAL).due_at)


def test_a_date_set_by_hand_is_not_told(story):
    later = story.counted(TOTAL)
    moved = replace(later, ground=Ground.CALENDAR, due_at=later.due_at + timedelta(days=9))
    story.add(DatesMoved((moved,), (), (CALENDAR.id,)), at("03-03 11:00"))

    assert story.dates().promise(TOTAL) == ()
    assert_tells(story.dates().promise(leg_scope(2)), story.counted(leg_scope(2)).due_at)


def test_a_history_without_events_has_no_dates():
    with pytest.raises(ValueError, match="without events"):
        ExplainedDates([], Versions({}, NEWEST))
