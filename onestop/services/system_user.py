"""The account that stands for the house itself: events name an actor also when nobody acts."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onestop.domain.accounts import SYSTEM_USERNAME
from onestop.models.accounts import User
from onestop.services.passwords import hash_of_nothing

DISPLAY_NAME = "onestop (tự động)"


def system_user(session: Session, *, at: datetime) -> int:
    """Return the id of the system's account, made when it is first needed.

    It is closed from its first moment, has no role and a password that nobody has.
    """
    wanted = select(User.id).where(User.username == SYSTEM_USERNAME)
    found = session.scalar(wanted)
    if found is not None:
        return found
    user = User(
        username=SYSTEM_USERNAME,
        display_name=DISPLAY_NAME,
        password_hash=hash_of_nothing(),
        created_at=at,
        disabled_at=at,
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        return session.scalars(wanted).one()  # another process made it in this moment
    return user.id
