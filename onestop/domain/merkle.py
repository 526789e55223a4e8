"""Merkle roots of long lists, taken in one pass with leaves and nodes that cannot be confused."""

import hashlib
from typing import Final

EMPTY_ROOT: Final = hashlib.sha256().digest()
"""The root of no leaves at all."""

# Without the two marks a node could be passed off as a leaf, and a short list as a long one.
_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


def leaf_hash(content: bytes) -> bytes:
    """Return the 32 bytes that stand for one entry of the list."""
    return hashlib.sha256(_LEAF + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32 bytes that stand for two neighbouring subtrees."""
    return hashlib.sha256(_NODE + left + right).digest()


class MerkleTree:
    """The root of a list whose entries arrive one by one; holds one hash per level.

    The tree is that of RFC 6962: the left subtree of n entries holds the largest power of two
    below n. Source: docs/rules.md, rule D5.
    """

    def __init__(self) -> None:
        # Complete subtrees, largest first: as many as the length has ones in binary.
        self._subtrees: list[bytes] = []
        self.length = 0

    def add(self, content: bytes) -> None:
        """Append an entry."""
        whole = leaf_hash(content)
        size = self.length
        while size & 1:
            whole = node_hash(self._subtrees.pop(), whole)
            size >>= 1
        self._subtrees.append(whole)
        self.length += 1

    def root(self) -> bytes:
        """Return the 32 bytes that bind every entry, its place and the length of the list."""
        if not self._subtrees:
            return EMPTY_ROOT
        *rest, root = self._subtrees
        for left in reversed(rest):
            root = node_hash(left, root)
        return root
