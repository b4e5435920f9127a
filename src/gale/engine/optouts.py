"""Opt-outs that a file or a sending tool brings: they take effect at once, for addresses known and unknown."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gale.engine.consent import record_in
from gale.ports.store import Unit
from gale.records.documents import Purpose, Purposes
from gale.records.people import Consent

BOUNCED = "bounced"


class OptedOut(msgspec.Struct, frozen=True):
    """Why (`unsubscribed`, `complained`, `bounced`), who (`None`: nobody known), and her address ("" if not told)."""

    reason: str
    person: str | None
    address: str = ""


def close_door(unit: Unit, outs: Sequence[OptedOut], purpose: Purpose, purposes: Purposes, *, now: int, id: str) -> int:
    """Write opt-outs, inside the caller's transaction; how many addresses are newly on the suppression list.

    Every address goes to the suppression list and the person is marked, so that nothing is decided for her. Who
    unsubscribed or complained objects to direct marketing (GDPR 21(2)-(3)); who bounced has a dead address and said
    nothing. `id` begins the ids of the acts. The same opt-outs again change nothing.
    """
    people = list(dict.fromkeys(out.person for out in outs if out.person is not None))
    held = unit.vault.get(people)
    by_reason: dict[str, list[str]] = {}
    for out in outs:
        contact = held.get(out.person) if out.person is not None else None
        kept = contact.email if contact is not None else None
        by_reason.setdefault(out.reason, []).extend(address for address in (out.address, kept) if address)
    new = sum(unit.vault.suppress(by_reason[reason], reason, now) for reason in sorted(by_reason, reverse=True))
    states = unit.people.states(people)
    unit.people.put(msgspec.structs.replace(s, suppressed=True) for s in states.values() if not s.suppressed)
    objecting = dict.fromkeys(out.person for out in outs if out.reason != BOUNCED and out.person in states)
    acts = [
        _objection(f"{id}_{number}", person, purpose, now)
        for number, person in enumerate(p for p in objecting if p is not None)
        if (standing := states[person].standings.get(purpose.id)) is None or standing.state != "objected"
    ]
    if acts:
        record_in(unit, purposes, acts, now=now)
    return new


def _objection(id: str, person: str, purpose: Purpose, now: int) -> Consent:
    return Consent(
        id=id, person=person, purpose=purpose.id, state="objected", basis="consent", source="import: opt-out",
        notice="", time=now,
    )  # fmt: skip
