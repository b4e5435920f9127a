"""`gale learn`: fold closed windows into the policies and publish new snapshots. One learner at a time holds the
lease."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from gale.decision.change import Front
from gale.decision.gate import Evidence, Gate, GateState
from gale.decision.learner import Arm, Batch, Learner, Prior, together
from gale.decision.spans import TICKS
from gale.decision.stored import from_bytes, to_bytes
from gale.engine import budget
from gale.engine.notes import note, the_campaign
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Store, Unit
from gale.records.decision import Decision, Outcome
from gale.records.faults import Faults

KIND = "learner"
LATE_MS = 6 * 3_600_000  # outcomes may arrive so much later than they happened; windows are folded after that
LEASE_MS = 60_000
PAGE = 20_000
HOUR_MS = 3_600_000
REHEARSED = 20.0  # decisions a variant that a rehearsal is worth where the campaign lets it count


@dataclass(frozen=True)
class State:
    """All that a campaign's learner keeps: how far it has read the log, what each slate learned, the gate."""

    cursor: int
    version: int
    learners: Mapping[str, Learner]
    gate: Gate
    opened_at: int | None = None

    def gate_state(self) -> GateState:
        return self.gate.state

    def constant_value(self) -> float:
        """Expected answers a message of the best constant of each slate, weighted by what each slate saw."""
        seen = [(s.n, float(s.constant_values.max())) for s in self.learners.values() if s.n]
        total = sum(n for n, _ in seen)
        return sum(n * v for n, v in seen) / total if total else 0.0


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """What one call did: decisions folded, snapshots published, where the gate stands.

    `fronts` (slate, front) were found in this call; `tired` are the variants that rest now, by slate.
    """

    campaign: str
    folded: int
    published: int
    version: int
    gate: GateState
    fronts: tuple[tuple[str, Front], ...] = ()
    tired: dict[str, tuple[str, ...]] = {}


class _Stored(msgspec.Struct, frozen=True):
    cursor: int
    version: int
    learners: dict[str, bytes]
    gate: Gate
    opened_at: int | None = None


def first_state(unit: Unit, row: CampaignRow, documents: Documents, *, seed: int) -> State:
    """Learners that know nothing yet, one a slate; the gate states now how many decisions it expects."""
    learners: dict[str, Learner] = {}
    for n, (slate, ids) in enumerate(sorted(row.live.items())):
        if not ids:
            continue
        found = unit.creatives.get(row.id, ids)
        arms = [Arm(v, dict(found[v].traits)) for v in ids]
        policy = documents.campaign.policy
        prior = rehearsed(row, documents) if policy.prior == "rehearsal" else None
        learners[slate] = Learner.start(arms, documents.campaign.features, policy, seed + n, prior=prior)
    expected = int(row.facts.get("plan", {}).get("contacts_expected", 0))
    return State(cursor=0, version=0, learners=learners, gate=Gate.start(expected))


def rehearsed(row: CampaignRow, documents: Documents) -> Prior | None:
    """What the rehearsal of this very plan expects of one message, as a weak prior: simulated, the same for every
    variant.

    `None` without a rehearsal, or where it says nothing of the objective: it foresees orders, not clicks.
    """
    told = row.facts.get("rehearsal", {})
    contacts = told.get("contacts", 0)
    if told.get("plan") != row.plan or not contacts or documents.campaign.policy.objective != "order":
        return None
    rate = (told["orders_anyway"] + told["extra_orders"]) / contacts
    return Prior(min(0.5, rate), REHEARSED) if rate > 0 else None


