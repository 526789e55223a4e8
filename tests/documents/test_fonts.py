"""Typefaces of forms: chosen at start, complete for Vietnamese, or a clear error."""

from pathlib import Path

import pytest
import reportlab

from onestop.documents import fonts
from onestop.documents.fonts import REQUIRED, VIETNAMESE, FontMissing, register_fonts


def test_vietnamese_has_134_letters_beyond_ascii() -> None:
    assert len(VIETNAMESE) == len(set(VIETNAMESE)) == 134


def test_every_face_holds_every_vietnamese_letter() -> None:
    faces = register_fonts()

    assert faces.glyphs >= REQUIRED


def test_the_first_call_decides() -> None:
    assert register_fonts("times") is register_fonts()


def test_a_missing_typeface_is_one_clear_error_at_start(tmp_path: Path) -> None:
    with pytest.raises(FontMissing) as refused:
        fonts._find("times", (str(tmp_path),))

    assert refused.value.wanted == "times"
    assert any("times.ttf" in reason for reason in refused.value.tried)


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(FontMissing):
        fonts._find("comic", ())


def test_a_damaged_font_file_is_refused(tmp_path: Path) -> None:
    for name in ("times.ttf", "timesbd.ttf", "timesi.ttf"):
        (tmp_path / name).write_bytes(b"not a font")

    with pytest.raises(FontMissing):
        fonts._find("times", (str(tmp_path),))


def test_the_packaged_face_stands_in_where_nothing_is_installed(tmp_path: Path) -> None:
    assert fonts._find("auto", (str(tmp_path),)).family == "spectral"


def test_a_folder_or_three_files_may_be_given(tmp_path: Path) -> None:
    (packaged,) = fonts._folders_of("spectral", ())
    paths = fonts._paths(fonts._SPECTRAL, (packaged,))
    for path, name in zip(paths, ("times.ttf", "timesbd.ttf", "timesi.ttf"), strict=True):
        (tmp_path / name).write_bytes(path.read_bytes())

    assert fonts._find(str(tmp_path), ()).family == "times"
    assert fonts._find(", ".join(map(str, paths)), ()).family == "given files"


def test_two_files_are_not_a_typeface(tmp_path: Path) -> None:
    with pytest.raises(FontMissing, match="three files"):
        fonts._find(f"{tmp_path}/a.ttf,{tmp_path}/b.ttf", ())


def test_a_face_without_vietnamese_letters_is_refused() -> None:
    vera = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"

    with pytest.raises(FontMissing, match="lacks"):
        fonts._find(f"{vera},{vera},{vera}", ())


def test_widths_agree_with_the_face() -> None:
    face = register_fonts().regular

    assert face.width("Đặng", 10) == pytest.approx(
        sum(face.face.getCharWidth(ord(char)) for char in "Đặng") / 100
    )
