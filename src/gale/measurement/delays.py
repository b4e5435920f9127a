"""How long outcomes take to reach us, and whether those of late take longer than usual.

An outcome that takes long is heard of only if it happened long enough ago: what has arrived by now is too quick a sample.
The distribution is therefore estimated backwards, from the longest delay down: of the outcomes that could have been seen
with a delay up to d, the share that took just d (the product-limit estimate under right truncation: Lynden-Bell, *Mon.
Not. R. Astron. Soc.* 155, 1971; for reporting delays Kalbfleisch and Lawless, *J. Am. Stat. Assoc.* 84, 1989).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from gale.stats import split_alarm

HOUR = 3_600_000
# Edges in ms: up to a minute, an hour, six, a day, and on to a quarter of a year; what takes longer is in the last bin.
EDGES = tuple(int(h * HOUR) for h in (1 / 60, 0.25, 1, 3, 6, 12, 24, 48, 72, 120, 168, 336, 720, 1440, 2160))
SLOW = 0.9  # "longer than usual" is longer than this share of those before took
LEAST_BEFORE, LEAST_LATELY = 100, 30  # outcomes, before anything is compared
ERRORS = 3.0  # standard errors of the earlier share that late arrivals must pass


class Delays(msgspec.Struct, frozen=True):
    """The estimated distribution of delays: `reached[k]` is the share of outcomes heard of within `EDGES[k]`. `n` counts
    what it rests on; empty where nothing is known."""

    n: int
    reached: tuple[float, ...]

    @classmethod
    def of(cls, heard: Sequence[tuple[int, int]], *, now: int) -> Delays:
        """From `(happened, received)` in ms UTC; a clock that is ahead counts as no delay.

        >>> delays = Delays.of([(0, 2 * HOUR)] * 60 + [(0, 30 * HOUR)] * 40, now=5_000 * HOUR)
        >>> delays.within(4 * HOUR), delays.within(100 * HOUR), delays.quantile(0.5) / HOUR
        (0.6, 1.0, 3.0)
        """
        if not heard:
            return cls(0, ())
        times = np.asarray(heard, dtype=np.float64)
        delay = np.searchsorted(EDGES, np.maximum(times[:, 1] - times[:, 0], 0), side="left")
        could = np.searchsorted(EDGES, np.maximum(now - times[:, 0], 0), side="left")
        bins = len(EDGES) + 1
        just = np.bincount(delay, minlength=bins).astype(np.float64)
        # At risk in bin k: heard of within k, and old enough to have been heard of with that much delay.
        risk = np.array([float(((delay <= k) & (could >= k)).sum()) for k in range(bins)])
        stays = np.divide(risk - just, risk, out=np.ones(bins), where=risk > 0)
        reached: NDArray[np.float64] = np.append(np.cumprod(stays[::-1])[::-1][1:], 1.0)
        return cls(len(heard), tuple(float(v) for v in np.clip(reached, 0.0, 1.0)))

    def within(self, ms: float) -> float:
        """The share of outcomes heard of within `ms`, never rounded up: the last edge at or below it counts."""
        if not self.n:
            return 1.0
        k = int(np.searchsorted(EDGES, ms, side="right"))
        return self.reached[k - 1] if k else 0.0

    def quantile(self, share: float) -> int | None:
        """The edge (ms) within which this share is heard of; `None` where it takes longer than the last."""
        return next(
            (edge for edge, reached in zip(EDGES, self.reached, strict=False) if reached >= share - 1e-12), None
        )

    def settled(self, closed: Iterable[int], *, now: int) -> float | None:
        """Of the orders of people whose windows closed at these times, the share that should have reached us by now.

        Each is taken as if it happened at the window's end: a floor, not a guess. `None` where nobody is counted or
        nothing is known of delays.
        """
        ages = np.asarray(list(closed), dtype=np.float64)
        if not ages.size or not self.n:
            return None
        known = np.append(0.0, self.reached[: len(EDGES)])
        return float(known[np.searchsorted(EDGES, now - ages, side="right")].mean())


class Later(msgspec.Struct, frozen=True):
    """What arrived lately against before: `slow` of `n` took longer than `usual` (ms), the delay that nine of ten of the
    earlier ones did not exceed; `evidence` is the e-value against "as before", an alarm at 1000."""

    n: int
    slow: int
    usual: int
    evidence: float
    alarm: bool


def later(before: Sequence[int], lately: Sequence[int]) -> Later | None:
    """Whether delays (ms) grew: how many of the late arrivals lie beyond the earlier ones' ninth decile.

    The same sequential test as for the split of the groups, against the share beyond it before, and three standard
    errors more: that share is itself an estimate, and many late arrivals would ring for its error alone. Both must have
    had the same chance to be slow (`comparable`). `None` while either is too few to say.
    """
    if len(before) < LEAST_BEFORE or len(lately) < LEAST_LATELY:
        return None
    usual = float(np.quantile(np.asarray(before, dtype=np.float64), SLOW, method="higher"))
    beyond = max(float((np.asarray(before) > usual).mean()), 1 - SLOW)
    unsure = beyond + ERRORS * math.sqrt(beyond * (1 - beyond) / len(before))
    slow = sum(d > usual for d in lately)
    found = split_alarm(slow, len(lately) - slow, unsure)
    return Later(len(lately), slow, int(usual), found.evidence, found.alarm and slow > unsure * len(lately))


def comparable(heard: Iterable[tuple[int, int]], *, launched: int, lately: int) -> tuple[list[int], list[int]]:
    """The delays (ms) of arrivals before `lately` and since, of `(happened, received)` since `launched`, all ms UTC.

    Soon after the launch nothing can have taken long, so that what arrives later looks slow by itself. Only delays up to
    half the time before `lately` are compared, and only arrivals from when such a delay was possible.

    >>> comparable([(10, 60), (0, 90), (95, 120), (10, 120)], launched=0, lately=100)
    ([50], [25])
    """
    most = (lately - launched) // 2
    kept = [(r, max(0, r - t)) for t, r in heard if r - t <= most and r >= launched + most]
    return [d for r, d in kept if r <= lately], [d for r, d in kept if r > lately]
