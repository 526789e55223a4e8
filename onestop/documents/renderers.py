"""Which renderer makes which kind of document."""

from collections.abc import Callable
from typing import Final

from onestop.documents.bulk_receipt import render_bulk_receipt
from onestop.documents.control_slip import render_control_slip
from onestop.documents.letters import render_apology, render_stop_notice
from onestop.documents.receipt import render_receipt
from onestop.documents.sheets import Rendered
from onestop.documents.slips import render_guidance, render_rejection, render_supplement_request

RENDERERS: Final[dict[str, Callable[..., Rendered]]] = {
    "receipt": render_receipt,
    "bulk_receipt": render_bulk_receipt,
    "supplement_request": render_supplement_request,
    "guidance": render_guidance,
    "rejection": render_rejection,
    "apology_extension": render_apology,
    "stop_notice": render_stop_notice,
    "control_slip": render_control_slip,
}
"""Document kind -> renderer(row, *, paper). The row is the `...Row` of that kind."""
