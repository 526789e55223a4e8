"""The data folder and its keys: made once by commands, never by the server."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import Config
from onestop.installation import (
    KEYS,
    SECRET_KEY,
    SECRET_KEY_BYTES,
    DataFolderOpen,
    KeysMissing,
    PrintingNotReady,
    open_database,
    prepare_data_dir,
    prepare_printing,
    secret_key,
)
from tests.databases import Databases


def settings_in(folder: Path, **others: str) -> Config:
    return Config.from_environment({"ONESTOP_DATA_DIR": str(folder), **others})


def run_onestop(words: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-m", "onestop", *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("workers", ["0", "-1", "two"])
def test_fewer_than_one_process_is_refused_in_a_sentence(workers: str) -> None:
    with pytest.raises(ValueError, match=f"ONESTOP_WORKERS is {workers}: .* at least 1"):
        Config.from_environment({"ONESTOP_WORKERS": workers})


def test_a_command_says_what_is_wrong_with_a_setting() -> None:
    result = run_onestop(["routes"], ONESTOP_WORKERS="0")

    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "Error: ONESTOP_WORKERS is 0: it has to be a whole number, at least 1."
    ]


def test_keys_are_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    prepare_data_dir(folder)
    made = {path.name: path.read_bytes() for path in (folder / KEYS).iterdir()}
    prepare_data_dir(folder)

    assert made == {path.name: path.read_bytes() for path in (folder / KEYS).iterdir()}
    assert len(made) == len(set(made.values())) == 3
    assert [path.name for path in folder.iterdir()] == [KEYS]
    if os.name == "posix":
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder / KEYS).iterdir()}
        assert modes == {0o600}
        assert stat.S_IMODE((folder / KEYS).stat().st_mode) == 0o700


def test_what_a_command_makes_in_an_open_folder_is_for_the_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "inst"
    folder.mkdir()
    folder.chmod(0o755)

    result = run_onestop(["db", "upgrade"], ONESTOP_DATA_DIR=str(folder), ONESTOP_DATABASE_URL="")

    assert result.returncode == 0, result.stderr
    if os.name == "posix":
        made = (folder, *folder.iterdir())
        assert [path.name for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_an_open_folder_with_other_things_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    tmp_path.chmod(0o755)

    if os.name == "posix":
        with pytest.raises(DataFolderOpen):
            prepare_data_dir(tmp_path)


def test_what_was_prepared_can_be_used(tmp_path: Path) -> None:
    prepare_data_dir(tmp_path)

    assert len(secret_key(settings_in(tmp_path))) == SECRET_KEY_BYTES


def test_the_environment_may_name_the_secret_key(tmp_path: Path) -> None:
    key = "k" * SECRET_KEY_BYTES

    assert secret_key(settings_in(tmp_path, ONESTOP_SECRET_KEY=key)) == key.encode()


def test_a_short_secret_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing):
        secret_key(settings_in(tmp_path, ONESTOP_SECRET_KEY="too short"))


def test_a_missing_secret_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing):
        secret_key(settings_in(tmp_path))


def test_a_key_cut_short_is_refused(tmp_path: Path) -> None:
    prepare_data_dir(tmp_path)
    (tmp_path / KEYS / SECRET_KEY).write_bytes(b"half")

    with pytest.raises(KeysMissing):
        secret_key(settings_in(tmp_path))


def test_opening_makes_no_key(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing):
        open_database(settings_in(tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_an_installation_opens_with_its_keys(databases: Databases, tmp_path: Path) -> None:
    prepare_data_dir(tmp_path)
    with databases.copy("sqlite") as url:
        database = open_database(settings_in(tmp_path, ONESTOP_DATABASE_URL=url))
        database.close()

    assert database.data_dir == tmp_path


def test_a_missing_typeface_is_one_sentence_at_the_start_of_server_and_command(
    tmp_path: Path,
) -> None:
    environment = {
        "ONESTOP_DATA_DIR": str(tmp_path),
        "ONESTOP_FORM_FONT": "/nowhere",
        "ONESTOP_DATABASE_URL": "",
    }
    for words in (
        ["run", "--upgrade", "--port", "8971"],
        ["document", "receipt", "H88.12-261122-0001", "--out", str(tmp_path / "x.pdf")],
    ):
        result = run_onestop(words, **environment)

        assert result.returncode == 1
        assert "Papers cannot be printed: no typeface" in result.stderr
        assert "Traceback" not in result.stderr


def test_a_base_url_too_long_for_a_qr_is_told_at_start(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, ONESTOP_BASE_URL="https://" + "x" * 3_000 + ".vn")

    with pytest.raises(PrintingNotReady):
        prepare_printing(settings)
