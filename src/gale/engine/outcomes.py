"""`gale outcomes`: what happened to people, each told once however often it is reported."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gale.ports.store import Store, Unit
from gale.records.decision import Outcome
from gale.records.faults import Fault, raise_if

AHEAD_MS = 5 * 60_000  # a clock may be ahead by so much before an outcome counts as from the future


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How many outcomes were new, and how many we knew already."""

    inserted: int
    duplicates: int


def tell(store: Store, outcomes: Sequence[Outcome], *, now: int) -> Told:
    """Store outcomes, all or none. Raises `Faults`: unknown decision, unknown person, from the future, odd money."""
    with store.write() as unit:
        return tell_in(unit, outcomes, now=now)


def tell_in(unit: Unit, outcomes: Sequence[Outcome], *, now: int) -> Told:
    """`tell` inside the caller's transaction."""
    named = [o.decision for o in outcomes if o.decision is not None]
    decisions = unit.decisions.get_many(named) if named else {}
    people = unit.people.states(list({o.person for o in outcomes}))
    faults: list[Fault] = []
    for i, outcome in enumerate(outcomes):
        where = f"#{i + 1}" if len(outcomes) > 1 else ""
        if outcome.person not in people:
            faults.append(Fault(code="person.unknown", where=where, values={"person": outcome.person}))
        if outcome.decision is not None:
            decision = decisions.get(outcome.decision)
            if decision is None:
                faults.append(
                    Fault(code="outcome.decision_unknown", where=where, values={"decision": outcome.decision})
                )
            elif decision.person != outcome.person:
                faults.append(Fault(code="outcome.other_person", where=where, values={"decision": outcome.decision}))
            elif outcome.time < decision.time - AHEAD_MS:
                faults.append(Fault(code="outcome.before_decision", where=where, values={"decision": outcome.decision}))
        if outcome.time > now + AHEAD_MS:
            faults.append(Fault(code="outcome.future", where=where, values={"time": outcome.time, "now": now}))
        if outcome.value is not None and abs(outcome.value) > 10**13:
            faults.append(Fault(code="outcome.value", where=where, values={"value": outcome.value}))
    raise_if(faults)
    new = unit.outcomes.append(outcomes)
    return Told(inserted=sum(new), duplicates=len(new) - sum(new))
