"""How often a Brownian motion crosses a boundary: the arithmetic behind `Sequence` and `power`.

Time is counted in units of the planned size, so that everything here depends on alpha alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from gale.stats.normal import cdf

SHAPE = 0.25  # exponent of the boundary C t^SHAPE up to the planned size; 0 would be a horizontal line, 1/2 a parabola
START = 0.02  # from where crossings are counted; those before have a probability below 1e-7

# Levels and drifts that are used all the time, from `solve_level` and `solve_drift` below on a fine grid; a test makes
# them again.
_LEVELS = {0.09: 2.1566, 0.045: 2.4222, 0.0225: 2.6659, 0.009: 2.9618}
_DRIFTS = {(0.045, 0.8): 3.0056, (0.045, 0.9): 3.4582}


def crossing(edge: float, drift: float = 0.0, *, steps: int = 160, grid: int = 241) -> float:
    """P(|B_t + drift t| >= edge t^SHAPE for some t in [START, 1]), B a standard Brownian motion.

    The density of the paths still inside is carried from step to step in log time (Armitage, McPherson and Rowe,
    *J. R. Stat. Soc. A* 132, 1969); between two steps the boundary is taken as a straight line and a bridge crosses it
    with probability exp(-2 (g - x)(g' - y) / dt), one side at a time.
    """
    t = np.exp(np.linspace(math.log(START), 0.0, steps))
    g = edge * t**SHAPE
    u = np.linspace(-1.0, 1.0, grid)
    weight = np.full(grid, 2.0 / (grid - 1))
    weight[[0, -1]] /= 2
    x = u * g[0]
    inside = np.exp(-((x - drift * t[0]) ** 2) / (2 * t[0])) / math.sqrt(2 * math.pi * t[0]) * weight * g[0]
    for i in range(1, steps):
        dt = t[i] - t[i - 1]
        y = u * g[i]
        step = np.exp(-((y - x[:, None] - drift * dt) ** 2) / (2 * dt)) / math.sqrt(2 * math.pi * dt)
        over = np.exp(-2 * np.outer(g[i - 1] - x, g[i] - y) / dt)
        under = np.exp(-2 * np.outer(g[i - 1] + x, g[i] + y) / dt)
        inside = (inside @ (step * np.clip(1 - over - under, 0, None))) * weight * g[i]
        x = y
    return float(1 - inside.sum())


@lru_cache(maxsize=64)
def level(alpha: float) -> float:
    """The C at which |B_t| crosses C t^SHAPE before t = 1 with probability `alpha`."""
    known = _LEVELS.get(round(alpha, 6))
    return solve_level(alpha, steps=60, grid=101) if known is None else known


@lru_cache(maxsize=64)
def drift_for(alpha: float, power: float) -> float:
    """The drift at which a sequence of that level has crossed by t = 1 with probability `power`."""
    known = _DRIFTS.get((round(alpha, 6), round(power, 6)))
    return solve_drift(alpha, power, steps=60, grid=101) if known is None else known


def solve_level(alpha: float, *, steps: int, grid: int) -> float:
    return _bisect(lambda c: crossing(c, steps=steps, grid=grid) <= alpha, 0.5, 7.0)


def solve_drift(alpha: float, power: float, *, steps: int, grid: int) -> float:
    edge = level(alpha)
    return _bisect(lambda d: crossing(edge, d, steps=steps, grid=grid) >= power, 0.0, 12.0)


def mixture(tau: float, log_c: float) -> float:
    """Where Robbins' normal mixture reaches the level exp(log_c), in standard errors, at tau = n rho^2."""
    return math.sqrt(2 * (1 + tau) / tau * (log_c + math.log1p(tau) / 2))


@lru_cache(maxsize=64)
def tail(alpha: float) -> tuple[float, float]:
    """rho^2 (in units of 1 / planned size) and log level of the mixture that starts at t = 1 and has error `alpha`.

    M_t = (1 + t rho^2)^(-1/2) exp(B_t^2 rho^2 / (2 (1 + t rho^2))) is a martingale with continuous paths that end at 0,
    so it reaches c at or after t = 1 with probability P(M_1 >= c) + E[M_1; M_1 < c] / c, which for r = 1 + rho^2 and
    M_1 = c at |B_1| = b is 2 Phi(-b) + (2 Phi(b / sqrt(r)) - 1) / c. rho is chosen for twice the planned size.
    """

    def log_level(tau: float) -> float:
        def kept(log_c: float) -> bool:
            b = mixture(tau, log_c)
            return 2 * cdf(-b) + (2 * cdf(b / math.sqrt(1 + tau)) - 1) * math.exp(-log_c) <= alpha

        return _bisect(kept, 0.0, -math.log(alpha))

    candidates = np.geomspace(0.3, 300.0, 60)
    widths = [mixture(2 * tau, log_level(tau)) for tau in candidates]
    best = float(candidates[int(np.argmin(widths))])
    return best, log_level(best)


def _bisect(holds: Callable[[float], bool], low: float, high: float) -> float:
    """The smallest value in [low, high] from which on `holds` (monotone), to 1e-5."""
    while high - low > 1e-5:
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
