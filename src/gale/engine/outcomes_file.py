"""`gale outcomes import`: deliveries, clicks and orders come back from a file, each counted once however often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from gale import audience
from gale.adapters.files.tables import RawTable, read_table
from gale.audience import Happening, Kind
from gale.audience.values import Order
from gale.engine.notes import note
from gale.engine.optouts import OptedOut, close_door
from gale.engine.outcomes import AHEAD_MS, tell_in
from gale.ports.store import Store, Unit
from gale.records.canonical import content_hash
from gale.records.decision import Outcome
from gale.records.documents import Purposes
from gale.records.faults import Fault, Faults, raise_if

CLOSING = ("unsubscribed", "complained", "bounced")


class OutcomesSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken. `rows` = `inserted` + `duplicates` + `silent` + the rows of `left_out`; `opt_outs` counts the
    people whose door an unsubscription, a complaint or a bounce closed (they are among `inserted` too)."""

    file: str
    mapping: dict[str, str]
    rows: int
    inserted: int
    duplicates: int
    silent: int
    opt_outs: int
    kinds: dict[str, int]
    left_out: list[Fault]


def import_outcomes(
    store: Store,
    path: Path,
    *,
    purposes: Purposes,
    now: int,
    mapping: Mapping[str, str] | None = None,
    kind: Kind | None = None,
    source: str = "file",
    dates: Order | None = None,
    zone: str = "Europe/Paris",
    skip_broken: bool = False,
    encoding: str | None = None,
    separator: str | None = None,
) -> OutcomesSummary:
    """Read a file of outcomes and store what it tells, in one transaction.

    A row names its person by decision id, own id or e-mail. It is the same outcome as before when (source, source_id)
    is: an id column of the file, or else derived from what the row says. `mapping` corrects what the columns' names
    suggest; `kind` is what every row is where no column says so. An unsubscription or a complaint is an objection, a
    bounce closes the address.

    With one broken row nothing is taken and every broken row is named, unless `skip_broken`. Raises `Faults`: those of
    `read_table`; `csv.column_missing`, `people.destination_unknown`, `outcomes.needs`, `people.dates_unclear`; a row's
    `outcome.kind`, `outcome.time`, `outcome.amount`, `outcome.amount_missing`, `outcome.nobody`, `outcome.id_address`,
    `outcome.decision_unknown`, `outcome.person_unknown`, `outcome.other_person`, `outcome.before_decision`,
    `outcome.row_future`, `outcome.twice`.
    """
    if kind is not None and kind not in audience.KINDS:
        raise Faults.one("outcome.kind", found=kind, known=", ".join(audience.KINDS))
    table = read_table(path, encoding=encoding, separator=separator)
    settled = _settle(table, mapping or {}, kind)
    read = audience.read_outcomes(
        table.header, table.rows(), settled, kind=kind, dates=dates, zone=zone, file=table.name
    )
    if read.asks:
        raise Faults.one("people.dates_unclear", where=table.name)
    about = audience.email_purpose(purposes)
    with store.write() as unit:
        outcomes, faults = _resolve(unit, read.happenings, source, table.name, now)
        faults += [*table.faults, *read.broken]
        faults.sort(key=lambda fault: int(fault.values.get("line", 0)))
        if not skip_broken:
            raise_if(faults)
        closing = [OptedOut(o.kind, o.person) for o in outcomes if o.kind in CLOSING]
        close_door(unit, closing, about, purposes, now=now, id=f"c_{table.fingerprint[:16]}_{now}")
        told = tell_in(unit, outcomes, now=now)
        if told.inserted:
            body: dict[str, Any] = {"file": table.fingerprint, "inserted": told.inserted, "duplicates": told.duplicates}
            if faults:
                body["left_out"] = dict(sorted(Counter(f.code for f in faults).items()))
            note(unit, now=now, kind="outcomes", body=body)
    kinds: dict[str, int] = {}
    for outcome in outcomes:
        kinds[outcome.kind] = kinds.get(outcome.kind, 0) + 1
    return OutcomesSummary(
        file=table.name,
        mapping=settled,
        rows=table.count,
        inserted=told.inserted,
        duplicates=told.duplicates,
        silent=read.silent,
        opt_outs=len({out.person for out in closing}),
        kinds=kinds,
        left_out=faults,
    )


