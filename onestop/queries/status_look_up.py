"""Finding a status link by the dossier code and a second secret."""

import hmac
from typing import Final

from sqlalchemy import Connection, bindparam, select

from onestop.domain.codes import BadCode, CheckCode, DossierCode
from onestop.domain.masks import SHOWN_OF_ID
from onestop.models.dossiers import Dossier, Party, StatusLink
from onestop.models.sealing import HashOf, keyed_hash
from onestop.queries.parties import APPLICANT

_LOOK_UP = (
    select(
        StatusLink.token_sha256,
        StatusLink.state,
        StatusLink.check_code_hmac,
        Party.id_last_four_hash,
        Party.phone_last_four_hash,
    )
    .join(Dossier, Dossier.id == StatusLink.dossier_id)
    .outerjoin(Party, APPLICANT)
    .where(Dossier.code == bindparam("code"))
)
_NO_LINK: Final = "0" * 64


def token_for(connection: Connection, code: str, secret: str) -> str:
    """Return the SHA-256 of the link that `code` and its second secret open.

    The secret is the check code of the slip or the last four symbols of the applicant's ID number
    or telephone. Anything that does not fit gives a digest that opens nothing, after the same
    work. Source: docs/rules.md, rule R20.
    """
    try:
        wanted = str(DossierCode.parse(code))
    except BadCode:
        wanted = ""
    links = connection.execute(_LOOK_UP, {"code": wanted}).all()
    by_check_code, by_last_four = _secret_hashes(secret)
    found = _NO_LINK
    for link in links:
        fits = _same(link.check_code_hmac, by_check_code)
        if link.state == "live":
            fits |= _same(link.id_last_four_hash, by_last_four)
            fits |= _same(link.phone_last_four_hash, by_last_four)
        if fits:
            found = link.token_sha256
    return found


def _secret_hashes(secret: str) -> tuple[str, str]:
    check_code = CheckCode.parse(secret)
    symbols = "".join(char for char in secret if char.isalnum()).upper()
    last_four = symbols if len(symbols) == SHOWN_OF_ID else ""
    return (
        keyed_hash(HashOf.CHECK_CODE, check_code.text if check_code else ""),
        keyed_hash(HashOf.LAST_FOUR, last_four),
    )


def _same(stored: str | None, typed: str) -> bool:
    return hmac.compare_digest(stored or _NO_LINK, typed)
