"""`gale people`: a contact file becomes contacts. Nothing is written before yes, opt-outs are written first, undo never
removes them; the person's own page, and forgetting her.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from gale import audience
from gale.adapters.files.tables import RawTable, read_table
from gale.audience import ColumnGuess, ContactFile, Entry, Known, Proposal, Told, address_key
from gale.engine.consent import record_in
from gale.engine.notes import note
from gale.engine.optouts import OptedOut, close_door
from gale.ports.store import ImportRow, Store, Unit
from gale.records.decision import Decision, Outcome
from gale.records.documents import Campaign, Purpose, Purposes
from gale.records.faults import Fault, Faults, raise_if
from gale.records.framework import FrameworkDocument
from gale.records.people import Assignment, Consent, Contact, PersonState, Profile

BATCH = 500  # contacts a transaction, so that decisions wait a moment and no longer; of a very long file, a hundredth
_COUNTED = (
    "rows", "entering", "new", "known", "left_out", "consents", "may_receive", "expired", "refused", "never_asked",
    "kept_closed",
)  # fmt: skip


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What an import would do; nothing is written yet and no address is kept in it.

    `counts` and `notes` are those of `audience.propose` and `audience.read_contacts`; `asks` names what a person must
    still say ("dates" closes the door, "source" leaves every yes of the file as never asked).
    """

    file: str
    path: str
    fingerprint: str
    size: int
    encoding: str
    certainty: str
    separator: str
    columns: list[ColumnGuess]
    mapping: dict[str, str]
    purpose: str
    told: Told
    asks: tuple[str, ...]
    counts: dict[str, int]
    notes: dict[str, int]
    left_out: list[Fault]
    forced_encoding: str | None = None
    forced_separator: str | None = None


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one person besides her addresses."""

    state: PersonState
    has_address: bool
    consents: list[Consent]
    decisions: list[Decision]
    outcomes: list[Outcome]
    entries: list[Assignment]


def wanted(campaign: Campaign, frameworks: Sequence[FrameworkDocument] = ()) -> set[str]:
    """Attributes that something looks at: the campaign's features, audience, exclusions, floors and stages, and what its
    frameworks choose by. No other column is needed."""
    limits, rollout = campaign.limits, campaign.rollout
    named = set(campaign.audience) | {spec.name for spec in campaign.features}
    if limits is not None:
        named |= {name for one in limits.exclusions for name in one.who} | {n for one in limits.floors for n in one.who}
    named |= {name for framework in frameworks for name in framework.attributes}
    return named | ({rollout.by} if rollout is not None and rollout.by else set())


def preview(
    store: Store,
    path: Path,
    *,
    purposes: Purposes,
    now: int,
    mapping: Mapping[str, str] | None = None,
    told: Told | None = None,
    wanted: Sequence[str] | set[str] = (),
    purpose: str | None = None,
    encoding: str | None = None,
    separator: str | None = None,
) -> Preview:
    """Read a contact file and work out what an import would write.

    `mapping` corrects the proposal column by column (`{"ca": "orders_value", "nom": "ignore"}`); `purpose` is what the
    file's consent column speaks of, where it could be several. Raises `Faults`: those of `read_table`, a mapping that
    cannot be (`people.…`), `people.no_email`, `people.purpose_which`.
    """
    said = told or Told()
    about = audience.email_purpose(purposes, purpose)
    table = read_table(path, encoding=encoding, separator=separator)
    channels = {channel for p in purposes.purposes for channel in p.channels}
    guesses = audience.recognise(table.header, table.sample(), wanted=wanted, channels=channels)
    settled = _settle(guesses, mapping or {}, table)
    read = audience.read_contacts(table.header, table.rows(), settled, told=said, file=table.name, now=now)
    with store.read() as unit:
        known = _known(unit, read, about)
    proposal = audience.propose(read, known, about, broken=list(table.faults), file=table.name, now=now)
    return Preview(
        file=table.name,
        path=str(path),
        fingerprint=table.fingerprint,
        size=table.size,
        encoding=table.encoding,
        certainty=table.certainty,
        separator=table.separator,
        columns=guesses,
        mapping=settled,
        purpose=about.id,
        told=said,
        asks=read.asks,
        counts=proposal.counts,
        notes=read.notes,
        left_out=proposal.left_out,
        forced_encoding=encoding,
        forced_separator=separator,
    )


def take(
    store: Store,
    seen: Preview,
    *,
    yes: bool,
    purposes: Purposes,
    now: int,
    id: str,
    name: Callable[[], str],
    locale: str = "fr",
    batch: int | None = None,
    progress: Callable[[int], None] = lambda written: None,
) -> ImportRow:
    """Write what was previewed: opt-outs first, in a transaction of their own, then contacts, `batch` a transaction.

    The file is read again and must be the very file that was seen. Each batch commits whole with its ledger lines and
    its place in the import's row, so that whatever happens the import can be undone, or taken again where it stopped
    (who is in is recognised). `id` names the import, `name` makes a new pseudonym (`p_` and 20 random hex digits).
    Raises `Faults`: `answer.needed`, `people.dates_unclear`, `import.file_changed`.
    """
    if not yes:
        raise Faults.one("answer.needed")
    if "dates" in seen.asks:
        raise Faults.one("people.dates_unclear", where=seen.file)
    table = read_table(Path(seen.path), encoding=seen.forced_encoding, separator=seen.forced_separator)
    if table.fingerprint != seen.fingerprint:
        raise Faults.one("import.file_changed", where=seen.file)
    about = audience.email_purpose(purposes, seen.purpose)
    read = audience.read_contacts(table.header, table.rows(), seen.mapping, told=seen.told, file=table.name, now=now)
    row = ImportRow(
        id=id, file=seen.file, fingerprint=seen.fingerprint, mapping=seen.mapping, summary={}, added=(), time=now
    )
    with store.write() as unit:
        row = _begin(unit, row, read, about, purposes, len(table.faults), now)
    step = batch or max(BATCH, len(read.contacts) // 100)
    for start in range(0, len(read.contacts), step):
        part = msgspec.structs.replace(read, contacts=read.contacts[start : start + step], opt_outs=[], left_out=[])
        with store.write() as unit:
            known = _known(unit, part, about)
            proposal = audience.propose(part, known, about, broken=[], file=seen.file, now=now)
            row = _write(unit, row, proposal, about, purposes, seen, now, name, locale)
        progress(min(start + step, len(read.contacts)))
    return row


def undo(store: Store, import_id: str, *, purposes: Purposes, now: int) -> ImportRow:
    """Take an import back: people it added and of whom nothing was decided or heard since are removed with their
    addresses. Of those who stay, a yes that stands on this file is withdrawn. Suppression and opt-outs stay.

    Raises `Faults` `import.unknown`, `import.undone`.
    """
    with store.write() as unit:
        row = unit.imports.get(import_id)
        if row is None:
            raise Faults.one("import.unknown", id=import_id, known=", ".join(r.id for r in unit.imports.all()) or "–")
        if row.undone is not None:
            raise Faults.one("import.undone", id=import_id)
        removed = unit.imports.take_back(row.added)
        staying = unit.people.states(row.added)
        unit.vault.remove([person for person in row.added if person not in staying])
        acts = [
            Consent(
                id=f"{standing.consent}_undone",
                person=state.profile.id,
                purpose=standing.purpose,
                state="withdrawn",
                basis=standing.basis,
                source="undo of an import",
                notice="",
                time=now,
            )
            for state in unit.people.scan()
            for standing in state.standings.values()
            if standing.state == "given" and standing.consent.startswith(_act_id(import_id, ""))
        ]
        if acts:
            record_in(unit, purposes, acts, now=now)
        body = {"import": import_id, "removed": removed, "withdrawn": len(acts)}
        note(unit, now=now, kind="import_undone", body=body)
        summary = {**row.summary, "removed": removed, "withdrawn": len(acts)}
        row = msgspec.structs.replace(row, undone=now, summary=summary, added=tuple(staying))
        unit.imports.put(row)
        return row


def find(store: Store, *, email: str | None = None, own_id: str | None = None) -> str:
    """The pseudonym behind an address or an id of the user's own. Raises `Faults` `people.not_found`."""
    with store.read() as unit:
        person = unit.vault.find(email=email, own_id=own_id)
    if person is None:
        raise Faults.one("people.not_found")
    return person


