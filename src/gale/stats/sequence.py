"""Confidence sequences: intervals that may be looked at at any moment, as often as one likes.

A fixed-sample 95 % interval looked at a hundred times errs in about a third of all experiments. A confidence sequence
contains the truth at *every* moment at once with probability 1 - alpha.

The boundary is Robbins' normal mixture with a delayed start. With S_n a sum of n terms of unit variance,

    M_n = (1 + n rho^2)^(-1/2) exp(S_n^2 rho^2 / (2 (1 + n rho^2)))

is a martingale (Robbins, *Ann. Math. Stat.* 41, 1970). Applied to studentised means it gives the asymptotic confidence
sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, *Time-uniform central limit theory* (2021, Theorem 2.2),
which rejects once M_n >= 1/alpha. That spends error on moments before anybody looks. Here nothing is said before a
stated first look m, so the level c may be lower: for a continuous path, P(M reaches c at or after m) is

    P(M_m >= c) + E[M_m; M_m < c] / c = 2 Phi(-b) + (2 Phi(b / sqrt(r)) - 1) / c,    r = 1 + m rho^2, M_m(b sqrt(m)) = c

and c solves it for alpha (Robbins and Siegmund 1970; Bibaut, Kallus and Lindon, *Near-optimal non-parametric sequential
tests*, 2022, use the same start). `rho` is chosen so that the interval is narrowest at the planned size, which is
stated before the experiment begins. Nothing else is assumed but finite variance: the statements hold for large n, which
is what the first look is for.
"""

from __future__ import annotations

import math
from functools import lru_cache

import msgspec

from gale.stats.interval import Interval, Moments
from gale.stats.normal import cdf

FIRST_LOOK = 0.05  # share of the planned size before which nothing is said, where the caller names no other


class Sequence(msgspec.Struct, frozen=True, kw_only=True):
    """A boundary fixed in advance: alpha, the planned size, and the first look, both in the same count (people).

    It stays valid beyond `planned`; it is only narrowest there.

    >>> sequence = Sequence.plan(10_000)
    >>> sequence.first, round(sequence.multiplier(10_000), 2), sequence.multiplier(499)
    (500, 2.63, inf)
    """

    alpha: float
    planned: float
    first: int
    rho2: float
    log_c: float

    @classmethod
    def plan(cls, planned: float, *, alpha: float = 0.05, first: int | None = None) -> Sequence:
        """State the boundary before the first datum. `first` defaults to 5 % of `planned`, at least 2.

        Raises `ValueError` unless 0 < alpha < 1 and planned >= 2.
        """
        if not (0 < alpha < 1 and planned >= 2 and math.isfinite(planned)):
            raise ValueError(f"alpha {alpha} must lie in (0, 1), planned {planned} must be at least 2")
        start = max(2, math.ceil(FIRST_LOOK * planned) if first is None else first)
        share = min(1.0, start / planned)
        tau, log_c = _tuned(round(alpha, 9), round(share, 9))
        return cls(alpha=alpha, planned=float(planned), first=start, rho2=tau / planned, log_c=log_c)

    def multiplier(self, n: float) -> float:
        """How many standard errors the interval reaches to each side at size `n`; infinite before the first look."""
        if n < self.first:
            return math.inf
        r = 1 + n * self.rho2
        return math.sqrt(2 * r / (r - 1) * (self.log_c + math.log(r) / 2))

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
        if not (treated.n and holdout.n):
            return Interval.unknown()
        estimate = treated.mean - holdout.mean
        error2 = treated.variance / treated.n + holdout.variance / holdout.n
        n = treated.n + holdout.n
        if n < self.first or error2 <= 0:
            return Interval.unknown(estimate)
        reach = self.multiplier(n) * math.sqrt(error2)
        return Interval(estimate, estimate - reach, estimate + reach)

    def ratio(self, treated: Moments, holdout: Moments) -> Interval:
        """The interval for mean(treated) / mean(holdout) - 1, by Fieller's inversion of the sequence.

        A ratio r is kept while the sequence for E[treated] - r E[holdout] holds zero, |m1 - r m0| <= u s(r); each true
        r is lost with probability alpha at most, at all moments together. Where the holdout's own mean is not yet known
        to differ from zero, there is no upper end. Means must not be negative for the ratio to mean anything.
        """
        if not (treated.n and holdout.n) or holdout.mean <= 0:
            return Interval.unknown()
        estimate = treated.mean / holdout.mean - 1
        n = treated.n + holdout.n
        v1, v0 = treated.variance / treated.n, holdout.variance / holdout.n
        if n < self.first or v1 + v0 <= 0:
            return Interval.unknown(estimate)
        u2 = self.multiplier(n) ** 2
        # (m1 - r m0)^2 = u^2 (v1 + r^2 v0) as a r^2 - 2 b r + c = 0
        a = holdout.mean**2 - u2 * v0
        b = treated.mean * holdout.mean
        c = treated.mean**2 - u2 * v1
        if a <= 0:
            return Interval.unknown(estimate)
        root = math.sqrt(max(0.0, b * b - a * c))
        return Interval(estimate, (b - root) / a - 1, (b + root) / a - 1)


def crossing(tau: float, share: float, log_c: float) -> float:
    """P(the mixture reaches level c at or after the first look), time in units of the planned size."""
    r = 1 + share * tau
    b2 = 2 * r / (r - 1) * (log_c + math.log(r) / 2)
    if b2 <= 0:
        return 1.0
    b = math.sqrt(b2)
    return 2 * cdf(-b) + (2 * cdf(b / math.sqrt(r)) - 1) * math.exp(-log_c)


@lru_cache(maxsize=256)
def _tuned(alpha: float, share: float) -> tuple[float, float]:
    """rho^2 (in units of 1/planned) that makes the interval narrowest at the planned size, and its log level c."""

    def level(tau: float) -> float:
        low, high = -math.log1p(share * tau) / 2, -math.log(alpha)
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if crossing(tau, share, middle) > alpha else (low, middle)
        return high

    def width(log_tau: float) -> float:
        tau = math.exp(log_tau)
        return 2 * (1 + tau) / tau * (level(tau) + math.log1p(tau) / 2)

    low, high = math.log(0.05), math.log(500.0)
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(40):
        x, y = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, y) if width(x) < width(y) else (x, high)
    tau = math.exp((low + high) / 2)
    return tau, level(tau)
