"""`gale decide`: the choice for one person, committed before it is acknowledged.

Either the caller reads one row and chooses (`ask`), and the group committer reads again what binds (campaign status,
consent version, caps) inside the transaction that commits, where a changed row turns the decision into "none" with its
reason; or the whole choice is left to that transaction (`want`), which reads each row once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from gale import ledger
from gale.consent import measurable
from gale.decision.features import FeatureEncoder
from gale.decision.moment import Frame, Slate, decide, recheck
from gale.decision.snapshot import Snapshot
from gale.engine import budget
from gale.engine.notes import note, the_campaign
from gale.engine.workspace import Documents
from gale.ports.store import Store, Unit
from gale.records.decision import Decision
from gale.records.documents import Purpose
from gale.records.faults import Faults
from gale.records.people import Assignment, PersonState, Scalar

RECENT_MS = 8 * 24 * 3_600_000  # caps look back a week; one day more forgives clocks that disagree
Rng = np.random.Generator


@dataclass(frozen=True)
class Asked:
    """One decision on its way to the log, with the idempotency key it came with (or none)."""

    frame: Frame
    decision: Decision
    key: str | None = None
    request: str = ""

    @property
    def person(self) -> str:
        return self.decision.person

    def settle(self, frame: Frame, state: PersonState) -> Decision:
        """The decision as it stands, given what is read in the committing transaction."""
        touchpoint = frame.touchpoints[self.decision.touchpoint]
        return recheck(frame, self.decision, state, touchpoint, self.decision.time)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision to be made where it is committed, from the row as it stands there. `draw` and `id` are drawn already:
    a group that is tried again decides the same."""

    frame: Frame
    person: str
    touchpoint: str
    time: int
    draw: tuple[float, float]
    id: str
    trigger: str | None = None
    context: Mapping[str, Scalar] | None = None
    key: str | None = None
    request: str = ""

    def settle(self, frame: Frame, state: PersonState) -> Decision:
        """The decision, given what is read in the committing transaction."""
        return decide(
            frame,
            state,
            frame.touchpoints[self.touchpoint],
            now=self.time,
            draw=self.draw,
            id=self.id,
            trigger=self.trigger,
            context=self.context,
        )


def compile_frame(unit: Unit, campaign: str) -> Frame:
    """Everything a decision needs of a campaign, read once. Raises `Faults` `campaign.unknown`."""
    row = the_campaign(unit, campaign)
    documents = Documents.of(row)
    specs = documents.campaign.features
    purposes: dict[str, tuple[Purpose, ...]] = {}
    for touchpoint in documents.campaign.touchpoints:
        found = [documents.purposes.get(p) for p in touchpoint.purposes]
        purposes[touchpoint.id] = tuple(p for p in found if p is not None)
    slates = {s.kind: Slate(s.id, Snapshot.load(s)) for s in unit.snapshots.latest(campaign)}
    key = bytes.fromhex(row.facts.get("experiment_key", "00" * 32))
    return Frame(
        campaign=documents.campaign,
        brief=documents.brief,
        status=row.status,
        touchpoints={t.id: t for t in documents.campaign.touchpoints},
        purposes=purposes,
        slates=slates,
        encoder=FeatureEncoder(specs),
        experiment_key=key,
        locales=tuple(documents.brief.locales),
        paused=frozenset(row.paused_variants),
        simulated=row.simulated,
        feature_names=tuple(s.name for s in specs),
        bounds=budget.bounds(unit, row, documents, slates, key),
        climb=row.climb,
    )


def ask(
    frame: Frame,
    state: PersonState,
    touchpoint: str,
    *,
    now: int,
    rng: Rng,
    trigger: str | None = None,
    context: Mapping[str, Scalar] | None = None,
    key: str | None = None,
    request: str = "",
) -> Asked:
    """Choose for one person; nothing is written yet. Raises `Faults` `touchpoint.unknown`."""
    wanted = want(frame, state.profile.id, touchpoint, now=now, rng=rng, trigger=trigger, context=context)
    return Asked(frame, wanted.settle(frame, state), key, request)


def want(
    frame: Frame,
    person: str,
    touchpoint: str,
    *,
    now: int,
    rng: Rng,
    trigger: str | None = None,
    context: Mapping[str, Scalar] | None = None,
    key: str | None = None,
    request: str = "",
) -> Wanted:
    """A decision for one person, to be made in the transaction that commits it. Raises `Faults` `touchpoint.unknown`."""
    if touchpoint not in frame.touchpoints:
        raise Faults.one("touchpoint.unknown", touchpoint=touchpoint, known=", ".join(frame.touchpoints))
    one, two, three = rng.random(3).tolist()
    name = f"d_{now:012x}{int(three * 2**53):014x}"  # beginning with their time, ids keep the index's writes together
    return Wanted(frame, person, touchpoint, now, (one, two), name, trigger, context, key, request)


def commit(unit: Unit, asked: Sequence[Asked | Wanted], now: Callable[[], int]) -> list[Decision]:
    """`commit_each` for callers without idempotency keys, who cannot meet a reused one."""
    return [decision for decision in commit_each(unit, asked, now) if isinstance(decision, Decision)]


