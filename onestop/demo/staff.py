"""Who works in the invented province: accounts of every role at every agency that has work."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from sqlalchemy.orm import Session

from onestop.demo.names import FEMALE, MALE, full_name
from onestop.demo.province import Province
from onestop.demo.sign_ins import PASSWORD
from onestop.domain.accounts import needs_second_factor
from onestop.domain.agencies import AgencyFunction
from onestop.domain.names import fold
from onestop.domain.rights import Actor, Assignment, Role
from onestop.queries.agencies import AgencyRow
from onestop.services.accounts import assign_role, create_user
from onestop.services.passwords import hash_password

BEFORE: Final = timedelta(weeks=60)

# How many people hold a role at one agency; one where nothing is said.
SEVERAL: Final = {
    (Role.CLERK, AgencyFunction.ONE_STOP): 3,
    (Role.OFFICER, AgencyFunction.JUSTICE): 2,
    (Role.OFFICER, AgencyFunction.ECONOMY): 2,
    (Role.OFFICER, AgencyFunction.LAND_REGISTRATION): 3,
    (Role.OFFICER, AgencyFunction.TAX): 2,
    (Role.LEADER, AgencyFunction.COMMITTEE): 2,
}
# What accounts are called: the work, then the place.
WORDS: Final = {
    (Role.CLERK, AgencyFunction.ONE_STOP): "motcua",
    (Role.LEADER, AgencyFunction.COMMITTEE): "chutich",
    (Role.LEADER, AgencyFunction.ONE_STOP): "giamdoc",
    (Role.REGISTRAR, AgencyFunction.COMMITTEE): "vanthu",
}
FUNCTION_WORDS: Final = {
    AgencyFunction.COMMITTEE: "uyban",
    AgencyFunction.ONE_STOP: "motcua",
    AgencyFunction.OFFICE: "vanphong",
    AgencyFunction.JUSTICE: "hotich",
    AgencyFunction.ECONOMY: "kinhte",
    AgencyFunction.CONSTRUCTION: "xaydung",
    AgencyFunction.LAND: "moitruong",
    AgencyFunction.SOCIAL: "vanhoa",
    AgencyFunction.POLICE: "congan",
    AgencyFunction.TAX: "thue",
    AgencyFunction.INSURANCE: "baohiem",
    AgencyFunction.LAND_REGISTRATION: "datdai",
}
PREFIXES: Final = {Role.LEADER: "truong", Role.REGISTRAR: "vanthu"}


@dataclass(frozen=True, slots=True)
class Post:
    """A role at an agency and how many hold it; `word` begins the account names."""

    agency: AgencyRow
    role: Role
    word: str
    count: int = 1
    assistant: bool = False


@dataclass(frozen=True, slots=True)
class Staff:
    """Who may act for an agency, by agency id and role."""

    holders: Mapping[tuple[int, Role], tuple[Actor, ...]]

    def any_of(self, agency_id: int, role: Role, random: Random) -> Actor:
        """Return somebody who holds the role there."""
        return random.choice(self.holders[agency_id, role])


def hire(session: Session, province: Province, random: Random, *, now: datetime) -> Staff:
    """Open an account for every post of the province, all with the one password of the demo.

    Leaders, auditors and administrators get a second factor, whose code the sign-in page shows on
    loopback (docs/rules.md, rule R29).
    """
    holders: dict[tuple[int, Role], list[Actor]] = {}
    password_hash = hash_password(PASSWORD)
    for post in _posts(province, now):
        for number in range(1, post.count + 1):
            actor = _hire_one(session, post, number, random, now, password_hash)
            if not post.assistant:
                holders.setdefault((post.agency.id, post.role), []).append(actor)
    return Staff({key: tuple(found) for key, found in holders.items()})


def _hire_one(
    session: Session, post: Post, number: int, random: Random, now: datetime, password_hash: str
) -> Actor:
    sex = random.choices((MALE, FEMALE), _women(post.role))[0]
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    since = now - BEFORE
    user_id = create_user(
        session,
        f"{post.word}{number if post.count > 1 else ''}.{_place(post.agency)}",
        display_name=full_name(random, sex, random.randint(1968, 1999)),
        password_hash=password_hash,
        at=since,
        must_change=False,
        demo=True,
        totp_secret=secret if needs_second_factor([post.role]) else None,
    )
    assign_role(
        session,
        user_id,
        agency_id=post.agency.id,
        role=post.role,
        at=since,
        assistant=post.assistant,
    )
    held = Assignment(post.agency.id, post.agency.path, post.role, post.assistant)
    return Actor(user_id, (held,))


def _posts(province: Province, now: datetime) -> list[Post]:
    """The posts that routes need, and those that oversee: heads, an assistant, audit, admin."""
    needed: dict[tuple[int, Role], AgencyRow] = {}
    by_id = {agency.id: agency for agency in province.agencies.values()}
    for plan in province.every_plan(now):
        for step in plan.steps:
            asked = [step.agency] if step.agency else province.consulted(0, step.kind, step.key)
            for agency_id in asked:
                needed[agency_id, step.role] = by_id[agency_id]
    for agency_id, _ in tuple(needed):
        needed.setdefault((agency_id, Role.LEADER), by_id[agency_id])
    top = province.agency("H91")
    posts = [_post(agency, role) for (_, role), agency in sorted(needed.items(), key=_order)]
    if not any(p.agency is top and p.role is Role.LEADER for p in posts):
        posts.append(Post(top, Role.LEADER, "chutich"))
    posts += [
        Post(top, Role.LEADER, "thuky", assistant=True),
        Post(top, Role.AUDITOR, "kiemsoat"),
        Post(top, Role.ADMIN, "quantri"),
    ]
    return posts


def _order(item: tuple[tuple[int, Role], AgencyRow]) -> tuple[str, str]:
    return item[1].code, item[0][1].value


def _post(agency: AgencyRow, role: Role) -> Post:
    function = FUNCTION_WORDS[agency.function]
    prefix = PREFIXES.get(role)
    word = WORDS.get((role, agency.function)) or (f"{prefix}-{function}" if prefix else function)
    return Post(agency, role, word, SEVERAL.get((role, agency.function), 1))


def _women(role: Role) -> tuple[int, int]:
    return (65, 35) if role is Role.LEADER else (35, 65)


def _place(agency: AgencyRow) -> str:
    """The last part of an account: the commune, the region, or the province."""
    if agency.code.startswith("H91.5"):
        return fold(agency.place).replace(" ", "")
    if agency.code in ("H91.31", "H91.32", "H91.35", "H91.36"):
        return f"khuvuc{2 - int(agency.code[-1]) % 2}"
    if agency.code in ("H91.33", "H91.34"):
        return fold(agency.name.removeprefix("Bảo hiểm xã hội cơ sở ")).replace(" ", "")
    return "tinh"