def _settle(table: RawTable, corrections: Mapping[str, str], kind: Kind | None) -> dict[str, str]:
    """The mapping, with a person's corrections, which win; complete, or refused."""
    claimed = set(corrections.values())
    proposed = audience.recognise_outcomes(table.header)
    mapping = {c: to for c, to in proposed.items() if c not in corrections and to not in claimed}
    faults: list[Fault] = []
    for column, to in corrections.items():
        if column not in table.header:
            values = {"column": column, "known": ", ".join(table.header)}
            faults.append(Fault(code="csv.column_missing", values=values, where=table.name))
        elif to not in (*audience.OUTCOME_DESTINATIONS, audience.IGNORE):
            known = ", ".join((*audience.OUTCOME_DESTINATIONS, audience.IGNORE))
            values = {"column": column, "destination": to, "known": known}
            faults.append(Fault(code="people.destination_unknown", values=values, where=table.name))
        elif to != audience.IGNORE:
            mapping[column] = to
    raise_if(faults)
    have = set(mapping.values())
    missing = [] if "time" in have else ["time"]
    missing += [] if "kind" in have or kind is not None else ["kind"]
    missing += [] if have & {"decision_id", "own_id", "email"} else ["decision_id / own_id / email"]
    if missing:
        values = {"missing": ", ".join(missing), "columns": ", ".join(table.header)}
        raise Faults([Fault(code="outcomes.needs", values=values, where=table.name)])
    return mapping


def _resolve(
    unit: Unit, happenings: Sequence[Happening], source: str, file: str, now: int
) -> tuple[list[Outcome], list[Fault]]:
    """Each row with its person and identity, and what is wrong with the others."""
    decisions = unit.decisions.get_many(list({h.decision_id for h in happenings if h.decision_id is not None}))
    by_id = unit.vault.find_many("own_id", list({h.own_id for h in happenings if h.own_id is not None}))
    by_email = unit.vault.find_many("email", list({h.email for h in happenings if h.email is not None}))
    outcomes: list[Outcome] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    alive = unit.people.states(list({*(d.person for d in decisions.values()), *by_id.values(), *by_email.values()}))
    for one in happenings:
        decision = decisions.get(one.decision_id) if one.decision_id is not None else None
        named = [
            person
            for person in (
                decision.person if decision is not None else None,
                by_id.get(one.own_id) if one.own_id is not None else None,
                by_email.get(one.email) if one.email is not None else None,
            )
            if person is not None
        ]
        code = ""
        values: dict[str, object] = {}
        if one.decision_id is not None and decision is None:
            code, values = "outcome.decision_unknown", {"decision": one.decision_id[:60]}
        elif not named or named[0] not in alive:
            code = "outcome.person_unknown"
        elif len(set(named)) > 1:
            code, values = "outcome.other_person", {"decision": one.decision_id or "–"}
        elif decision is not None and one.time < decision.time - AHEAD_MS:
            code, values = "outcome.before_decision", {"decision": decision.id}
        else:
            identity = one.source_id or "f_" + content_hash(audience.content_of(one, named[0]))[:32]
            outcome = audience.outcome_of(one, person=named[0], source=source, source_id=identity, now=now)
            if outcome.time > now + AHEAD_MS:
                code, values = "outcome.row_future", {"found": one.written[:40]}
            elif identity in seen:
                code, values = "outcome.twice", {"other": seen[identity]}
            else:
                seen[identity] = one.line
                outcomes.append(outcome)
                continue
        faults.append(Fault(code=code, values={"line": one.line, **values}, where=f"{file}:{one.line}"))
    return outcomes, faults