def show(store: Store, person: str) -> Shown:
    """What is known of her. Raises `Faults` `person.unknown`."""
    with store.read() as unit:
        state = unit.people.state(person)
        if state is None:
            raise Faults.one("person.unknown", person=person)
        contact = unit.vault.get([person]).get(person)
        return Shown(
            state=state,
            has_address=contact is not None and contact.email is not None,
            consents=unit.consents.history(person),
            decisions=unit.decisions.of_person(person),
            outcomes=unit.outcomes.of_person(person),
            entries=unit.assignments.of_person(person),
        )


def forget(store: Store, person: str, *, now: int, tombstone: str) -> None:
    """Erase her (GDPR 17): her key, row, consents, outcomes and addresses; the ledger keeps that somebody was forgotten.

    The keyed HMAC of her address goes to the suppression list, or the next import would bring her back (GDPR 17(3)(b),
    21(3)). `tombstone` is a new random name that stands for her in decisions already counted. One transaction; cannot
    be undone. Raises `Faults` `person.unknown`.
    """
    with store.write() as unit:
        if unit.people.state(person) is None:
            raise Faults.one("person.unknown", person=person)
        contact = unit.vault.get([person]).get(person)
        if contact is not None and contact.email is not None:
            unit.vault.suppress([contact.email], "forgotten", now)
        unit.vault.forget(person)
        unit.people.forget(person, tombstone)
        note(unit, now=now, kind="forgotten", body={"people": 1})


