"""Evidence that may be added up, looked at any time and searched through: e-values.

An e-value is a number that is 1 at most on average while the null holds, whenever one stops; 20 is worth a test at 5 %.
Averages of e-values are e-values however they hang together, which p-values cannot say of themselves. `select` finds
the true ones among many with a stated share of false ones (e-BH), `Mixture.reach` the intervals that go with them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from gale.stats.boundary import mixture
from gale.stats.normal import cdf

MOST = 1e12  # evidence beyond this is told as this


class Mixture(msgspec.Struct, frozen=True):
    """Robbins' normal mixture, stated before the first datum: the e-value of a studentised mean at any size.

    For a Brownian motion B, M_t = (1 + t r)^(-1/2) exp(B_t^2 r / (2 (1 + t r))) is a martingale with mean 1 (Robbins,
    *Ann. Math. Stat.* 41, 1970); mixed over drifts above zero only, 2 M_t Phi(B_t sqrt(r / (1 + t r))) is one while the
    drift is zero and a supermartingale while it is below (Howard, Ramdas, McAuliffe and Sekhon, *Ann. Stat.* 49, 2021,
    proposition 6). Studentised means are taken for Brownian motions as in Waudby-Smith et al. (2021): for large n.

    `r` is 1/people and chosen so that the interval at `alpha` is narrowest at the planned size (their equation 82).

    >>> evidence = Mixture.plan(10_000, alpha=0.05)
    >>> round(evidence.above(4.0, 10_000)), round(evidence.above(-4.0, 10_000), 2)
    (841, 0.06)
    """

    r: float

    @classmethod
    def plan(cls, planned: float, *, alpha: float) -> Mixture:
        """Raises `ValueError` unless 0 < alpha < 1 and planned >= 2."""
        if not (0 < alpha < 1 and planned >= 2 and math.isfinite(planned)):
            raise ValueError(f"alpha {alpha} must lie in (0, 1), planned {planned} must be at least 2")
        return cls((-2 * math.log(alpha) + math.log(-2 * math.log(alpha)) + 1) / planned)

    def above(self, z: float, n: float) -> float:
        """The e-value against "the mean is zero or below", from `z` standard errors at size `n`."""
        tau = n * self.r
        tilt = z * math.sqrt(tau / (1 + tau))
        return min(MOST, 2 * cdf(tilt) * math.exp(min(tilt * tilt / 2 - math.log1p(tau) / 2, 600.0)))

    def apart(self, z: float, n: float) -> float:
        """The e-value against "the mean is zero": the average of the two sides.

        >>> evidence = Mixture.plan(10_000, alpha=0.05)
        >>> evidence.apart(2.5, 8_000) == average([evidence.above(2.5, 8_000), evidence.above(-2.5, 8_000)])
        True
        """
        return average([self.above(z, n), self.above(-z, n)])

    def reach(self, alpha: float, n: float) -> float:
        """Standard errors to each side of the interval at level `alpha`: the means whose `apart` stays below 1/alpha.

        >>> evidence = Mixture.plan(10_000, alpha=0.05)
        >>> round(evidence.apart(evidence.reach(0.05, 5_000), 5_000), 6)
        20.0
        """
        return mixture(n * self.r, -math.log(alpha))


def average(evidence: Sequence[float]) -> float:
    """One e-value for "all of these nulls hold", whatever the dependence (Vovk and Wang, *Ann. Stat.* 49, 2021).

    >>> average([1.0, 39.0])
    20.0
    """
    return math.fsum(evidence) / len(evidence) if evidence else 1.0


def select(evidence: Sequence[float], *, alpha: float = 0.05) -> list[bool]:
    """e-BH: which of K nulls to reject so that at most a share `alpha` of the rejected is expected to be true.

    With the e-values in falling order, the k largest are taken for the largest k at which the k-th is at least
    K / (alpha k). Holds under any dependence (Wang and Ramdas, *False discovery rate control with e-values*, J. R.
    Stat. Soc. B 84, 2022, theorem 2); evidence of which nothing is known counts as 1 and still counts in K.

    >>> select([90.0, 1.0, 45.0, 12.0])
    [True, False, True, False]
    """
    order = sorted(range(len(evidence)), key=lambda i: -evidence[i])
    taken = 0
    for k, i in enumerate(order, start=1):
        if evidence[i] >= len(evidence) / (alpha * k):
            taken = k
    chosen = set(order[:taken])
    return [i in chosen for i in range(len(evidence))]


def selected_level(taken: int, of: int, *, alpha: float = 0.05) -> float:
    """The level of each interval after `taken` of `of` were selected: e-BY, alpha * taken / of.

    Of the intervals told for what was selected, at most a share `alpha` is expected to miss, whatever rule selected and
    however the data hang together (Xu, Wang and Ramdas, *Post-selection inference for e-value based confidence
    intervals*, 2022). Where nothing was selected the level of one is used. Together with `select`: selected is just what
    has an interval without zero.

    >>> selected_level(2, 20), selected_level(0, 20)
    (0.005, 0.0025)
    """
    return alpha * max(1, taken) / max(1, of)
