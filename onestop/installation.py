"""What one installation consists of: a data folder, its keys, and the database."""

import os
import secrets
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from onestop.db import Database
from onestop.settings import Settings, is_public

if TYPE_CHECKING:
    from onestop.models.sealing import Keyring

KEYS = "keys"
SECRET_KEY = "secret.key"  # noqa: S105 - the name of a file
SECRET_KEY_BYTES = 32


class KeysMissing(Exception):
    """The keys of this installation are absent, incomplete, or readable by others."""


class PrintingNotReady(Exception):
    """Papers cannot be made: a typeface, a form edition or room for the QR is missing."""


class NotForCitizens(Exception):
    """What may serve this machine only: plain http, or the known accounts of a demonstration."""


class DataFolderOpen(Exception):
    """Others may read the data folder, and it is not ours alone to close."""


def prepare_data_dir(folder: Path) -> None:
    """Make the data folder, and its keys if it has none. Only commands call this.

    A folder that others may read is closed to them; raises DataFolderOpen where it cannot be.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _close_to_others(folder)
    if (folder / KEYS).exists():
        return
    from onestop.models.sealing import Keyring

    # Made aside and moved in one step: a power cut never leaves half of the keys, and of two
    # processes that start at once one wins.
    aside = Path(tempfile.mkdtemp(dir=folder, prefix=".keys-"))
    try:
        Keyring.create(aside)
        _write_secret_key(aside / SECRET_KEY)
        aside.rename(folder / KEYS)
    except OSError:
        if not (folder / KEYS).exists():
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def secret_key(settings: Settings) -> bytes:
    """Return what signs cookies and form tokens; raise KeysMissing without one."""
    key = settings.secret_key.encode() or _read_secret_key(settings.data_dir / KEYS / SECRET_KEY)
    if len(key) < SECRET_KEY_BYTES:
        raise KeysMissing(f"the secret key has fewer than {SECRET_KEY_BYTES} bytes")
    return key


def refuse_plain_http(settings: Settings) -> None:
    """Raise NotForCitizens where passwords would travel in the clear (docs/rules.md, rule R29)."""
    if is_public(settings) and urlsplit(settings.base_url).scheme != "https":
        raise NotForCitizens(f"{settings.base_url} is not https")


def refuse_public_demo(settings: Settings, *, demo: bool) -> None:
    """Raise NotForCitizens for a `demo` whose passwords everybody knows (docs/rules.md, R29)."""
    if demo and is_public(settings):
        raise NotForCitizens(f"{settings.base_url} would show a demonstration")


def load_keyring(settings: Settings) -> "Keyring":
    """Return the keys of sealed columns; raise KeysMissing."""
    from onestop.models.sealing import BadKeys, Keyring

    try:
        return Keyring.load(settings.data_dir / KEYS)
    except BadKeys as error:
        raise KeysMissing(str(error)) from error


def prepare_printing(settings: Settings) -> None:
    """Load what papers are made of, so that what is missing is told now and not at the counter.

    Typeface, version of the QR for the base URL, editions of the forms. Raises PrintingNotReady.
    """
    from onestop.documents.fonts import FontMissing, register_fonts
    from onestop.documents.headings import unknown_headings
    from onestop.documents.qr import qr_spec
    from onestop.inputs.file_problems import BadFile
    from onestop.inputs.form_editions import form_editions

    try:
        register_fonts(settings.form_font)
        qr_spec(f"{settings.base_url}/s/")
        if not form_editions():
            raise PrintingNotReady("no edition of the forms in data/form-editions")
        if unknown := unknown_headings(form_editions()):
            raise PrintingNotReady(f"no form prints these headings: {', '.join(unknown)}")
    except (FontMissing, BadFile, OSError, ValueError) as error:
        raise PrintingNotReady(str(error)) from error


def open_database(settings: Settings) -> Database:
    """Return the database with its keys; raise KeysMissing or BadDatabase."""
    keyring = load_keyring(settings)
    return Database(settings.database_url, keyring=keyring, data_dir=settings.data_dir)


def _close_to_others(folder: Path) -> None:
    if os.name != "posix" or not stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return
    # One that holds other things may be somebody's home or /srv: closing it would break them.
    if not (folder / KEYS).exists() and any(folder.iterdir()):
        raise DataFolderOpen(f"{folder} holds other things")
    try:
        folder.chmod(0o700)
    except OSError as error:
        raise DataFolderOpen(f"{folder}: {error.strerror}") from None


def _read_secret_key(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeysMissing(f"cannot read {path}: {error.strerror}") from None


def _write_secret_key(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(SECRET_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
