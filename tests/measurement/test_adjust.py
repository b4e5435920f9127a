"""What was known before takes noise away, and nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gale.measurement import GroupSums, adjust, lift

rows = st.lists(
    st.tuples(st.integers(0, 5), st.integers(-(10**7), 10**7), st.floats(-3, 3), st.floats(0, 9)), max_size=12
)


def sums(people) -> GroupSums:
    return GroupSums.of([(o, m) for o, m, *_ in people], bound=50_000, known=[list(x) for _, _, *x in people])


@given(rows, rows, rows)
def test_what_two_servers_know_adds_up_to_what_one_knows(a, b, c):
    one, other = (sums(a) + sums(b)) + sums(c), sums(c) + (sums(b) + sums(a))
    whole = sums([*a, *b, *c])
    assert one.n == other.n == whole.n
    assert one.beyond == whole.beyond
    for name in ("known", "known_squares", "known_orders", "known_bounded"):
        assert getattr(one, name) == pytest.approx(getattr(whole, name), rel=1e-12, abs=1e-6)
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-12, abs=1e-6)


def test_groups_that_know_different_things_do_not_add():
    with pytest.raises(ValueError):
        GroupSums.of([(1, 1)], known=[[1.0]]) + GroupSums.of([(1, 1)], known=[[1.0, 2.0]])


def a_shop(rng: np.random.Generator, n: int, gain: float = 0.0, tells: bool = True) -> GroupSums:
    """Regulars and others: the past foretells the future where it `tells`."""
    past = rng.poisson(np.where(rng.random(n) < 0.2, 4.0, 0.2))
    rate = (0.02 + 0.06 * np.minimum(past, 6) if tells else np.full(n, 0.08)) + gain
    orders = rng.binomial(1, rate)
    return GroupSums.of(
        [(int(o), int(o) * 500) for o in orders], known=[[math.log1p(p), float(p > 0)] for p in past.tolist()]
    )


def test_a_past_that_foretells_narrows_the_interval_and_says_by_how_much():
    rng = np.random.default_rng(41)
    found = lift(a_shop(rng, 16_000, 0.02), a_shop(rng, 4_000), planned_n=20_000)
    assert found.adjusted is not None
    assert found.adjusted.absolute is not None
    assert found.raw.absolute is not None
    width = [a.high - a.low for a in (found.adjusted.absolute, found.raw.absolute)]
    assert found.reduction == pytest.approx(1 - (width[0] / width[1]) ** 2, abs=1e-9)
    assert found.reduction > 0.1
    assert found.absolute == found.adjusted.absolute, "it helps, so it leads"
    assert found.absolute.low < 0.02 < found.absolute.high
    assert found.value is not None
    assert found.value.low < 10 < found.value.high


def test_a_past_that_foretells_nothing_changes_nothing():
    rng = np.random.default_rng(42)
    found = lift(a_shop(rng, 16_000, tells=False), a_shop(rng, 4_000, tells=False), planned_n=20_000)
    assert found.reduction is not None
    assert found.reduction < 0.01
    assert found.absolute == found.raw.absolute


def test_too_few_people_or_nothing_known_is_not_adjusted():
    rng = np.random.default_rng(43)
    assert adjust(a_shop(rng, 5_000), a_shop(rng, 50)) is None
    assert adjust(GroupSums.of([(1, 1)] * 500), GroupSums.of([(0, 0)] * 500)) is None


def test_what_says_the_same_twice_or_never_varies_does_no_harm():
    rng = np.random.default_rng(44)
    past = rng.normal(size=3_000)
    people = [(int(o), 0) for o in rng.random(3_000) < 0.3 + 0.1 * np.tanh(past)]
    once = GroupSums.of(people, known=[[x] for x in past.tolist()])
    twice = GroupSums.of(people, known=[[x, x, 1.0] for x in past.tolist()])
    one, other = adjust(once, once), adjust(twice, twice)
    assert one is not None
    assert other is not None
    assert other.reduction == pytest.approx(one.reduction, rel=1e-6)


def test_many_looks_at_the_leading_figure_make_no_false_winner():
    """300 null campaigns of 8,000 people with an informative past, looked at ten times; whichever figure leads. Error
    allowed: 5 % and three standard errors."""
    rng = np.random.default_rng(45)
    wrong = 0
    for _ in range(300):
        treated = holdout = GroupSums()
        for _ in range(10):
            treated, holdout = treated + a_shop(rng, 640), holdout + a_shop(rng, 160)
            found = lift(treated, holdout, planned_n=8_000)
            if found.proven or found.harm:
                wrong += 1
                break
    assert wrong / 300 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 300)


def test_an_order_of_a_billion_is_held_at_the_bound_and_wins_nothing():
    rng = np.random.default_rng(46)

    def shop(n: int) -> GroupSums:
        return GroupSums.of([(int(o), int(o) * 500) for o in rng.binomial(1, 0.06, n)], bound=75_000)

    holdout, treated = shop(5_000), shop(20_000)
    found = lift(treated + GroupSums.of([(1, 10**11)], bound=75_000), holdout, planned_n=30_000)
    before = lift(treated, holdout, planned_n=30_000)
    assert found.beyond == 1
    assert not found.proven
    assert found.value is not None
    assert before.value is not None
    assert found.value.high - before.value.high < 10, "within the bound one order moves the figure by cents"
    assert found.value_unbounded is not None
    assert found.value_unbounded.high > 10 * found.value.high, "as it came, it breaks the interval; both are told"
