"""Evidence may be looked at any time, added up and searched through without making a false winner."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gale.stats import Mixture, Moments, Pair, Sequence, average, detectable, select, selected_level
from gale.stats.boundary import crossing
from gale.stats.power import _BEYOND, _EDGES

weights = st.lists(st.floats(0, 1e6), min_size=1, max_size=30)


def three_errors(share: float, runs: int) -> float:
    return 3 * math.sqrt(share * (1 - share) / runs)


def paths(rng: np.random.Generator, runs: int, looks: int, drift: float = 0.0) -> np.ndarray:
    """Studentised means of 20,000 people at evenly spaced looks, as Brownian motion; `drift` in z at the end."""
    t = np.arange(1, looks + 1) / looks
    steps = rng.standard_normal((runs, looks)) / math.sqrt(looks)
    return (steps.cumsum(axis=1) + drift * t) / np.sqrt(t)


def test_evidence_of_nothing_is_one_at_most_on_average_even_when_one_stops_at_the_best_looking_moment():
    """2,000 null experiments; stopped at the first look with e >= 5, else at the end. Allowed: three standard errors."""
    evidence = Mixture.plan(20_000, alpha=0.05)
    z = paths(np.random.default_rng(31), 2_000, 40)
    n = np.arange(1, 41) * 500
    e = np.array([[evidence.above(float(z[i, j]), float(n[j])) for j in range(40)] for i in range(2_000)])
    stop = np.where((e >= 5).any(axis=1), (e >= 5).argmax(axis=1), 39)
    stopped = e[np.arange(2_000), stop]
    assert stopped.mean() <= 1 + 3 * stopped.std() / math.sqrt(2_000)
    assert (e.max(axis=1) >= 20).mean() <= 0.05 + three_errors(0.05, 2_000)


@given(st.floats(-8, 8), st.floats(100, 1e6))
def test_evidence_for_a_difference_is_the_average_of_its_two_sides(z, n):
    evidence = Mixture.plan(20_000, alpha=0.01)
    tau = n * evidence.r
    plain = math.exp(z * z / 2 * tau / (1 + tau)) / math.sqrt(1 + tau)
    assert evidence.apart(z, n) == pytest.approx(min(plain, 1e12), rel=1e-6, abs=1e-9) or plain > 1e11
    assert evidence.above(z, n) >= 0


@given(weights)
def test_more_evidence_never_takes_a_finding_away(evidence):
    before = select(evidence)
    more = [2 * e for e in evidence]
    assert all(b <= a for b, a in zip(before, select(more), strict=True))
    assert sum(before) == 0 or average(evidence) * len(evidence) >= len(evidence) / 0.05


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=20))
def test_what_is_selected_is_just_what_has_an_interval_without_zero(zs):
    evidence = Mixture.plan(10_000, alpha=0.05 / len(zs))
    taken = select([evidence.apart(z, 9_000) for z in zs])
    reach = evidence.reach(selected_level(sum(taken), len(zs)), 9_000)
    for z, chosen in zip(zs, taken, strict=True):
        if sum(taken) and abs(abs(z) - reach) > 1e-6:
            assert chosen == (abs(z) > reach)


def test_of_twenty_segments_that_hang_together_at_most_one_found_in_twenty_is_false():
    """1,000 campaigns of 20 segments, 15 without any effect, all sharing half of their noise; looked at 20 times and
    stopped when most are found. Expected share of false ones among the found at most 5 %; allowed: three errors."""
    rng = np.random.default_rng(32)
    evidence = Mixture.plan(4_000, alpha=0.05 / 20)
    share, missed, found = [], [], 0
    looks = 20
    for _ in range(1_000):
        own, common = paths(rng, 20, looks), paths(rng, 1, looks)
        z = math.sqrt(0.5) * own + math.sqrt(0.5) * common
        z[:5] += 5.5 * np.sqrt(np.arange(1, looks + 1) / looks)
        most: list[bool] = []
        at = 0
        for j in range(4, looks):
            taken = select([evidence.apart(float(x), 200.0 * (j + 1)) for x in z[:, j]])
            if sum(taken) > sum(most):
                most, at = taken, j
        if not any(most):
            share.append(0.0)
            missed.append(0.0)
            continue
        found += sum(most[:5])
        share.append(sum(most[5:]) / sum(most))
        n = 200.0 * (at + 1)
        reach = evidence.reach(selected_level(sum(most), 20), n)
        truth = np.where(np.arange(20) < 5, 5.5 * math.sqrt((at + 1) / looks), 0.0)
        missed.append(float((np.abs(z[:, at] - truth) > reach)[np.array(most)].mean()))
    assert np.mean(share) <= 0.05 + three_errors(0.05, 1_000)
    assert np.mean(missed) <= 0.05 + three_errors(0.05, 1_000)
    assert found / 5_000 > 0.8, "it finds what is there, too"


def test_nothing_known_is_no_evidence_and_no_statement():
    nothing = Pair.of(Moments(), Moments.of([1.0, 2.0]))
    assert not nothing.difference(2.0).known
    assert not nothing.ratio(2.0).known
    assert nothing.z == 0
    assert select([]) == []
    with pytest.raises(ValueError):
        Mixture.plan(1, alpha=0.05)


def test_a_ratio_leaves_zero_out_exactly_when_the_difference_does():
    rng = np.random.default_rng(33)
    for _ in range(200):
        pair = Pair(one=rng.uniform(0.05, 0.08), other=0.06, var_one=2e-6, var_other=6e-6, covariance=1e-6)
        difference, ratio = pair.difference(2.4), pair.ratio(2.4)
        assert (difference.low > 0, difference.high < 0) == (ratio.low > 0, ratio.high < 0)


def test_the_table_of_what_could_have_been_seen_is_what_the_recursion_gives():
    for edge, beyond in zip(_EDGES, _BEYOND, strict=True):
        assert crossing(edge, edge + beyond, steps=100, grid=161) == pytest.approx(0.8, abs=0.004)


def test_a_lift_that_could_have_been_seen_is_seen_four_times_in_five():
    """2,000 experiments stopped at a third of the planned size; allowed error four points."""
    sequence = Sequence.plan(30_000)
    looks = np.arange(600, 10_001, 100)
    seen = detectable(sequence, 10_000, 1 / 100)
    assert seen is not None
    rng = np.random.default_rng(34)
    sums = (rng.standard_normal((2_000, 100)) * 10 + 100 * seen).cumsum(axis=1)[:, 5:]
    z = sums / np.sqrt(looks)
    reach = np.array([sequence.multiplier(float(n)) for n in looks])
    assert (z > reach).any(axis=1).mean() == pytest.approx(0.8, abs=0.04)
    assert detectable(sequence, 60_000, 0.005) == pytest.approx(detectable(sequence, 30_000, 0.005 * math.sqrt(2)))
    assert detectable(sequence, 10, 0.01) is None
