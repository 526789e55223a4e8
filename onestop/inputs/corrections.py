"""What is typed to put a reception right: everybody of the dossier, and what it is filed under."""

from typing import Annotated

from pydantic import Field, model_validator

from onestop.domain.events import Delivery
from onestop.domain.statuses import Action
from onestop.inputs.casework import Explained
from onestop.inputs.fields import PAPERS_MOST, Answers, Id
from onestop.inputs.people import Line, Person
from onestop.inputs.reception import TickedPaper, require_reachable


class Correction(Explained):
    """A correction with its reason.

    `procedure` is the code of the right one, "" when it was right; only then do papers and answers
    count. `delivery` is how the result is wanted: whoever it is sent to must be reachable.
    """

    ACTION = Action.CORRECT

    applicant: Person
    submitter: Person | None = None
    delivery: Delivery
    procedure: Line = ""
    competent_agency: Id | None = None
    papers: Annotated[tuple[TickedPaper, ...], Field(max_length=PAPERS_MOST)] = ()
    answers: Answers = Field(default_factory=dict)

    @model_validator(mode="after")
    def _reachable(self) -> "Correction":
        require_reachable(self.delivery, self.applicant)
        return self
