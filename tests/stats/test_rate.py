"""Rates of rare events that may be looked at after every message."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gale.stats.rate import above, below, highest, lowest, size_for


@pytest.mark.parametrize(("rate", "looks"), [(0.001, 20_000), (0.005, 5_000), (0.2, 2_000)])
def test_looking_after_every_message_alarms_falsely_at_most_as_often_as_said(rate: float, looks: int) -> None:
    """2,000 sequences at just the limit, watched at every message: at most 5 % ever alarm, give or take 1 % (two
    standard errors of the simulation). Ville's inequality says so exactly; this would show a mistake in the code."""
    rng = np.random.default_rng(11)
    runs, alarmed_up, alarmed_down = 2_000, 0, 0
    n = np.arange(1, looks + 1)
    for _ in range(runs):
        events = (rng.random(looks) < rate).cumsum()
        at = np.unique(np.concatenate([np.flatnonzero(np.diff(events, prepend=0)), [looks - 1]]))
        alarmed_up += bool((above(events[at], n[at], rate) >= 20).any())  # it only rises where something happens
        before = np.unique(np.maximum(at - 1, 0))
        alarmed_down += bool((below(events[before], n[before], rate) >= 20).any())  # and this only where nothing does
    assert alarmed_up / runs <= 0.05 + 0.01
    assert alarmed_down / runs <= 0.05 + 0.01


@given(st.integers(0, 60), st.integers(0, 5_000), st.floats(0.0005, 0.4))
def test_evidence_grows_with_events_and_falls_without_them(events: int, more: int, rate: float) -> None:
    n = events + more
    assert above(events + 1, n + 1, rate) >= above(events, n, rate) >= above(events, n + 1, rate)
    assert below(events, n + 1, rate) >= below(events, n, rate)


@given(st.integers(0, 60), st.integers(1, 5_000), st.sampled_from([0.05, 0.002]))
def test_a_bound_says_just_what_the_evidence_says(events: int, more: int, alpha: float) -> None:
    n = events + more
    low, high = lowest(events, n, alpha), highest(events, n, alpha)
    assert 0 <= low <= events / n <= high <= 1
    if low > 0:
        assert above(events, n, low * 0.999) >= 1 / alpha
    if high < 1:
        assert below(events, n, min(1 - 1e-12, high * 1.001)) >= 1 / alpha * 0.999


def test_the_size_foretold_is_the_size_needed() -> None:
    n = size_for(0.0005, 0.003, 0.05)
    assert highest(round(0.0005 * n), n, 0.05) == pytest.approx(0.003, rel=0.05)
    assert 1_500 < n < 3_000
