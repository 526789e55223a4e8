"""Make the virtual environment, or say in plain words what is missing. Runs on any Python 3."""

import subprocess
import sys

OLDEST = (3, 11)


def main(folder):
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"onestop needs Python 3.11 or later; this is {found}.\n"
            "Name another one: make PYTHON=python3.12 ..."
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sys.exit(
            "This Python cannot make virtual environments.\n"
            "Debian and Ubuntu: apt-get install python3-venv"
        )
    print(f"Making the virtual environment {folder} ...")
    made = subprocess.run([sys.executable, "-m", "venv", folder])
    sys.exit(made.returncode)


if __name__ == "__main__":
    main(sys.argv[1])
