"""Where every dossier stands now. Written only by services/event_log.py from the fold."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from onestop.domain.dossier import StepStatus
from onestop.domain.events import Channel, Delivery, Ground, PauseKind, ProposalKind
from onestop.domain.rights import Role
from onestop.domain.routes import StepKind
from onestop.domain.standings import Punctuality
from onestop.domain.statuses import Status
from onestop.models.base import Base, stored_enum
from onestop.models.sealing import Sealed

FINISHED = text("finished_at IS NOT NULL")
NOT_FINISHED = text("finished_at IS NULL")
DONE_STEP = text("status = 'done'")
NOT_DECIDED = text("decided_at IS NULL")
TERM_RUNS = text("closed_at IS NULL AND citizen_due_at IS NOT NULL")
LIVE_STEP = text("status IN ('offered', 'open')")


class Dossier(Base):
    """One row per dossier: what lists sort by and count.

    `late_at` is NULL while a pause that began in time is open: such a dossier cannot become late
    (docs/rules.md, rule R5). Overdue is always asked, never stored: `finished_at IS NULL AND
    late_at <= now`.
    """

    __tablename__ = "dossiers"
    __table_args__ = (
        UniqueConstraint("receiving_agency_id", "number_day", "number"),
        UniqueConstraint("receiving_agency_id", "book_year", "book", "book_number"),
        CheckConstraint(
            "returned_at IS NULL OR finished_at IS NOT NULL", name="return_after_finish"
        ),
        CheckConstraint("late_at IS NOT NULL OR paused_at IS NOT NULL", name="late_or_paused"),
        CheckConstraint("version >= 1", name="version_from_one"),
        Index(
            "ix_dossiers_open_by_agency",
            "receiving_agency_id",
            "late_at",
            "id",
            sqlite_where=NOT_FINISHED,
            postgresql_where=NOT_FINISHED,
        ),
        Index(
            "ix_dossiers_open",
            "late_at",
            "id",
            sqlite_where=NOT_FINISHED,
            postgresql_where=NOT_FINISHED,
        ),
        Index("ix_dossiers_received", "receiving_agency_id", "received_at"),
        # Partial, or SQLite would take it for the open ones, all equal in it, and sort them itself.
        Index(
            "ix_dossiers_finished_at",
            "finished_at",
            sqlite_where=FINISHED,
            postgresql_where=FINISHED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    version: Mapped[int]
    status: Mapped[Status] = mapped_column(stored_enum(Status))
    audience: Mapped[str] = mapped_column(String(16))
    procedure_edition_id: Mapped[int] = mapped_column(
        ForeignKey("procedure_editions.id"), index=True
    )
    procedure_code: Mapped[str] = mapped_column(String(40))
    law_edition: Mapped[str] = mapped_column(String(16))
    form_edition: Mapped[str] = mapped_column(String(16))
    filing_agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    receiving_agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    competent_agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    channel: Mapped[Channel] = mapped_column(stored_enum(Channel))
    number_day: Mapped[date]
    number: Mapped[int]
    book_year: Mapped[int]
    book: Mapped[int]
    book_number: Mapped[int]
    limit: Mapped[str] = mapped_column(String(40))
    copies: Mapped[int]
    fee: Mapped[int]
    fee_paid: Mapped[bool]
    delivery: Mapped[Delivery] = mapped_column(stored_enum(Delivery))
    received_at: Mapped[datetime]
    received_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    first_due_at: Mapped[datetime]
    due_at: Mapped[datetime]
    last_due_at: Mapped[datetime]
    late_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(40))
    punctuality: Mapped[Punctuality | None] = mapped_column(stored_enum(Punctuality))
    supplement_requests: Mapped[int] = mapped_column(server_default="0")
    refiling_of: Mapped[str | None] = mapped_column(String(60), index=True)
    called_at: Mapped[datetime | None]


class Step(Base):
    """One attempt at one step: its holder, its clock, its end. A row per hand-over."""

    __tablename__ = "steps"
    __table_args__ = (
        Index(
            "ix_steps_live_by_agency",
            "agency_id",
            "late_at",
            "dossier_id",
            sqlite_where=LIVE_STEP,
            postgresql_where=LIVE_STEP,
        ),
        Index(
            "ix_steps_done_by_agency",
            "agency_id",
            "ended_at",
            sqlite_where=DONE_STEP,
            postgresql_where=DONE_STEP,
        ),
        Index(
            "ix_steps_live_by_holder",
            "holder_id",
            "late_at",
            sqlite_where=LIVE_STEP,
            postgresql_where=LIVE_STEP,
        ),
    )

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(600))
    name_en: Mapped[str] = mapped_column(String(600))
    kind: Mapped[StepKind] = mapped_column(stored_enum(StepKind))
    role: Mapped[Role] = mapped_column(stored_enum(Role))
    leg: Mapped[int]
    phase: Mapped[int]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    status: Mapped[StepStatus] = mapped_column(stored_enum(StepStatus))
    offered_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    late_at: Mapped[datetime | None]
    paused: Mapped[bool]


class Promise(Base):
    """One line of the promise ledger; a line is never changed (docs/rules.md, rule R4)."""

    __tablename__ = "promises"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(40))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    ground: Mapped[Ground] = mapped_column(stored_enum(Ground))
    due_at: Mapped[datetime]
    late_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(40), server_default="")
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    document: Mapped[str] = mapped_column(String(40), server_default="")


class Proposal(Base):
    """What waits for a leader's agreement: papers asked for again, or a later date."""

    __tablename__ = "proposals"
    __table_args__ = (
        Index(
            "ix_proposals_open",
            "dossier_id",
            sqlite_where=NOT_DECIDED,
            postgresql_where=NOT_DECIDED,
        ),
    )

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    proposal: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ProposalKind] = mapped_column(stored_enum(ProposalKind))
    step_key: Mapped[str] = mapped_column(String(40))
    attempt: Mapped[int]
    reason: Mapped[str] = mapped_column(String(40))
    papers: Mapped[str] = mapped_column(String(4000))
    due_at: Mapped[datetime | None]
    asked_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    agreed: Mapped[bool]


