"""The normal distribution, in the few forms the rest needs (from the standard library, so that no scipy is)."""

from __future__ import annotations

import math
from statistics import NormalDist

_STANDARD = NormalDist()


def cdf(z: float) -> float:
    """P(Z <= z) for a standard normal Z; accurate in the far tails too.

    >>> round(cdf(1.959964), 6)
    0.975
    """
    return 0.5 * math.erfc(-z / math.sqrt(2))


def quantile(p: float) -> float:
    """The z with `cdf(z) = p`, for 0 < p < 1.

    >>> round(quantile(0.975), 4)
    1.96
    """
    return _STANDARD.inv_cdf(p)
