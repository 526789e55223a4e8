"""The table of boundary cases: what was derived by hand is what the rules give.

Each case of `boundaries/*.yaml` says what is given, what comes of it, and `because`: the
derivation, made from the rules and not from what the program answered.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from onestop.domain.dossier import DossierState
from onestop.domain.explanation import PauseSpan, RowKind, explain
from onestop.domain.limits import Due, Limit, due, late_at, resumed
from onestop.domain.standings import days_late, due_soon_before, punctuality, standing
from onestop.domain.working_time import Amount, CalendarExhausted, Scale, WorkingCalendar, elapsed
from onestop.inputs.calendars import read_calendars, shipped_calendars
from onestop.inputs.yaml_files import read_yaml
from tests.domain.ledger import dossier_after

TABLE = Path(__file__).parent / "boundaries"
CALENDARS_FILE = "calendars.yaml"
HERE = "Asia/Ho_Chi_Minh"
AT_LEAST = 150
ASKED_FOR = {
    "closing instant",
    "lunch bell",
    "midnight",
    "start on a day off",
    "half-day Saturday",
    "Tết",
    "make-up Saturday with short hours",
    "compensatory days",
    "months ending 31, 30, 28",
    "pauses, several",
    "reopen",
    "29 February",
    "year end, next year missing",
    "time zones",
}
_INSTANT = re.compile(
    r"(?:(?P<weekday>[A-Z][a-z]{2}) )?(?P<clock>\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)"
    r"(?: (?P<zone>[A-Za-z_/]+))?"
)
_SPECS = (*shipped_calendars(), *read_calendars(read_yaml(TABLE / CALENDARS_FILE)))
CALENDARS = {spec.key: WorkingCalendar(spec) for spec in _SPECS}


def instant(text: str) -> datetime:
    """The instant "Mon 2026-03-02 17:00", local unless it names a zone; the weekday must be right.

    A weekday guards the table against slips of the pen: whoever derives a case looks it up.
    """
    match = _INSTANT.fullmatch(text)
    assert match, text
    local = datetime.fromisoformat(match["clock"]).replace(tzinfo=ZoneInfo(match["zone"] or HERE))
    assert match["weekday"] in (None, f"{local:%a}"), f"{text} is a {local:%a}"
    return local


def written(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(HERE)):%a %Y-%m-%d %H:%M}"


def pause(text: str) -> PauseSpan:
    begins, _, ends = text.partition(" to ")
    return PauseSpan(instant(begins), None if ends == "now" else instant(ends), "supplement")


@dataclass(frozen=True)
class Case:
    """One line of the table; its questions read `given` in the words of the file."""

    group: str
    name: str
    calendar: WorkingCalendar
    given: Mapping[str, Any]
    gives: Mapping[str, str]
    because: str

    def at(self, key: str) -> datetime:
        return instant(self.given[key])

    @property
    def limit(self) -> Limit:
        return Limit.parse(self.given["limit"])

    @property
    def pauses(self) -> Sequence[PauseSpan]:
        return [pause(text) for text in self.given.get("pauses", ())]

    @property
    def dossier(self) -> DossierState:
        return dossier_after(self.limit, self.at("received"), self.pauses, self.calendar)

    @property
    def promise(self) -> Due:
        """What a reopened dossier is promised, else what the ledger of a received one says."""
        if "left" in self.given:
            left = Amount.from_text(self.given["left"])
            return resumed(left, self.at("resumes"), self.limit, self.calendar)
        starts_at = due(self.limit, self.at("received"), self.calendar).starts_at
        line = self.dossier.counted_promise()
        assert line is not None
        return Due(starts_at, line.due_at, line.late_at)


def starts(case: Case) -> str:
    return written(case.promise.starts_at)


def due_at(case: Case) -> str:
    return written(case.promise.due_at)


def late(case: Case) -> str:
    if "due" in case.given:
        return written(late_at(case.limit, case.at("due"), case.calendar))
    return written(case.promise.late_at)


def left_while_paused(case: Case) -> str:
    (kept,) = case.dossier.kept
    return kept.amount.to_text()


def refused(case: Case) -> str:
    with pytest.raises(CalendarExhausted) as caught:
        _ = case.promise
    return str(caught.value.year)


def time_passed(case: Case) -> str:
    scale = Scale(case.given["scale"])
    return elapsed(case.at("from"), case.at("to"), scale, case.calendar).to_text()


def punctual(case: Case) -> str:
    promise, by_date = case.promise, case.limit.judged_by_date
    return punctuality(case.at("finished"), promise.due_at, promise.late_at, by_date=by_date)


def late_by(case: Case) -> str:
    return str(days_late(case.at("due"), case.at("now"), case.calendar))


def soon_before(case: Case) -> str:
    within = {"within": int(case.given["within"])} if "within" in case.given else {}
    return written(due_soon_before(case.at("now"), case.calendar, **within))


def stands(case: Case) -> str:
    late = late_at(case.limit, case.at("due"), case.calendar)
    paused_at = case.at("paused") if "paused" in case.given else None
    return standing(case.at("due"), late, case.at("now"), case.calendar, paused_at=paused_at)


QUESTIONS: Mapping[str, Callable[[Case], str]] = {
    "starts": starts,
    "due": due_at,
    "late": late,
    "left": left_while_paused,
    "refused": refused,
    "elapsed": time_passed,
    "punctuality": punctual,
    "days_late": late_by,
    "soon_before": soon_before,
    "standing": stands,
}
INSTANTS = {"starts", "due", "late", "soon_before"}


def cases() -> list[Case]:
    return [
        Case(
            group["group"],
            case["name"],
            CALENDARS[case.get("calendar", group["calendar"])],
            case["given"],
            {key: _expected(key, str(value)) for key, value in case["gives"].items()},
            case["because"],
        )
        for path in sorted(TABLE.glob("*.yaml"))
        if path.name != CALENDARS_FILE
        for group in read_yaml(path).value
        for case in group["cases"]
    ]


def _expected(key: str, text: str) -> str:
    return written(instant(text)) if key in INSTANTS else text


CASES = cases()
RECEIVED = [case for case in CASES if "received" in case.given and "refused" not in case.gives]


def named(case: Case) -> str:
    return f"{case.group}: {case.name}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_what_was_derived_by_hand_is_what_the_rules_give(case: Case) -> None:
    found = {key: QUESTIONS[key](case) for key in case.gives}

    assert found == case.gives, case.because


@pytest.mark.parametrize("case", RECEIVED, ids=named)
def test_the_explanation_leads_to_what_was_derived_by_hand(case: Case) -> None:
    *_, last = explain(case.limit, case.at("received"), case.calendar, case.pauses)

    if "left" in case.gives:
        assert last.amount is not None
        assert (last.kind, last.amount.to_text()) == (RowKind.PAUSE, case.gives["left"])
    else:
        expected = case.gives.get("due") or due_at(case)
        assert (last.kind, written(last.to_at)) == (RowKind.DUE, expected)


def test_the_table_has_every_group_that_was_asked_for() -> None:
    assert {case.group for case in CASES} >= ASKED_FOR
    assert len(CASES) >= AT_LEAST


def test_every_case_has_a_name_of_its_own_and_a_derivation() -> None:
    assert len({named(case) for case in CASES}) == len(CASES)
    assert [named(case) for case in CASES if not case.because.rstrip().endswith(".")] == []
