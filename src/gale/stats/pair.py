"""Two estimated means side by side: what may be said of their difference and of their ratio."""

from __future__ import annotations

import math

import msgspec

from gale.stats.interval import Interval, Moments


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """The means of two groups with the variances of these means (not of a person) and their covariance.

    Groups drawn apart have no covariance; adjusted means have one, since both are moved to the same centre. How many
    standard errors a statement reaches to each side is the caller's: a `Sequence`'s multiplier or a `Mixture`'s reach.
    """

    one: float
    other: float
    var_one: float
    var_other: float
    covariance: float = 0.0

    @classmethod
    def of(cls, one: Moments, other: Moments) -> Pair:
        """Plain means; not-a-number where a group is empty, of which every statement is "unknown"."""
        if not (one.n and other.n):
            return cls(one=math.nan, other=math.nan, var_one=math.nan, var_other=math.nan)
        return cls(one=one.mean, other=other.mean, var_one=one.variance / one.n, var_other=other.variance / other.n)

    @property
    def error(self) -> float:
        """Standard error of the difference; 0 where nothing spreads, not-a-number where a group is empty."""
        square = self.var_one + self.var_other - 2 * self.covariance
        return math.sqrt(max(square, 0.0)) if not math.isnan(square) else math.nan

    @property
    def z(self) -> float:
        """The difference in standard errors; 0 where its spread is not known."""
        return (self.one - self.other) / self.error if self.error > 0 else 0.0

    def difference(self, reach: float) -> Interval:
        """one - other; unknown where nothing spreads (the variance is then not known)."""
        estimate = self.one - self.other
        if not self.error > 0 or math.isinf(reach):
            return Interval.unknown(estimate)
        return Interval(estimate, estimate - reach * self.error, estimate + reach * self.error)

    def ratio(self, reach: float) -> Interval:
        """one / other - 1, by Fieller's inversion (*J. R. Stat. Soc. B* 16, 1954) of the statement on one - r other.

        A ratio r is kept while |one - r other| <= u s(r) with s(r)^2 = v1 - 2 r c + r^2 v0; each true r is lost no more
        often than the difference is. Where `other` is not yet known to differ from zero, nothing is said. Means must not
        be negative for the ratio to mean anything.

        >>> pair = Pair(one=0.075, other=0.06, var_one=1e-6, var_other=4e-6)
        >>> found = pair.ratio(2.0)
        >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
        (0.25, 0.165, 0.346)
        """
        if not self.error > 0 or not self.other > 0 or math.isinf(reach):
            return Interval.unknown(self.one / self.other - 1 if self.other > 0 else math.nan)
        estimate, u2 = self.one / self.other - 1, reach * reach
        # (m1 - r m0)^2 = u^2 s(r)^2, written as a r^2 - 2 b r + c = 0
        a = self.other**2 - u2 * self.var_other
        b = self.one * self.other - u2 * self.covariance
        c = self.one**2 - u2 * self.var_one
        if a <= 0:
            return Interval.unknown(estimate)
        root = math.sqrt(max(0.0, b * b - a * c))
        return Interval(estimate, (b - root) / a - 1, (b + root) / a - 1)
