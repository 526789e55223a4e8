"""How to get in: the one password of the demonstration, and an account of each kind of work."""

from typing import Final

PASSWORD: Final = "mot-cua-minh-hoa"  # noqa: S105 - printed by `onestop demo`, for invented people

SHOWN: Final = (
    ("reception desk", "motcua1.damsen"),
    ("civil status officer", "hotich1.damsen"),
    ("economic officer", "kinhte1.gothi"),
    ("police", "congan.damsen"),
    ("social insurance", "baohiem.damsen"),
    ("tax", "thue1.khuvuc1"),
    ("land registration", "datdai1.khuvuc1"),
    ("registrar (seal)", "vanthu.damsen"),
    ("desk of the province", "motcua1.tinh"),
    ("leader of the ward", "chutich1.damsen"),
    ("leader of the province", "chutich.tinh"),
    ("leader's assistant", "thuky.tinh"),
    ("auditor", "kiemsoat.tinh"),
    ("administrator", "quantri.tinh"),
)
"""What somebody does, in the words of the list that `onestop demo` prints, and the account."""
