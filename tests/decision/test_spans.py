"""Sums by time add up as sums do, and what changed in time is seen whoever adds."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gale.decision.learner import Arm, Batch, Learner
from gale.decision.stored import from_bytes, to_bytes
from gale.records.documents import FeatureSpec, PolicyLimits
from gale.records.faults import Faults

SPECS = [FeatureSpec(name=f"f{i}", kind="number") for i in range(4)]
ARMS = [Arm(f"v_{i}", {"angle": "abc"[i % 3]}) for i in range(6)]
LIMITS = PolicyLimits(live_max=6)
START = Learner.start(ARMS, SPECS, LIMITS, 1)


def a_batch(seed: int, n: int, first: int = 0, last: int = 239, *, tastes: int = 1, level: float = 1.0) -> Batch:
    """People over some ticks, of whom each likes an angle by a feature of hers; `tastes` -1 turns that round."""
    rng = np.random.default_rng(seed)
    x = START.encoder.encode_many(
        [{f"f{i}": float(v) for i, v in enumerate(row)} for row in rng.standard_normal((n, 4))]
    )
    arm = rng.integers(0, 6, n)
    liked = x[np.arange(n), 1 + 2 * (arm % 3)]
    reward = (rng.random(n) < level * np.clip(0.15 * (1 + 0.5 * tastes * liked), 0, 1)).astype(np.float64)
    ticks = np.sort(rng.integers(first, last + 1, n)).astype(np.intp)
    return Batch(arm.astype(np.intp), x, reward, np.full(n, 1 / 6), tick=ticks)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 99), st.integers(100, 199), st.integers(200, 299))
def test_sums_by_time_merge_associatively_and_commutatively_with_their_fronts(a, b, c):
    one, two, three = (START.learn(a_batch(s, 60, 0, 30, tastes=(-1) ** s)) for s in (a, b, c))
    left, right = one.merge(two).merge(three), three.merge(two.merge(one))
    assert (left.spans.ticks == right.spans.ticks).all()
    assert (left.spans.counts == right.spans.counts).all()
    assert left.spans.sums == pytest.approx(right.spans.sums, rel=1e-12, abs=1e-12)
    assert left.spans.epochs.keys() == right.spans.epochs.keys()
    for epoch, tally in left.spans.epochs.items():
        assert tally.gram == pytest.approx(right.spans.epochs[epoch].gram, rel=1e-12, abs=1e-12)
        assert (tally.counts == right.spans.epochs[epoch].counts).all()
    assert left.fronts == right.fronts
    assert one.merge(one).fronts == one.fronts
    assert left.n == 180


def test_two_servers_see_together_the_change_that_one_server_sees():
    """Each has half of every stretch of time; the next batch after they were added shows the front."""

    def halves(batch: Batch, which: int) -> Batch:
        rows = np.arange(len(batch)) % 2 == which
        assert batch.tick is not None
        return Batch(
            batch.arm[rows], batch.features[rows], batch.reward[rows], batch.propensity[rows], tick=batch.tick[rows]
        )

    before, after = a_batch(1, 6000, 0, 119), a_batch(2, 3000, 120, 160, tastes=-1)
    alone = START.learn(before).learn(after)
    here, there = (START.learn(halves(before, i)).learn(halves(after, i)) for i in (0, 1))
    both = here.merge(there)
    assert [f.direction for f in alone.fronts if not f.arm] == ["tastes"]
    assert {f.direction for f in both._watched().fronts if not f.arm} == {"tastes"}


def test_a_change_of_tastes_is_seen_and_forgets_what_was_learned_before_it():
    learner = START.learn(a_batch(1, 8000, 0, 119))
    assert learner.fronts == ()
    learner = learner.learn(a_batch(2, 2000, 120, 149, tastes=-1))
    (front,) = [f for f in learner.fronts if not f.arm]
    assert front.direction == "tastes"
    assert abs(front.tick - 120) <= learner.spans.width
    assert learner.recent.n < 2500
    assert learner.n == 10_000, "nothing is thrown away"
    loves = START.encoder.encode({"f0": 2.0, "f1": 0.0, "f2": 0.0, "f3": 0.0})
    predicted = learner.fitted.predict(loves[None])[0]
    assert predicted[0] < predicted[1], "angle a pleases her no more"


def test_where_tastes_stay_nothing_is_forgotten_even_if_everybody_answers_less():
    """Ten campaigns of 6,000; half of them go down by a third in the middle, as on a holiday."""
    false = 0
    for seed in range(10):
        learner = START.learn(a_batch(seed, 3000, 0, 119))
        learner = learner.learn(a_batch(seed + 50, 3000, 120, 239, level=2 / 3 if seed % 2 else 1.0))
        false += any(not f.arm for f in learner.fronts)
    assert false == 0


def test_what_was_chosen_for_a_person_tells_nothing_of_an_arms_rate_among_everybody():
    batch = a_batch(1, 300)
    batch = Batch(
        batch.arm, batch.features, batch.reward, batch.propensity, tick=batch.tick, personal=np.arange(300) < 200
    )
    learner = START.learn(batch)
    assert learner.n == 300
    assert learner.spans.counts.sum() == 100


def test_a_learner_with_fronts_and_newcomers_wakes_up_as_it_was_stored():
    learner = START.learn(a_batch(1, 6000, 0, 119)).learn(a_batch(2, 3000, 120, 160, tastes=-1))
    learner = learner.add_arms([Arm("v_new", {"angle": "a"})])
    again = from_bytes(to_bytes(learner))
    assert (again.fronts, again.joined, again.ids) == (learner.fronts, ("v_new",), learner.ids)
    for personal in (False, True):
        made = learner.snapshot("c", "k", 1, 0, personal=personal)
        assert again.snapshot("c", "k", 1, 0, personal=personal).id == made.id
    assert to_bytes(again) == to_bytes(learner)


def test_what_the_last_release_stored_reads_on():
    tally = START.learn(a_batch(1, 500)).tally
    first = {
        "arms": msgspec.to_builtins(START.arms),
        "specs": [s.model_dump() for s in SPECS],
        "limits": LIMITS.model_dump(),
        "seed": 1,
        "ids": tally.arms,
        "size": tally.size,
        "gram": tally.gram.tobytes(),
        "cross": tally.cross.tobytes(),
        "squares": tally.squares.tobytes(),
        "form": 1,
    }
    learner = from_bytes(msgspec.msgpack.encode(first))
    assert learner.n == 500
    assert (learner.tally.gram == tally.gram).all()
    assert learner.weighted[0].sum() == 500
    assert learner.learn(a_batch(2, 100)).n == 600


def test_learners_of_another_grain_of_time_are_not_added():
    with pytest.raises(Faults, match=r"policy\.unlike"):
        START.merge(Learner.start(ARMS, SPECS, PolicyLimits(live_max=200), 1))
