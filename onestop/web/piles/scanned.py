"""What came out of the scan box, and how a page that scans is answered."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from onestop.inputs.finding import Find
from onestop.queries.search import code_of, slip_replaced_at
from onestop.web.data import read
from onestop.web.flash import Tone, flash
from onestop.web.identity import actor
from onestop.web.language import gettext
from onestop.web.pile_words import void_slip

PART = "X-Onestop-Part"
"""A page that scans without reloading says so: it is answered with the parts that change."""


def scanned_code() -> tuple[str | None, str]:
    """Return the code scanned, if the person may see it, and what is wrong with its receipt."""
    sought = Find(q=request.form.get("scan", ""))
    if sought.code is None and sought.token is None:
        return None, ""
    with read() as db:
        code = code_of(db, actor(), code=sought.code, token=sought.token)
        replaced_at = slip_replaced_at(db, sought.token) if code else None
    # Other papers are scanned before this is read: it names its dossier.
    return code, f"{code}: {void_slip(replaced_at)}" if replaced_at else ""


def not_found(sent: str | None = None) -> str:
    """Return the sentence for what was scanned, or sent, and is nothing the person may see."""
    # Only a code is repeated: anything else that was scanned may hold a secret or a whole card.
    sought = Find(q=request.form.get("scan", "") if sent is None else sent)
    if sought.code is not None:
        return gettext("Không tìm thấy hồ sơ %(code)s. Hãy kiểm tra lại mã.", code=sought.code)
    return gettext(
        "Không tìm thấy hồ sơ nào theo mã vừa quét. Hãy quét lại, hoặc gõ mã trên giấy hẹn."
    )


def told(done: str, warning: str, address: str) -> ResponseReturnValue:
    """Tell on the next page, for want of scripts, what was done and what was odd about it."""
    flash(done)
    if warning:
        flash(warning, Tone.WARNING)
    return redirect(address)
