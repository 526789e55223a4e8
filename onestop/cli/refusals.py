"""What is wrong with an installation, in sentences for whoever runs it."""

from onestop.db import BadDatabase, DatabaseBusy, StorageFull
from onestop.installation import DataFolderOpen, KeysMissing, NotForCitizens, PrintingNotReady
from onestop.triggers import TriggerMissing


def sentence_for(error: Exception) -> str | None:
    """Return what happened and what to do, or None for an error that is not about installation."""
    match error:
        case BadDatabase(problem="sqlite_version"):
            return (
                f"The SQLite library here is {error.found}, but must be {error.wanted}: older ones "
                "can damage the file. Install the Python package pysqlite3."
            )
        case BadDatabase():
            return (
                f"This database is refused: {error.problem} is {error.found!r}, "
                f"but must be {error.wanted!r}."
            )
        case KeysMissing():
            return (
                f"The keys of this installation cannot be used: {error}. A new installation gets "
                "its keys from `onestop run`, an older one from its backup."
            )
        case PrintingNotReady():
            return (
                f"Papers cannot be printed: {error}. See ONESTOP_FORM_FONT in .env.example; what "
                "is packaged comes with `make setup`."
            )
        case NotForCitizens():
            return (
                f"This is not served to others: {error}. Set ONESTOP_BASE_URL to the https address "
                "of your proxy and serve a database without demonstration accounts; `make demo "
                "LAN=1` shows a demonstration on the local network."
            )
        case DataFolderOpen():
            return (
                f"Others may read the data folder, and it is not closed by itself: {error}. Set "
                "ONESTOP_DATA_DIR to a folder of its own, or `chmod 700` this one."
            )
        case TriggerMissing():
            return f"The database does not protect its history: {error}. Run `onestop doctor`."
        case StorageFull():
            return "The disk of the database is full. Nothing was saved."
        case DatabaseBusy():
            return "Another program is writing to the database. Try again."
        case _:
            return None
