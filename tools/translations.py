"""Take the sentences of the screens into the .po files; Vietnamese is their source language."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "build" / "messages.pot"
FOLDER = ROOT / "onestop" / "translations"


def pybabel(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "--quiet", *arguments],
        cwd=ROOT,
        check=True,
    )


def main() -> None:
    TEMPLATE.parent.mkdir(exist_ok=True)
    pybabel(
        *("extract", "--mapping-file", "babel.cfg", "--no-location", "--sort-output"),
        *("--add-comments", "i18n:", "--omit-header", "--output-file", str(TEMPLATE), "."),
    )
    for folder in sorted(FOLDER.glob("*/LC_MESSAGES")):
        target = folder / "messages.po"
        command = "update" if target.exists() else "init"
        options = ["--no-fuzzy-matching", "--ignore-obsolete", "--omit-header"] * (
            command == "update"
        )
        pybabel(
            *(command, *options, "--input-file", str(TEMPLATE), "--output-file", str(target)),
            *("--locale", folder.parent.name),
        )


if __name__ == "__main__":
    main()
