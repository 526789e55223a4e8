"""Anchors made and written to files: at a command, and by the sweep once a day."""

import os
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.exc import IntegrityError

from onestop.db import Database
from onestop.domain.anchors import AnchorSeal
from onestop.domain.office_time import office_date
from onestop.queries.anchors import anchor_file, anchors_after
from onestop.services.anchors import last_anchor_at, make_anchor

FOLDER: Final = "anchors"
_NAME: Final = "anchor-{:06}.txt"


def anchor(database: Database, *, at: datetime) -> AnchorSeal:
    """Make an anchor, write its file into the data folder, and return it without its heads."""
    with database.write() as session:
        seal = make_anchor(session, at=at)
    write_files(database)
    return seal


def anchor_once_a_day(database: Database, *, at: datetime) -> list[AnchorSeal]:
    """Make the anchor of the local day of `at` and return it alone; nothing if it has one."""
    try:
        with database.write() as session:
            last = last_anchor_at(session)
            if last is not None and office_date(last) >= office_date(at):
                return []
            seal = make_anchor(session, at=at)
    except IntegrityError:
        # Another sweep made the same anchor in the same moment (PostgreSQL).
        return []
    write_files(database)
    return [seal]


def write_files(database: Database) -> list[Path]:
    """Write the files of all anchors newer than the newest file there is; return their paths.

    What a crash between commit and file left out is so caught up with by the next anchor.
    """
    if database.data_dir is None:
        return []
    folder = database.data_dir / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    there = max((int(path.stem[7:]) for path in folder.glob("anchor-[0-9]*.txt")), default=0)
    with database.read() as session:
        numbers = [row.number for row in anchors_after(session, there)]
    return [write_file(database, number, folder / _NAME.format(number)) for number in numbers]


def write_file(database: Database, number: int, path: Path) -> Path:
    """Write the file of one anchor, whole or not at all, and return its path."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with (
            database.read() as session,
            aside.open("w", encoding="utf-8", newline="\n") as file,
        ):
            file.writelines(anchor_file(session, number))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path
