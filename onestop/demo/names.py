"""Vietnamese names as people have them: surnames by frequency, the rest by sex and generation."""

from random import Random
from typing import Final

MALE, FEMALE = "male", "female"

# Shares in per mille; the long tail of rare surnames is cut at thirty-odd.
SURNAMES: Final = {
    "Nguyễn": 330, "Trần": 108, "Lê": 89, "Phạm": 62, "Hoàng": 38, "Vũ": 34, "Phan": 29,
    "Đặng": 24, "Bùi": 26, "Đỗ": 24, "Hồ": 12, "Ngô": 19, "Dương": 15, "Võ": 10, "Huỳnh": 9,
    "Lý": 7, "Đinh": 11, "Đoàn": 9, "Trịnh": 9, "Mai": 7, "Lương": 8, "Hà": 8, "Tạ": 5, "Cao": 6,
    "Chu": 5, "Tô": 4, "Phùng": 5, "Đào": 8, "Nông": 4, "Triệu": 3, "Lưu": 4, "Tống": 3, "Kiều": 2,
    "Quách": 2, "Thái": 2, "Lại": 2, "Mạc": 1, "Khuất": 1,
}  # fmt: skip

# Middle names and given names by (sex, generation); a middle part may have two words.
OLD, GROWN, YOUNG, CHILD = "old", "grown", "young", "child"

_MIDDLE: Final = {
    (FEMALE, OLD): {"Thị": 93, "Thị Kim": 2, "Thị Minh": 2, "Kim": 2, "Thanh": 1},
    (FEMALE, GROWN): {
        "Thị": 58, "Thị Thu": 7, "Thị Thanh": 6, "Thị Minh": 4, "Thị Hồng": 4, "Thị Kim": 4,
        "Thị Bích": 3, "Thị Ngọc": 4, "Thu": 3, "Thanh": 3, "Minh": 2, "Kim": 2,
    },
    (FEMALE, YOUNG): {
        "Thị": 30, "Thị Thu": 6, "Thị Phương": 5, "Thị Ngọc": 5, "Thị Thùy": 4, "Thị Hồng": 4,
        "Thu": 6, "Ngọc": 7, "Thùy": 5, "Khánh": 5, "Phương": 6, "Hoài": 4, "Mai": 3, "Diệu": 3,
        "Bích": 3, "Thanh": 4,
    },
    (FEMALE, CHILD): {
        "Ngọc": 13, "Bảo": 12, "Khánh": 10, "Gia": 8, "Minh": 9, "Quỳnh": 7, "Hà": 6, "Phương": 7,
        "Tuệ": 5, "An": 6, "Thị": 4, "Thảo": 4, "Diệp": 3, "Tường": 3, "Mai": 3,
    },
    (MALE, OLD): {
        "Văn": 66, "Đình": 5, "Đức": 4, "Xuân": 5, "Quang": 3, "Hữu": 4, "Ngọc": 4, "Công": 3,
        "Trọng": 2, "Bá": 2, "Duy": 2,
    },
    (MALE, GROWN): {
        "Văn": 44, "Đức": 8, "Quang": 6, "Xuân": 5, "Hữu": 5, "Đình": 5, "Ngọc": 5, "Minh": 5,
        "Mạnh": 4, "Thanh": 4, "Công": 3, "Trọng": 3, "Tiến": 3,
    },
    (MALE, YOUNG): {
        "Văn": 24, "Đức": 11, "Minh": 9, "Quang": 8, "Anh": 6, "Hoàng": 6, "Tuấn": 5, "Thanh": 4,
        "Ngọc": 5, "Trung": 5, "Duy": 5, "Thế": 3, "Mạnh": 5, "Hữu": 4,
    },
    (MALE, CHILD): {
        "Gia": 15, "Minh": 14, "Bảo": 11, "Đức": 9, "Anh": 5, "Tuấn": 6, "Hải": 6, "Nhật": 6,
        "Đăng": 6, "Hoàng": 6, "Quang": 5, "Thiên": 4, "Khôi": 3, "Văn": 4,
    },
}  # fmt: skip

