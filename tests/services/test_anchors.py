"""What an anchor binds, and what is found when the history is written anew below it."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from onestop.domain.anchors import AnchorSeal, read_heads, read_seal
from onestop.domain.chain import GENESIS, event_hash
from onestop.domain.events import from_body, to_body
from onestop.domain.merkle import EMPTY_ROOT
from onestop.domain.receipt_claims import ReceiptClaim
from onestop.domain.rights import Role
from onestop.models.anchors import Anchor, AnchoredHead
from onestop.models.base import table_of
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.queries.anchors import anchor_file, latest_anchor
from onestop.services.anchors import HeadMissing, make_anchor
from onestop.services.breaks import Break, Fault
from onestop.services.casework import accept_step
from onestop.services.event_log import load
from onestop.services.proofs import AnchorFile, receipt_breaks
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.factories import DESK, JUSTICE, make_province, make_staff, receive
from tests.services.test_verification import without_triggers

EVENTS, DOSSIERS = table_of(DossierEvent), table_of(Dossier)
DAY = timedelta(days=1)


@pytest.fixture
def town(session: Session):
    """Three dossiers, of which the second is taken by an officer after the first anchor."""
    province = make_province(session)
    clerk = make_staff(session, Role.CLERK, province[DESK])
    officer = make_staff(session, Role.OFFICER, province[JUSTICE])
    codes = [receive(session, clerk).code for _ in range(3)]
    make_anchor(session, at=NOW)
    (first,) = load(session, codes[1]).state.live_steps
    accept_step(session, codes[1], step=first.step, actor=officer, at=NOW + DAY)
    return codes


def lines_of(session: Session, number: int) -> list[str]:
    return list(anchor_file(session, number))


def against(session: Session, lines: list[str]) -> list[Break]:
    return list(AnchorFile(iter(lines)).breaks(session))


def claim_of(session: Session, code: str, *, anchor: bool = True) -> ReceiptClaim:
    """What the receipt of a dossier says."""
    row = EVENTS.c.dossier_id == DOSSIERS.c.id, DOSSIERS.c.code == code, EVENTS.c.version == 1
    first = bytes(session.scalar(select(EVENTS.c.hash).where(*row))).hex()
    return ReceiptClaim(code, first[:16], latest_anchor(session).hash[:16] if anchor else "")


def rewrite(session: Session, code: str) -> None:
    """One set of papers more from the beginning on, every hash and every table made to fit."""
    without_triggers(session)
    dossier_id = session.scalar(select(Dossier.id).where(Dossier.code == code))
    previous = GENESIS
    for row in session.execute(
        select(EVENTS).where(EVENTS.c.dossier_id == dossier_id).order_by(EVENTS.c.version)
    ).all():
        body = bytes(row.body).replace(b'"copies":1', b'"copies":2')
        own = event_hash(previous, body, dossier=code, version=row.version)
        session.execute(
            update(EVENTS)
            .where(EVENTS.c.dossier_id == dossier_id, EVENTS.c.version == row.version)
            .values(body=body, previous_hash=previous, hash=own)
        )
        previous = own
    session.execute(update(DOSSIERS).where(DOSSIERS.c.id == dossier_id).values(copies=2))


def forge_anchors(session: Session, times: int) -> None:
    """Throw all anchors away and make as many anew, as whoever owns the database can."""
    session.execute(delete(table_of(AnchoredHead)))
    session.execute(delete(table_of(Anchor)))
    for n in range(times):
        make_anchor(session, at=NOW + n * DAY)


def test_each_anchor_binds_what_changed_since_and_the_anchor_before(session, town):
    first = latest_anchor(session)
    second = make_anchor(session, at=NOW + 2 * DAY)
    third = make_anchor(session, at=NOW + 3 * DAY)

    assert (second.number, second.dossiers, second.events) == (2, 1, 2)
    assert second.previous.hex() == first.hash
    assert (third.dossiers, third.events, third.root) == (0, 0, EMPTY_ROOT)
    assert third.previous == second.hash()
    heads = lines_of(session, 1)[9:]
    assert [line.split()[:2] for line in heads] == [[code, "1"] for code in town]
    assert lines_of(session, 2)[9].startswith(f"{town[1]} 2 ")


def test_an_anchor_can_be_worked_out_again_from_its_file_with_other_tools(session, town):
    lines = lines_of(session, 1)
    a, b, c = (sha256(b"\0" + line.rstrip().encode()).digest() for line in lines[9:])
    root = sha256(b"\1" + sha256(b"\1" + a + b).digest() + c).hexdigest()

    assert lines[6] == f"root {root}\n"
    left = iter(lines)
    seal = read_seal(left)
    assert isinstance(seal, AnchorSeal)
    assert len(list(read_heads(left, seal))) == 3


def test_an_untouched_log_agrees_with_every_anchor_and_receipt(session, town):
    make_anchor(session, at=NOW + 2 * DAY)

    assert verify(session).breaks == ()
    assert verify(session).anchors == 2
    assert against(session, lines_of(session, 1)) == []
    assert against(session, lines_of(session, 2)) == []
    assert list(receipt_breaks(session, claim_of(session, town[0]))) == []
    assert list(receipt_breaks(session, claim_of(session, town[0], anchor=False))) == []


def test_a_chain_written_anew_is_consistent_in_itself_and_found_by_its_anchor(session, town):
    make_anchor(session, at=NOW + 2 * DAY)
    kept = lines_of(session, 1)
    paper = claim_of(session, town[1], anchor=False)
    rewrite(session, town[1])

    # The anchors of the database itself no longer fit, and the file kept elsewhere names it.
    assert [(b.dossier, b.fault) for b in verify(session).breaks] == [
        ("anchor 1", Fault.ANCHOR_DIFFERS),
        ("anchor 2", Fault.ANCHOR_DIFFERS),
    ]
    assert [(b.dossier, b.version, b.fault) for b in against(session, kept)] == [
        (town[1], 1, Fault.ANCHOR_DIFFERS)
    ]
    assert [b.fault for b in receipt_breaks(session, paper)] == [Fault.RECEIPT_DIFFERS]


def test_with_forged_anchors_only_what_was_kept_elsewhere_tells(session, town):
    make_anchor(session, at=NOW + 2 * DAY)
    kept = lines_of(session, 1)
    own, neighbour = claim_of(session, town[1]), claim_of(session, town[0])
    rewrite(session, town[1])
    forge_anchors(session, 2)

    assert verify(session).breaks == ()
    found = against(session, kept)
    assert [(b.dossier, b.fault) for b in found] == [
        ("anchor 1", Fault.ANCHOR_CHANGED),
        (town[1], Fault.ANCHOR_DIFFERS),
    ]
    assert {b.fault for b in receipt_breaks(session, own)} == {Fault.RECEIPT_DIFFERS}
    # The receipt of another dossier fails by its anchor alone.
    (found,) = receipt_breaks(session, neighbour)
    assert (found.fault, found.dossier) == (Fault.RECEIPT_DIFFERS, f"anchor {neighbour.anchor}")


def test_an_older_copy_of_the_database_ends_before_the_anchor(session, town):
    make_anchor(session, at=NOW + 2 * DAY)
    kept = lines_of(session, 2)
    without_triggers(session)
    session.execute(delete(table_of(AnchoredHead)).where(AnchoredHead.anchor_id == 2))
    session.execute(delete(table_of(Anchor)).where(Anchor.id == 2))
    session.execute(delete(EVENTS).where(EVENTS.c.version == 2))

    ends, lost = against(session, kept)
    assert "ends before" in ends.detail
    assert (lost.dossier, lost.version, lost.detail) == (town[1], 2, "the log has no such event")


@pytest.mark.parametrize("change", ["root", "number", "head", "row"])
def test_an_anchor_changed_in_the_tables_is_named(session, town, change):
    make_anchor(session, at=NOW + 2 * DAY)
    without_triggers(session)
    anchors, heads = table_of(Anchor), table_of(AnchoredHead)
    if change == "root":
        session.execute(update(anchors).where(anchors.c.id == 1).values(root=bytes(32)))
    elif change == "number":
        session.execute(update(anchors).where(anchors.c.id == 1).values(events=4))
    elif change == "head":
        first = select(DOSSIERS.c.id).where(DOSSIERS.c.code == town[0]).scalar_subquery()
        session.execute(delete(heads).where(heads.c.dossier_id == first))
    else:
        session.execute(delete(heads).where(heads.c.anchor_id == 2))
        session.execute(delete(anchors).where(anchors.c.id == 2))
        make_anchor(session, at=NOW + 5 * DAY)
        session.execute(update(anchors).where(anchors.c.id == 2).values(previous=b"x" * 32))

    assert {b.dossier for b in verify(session).breaks} & {"anchor 1", "anchor 2"}


def test_a_dossier_ahead_of_its_log_is_not_anchored(session, town):
    session.execute(update(DOSSIERS).where(DOSSIERS.c.code == town[0]).values(version=9))

    with pytest.raises(HeadMissing) as refused:
        make_anchor(session, at=NOW + 2 * DAY)

    assert (refused.value.code, refused.value.version) == (town[0], 9)


def test_a_receipt_of_no_dossier_and_a_wrong_digit_are_told(session, town):
    unknown = ReceiptClaim("H88.12.03-260302-9999", "0" * 16)
    wrong = ReceiptClaim(town[0], "0" * 16)

    assert [b.detail for b in receipt_breaks(session, unknown)] == ["no dossier has this code"]
    assert [b.detail for b in receipt_breaks(session, wrong)] == [
        "the first event has another hash"
    ]


def test_a_body_changed_below_its_hash_is_found_by_the_receipt_too(session, town):
    paper = claim_of(session, town[1])
    without_triggers(session)
    row = session.execute(
        select(EVENTS).join(DOSSIERS).where(DOSSIERS.c.code == town[1], EVENTS.c.version == 2)
    ).one()
    later = from_body(bytes(row.body))
    session.execute(
        update(EVENTS)
        .where(EVENTS.c.dossier_id == row.dossier_id, EVENTS.c.version == 2)
        .values(body=to_body(later) + b" ")
    )

    assert [b.fault for b in receipt_breaks(session, paper)] == [Fault.CHAIN_BROKEN]