def commit_each(unit: Unit, asked: Sequence[Asked | Wanted], now: Callable[[], int]) -> list[Decision | Faults]:
    """Write a batch of decisions and one ledger line with the Merkle root of their leaves.

    Runs inside the committing transaction: nothing commits between what it reads and what it writes. Returns the
    decisions as they stand, in the order asked; a repeated idempotency key gets the first answer again. What cannot be
    decided gets its fault alone: a key that comes back with another request (`idempotency.reused`), a wanted decision
    for somebody who is not there (`person.unknown`).
    """
    people = unit.people.with_keys(list({a.person for a in asked}))
    frames: dict[str, Frame] = {}
    for campaign in {a.frame.campaign.id for a in asked}:
        row = the_campaign(unit, campaign)
        frame = next(a.frame for a in asked if a.frame.campaign.id == campaign)
        if row.status != frame.status or frozenset(row.paused_variants) != frame.paused or row.climb != frame.climb:
            frame = compile_frame(unit, campaign)
        frames[campaign] = frame
    till = budget.Till(unit, frames.values())
    drawn: dict[tuple[str, str], Assignment] = {}
    settled: list[Decision | Faults] = []
    fresh: list[Decision] = []
    leaves: list[str] = []
    touched: dict[str, PersonState] = {}
    for one in asked:
        if one.key is not None:
            before = unit.replies.get("decide", one.key)
            if before is not None:
                if before[0] != one.request:
                    settled.append(Faults.one("idempotency.reused", key=one.key))
                    continue
                settled.append(msgspec.json.decode(before[1], type=Decision))
                continue
        if one.person not in people:
            unknown = Faults.one("person.unknown", person=one.person)
            settled.append(forgotten(one.decision) if isinstance(one, Asked) else unknown)
            continue
        state, key = people[one.person]
        frame = frames[one.frame.campaign.id]
        final = till.settle(one.settle(frame, state))
        assignment = assignment_of(frame, final, state)
        if assignment is not None:
            drawn.setdefault((assignment.experiment, assignment.person), assignment)
        if final.variant is not None and "trigger" not in final.inputs:
            recent = tuple(t for t in state.recent if t[0] > final.time - RECENT_MS)
            touched[one.person] = msgspec.structs.replace(state, recent=(*recent, (final.time, final.touchpoint)))
            people[one.person] = touched[one.person], key
        fresh.append(final)
        leaves.append(ledger.leaf(key, final))
        settled.append(final)
        if one.key is not None:
            unit.replies.put("decide", one.key, one.request, msgspec.json.encode(final), final.time)
    if fresh:
        unit.assignments.append(drawn.values())  # those written before stay as they are
        line = note(
            unit,
            now=now(),
            kind="decisions",
            body={"count": len(fresh), "root": ledger.root(leaves)},
        )
        unit.decisions.append(fresh, leaves, line.seq)
        unit.people.put(touched.values())
        till.close(now())
    return settled


def assignment_of(frame: Frame, decision: Decision, state: PersonState) -> Assignment | None:
    """The assignment that a person's first opportunity writes: at a shown message, or one held back as holdout.

    So does a message whose variant had just reached its cap: it was turned away after the draw, and the holdout's would
    not have been. What decides whether she enters (consent, hours, caps) happened before either group saw anything, so
    both groups enter by the same door; her window for orders begins here. What she is now in the campaign's features is
    kept with it (her row's word: what a caller knows of the moment is known of the treated only).
    """
    group = decision.inputs.get("group")
    if group is None or not (decision.variant is not None or decision.reason in ("holdout", "variant.cap")):
        return None
    share = frame.campaign.experiment.holdout
    known = state.profile.attributes if measurable(state, decision.time) else {}
    return Assignment(
        experiment=decision.campaign,
        person=decision.person,
        group=group,
        probability=share if group == "holdout" else 1 - share,
        time=decision.time,
        attributes={name: known[name] for name in frame.feature_names if name in known},
    )


def forgotten(decision: Decision) -> Decision:
    """What is answered for somebody who is not (or no longer) known; it names nobody and is not logged."""
    return msgspec.structs.replace(
        decision,
        variant=None,
        reason="person.unknown",
        propensity=1.0,
        eligible=(),
        snapshot="",
        draw=(),
        basis=(),
        inputs={},
    )


def decide_many(
    store: Store,
    campaign: str,
    people: Sequence[str],
    touchpoint: str,
    *,
    now: int,
    rng: Rng,
    batch: int = 512,
) -> list[Decision]:
    """Decisions for many people at one touchpoint (an e-mail's evening), each batch in one transaction."""
    with store.read() as unit:
        frame = compile_frame(unit, campaign)
    settled: list[Decision] = []
    for start in range(0, len(people), batch):
        with store.write() as unit:
            if frame.bounds is not None and start:
                frame = compile_frame(unit, campaign)  # counters move with each batch
            states = unit.people.states(people[start : start + batch])
            asked = [
                ask(frame, states[p], touchpoint, now=now, rng=rng)
                for p in people[start : start + batch]
                if p in states
            ]
            settled += commit(unit, asked, lambda: now)
    return settled


def decide_one(
    store: Store, campaign: str, person: str, touchpoint: str, *, now: int, rng: Rng, trigger: str | None = None
) -> Decision:
    """One committed decision (terminal, Studio). Raises `Faults` `person.unknown`, `touchpoint.unknown`."""
    with store.write() as unit:
        frame = compile_frame(unit, campaign)
        state = unit.people.state(person)
        if state is None:
            raise Faults.one("person.unknown", person=person)
        return commit(unit, [ask(frame, state, touchpoint, now=now, rng=rng, trigger=trigger)], lambda: now)[0]
