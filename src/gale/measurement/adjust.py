"""What was known before takes its share of the noise away: regression adjustment (CUPED), from sums alone.

With x what was known of a person before she entered, mean(y) - b (mean(x) - centre) has the same expectation as mean(y)
in a group drawn by lot, for any b, and less spread when x foretells y (Deng, Xu, Kohavi and Walker, *Improving the
sensitivity of online controlled experiments by utilizing pre-experiment data*, 2013). Here b is the one that makes the
difference's variance smallest, from both groups together,

    b = (S1/n1 + S0/n0)^-1 (c1/n1 + c0/n0)

with S the covariance of x and c that of x and y in a group (Lin, *Ann. Appl. Stat.* 7, 2013, with one b). Estimating it
costs (b - b*) (mean1(x) - mean0(x)), a product of two errors that is of order log log n / n, below the sequence's own
width at every n; so the sequence holds as for plain means (Lindon, Ham, Tingley and Bojinov, *Anytime-valid linear
models and regression adjusted causal inference*, 2022; Waudby-Smith et al. 2021, section 3).
"""

from __future__ import annotations

import msgspec
import numpy as np

from gale.measurement.sums import Floats, GroupSums
from gale.stats import Moments, Pair

LEAST_EACH = 30  # people a group for each number known, before anything is adjusted
LEAST_HELP = 0.01  # share of the variance that must go before the adjusted figure leads


class Adjusted(msgspec.Struct, frozen=True):
    """The adjusted means of both groups, and the share of the difference's variance that what was known took away."""

    pair: Pair
    reduction: float

    @property
    def helps(self) -> bool:
        """Looks at variances only, never at the lift: choosing by it makes no false winner."""
        return self.reduction >= LEAST_HELP


def adjust(treated: GroupSums, holdout: GroupSums, *, money: bool = False) -> Adjusted | None:
    """Orders (or the money within its bound) of both groups, adjusted; `None` where nothing known could help yet."""
    d = len(treated.known)
    if not d or d != len(holdout.known) or min(treated.n, holdout.n) < LEAST_EACH * d:
        return None
    one, other = _side(treated, money), _side(holdout, money)
    spread = one.s / one.n + other.s / other.n
    shared = one.c / one.n + other.c / other.n
    # A number that never varies, or says what others said already, has no direction of its own and gets nothing.
    b = np.linalg.pinv(spread, rcond=1e-8, hermitian=True) @ shared
    centre = (one.n * one.x + other.n * other.x) / (one.n + other.n)
    raw = one.y.variance / one.n + other.y.variance / other.n
    if raw <= 0:
        return None
    n = one.n + other.n
    # Var(mean of g) = residual's / n_g + common centre's, the two hanging together by cov(residual, b x).
    rest = [float(g.y.variance - 2 * b @ g.c + b @ g.s @ b) for g in (one, other)]
    hang = [float(b @ g.c - b @ g.s @ b) for g in (one, other)]
    moved = float(b @ (one.n * one.s + other.n * other.s) @ b) / n
    pair = Pair(
        one=one.y.mean - float(b @ (one.x - centre)),
        other=other.y.mean - float(b @ (other.x - centre)),
        var_one=max(rest[0], 0.0) / one.n + (moved + 2 * hang[0]) / n,
        var_other=max(rest[1], 0.0) / other.n + (moved + 2 * hang[1]) / n,
        covariance=(moved + hang[0] + hang[1]) / n,
    )
    return Adjusted(pair, max(0.0, 1 - pair.error**2 / raw))


class _Side(msgspec.Struct):
    n: int
    y: Moments
    x: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    s: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    c: np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def _side(group: GroupSums, money: bool) -> _Side:
    response: tuple[Moments, Floats] = (
        (group.bounded_moments, group.known_bounded) if money else (group.order_moments, group.known_orders)
    )
    y, products = response
    x = np.asarray(group.known) / group.n
    squares = np.asarray(group.known_squares).reshape(len(x), len(x))
    return _Side(group.n, y, x, squares / group.n - np.outer(x, x), np.asarray(products) / group.n - x * y.mean)
