"""`gale consent`: an act of one person about one purpose; `stop_everything` for her one button."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gale import consent as rules
from gale import ledger
from gale.engine.notes import note
from gale.ports.store import Store, Unit
from gale.records.documents import Purposes
from gale.records.faults import Fault, Faults, raise_if
from gale.records.people import Consent, PersonState, Standing

ONE_BY_ONE = 20  # so many acts get a line each; a file's thousands share one line with the root of their keyed leaves


def declared(unit: Unit, on_disk: Callable[[], Purposes]) -> Purposes:
    """Every purpose somebody may act on: those of all campaigns (the newest word of each wins) and those on disk.

    A withdrawal must be possible while a document on disk is broken or no longer names its purpose (GDPR 7(3)), so that
    the file is needed only where there is no campaign yet. Raises `Faults` of the file in that case.
    """
    rows = sorted(unit.campaigns.all(), key=lambda row: row.created)
    found = {p.id: p for row in rows for p in Purposes.model_validate(row.documents["purposes"]).purposes}
    try:
        found = {p.id: p for p in on_disk().purposes} | found
    except Faults:
        if not found:
            raise
    return Purposes.model_validate({"schema": 1, "purposes": [p.model_dump(by_alias=True) for p in found.values()]})


def record(store: Store, purposes: Purposes, acts: Sequence[Consent], *, now: int) -> list[Standing]:
    """Store consent acts, all or none: each raises its person's version and leaves a keyed line in the ledger.

    What was kept of somebody's entries goes with the consent that it was kept under (`consent.described`).

    Once this returns, no decision on any worker commits on an older version. Raises `Faults` with every act that is
    not admissible (undeclared purpose, unknown person, from the future, a basis that the purpose does not have).
    """
    with store.write() as unit:
        return record_in(unit, purposes, acts, now=now)


def record_in(unit: Unit, purposes: Purposes, acts: Sequence[Consent], *, now: int) -> list[Standing]:
    """`record` inside the caller's transaction."""
    faults: list[Fault] = []
    states = unit.people.states(list({a.person for a in acts}))
    standings = {p: dict(s.standings) for p, s in states.items()}
    settled: list[tuple[Consent, Standing]] = []
    for i, told in enumerate(acts):
        act = told
        where = f"#{i + 1}" if len(acts) > 1 else ""
        purpose = purposes.get(act.purpose)
        if purpose is None:
            known = ", ".join(p.id for p in purposes.purposes)
            faults.append(
                Fault(code="consent.purpose_unknown", where=where, values={"purpose": act.purpose, "known": known})
            )
            continue
        if act.person not in states:
            faults.append(Fault(code="person.unknown", where=where, values={"person": act.person}))
            continue
        act = rules.received(act, now)
        current = standings[act.person].get(act.purpose)
        fault = rules.admissible(current, act, purpose, now, standings[act.person])
        if fault is not None:
            faults.append(fault)
            continue
        standing = rules.stand(current, act, purpose)
        standings[act.person][act.purpose] = standing
        settled.append((act, standing))
    raise_if(faults)
    unit.consents.append(settled)
    unit.assignments.bare([p for p in {a.person for a, _ in settled} if not rules.described(standings[p], now)])
    keys = unit.people.keys(list({a.person for a, _ in settled}))
    if len(settled) > ONE_BY_ONE:
        leaves = [ledger.subject(keys[a.person], f"{a.id} {a.purpose} {s.state}") for a, s in settled]
        note(unit, now=now, kind="consents", body={"count": len(settled), "root": ledger.root(leaves)})
        return [s for _, s in settled]
    for act, standing in settled:
        note(
            unit,
            now=now,
            kind="consent",
            body={
                "subject": ledger.subject(keys[act.person], act.person),
                "purpose": act.purpose,
                "state": standing.state,
                "basis": act.basis,
                "notice": act.notice,
            },
        )
    return [s for _, s in settled]


def withdraw_everything(
    store: Store, purposes: Purposes, person: str, *, now: int, source: str, ids: Iterable[str]
) -> list[Standing]:
    """Her one button: an objection to every direct-marketing purpose, a withdrawal of every other consent."""
    with store.read() as unit:
        state = unit.people.state(person)
    if state is None:
        raise Faults.one("person.unknown", person=person)
    names = iter(ids)
    acts = [
        Consent(
            id=next(names),
            person=person,
            purpose=p.id,
            state="objected" if p.direct_marketing else "withdrawn",
            basis=p.basis[0],
            source=source,
            notice=p.notice_version,
            time=now,
        )
        for p in purposes.purposes
        if p.direct_marketing or _given(state, p.id)
    ]
    return record(store, purposes, acts, now=now)


def _given(state: PersonState, purpose: str) -> bool:
    standing = state.standings.get(purpose)
    return standing is not None and standing.state == "given"
