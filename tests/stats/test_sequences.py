"""Looking at any time does not make a false winner."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gale.stats import Interval, Moments, Sequence, people_needed, split_alarm
from gale.stats.boundary import crossing, drift_for, level, solve_drift, solve_level, tail
from gale.stats.robust import effective_size, fixed_interval, scores

numbers = st.lists(st.floats(-1e6, 1e6), max_size=20)


@given(numbers, numbers, numbers)
def test_moments_add_up_in_any_order(a, b, c):
    x, y, z = Moments.of(a), Moments.of(b), Moments.of(c)
    left, right = (x + y) + z, z + (y + x)
    assert left.n == right.n == len(a) + len(b) + len(c)
    assert left.total == pytest.approx(right.total, rel=1e-12, abs=1e-3)
    assert left.squares == pytest.approx(right.squares, rel=1e-12)


def test_the_kept_levels_are_what_the_recursion_gives():
    for alpha in (0.09, 0.045, 0.0225, 0.009):
        assert level(alpha) == pytest.approx(solve_level(alpha, steps=60, grid=101), abs=2e-3)
    assert drift_for(0.045, 0.8) == pytest.approx(solve_drift(0.045, 0.8, steps=60, grid=101), abs=5e-3)


def test_the_error_before_the_planned_size_is_nine_tenths_of_alpha():
    assert crossing(level(0.045), steps=100, grid=161) == pytest.approx(0.045, abs=5e-4)


def test_the_tail_spends_its_tenth_and_no_more():
    # Brownian motion from the planned size on, watched at 600 moments until 40 times that size.
    rng = np.random.default_rng(5)
    tau, log_c = tail(0.05)  # a larger error than in use, so that 4,000 paths can tell
    times = np.geomspace(1, 40, 600)
    steps = rng.standard_normal((4000, 600)) * np.sqrt(np.diff(times, prepend=0))
    z = np.abs(steps.cumsum(axis=1)) / np.sqrt(times)
    bound = np.sqrt(2 * (1 + tau * times) / (tau * times) * (log_c + np.log1p(tau * times) / 2))
    assert (z >= bound).any(axis=1).mean() < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 4000)


def test_a_hundred_looks_at_nothing_find_something_in_at_most_one_of_twenty():
    """2,000 null experiments, 10,000 people, 6 % order, 20 % holdout. Allowed error: three standard errors."""
    rng = np.random.default_rng(11)
    sequence = Sequence.plan(10_000)
    wrong = 0
    looks = np.arange(100, 10_001, 100)
    for _ in range(2000):
        y1, y0 = rng.binomial(80, 0.06, 100).cumsum(), rng.binomial(20, 0.06, 100).cumsum()
        n1, n0 = looks * 0.8, looks * 0.2
        p1, p0 = y1 / n1, y0 / n0
        error = np.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
        reach = np.array([sequence.multiplier(float(n)) for n in looks])
        seen = looks >= sequence.first
        wrong += bool((np.abs(p1 - p0)[seen] > (reach[seen] * error[seen])).any())
    assert wrong / 2000 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 2000)


def test_the_true_ratio_stays_inside_while_one_looks():
    rng = np.random.default_rng(12)
    sequence = Sequence.plan(20_000)
    lost = 0
    for _ in range(400):
        treated = holdout = Moments()
        for _ in range(40):
            a, b = int(rng.binomial(400, 0.12)), int(rng.binomial(100, 0.10))
            treated, holdout = treated + Moments(400, a, a), holdout + Moments(100, b, b)
            interval = sequence.ratio(treated, holdout)
            if not interval.low <= 0.2 <= interval.high:
                lost += 1
                break
    assert lost / 400 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 400)


def test_nothing_is_said_before_the_first_look_nor_of_people_who_are_all_alike():
    sequence = Sequence.plan(10_000)
    few = Moments.of(np.arange(100.0))
    assert not sequence.mean(few).known
    alike = Moments.of(np.full(5000, 0.1))
    assert not sequence.mean(alike).known
    assert not sequence.difference(alike, alike).known
    assert not sequence.ratio(Moments(), Moments()).known


def test_the_promised_power_is_kept():
    """80 % promised at a lift of 20 %; 1,000 experiments looked at 100 times; allowed error four points."""
    rng = np.random.default_rng(13)
    n = people_needed(0.06, 0.2, 0.2)
    sequence = Sequence.plan(n)
    treated, holdout = round(n / 100 * 0.8), round(n / 100 * 0.2)
    n1, n0 = treated * np.arange(1, 101), holdout * np.arange(1, 101)
    reach = np.array([sequence.multiplier(float(x)) for x in n1 + n0])
    seen = np.isfinite(reach)
    p1 = rng.binomial(treated, 0.072, (1000, 100)).cumsum(axis=1) / n1
    p0 = rng.binomial(holdout, 0.06, (1000, 100)).cumsum(axis=1) / n0
    error = np.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
    found = ((p1 - p0)[:, seen] > reach[seen] * error[:, seen]).any(axis=1).mean()
    assert found == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize("bad", [(0, 0.2, 0.2), (0.06, 0, 0.2), (0.06, 0.2, 0.0), (0.06, 0.2, 1.0)])
def test_impossible_questions_of_power_are_refused(bad):
    with pytest.raises(ValueError):
        people_needed(*bad)


def test_a_split_as_drawn_rings_no_alarm_and_a_broken_one_does():
    rng = np.random.default_rng(14)
    rang = sum(
        any(
            split_alarm(int(k), 100 * (i + 1) - int(k), 0.2).alarm
            for i, k in enumerate(rng.binomial(100, 0.2, 100).cumsum())
        )
        for _ in range(300)
    )
    assert rang <= 3  # one in a thousand promised; three of three hundred allowed
    assert split_alarm(1_700, 8_300, 0.2).alarm
    assert split_alarm(0, 0, 0.2).evidence == pytest.approx(1.0)


def test_doubly_robust_scores_are_right_even_with_a_wrong_model():
    rng = np.random.default_rng(15)
    n = 40_000
    logged = np.array([0.7, 0.3])
    arm = (rng.random(n) > 0.7).astype(np.intp)
    reward = (rng.random(n) < np.array([0.1, 0.2])[arm]).astype(np.float64)
    target = np.tile([0.0, 1.0], (n, 1))
    wrong_model = np.full((n, 2), 0.5)
    interval = fixed_interval(scores(target, wrong_model, arm, reward, logged[arm]))
    assert interval.low < 0.2 < interval.high
    assert interval.estimate == pytest.approx(0.2, abs=0.015)


def test_repeating_each_row_of_a_person_does_not_narrow_the_interval():
    values = np.random.default_rng(16).normal(size=500)
    once = fixed_interval(values)
    person = np.repeat(np.arange(500), 4).astype(np.intp)
    four = fixed_interval(np.repeat(values, 4), cluster=person)
    assert four.high - four.low == pytest.approx(once.high - once.low, rel=1e-9)
    assert effective_size(np.array([1.0, 0.0, 0.0])) == 1.0


def test_an_unknown_interval_lies_above_nothing():
    assert not Interval.unknown(5.0).above(-1e9)
    assert not Interval.unknown(5.0).known
