"""What the steps and papers of a dossier are called, in both languages."""

from collections.abc import Sequence

from onestop.domain.dossier import DossierState
from onestop.domain.procedures import ProcedureSpec
from onestop.queries.dossier_rows import Named


def step_name(state: DossierState, key: str) -> Named:
    """Return the name of a step of the dossier's route."""
    planned = state.planned(key)
    return Named.of(planned.name, planned.name_en)


def paper_names(spec: ProcedureSpec, codes: Sequence[str]) -> tuple[Named, ...]:
    """Return the names of papers; one that the edition does not know is called by its code."""
    names = {paper.code: Named.of(paper.name, paper.name_en) for paper in spec.papers}
    return tuple(names.get(code, Named(code, code)) for code in codes)
