"""Install the pinned packages of one requirements file, and onestop itself beside its files."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install"]
PINNED = ["--require-hashes", "--only-binary", ":all:", "--progress-bar", "off"]


def main(name: str) -> None:
    total = sum("==" in line for line in (ROOT / name).read_text(encoding="utf-8").splitlines())
    print(f"Installing {total} packages, as pinned with their hashes in {name} ...", flush=True)
    run([*PIP, *PINNED, "-r", name], total)
    run([*PIP, "--quiet", "--no-deps", "--no-build-isolation", "-e", "."], 0)
    print("Installed.", flush=True)


def run(command: list[str], total: int) -> None:
    """Run pip and count what it fetches; its own words are shown only if it fails."""
    said = []
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        for line in pip.stdout or ():
            said.append(line)
            if line.startswith(("Collecting", "Requirement already")):
                fetched = sum(s.startswith(("Collecting", "Requirement already")) for s in said)
                show(f"  {fetched} of {total}: {line.split()[1 if line[0] == 'C' else 3]}")
            elif line.startswith("Installing collected"):
                show("  unpacking ...")
    if total:
        show("")
    if pip.returncode:
        sys.exit("".join(said[-30:]) + "The packages could not be installed; see above.")


def show(text: str) -> None:
    """Show progress on one line where somebody watches; a log gets none."""
    if sys.stdout.isatty():
        print(f"\r{text[:70]:70}", end="" if text else "\r", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
