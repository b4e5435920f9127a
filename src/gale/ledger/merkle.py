"""Batches of decisions: leaves keyed with each person's own key, and the Merkle root over them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence

import msgspec

from gale.ledger.chain import Broken
from gale.records.approval import LedgerEntry
from gale.records.decision import Decision

_encode = msgspec.json.Encoder(order="sorted").encode


def leaf(key: bytes, decision: Decision) -> str:
    """HMAC-SHA256 (RFC 2104) of the whole decision under her own 32-byte key, as 64 hexadecimal characters.

    The decision is encoded as JSON with sorted keys. Without the key nobody can test a guess of what it said.
    """
    return hmac.digest(key, b"gale.leaf\0" + _encode(decision), "sha256").hex()


def subject(key: bytes, person: str) -> str:
    """How the ledger refers to a person: 64 hexadecimal characters that only her own key can link to her.

    >>> subject(b"k" * 32, "p_1") == subject(b"k" * 32, "p_1"), subject(b"k" * 32, "p_1") == subject(b"q" * 32, "p_1")
    (True, False)
    """
    return hmac.digest(key, b"gale.subject\0" + person.encode(), "sha256").hex()


def root(leaves: Sequence[str]) -> str:
    """Merkle tree hash (RFC 6962, 2.1) over the leaves' characters, as 64 hexadecimal characters.

    Leaves and inner nodes are hashed with different first bytes (0x00, 0x01), so that no node passes for a leaf. The
    root of nothing is the SHA-256 of nothing.

    >>> root([]) == hashlib.sha256(b"").hexdigest(), root(["aa", "bb"]) == root(["bb", "aa"])
    (True, False)
    """
    sha256 = hashlib.sha256
    level = [sha256(b"\0" + one.encode()).digest() for one in leaves]
    while len(level) > 1:
        above = [sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            above.append(level[-1])  # the last one without a neighbour moves up as it is: the tree of RFC 6962
        level = above
    return level[0].hex() if level else sha256(b"").hexdigest()


def check_batch(entry: LedgerEntry, leaves: Sequence[tuple[str, Decision]], keys: Mapping[str, bytes]) -> Broken | None:
    """Whether the decisions kept under one line are those it was written over; `None` when they are.

    The root is computed again from the stored leaves, and each leaf from its decision for everybody whose key exists.
    Of somebody forgotten (no key) the leaf alone is left: it still counts in the root, and her decision must be
    scrubbed as `People.forget` leaves it, so that nobody's decision can be changed by calling her forgotten.
    """
    if entry.body.get("count") != len(leaves) or entry.body.get("root") != root([one for one, _ in leaves]):
        return Broken(seq=entry.seq, why="leaves")
    for stored, decision in leaves:
        key = keys.get(decision.person)
        intact = leaf(key, decision) == stored if key is not None else not (decision.inputs or decision.basis)
        if not intact:
            return Broken(seq=entry.seq, why="decision")
    return None