_GIVEN: Final = {
    (FEMALE, OLD): (
        "Lan Hoa Hồng Mai Hương Nga Hạnh Liên Thanh Thủy Bích Loan Tuyết Nhàn Mùi Tý Thơm Sen Vân "
        "Minh Hiền Oanh Phượng Thoa Nụ Tám Dung Hòa Lợi Xuân Cúc Lý Sửu Đông Thái"
    ),
    (FEMALE, GROWN): (
        "Hương Lan Hà Hoa Hằng Hạnh Thủy Hiền Nga Thu Vân Yến Dung Phương Tuyết Huyền Trang Loan "
        "Thảo Oanh Hường Liên Nhung Ngọc Mai Tâm Thanh Hòa Quyên Thúy Giang Bình"
    ),
    (FEMALE, YOUNG): (
        "Linh Trang Hương Huyền Anh Thảo Hà Ngân Phương Hằng Nhung Yến Mai Ngọc Vân Quỳnh Hiền "
        "Thúy Duyên Hoa My Chi Giang Nga Trinh Diệp Ánh Loan Dung Uyên"
    ),
    (FEMALE, CHILD): (
        "Anh Linh Chi Ngân Vy Như Hân My Nhi Trâm Thư Châu An Khuê Diệp Hà Ngọc Mai Lam Trang Thảo "
        "Quỳnh Dương Minh Uyên Giang Yến Vân"
    ),
    (MALE, OLD): (
        "Hùng Dũng Minh Sơn Hải Thắng Bình Long Hòa Thành Tiến Lâm Chiến Thịnh Năm Quý Lợi Phúc "
        "Lộc Tài Khải Đạo Nghĩa Sáu Ba Chính Vinh Mạnh Thuận Hưng Bảy Toàn"
    ),
    (MALE, GROWN): (
        "Hùng Dũng Tuấn Sơn Hải Cường Thắng Long Hà Nam Minh Thành Tiến Trung Hưng Toàn Quân Bình "
        "Mạnh Hòa Lâm Kiên Quyết Thịnh Vinh Phương Đông Chung Thủy Giang"
    ),
    (MALE, YOUNG): (
        "Anh Tuấn Nam Hiếu Đức Long Tùng Hoàng Huy Quân Đạt Thành Phong Sơn Việt Kiên Dũng Hưng "
        "Linh Trường Khánh Tú Hải Đông Quang Duy Thái Bình Cường Minh"
    ),
    (MALE, CHILD): (
        "Bảo Khang Minh Huy Khôi Phúc Anh Nam Phong Quân Đăng Lâm Nguyên Kiệt An Bách Hưng Dũng "
        "Long Sơn Thành Vinh Tùng Hải Đức Duy Kiên Bình"
    ),
}  # fmt: skip
GIVEN: Final = {key: tuple(words.split()) for key, words in _GIVEN.items()}

DOUBLE_SURNAME: Final = 0.05
"""How many children carry the mother's surname between the father's and the rest."""


def generation(year: int) -> str:
    """Return the generation of somebody born in `year`."""
    if year < 1970:
        return OLD
    if year < 1988:
        return GROWN
    return YOUNG if year < 2008 else CHILD


def pick(random: Random, shares: dict[str, int]) -> str:
    """Return one key, each as often as its share says."""
    return random.choices(tuple(shares), tuple(shares.values()))[0]


def surname(random: Random) -> str:
    """Return a surname."""
    return pick(random, SURNAMES)


def full_name(random: Random, sex: str, year: int, *, family: str = "", mother: str = "") -> str:
    """Return the name of somebody of that sex born in `year`.

    `family` is the surname when it is known, for a child the father's; `mother` the mother's
    surname, which few children carry as well. Women keep their own name when they marry.
    """
    key = (sex, generation(year))
    first = family or surname(random)
    if mother and mother != first and random.random() < DOUBLE_SURNAME:
        first = f"{first} {mother}"
    middle = pick(random, _MIDDLE[key])
    given = random.choice(GIVEN[key])
    while given in middle.split():
        given = random.choice(GIVEN[key])
    return f"{first} {middle} {given}"
