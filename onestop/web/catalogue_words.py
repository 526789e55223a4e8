"""The words for what stands in the catalogue: levels, functions, kinds, values of a procedure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from onestop.domain.agencies import AgencyFunction, AgencyLevel, AgencyReference, ReferenceKind
from onestop.domain.calendar_spec import Certainty, DayKind
from onestop.domain.fees import FeeFormula, FeeSpec
from onestop.domain.procedures import PaperKind, PaperSpec, ProcedureSpec
from onestop.domain.routes import StepKind, StepSpec
from onestop.web.explanations import limit_words
from onestop.web.filters import local_date, money, number, working_days
from onestop.web.labels import label
from onestop.web.language import gettext, is_english
from onestop.web.messages.entry import N_

WORDS: dict[StrEnum, str] = {
    AgencyLevel.PROVINCE: N_("Tỉnh"),
    AgencyLevel.DISTRICT: N_("Huyện"),
    AgencyLevel.COMMUNE: N_("Xã"),
    AgencyLevel.DEPARTMENT: N_("Cơ quan chuyên môn"),
    AgencyLevel.CENTRE: N_("Bộ phận Một cửa"),
    AgencyLevel.VERTICAL: N_("Ngành dọc"),
    AgencyFunction.COMMITTEE: N_("Ủy ban nhân dân"),
    AgencyFunction.ONE_STOP: N_("Tiếp nhận và trả kết quả"),
    AgencyFunction.OFFICE: N_("Văn phòng"),
    AgencyFunction.JUSTICE: N_("Tư pháp"),
    AgencyFunction.ECONOMY: N_("Kinh tế, tài chính"),
    AgencyFunction.CONSTRUCTION: N_("Xây dựng"),
    AgencyFunction.LAND: N_("Đất đai, môi trường"),
    AgencyFunction.SOCIAL: N_("Văn hóa, xã hội"),
    AgencyFunction.CULTURE: N_("Văn hóa"),
    AgencyFunction.POLICE: N_("Công an"),
    AgencyFunction.TAX: N_("Thuế"),
    AgencyFunction.INSURANCE: N_("Bảo hiểm xã hội"),
    AgencyFunction.LAND_REGISTRATION: N_("Đăng ký đất đai"),
    StepKind.RECEIVE: N_("Tiếp nhận"),
    StepKind.WORK: N_("Thụ lý"),
    StepKind.CONSULT: N_("Lấy ý kiến"),
    StepKind.REVIEW: N_("Xem xét, duyệt"),
    StepKind.SIGN: N_("Ký"),
    StepKind.REGISTER: N_("Vào sổ, đóng dấu"),
    StepKind.AWAIT_CITIZEN: N_("Chờ công dân"),
    StepKind.RETURN: N_("Trả kết quả"),
    PaperKind.ORIGINAL: N_("bản chính"),
    PaperKind.CERTIFIED: N_("bản sao chứng thực"),
    PaperKind.COPY: N_("bản sao"),
    PaperKind.ELECTRONIC: N_("bản điện tử"),
    ReferenceKind.RECEIVING: N_("Nơi tiếp nhận"),
    ReferenceKind.COMPETENT: N_("Cơ quan có thẩm quyền"),
    ReferenceKind.CHOSEN: N_("Chọn khi lấy ý kiến"),
    DayKind.HOLIDAY: N_("Nghỉ lễ"),
    DayKind.COMPENSATORY_OFF: N_("Nghỉ bù"),
    DayKind.MAKEUP_WORKING_DAY: N_("Làm bù"),
    Certainty.LAW: N_("Theo luật"),
    Certainty.ANNOUNCED: N_("Đã công bố"),
    Certainty.GUESSED: N_("Dự kiến"),
    Certainty.OPTIONAL: N_("Chưa áp dụng"),
}

SCALARS: dict[str, str] = {
    "name": N_("Tên thủ tục"),
    "sector": N_("Lĩnh vực"),
    "limit": N_("Thời hạn giải quyết"),
    "statutory_limit": N_("Thời hạn theo luật"),
    "valid_from": N_("Ngày áp dụng"),
    "competent": N_("Cơ quan có thẩm quyền"),
    "law": N_("Căn cứ pháp lý"),
    "supplement_days": N_("Thời gian chờ bổ sung"),
    "on_the_spot": N_("Trả kết quả ngay tại quầy"),
    "sensitive": N_("Hồ sơ nhạy cảm"),
}
GROUPS: dict[str, str] = {
    "phases": N_("Giai đoạn"),
    "papers": N_("Thành phần hồ sơ"),
    "fees": N_("Phí, lệ phí"),
    "steps": N_("Các bước"),
}


@dataclass(frozen=True, slots=True)
class ValueWords:
    """One value of an edition on a page: its group ("" for the procedure itself), name, text."""

    group: str
    name: str
    text: str


def word(code: StrEnum) -> str:
    """The word for a code of the catalogue, in the page's language."""
    return gettext(WORDS[code])


