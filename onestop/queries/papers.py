"""What each printed paper needs, as frozen rows: values and codes, never sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from onestop.domain.events import Channel, Delivery


@dataclass(frozen=True, slots=True)
class FormRow:
    """Heading of a statutory form in the edition that holds for the dossier.

    `number` is "01" (printed "Mẫu số 01"), `legal_basis` "Thông tư số 03/2025/TT-VPCP"; both
    empty for a paper that no circular prescribes. `headings` are other printed texts of the
    edition by key; the keys a paper asks for stand in `onestop/documents/headings.py`. `edition` is
    the key of the edition, kept with what is issued.
    """

    kind: str
    title: str
    number: str = ""
    legal_basis: str = ""
    headings: Mapping[str, str] | None = None
    edition: str = ""

    def heading(self, key: str, default: str) -> str:
        """Return the edition's text for `key`, or the default."""
        return (self.headings or {}).get(key, default)


@dataclass(frozen=True, slots=True)
class LetterheadRow:
    """Head of a paper. `serial` is the number with its suffix, "0123/TTPVHCC"; "" leaves a blank.

    `issued_at` is aware; the paper shows it as a local date in the time zone named `zone`.
    """

    parent: str
    unit: str
    place: str
    issued_at: datetime
    zone: str
    serial: str = ""


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What every printed paper holds beside its own values; `is_sample` in a demonstration."""

    form: FormRow
    letterhead: LetterheadRow
    is_sample: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Applicant or submitter as printed; empty strings become dotted blanks."""

    name: str
    address: str = ""
    phone: str = ""
    email: str = ""
    id_number: str = ""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper handed in, with the number of pieces of each kind."""

    name: str
    originals: int = 0
    certified: int = 0
    copies: int = 0
    electronic: int = 0


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One fee in whole dong."""

    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class LegRow:
    """The promise of one leg: the agency and when it should be through (aware)."""

    agency: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """Times of the second phase of a procedure in two phases; None leaves a blank."""

    received_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReceiptRow(FilledForm):
    """Everything on a receipt (Mẫu 01). Instants are aware; `letterhead.zone` is their local zone.

    `limit_amount` and `limit_unit` are the limit of the procedure in the words of
    `domain.limits.LimitUnit`. `link` is the whole status link, `check_code` its eight symbols.
    `first_event_hash` and `anchor` are hexadecimal; an anchor not yet known is "".
    `uncounted` names the steps during which the clock stands still. A corrected receipt tells
    `first_due_at` when its date is another one, and when the receipt it replaces was printed.
    `papers_in_table`: papers stand in a table with columns for originals, certified and copies.
    """

    code: str
    reception_unit: str
    applicant: PersonRow
    request: str
    papers: tuple[PaperRow, ...]
    limit_amount: Decimal
    limit_unit: str
    received_at: datetime
    due_at: datetime
    delivery: Delivery
    delivery_place: str
    received_by: str
    desk: str
    desk_phone: str
    link: str
    check_code: str
    submitter: PersonRow | None = None
    dossier_sets: int = 1
    book_no: str = ""
    book_seq: str = ""
    legs: tuple[LegRow, ...] = ()
    fees: tuple[FeeRow, ...] = ()
    first_phase: datetime | None = None
    second_phase: PhaseRow | None = None
    uncounted: tuple[str, ...] = ()
    first_due_at: datetime | None = None
    replaced_at: datetime | None = None
    notes: tuple[str, ...] = ()
    first_event_hash: str = ""
    anchor: str = ""
    channel: Channel = Channel.DIRECT
    papers_in_table: bool = False


@dataclass(frozen=True, slots=True)
class BulkEntryRow:
    """One dossier on a receipt for several. Instants are aware; `link` is its status link."""

    code: str
    request: str
    applicant_name: str
    received_at: datetime
    due_at: datetime
    link: str
    check_code: str


@dataclass(frozen=True, slots=True)
class BulkReceiptRow(FilledForm):
    """One receipt (Mẫu 01) for several dossiers that one person handed in on one day."""

    reception_unit: str
    submitter: PersonRow
    entries: tuple[BulkEntryRow, ...]
    received_by: str
    desk: str
    desk_phone: str


