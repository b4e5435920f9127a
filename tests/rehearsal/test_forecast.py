"""A rehearsal says what its assumptions say, and never more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gale.rehearsal import PRIOR, Forecast, LiftPrior, rehearse


def play(seed: int = 1, **change: Any) -> Forecast:
    plan: dict[str, Any] = {
        "people": 16_000,
        "eligible_by_touchpoint": {"banner": 16_000, "letter": 12_000},
        "days": 14,
        "base_rate": 0.055,
        "holdout": 0.2,
        "contacts_per_person": {"banner": 7.8, "letter": 2.2},
    }
    return rehearse(**(plan | change), rng=np.random.default_rng(seed))


def test_it_is_labelled_and_not_calibrated_and_says_what_it_assumes() -> None:
    forecast = play()
    assert (forecast.label, forecast.calibrated, forecast.level) == ("rehearsal", False, 0.8)
    assert {a.code for a in forecast.assumptions} == {
        "assumption.lift",
        "assumption.base_rate",
        "assumption.contacts",
        "assumption.no_harm",
        "assumption.same_for_all",
    }
    lift = next(a for a in forecast.assumptions if a.code == "assumption.lift")
    assert (lift.values["low"], lift.values["median"], lift.values["high"]) == (2, 8, 29)


def test_the_same_seed_gives_the_same_forecast() -> None:
    assert play() == play()
    assert play() != play(seed=2)


def test_the_interval_holds_eight_plays_in_ten() -> None:
    # 3,000 fresh plays from the same assumptions: the share inside has a standard error of 0.7 points, and the rounding
    # outwards of floor and ceiling adds at most a point.
    forecast, rng = play(), np.random.default_rng(99)
    treated = rng.binomial(16_000, 0.8, 3000)
    exposed = 1 - 2 ** (-(7.8 + 2.2 * 0.75) / PRIOR.half_contacts)
    caused = rng.poisson(treated * 0.055 * PRIOR.median * np.exp(PRIOR.sigma * rng.standard_normal(3000)) * exposed)
    inside = np.mean((caused >= forecast.extra_orders_floor) & (caused <= forecast.extra_orders_ceiling))
    assert 0.77 < inside < 0.85


def test_who_waits_is_not_contacted_and_everybody_is_one_or_the_other() -> None:
    forecast = play()
    assert forecast.contacted + forecast.holdout == forecast.people == 16_000
    assert forecast.holdout == 3_200
    assert forecast.contacts == sum(forecast.by_touchpoint.values()) == round(0.8 * (16_000 * 7.8 + 12_000 * 2.2))


def test_without_contacts_nothing_is_expected() -> None:
    forecast = play(contacts_per_person={})
    assert (forecast.extra_orders_floor, forecast.extra_orders, forecast.extra_orders_ceiling) == (0, 0, 0)


def test_without_people_nothing_breaks() -> None:
    forecast = play(people=0, eligible_by_touchpoint={})
    assert (forecast.contacted, forecast.contacts, forecast.extra_orders_ceiling) == (0, 0, 0)


@given(st.integers(0, 50_000), st.floats(0, 0.9), st.floats(0, 0.5))
@settings(max_examples=30, deadline=None)
def test_floor_middle_and_ceiling_are_in_order(people: int, holdout: float, base_rate: float) -> None:
    forecast = play(people=people, eligible_by_touchpoint={"banner": people}, holdout=holdout, base_rate=base_rate)
    assert 0 <= forecast.extra_orders_floor <= forecast.extra_orders <= forecast.extra_orders_ceiling
    assert 0 <= forecast.lift[0] <= forecast.lift[1] <= forecast.lift[2]


def test_fewer_contacts_promise_less() -> None:
    assert play(contacts_per_person={"banner": 1}).extra_orders < play().extra_orders


def test_a_prior_of_ones_own_is_told_as_it_is() -> None:
    own = LiftPrior(median=0.02, sigma=0.5, half_contacts=5, source="our last three campaigns")
    forecast = play(prior=own)
    assert forecast.assumptions[0].values["source"] == "our last three campaigns"
    assert forecast.extra_orders < play().extra_orders


@pytest.mark.parametrize("change", [{"people": -1}, {"base_rate": 1.0}, {"holdout": -0.1}, {"holdout": 1.0}])
def test_what_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"negative|rates"):
        play(**change)