def _settle(guesses: Sequence[ColumnGuess], corrections: Mapping[str, str], table: RawTable) -> dict[str, str]:
    """The proposal with a person's corrections, which win; checked. "refused" is what a form sends back of a column
    that nobody may take: it is not taken."""
    said = {c: audience.IGNORE if to == audience.REFUSED else to for c, to in corrections.items()}
    claimed = set(said.values())
    proposed = {c: to for c, to in audience.mapping_of(guesses).items() if c not in said and to not in claimed}
    mapping = {**proposed, **said}
    wrong = audience.check_mapping(mapping, guesses)
    raise_if(Fault(code=code, values=values, where=table.name) for code, values in wrong)
    if "email" not in mapping.values():
        raise Faults.one("people.no_email", where=table.name, columns=", ".join(table.header))
    return {c: to for c, to in mapping.items() if to != audience.IGNORE}


def _known(unit: Unit, read: ContactFile, purpose: Purpose) -> Known:
    """Who of the file the vault and the store know already."""
    emails = [c.email for c in read.contacts] + [o.email for o in read.opt_outs if o.email is not None]
    ids = [c.own_id for c in read.contacts if c.own_id] + [o.own_id for o in read.opt_outs if o.own_id]
    by_address = {address_key(e): p for e, p in unit.vault.find_many("email", emails).items()}
    by_id = unit.vault.find_many("own_id", ids)
    states = unit.people.states(list({*by_address.values(), *by_id.values()}))
    return Known(
        by_address=by_address,
        by_id=by_id,
        suppressed={address_key(e) for e in unit.vault.suppressed(emails)},
        standings={person: state.standings.get(purpose.id) for person, state in states.items()},
    )


