"""Merkle roots: the tree of RFC 6962, taken in one pass."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from onestop.domain.merkle import EMPTY_ROOT, MerkleTree, leaf_hash, node_hash

LISTS = st.lists(st.binary(max_size=40), max_size=70)


def merkle_root(contents) -> bytes:
    tree = MerkleTree()
    for content in contents:
        tree.add(content)
    return tree.root()


def by_definition(contents: list[bytes]) -> bytes:
    """The root as the RFC writes it: split at the largest power of two below the length."""
    if not contents:
        return sha256().digest()
    if len(contents) == 1:
        return sha256(b"\x00" + contents[0]).digest()
    split = 1
    while split * 2 < len(contents):
        split *= 2
    halves = by_definition(contents[:split]) + by_definition(contents[split:])
    return sha256(b"\x01" + halves).digest()


@given(LISTS)
def test_one_pass_gives_the_root_of_the_definition(contents):
    assert merkle_root(contents) == by_definition(contents)


def test_no_entry_at_all_has_a_root_of_its_own():
    assert merkle_root([]) == EMPTY_ROOT == sha256(b"").digest()


@given(LISTS.filter(bool), st.data())
def test_a_changed_moved_added_or_missing_entry_changes_the_root(contents, data):
    root = merkle_root(contents)
    at = data.draw(st.integers(0, len(contents) - 1))

    assert merkle_root([*contents[:at], contents[at] + b"\0", *contents[at + 1 :]]) != root
    assert merkle_root(contents[:at] + contents[at + 1 :]) != root
    assert merkle_root([*contents[:at], contents[at], *contents[at:]]) != root
    turned = contents[::-1]
    assert (merkle_root(turned) == root) is (turned == contents)


@given(LISTS.filter(lambda contents: len(contents) > 1))
def test_a_node_cannot_be_passed_off_as_a_leaf(contents):
    left, right = leaf_hash(contents[0]), leaf_hash(contents[1])

    assert merkle_root(contents[:2]) == node_hash(left, right)
    assert merkle_root([left + right]) != merkle_root(contents[:2])


def test_a_hundred_thousand_entries_need_one_hash_per_level():
    tree = MerkleTree()
    for n in range(100_000):
        tree.add(n.to_bytes(4, "big"))

    assert tree.length == 100_000
    assert len(tree._subtrees) == (100_000).bit_count()
