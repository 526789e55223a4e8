"""Who holds a paper and who was faster, in words: refusals that name people."""

from datetime import datetime

from flask import Flask

from onestop.domain.decisions import PaperElsewhere, take_over_paper
from onestop.domain.dossier import DossierState
from onestop.domain.errors import DomainError
from onestop.domain.events import ReleasedTo, Stayed, TakenBy
from onestop.domain.rights import Actor
from onestop.queries.paper_places import agency_called, person_at, person_called
from onestop.queries.piles import PileRow
from onestop.services.piles import GivenElsewhere, NotGiven, PileAnswered
from onestop.web.data import read
from onestop.web.filters import local_date, local_time
from onestop.web.language import gettext
from onestop.web.messages import message_for, sentences_for
from onestop.web.messages.entry import N_
from onestop.web.wording import either

STAYED = {
    Stayed.MISSING: N_("Không có trong chồng, bên giao còn giữ"),
    Stayed.CALLED_BACK: N_("Bên giao đã lấy lại"),
}
HOW = {
    TakenBy.SCAN: N_("quét từng hồ sơ"),
    TakenBy.PASSWORD: N_("nhập mật khẩu"),
    TakenBy.HAND: N_("nhận tận tay"),
}
RELEASED = {
    ReleasedTo.APPLICANT: N_("Đã trả bản giấy cho công dân"),
    ReleasedTo.ARCHIVE: N_("Đã đưa bản giấy vào lưu trữ"),
}


def init_pile_words(app: Flask) -> None:
    """Give templates the words for piles."""
    app.jinja_env.globals.update(stayed_words=stayed_words, how_words=how_words)
    app.jinja_env.filters["pile_number"] = pile_number


def pile_number(pile: PileRow) -> str:
    """Return a pile's number as its list has it: "0012/2026"."""
    return f"{pile.number:04}/{pile.year}"


def stayed_words(why: Stayed) -> str:
    """Return why a paper stays with the giver."""
    return gettext(STAYED[why])


def how_words(how: TakenBy) -> str:
    """Return how the receiving side signed."""
    return gettext(HOW[how])


def held_by_other(error: PaperElsewhere, code: str) -> str:
    """Return who holds the original of a dossier, where and since when."""
    with read() as db:
        person, agency = person_at(db, error.holder, error.agency)
    return gettext(
        "Bản giấy của %(code)s do %(person)s (%(agency)s) giữ từ %(at)s.",
        code=code,
        person=person,
        agency=either(agency),
        at=local_time(error.since),
    )


def was_faster(error: PileAnswered) -> str:
    """Return who answered first, and when."""
    with read() as db:
        person = person_called(db, error.by)
    if not person:
        return message_for(error)
    return gettext(
        "%(person)s đã trả lời trước, lúc %(at)s. Không cần nhận lại.",
        person=person,
        at=local_time(error.at),
    )


def went_elsewhere(error: GivenElsewhere) -> str:
    """Return where a pile went before, when, and who took it."""
    with read() as db:
        agency = agency_called(db, error.agency)
        person = person_called(db, error.taken_by)
    told = gettext(
        "Chồng số %(number)s đã giao tới %(agency)s lúc %(at)s.",
        number=f"{error.given.number:04}/{error.given.year}",
        agency=either(agency),
        at=local_time(error.at),
    )
    if error.taken_at is None:
        then = gettext("Chồng chưa được nhận xong.")
    elif person:
        at = local_time(error.taken_at)
        then = gettext("%(person)s đã nhận xong lúc %(at)s.", person=person, at=at)
    else:
        then = gettext("Bên giao đã lấy lại lúc %(at)s.", at=local_time(error.taken_at))
    return f"{told} {then}"


def void_slip(replaced_at: datetime | None) -> str:
    """Return that the receipt just scanned is void, as the public page does; "" for a valid one."""
    if replaced_at is None:
        return ""
    return gettext(
        "Giấy này đã được thay ngày %(day)s. Hãy thu lại giấy cũ.", day=local_date(replaced_at)
    )


def may_take_over(state: DossierState, actor: Actor) -> bool:
    """Return whether the person may say that the original is now in his or her hands."""
    try:
        take_over_paper(state, actor)
    except DomainError:
        return False
    return True


def refused_papers(error: NotGiven) -> str:
    """Return which papers cannot go on, each with its reason."""
    told = [f"{code}: {sentences_for(why)[0]}" for code, why in error.refused.items()]
    return " ".join([gettext("Chưa ghi gì."), *told])
