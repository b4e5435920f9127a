"""Lift counts people, by intention to treat, and says nothing before it may."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gale.measurement import GroupSums, lift, missingness, series

people = st.lists(st.tuples(st.integers(-2, 5), st.integers(-(10**9), 10**9)), max_size=20)


@given(people, people, people)
def test_groups_of_two_cities_add_up_to_the_group_of_both(a, b, c):
    one, two, three = GroupSums.of(a), GroupSums.of(b), GroupSums.of(c)
    left, right = (one + two) + three, three + (two + one)
    assert (left.n, left.orders, left.ordering, left.largest) == (right.n, right.orders, right.ordering, right.largest)
    assert left.margin_squared == pytest.approx(right.margin_squared, rel=1e-12)


def a_group(rng: np.random.Generator, n: int, rate: float, margin: int = 410) -> GroupSums:
    return GroupSums.of([(int(k), int(k) * margin) for k in rng.binomial(1, rate, n)])


def test_a_true_lift_is_proven_and_told_in_orders_and_money():
    rng = np.random.default_rng(1)
    found = lift(a_group(rng, 24_000, 0.075), a_group(rng, 6_000, 0.06), planned_n=30_000)
    assert found.proven
    assert not found.harm
    assert found.waiting_for is None
    assert found.absolute is not None
    assert found.relative is not None
    assert found.value is not None
    assert found.orders is not None
    assert found.absolute.low < 0.015 < found.absolute.high
    assert found.relative.low < 0.25 < found.relative.high
    assert found.value.estimate == pytest.approx(410 * found.absolute.estimate)
    assert found.orders.estimate == pytest.approx(24_000 * found.absolute.estimate)


def test_a_campaign_that_drives_people_away_is_told_as_plainly():
    rng = np.random.default_rng(2)
    found = lift(a_group(rng, 24_000, 0.045), a_group(rng, 6_000, 0.06), planned_n=30_000)
    assert found.harm
    assert not found.proven


def test_nothing_is_said_of_few_people_or_few_orders():
    rng = np.random.default_rng(3)
    early = lift(a_group(rng, 80, 0.5), a_group(rng, 20, 0.5), planned_n=30_000)
    assert early.waiting_for == "people"
    assert early.absolute is None
    assert not early.proven
    silent = lift(GroupSums.of([(0, 0)] * 20_000), GroupSums.of([(0, 0)] * 5_000), planned_n=30_000)
    assert silent.waiting_for == "orders"
    assert silent.relative is None
    nobody = lift(GroupSums(), GroupSums(), planned_n=0)
    assert nobody.waiting_for == "people"
    assert nobody.rate_treated is None
    assert nobody.people_needed > 0


def test_one_order_of_a_billion_is_named_and_proves_nothing():
    rng = np.random.default_rng(4)
    treated = a_group(rng, 20_000, 0.06) + GroupSums.of([(1, 10**9)])
    found = lift(treated, a_group(rng, 5_000, 0.06), planned_n=30_000)
    assert found.heavy
    assert not found.proven
    assert found.value is not None
    assert found.value.low < 0


def test_the_plot_is_the_lift_at_each_moment():
    rng = np.random.default_rng(5)
    steps = [(day, a_group(rng, 800, 0.08), a_group(rng, 200, 0.06)) for day in range(20)]
    told = series(steps, planned_n=20_000)
    assert [m.n for m in told] == [1000 * (i + 1) for i in range(20)]
    known = [m.absolute for m in told if m.absolute is not None]
    assert known[-1].high - known[-1].low < known[0].high - known[0].low


def test_silence_that_differs_between_the_groups_rings_an_alarm():
    alike = missingness(GroupSums(n=8_000, unheard=400), GroupSums(n=2_000, unheard=100))
    unlike = missingness(GroupSums(n=80_000, unheard=4_000), GroupSums(n=20_000, unheard=3_000))
    assert not alike.alarm
    assert unlike.alarm
    assert alike.treated == alike.holdout == 0.05
    assert missingness(GroupSums(), GroupSums()).treated is None
