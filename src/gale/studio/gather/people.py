"""One person, and the contacts."""

from __future__ import annotations

from gale.adapters.words import load
from gale.engine.explain import explain
from gale.ports.store import CampaignRow, ImportRow, Store
from gale.records.documents import Purposes
from gale.records.faults import Faults
from gale.records.people import PersonState
from gale.studio import views as v
from gale.words import LOCALES, Words

DECISIONS, OUTCOMES = 40, 40


def person(store: Store, name: str, row: CampaignRow | None, purposes: Purposes, words: Words, *, now: int) -> v.Person:
    """What is known, what she agreed to, and every decision with its reason. Raises `Faults` `person.unknown`."""
    with store.read() as unit:
        state = unit.people.state(name)
        if state is None or state.forgotten:
            raise Faults.one("person.unknown", person=name)
        acts = unit.consents.history(name)
        decisions = unit.decisions.of_person(name, DECISIONS)
        outcomes = unit.outcomes.of_person(name, OUTCOMES)
        drawn = unit.assignments.get(row.id, name) if row else None
    hers = load(state.profile.locale if state.profile.locale in LOCALES else words.locale)
    newest = [next((d for d in decisions if (d.variant is None) == nothing), None) for nothing in (False, True)]
    asked = []
    for one in sorted((d for d in newest if d is not None), key=lambda d: -d.time):
        plain = explain(store, one, hers)
        asked.append(v.Asked(one.time, plain.sentence if one.variant else "", tuple(plain.customer)))
    log = []
    for decision in decisions:
        told = explain(store, decision, words)
        kind = "no" if decision.variant is None else "full"
        log.append(v.Told(decision.time, told.sentence, tuple(told.because), kind))
    log += [v.Told(o.time, words(f"outcome.{o.kind}")) for o in outcomes]
    log.sort(key=lambda t: -t.time)
    known = tuple((k, _plain(x, words)) for k, x in state.profile.attributes.items() if x is not None)
    latest = {a.purpose: a for a in acts}
    standings = []
    for purpose in purposes.purposes:
        act = latest.get(purpose.id)
        standings.append(
            v.Standing(
                purpose=purpose.id,
                name=purpose.name,
                value=purpose.value_to_customer,
                state=_state(state, purpose.id, now),
                since=act.time if act else None,
                source=act.source if act else "",
                notice=act.notice if act else "",
                expires=state.standings[purpose.id].expires if purpose.id in state.standings else None,
            )
        )
    return v.Person(
        id=name,
        locale=state.profile.locale,
        known=known,
        standings=tuple(standings),
        log=tuple(log[:DECISIONS]),
        decisions=len(decisions),
        suppressed=state.suppressed,
        group=drawn.group if drawn else "",
        asked=tuple(asked),
    )


def _state(state: PersonState, purpose: str, now: int) -> str:
    standing = state.standings.get(purpose)
    if standing is None:
        return "none"
    if standing.state == "given" and standing.expires is not None and standing.expires <= now:
        return "expired"
    return standing.state


def _plain(value: str | float | int | bool | None, words: Words) -> str:
    """An attribute's value as people say it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return words.number(value, 0 if float(value).is_integer() else 1)
    return words(f"value.{value}") if words.has(f"value.{value}") else str(value)


def contacts(store: Store, *, done: str = "") -> v.Contacts:
    """How many people are known, and the imports so far; `done` is the one just written."""
    with store.read() as unit:
        people = unit.people.count()
        rows = unit.imports.all()
    lines = tuple(_import(row) for row in sorted(rows, key=lambda r: -r.time))
    return v.Contacts(people=people, imports=lines, done=next((x for x in lines if x.id == done), None))


def _import(row: ImportRow) -> v.ImportLine:
    written = int(row.summary.get("entering", len(row.added)))
    return v.ImportLine(row.id, row.file, row.time, written, row.undone is not None, bool(row.added))