@dataclass(frozen=True, slots=True)
class SupplementRow(FilledForm):
    """A request to complete a dossier (Mẫu 02).

    Before reception (`code` is "") it is the slip of a guidance visit: `link` reopens the form
    and `kept_until` is the last day on which it does. During casework `bring_by` (aware) ends the
    citizen's term and `if_brought` (aware) is when the desk is next open and the result's date if
    the papers came then.
    """

    reception_unit: str
    applicant: PersonRow
    request: str
    items: tuple[str, ...]
    reason: str
    contact_name: str
    contact_phone: str
    guided_by: str
    code: str = ""
    link: str = ""
    kept_until: date | None = None
    bring_by: datetime | None = None
    if_brought: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class RejectionRow(FilledForm):
    """A refusal to receive, or to handle what was received (Mẫu 03).

    The lines of `reason` are printed as paragraphs. A refusal of a dossier has its `code`, the
    agency that `refused` it, `because` as a code of `domain.reasons`, number and day of that
    agency's own paper, and who handed it in if not the applicant.
    """

    reception_unit: str
    applicant: PersonRow
    request: str
    reason: str
    refused_by: str
    code: str = ""
    refused: str = ""
    because: str = ""
    result: str = ""
    result_on: date | None = None
    submitter: PersonRow | None = None


@dataclass(frozen=True, slots=True)
class SignerRow:
    """Who signed a letter of an agency. `title` is "" where nobody entered that of the head.

    `for_head`: signed in place of the absent head. `name` is "" where no hand has signed yet.
    """

    name: str
    title: str = ""
    for_head: bool = False


@dataclass(frozen=True, slots=True)
class ApologyRow(FilledForm):
    """An apology with a later date (Mẫu 04), of the agency that handles the dossier.

    `promised_at` was told before, `due_at` is told now (aware). `reason` is a code of
    `domain.reasons`, `note` what was written to it. This is extension `n` of at most `most`.
    """

    agency: str
    addressee: PersonRow
    code: str
    request: str
    received_at: datetime
    promised_at: datetime
    due_at: datetime
    reason: str
    signer: SignerRow
    note: str = ""
    n: int = 1
    most: int = 1
    copy_to: str = ""


@dataclass(frozen=True, slots=True)
class StopNoticeRow(FilledForm):
    """A notice that the work on a dossier was ended without a result (Mẫu 05 of 2025).

    `asked_by` is "" when the citizen's term had run out. `stages` are "step (agency)" where the
    dossier lay. `paid` is what the citizen had paid, `fee_kept` that it is not given back.
    """

    agency: str
    addressee: PersonRow
    code: str
    request: str
    received_at: datetime
    promised_at: datetime
    stopped_at: datetime
    reason: str
    signer: SignerRow
    asked_by: str = ""
    note: str = ""
    stages: tuple[str, ...] = ()
    paid: tuple[FeeRow, ...] = ()
    fee_kept: bool = True
    desk_unit: str = ""


@dataclass(frozen=True, slots=True)
class HandOverRow:
    """One hand-over: given and taken, by whom, when (aware), and how the giver's step stood.

    `punctuality` is a value of `domain.standings.Punctuality`, or "" when the giver had no limit.
    `from_stand_in`, `to_stand_in`: who gave or took it in place of the absent person.
    """

    from_agency: str
    from_person: str
    given_at: datetime
    to_agency: str
    to_person: str = ""
    taken_at: datetime | None = None
    punctuality: str = ""
    note: str = ""
    from_stand_in: str = ""
    to_stand_in: str = ""


@dataclass(frozen=True, slots=True)
class ControlSlipRow(FilledForm):
    """The slip that travels with a dossier: one block per hand-over, oldest first."""

    code: str
    applicant_name: str
    received_at: datetime
    due_at: datetime
    lead_agency: str
    cooperating: tuple[str, ...]
    hand_overs: tuple[HandOverRow, ...]
    book_no: str = ""
    book_seq: str = ""
    blank_blocks: int = 0
