"""Rare events: a rate that may be looked at after every message, for as long as one likes, at any size.

Complaints come once in a thousand messages, so statements for large numbers do not hold at the sizes that matter. For
outcomes X in {0, 1} whose chance, given all that came before, is at most p, each tilt c > 1 makes

    M_n = c^(events) / (1 + (c - 1) p)^n

a supermartingale with mean at most 1, since E[c^X] = 1 + (c - 1) P(X = 1); an average over tilts fixed in advance is one
too, and reaches 1/alpha with probability alpha at most, ever (Ville 1939; Robbins, *Ann. Math. Stat.* 41, 1970; Howard,
Ramdas, McAuliffe and Sekhon, *Time-uniform Chernoff bounds via nonnegative supermartingales*, 2020). It grows with each
event and falls with each message without one, so an event that is told late can delay an alarm and never cause one.
With tilts below 1 the same says that a rate is low. Nothing is approximated.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# Odds ratios at which evidence is sought: from a rate a quarter too high to one thirty times too high, and their
# inverses with 0 ("no event at all") for a rate that is low.
UP = np.geomspace(1.25, 32.0, 12)
DOWN = np.concatenate([1 / UP, [0.0]])
MOST = 1e12  # evidence beyond this is told as this
Count = int | float | NDArray[np.int64]


def above(events: Count, n: Count, rate: float) -> NDArray[np.float64]:
    """The e-value against "the rate is at most `rate`"; counts may be arrays. `rate` in (0, 1).

    >>> [round(float(above(events, 1_000, 0.005))) for events in (5, 14, 20)]
    [0, 45, 60562]
    """
    s, m = np.asarray(events, np.float64)[..., None], np.asarray(n, np.float64)[..., None]
    return _mean(s * np.log(UP) - m * np.log1p((UP - 1) * rate))


def below(events: Count, n: Count, rate: float) -> NDArray[np.float64]:
    """The e-value against "the rate is at least `rate`"; counts may be arrays. `rate` in (0, 1).

    >>> [round(float(below(0, n, 0.003))) for n in (500, 1_000, 2_000)]
    [3, 12, 180]
    """
    s, m = np.asarray(events, np.float64)[..., None], np.asarray(n, np.float64)[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        tilted = np.where(s > 0, s * np.log(DOWN), 0.0)  # 0^0 is 1: no event speaks for the lowest rate of all
    return _mean(tilted - m * np.log1p((DOWN - 1) * rate))


def _mean(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.exp(np.clip(logs, -700, 700)).mean(axis=-1).clip(max=MOST), np.float64)


def lowest(events: int, n: int, alpha: float) -> float:
    """The rates below this one are ruled out, at every look together with probability 1 - `alpha`.

    >>> round(lowest(20, 1_000, 0.05), 4), lowest(0, 1_000, 0.05)
    (0.0092, 0.0)
    """
    if not events:
        return 0.0
    low, high = 0.0, events / n
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if above(events, n, middle) >= 1 / alpha else (low, middle)
    return low


def highest(events: int, n: int, alpha: float) -> float:
    """The rates above this one are ruled out, at every look together with probability 1 - `alpha`.

    >>> round(highest(0, 1_000, 0.05), 4), highest(0, 0, 0.05)
    (0.0036, 1.0)
    """
    low, high = events / max(n, 1), 1 - 1e-9
    if events >= n or below(events, n, high) < 1 / alpha:
        return 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if below(events, n, middle) >= 1 / alpha else (middle, high)
    return high


def size_for(rate: float, worst: float, alpha: float) -> int:
    """About how many outcomes show that a rate which is `rate` lies below `worst` (0 <= rate < worst < 1).

    >>> size_for(0.0005, 0.003, 0.05)
    2202
    """
    low, high = 1.0, 2.0
    while below(rate * high, high, worst) < 1 / alpha and high < 1e12:
        low, high = high, high * 2
    while high - low > max(1.0, high / 1000):
        middle = (low + high) / 2
        low, high = (low, middle) if below(rate * middle, middle, worst) >= 1 / alpha else (middle, high)
    return math.ceil(high)
