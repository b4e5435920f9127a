"""How many people a verdict needs, said before launch, and what the people so far could have shown.

Both for the sequence that is used, not for a fixed sample.
"""

from __future__ import annotations

import math

import numpy as np

from gale.stats.boundary import drift_for
from gale.stats.sequence import Sequence

# Where the boundary stands at the end of a look, and how far beyond it the drift must carry to have crossed it by then
# with probability 0.8: from `boundary.crossing` on a fine grid; a test makes them again.
_EDGES = (2.0, 2.4222, 3.0, 4.0, 5.0, 6.0, 8.0)
_BEYOND = (0.5298, 0.5836, 0.6318, 0.6824, 0.7126, 0.7325, 0.756)


def people_needed(
    base_rate: float,
    mde: float,
    holdout: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    spread: float | None = None,
) -> int:
    """People, both groups together, with whom a relative lift of `mde` is proven with probability `power`.

    `base_rate` is orders a person without the campaign, in (0, 1); `holdout` the share kept back, in (0, 1); `spread`
    the variance of orders a person where it is known (default: that of a yes or no). The sequence is planned at the
    number returned and may be looked at all the time; its price over one fixed look is about 15 % more people.

    n = (theta s / delta)^2 with s^2 = v1 / (1 - holdout) + v0 / holdout, where theta is the drift at which the boundary
    has been crossed by the planned size with the wanted probability (`boundary.drift_for`).
    Raises `ValueError` where a share leaves (0, 1) or `mde` is not positive.

    >>> people_needed(0.06, 0.20, 0.20)
    22931
    """
    if not (0 < base_rate < 1 and mde > 0):
        raise ValueError(f"base_rate {base_rate} must lie in (0, 1) and mde {mde} above 0")
    if not (0 < holdout < 1 and 0 < power < 1 and 0 < alpha < 1):
        raise ValueError(f"holdout {holdout}, power {power}, alpha {alpha} must lie in (0, 1)")
    treated_rate = base_rate * (1 + mde)
    v0 = base_rate * (1 - base_rate) if spread is None else spread
    v1 = max(treated_rate * (1 - treated_rate), 0.0) if spread is None else spread
    noise = v1 / (1 - holdout) + v0 / holdout
    theta = drift_for(0.9 * alpha, power)
    return max(2, math.ceil(theta**2 * noise / (base_rate * mde) ** 2))


def detectable(sequence: Sequence, n: int, error: float) -> float | None:
    """The true difference that `n` people would have shown with probability 0.8, in the unit of `error`.

    `error` is the standard error of the difference as measured. Up to the planned size T the boundary C t^(1/4) seen
    from t = n / T is the same boundary at level C t^(-1/4) (Brownian scaling: B_(tr) = sqrt(t) W_r), so that one table
    serves every moment; past T what T people would have shown is told, since more people take nothing back.
    `None` before the first look, or where nothing is known of the spread.

    >>> sequence = Sequence.plan(22_931)
    >>> round(detectable(sequence, 22_931, 0.004), 5), detectable(sequence, 10, 0.004)
    (0.01202, None)
    """
    if n < sequence.first or not error > 0:
        return None
    counted = min(float(n), sequence.planned)
    edge = sequence.multiplier(counted)
    return float((edge + np.interp(edge, _EDGES, _BEYOND)) * error * math.sqrt(n / counted))
