"""The people of the invented province: applicants and those who come for them, with their families.

Place codes 097 to 099 of personal numbers belong to no place, telephones begin with 0900 00, mail
goes to example.com: nobody real can be meant.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from onestop.demo.names import FEMALE, MALE, full_name, surname
from onestop.domain.names import fold

PROVINCE: Final = "tỉnh Lam Khê"
PLACE_CODES: Final = ("097", "098", "099")

# Streets of wards (with their number of quarters) and hamlets of communes, by agency code.
STREETS: Final = {
    "H91.51": (
        "phường Đầm Sen",
        ("phố Hàng Nón", "phố Chợ Cũ", "đường Bờ Đầm", "ngõ Giếng Đá", "đường Vườn Chè"),
        9,
    ),
    "H91.53": (
        "phường Gò Thị",
        ("đường Bờ Kè", "phố Lò Gốm", "đường Gò Mít", "ngõ Cây Đa", "phố Bến Đò"),
        7,
    ),
}
HAMLETS: Final = {
    "H91.52": ("xã Khe Vàng", ("Đồi Sim", "Khe Nứa", "Bản Thượng", "Suối Lạnh", "Đồng Chum")),
    "H91.54": ("xã Bãi Lau", ("Ngã Ba", "Bãi Cát", "Xóm Chài", "Cồn Dâu", "Đông Hạ")),
}
COMMUNES: Final = (*STREETS, *HAMLETS)

FIRMS: Final = (
    "Công ty TNHH Xây dựng và Thương mại {}",
    "Công ty TNHH Một thành viên {}",
    "Công ty Cổ phần Vật liệu {}",
    "Hợp tác xã Nông nghiệp {}",
)


@dataclass(frozen=True, slots=True)
class InventedPerson:
    """Somebody who does not exist, in the fields a clerk types."""

    name: str
    kind: str = "citizen"
    id_number: str = ""
    born: str = ""
    sex: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""

    @property
    def surname(self) -> str:
        """The first word of the name."""
        return self.name.split()[0]


@dataclass(slots=True)
class People:
    """Invents people; no personal number twice. The same `random` gives the same people."""

    random: Random
    today: date
    _used: set[str] = field(default_factory=set)

    def adult(
        self, youngest: int, oldest: int, commune: str, *, sex: str = "", family: str = ""
    ) -> InventedPerson:
        """Return a grown-up of that age, more often of the younger half, with number and phone."""
        sex = sex or self.random.choice((MALE, FEMALE))
        age = youngest + (oldest - youngest) * self.random.betavariate(1.6, 2.2)
        born = self.today - timedelta(days=int(age * 365.25) + self.random.randrange(365))
        return InventedPerson(
            name=full_name(self.random, sex, born.year, family=family),
            id_number=self._id_number(sex, born.year),
            born=self._written(born),
            sex=sex,
            phone=self.phone(),
            address=self.address(commune),
        )

    def child(
        self, mother: InventedPerson, *, born: date, father: str, living_at: str
    ) -> InventedPerson:
        """Return a newborn: the father's surname, no number and no phone yet."""
        sex = self.random.choices((MALE, FEMALE), (112, 100))[0]
        name = full_name(self.random, sex, born.year, family=father, mother=mother.surname)
        return InventedPerson(name=name, born=f"{born:%d/%m/%Y}", sex=sex, address=living_at)

    def father_surname(self) -> str:
        """Return the surname of a child's father."""
        return surname(self.random)

    def relative_of(self, person: InventedPerson, commune: str) -> InventedPerson:
        """Return somebody of the household who comes instead: the same address."""
        same_family = self.random.random() < 0.6
        found = self.adult(19, 55, commune, family=person.surname if same_family else "")
        return replace(found, address=person.address)

    def firm(self, commune: str) -> InventedPerson:
        """Return an enterprise with a tax number that nobody has."""
        word = full_name(self.random, MALE, 1980).split()[-1]
        other = full_name(self.random, FEMALE, 1985).split()[-1]
        return InventedPerson(
            name=self.random.choice(FIRMS).format(f"{word} {other}"),
            kind="business",
            id_number=f"000{self.random.randrange(10**7):07}",
            phone=self.phone(),
            address=self.address(commune),
        )

    def phone(self) -> str:
        """Return a number that is right in form and given to nobody."""
        return f"090000{self.random.randrange(10**4):04}"

    def with_email(self, person: InventedPerson) -> InventedPerson:
        """Return the same person with an address of the example domain."""
        words = fold(person.name).split()
        return replace(person, email=f"{words[-1]}.{words[0]}@example.com")

    def address(self, commune: str) -> str:
        """Return an address in the commune with this agency code."""
        if commune in STREETS:
            place, streets, quarters = STREETS[commune]
            number, quarter = self.random.randint(1, 180), self.random.randint(1, quarters)
            street = self.random.choice(streets)
            if self.random.random() < 0.3:
                return f"Tổ dân phố số {quarter}, {place}, {PROVINCE}"
            return f"Số {number}, {street}, {place}, {PROVINCE}"
        place, hamlets = HAMLETS[commune]
        return f"Thôn {self.random.choice(hamlets)}, {place}, {PROVINCE}"

    def _id_number(self, sex: str, year: int) -> str:
        century = 2 * (year // 100 - 19) + (sex == FEMALE)
        while True:
            place, rest = self.random.choice(PLACE_CODES), self.random.randrange(10**6)
            number = f"{place}{century}{year % 100:02}{rest:06}"
            if number not in self._used:
                self._used.add(number)
                return number

    def _written(self, born: date) -> str:
        # Old papers often know the year alone.
        alone = born.year < 1965 and self.random.random() < 0.25
        return str(born.year) if alone else f"{born:%d/%m/%Y}"
