"""Laws of the ledger: whatever is changed shows; whoever is forgotten leaves no gap."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from gale import ledger
from gale.records.approval import LedgerEntry
from gale.records.decision import Decision

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e9, 1e9) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
laws = settings(deadline=None, max_examples=60)
bodies = st.dictionaries(st.text(max_size=8), plain, max_size=4)


def chain_of(contents: list[dict[str, Any]]) -> list[LedgerEntry]:
    lines: list[LedgerEntry] = []
    for i, body in enumerate(contents):
        lines.append(ledger.entry(lines[-1] if lines else None, time=1_000 + i, kind="note", body=body))
    return lines


def decision(person: str = "p_1", number: int = 1, **changes: Any) -> Decision:
    made = Decision(
        id=f"d_{number}",
        time=1_700_000_000_000 + number,
        person=person,
        campaign="eveil",
        touchpoint="letter",
        eligible=("v_a", "v_b"),
        eligible_digest="ab" * 16,
        variant="v_a",
        reason="explore",
        propensity=0.5,
        snapshot="s_1",
        draw=(0.25, 0.75),
        basis=("c_1",),
        inputs={"features": {"city": "Lyon"}, "version": 3},
    )
    return msgspec.structs.replace(made, **changes)


def key_of(person: str) -> bytes:
    return hashlib.sha256(person.encode()).digest()


def a_batch(people: list[str]) -> tuple[LedgerEntry, list[tuple[str, Decision]], dict[str, bytes]]:
    decisions = [decision(p, i) for i, p in enumerate(people)]
    leaves = [ledger.leaf(key_of(d.person), d) for d in decisions]
    body = {"count": len(leaves), "root": ledger.root(leaves)}
    keys = {p: key_of(p) for p in people}
    return ledger.entry(None, time=1, kind="decisions", body=body), list(zip(leaves, decisions, strict=True)), keys


@laws
@given(st.lists(bodies, max_size=6))
def test_an_untouched_chain_verifies_after_it_was_stored_and_read(contents: list[dict[str, Any]]) -> None:
    stored = msgspec.json.encode(chain_of(contents))
    assert ledger.verify(msgspec.json.decode(stored, type=list[LedgerEntry])) is None


@laws
@given(st.lists(bodies, min_size=1, max_size=4), st.data())
def test_one_flipped_bit_never_verifies(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    lines = chain_of(contents)
    stored = bytearray(msgspec.msgpack.encode(lines))
    bit = data.draw(st.integers(0, len(stored) * 8 - 1))
    stored[bit // 8] ^= 1 << (bit % 8)
    try:
        changed = msgspec.msgpack.decode(bytes(stored), type=list[LedgerEntry])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return  # it does not even read
    if changed == lines:
        return  # the same numbers in other bytes (0 and -0): nothing that the ledger says has changed
    if changed == lines[: len(changed)]:
        return  # lines cut off the end: a chain alone cannot show this, and says so
    assert ledger.verify(changed) is not None


def test_two_texts_that_normalise_to_the_same_are_told_apart() -> None:
    line = ledger.entry(None, time=1, kind="note", body={"text": "a\u0300"})
    assert line.body == {"text": "à"}
    assert ledger.verify([msgspec.structs.replace(line, body={"text": "a\u0340"})]) == ledger.Broken(
        seq=1, why="altered"
    )


@laws
@given(st.integers(2, 8), st.data())
def test_a_line_taken_out_is_named_as_missing(length: int, data: st.DataObject) -> None:
    lines = chain_of([{"n": i} for i in range(length)])
    gone = data.draw(st.integers(1, length - 1))
    assert ledger.verify(lines[: gone - 1] + lines[gone:]) == ledger.Broken(seq=gone, why="missing")


@laws
@given(st.integers(2, 8), st.data())
def test_a_line_out_of_its_place_is_named(length: int, data: st.DataObject) -> None:
    lines = chain_of([{"n": i} for i in range(length)])
    again = data.draw(st.integers(1, length))
    repeated = [*lines[:again], lines[again - 1], *lines[again:]]
    assert ledger.verify(repeated) == ledger.Broken(seq=again, why="out_of_order")


def test_a_line_written_again_with_a_hash_that_fits_breaks_its_link() -> None:
    first, second, third = chain_of([{"n": 1}, {"n": 2}, {"n": 3}])
    forged = ledger.entry(first, time=second.time, kind="note", body={"n": 99})
    assert ledger.verify([first, forged, third]) == ledger.Broken(seq=3, why="unlinked")
    assert ledger.verify([first, second, third]) is None


def largest_power_below(n: int) -> int:
    power = 1
    while power * 2 < n:
        power *= 2
    return power


def rfc_6962(leaves: list[bytes]) -> bytes:
    """The definition as it is written in RFC 6962, 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = largest_power_below(len(leaves))
    return hashlib.sha256(b"\1" + rfc_6962(leaves[:k]) + rfc_6962(leaves[k:])).digest()


@laws
@given(st.lists(st.text("0123456789abcdef", min_size=64, max_size=64), max_size=40))
def test_the_root_is_that_of_rfc_6962(leaves: list[str]) -> None:
    assert ledger.root(leaves) == rfc_6962([x.encode() for x in leaves]).hex()


@laws
@given(st.lists(st.sampled_from(["p_1", "p_2", "p_3", "p_4"]), min_size=1, max_size=12), st.data())
def test_forgetting_people_leaves_the_batch_verifying(people: list[str], data: st.DataObject) -> None:
    line, leaves, keys = a_batch(people)
    gone = data.draw(st.sets(st.sampled_from(people)))
    scrubbed = [
        (x, msgspec.structs.replace(d, person="forgotten_" + d.person, inputs={}, basis=()) if d.person in gone else d)
        for x, d in leaves
    ]
    left = {p: k for p, k in keys.items() if p not in gone}
    assert ledger.check_batch(line, leaves, keys) is None
    assert ledger.check_batch(line, scrubbed, left) is None


@laws
@given(st.lists(st.sampled_from(["p_1", "p_2"]), min_size=1, max_size=6), st.data())
def test_one_flipped_bit_in_a_batch_never_verifies(people: list[str], data: st.DataObject) -> None:
    line, leaves, keys = a_batch(people)
    stored = bytearray(msgspec.msgpack.encode(leaves))
    bit = data.draw(st.integers(0, len(stored) * 8 - 1))
    stored[bit // 8] ^= 1 << (bit % 8)
    try:
        changed = msgspec.msgpack.decode(bytes(stored), type=list[tuple[str, Decision]])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    assert changed == leaves or ledger.check_batch(line, changed, keys) is not None


def test_a_decision_changed_and_called_forgotten_is_found() -> None:
    line, leaves, keys = a_batch(["p_1", "p_2"])
    forged = [(leaves[0][0], msgspec.structs.replace(leaves[0][1], person="p_nobody", variant="v_b")), leaves[1]]
    assert ledger.check_batch(line, forged, keys) == ledger.Broken(seq=1, why="decision")


def test_a_decision_taken_out_of_its_batch_is_found() -> None:
    line, leaves, keys = a_batch(["p_1", "p_2", "p_3"])
    assert ledger.check_batch(line, leaves[:2], keys) == ledger.Broken(seq=1, why="leaves")
    assert ledger.check_batch(line, leaves[::-1], keys) == ledger.Broken(seq=1, why="leaves")


def test_a_reference_to_a_person_says_nothing_without_her_key() -> None:
    assert ledger.subject(key_of("a"), "p_1") != ledger.subject(key_of("b"), "p_1")
    assert "p_1" not in ledger.subject(key_of("a"), "p_1")
