"""The chain: each line's hash covers all the rest of it, the hash of the line before included."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from gale.records.approval import LedgerEntry
from gale.records.canonical import canonical

GENESIS = "0" * 64
Why = Literal["altered", "missing", "out_of_order", "unlinked", "leaves", "decision"]


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """The first line that does not hold, and why (each has words under `ledger.` + why).

    `altered`: its content does not match its hash; `missing`: no line with this number; `out_of_order`: a line stands
    where a later one should; `unlinked`: it does not follow from the line before, one of the two was written again;
    `leaves`: the decisions kept under it are not those it was written over; `decision`: one of these was altered.
    """

    seq: int
    why: Why


def entry(previous: LedgerEntry | None, *, time: int, kind: str, body: Mapping[str, Any]) -> LedgerEntry:
    """The next line of the chain after `previous` (`None` for the first, whose previous hash is 64 zeros).

    `body` is plain data without direct identifiers; it is kept in the form that is hashed (Unicode NFC, lists for
    tuples), so that what is stored is to the letter what was hashed. Hash: SHA-256 over the canonical JSON (RFC 8785)
    of all other fields. Raises `ValueError` for what JSON cannot hold exactly (NaN, whole numbers beyond 2^53).

    >>> first = entry(None, time=1, kind="launched", body={"campaign": "eveil"})
    >>> second = entry(first, time=2, kind="stopped", body={"campaign": "eveil"})
    >>> second.seq, second.previous == first.hash, verify([first, second])
    (2, True, None)
    """
    fields: dict[str, Any] = {
        "seq": 1 if previous is None else previous.seq + 1,
        "time": time,
        "kind": kind,
        "body": dict(body),
        "previous": GENESIS if previous is None else previous.hash,
        "schema": 1,
    }
    text = canonical(fields)
    return LedgerEntry(**msgspec.json.decode(text), hash=_sha256(text))


def verify(entries: Iterable[LedgerEntry]) -> Broken | None:
    """The first line that does not hold, reading from the first line of the chain; `None` when all hold.

    Lines cut off the end cannot show here: compare the head with one that was kept elsewhere.
    """
    expected, previous = 1, GENESIS
    for line in entries:
        if line.seq > expected:
            return Broken(seq=expected, why="missing")
        if line.seq < expected:
            return Broken(seq=line.seq, why="out_of_order")
        if not _intact(line):
            return Broken(seq=line.seq, why="altered")
        if line.previous != previous:
            return Broken(seq=line.seq, why="unlinked")
        expected, previous = line.seq + 1, line.hash
    return None


def _intact(line: LedgerEntry) -> bool:
    """Whether the line's content gives its hash, and is kept in the very form that is hashed.

    The second condition matters because canonical JSON takes some different texts for the same (U+0340 becomes
    U+0300): without it such a change would go unseen.
    """
    fields = {"seq": line.seq, "time": line.time, "kind": line.kind, "body": line.body}
    fields |= {"previous": line.previous, "schema": line.schema}
    try:
        text = canonical(fields)
    except (ValueError, TypeError):
        return False
    return _sha256(text) == line.hash and msgspec.json.decode(text) == fields


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
