"""An alarm rings for what is broken, and only then."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gale.measurement import Delays, GroupSums, Heard, among, bent_outcomes, broken_comparison, later, missingness
from gale.measurement.delays import EDGES, HOUR
from gale.records.decision import Outcome
from gale.stats import Moments, Pair, split_alarm

DAY = 24 * HOUR
LAUNCH = 1_000 * DAY


def order(i: int, time: int, received: int, **more: object) -> Outcome:
    told = {"source": "shop", "source_id": str(i), "person": f"p_{i}", "kind": "order", "value": 420, **more}
    return Outcome(time=time, received=received, **told)  # type: ignore[arg-type]


def a_shop(rng: np.random.Generator, days: int, per_day: int = 60, delay: float = 5.0) -> list[Outcome]:
    """Orders all day long, told after `delay` hours on average."""
    happened = [LAUNCH + int(rng.random() * days * DAY) for _ in range(days * per_day)]
    return [order(i, t, t + int(rng.exponential(delay * HOUR))) for i, t in enumerate(happened)]


def codes(outcomes: list[Outcome], now: int, *, early: int = 0, since: int = 500) -> set[str]:
    heard = Heard.of([o for o in outcomes if o.received <= now], launched=LAUNCH, now=now)
    rang = bent_outcomes(heard, early=early, decisions_since=since, settled=None, launched=LAUNCH, now=now)
    return {a.code for a in rang}


def test_a_shop_that_reports_as_usual_rings_nothing_on_any_of_thirty_days():
    outcomes = a_shop(np.random.default_rng(51), 30)
    assert [codes(outcomes, LAUNCH + d * DAY) for d in range(1, 31)] == [set()] * 30


@pytest.mark.parametrize("delay", [48.0, 120.0])
def test_a_shop_that_was_slow_from_the_start_has_not_become_slower(delay):
    """Soon after the launch nothing has had the time to be late, so that what arrives later is no news."""
    for seed in range(4):
        outcomes = a_shop(np.random.default_rng([57, seed]), 14, per_day=300, delay=delay)
        assert [codes(outcomes, LAUNCH + d * DAY) for d in range(2, 15)] == [set()] * 13


def test_a_hundred_outcomes_before_do_not_make_twenty_thousand_ring():
    """The ninth decile of a hundred is an estimate. 200 shops that report as ever; one may ring."""
    rng = np.random.default_rng(58)
    rang = 0
    for _ in range(200):
        found = later(
            rng.exponential(HOUR, 100).astype(int).tolist(), rng.exponential(HOUR, 20_000).astype(int).tolist()
        )
        assert found is not None
        rang += found.alarm
    assert rang <= 1


def test_silence_while_messages_go_out_rings_and_silence_after_the_last_does_not():
    outcomes = a_shop(np.random.default_rng(52), 10)
    assert codes(outcomes, LAUNCH + 16 * DAY) == {"outcomes.silent"}
    assert codes(outcomes, LAUNCH + 16 * DAY, since=0) == set()
    assert codes([], LAUNCH + 3 * DAY) == {"outcomes.silent"}
    assert codes([], LAUNCH + DAY) == set()


def test_a_shop_told_by_weekly_files_is_not_silent_between_two_of_them():
    weekly = [order(i, LAUNCH + i * HOUR, LAUNCH + (1 + i // 168) * 7 * DAY) for i in range(168 * 4)]
    assert codes(weekly, LAUNCH + 28 * DAY + 6 * DAY) == set()


def test_outcomes_that_take_longer_than_they_did_ring():
    rng = np.random.default_rng(53)
    outcomes = a_shop(rng, 10)
    happened = [LAUNCH + 8 * DAY + int(rng.random() * DAY) for _ in range(60)]
    slow = [order(10_000 + i, t, LAUNCH + 11 * DAY - int(rng.random() * HOUR)) for i, t in enumerate(happened)]
    assert "outcomes.late" in codes(outcomes + slow, LAUNCH + 11 * DAY)
    assert later([1] * 50, [1] * 50) is None, "too few to compare"


def test_wrong_clocks_late_months_and_orders_told_twice_are_counted():
    outcomes = a_shop(np.random.default_rng(54), 20)
    ahead = [order(20_000 + i, LAUNCH + DAY + 240_000, LAUNCH + DAY) for i in range(40)]
    assert codes(outcomes + ahead, LAUNCH + 20 * DAY) == {"outcomes.clock"}
    assert codes(outcomes, LAUNCH + 20 * DAY, early=40) == {"outcomes.clock"}
    months = [*outcomes, order(30_000, LAUNCH + DAY, LAUNCH + 62 * DAY)]
    assert "outcomes.months_late" in codes(months, LAUNCH + 62 * DAY, since=0)
    again = [order(i + 40_000, o.time, o.received, person=o.person) for i, o in enumerate(outcomes[:3])]
    heard = Heard.of(outcomes + again, launched=LAUNCH, now=LAUNCH + 21 * DAY)
    assert heard.twice == 3


def test_orders_from_before_the_launch_are_history_and_no_alarm():
    history = [order(i, LAUNCH - 300 * DAY + i * HOUR, LAUNCH - DAY) for i in range(2_000)]
    heard = Heard.of(history, launched=LAUNCH, now=LAUNCH + HOUR)
    assert (heard.n, heard.last, heard.months_late) == (0, None, 0)
    assert heard.delays.within(HOUR) == 1.0


def test_the_delay_is_not_taken_for_short_because_the_slow_ones_are_still_on_their_way():
    """True delays: mean 48 hours. After six days what has arrived is too quick a sample; the estimate makes up for it."""
    rng = np.random.default_rng(55)
    now = LAUNCH + 6 * DAY
    happened = LAUNCH + rng.random(6_000) * 6 * DAY
    received = happened + rng.exponential(48 * HOUR, 6_000)
    arrived = [(int(t), int(r)) for t, r in zip(happened, received, strict=True) if r <= now]
    naive = float(np.mean([r - t <= DAY for t, r in arrived]))
    truth = (1 - np.exp(-0.5)) / (1 - np.exp(-3))  # given at most six days, which is all that can be seen
    found = Delays.of(arrived, now=now).within(DAY)
    assert abs(found - truth) < 0.04
    assert naive > truth + 0.1


@given(st.lists(st.tuples(st.integers(0, 10**10), st.integers(-(10**6), 10**10)), max_size=40))
def test_what_has_reached_us_grows_with_waiting_and_never_beyond_all(pairs):
    heard = [(t, t + d) for t, d in pairs]
    delays = Delays.of(heard, now=max((r for _, r in heard), default=0) + 1)
    shares = [delays.within(ms) for ms in EDGES]
    assert all(0 <= a <= b <= 1 for a, b in pairwise(shares))


def test_groups_not_as_drawn_and_groups_unlike_in_silence_stop_the_verdict():
    alike = missingness(GroupSums(n=8_000, unheard=400), GroupSums(n=2_000, unheard=100))
    unlike = missingness(GroupSums(n=80_000, unheard=4_000), GroupSums(n=20_000, unheard=3_000))
    assert broken_comparison(split_alarm(2_000, 8_000, 0.2), alike) == []
    rang = broken_comparison(split_alarm(2_600, 7_400, 0.2), unlike)
    assert [(a.code, a.severity) for a in rang] == [("split.mismatch", "stop"), ("missing.unlike", "stop")]


def test_of_twenty_audiences_without_any_effect_the_best_looking_is_not_proven():
    """300 campaigns; at most one in twenty may name anybody. A naive look names somebody in most of them."""
    rng = np.random.default_rng(56)
    fished = named = 0
    for _ in range(300):
        pairs = []
        for _ in range(20):
            a, b = int(rng.binomial(1_600, 0.08)), int(rng.binomial(400, 0.08))
            pairs.append((2_000, Pair.of(Moments(1_600, a, a), Moments(400, b, b))))
        named += any(f.verdict != "not_apart" for f in among(pairs, planned_n=2_000))
        fished += any(abs(p.z) > 1.96 for _, p in pairs)
    assert named / 300 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 300)
    assert fished / 300 > 0.5


def test_an_audience_with_an_effect_is_named_with_its_sign_and_too_few_are_called_few():
    strong = (10_000, Pair(one=0.10, other=0.06, var_one=1e-5, var_other=2e-5))
    harmed = (10_000, Pair(one=0.03, other=0.06, var_one=1e-5, var_other=1e-5))
    found = among([strong, None, harmed], planned_n=10_000)
    assert [f.verdict for f in found] == ["proven", "few", "harm"]
    assert found[0].relative is not None
    assert found[0].relative.low > 0
    assert found[1].evidence == pytest.approx(1.0)
    assert among([], planned_n=10) == []
