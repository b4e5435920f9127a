"""The choice: exact propensities, whatever the policy, the person and the arms that are allowed."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gale.decision import policies
from gale.decision.features import FeatureEncoder
from gale.decision.learner import Arm, Batch, Learner, together
from gale.decision.snapshot import FORM, Body, Snapshot, record
from gale.decision.stored import from_bytes, to_bytes
from gale.records.documents import FeatureSpec, PolicyLimits
from gale.records.faults import Faults

SPECS = [
    FeatureSpec(name="rhythm", kind="category", values=["early", "late"]),
    FeatureSpec(name="months", kind="number", centre=12, scale=6),
]
ARMS = [Arm(f"v_{i}", {"angle": "ab"[i % 2], "audience": "xyz"[i % 3]}) for i in range(5)]
ENCODER = FeatureEncoder(SPECS)


def a_batch(seed: int, n: int = 400, arms: int = 5, gain: float = 0.2) -> Batch:
    """People of whom the early ones like angle a and the late ones angle b."""
    rng = np.random.default_rng(seed)
    rhythm = rng.choice(["early", "late"], n)
    x = ENCODER.encode_many([{"rhythm": str(r), "months": float(rng.normal(12, 6))} for r in rhythm])
    arm = rng.integers(0, arms, n)
    liked = (rhythm == "early") == (arm % 2 == 0)
    reward = (rng.random(n) < 0.1 + gain * liked).astype(np.float64)
    return Batch(arm.astype(np.intp), x, reward, np.full(n, 1 / arms))


def a_learner(batches: int = 3, limits: PolicyLimits | None = None) -> Learner:
    learner = Learner.start(ARMS, SPECS, limits or PolicyLimits(), seed=1)
    for seed in range(batches):
        learner = learner.learn(a_batch(seed))
    return learner


def a_snapshot(personal: bool) -> Snapshot:
    return Snapshot.load(a_learner().snapshot("c", "letter/fr", 3, 0, personal=personal))


SNAPSHOTS = {
    "personal": a_snapshot(True),
    "campaign": a_snapshot(False),
    "uniform": Snapshot(("a", "b", "c", "d", "e"), policies.uniform(5)),
    "constant": Snapshot(("a", "b", "c", "d", "e"), policies.constant(5, 2, explore=0.1)),
    "greedy": Snapshot(("a", "b", "c", "d", "e"), policies.epsilon_greedy(np.full(5, 9.0), np.arange(5.0))),
}
people = st.fixed_dictionaries(
    {"rhythm": st.sampled_from(["early", "late", None, "noon"]), "months": st.floats(allow_nan=True) | st.none()}
)
allowed_arms = st.lists(st.booleans(), min_size=5, max_size=5).filter(any)


@pytest.mark.parametrize("name", SNAPSHOTS)
@settings(max_examples=30, deadline=None)
@given(person=people, allowed=allowed_arms)
def test_propensities_sum_to_one_and_spare_what_is_not_allowed(name, person, allowed):
    snapshot, mask = SNAPSHOTS[name], np.array(allowed)
    p = snapshot.propensities(ENCODER.encode(person), mask)
    assert p.sum() == pytest.approx(1.0, abs=1e-12)
    assert ((p[~mask] == 0).all() and (p[mask] > 0).all()) or snapshot.explore == 0


@pytest.mark.parametrize("name", SNAPSHOTS)
@pytest.mark.parametrize("mask", [None, [True, False, True, True, False]])
def test_each_propensity_is_the_share_of_draws_that_choose_the_arm(name, mask):
    """Over a grid of draws the frequency of each arm is its propensity: exactly, not nearly."""
    snapshot = SNAPSHOTS[name]
    allowed = None if mask is None else np.array(mask)
    x = ENCODER.encode({"rhythm": "early", "months": 3})
    k = 5 if allowed is None else int(allowed.sum())
    e, m = snapshot.explore, snapshot.m
    counted = np.zeros(5)
    for i in range(k):  # one draw in the middle of each exploring stretch
        if e > 0:
            choice = snapshot.choose(x, allowed, ((i + 0.5) / k * e, 0.0))
            assert choice.explored
            assert choice.by == "explore"
            counted[choice.arm] += e / k
    for j in range(m):  # and one for each draw of the pool
        if e < 1:
            choice = snapshot.choose(x, allowed, (e + (1 - e) / 2, (j + 0.5) / m))
            assert not choice.explored
            counted[choice.arm] += (1 - e) / m
    assert counted == pytest.approx(snapshot.propensities(x, allowed), abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(
    person=people, one=st.floats(0, 1, exclude_max=True), two=st.floats(0, 1, exclude_max=True), allowed=allowed_arms
)
def test_the_choice_carries_the_propensity_of_its_arm_and_is_the_same_again(person, one, two, allowed):
    snapshot, x, mask = SNAPSHOTS["personal"], ENCODER.encode(person), np.array(allowed)
    choice = snapshot.choose(x, mask, (one, two))
    assert choice == snapshot.choose(x, mask, (one, two))
    assert mask[choice.arm]
    assert choice.propensity == pytest.approx(snapshot.propensities(x, mask)[choice.arm], abs=1e-12)


def test_a_stored_snapshot_chooses_as_the_one_it_was_made_of():
    made = a_learner().snapshot("c", "letter/fr", 3, 0, personal=True)
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(made), type=type(made))
    x = ENCODER.encode({"rhythm": "late", "months": 30})
    assert (Snapshot.load(again).propensities(x) == Snapshot.load(made).propensities(x)).all()
    assert made.id == a_learner().snapshot("c", "letter/fr", 3, 0, personal=True).id


def test_people_of_different_tastes_get_different_variants_once_the_gate_is_open():
    shares = SNAPSHOTS["personal"].shares(
        ENCODER.encode_many([{"rhythm": "early", "months": 12}, {"rhythm": "late", "months": 12}])
    )
    assert shares[0, [0, 2, 4]].sum() > 0.9
    assert shares[1, [1, 3]].sum() > 0.9


def test_the_reasons_are_the_models_own_terms():
    terms = SNAPSHOTS["personal"].explain(ENCODER.encode({"rhythm": "early", "months": 12}), 0)
    assert any(t.trait == "angle=a" and t.feature == "rhythm=early" and t.weight > 0 for t in terms)
    assert [abs(t.weight) for t in terms] == sorted((abs(t.weight) for t in terms), reverse=True)
    assert len(SNAPSHOTS["campaign"].explain(ENCODER.encode({}), 1)) == 1


def test_one_allowed_arm_is_chosen_with_certainty_and_none_is_a_fault():
    snapshot, x = SNAPSHOTS["personal"], ENCODER.encode({})
    only = snapshot.choose(x, np.array([False, False, True, False, False]), (0.01, 0.5))
    assert (only.arm, only.propensity, only.by) == (2, 1.0, "constant")
    with pytest.raises(Faults, match=r"policy\.none_allowed"):
        snapshot.choose(x, np.zeros(5, dtype=bool), (0.5, 0.5))


def test_a_snapshot_of_a_newer_gale_or_a_torn_one_is_refused():
    body = Body(rule="campaign", explore=0.1, scores=np.zeros((1, 2), dtype="<f4").tobytes(), form=FORM + 1)
    newer = record(body, campaign="c", kind="k", version=1, time=0, arms=("a", "b"))
    with pytest.raises(Faults, match=r"policy\.newer"):
        Snapshot.load(newer)
    with pytest.raises(Faults, match=r"policy\.unreadable"):
        Snapshot.load(msgspec.structs.replace(newer, body=newer.body[:9]))


@pytest.mark.parametrize("raw", [math.nan, math.inf, -math.inf, None, "twelve", 10**400])
def test_what_is_not_a_number_counts_as_missing(raw):
    assert ENCODER.encode({"rhythm": "early", "months": raw})[-1] == 1.0


# --- learning --------------------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 99), st.integers(100, 199), st.integers(200, 299))
def test_two_servers_learning_together_is_one_servers_learning(a, b, c):
    start = Learner.start(ARMS, SPECS, PolicyLimits(), seed=1)
    one, two, three = (start.learn(a_batch(s, n=40)) for s in (a, b, c))
    alone = start.learn(a_batch(a, n=40)).learn(a_batch(b, n=40)).learn(a_batch(c, n=40))
    for merged in (one.merge(two).merge(three), one.merge(two.merge(three)), three.merge(two).merge(one)):
        assert (merged.tally.counts == alone.tally.counts).all()
        assert merged.tally.gram == pytest.approx(alone.tally.gram, rel=1e-12, abs=1e-12)
        assert merged.tally.cross == pytest.approx(alone.tally.cross, rel=1e-12, abs=1e-12)


def test_servers_with_different_variants_keep_what_each_learned():
    here = Learner.start(ARMS[:3], SPECS, PolicyLimits(), 1).learn(a_batch(1, arms=3))
    there = Learner.start(ARMS[2:], SPECS, PolicyLimits(), 1).learn(a_batch(2, arms=3))
    both = here.merge(there)
    assert set(both.ids) == {a.id for a in ARMS}
    assert both.n == 800
    assert (both.tally.counts == there.merge(here).tally.counts).all()
    other = Learner.start(ARMS, SPECS[:1], PolicyLimits(), 1)
    with pytest.raises(Faults, match=r"policy\.unlike"):
        here.merge(other)


def test_a_learner_wakes_up_as_it_was_stored():
    learner = a_learner()
    again = from_bytes(to_bytes(learner))
    assert again.snapshot("c", "k", 1, 0, personal=True).id == learner.snapshot("c", "k", 1, 0, personal=True).id
    assert again.add_arms([Arm("v_new", {"angle": "a"})]).ids[-1] == "v_new"
    newer = msgspec.msgpack.encode({"form": 99})
    with pytest.raises(Faults, match=r"learner\.newer"):
        from_bytes(newer)
    with pytest.raises(Faults, match=r"learner\.unreadable"):
        from_bytes(b"\xc1")


def test_a_new_variant_starts_from_what_its_angle_has_taught():
    learner = a_learner().add_arms([Arm("v_5", {"angle": "b", "audience": "x"})])
    late, early = learner.fitted.predict(
        ENCODER.encode_many([{"rhythm": "late", "months": 12}, {"rhythm": "early", "months": 12}])
    )
    assert late[5] > late[[0, 2, 4]].max() + 0.05
    assert early[5] < early[[0, 2, 4]].min() - 0.05


def test_what_the_letter_teaches_of_an_angle_the_banner_knows():
    letter = a_learner(6)
    banner = Learner.start([Arm("w_a", {"angle": "a"}), Arm("w_b", {"angle": "b"})], SPECS, PolicyLimits(), 2)
    banner = together({"letter": letter, "banner": banner})["banner"]
    shares = Snapshot.load(banner.snapshot("c", "banner", 1, 0, personal=True)).shares(
        ENCODER.encode_many([{"rhythm": "early", "months": 12}, {"rhythm": "late", "months": 12}])
    )
    assert shares[0, 0] > 0.8
    assert shares[1, 1] > 0.8


def test_where_nobody_differs_the_interactions_vanish():
    learner = Learner.start(ARMS, SPECS, PolicyLimits(), 1)
    for seed in range(5):
        learner = learner.learn(a_batch(seed, n=2000, gain=0.0))
    assert learner.fitted.interaction <= 0.03


def test_before_the_gate_a_fifth_is_spread_evenly_and_without_a_personal_candidate_a_fiftieth():
    assert Snapshot.load(a_learner().snapshot("c", "k", 1, 0)).explore == 0.2
    assert Snapshot.load(a_learner(limits=PolicyLimits(personal=False)).snapshot("c", "k", 1, 0)).explore == 0.02
    assert not Snapshot.load(
        a_learner(limits=PolicyLimits(personal=False)).snapshot("c", "k", 1, 0, personal=True)
    ).personal


def test_every_bad_row_of_a_batch_is_told_at_once():
    x = np.ones((2, ENCODER.size))
    x[1, 0] = math.nan
    with pytest.raises(Faults) as told:
        Batch(np.zeros(2, dtype=np.intp), x, np.array([2.0, 0.0]), np.array([0.5, 0.0]))
    assert {f.code for f in told.value.faults} == {"batch.reward", "batch.propensity", "batch.features"}
    with pytest.raises(Faults, match=r"policy\.no_arms"):
        Learner.start([], SPECS, PolicyLimits(), 1)
    with pytest.raises(Faults, match=r"policy\.arm_twice"):
        Learner.start([ARMS[0], ARMS[0]], SPECS, PolicyLimits(), 1)