def tick_ms(documents: Documents) -> int:
    """How long a stretch of time is within which a campaign's answers are taken together: 240 a flight, an hour at
    least."""
    hours = -(-documents.brief.flight.days * 24 // TICKS)
    return max(1, hours) * HOUR_MS


def publish(unit: Unit, campaign: str, state: State, *, now: int, fence: int, only: Sequence[str] | None = None) -> int:
    """Keep the state and publish a snapshot of each slate (or of those in `only`); how many."""
    slates = list(state.learners) if only is None else list(only)
    opened = state.gate.opened
    asked = budget.terms(unit, campaign, {s: state.learners[s] for s in slates}, personal=opened)
    for slate in slates:
        made = state.learners[slate].snapshot(
            campaign, slate, state.version, now, personal=opened, terms=asked.get(slate)
        )
        unit.snapshots.put(made)
    stored = _Stored(
        state.cursor,
        state.version,
        {slate: to_bytes(learner) for slate, learner in state.learners.items()},
        state.gate,
        state.opened_at,
    )
    unit.snapshots.put_learner(campaign, KIND, msgspec.msgpack.encode(stored), fence)
    return len(slates)


def read_state(unit: Unit, campaign: str) -> State | None:
    """The learner's state as it was last kept; `None` before the launch."""
    blob = unit.snapshots.learner(campaign, KIND)
    if blob is None:
        return None
    stored = msgspec.msgpack.decode(blob, type=_Stored)
    learners = {slate: from_bytes(data) for slate, data in stored.learners.items()}
    return State(stored.cursor, stored.version, learners, stored.gate, stored.opened_at)


def learn(store: Store, campaign: str, *, now: int, holder: str) -> Learned:
    """Fold the decisions whose windows have closed, in commit order, and publish.

    Reading and fitting happen outside the writing transaction; state, snapshots and the gate's ledger line commit
    together under the fencing token, so that a learner that lost its lease writes nothing. Raises `Faults`
    `learner.busy` while another holder learns, `lease.lost`, `campaign.unlaunched`.
    """
    lease = f"learner:{campaign}"
    with store.write() as unit:
        if read_state(unit, campaign) is None:
            the_campaign(unit, campaign)
            raise Faults.one("campaign.unlaunched", campaign=campaign)
        fence = unit.lease(lease, holder, now, LEASE_MS)
    if fence is None:
        raise Faults.one("learner.busy", campaign=campaign)
    try:
        return _learn(store, campaign, now, fence)
    finally:
        with store.write() as unit:
            unit.lease(lease, holder, now, 0)  # given back at once: the next call need not wait for it to run out


def _learn(store: Store, campaign: str, now: int, fence: int) -> Learned:
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        documents = Documents.of(row)
        state = read_state(unit, campaign)
        if state is None:
            raise Faults.one("campaign.unlaunched", campaign=campaign)
        cursor, batches = _closed(unit, campaign, documents, state, now, row.launched or 0)
        learners = dict(together(state.learners))  # slates share what an angle teaches, until each has learned again
        judged = {} if state.gate.opened else {slate: learners[slate] for slate in batches}
        asked = budget.terms(unit, campaign, judged, personal=True) if judged else {}
    evidence = Evidence()
    for slate, batch in batches.items():
        evidence = evidence + learners[slate].evidence(batch, asked.get(slate))
        learners[slate] = learners[slate].learn(batch)
    folded = sum(len(b) for b in batches.values())
    if not folded:
        if cursor != state.cursor:
            with store.write() as unit:
                _still_mine(unit, campaign, state)
                publish(unit, campaign, State(cursor, state.version, state.learners, state.gate, state.opened_at),
                        now=now, fence=fence, only=())  # fmt: skip
        rest = _tired(state.learners)
        return Learned(
            campaign=campaign, folded=0, published=0, version=state.version, gate=state.gate.state, tired=rest
        )
    learners = dict(together(learners))
    gate = state.gate.update(evidence)
    opens = gate.opened and not state.gate.opened
    after = State(cursor, state.version + 1, learners, gate, now if opens else state.opened_at)
    with store.write() as unit:
        _still_mine(unit, campaign, state)
        published = publish(unit, campaign, after, now=now, fence=fence, only=None if opens else list(batches))
        if opens:
            body = {"campaign": campaign, "decided_at_n": gate.decided_at_n or 0, "low": round(gate.state.low, 6)}
            note(unit, now=now, kind="gate_opened", body=body)
        fronts = [
            (slate, f) for slate in batches for f in learners[slate].fronts if f not in state.learners[slate].fronts
        ]
        for slate, front in fronts:
            _tell(unit, row, slate, front, now, tick_ms(documents))
    return Learned(
        campaign=campaign,
        folded=folded,
        published=published,
        version=after.version,
        gate=gate.state,
        fronts=tuple(fronts),
        tired=_tired(learners),
    )


def _tell(unit: Unit, row: CampaignRow, slate: str, front: Front, now: int, tick: int) -> None:
    """A front in the ledger: `since` when it began (ms UTC), found at `n` closed decisions of the slate."""
    body = {"campaign": row.id, "slate": slate, "n": front.n, "since": (row.launched or 0) + front.tick * tick}
    if front.direction == "tastes":
        note(unit, now=now, kind="tastes", body=body)
    else:
        note(unit, now=now, kind="front", body={**body, "variant": front.arm, "direction": front.direction})


def _tired(learners: Mapping[str, Learner]) -> dict[str, tuple[str, ...]]:
    return {slate: learner.tired for slate, learner in learners.items() if learner.tired}


def _still_mine(unit: Unit, campaign: str, state: State) -> None:
    """Nobody else has learned since this state was read; checked in the transaction that writes the next one."""
    kept = read_state(unit, campaign)
    if kept is None or (kept.cursor, kept.version) != (state.cursor, state.version):
        raise Faults.one("learner.busy", campaign=campaign)


def _closed(
    unit: Unit, campaign: str, documents: Documents, state: State, now: int, launched: int
) -> tuple[int, dict[str, Batch]]:
    """The decisions behind the cursor whose windows have closed, as one batch a slate, and the new cursor."""
    window = documents.campaign.policy.window_hours * 3_600_000
    # Where results come back in files, time alone says nothing: a window is closed once news from behind it has come.
    heard = unit.outcomes.newest() or 0
    cursor, found = state.cursor, defaultdict[str, list[Decision]](list)
    waiting = False
    while not waiting and (rows := unit.decisions.scan(campaign, after=cursor, limit=PAGE, shown=True)):
        for seq, decision in rows:
            if decision.time + window + LATE_MS > now or decision.time + window > heard:
                waiting = True
                break
            cursor = seq
            slate = f"{decision.touchpoint}/{decision.inputs.get('locale')}"
            if "trigger" not in decision.inputs and slate in state.learners:
                found[slate].append(decision)
    batches = {}
    for slate, decisions in found.items():
        answers = unit.outcomes.of_decisions([d.id for d in decisions])
        batches[slate] = _batch(state.learners[slate], decisions, answers, documents, window, launched)
    return cursor, batches


def _batch(
    learner: Learner,
    decisions: Sequence[Decision],
    answers: Mapping[str, Sequence[Outcome]],
    documents: Documents,
    window: int,
    launched: int,
) -> Batch:
    tick = tick_ms(documents)
    place = {arm: i for i, arm in enumerate(learner.ids)}
    reward = [budget.reward(documents, answers.get(d.id, ()), d.time, window) for d in decisions]
    allowed = None
    if any(len(d.eligible) != len(place) for d in decisions):
        allowed = np.array([[arm in d.eligible for arm in learner.ids] for d in decisions])
    return Batch(
        arm=np.array([place[d.variant or ""] for d in decisions], dtype=np.intp),
        features=np.array([learner.encoder.encode(d.inputs["features"]) for d in decisions], dtype=np.float64),
        reward=np.array(reward, dtype=np.float64),
        propensity=np.array([d.propensity for d in decisions], dtype=np.float64),
        allowed=allowed,
        tick=np.array([max(0, d.time - launched) // tick for d in decisions], dtype=np.intp),
        personal=np.array([d.reason == "personal" for d in decisions]),
    )


def known(value: float) -> float | None:
    """A bound as plain data: an infinite one is not known yet."""
    return value if math.isfinite(value) else None
