"""Which law and which set of forms hold on a day."""

from datetime import date

LAW_2025_FROM = date(2025, 7, 1)
FORMS_2025_FROM = date(2025, 9, 15)


def law_edition(on: date) -> str:
    """Return "2025" (decree 118/2025) for receptions from 1 July 2025 on, else "2018".

    Source: docs/rules.md, rule F4.
    """
    return "2025" if on >= LAW_2025_FROM else "2018"


def form_edition(on: date) -> str:
    """Return the key of the form set printed on that day: "2025" (circular 03/2025) or "2018".

    The first day of the 2025 set is a default until someone confirms it (data/form-editions).
    """
    return "2025" if on >= FORMS_2025_FROM else "2018"
