"""What is wrong in a file of the catalogue or of calendars, in a sentence with its place."""

from collections.abc import Mapping

from onestop.domain.calendar_spec import CalendarProblem
from onestop.inputs.file_problems import FileProblem
from onestop.inputs.yaml_files import BadYaml

# Every RouteFault, ProcedureFault and code of the inputs; {0}, {1} are the values of the problem.
SENTENCES: Mapping[str, str] = {
    "empty": "there are no steps",
    "duplicate_key": "two steps have the same key",
    "unknown_predecessor": "there is no step {0} to come after",
    "cycle": "the steps run in a circle: {all}",
    "no_receive": "no step is of kind receive",
    "several_receives": "more than one step is of kind receive",
    "receive_not_first": "the receive step cannot come after {all}",
    "no_return": "no step is of kind return",
    "several_returns": "more than one step is of kind return",
    "return_not_last": "steps come after the return step",
    "unreachable": "no way leads from the receive step to this step",
    "return_unreachable": "no way leads from this step to the return step",
    "optional_not_consult": "only a consultation may be optional, this step is of kind {0}",
    "citizen_counted": "the citizen's time is never counted; write counted: false",
    "await_after_receive": "the citizen cannot be waited for before anybody has worked on it",
    "await_after_await": "the citizen is waited for twice in a row, here and in step {0}",
    "awaits_together": "the citizen could be waited for here and in step {0} at the same time",
    "phase_out_of_order": "phase {0} comes after a later phase",
    "phase_without_limit": "phase {0} has no limit; write one under phases",
    "phase_without_steps": "phase {0} has no steps",
    "allotment_unit": "a counted allotment is in working_hours or working_days, not {0}",
    "steps_exceed_limit": "the steps {steps} take {0}, the limit {1} holds {2}",
    "phases_exceed_limit": "the phases together are longer than the limit: {all}",
    "limit_exceeds_statutory": "the limit {0} is longer than the statutory {1}",
    "agency_reference": "{0} names no agency; see docs/rules.md for what a step may say",
    "ends_before_start": "the last day lies before the first: {all}",
    "duplicate_paper": "two papers have the code {0}",
    "duplicate_fee": "two fees have the code {0}",
    "paper_count": "a paper is asked for 1 to 99 times, not {0}",
    "fee_amount": "the amounts of fee {0} cannot be below zero",
    "supplement_days": "a citizen has 1 to 365 days for supplements, not {0}",
    "extensions": "a later date is told 0 to {1} times, not {0}",
    "extension_lead": "an apology comes 0 to {1} working days before expiry, not {0}",
    "unknown_mark": "there is no value {0} to mark",
    "not_a_limit": "{0} is no limit; write for example 3 working_days or same_day 15:00",
    "not_positive": "{0}: a limit is more than zero",
    "too_long": "{0} is longer than a limit may be",
    "not_quarters": "{0}: working days go in quarters",
    "not_whole": "{0}: this unit goes in whole numbers",
    "not_minutes": "{0}: working hours go in minutes",
    "bad_cutoff": "{0}: only same_day has an hour",
    "rule_not_for_unit": "{0}: this counting rule does not go with this unit",
    "no_calendar": "agency {0} has no calendar and no parent that has one",
    "no_valid_from": "agency {0} has no valid_from and no parent that has one",
    "duplicate_agency": "the code {0} stands twice in the file",
    "unknown_agency": "agency {0} names {1}, which the file does not have",
    "desks_elsewhere": "agency {0} has desks; only one_stop agencies have",
    "bad_version": "a version is 1 or more, not {0}",
    "unknown_zone": "there is no time zone {0}",
    "no_years": "there are no years",
    "bad_year": "{0} cannot be a year of a calendar",
    "year_gap": "the years have a gap: {0} is missing",
    "year_missing": "the calendar must hold this year and the next: {all} missing",
    "year_not_listed": "{0} lies in a year that is not under years",
    "year_without_days_off": "the year {0} has no days off; enter them or take it from years",
    "no_working_day": "the week has no working hours",
    "bad_hours": "hours are written 07:30-11:30, not {0}",
    "beyond_midnight": "{0} goes beyond 24:00",
    "closes_before_opening": "{0} closes before it opens",
    "overlap": "{0} and {1} overlap",
    "bad_date": "{0} is no day; write 2026-04-01",
    "makeup_on_day_off": "{0} is a day off and a make-up working day",
    "makeup_without_hours": "the make-up day {0} has no hours; write hours or in_place_of",
    "hours_on_day_off": "the day off {0} cannot have hours",
    "day_twice": "{0} stands twice",
    "key_twice": "two calendars have the key {0}",
    "day_not_listed": "{0} is an ordinary day already",
    "name_missing": "the day needs a name of at most {0} letters",
    "source_missing": "name the document that announces the day, in at most {0} letters",
    "no_days": "no day is named",
    "no_heading": "no row has the headings 'Mã TTHC' and 'Bước'",
    "missing_column": "these columns are missing: {all}",
    "unknown_procedure": "procedure {0} is not in the catalogue; take in its YAML file first",
    "missing": "this cell must be filled",
    "unknown_word": "{0} is none of the words this column may hold",
    "not_a_number": "{0} is no number",
    "not_a_day": "{0} is no day; write 2026-04-01 or 01/04/2026",
    "extra_forbidden": "there is no such field",
    "enum": "{0} is none of the words this field may hold",
    "literal_error": "{0} is none of the words this field may hold",
    "date_from_datetime_parsing": "{0} is no day; write 2026-04-01",
    "date_type": "{0} is no day; write 2026-04-01",
    "string_pattern_mismatch": "{0} is not written as this field must be",
    "too_short": "this list cannot be empty",
    "string_too_short": "this field must be filled",
    "string_too_long": "this text is too long",
    "string_type": "this must be a text",
    "int_parsing": "{0} is no whole number",
    "int_type": "this must be a whole number",
    "bool_parsing": "write true or false, not {0}",
    "bool_type": "write true or false",
    "tuple_type": "this must be a list",
    "model_type": "this must be a group of fields",
    "dict_type": "this must be a group of fields",
    "greater_than_equal": "{0} is too small",
    "less_than_equal": "{0} is too large",
}
YAML_SENTENCES: Mapping[str, str] = {
    "too_long": "the file is larger than {0} bytes",
    "not_text": "this is no text in UTF-8",
    "syntax": "the line breaks the rules of YAML (mind colons, quotes and indentation)",
    "alias": "references (*{0}) are not taken; write the value again",
    "tag": "tags ({0}) are not taken",
    "merge": "merge keys (<<) are not taken; write the fields again",
    "duplicate_key": "the field {0} stands twice",
    "bad_key": "a field needs a plain name",
    "too_deep": "the file is nested too deep",
    "empty": "the file is empty",
    "several_documents": "the file holds more than one document",
}


def problem_text(name: str, problem: FileProblem) -> str:
    """One problem as a line: file, line or cell, what is wrong."""
    place = f"{name} line {problem.line}"
    field = f" ({problem.field})" if problem.field else ""
    return f"{place}{field}: {_sentence(problem)}."


def yaml_text(error: BadYaml) -> str:
    """A file that cannot be read, as a line."""
    said = YAML_SENTENCES.get(error.code, error.code)
    return f"{error.name} line {error.line}: {said.replace('{0}', error.value)}."


def calendar_text(problem: CalendarProblem) -> str:
    """What is wrong with a calendar, without a place."""
    return _sentence(problem)


def _sentence(problem: FileProblem | CalendarProblem) -> str:
    if problem.code == "missing" and not problem.values:
        return "this field must be filled"
    values = problem.values
    said = SENTENCES.get(problem.code, problem.code.replace("_", " "))
    filled = {"all": ", ".join(values), "steps": " → ".join(values[3:])}
    return said.format(*values, *[""] * 3, **filled)