class Pause(Base):
    """One standstill of the clock."""

    __tablename__ = "pauses"
    __table_args__ = (
        Index(
            "ix_pauses_terms",
            "citizen_due_at",
            sqlite_where=TERM_RUNS,
            postgresql_where=TERM_RUNS,
        ),
    )

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    pause: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PauseKind] = mapped_column(stored_enum(PauseKind))
    step_key: Mapped[str] = mapped_column(String(40))
    attempt: Mapped[int]
    reason: Mapped[str] = mapped_column(String(40))
    papers: Mapped[str] = mapped_column(String(4000))
    amount: Mapped[int | None]
    opened_at: Mapped[datetime]
    citizen_due_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Participation(Base):
    """That an agency takes part in a dossier, and as what: the key to every staff query (R16)."""

    __tablename__ = "participations"
    __table_args__ = (Index("ix_participations_agency", "agency_id", "dossier_id"),)

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    taking_part_as: Mapped[str] = mapped_column(String(16), primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class Party(Base):
    """The applicant or the submitter of a dossier; contact and number are sealed (rule R14)."""

    __tablename__ = "parties"
    __table_args__ = (
        CheckConstraint("role IN ('applicant', 'submitter')", name="role"),
        Index("ix_parties_id_number_hash", "id_number_hash"),
        Index("ix_parties_phone_hash", "phone_hash"),
        Index("ix_parties_name_folded", "name_folded"),
    )

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(255))
    name_folded: Mapped[str] = mapped_column(String(255))
    name_sort: Mapped[str] = mapped_column(String(255))
    born: Mapped[str | None] = mapped_column(String(10))
    sex: Mapped[str | None] = mapped_column(String(8))
    id_number: Mapped[str | None] = mapped_column(Sealed("party.id_number"))
    id_number_hash: Mapped[str | None] = mapped_column(String(64))
    id_last_four_hash: Mapped[str | None] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(Sealed("party.phone"))
    phone_hash: Mapped[str | None] = mapped_column(String(64))
    phone_last_four_hash: Mapped[str | None] = mapped_column(String(64))
    email: Mapped[str | None] = mapped_column(Sealed("party.email"))
    address: Mapped[str | None] = mapped_column(Sealed("party.address"))


class SearchTerm(Base):
    """One folded word by which a dossier is found; searched by prefix range on both databases."""

    __tablename__ = "search_terms"
    __table_args__ = (Index("ix_search_terms_term", "term", "dossier_id"),)

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    term: Mapped[str] = mapped_column(String(64), primary_key=True)


class DossierPaper(Base):
    """A paper that lies in the dossier: handed in at reception or with a supplement."""

    __tablename__ = "dossier_papers"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(16))
    count: Mapped[int]
    handed_in_at: Mapped[datetime]


class StatusLink(Base):
    """What the QR of a receipt opens (docs/rules.md, rule R20)."""

    __tablename__ = "status_links"
    __table_args__ = (CheckConstraint("state IN ('live', 'superseded', 'revoked')", name="state"),)

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    token: Mapped[str | None] = mapped_column(Sealed("link.token"))
    check_code_hmac: Mapped[str] = mapped_column(String(64))
    check_code: Mapped[str | None] = mapped_column(Sealed("link.check_code"))
    state: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