def _begin(
    unit: Unit, row: ImportRow, read: ContactFile, purpose: Purpose, purposes: Purposes, broken: int, now: int
) -> ImportRow:
    """The import's row and ledger line, and the opt-outs: what must hold even if nothing else of the file does."""
    known = _known(unit, msgspec.structs.replace(read, contacts=[]), purpose)
    outs = [OptedOut(out.reason, audience.person_of(out, known), out.email or "") for out in read.opt_outs]
    suppressed = close_door(unit, outs, purpose, purposes, now=now, id=_act_id(row.id, "out"))
    duplicates = sum(fault.code == "contact.duplicate" for fault in read.left_out)
    counts = {"opt_outs": len(read.opt_outs), "suppressed": suppressed, "duplicates": duplicates}
    counts["left_out"] = broken + len(read.left_out) - duplicates
    expected = {"file": row.fingerprint, "import": row.id, "contacts": len(read.contacts), **counts}
    note(unit, now=now, kind="import", body=expected)
    zero = dict.fromkeys(_COUNTED, 0)
    rows = counts["opt_outs"] + counts["duplicates"] + counts["left_out"]
    row = msgspec.structs.replace(row, summary={**zero, **counts, "rows": rows, "notes": read.notes})
    unit.imports.put(row)
    return row


def _write(
    unit: Unit,
    row: ImportRow,
    proposal: Proposal,
    purpose: Purpose,
    purposes: Purposes,
    seen: Preview,
    now: int,
    name: Callable[[], str],
    locale: str,
) -> ImportRow:
    """One batch: new people, what is newly known of the others, their consents."""
    people = {i: e.person or name() for i, e in enumerate(proposal.entries)}
    fresh = [i for i, e in enumerate(proposal.entries) if e.person is None]
    unit.people.add(_profile(people[i], proposal.entries[i], locale, now) for i in fresh)
    _update(unit, [e for e in proposal.entries if e.person is not None])
    unit.vault.put(_contact(people[i], proposal.entries[i]) for i in fresh)
    acts: list[Consent] = []
    for i, entry in enumerate(proposal.entries):
        number = _act_id(row.id, f"{entry.contact.line}")
        act = audience.act_of(entry.contact, purpose, person=people[i], id=number, notice=seen.told.notice)
        if act is not None and entry.says:
            acts.append(act)
    if acts:
        record_in(unit, purposes, acts, now=now)
    summary: dict[str, Any] = dict(row.summary)
    for key in _COUNTED:
        summary[key] += proposal.counts[key]
    row = msgspec.structs.replace(row, added=(*row.added, *(people[i] for i in fresh)), summary=summary)
    unit.imports.put(row)
    return row


def _act_id(import_id: str, rest: str) -> str:
    return f"c_{import_id}_{rest}"


def _profile(person: str, entry: Entry, locale: str, now: int) -> Profile:
    contact = entry.contact
    return Profile(id=person, locale=contact.locale or locale, attributes=contact.attributes, created=now)


def _contact(person: str, entry: Entry, before: Contact | None = None) -> Contact:
    """Her addresses, what the file says before what was kept."""
    said, kept = entry.contact, before or Contact(person=person)
    return Contact(
        person=person,
        own_id=said.own_id or kept.own_id,
        email=said.email,
        phone=said.phone or kept.phone,
        given_name=said.given_name or kept.given_name,
        family_name=said.family_name or kept.family_name,
    )


def _update(unit: Unit, entries: Sequence[Entry]) -> None:
    """What the file says newly of people who are known; a row that says nothing new is not written."""
    by_person = {e.person: e for e in entries if e.person is not None}
    held = unit.vault.get(list(by_person))
    states = unit.people.states(list(by_person))
    changed: list[PersonState] = []
    for person, state in states.items():
        said = by_person[person].contact
        profile = state.profile
        attributes = {**profile.attributes, **said.attributes}
        told = msgspec.structs.replace(profile, attributes=attributes, locale=said.locale or profile.locale)
        if told != profile:
            changed.append(msgspec.structs.replace(state, profile=told))
    unit.people.put(changed)
    contacts = {person: _contact(person, entry, held.get(person)) for person, entry in by_person.items()}
    unit.vault.put(contact for person, contact in contacts.items() if contact != held.get(person))
