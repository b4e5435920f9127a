"""The first honest model of a campaign's effect: a published range of lifts, and nothing that we know of these people.

It cannot tell one phrase from another and says so (`calibrated` is false). What it is good for: the order of
magnitude, and whether the audience is large enough to prove anything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray


class LiftPrior(msgspec.Struct, frozen=True, kw_only=True):
    """Relative lift in orders of a campaign whose contacts are plentiful: log-normal, `median` e^(`sigma` Z).

    `half_contacts` is how many contacts a person give half of that lift; more contacts add less and less
    (1 - 2^(-contacts / half_contacts)).
    """

    median: float = 0.08
    sigma: float = 1.0
    half_contacts: float = 3.0
    source: str = "Johnson, Lewis, Nubbemeyer 2017"


# The median of 8 % is that of conversions over 432 display experiments (Johnson, Lewis, Nubbemeyer, "The Online Display
# Ad Effectiveness Funnel & Carryover", 2017). The spread and the contacts that give half of it are our assumptions:
# nine campaigns in ten lie between a fifth and five times the median, and nobody has shown more than that for a small
# brand. Real campaigns can also do harm, which a log-normal cannot say.
PRIOR = LiftPrior()


class Assumption(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was assumed: a code (put into words by the faces) and its values."""

    code: str
    values: dict[str, Any] = {}


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What a rehearsal expects. Always shown as a rehearsal, never as a result.

    `extra_orders` are the orders that the campaign would cause: middle (median), floor and ceiling of an interval of
    `level` (0.8: it errs two times in ten, if the assumptions hold). `orders_anyway` is how many the contacted would
    place without it; `lift` the relative lift behind, as (floor, middle, ceiling). `contacts` is how many messages
    are sent at most. `holdout` people wait and are compared.
    """

    people: int
    contacted: int
    holdout: int
    days: int
    contacts: int
    contacts_per_person: float
    orders_anyway: int
    extra_orders: int
    extra_orders_floor: int
    extra_orders_ceiling: int
    lift: tuple[float, float, float]
    by_touchpoint: dict[str, int]
    assumptions: tuple[Assumption, ...]
    level: float = 0.8
    calibrated: bool = False
    label: str = "rehearsal"
    schema: int = 1


def rehearse(
    *,
    people: int,
    eligible_by_touchpoint: Mapping[str, int],
    days: int,
    base_rate: float,
    holdout: float,
    contacts_per_person: Mapping[str, float],
    rng: np.random.Generator,
    prior: LiftPrior = PRIOR,
    draws: int = 4000,
) -> Forecast:
    """Play the campaign `draws` times on paper and report the middle 80 % of what it caused.

    `people` may be contacted (before the holdout is drawn); `eligible_by_touchpoint` of them at each touchpoint;
    `contacts_per_person` is how often one eligible person meets it over the flight of `days` (as
    `campaign.contacts_per_person` counts, a ceiling); `base_rate` is orders a person over the flight without the
    campaign; `holdout` the share that waits. In each play: who waits is drawn, a lift is drawn from the prior and
    shrunk by how few contacts there are, and the caused orders are Poisson. Raises `ValueError` for negative counts
    and for rates outside [0, 1).

    >>> forecast = rehearse(people=10_000, eligible_by_touchpoint={"letter": 10_000}, days=14, base_rate=0.06,
    ...     holdout=0.2, contacts_per_person={"letter": 4}, rng=np.random.default_rng(1))
    >>> forecast.calibrated, forecast.label, forecast.extra_orders_floor < forecast.extra_orders_ceiling
    (False, 'rehearsal', True)
    """
    if people < 0 or days < 0 or any(n < 0 for n in eligible_by_touchpoint.values()):
        raise ValueError("counts of people and days cannot be negative")
    if not 0 <= base_rate < 1 or not 0 <= holdout < 1:
        raise ValueError(f"base_rate {base_rate} and holdout {holdout} are rates in [0, 1)")
    planned = {t: n * contacts_per_person.get(t, 0.0) * (1 - holdout) for t, n in eligible_by_touchpoint.items()}
    treated_share = people * (1 - holdout)
    each = sum(planned.values()) / treated_share if treated_share else 0.0
    exposed = 1 - 2 ** (-each / prior.half_contacts)

    treated = rng.binomial(people, 1 - holdout, size=draws)
    lifts: NDArray[np.float64] = prior.median * np.exp(prior.sigma * rng.standard_normal(draws)) * exposed
    caused = rng.poisson(treated * base_rate * lifts)
    floor, middle, ceiling = np.quantile(caused, (0.1, 0.5, 0.9))
    low, mid, high = (float(q) for q in np.quantile(lifts, (0.1, 0.5, 0.9)))
    return Forecast(
        people=people,
        contacted=round(treated_share),
        holdout=people - round(treated_share),
        days=days,
        contacts=round(sum(planned.values())),
        contacts_per_person=round(each, 2),
        orders_anyway=round(treated_share * base_rate),
        extra_orders=round(float(middle)),
        extra_orders_floor=math.floor(floor),
        extra_orders_ceiling=math.ceil(ceiling),
        lift=(low, mid, high),
        by_touchpoint={t: round(n) for t, n in planned.items()},
        assumptions=_assumptions(prior, base_rate, days, each),
    )


def _assumptions(prior: LiftPrior, base_rate: float, days: int, each: float) -> tuple[Assumption, ...]:
    """In the order in which they matter; values are whole numbers, so that every language can say them as they are."""
    spread = math.exp(1.2816 * prior.sigma)  # the tenth and ninetieth percentile of a standard normal are ±1.2816
    lift = {
        "median": round(100 * prior.median),
        "low": round(100 * prior.median / spread),
        "high": round(100 * prior.median * spread),
        "source": prior.source,
    }
    contacts = {"half": round(prior.half_contacts), "each": round(each)}
    return (
        Assumption(code="assumption.lift", values=lift),
        Assumption(code="assumption.base_rate", values={"per_thousand": round(1000 * base_rate), "days": days}),
        Assumption(code="assumption.contacts", values=contacts),
        Assumption(code="assumption.no_harm"),
        Assumption(code="assumption.same_for_all"),
    )
