"""Where a request comes from: forms of other sites are refused whatever token they carry."""

from urllib.parse import urlsplit

from flask import abort, current_app, request


def refuse_other_sites() -> None:
    """Abort with 403 when the browser says that another site sent this form.

    Browsers say so in Sec-Fetch-Site; older ones only in Origin. "null" is what they send from a
    page with Referrer-Policy no-referrer, our public pages among them, so it decides nothing: the
    token in the form does.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site != "same-origin":
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin not in {None, "null"} and origin not in _own_origins():
        abort(403)


def is_own_form() -> bool:
    """Return whether the browser says that this form stood on a page of ours; silence is no."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") in _own_origins()


def _own_origins() -> set[str]:
    # The host is one of TRUSTED_HOSTS by now, so that it may count as our own.
    base = urlsplit(current_app.config["ONESTOP_BASE_URL"])
    return {f"{base.scheme}://{base.netloc}", request.host_url.rstrip("/")}
