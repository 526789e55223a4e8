"""`onestop verify`: whether history and tables agree, also with what was kept outside."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from onestop.cli import pass_settings
from onestop.cli.bench_only import bench_only
from onestop.settings import Settings

if TYPE_CHECKING:  # imported by the command itself: other commands start without the models
    from sqlalchemy.orm import Session

    from onestop.services.breaks import Break
    from onestop.services.verification import Verified

FINE, BROKEN, NOT_CHECKED = 0, 1, 2
MOST_NAMED: Final = 1_000
_LONGEST_LINE: Final = 400


@click.command("verify")
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file of `onestop anchor` that was kept elsewhere. May be given several times.",
)
@click.option(
    "--receipt",
    "receipts",
    multiple=True,
    metavar="CODE:EVENT[:ANCHOR]",
    help="What a receipt says: code, 16 digits of the event, 16 of the anchor. Alone: only these.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@pass_settings
def verify_command(
    settings: Settings, anchors: tuple[Path, ...], receipts: tuple[str, ...], as_json: bool
) -> None:
    """Hash every event again, fold every dossier again, compare with the tables.

    Exits 0 when all agree, 1 when something was rewritten, 2 when it could not be checked.
    Without an anchor or a receipt from outside this shows that the history is consistent in
    itself, not that it is the one that was written.
    """
    from onestop.installation import open_database

    try:
        with open_database(settings) as database, database.read() as session:
            report = _checked(session, anchors, receipts)
    except Exception as error:
        click.echo(f"Could not check: {type(error).__name__}: {error}", err=True)
        raise SystemExit(NOT_CHECKED) from error
    click.echo(json.dumps(report.as_dict()) if as_json else "\n".join(report.lines()))
    raise SystemExit(BROKEN if report.broken else FINE)


@dataclass(slots=True)
class _Report:
    """What was checked, what from outside agreed, and what did not."""

    log: "Verified | None" = None
    agreed: list[str] = field(default_factory=list)
    breaks: list["Break"] = field(default_factory=list)
    broken: int = 0

    def take(self, breaks: Iterable["Break"], agreed: str = "") -> None:
        """Count `breaks`, keep the first of them; without any, say what agreed."""
        before = self.broken
        for one in breaks:
            self.broken += 1
            if len(self.breaks) < MOST_NAMED:
                self.breaks.append(one)
        if self.broken == before and agreed:
            self.agreed.append(agreed)

    def as_dict(self) -> dict[str, Any]:
        log = asdict(self.log) if self.log else {}
        breaks = [asdict(one) for one in self.breaks]
        return log | {"breaks": breaks, "broken": self.broken, "agreed": self.agreed}

    def lines(self) -> Iterator[str]:
        if self.log and self.log.without_history:
            yield bench_only(self.log.without_history)
        for b in self.breaks:
            where = f"version {b.version}  " if b.version else ""
            yield f"BROKEN  {b.dossier}  {where}{b.fault.value}  {b.detail}".rstrip()
        yield from self.agreed
        checked = f" of {_counted(self.log)}" if self.log else ""
        if self.broken:
            yield f"{self.broken} broken{checked}."
        elif self.log and not self.agreed:
            yield f"Internally consistent only: {_counted(self.log)}."
            yield "Only what was kept outside shows more: see --anchor and --receipt."
        elif self.log:
            yield f"Consistent, and as kept outside: {_counted(self.log)}."


def _counted(found: "Verified") -> str:
    said = f"{found.dossiers} dossiers, {found.events} events, {found.anchors} anchors"
    if found.erased:
        said += f", {found.erased} personal values lawfully erased"
    return said


def _checked(session: "Session", anchors: Iterable[Path], receipts: Iterable[str]) -> _Report:
    from onestop.domain.receipt_claims import ReceiptClaim
    from onestop.services.proofs import receipt_breaks
    from onestop.services.verification import verify

    report = _Report()
    anchors = tuple(anchors)
    claims = [ReceiptClaim.parse(text) for text in receipts]
    if anchors or not claims:
        report.log = verify(session)
        report.take(report.log.breaks)
    for path in anchors:
        _check_file(session, path, report)
    for claim in claims:
        printed = "event and anchor" if claim.anchor else "event; it names no anchor"
        said = f"AGREES  {claim.code}  with the receipt: {printed}."
        report.take(receipt_breaks(session, claim), said)
    return report


def _check_file(session: "Session", path: Path, report: _Report) -> None:
    from onestop.services.proofs import AnchorFile

    with path.open(encoding="utf-8", errors="replace") as file:
        # A line is never read whole into memory, however long somebody made it.
        kept = AnchorFile(iter(lambda: file.readline(_LONGEST_LINE), ""))
        seal = kept.seal
        said = (
            f"AGREES  anchor {seal.number}  of {seal.at:%Y-%m-%d %H:%M} UTC, "
            f"{seal.hash().hex()[:16]}: {seal.dossiers} dossiers stand as they stood."
        )
        report.take(kept.breaks(session), said)


def register(group: click.Group) -> None:
    """Add the command of this module to `group`."""
    group.add_command(verify_command)
