"""The gate opens where choosing for each person gains, and only there."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gale.decision.gate import Evidence, Gate
from gale.decision.learner import Arm, Batch, Learner
from gale.decision.snapshot import Snapshot
from gale.decision.terms import Terms
from gale.records.documents import FeatureSpec, PolicyLimits
from gale.stats import Moments

SPECS = [FeatureSpec(name="rhythm", kind="category", values=["early", "late"])]
ARMS = [Arm(f"v_{i}", {"angle": "abc"[i % 3]}) for i in range(4)]
RATES = {"differ": np.array([[0.16, 0.08, 0.09, 0.12], [0.08, 0.16, 0.09, 0.12]]), "alike": np.full((2, 4), 0.1)}


def campaign(world: str, seed: int, rounds: int = 24, each: int = 1000) -> tuple[Gate, Learner]:
    """One slate's life: people come, answers close one round later, the learner publishes, the gate looks."""
    rng = np.random.default_rng(seed)
    learner = Learner.start(ARMS, SPECS, PolicyLimits(), seed)
    gate = Gate.start(rounds * each)
    for version in range(rounds):
        snapshot = Snapshot.load(learner.snapshot("c", "k", version, 0, personal=gate.opened))
        kind = rng.integers(0, 2, each)
        x = learner.encoder.encode_many([{"rhythm": ("early", "late")[int(i)]} for i in kind])
        p = snapshot.propensities_many(x)
        arm = np.minimum((rng.random((each, 1)) > p.cumsum(axis=1)).sum(axis=1), 3)
        reward = (rng.random(each) < RATES[world][kind, arm]).astype(np.float64)
        batch = Batch(arm.astype(np.intp), x, reward, p[np.arange(each), arm])
        gate = gate.update(learner.evidence(batch))
        learner = learner.learn(batch)
    return gate, learner


def test_the_gate_opens_where_tastes_differ():
    opened = [campaign("differ", seed)[0] for seed in range(3)]
    assert all(g.opened for g in opened)
    for gate in opened:  # the truth, once all is learned: 0.16 against 0.12
        assert 0 < gate.state.low < 0.04 < gate.state.high
        assert gate.state.n == gate.decided_at_n


def test_under_a_cap_the_gate_judges_what_a_cap_lets_be_served():
    """One variant is best for everybody, but may go to half of them: to choose whom is worth something, and without the
    cap it is worth nothing."""
    assert capped(0.5, 1).opened
    assert not capped(1.0, 1).opened


def capped(most: float, seed: int, rounds: int = 16, each: int = 1000) -> Gate:
    """The early hardly answer anything but the first of two variants; the late nearly as well to the second."""
    rates = np.array([[0.16, 0.04], [0.16, 0.15]])
    rng = np.random.default_rng(seed)
    learner = Learner.start([Arm("v_0", {}), Arm("v_1", {})], SPECS, PolicyLimits(), seed)
    gate = Gate.start(rounds * each)
    for _ in range(rounds):
        kind, arm = rng.integers(0, 2, each), rng.integers(0, 2, each)
        x = learner.encoder.encode_many([{"rhythm": ("early", "late")[int(i)]} for i in kind])
        reward = (rng.random(each) < rates[kind, arm]).astype(np.float64)
        batch = Batch(arm.astype(np.intp), x, reward, np.full(each, 0.5))
        charge = {"v_0": 0.065} if most < 1 else {}  # what makes both as good over all people
        gate = gate.update(learner.evidence(batch, Terms(charge=charge, most=most)))
        learner = learner.learn(batch)
    return gate


def test_the_best_that_is_the_same_for_everybody_is_a_mixture_under_a_cap():
    learner = campaign("differ", 1, rounds=2)[1]
    order = np.argsort(-learner.constant_values, kind="stable")
    assert learner.constant()[order].tolist() == [1, 0, 0, 0]
    assert learner.constant(0.4)[order] == pytest.approx([0.4, 0.4, 0.2, 0])
    assert learner.constant(0.1) == pytest.approx(np.full(4, 0.25)), "no cap below an even share"


def test_the_gate_stays_shut_where_nobody_differs():
    """Ten campaigns; 2.5 % promised each, so that one in ten is allowed."""
    assert sum(campaign("alike", seed, rounds=10)[0].opened for seed in range(10)) <= 1


def test_looking_after_every_batch_of_nothing_opens_in_at_most_the_stated_share():
    """1,000 streams of scores around zero with the heavy tails of small propensities, 50 looks each."""
    rng = np.random.default_rng(3)
    opened = 0
    for _ in range(1000):
        gate = Gate.start(20_000)
        for _ in range(50):
            click = rng.random(400) < 0.1
            shown = rng.random(400) < 0.04  # the arm in question, explored
            gate = gate.update(Evidence(Moments.of(np.where(shown, (click - 0.1) / 0.04, 0.0))))
        opened += gate.opened
    assert opened / 1000 <= 0.025 + 3 * math.sqrt(0.025 * 0.975 / 1000)


scores = st.lists(st.lists(st.floats(-5, 5), min_size=1, max_size=8), min_size=1, max_size=4)


@given(scores, scores, scores)
def test_two_servers_evidence_is_one_body_of_evidence(a, b, c):
    gates = []
    for part in (a, b, c):
        gate = Gate.start(5_000)
        for batch in part:
            gate = gate.update(Evidence(Moments.of(batch)))
        gates.append(gate)
    one, two, three = gates
    left, right = one.merge(two).merge(three), three.merge(two.merge(one))
    assert left.weighted.n == right.weighted.n
    assert left.weighted.moments.total == pytest.approx(right.weighted.moments.total, rel=1e-12, abs=1e-9)
    assert left.weighted.weight == pytest.approx(right.weighted.weight, rel=1e-12)
    assert left.opened == right.opened


def test_the_evidence_is_judged_on_the_past_only():
    """The batch's own rewards must not move the policies that are compared on it."""
    _, learner = campaign("differ", 1, rounds=3)
    n = 200
    x = learner.encoder.encode_many([{"rhythm": "early"}] * n)
    arm = np.zeros(n, dtype=np.intp)
    quiet = learner.evidence(Batch(arm, x, np.zeros(n), np.full(n, 0.5)))
    loud = learner.evidence(Batch(arm, x, np.ones(n), np.full(n, 0.5)))
    assert quiet.differ == loud.differ
    # the scores move by (target share of arm 0) / 0.5 a row and by nothing else
    moved = (loud.moments.total - quiet.moments.total) / n
    share = learner.personal(Terms()).shares(x)[0, 0] - learner.constant()[0]
    assert moved == pytest.approx(share / 0.5)


def test_nothing_is_judged_before_enough_is_known_or_where_it_was_not_asked_for():
    young = Learner.start(ARMS, SPECS, PolicyLimits(), 1)
    x = young.encoder.encode_many([{"rhythm": "late"}] * 10)
    batch = Batch(np.zeros(10, dtype=np.intp), x, np.zeros(10), np.full(10, 0.25))
    assert young.evidence(batch) == Evidence()
    modest = Learner.start(ARMS, SPECS, PolicyLimits(personal=False), 1).learn(batch)
    assert modest.evidence(batch) == Evidence()
    assert Gate.start(0).state.low == -math.inf
    assert not Gate.start(0).opened


def test_a_stored_gate_goes_on_where_it_stood():
    gate, _ = campaign("differ", 2, rounds=6)
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(gate), type=Gate)
    assert again == gate
