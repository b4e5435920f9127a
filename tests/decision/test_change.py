"""Fronts are found where answers change, and hardly ever where they do not."""

from __future__ import annotations

import numpy as np
import pytest

from gale.decision import change
from gale.decision.change import Front

TICKS = np.arange(240)
BOUND = 240 / change.ALARM  # expected false fronts of an arm in a flight, at most


def a_flight(rng: np.random.Generator, rates: np.ndarray, shown: float = 60.0) -> tuple[np.ndarray, np.ndarray]:
    """Showings and answers by tick; `rates` (240, K). How much is shown of an arm wanders, as a policy makes it."""
    pace = shown * np.exp(0.5 * rng.standard_normal(rates.shape))
    counts = rng.poisson(pace).astype(np.float64)
    return counts, rng.binomial(counts.astype(int), rates).astype(np.float64)


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.4])
def test_an_arm_that_never_changes_is_left_alone(rate):
    """200 arms' flights a rate, looked at 8 times each: at most 6 % promised, plus three standard errors."""
    rng = np.random.default_rng(int(1000 * rate))
    counts, sums = a_flight(rng, np.full((240, 200), rate))
    false = 0
    for arm in range(200):
        looks = range(30, 241, 30)
        one = (counts[:, [arm]], sums[:, [arm]])
        false += any(change.find(["a"], TICKS[:t], one[0][:t], one[1][:t], []) for t in looks)
    assert false / 200 <= BOUND + 3 * (BOUND * (1 - BOUND) / 200) ** 0.5


@pytest.mark.parametrize(("after", "direction"), [(0.04, "down"), (0.16, "up")])
def test_a_fall_and_a_rise_are_found_soon_and_where_they_began(after, direction):
    rng = np.random.default_rng(3)
    found = 0
    for _ in range(40):
        rates = np.full((240, 4), 0.08)
        rates[120:, 1] = after
        fronts = change.find(list("abcd"), TICKS[:160], *(x[:160] for x in a_flight(rng, rates)), [])
        mine = [f for f in fronts if f.arm == "b" and f.direction == direction]
        found += bool(mine) and abs(mine[0].tick - 120) <= 12
    assert found >= 36, "forty ticks after a change by a factor of two, nine in ten are found within twelve ticks"


def test_the_rhythm_of_the_day_is_no_front():
    """All rates go up and down by 30 % every 17 ticks (a day, in a flight of two weeks): 40 slates of four arms."""
    rng = np.random.default_rng(5)
    rhythm = 1 + 0.3 * np.sin(2 * np.pi * TICKS / 17)
    seen = sum(
        len(change.find(list("abcd"), TICKS, *a_flight(rng, 0.08 * rhythm[:, None] * np.ones((240, 4))), []))
        for _ in range(40)
    )
    assert seen <= 8


def test_what_was_found_is_not_found_again():
    rng = np.random.default_rng(1)
    rates = np.full((240, 2), 0.1)
    rates[100:, 0] = 0.02
    counts, sums = a_flight(rng, rates)
    found = change.find(["a", "b"], TICKS, counts, sums, [])
    assert [f.arm for f in found] == ["a"]
    assert change.find(["a", "b"], TICKS, counts, sums, found) == []


def test_after_a_front_the_arms_own_past_counts_no_more_and_the_others_a_quarter():
    weight = change.weights(["a", "b"], np.arange(4), [Front(2, "a", "down", 9), Front(3, "b", "up", 12)])
    assert weight[:, 0].tolist() == [0.0, 0.0, 0.25, 1.0]
    assert weight[:, 1].tolist() == [0.0, 0.0, 0.0, 1.0]


def test_a_tired_arm_rests_until_it_rises_or_the_others_fall_below_it():
    fell = [Front(5, "a", "down", 9)]
    assert change.tired(["a", "b"], np.array([0.05, 0.08]), fell) == ("a",)
    assert change.tired(["a", "b"], np.array([0.09, 0.08]), fell) == ()
    assert change.tired(["a", "b"], np.array([0.05, 0.08]), [*fell, Front(9, "a", "up", 20)]) == ()


def test_without_data_or_with_nothing_but_answers_there_is_no_front():
    nothing = np.zeros((10, 2))
    assert change.find(["a", "b"], np.arange(10), nothing, nothing, []) == []
    everything = np.full((10, 2), 50.0)
    assert change.find(["a", "b"], np.arange(10), everything, everything, []) == []
    assert change.find(["a", "b"], np.arange(10), everything, nothing, []) == []
