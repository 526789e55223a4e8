"""Which typeface the forms are printed in: chosen, checked and registered once, at start."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Final

from onestop.documents.static_font import StaticFont, TTFError
from onestop.domain.errors import DomainError

ASCII: Final = "".join(map(chr, range(32, 127)))
_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
VIETNAMESE_LOWER: Final = "đ" + "".join(
    letter
    for vowel in _VOWELS
    for tone in _TONES
    if (letter := unicodedata.normalize("NFC", vowel + tone)) > "\x7f"
)
VIETNAMESE: Final = VIETNAMESE_LOWER + VIETNAMESE_LOWER.upper()
SIGNS: Final = "“”‘’–—…·₫"
RARE_SIGNS: Final = "•№§°×«»½¼¾²³€−"
FOREIGN: Final = "".join(
    char
    for char in map(chr, (*range(0xA1, 0x180), *range(0x218, 0x21C), 0x1E9E))
    if unicodedata.normalize("NFC", char) == char
    and char not in VIETNAMESE + SIGNS + RARE_SIGNS + "\xad"
)
"""Letters of other Latin alphabets, for the names of foreigners."""

_PLANE = 140  # letters beyond ASCII that one plane of 255 codes surely holds
REQUIRED: Final = frozenset(ASCII + VIETNAMESE + "“”‘’–…")

# Small faces of the same family that stand in the usual folders of the three systems.
_LIBERATION = (
    "LiberationSerif-Regular.ttf",
    "LiberationSerif-Bold.ttf",
    "LiberationSerif-Italic.ttf",
)
_TIMES = (
    ("times.ttf", "timesbd.ttf", "timesi.ttf"),
    ("Times_New_Roman.ttf", "Times_New_Roman_Bold.ttf", "Times_New_Roman_Italic.ttf"),
    ("Times New Roman.ttf", "Times New Roman Bold.ttf", "Times New Roman Italic.ttf"),
)
_SPECTRAL = ("Spectral-Regular.ttf", "Spectral-Bold.ttf", "Spectral-Italic.ttf")
FAMILIES: Final = {"times": _TIMES, "liberation": (_LIBERATION,), "spectral": (_SPECTRAL,)}

FOLDERS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts/Supplemental",
    "C:/Windows/Fonts",
)


Paths = list[Path]
"""Three files: regular, bold, italic."""


class FontMissing(DomainError):
    """No usable typeface for forms; `wanted` is the setting, `tried` says what was wrong."""

    def __init__(self, wanted: str, tried: tuple[str, ...]) -> None:
        super().__init__(f"no typeface for printed forms: wanted {wanted!r}; " + "; ".join(tried))
        self.wanted = wanted
        self.tried = tried


@dataclass(frozen=True, slots=True)
class FormFonts:
    """The three faces of a form and the characters that all of them can print."""

    family: str
    regular: StaticFont
    bold: StaticFont
    italic: StaticFont
    glyphs: frozenset[str]


_registered: dict[str, FormFonts] = {}
_registering = Lock()


def register_fonts(wanted: str = "auto", *, folders: tuple[str, ...] = FOLDERS) -> FormFonts:
    """Return the faces for `wanted`: "auto", "times", "liberation", "spectral", or by path.

    A path is a folder in which one of the families lies, or three files with commas between
    them: regular, bold, italic. "auto" takes the first family, in that order, whose three faces
    hold every Vietnamese letter (older Liberation Serif does not), else the packaged Spectral.
    Call it at start: the first call decides, later ones return the same faces. Raises FontMissing.
    """
    if "forms" not in _registered:
        with _registering:
            if "forms" not in _registered:
                _registered["forms"] = _find(wanted, folders)
    return _registered["forms"]


def _find(wanted: str, folders: tuple[str, ...]) -> FormFonts:
    tried: list[str] = []
    for family, found in _candidates(wanted, folders):
        try:
            return _load(family, found())
        except (OSError, TTFError, LookupError) as error:
            tried.append(f"{family}: {error}")
    raise FontMissing(wanted, tuple(tried) or ("no such family, folder or file",))


def _candidates(wanted: str, folders: tuple[str, ...]) -> Iterator[tuple[str, Callable[[], Paths]]]:
    """Yield what may be meant by `wanted`: the name of a family, and a look for its files."""
    if "," in wanted:
        yield "given files", lambda: [Path(name.strip()) for name in wanted.split(",")]
        return
    named = wanted == "auto" or wanted in FAMILIES
    if not named and not Path(wanted).is_dir():
        return
    for family in FAMILIES if wanted not in FAMILIES else (wanted,):
        within = _folders_of(family, folders) if named else (wanted,)
        for names in FAMILIES[family]:
            yield family, partial(_paths, names, within)


def _folders_of(family: str, folders: tuple[str, ...]) -> tuple[str, ...]:
    if family != "spectral":
        return folders
    # Located without importing: the package is only a folder of files to us.
    spec = find_spec("fontpkg_spectral")
    return tuple(spec.submodule_search_locations or ()) if spec else ()


def _paths(names: tuple[str, ...], folders: tuple[str, ...]) -> Paths:
    found = {
        path.name: path
        for folder in folders
        for path in sorted(Path(folder).rglob("*.ttf"))
        if path.name in names
    }
    missing = [name for name in names if name not in found]
    if missing:
        raise LookupError(f"{', '.join(missing)} not in {', '.join(folders) or 'any folder'}")
    return [found[name] for name in names]


def _load(family: str, paths: Paths) -> FormFonts:
    if len(paths) != len(_SPECTRAL):
        raise LookupError("three files are wanted: regular, bold, italic")
    # What a usual receipt needs stands in the first plane of each face, and nothing else: each
    # plane used adds its bytes to every file. Italics are rare on a form, so they need least.
    foreign = (RARE_SIGNS + FOREIGN[:_PLANE], FOREIGN[_PLANE:])
    upright = (ASCII + VIETNAMESE + SIGNS, *foreign)
    plain = "".join(char for char in ASCII if char.isalnum() or char in " ,.:;()-/'")
    slanted_first = plain + VIETNAMESE_LOWER + "ĐĂÂÊÔƠƯ–…"
    slanted = (slanted_first, ASCII + VIETNAMESE_LOWER.upper() + SIGNS, *foreign)
    regular, bold, italic = (
        _complete(StaticFont(f"Form-{style}", path, planes))
        for style, path, planes in zip(
            ("Regular", "Bold", "Italic"), paths, (upright, upright, slanted), strict=True
        )
    )
    glyphs = regular.glyphs & bold.glyphs & italic.glyphs
    return FormFonts(family, regular, bold, italic, glyphs)


def _complete(face: StaticFont) -> StaticFont:
    """Return the face; without a letter that forms need the family's other faces are not read."""
    if lacking := sorted(REQUIRED - face.glyphs):
        raise LookupError(f"lacks {len(lacking)} letters, the first {lacking[0]!r}")
    return face
