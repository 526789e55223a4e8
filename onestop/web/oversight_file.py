"""The Excel file of a list of leaders: the rows of the page, each value in a column of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from onestop.documents.excel import Column, Sheet, Value
from onestop.domain.oversight import EXPORT_ROWS_MOST, View
from onestop.domain.rights import Actor
from onestop.domain.standings import Standing
from onestop.inputs.oversight import OversightQuery
from onestop.queries.accounts import SignedInRow
from onestop.queries.jobs import AskerRow
from onestop.queries.oversight import OversightRow
from onestop.queries.oversight_choices import OverseenAgency
from onestop.queries.oversight_finished import FinishedRow
from onestop.queries.oversight_refiled import RefiledRow
from onestop.web.catalogue_words import in_language
from onestop.web.demo import is_demo
from onestop.web.filters import local_time, number
from onestop.web.labels import label
from onestop.web.language import gettext
from onestop.web.oversight_words import (
    FINISHED,
    PERIODS,
    REFILED,
    STANDINGS,
    TITLES,
    VIEWS,
    filter_words,
)
from onestop.web.refiling_words import ended_words
from onestop.web.wording import either, reason_words, words


@dataclass(frozen=True, slots=True)
class Maker:
    """For whom a file is made, and the two names of that person's agency."""

    name: str
    agency: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A file that is to be: what of, for whom, at what moment, of how many rows at most."""

    query: OversightQuery
    actor: Actor
    maker: Maker
    now: datetime
    most: int


def maker_of(person: SignedInRow | AskerRow | None) -> Maker:
    """Return the person as the head of a file names one."""
    if person is None:
        return Maker("", ("", ""))
    held = person.roles[0] if person.roles else None
    return Maker(person.display_name, (held.agency_name, held.agency_name_en) if held else ("", ""))


def list_sheet(
    standing: Standing,
    asked: Asked,
    rows: Sequence[OversightRow],
    agencies: Sequence[OverseenAgency],
) -> Sheet:
    """Return the sheet of a list: on top what it holds, its filters, when and for whom."""
    return Sheet(
        title=f"{gettext(TITLES[STANDINGS[standing]])} – {gettext(VIEWS[asked.query.what])}",
        lines=_lines(asked, rows, agencies),
        columns=_columns(standing, asked.query.what),
        rows=[_values(row) for row in rows],
    )


def finished_sheet(
    asked: Asked, rows: Sequence[FinishedRow], agencies: Sequence[OverseenAgency]
) -> Sheet:
    """Return the sheet of a list of finished work, made as `list_sheet` makes the others."""
    title = f"{gettext(TITLES[FINISHED])} – {gettext(VIEWS[asked.query.what])}"
    return Sheet(
        title=f"{title} – {gettext(PERIODS[asked.query.period])}",
        lines=_lines(asked, rows, agencies),
        columns=_finished_columns(asked.query.what),
        rows=[_finished_values(row) for row in rows],
    )


def refiled_sheet(
    asked: Asked, rows: Sequence[RefiledRow], agencies: Sequence[OverseenAgency]
) -> Sheet:
    """Return the sheet of what was filed again, made as `list_sheet` makes the others."""
    return Sheet(
        title=f"{gettext(TITLES[REFILED])} – {gettext(PERIODS[asked.query.period])}",
        lines=_lines(asked, rows, agencies),
        columns=[
            Column(gettext("Mã hồ sơ"), 24),
            Column(gettext("Chủ hồ sơ"), 26),
            Column(gettext("Mã thủ tục"), 12),
            Column(gettext("Thủ tục"), 40),
            Column(gettext("Cơ quan tiếp nhận"), 26),
            Column(gettext("Tình trạng"), 20),
            Column(gettext("Tiếp nhận lúc"), 17),
            Column(gettext("Hẹn lần đầu"), 17),
            Column(gettext("Hồ sơ trước"), 24),
            Column(gettext("Hồ sơ trước kết thúc"), 30),
            Column(gettext("Hẹn lần đầu của hồ sơ trước"), 17),
        ],
        rows=[_refiled_values(row) for row in rows],
    )


def _refiled_values(row: RefiledRow) -> list[Value]:
    return [
        row.code,
        row.applicant,
        row.procedure_code,
        either(row.procedure),
        either(row.agency),
        label(row.status).text,
        row.received_at,
        row.first_due_at,
        row.earlier_code,
        ended_words(row.outcome, row.ended_at),
        row.earlier_first_due_at,
    ]


def _finished_columns(view: View) -> list[Column]:
    step = view is View.STEP
    return [
        Column(gettext("So với hạn"), 14),
        Column(gettext("Số ngày làm việc trễ"), 10),
        Column(gettext("Mã hồ sơ"), 24),
        Column(gettext("Chủ hồ sơ"), 26),
        Column(gettext("Mã thủ tục"), 12),
        Column(gettext("Thủ tục"), 40),
        Column(gettext("Cơ quan làm bước") if step else gettext("Cơ quan tiếp nhận"), 26),
        Column(gettext("Bước") if step else gettext("Tình trạng"), 34),
        Column(gettext("Người làm"), 22),
        Column(gettext("Tiếp nhận lúc"), 17),
        Column(gettext("Hạn của bước") if step else gettext("Hẹn trả"), 17),
        Column(gettext("Xong lúc"), 17),
    ]


def _finished_values(row: FinishedRow) -> list[Value]:
    return [
        label(row.punctuality).text,
        row.days_late or None,
        row.code,
        row.applicant,
        row.procedure_code,
        either(row.procedure),
        either(row.agency),
        either(row.step) if row.step else label(row.status).text,
        row.person,
        row.received_at,
        row.due_at,
        row.ended_at,
    ]


def _lines(
    asked: Asked,
    rows: Sequence[OversightRow | FinishedRow | RefiledRow],
    agencies: Sequence[OverseenAgency],
) -> list[str]:
    names = {row.procedure_code: either(row.procedure) for row in rows}
    on = "; ".join(label for *_, label in filter_words(asked.query, agencies, names))
    made = gettext(
        "Tính đến %(at)s, lập cho %(person)s, %(agency)s",
        at=local_time(asked.now),
        person=asked.maker.name,
        agency=in_language(*asked.maker.agency),
    )
    size = gettext(
        "%(count)s dòng (mỗi tệp nhiều nhất %(most)s dòng)",
        count=number(len(rows)),
        most=number(EXPORT_ROWS_MOST),
    )
    demo = [gettext("Dữ liệu minh họa – không có người thật")] if is_demo() else []
    return [*demo, gettext("Bộ lọc: %(on)s", on=on or gettext("không")), made, size]


def _columns(standing: Standing, view: View) -> list[Column]:
    late = standing is Standing.OVERDUE
    step = view is View.STEP
    return [
        Column(
            gettext("Số ngày làm việc trễ") if late else gettext("Số ngày làm việc còn lại"), 10
        ),
        Column(gettext("Tạm dừng"), 22),
        Column(gettext("Mã hồ sơ"), 24),
        Column(gettext("Chủ hồ sơ"), 26),
        Column(gettext("Mã thủ tục"), 12),
        Column(gettext("Thủ tục"), 40),
        Column(gettext("Cơ quan đang giữ"), 26),
        Column(gettext("Bước"), 34),
        Column(gettext("Người giữ"), 22),
        Column(gettext("Điện thoại cơ quan"), 16),
        Column(gettext("Giữ từ"), 17),
        Column(gettext("Tiếp nhận lúc"), 17),
        Column(gettext("Hạn của bước") if step else gettext("Hẹn trả"), 17),
    ]


def _values(row: OversightRow) -> list[Value]:
    return [
        row.days,
        _pause(row),
        row.code,
        row.applicant,
        row.procedure_code,
        either(row.procedure),
        _each(either(holder.agency) for holder in row.holders),
        _each(either(holder.step) for holder in row.holders),
        _each(holder.person for holder in row.holders),
        _each(holder.phone for holder in row.holders),
        min((holder.since for holder in row.holders), default=None),
        row.received_at,
        row.due_at,
    ]


def _pause(row: OversightRow) -> str:
    if row.pause is None:
        return ""
    return f"{words(row.pause.kind)} ({reason_words(row.pause.reason)})"


def _each(values: Iterable[str]) -> str:
    """One value per branch, each once."""
    return "; ".join(dict.fromkeys(value for value in values if value))
