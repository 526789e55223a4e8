"""The explanations on a dossier's page in words: of the whole, phases, legs and steps."""

from dataclasses import dataclass

from flask import Flask

from onestop.queries.dossier_rows import DossierPage, Named, PromiseRow, StepRow
from onestop.web.dossier_ledger import scope_words
from onestop.web.explanation_rows import Frame, RowWords, row_words
from onestop.web.language import gettext
from onestop.web.wording import either


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """A date of a phase or a leg, for what it was promised, and why it is what it is."""

    row: PromiseRow
    scope: str
    why: list[RowWords]


def why_whole(page: DossierPage) -> list[RowWords]:
    """Return why the counted date of the whole is what it is."""
    return row_words(page.explanation)


def why_parts(page: DossierPage) -> list[ExplainedLine]:
    """Return the counted dates of phases and legs, each with its explanation."""
    frame = Frame(
        starts=gettext("Bắt đầu"),
        due=gettext("Hẹn của chặng"),
        steps={one.key: either(Named.of(one.name, one.name_en)) for one in page.state.plan},
    )
    return [
        ExplainedLine(row, scope_words(row), row_words(page.dates.promises[row.line.scope], frame))
        for row in page.promises
        if row.is_counted and (row.leg or row.phase)
    ]


def why_step(page: DossierPage, step: StepRow) -> list[RowWords]:
    """Return why the due of an attempt is what it is; nothing for one without a due."""
    frame = Frame(starts=gettext("Giao bước"), due=gettext("Hạn của bước"))
    return row_words(page.dates.of(step.key, step.attempt), frame)


def init_dossier_dates(app: Flask) -> None:
    """Give templates the functions of this module."""
    app.jinja_env.globals.update(why_whole=why_whole, why_parts=why_parts, why_step=why_step)
