"""What only the holidays library knows of Viet Nam: days the moon sets, swaps announced so far."""

import re
from datetime import date
from importlib.metadata import version

import holidays

from onestop.domain.holidays_of_year import LunarDays, Swap

TET, HUNG_KINGS = "Tết Nguyên Đán", "Ngày Giỗ Tổ Hùng Vương"
_IN_PLACE_OF = re.compile(r"thay cho ngày ([0-9]{2})/([0-9]{2})/([0-9]{4})")


def lunar_days(year: int) -> LunarDays:
    """Return Tết and Giỗ Tổ of a year from 2007 to 2100, in the calendar of Viet Nam (UTC+7)."""
    found = holidays.country_holidays("VN", years=year, observed=False, language="vi")
    tet, hung_kings = (found.get_named(name, lookup="exact") for name in (TET, HUNG_KINGS))
    return LunarDays(tet[0], hung_kings[0])


def announced_swaps(year: int) -> tuple[Swap, ...]:
    """Return the swapped days that touch `year`, as far as the library knows of an announcement."""
    source = f"Đã công bố, theo thư viện holidays {version('holidays')}; cần đối chiếu văn bản"
    # A working day of one year may be given for a day of the next.
    around = [year - 1, year, year + 1]
    found = holidays.country_holidays("VN", years=around, language="vi")
    swaps = []
    for off, name in sorted(found.items()):
        worked = _IN_PLACE_OF.search(name)
        if worked is not None:
            day, month, of_year = (int(part) for part in worked.groups())
            swaps.append(Swap(off, date(of_year, month, day), source))
    return tuple(swaps)
