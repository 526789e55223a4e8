"""The own password typed again, as a signature: failures count like those of signing in."""

from flask import abort, request

from onestop import clock
from onestop.domain import accounts as rules
from onestop.domain.accounts import WrongPassword
from onestop.queries import accounts as accounts_query
from onestop.services import accounts as accounts_service
from onestop.services.passwords import password_matches
from onestop.web import identity
from onestop.web.data import read, write


def require_own_password(password: str) -> None:
    """Return when this is the password of the person signed in.

    Raises WrongPassword, counted against the account, and SignInTooOften after too many.
    """
    person, now, address = identity.viewer(), clock.now(), request.remote_addr or ""
    if person is None:
        abort(401)
    with read() as db:
        account = accounts_query.account(db, person.user_id, now=now)
        failures = accounts_query.failures(db, person.username, address=address, now=now)
    rules.refuse_while_throttled(failures, now)
    cleaned = rules.clean_password(password[: rules.LONGEST_PASSWORD])
    right = account is not None and password_matches(account.password_hash, cleaned)
    with write() as db:
        # Guesses sent at once all came past the first look: whoever is late learns nothing.
        accounts_service.wait_for_others(db, person.username)
        now = clock.now()
        failures = accounts_query.failures(db, person.username, address=address, now=now)
        rules.refuse_while_throttled(failures, now)
        if right:
            accounts_service.forget_failures(db, person.username, address=address)
        else:
            accounts_service.record_failure(db, person.username, address=address, at=now)
    if not right:
        raise WrongPassword
