"""Sums of scores whose weights were fixed before each batch: what adaptive allocation needs."""

from __future__ import annotations

import math

import msgspec

from gale.stats.interval import Interval, Moments
from gale.stats.sequence import Sequence


class Weighted(msgspec.Struct, frozen=True):
    """Moments of weighted scores, the weights' sum, and the sum of squares to be expected. Adds up.

    Under a policy that follows what it sees, scores weighted by inverse propensities spread out as it makes up its mind.
    A weight chosen before the batch, about the inverse of the spread to be expected, keeps the sums a martingale and
    evens out its steps, so that "n scores" again measures what is known (Bibaut, Chambaz, Dimakopoulou, Kallus and van
    der Laan, *Post-contextual-bandit inference*, 2021). What is estimated is the weighted mean.

    A starved arm's rare answers carry most of the spread: while they fail to come the sample looks surer than it is.
    Where the spread to be expected is known (`expected`), an interval takes the larger of the two.

    >>> both = Weighted.of(Moments.of([1.0, 3.0]), 1.0) + Weighted.of(Moments.of([10.0]), 0.1)
    >>> round(both.mean, 3)
    2.381
    """

    moments: Moments = Moments()
    weight: float = 0.0
    expected: float = 0.0

    @classmethod
    def of(cls, scores: Moments, weight: float, expected: float = 0.0) -> Weighted:
        """One batch's scores under one positive weight; `expected` is a score's variance as foreseen (0: not known)."""
        moments = Moments(scores.n, weight * scores.total, weight * weight * scores.squares)
        return cls(moments, weight * scores.n, weight * weight * expected * scores.n)

    def __add__(self, other: Weighted) -> Weighted:
        return Weighted(self.moments + other.moments, self.weight + other.weight, self.expected + other.expected)

    @property
    def n(self) -> int:
        return self.moments.n

    @property
    def mean(self) -> float:
        """The weighted mean, in the scores' own unit; `nan` where there is none."""
        return self.moments.total / self.weight if self.weight > 0 else math.nan

    @property
    def variance(self) -> float:
        """The spread of one score as far as it matters for the mean: its standard error is sqrt(variance / n)."""
        if self.weight <= 0:
            return math.nan
        return max(self.moments.variance, self.expected / self.n) * (self.n / self.weight) ** 2

    def interval(self, sequence: Sequence) -> Interval:
        """The always-valid interval of the weighted mean, in the scores' own unit."""
        if self.weight <= 0:
            return Interval.unknown()
        if self.n < sequence.first or self.moments.variance <= 0:
            return Interval.unknown(self.mean)
        reach = sequence.multiplier(self.n) * math.sqrt(self.variance / self.n)
        return Interval(self.mean, self.mean - reach, self.mean + reach)
