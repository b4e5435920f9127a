"""A thousand variants are learned by their traits, without trying each."""

from __future__ import annotations

import numpy as np
import pytest

from gale.decision.learner import Arm, Batch, Learner, Prior
from gale.decision.snapshot import Snapshot
from gale.decision.traits import Levels
from gale.records.documents import PolicyLimits
from gale.records.faults import Faults

LIMITS = PolicyLimits(personal=False, live_max=200)


def slate(k: int) -> list[Arm]:
    return [Arm(f"v_{i:04d}", {"angle": str(i % 8), "length": str(i // 8 % 3)}) for i in range(k)]


def taught(learner: Learner, rates: np.ndarray, arms: np.ndarray, seed: int = 0) -> Learner:
    rng = np.random.default_rng(seed)
    reward = (rng.random(len(arms)) < rates[arms]).astype(np.float64)
    chance = np.full(len(arms), 1 / len(rates))
    return learner.learn(Batch(arms.astype(np.intp), np.ones((len(arms), 1)), reward, chance))


def test_variants_never_shown_are_preferred_for_their_angle():
    """Two hundred variants, of which the first half was shown; angle 3 pleases twice as much."""
    arms = slate(200)
    rates = np.array([0.08 if a.traits["angle"] == "3" else 0.04 for a in arms])
    learner = taught(Learner.start(arms, [], LIMITS, 1), rates, np.random.default_rng(1).integers(0, 100, 6000))
    share = Snapshot.load(learner.snapshot("c", "k", 1, 0)).shares(np.ones((1, 1)))[0]
    pleasing = np.array([a.traits["angle"] == "3" for a in arms])
    assert share[pleasing].sum() > 0.9
    assert share[100:][pleasing[100:]].sum() > 0.2, "those never shown among them"


def test_propensities_stay_exact_in_a_large_slate():
    learner = taught(Learner.start(slate(120), [], LIMITS, 1), np.full(120, 0.05), np.arange(120).repeat(10))
    snapshot = Snapshot.load(learner.snapshot("c", "k", 1, 0))
    p = snapshot.propensities(np.ones(1))
    assert p.sum() == pytest.approx(1.0, abs=1e-12)
    assert p.min() >= snapshot.explore / 120


def test_it_loses_less_than_sharpened_thompson_sampling_on_many_variants():
    """Simulated: three slates of 100 variants, 6,000 decisions each; less than three quarters of the loss."""
    from gale.decision.policies import thompson_scores, trait_scores

    lost = {"traits": 0.0, "plain": 0.0}
    for seed in range(3):
        world = np.random.default_rng(seed)
        arms = slate(100)
        angle = world.normal(0, 0.3, 8)
        rates = 0.04 * np.exp(np.array([angle[int(a.traits["angle"])] for a in arms]) + world.normal(0, 0.1, 100))
        for rule in lost:
            rng, n, s = np.random.default_rng(seed), np.zeros(100), np.zeros(100)
            for _ in range(30):
                if rule == "plain":
                    scores = thompson_scores(n, s, 200, rng)
                else:
                    scores = trait_scores(Levels.of([a.traits for a in arms], n, s), n, s, 200, rng)
                counts = np.bincount(scores.argmax(axis=1), minlength=100)
                n, s = n + counts, s + rng.binomial(counts, rates)
                lost[rule] += 200 * rates.max() - counts @ rates
    assert lost["traits"] < 0.75 * lost["plain"]


def test_without_traits_and_without_data_the_levels_are_the_usual_rate():
    levels = Levels.of([{}, {}], np.zeros(2), np.zeros(2))
    rates, worth = levels.priors()
    assert rates == pytest.approx([0.05, 0.05])
    assert (worth >= 1).all()


def test_a_newcomer_in_a_small_slate_starts_from_its_angle_and_not_from_nothing():
    """Angle a is answered four times as often; a newcomer of each angle joins."""
    arms = [Arm(f"v_{i}", {"angle": "ab"[i % 2]}) for i in range(6)]
    rates = np.array([0.12, 0.03] * 3)
    learner = taught(Learner.start(arms, [], LIMITS, 1), rates, np.arange(6).repeat(600))
    later = learner.add_arms([Arm("v_a", {"angle": "a"}), Arm("v_b", {"angle": "b"})])
    share = Snapshot.load(later.snapshot("c", "k", 1, 0)).shares(np.ones((1, 1)))[0]
    assert share[6] > 0.03
    assert share[7] < 0.01
    expected = later.before[6:, 0] / later.before[6:].sum(axis=1)
    assert expected[0] > 2 * expected[1]
    # With nothing learned, an arm that is added is as any other.
    young = Learner.start(arms, [], LIMITS, 1).add_arms([Arm("v_a", {"angle": "a"})])
    assert (young.before == 1.0).all()


def test_an_arm_that_leaves_takes_nothing_of_what_it_taught_and_the_last_one_stays():
    learner = taught(Learner.start(slate(4), [], LIMITS, 1), np.full(4, 0.1), np.arange(4).repeat(50))
    left = learner.retire_arms(["v_0001"])
    assert left.ids == ("v_0000", "v_0002", "v_0003")
    assert left.n == learner.n
    back = left.add_arms([learner.arms[1]])
    assert back.weighted[0][-1] == 50
    with pytest.raises(Faults, match=r"policy\.no_arms"):
        left.retire_arms(left.ids)


def test_a_rehearsal_counts_for_at_most_fifty_decisions_and_not_at_all_by_default():
    assert (Learner.start(slate(3), [], LIMITS, 1).before == 1.0).all()
    sure = Learner.start(slate(3), [], LIMITS, 1, prior=Prior(0.02, 1_000_000.0))
    assert sure.before.sum(axis=1) == pytest.approx([50.0] * 3)
    for bad in (Prior(0.0, 5.0), Prior(1.0, 5.0), Prior(0.1, -1.0), Prior(0.1, float("inf"))):
        with pytest.raises(Faults, match=r"policy\.prior"):
            Learner.start(slate(3), [], LIMITS, 1, prior=bad)
