"""The scan box: an identity card, a receipt, a code or a few words; what came is never kept."""

from dataclasses import dataclass
from datetime import date

from onestop.domain.codes import DossierCode, StatusToken, is_dossier_code
from onestop.domain.identity_card import BadCard, CardProblem, CardReading, CardWarning, parse_card
from onestop.web.language import gettext
from onestop.web.messages.entry import N_

LONGEST = 2_000
LONGEST_TEXT = 120

WARNINGS = {
    CardWarning.PLACE_UNKNOWN: N_("Mã nơi đăng ký khai sinh trong số định danh không có thật."),
    CardWarning.YEAR_DIFFERS: N_("Năm sinh không khớp với số định danh."),
    CardWarning.SEX_DIFFERS: N_("Giới tính không khớp với số định danh."),
    CardWarning.SEX_UNREADABLE: N_("Không đọc được giới tính."),
    CardWarning.BIRTH_DATE_UNREADABLE: N_("Không đọc được ngày sinh."),
    CardWarning.BIRTH_IN_FUTURE: N_("Ngày sinh ở sau hôm nay."),
    CardWarning.ISSUE_DATE_UNREADABLE: N_("Không đọc được ngày cấp thẻ."),
    CardWarning.ISSUE_IN_FUTURE: N_("Ngày cấp thẻ ở sau hôm nay."),
    CardWarning.ISSUE_BEFORE_BIRTH: N_("Ngày cấp thẻ ở trước ngày sinh."),
    CardWarning.OLD_NUMBER_UNREADABLE: N_("Không đọc được số chứng minh cũ."),
    CardWarning.ADDRESS_MISSING: N_("Trên mã không có địa chỉ."),
    CardWarning.MARKS_LOST: N_("Họ tên có thể đã mất dấu: hãy so với thẻ."),
}

OF_NUMBER = frozenset(
    {CardWarning.PLACE_UNKNOWN, CardWarning.YEAR_DIFFERS, CardWarning.SEX_DIFFERS}
)
"""Warnings that stand beside the applicant's number whether it was scanned or typed."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What came into the box: exactly one of a card, a code, a token, a slip's token, words."""

    card: CardReading | None = None
    code: str = ""
    token: StatusToken | None = None
    visit: str = ""
    words: str = ""
    garbled: bool = False

    @property
    def opens_something(self) -> bool:
        """Whether it is no content for the form but the way to another page."""
        return bool(self.code or self.token or self.visit)


def read_scan(text: str, *, today: date) -> Scan:
    """Return what was scanned or typed; the caller drops the text itself."""
    text = text.strip()
    if not text:
        return Scan()
    if is_dossier_code(text):
        return Scan(code=str(DossierCode.parse(text)))
    token = StatusToken.parse(text.rstrip("/").rpartition("/")[2])
    if token is not None:
        return Scan(visit=token.text) if "/visits/" in text else Scan(token=token)
    try:
        return Scan(card=parse_card(text[: LONGEST + 1], today=today))
    except BadCard as error:
        if error.problem is CardProblem.NOT_A_CARD and "|" not in text:
            return Scan(words=text[:LONGEST_TEXT])
        return Scan(garbled=True)


def warning_words(warning: CardWarning) -> str:
    """Return what a clerk should look at on the card."""
    return gettext(WARNINGS[warning])
