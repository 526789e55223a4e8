"""Status links: what the QR of a receipt opens, and the check code printed below it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from onestop.domain.codes import CheckCode, StatusToken
from onestop.models.base import table_of
from onestop.models.dossiers import StatusLink
from onestop.models.sealing import keyed_hash

CHECK_CODE_PURPOSE = "check_code"
_INSERT_LINK = insert(table_of(StatusLink))


@dataclass(frozen=True, slots=True)
class Link:
    """A status link with its secrets, as the receipt prints them. Never log it."""

    token: StatusToken
    check_code: CheckCode


def make_link(session: Session, dossier_id: int, *, version: int, at: datetime) -> Link:
    """Make the link of a new dossier or of a corrected receipt; return its secrets.

    The token is random, found by its SHA-256 and kept sealed. Source: docs/rules.md, rule R20.
    """
    link = Link(StatusToken.random(), CheckCode.random())
    session.execute(_INSERT_LINK, link_row(link, dossier_id, version=version, at=at))
    return link


def link_row(link: Link, dossier_id: int, *, version: int, at: datetime) -> dict[str, Any]:
    """Return the row of a link: what finds it, and its secrets for the column that seals them."""
    return {
        "dossier_id": dossier_id,
        "version": version,
        "token_sha256": link.token.sha256,
        "token": link.token.text,
        "check_code_hmac": keyed_hash(CHECK_CODE_PURPOSE, link.check_code.text),
        "check_code": link.check_code.text,
        "state": "live",
        "made_at": at,
    }


def live_link(session: Session, dossier_id: int) -> Link | None:
    """Return the link that the dossier's receipt carries now, or None when it was revoked."""
    row = session.execute(
        select(StatusLink.token, StatusLink.check_code)
        .where(StatusLink.dossier_id == dossier_id, StatusLink.state == "live")
        .order_by(StatusLink.version.desc())
    ).first()
    if row is None or row.token is None or row.check_code is None:
        return None
    return Link(StatusToken(row.token), CheckCode(row.check_code))
