"""What a desk hands in for a reception, a guidance visit or a return; one model for every door."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from onestop.domain.events import Channel, Delivery
from onestop.domain.procedures import PaperKind
from onestop.domain.visit_reasons import GUIDANCE_REASONS, REFUSAL_REASONS
from onestop.inputs.fields import PAPERS_MOST, Answers, Id, Key, Note, required
from onestop.inputs.people import Line, Person, PersonKind, refuse


class TickedPaper(BaseModel):
    """A paper that lies on the counter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Key
    kind: PaperKind = PaperKind.ORIGINAL
    count: Annotated[int, Field(ge=1, le=99)] = 1


class Filing(BaseModel):
    """What a person brought: the part that a reception and a guidance visit share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[str, Field(min_length=16, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
    procedure: Annotated[Line, required("procedure_missing")]
    applicant: Person
    submitter: Person | None = None
    papers: Annotated[tuple[TickedPaper, ...], Field(max_length=PAPERS_MOST)] = ()
    note: Note = ""
    answers: Answers = {}
    fee_paid: bool = False
    delivery: Delivery = Delivery.DESK
    copies: Annotated[int, Field(ge=1, le=20)] = 1
    channel: Channel = Channel.DIRECT
    competent_agency: Id | None = None
    desk: Id | None = None
    visit: str = ""

    @field_validator("papers")
    @classmethod
    def _papers(cls, papers: tuple[TickedPaper, ...]) -> tuple[TickedPaper, ...]:
        codes = [paper.code for paper in papers]
        if len(codes) != len(set(codes)):
            raise refuse("paper_twice")
        return papers


def require_reachable(delivery: Delivery, applicant: Person) -> None:
    """Refuse an applicant whom the result could not be sent to as it is wanted."""
    if delivery is Delivery.POSTAL and not applicant.address:
        raise refuse("address_for_post")
    if delivery is Delivery.ELECTRONIC and not (applicant.email or applicant.phone):
        raise refuse("contact_for_electronic")


class Intake(Filing):
    """A dossier to be received."""

    filing_agency: Id | None = None
    on_the_spot: bool = False

    @model_validator(mode="after")
    def _reachable(self) -> "Intake":
        require_reachable(self.delivery, self.applicant)
        return self


class Guidance(Filing):
    """A visit that ends with a slip: guided to complete the papers, or refused with a reason."""

    refused: bool = False
    reason: Line
    missing: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _says_why(self) -> "Guidance":
        if not self.reason:
            raise refuse("reason_missing")
        if self.reason not in (REFUSAL_REASONS if self.refused else GUIDANCE_REASONS):
            raise refuse("reason_unknown")
        if not self.refused and not self.missing and not self.note:
            raise refuse("nothing_asked")
        return self


__all__ = [
    "Filing",
    "Guidance",
    "Intake",
    "Person",
    "PersonKind",
    "TickedPaper",
    "require_reachable",
]
