"""What sums allow us to say: `Moments` that add up, and the `Interval` around an estimate."""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import NDArray


class Interval(msgspec.Struct, frozen=True):
    """An estimate and the range it is said to lie in, all in the estimate's own unit.

    A range that says nothing yet is `(-inf, inf)`: "not known yet" is not zero. JSON writes infinity as `null`.

    >>> Interval(0.02, 0.01, 0.03).above(0), Interval.unknown(0.02).above(0)
    (True, False)
    """

    estimate: float
    low: float
    high: float

    @classmethod
    def unknown(cls, estimate: float = math.nan) -> Interval:
        return cls(estimate, -math.inf, math.inf)

    @property
    def known(self) -> bool:
        """Whether both ends are finite."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    def above(self, value: float) -> bool:
        """Whether the whole range lies above `value`."""
        return self.low > value

    def scaled(self, factor: float) -> Interval:
        """The same statement in another unit; `factor` must not be negative."""
        if factor == 0:
            return Interval(0.0, 0.0, 0.0)
        return Interval(self.estimate * factor, self.low * factor, self.high * factor)


class Moments(msgspec.Struct, frozen=True):
    """Count, sum and sum of squares of one number a person: all that a mean and its sequence need. Adds up.

    `n` counts exactly; sums agree to 1e-12 relative whatever the order of adding.

    >>> a, b = Moments.of([0.0, 1.0]), Moments.of([1.0])
    >>> (a + b).n, round((a + b).mean, 3), round((a + b).variance, 3)
    (3, 0.667, 0.222)
    """

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    @classmethod
    def of(cls, values: NDArray[np.float64] | list[float]) -> Moments:
        """The moments of an array of finite numbers, shape `(n,)`."""
        v = np.asarray(values, dtype=np.float64)
        return cls(int(v.size), float(v.sum()), float(v @ v))

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @property
    def mean(self) -> float:
        """`nan` where nobody was counted."""
        return self.total / self.n if self.n else math.nan

    @property
    def variance(self) -> float:
        """Variance a person (divided by `n`), never negative; `nan` where nobody was counted."""
        if not self.n:
            return math.nan
        variance = self.squares / self.n - self.mean**2
        # Cancellation leaves about 1e-16 of the squares behind; a spread below that is none.
        return variance if variance > 1e-14 * self.squares / self.n else 0.0
