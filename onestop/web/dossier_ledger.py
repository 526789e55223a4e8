"""Dates on a dossier's page in words: what waits for a leader, what may still be put off."""

from flask import Flask

from onestop.domain.decisions.correction import RECEIPT
from onestop.domain.events import Ground, PauseKind, ProposalKind
from onestop.domain.statuses import OPEN
from onestop.queries.dossier_rows import DocumentRow, DossierPage, MoveRow, PromiseRow, ProposalRow
from onestop.web.filters import local_time, working_days
from onestop.web.language import gettext
from onestop.web.wording import document_words, either


def proposal_moves(page: DossierPage, proposal: ProposalRow) -> list[MoveRow]:
    """Return what the reader may decide about a proposal, the agreement first."""
    return [move for move in page.moves if move.proposal == proposal.proposal]


def waiting_for(page: DossierPage, proposal: ProposalRow) -> str:
    """Return for whose decision a proposal waits, or what the reader's waits for, or ""."""
    if proposal_moves(page, proposal):
        later = proposal.kind is ProposalKind.EXTENSION and page.open_pauses
        return gettext("Ký được khi thời hạn của hồ sơ được tính tiếp.") if later else ""
    return gettext("Đang chờ lãnh đạo %(agency)s duyệt.", agency=either(proposal.agency))


def proposed_by(page: DossierPage, move: MoveRow) -> ProposalRow | None:
    """Return the proposal that a move decides, None for a move of its own."""
    return next((row for row in page.proposals if row.proposal == move.proposal), None)


def lead_rule(page: DossierPage) -> str:
    """Return until when a later date may be told, and what it leaves as it was."""
    told = page.state.last_promise()
    return gettext(
        "Hẹn đã báo: %(told)s. Chỉ được hẹn lại chậm nhất %(days)s trước hẹn đó; mốc xét đúng hạn"
        " giữ nguyên.",
        told=local_time(told.due_at if told else None),
        days=working_days(page.state.received.extension_lead),
    )


def standstill(page: DossierPage) -> list[str]:
    """Return that the clock of the whole stands still, and which date would follow.

    Only while the work is open; nothing while the clock runs.
    """
    state = page.state
    if state.status not in OPEN or not state.open_pauses:
        return []
    sentences = []
    if any(pause.kind is PauseKind.UNCOUNTED for pause in state.open_pauses):
        sentences.append(gettext("Thời hạn chung của hồ sơ đang đứng yên."))
    if page.resumption is not None:
        sentences.append(
            gettext(
                "Nếu thời hạn được tính tiếp từ %(start)s thì hẹn trả kết quả là %(due)s.",
                start=local_time(page.resumption.from_at),
                due=local_time(page.resumption.due_at),
            )
        )
    return sentences


def scope_words(row: PromiseRow) -> str:
    """Return for what a line of the ledger promises: the whole, a phase, a leg."""
    if row.phase:
        return gettext("Giai đoạn %(number)s", number=row.phase)
    if row.leg:
        return gettext(
            "Chặng %(number)s: %(agency)s", number=row.leg, agency=either(row.agency) or "–"
        )
    return gettext("Toàn bộ hồ sơ")


def told_by(page: DossierPage, row: PromiseRow) -> str:
    """Return what told the citizen a date: the paper with its number, or the status page."""
    line = row.line
    kind = line.document
    if not kind and line.ground is Ground.FIRST and row.phase <= 1:
        kind = RECEIPT
    if not kind:
        return gettext("Trang tra cứu")
    paper = _telling(page, kind, row.version)
    if paper is None or paper.number is None:
        return document_words(kind)
    return gettext(
        "%(paper)s số %(number)s/%(year)s",
        paper=document_words(kind),
        number=paper.number,
        year=paper.year,
    )


def _telling(page: DossierPage, kind: str, version: int) -> DocumentRow | None:
    """The first issue of a kind of paper once the dossier had this version."""
    issued = (one for one in page.documents if one.kind == kind and one.number is not None)
    since = [one for one in issued if (one.dossier_version or 0) >= version]
    return min(since, key=lambda one: one.document_id, default=None)


def init_dossier_ledger(app: Flask) -> None:
    """Give templates the functions of this module."""
    app.jinja_env.globals.update(
        proposal_moves=proposal_moves,
        waiting_for=waiting_for,
        proposed_by=proposed_by,
        lead_rule=lead_rule,
        standstill=standstill,
        scope_words=scope_words,
        told_by=told_by,
    )
