"""Confidence sequences: intervals that may be looked at at any moment, as often as one likes.

A fixed-sample 95 % interval looked at a hundred times errs in about a third of all experiments. A confidence sequence
contains the truth at *every* moment at once with probability 1 - alpha.

What is stated before the first datum is the planned size T. The error is spent in two parts:

* nine tenths up to T, on the boundary |S_n| >= C T^(1/4) n^(1/4) for a sum S_n of n terms of unit variance, that is
  C (T / n)^(1/4) standard errors (the power family of Wang and Tsiatis, *Biometrics* 43, 1987, here watched at every
  moment instead of a few). C makes a Brownian motion cross before T with probability 0.9 alpha, by `boundary.level`;
* one tenth after T, on Robbins' normal mixture started at T (Robbins and Siegmund 1970; the delayed start of Bibaut,
  Kallus and Lindon, *Near-optimal non-parametric sequential tests and confidence sequences*, 2022), for ever after.

Both hold for studentised means with finite variance, for large n, in the sense of Waudby-Smith, Arbour, Sinha, Kennedy
and Ramdas, *Time-uniform central limit theory* (2021); their own sequence (Theorem 2.2) reaches 3.04 standard errors at
the size it is tuned for, this one 2.42. A first look is stated too, before which nothing is said: large-n statements
need an n. Past T the interval widens once, so T is best stated as the most people that can come.
"""

from __future__ import annotations

import math

import msgspec

from gale.stats.boundary import SHAPE, level, mixture, tail
from gale.stats.interval import Interval, Moments
from gale.stats.pair import Pair

FIRST_LOOK = 0.02  # share of the planned size before which nothing is said, where the caller names no other
LEAST = 50  # … and never before so many


class Sequence(msgspec.Struct, frozen=True, kw_only=True):
    """A boundary fixed in advance: alpha, planned size and first look, both in the same count (people, decisions).

    >>> sequence = Sequence.plan(10_000)
    >>> [round(sequence.multiplier(n), 2) for n in (199, 1_000, 5_000, 10_000, 20_000)]
    [inf, 4.31, 2.88, 2.42, 3.68]
    """

    alpha: float
    planned: float
    first: int
    edge: float
    rho2: float
    log_c: float

    @classmethod
    def plan(cls, planned: float, *, alpha: float = 0.05, first: int | None = None) -> Sequence:
        """State the boundary before the first datum. `first` defaults to 2 % of `planned`, at least 50.

        Raises `ValueError` unless 0 < alpha < 1 and planned >= 2.
        """
        if not (0 < alpha < 1 and planned >= 2 and math.isfinite(planned)):
            raise ValueError(f"alpha {alpha} must lie in (0, 1), planned {planned} must be at least 2")
        start = max(LEAST, math.ceil(FIRST_LOOK * planned)) if first is None else max(2, first)
        tau, log_c = tail(alpha / 10)
        return cls(
            alpha=alpha, planned=float(planned), first=start, edge=level(0.9 * alpha), rho2=tau / planned, log_c=log_c
        )

    def multiplier(self, n: float) -> float:
        """How many standard errors the interval reaches to each side at size `n`; infinite before the first look."""
        if n < self.first:
            return math.inf
        if n <= self.planned:
            return float(self.edge * (self.planned / n) ** (0.5 - SHAPE))
        return mixture(n * self.rho2, self.log_c)

    def mean(self, moments: Moments) -> Interval:
        """The sequence's interval for a mean. A sample without any spread says nothing (its variance is not known)."""
        if moments.n < self.first or moments.variance <= 0:
            return Interval.unknown(moments.mean)
        reach = self.multiplier(moments.n) * math.sqrt(moments.variance / moments.n)
        return Interval(moments.mean, moments.mean - reach, moments.mean + reach)

    def difference(self, treated: Moments, holdout: Moments) -> Interval:
        """The interval for the difference of two means of people drawn at random into two groups.

        The difference of means is asymptotically the mean of n = n1 + n0 inverse-propensity terms whose variance is
        n (v1/n1 + v0/n0) (Waudby-Smith et al. 2021, section 3), so the one-sample boundary at n applies.
        """
        return Pair.of(treated, holdout).difference(self.multiplier(treated.n + holdout.n))

    def ratio(self, treated: Moments, holdout: Moments) -> Interval:
        """The interval for mean(treated) / mean(holdout) - 1 (`Pair.ratio`); each true ratio is lost with probability
        alpha at most, at all moments together."""
        return Pair.of(treated, holdout).ratio(self.multiplier(treated.n + holdout.n))


def mean_interval(moments: Moments, *, planned: int = 10_000, alpha: float = 0.05) -> Interval | None:
    """The always-valid interval for a mean whose size was expected to be about `planned`; `None` while it says
    nothing."""
    found = Sequence.plan(planned, alpha=alpha).mean(moments)
    return found if found.known else None
