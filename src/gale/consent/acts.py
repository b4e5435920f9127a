"""What one act of one person does to where she stands on one purpose.

The rules, in the order in which they bind:

1. Closing is always easy. A refusal, a withdrawal or an objection takes effect when it arrives, whatever its date and
   whoever brings it (GDPR 7(3): as easy to withdraw as to give). Erring here costs one message; erring the other way
   is contacting somebody who said no.
2. An objection to direct marketing is absolute (GDPR 21(2)-(3)) and reaches all of it. A later refusal or withdrawal
   does not weaken it; only a new "given" by the person herself opens a purpose again. An objection is kept with the purposes on which it
   was recorded: a verb that records it on every marketing purpose leaves the others closed when she opens one.
3. A file never opens what is closed, nor any marketing while an objection stands: an imported list tells what
   somebody else believed at some time, and a consent must be shown to be hers (GDPR 7(1)).
4. What was closed opens only by a "given" that is not older than what closed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gale.records.documents import Purpose, Purposes
from gale.records.faults import Fault
from gale.records.people import Consent, Standing

DAY = 86_400_000
SKEW = 5 * 60_000  # clocks of two machines may differ by so much before a date counts as "from the future"
FILE_SOURCES = ("import", "file", "csv", "brevo")


def from_file(source: str) -> bool:
    """Was the act read from a file (and not made by the person herself)?

    By convention the first word of a source names the way it came: `"import:contacts.csv"`, `"file:…"`.

    >>> from_file("import:contacts.csv"), from_file("checkout")
    (True, False)
    """
    return source.strip().lower().replace(" ", ":").split(":", 1)[0] in FILE_SOURCES


def received(act: Consent, now: int) -> Consent:
    """The act as it is kept: a closing act that lacks its date or source, or comes from the future, is completed.

    A withdrawal is never sent back for its form; it gets the time at which it was received and the source
    `"unknown"`. A "given" is returned as it is, since `admissible` must see what it lacks.
    """
    if act.state == "given":
        return act
    time = act.time if 0 < act.time <= now else now
    source = act.source.strip() or "unknown"
    return act if (time, source) == (act.time, act.source) else msgspec.structs.replace(act, time=time, source=source)


def admissible(
    current: Standing | None,
    act: Consent,
    purpose: Purpose | None,
    now: int,
    standings: Mapping[str, Standing] | None = None,
) -> Fault | None:
    """Why an act cannot be accepted, or `None`. `purpose` is `None` where no purpose of that name is declared.

    `standings` is where she stands on every purpose (`current` among them), so that a file cannot open one kind of
    marketing after she objected to another; without it that is not seen.

    Closing acts are refused for one reason only: an undeclared purpose. A "given" is refused (`consent.source_missing`,
    `consent.date_missing`, `consent.future`) without the record that GDPR 7(1) asks for; on a legal basis that the
    purpose does not declare (`consent.basis_undeclared`); as `existing_customer` without an address collected at a sale
    and a refusal offered then (`consent.existing_customer`, ePrivacy 13(2)); from a file where she said no
    (`consent.file_reopens`); and where it is older than her no (`consent.older`).
    """
    where = f"consent {act.id}"
    if purpose is None or purpose.id != act.purpose:
        known = purpose.id if purpose else "–"
        return Fault(code="consent.purpose_unknown", values={"purpose": act.purpose, "known": known}, where=where)
    if act.state != "given":
        return None
    if not act.source.strip():
        return Fault(code="consent.source_missing", values={"purpose": act.purpose}, where=where)
    if act.time <= 0:
        return Fault(code="consent.date_missing", values={"purpose": act.purpose}, where=where)
    if act.time > now + SKEW:
        return Fault(code="consent.future", values={"purpose": act.purpose, "time": act.time, "now": now}, where=where)
    if act.basis not in purpose.basis:
        values = {"purpose": act.purpose, "basis": act.basis, "allowed": ", ".join(purpose.basis)}
        return Fault(code="consent.basis_undeclared", values=values, where=where)
    if act.basis == "existing_customer" and not (act.collected_at_sale and act.refusal_offered):
        return Fault(code="consent.existing_customer", values={"purpose": act.purpose}, where=where)
    closed = current.state if current is not None and current.state != "given" else None
    if from_file(act.source):
        if purpose.direct_marketing and any(s.state == "objected" for s in (standings or {}).values()):
            closed = "objected"
        if closed is not None:
            values = {"purpose": act.purpose, "state": closed, "source": act.source}
            return Fault(code="consent.file_reopens", values=values, where=where)
    if closed is not None and current is not None and act.time < current.since:
        return Fault(code="consent.older", values={"purpose": act.purpose, "state": closed}, where=where)
    return None


def stand(current: Standing | None, act: Consent, purpose: Purpose) -> Standing:
    """Where she stands after one more act. Total: an act that may not open what is closed leaves it closed.

    An objection to a purpose that is not direct marketing (GDPR 21(1)) closes that purpose alone and stands as
    "withdrawn", so that a standing "objected" always means direct marketing. `expires` is the earlier of the act's
    own end and the purpose's `expires_days` after the act; closed standings do not expire.
    """
    if act.state != "given":
        return _closed(current, act, purpose)
    if current is not None:
        if act.time < current.since:
            return current
        if current.state != "given" and from_file(act.source):
            return current
    ends = [act.expires] if act.expires is not None else []
    if purpose.expires_days is not None:
        ends.append(act.time + purpose.expires_days * DAY)
    return Standing(
        purpose=act.purpose,
        state="given",
        basis=act.basis,
        consent=act.id,
        since=act.time,
        expires=min(ends, default=None),
        collected_at_sale=act.collected_at_sale,
        refusal_offered=act.refusal_offered,
    )


def _closed(current: Standing | None, act: Consent, purpose: Purpose) -> Standing:
    # The no never moves back in time, or a "given" made before it could pass for a newer one.
    since = act.time if current is None else max(act.time, current.since)
    if current is not None and current.state == "objected" and act.state != "objected":
        return msgspec.structs.replace(current, since=since)
    state = "withdrawn" if act.state == "objected" and not purpose.direct_marketing else act.state
    return Standing(purpose=act.purpose, state=state, basis=act.basis, consent=act.id, since=since)


def fold(history: Sequence[Consent], purposes: Purposes) -> dict[str, Standing]:
    """Where one person stands on every purpose, from her acts in the order in which they were kept.

    Acts that are not admissible leave no trace; `fold(a + b)` continues `fold(a)`. Raises nothing.
    """
    standings: dict[str, Standing] = {}
    for act in history:
        purpose, current = purposes.get(act.purpose), standings.get(act.purpose)
        if purpose is not None and admissible(current, act, purpose, act.time, standings) is None:
            standings[act.purpose] = stand(current, act, purpose)
    return standings
