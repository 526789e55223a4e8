"""Papers of the counter beyond the statute: the rows they are printed from, values and codes."""

from dataclasses import astuple, dataclass
from datetime import date, datetime

from onestop.domain.events import Delivery
from onestop.domain.office_time import office_date
from onestop.domain.payments import PaymentKind
from onestop.queries.papers import FilledForm, PersonRow


@dataclass(frozen=True, slots=True)
class ResultReceiptRow(FilledForm):
    """What the citizen signs on collecting a result; `checked` are the words of what was shown.

    `paid` is what was paid for the dossier in all, in whole dong; `others` are (code, result) of
    what the same person collected with it.
    """

    code: str
    reception_unit: str
    applicant: PersonRow
    request: str
    result: str
    result_number: str
    taker: str
    checked: str
    delivery: Delivery
    paid: int
    returned_at: datetime
    returned_by: str
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FeeReceiptRow(FilledForm):
    """A receipt for one sum taken at the counter, in whole dong; `fees` names what it is for."""

    code: str
    reception_unit: str
    payer: PersonRow
    request: str
    fees: str
    amount: int
    taken_at: datetime
    taken_by: str


@dataclass(frozen=True, slots=True)
class FeeLineRow:
    """One payment on the sheet of a cash box, negative when given back. No names: see R13."""

    at: datetime
    code: str
    procedure: str
    kind: PaymentKind
    amount: int


@dataclass(frozen=True, slots=True)
class FeeSheetPaperRow(FilledForm):
    """The locked sheet of one clerk's cash box of one day; a later part says `part` 2, 3, ..."""

    reception_unit: str
    clerk: str
    day: date
    part: int
    lines: tuple[FeeLineRow, ...]
    counted: int
    reason: str

    @property
    def taken(self) -> int:
        """What the system says was taken, in whole dong."""
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class ResultLineRow:
    """One result on its way to the desk; `owed` is what is still to be collected, whole dong."""

    code: str
    request: str
    result: str
    applicant: str
    address: str
    fee: int
    owed: int
    by_post: bool


@dataclass(frozen=True, slots=True)
class ResultListRow(FilledForm):
    """The results that a unit hands over to the desk, and the desk's side that takes them."""

    from_unit: str
    to_desk: str
    taken_by: str
    lines: tuple[ResultLineRow, ...]

    @property
    def figures(self) -> object:
        """What a printed list says: one that says something else is another list."""
        return [astuple(line) for line in self.lines]


@dataclass(frozen=True, slots=True)
class DeskFiguresRow:
    """What one desk did in a day; codes are "" where it received nothing.

    `undone` are those of `received` whose reception was voided since.
    """

    desk: str
    received: int
    guided: int
    refused: int
    first_code: str
    last_code: str
    undone: int = 0


@dataclass(frozen=True, slots=True)
class VoidedRow:
    """A number of the day that no dossier bears, and why, as a code."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClerkTakingsRow:
    """What one clerk took that day in whole dong; `open` is the part of it on no locked sheet.

    `given_back` are the sums that went back to citizens, already taken off `taken`.
    """

    clerk: str
    payments: int
    taken: int
    open: int
    difference: int
    given_back: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DaySheetRow(FilledForm):
    """The day of a one-stop unit: figures of its desks, numbers that are void, money, the anchor.

    `highest` is the last number given; `anchor` hexadecimal with its instant, "" while there is
    none. `reasons` are the words of the codes of `voided`.
    """

    reception_unit: str
    day: date
    until: datetime
    desks: tuple[DeskFiguresRow, ...]
    returned: int
    by_post: int
    highest: int
    voided: tuple[VoidedRow, ...]
    takings: tuple[ClerkTakingsRow, ...]
    made_by: str
    anchor: str = ""
    anchored_at: datetime | None = None

    @property
    def figures(self) -> object:
        """What a printed sheet says, and whether it says it of a day that was over.

        Not who made it when, nor the anchor known then: these do not make it wrong.
        """
        return (
            office_date(self.until) > self.day,
            [astuple(desk) for desk in self.desks],
            (self.returned, self.by_post, self.highest),
            [astuple(voided) for voided in self.voided],
            [astuple(taking) for taking in self.takings],
        )

    @property
    def undone(self) -> int:
        """Dossiers received at all desks whose reception was voided since."""
        return sum(desk.undone for desk in self.desks)

    @property
    def received(self) -> int:
        """Dossiers received at all desks, those undone included."""
        return sum(desk.received for desk in self.desks)

    @property
    def guided(self) -> int:
        """Visits that ended with guidance."""
        return sum(desk.guided for desk in self.desks)

    @property
    def refused(self) -> int:
        """Visits that ended with a refusal to receive."""
        return sum(desk.refused for desk in self.desks)


@dataclass(frozen=True, slots=True)
class PosterRow:
    """The desk poster: whose desk, whom to call; `link` opens what the QR says."""

    agency: str
    parent: str
    phone: str
    address: str
    link: str