def value_words(spec: ProcedureSpec, path: str) -> ValueWords:
    """What stands at a path of `markable_paths`, in words."""
    group, _, key = path.partition(".")
    if group not in GROUPS:
        return ValueWords("", gettext(SCALARS[group]), _scalar(spec, group))
    if group == "phases":
        name = gettext("Giai đoạn %(number)s", number=key)
        return ValueWords(group, name, limit_words(spec.phases[int(key) - 1]))
    if group == "papers":
        paper = next(p for p in spec.papers if p.code == key)
        return ValueWords(group, in_language(paper.name, paper.name_en), paper_words(paper))
    if group == "fees":
        fee = next(f for f in spec.fees if f.code == key)
        return ValueWords(group, in_language(fee.name, fee.name_en), fee_words(fee))
    step = spec.route.step(key)
    return ValueWords(group, in_language(step.name, step.name_en), step_words(step))


def group_words(path: str) -> str:
    """The heading under which a value stands."""
    return gettext(GROUPS.get(path.partition(".")[0], N_("Thủ tục")))


def in_language(vietnamese: str, english: str) -> str:
    """The English name on English pages when there is one, else the Vietnamese."""
    return english if english and is_english() else vietnamese


def paper_words(paper: PaperSpec) -> str:
    """In which form and how often a paper is wanted, and when."""
    parts = [f"{paper.count} {word(paper.kind)}"]
    if paper.shown:
        parts.append(gettext("chỉ xuất trình"))
    if not paper.required:
        parts.append(in_language(paper.when, paper.when_en) or gettext("nếu có"))
    return "; ".join(parts)


def fee_words(fee: FeeSpec) -> str:
    """What a fee costs, with its formula."""
    match fee.formula:
        case FeeFormula.PER_PAGE:
            return gettext(
                "%(first)s mỗi trang đến trang %(pages)s, %(then)s từ trang sau, tối đa %(cap)s",
                first=money(fee.amount),
                pages=number(fee.first_pages),
                then=money(fee.then),
                cap=money(fee.cap) if fee.cap else gettext("không giới hạn"),
            )
        case FeeFormula.PER_ITEM:
            return gettext("%(amount)s mỗi bản", amount=money(fee.amount))
        case FeeFormula.FIXED:
            return money(fee.amount)


def step_words(step: StepSpec) -> str:
    """Who does a step, in how long."""
    time = limit_words(step.limit) if step.limit else gettext("không tính giờ")
    parts = [agency_words(step.agency), label(step.role).text, time]
    if not step.counted and step.limit:
        parts.append(gettext("ngoài thời hạn"))
    if step.optional:
        parts.append(gettext("chỉ khi cần"))
    return " · ".join(parts)


def agency_words(reference: str) -> str:
    """A reference of a route in words."""
    parsed = AgencyReference.parse(reference)
    if parsed.kind is ReferenceKind.CODE:
        return parsed.code
    if parsed.kind is ReferenceKind.FUNCTION:
        return " / ".join(word(function) for function in parsed.functions)
    return word(parsed.kind)


def _scalar(spec: ProcedureSpec, name: str) -> str:
    match name:
        case "name":
            return in_language(spec.name, spec.name_en)
        case "sector":
            return in_language(spec.sector.name, spec.sector.name_en)
        case "limit":
            return limit_words(spec.limit)
        case "statutory_limit":
            return limit_words(spec.statutory_limit) if spec.statutory_limit else "–"
        case "valid_from":
            return local_date(spec.valid_from)
        case "competent":
            levels = ", ".join(word(level) for level in spec.competent_levels)
            return f"{word(spec.competent_function)} ({levels})"
        case "law":
            return spec.law or "–"
        case "supplement_days":
            return working_days(spec.supplement_days)
        case _:
            return gettext("Có") if getattr(spec, name) else gettext("Không")


def catalogue_words() -> dict[str, Callable[..., object]]:
    """What templates need to say the words of the catalogue."""
    return {"word": word, "in_language": in_language, "value_words": value_words}
