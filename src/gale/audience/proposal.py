"""What an import would write, worked out against who is known already; nothing is written here.

A file never reopens what was closed here: it tells what somebody believed at some time, she told us since.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import msgspec

from gale.audience.contacts import ContactFile, NewContact, OptOut, address_key
from gale.consent import admissible, stand
from gale.records.documents import Purpose, Purposes
from gale.records.faults import Fault, Faults
from gale.records.people import Consent, Standing

IMPORT = "import"  # the first word of the source of every act read from a file (`consent.from_file`)


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Who of the file is known: person by `address_key`, person by own id, addresses (as `address_key`) that are on
    the suppression list, and where each person known stands on the purpose."""

    by_address: Mapping[str, str]
    by_id: Mapping[str, str]
    suppressed: AbstractSet[str]
    standings: Mapping[str, Standing | None]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One contact that enters: `person` is `None` where she is new. `says` is whether her consent changes anything."""

    contact: NewContact
    person: str | None
    says: bool


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What would be written. `counts` add up: `rows` = `entering` + `opt_outs` + the rows left out."""

    entries: list[Entry]
    left_out: list[Fault]
    counts: dict[str, int]


def propose(read: ContactFile, known: Known, purpose: Purpose, *, broken: list[Fault], file: str, now: int) -> Proposal:
    """Set the file against who is known. `broken` are the rows that the reader of the file left out already.

    Left out besides: an address on the suppression list (`contact.suppressed`), and an address and an id that belong
    to two people (`contact.two_people`). A yes that may not stand leaves its contact known and silent.

    `counts`: `rows`, `entering` (`new` + `known`), `opt_outs`, `duplicates`, `left_out` (besides duplicates);
    of those who enter: `may_receive`, `expired`, `refused`, `never_asked`, `kept_closed` (a yes in the file against a
    no given here); `consents` are the acts to be written.
    """
    entries: list[Entry] = []
    left_out = [*broken, *read.left_out]
    tally = dict.fromkeys(("may_receive", "expired", "refused", "never_asked", "kept_closed"), 0)
    for contact in read.contacts:
        key = address_key(contact.email)
        where, values = f"{file}:{contact.line}", {"line": contact.line}
        if key in known.suppressed:
            left_out.append(Fault(code="contact.suppressed", values=values, where=where))
            continue
        here = known.by_address.get(key)
        other = known.by_id.get(contact.own_id) if contact.own_id is not None else None
        if here is not None and other is not None and here != other:
            left_out.append(Fault(code="contact.two_people", values=values, where=where))
            continue
        person = here or other
        standing = known.standings.get(person) if person is not None else None
        act = act_of(contact, purpose, person=person or "", id="")
        says = act is not None and _changes(standing, act, purpose, now)
        if act is not None and says:
            standing = stand(standing, act, purpose)
        entries.append(Entry(contact=contact, person=person, says=says))
        tally[_told(standing, contact, now)] += 1
    left_out.sort(key=lambda fault: int(fault.values.get("line", 0)))
    duplicates = sum(fault.code == "contact.duplicate" for fault in left_out)
    counts = {
        "rows": len(entries) + len(read.opt_outs) + len(left_out),
        "entering": len(entries),
        "new": sum(e.person is None for e in entries),
        "known": sum(e.person is not None for e in entries),
        "opt_outs": len(read.opt_outs),
        "duplicates": duplicates,
        "left_out": len(left_out) - duplicates,
        "consents": sum(e.says for e in entries),
        **tally,
    }
    return Proposal(entries=entries, left_out=left_out, counts=counts)


def act_of(contact: NewContact, purpose: Purpose, *, person: str, id: str, notice: str = "") -> Consent | None:
    """What she says, as the act that would be kept; `None` where she was never asked."""
    if contact.consent is None:
        return None
    return Consent(
        id=id,
        person=person,
        purpose=purpose.id,
        state=contact.consent,
        basis="consent",
        source=f"{IMPORT}: {contact.consent_source}",
        notice=notice,
        time=contact.consent_time,
    )


def email_purpose(purposes: Purposes, told: str | None = None) -> Purpose:
    """The purpose that a consent column for e-mail speaks of: the one told, or the only one that it can be.

    Raises `Faults` `people.purpose_which` (several, or none), `people.purpose_unfit` (told, but it is not marketing by
    e-mail on consent).
    """
    fit = [
        p
        for p in purposes.purposes
        if p.direct_marketing and "consent" in p.basis and (not p.channels or "email" in p.channels)
    ]
    if told is not None:
        found = next((p for p in fit if p.id == told), None)
        if found is None:
            raise Faults.one("people.purpose_unfit", purpose=told, known=", ".join(p.id for p in fit) or "–")
        return found
    named = [p for p in fit if "email" in p.channels] or fit
    if len(named) != 1:
        raise Faults.one("people.purpose_which", known=", ".join(p.id for p in named) or "–")
    return named[0]


def _changes(standing: Standing | None, act: Consent, purpose: Purpose, now: int) -> bool:
    """Would the act be kept, and say something new? A yes that stands is left alone: a file renews a lapsed one only,
    so that undoing an import never costs anybody the yes she gave herself."""
    if admissible(standing, act, purpose, now) is not None:
        return False
    if standing is None:
        return True
    if act.state == "given":
        lapsed = standing.expires is not None and standing.expires <= now
        return standing.state == "given" and lapsed and act.time > standing.since
    return standing.state == "given"


def _told(standing: Standing | None, contact: NewContact, now: int) -> str:
    """In which line of the summary a contact counts."""
    if standing is None:
        return "never_asked"
    if standing.state == "given":
        return "expired" if standing.expires is not None and standing.expires <= now else "may_receive"
    return "kept_closed" if contact.consent == "given" else "refused"


def person_of(out: OptOut, known: Known) -> str | None:
    """The person behind an opt-out: by her address, else by her id."""
    by_address = known.by_address.get(address_key(out.email)) if out.email is not None else None
    return by_address or (known.by_id.get(out.own_id) if out.own_id is not None else None)
