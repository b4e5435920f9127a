"""Fronts: where a variant's answer rate changed, found while it happens, with false alarms that are bounded.

For each arm, each tick k and each ratio r an e-process says "since k it is answered r times as often": with n0 and n1
showings before and since k, n together, and s1 of the s answers since k,

    e = r^s1 (n / (n0 + r n1))^s,

the likelihood ratio of where the answers fell, whatever the rate is. (It is what remains of two Poisson likelihoods when
the unknown rate has its right Haar prior, so that it needs no plug-in and pays no penalty for it: Pérez-Ortiz, Lardy, de
Heide, Grünwald, *E-statistics, group invariance and anytime-valid testing*, Ann. Stat. 52, 2024. Yes-or-no answers
scatter less than Poisson ones.) The sum over k is an e-detector (Shin, Ramdas, Rinaldo, *E-detectors*, New Engl. J. Stat.
Data Sci. 2, 2024): raised at `ALARM`, an arm that never changes waits `ALARM` ticks or more for its first false front, on
average, whatever its rate and however it was allocated: at 240 ticks a flight and eight arms, less than one false front
in two flights; in trials far fewer.

A front is no constant discount: until there is one, everything counts. After it, the arm's own past counts no more and
the other arms' past counts a quarter, since what changes one often changes the others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

ALARM = 4_000.0  # ticks
RATIOS = (0.4, 0.6, 1.6, 2.5)  # changes that are looked for; those between and beyond are seen a little later
KEEP = 0.25  # what the other arms' past counts after a front
LEAST = 4  # ticks before anything is looked for
LAGS = (1, 8)  # ticks between which rates are compared to see how much they wander anyway


class Front(msgspec.Struct, frozen=True, order=True):
    """From `tick` on, `arm` earns more (`"up"`) or less (`"down"`) than before; `arm` `""` and `"tastes"`: who likes
    what has changed. `n` closed decisions of the slate were known when it was seen."""

    tick: int
    arm: str
    direction: Literal["up", "down", "tastes"]
    n: int


def find(
    arms: Sequence[str], ticks: Ints, counts: Floats, sums: Floats, known: Iterable[Front], *, alarm: float = ALARM
) -> list[Front]:
    """Fronts not known yet, in the order found: `counts` and `sums` (B, K) by tick.

    >>> shown = np.full((40, 1), 50.0)
    >>> answered = np.where(np.arange(40) < 25, 10.0, 2.0)[:, None]
    >>> find(["v_1"], np.arange(40), shown, answered, [])
    [Front(tick=25, arm='v_1', direction='down', n=2000)]
    """
    found: list[Front] = []
    n = int(counts.sum())
    wander = _wander(counts, sums)
    start = max((f.tick for f in known), default=None)
    while True:
        rows = np.ones(len(ticks), dtype=bool) if start is None else ticks >= start
        if rows.sum() < LEAST:
            return found
        e = _by_start(counts[rows], sums[rows] / wander)
        total = np.logaddexp.reduce(e, axis=0)
        arm = int(total.argmax())
        if total[arm] < math.log(alarm):
            return found
        at = int(e[:, arm].argmax()) + 1
        c, s = counts[rows][:, arm], sums[rows][:, arm]
        better = s[at:].sum() / c[at:].sum() > s[:at].sum() / c[:at].sum()
        start = int(ticks[rows][at])
        found.append(Front(start, arms[arm], "up" if better else "down", n))


def weights(arms: Sequence[str], ticks: Ints, fronts: Iterable[Front]) -> Floats:
    """How much each tick of each arm counts today, shape (B, K)."""
    weight = np.ones((len(ticks), len(arms)))
    for front in fronts:
        past = ticks < front.tick
        for i, arm in enumerate(arms):
            weight[past, i] *= 0.0 if arm == front.arm else KEEP
    return weight


def tired(arms: Sequence[str], rates: Floats, fronts: Iterable[Front]) -> tuple[str, ...]:
    """Arms that should rest: their newest front is a fall, and another arm now earns more. `rates` (K,) as of today.

    A later rise, or a fall of the others below it, wakes an arm again; meanwhile its explored share keeps watch.
    """
    newest = {f.arm: f.direction for f in sorted(fronts)}
    best = rates.max(initial=0.0)
    return tuple(a for a, r in zip(arms, rates, strict=True) if newest.get(a) == "down" and r < best)


def _by_start(counts: Floats, sums: Floats) -> Floats:
    """Log e-value of "changed after the first i ticks", i = 1 … B - 1, shape (B - 1, K); -inf without data on a side.

    >>> n, s = np.array([[100.0], [100.0]]), np.array([[6.0], [14.0]])
    >>> bool(np.isclose(_by_start(n, s), np.log(np.mean([r**14 * (200 / (100 + r * 100)) ** 20 for r in RATIOS]))))
    True
    """
    n, s = counts.cumsum(axis=0), sums.cumsum(axis=0)
    n0, n1, since = n[:-1], n[-1] - n[:-1], s[-1] - s[:-1]
    known = (n0 > 0) & (n1 > 0)
    whole = np.where(known, n[-1], 1.0)
    each = [
        math.log(r) * since + s[-1] * np.log(whole / np.where(known, n0 + r * n1, 1.0)) - math.log(len(RATIOS))
        for r in RATIOS
    ]
    return np.asarray(np.where(known, np.logaddexp.reduce(each, axis=0), -np.inf))


def _wander(counts: Floats, sums: Floats) -> float:
    """How many times more than chance the rates of neighbouring ticks differ; 1 where they do not, provably.

    Days and hours move all rates a little. Sums are divided by this factor (a quasi-likelihood; Wedderburn, 1974), so
    that a rhythm is not taken for a change; one step hardly moves it, being in few of the pairs.
    """
    pooled = sums.sum(axis=0) / np.maximum(counts.sum(axis=0), 1.0)
    rates = np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)
    found = 1.0
    for lag in LAGS:
        both = (counts[lag:] > 0) & (counts[:-lag] > 0)
        if both.sum() < 2 * LEAST:
            continue
        squares = ((rates[lag:] - rates[:-lag]) ** 2)[both]
        chance = (pooled * (1 - pooled) * np.ones_like(counts[lag:]))[both] * (
            1 / counts[lag:][both] + 1 / counts[:-lag][both]
        )
        if chance.sum() > 0:
            ratio = float((squares / np.maximum(chance, 1e-12)).mean())
            error = float((squares / np.maximum(chance, 1e-12)).std()) / math.sqrt(both.sum())
            if ratio - 3 * error > 1:
                found = max(found, ratio)
    return found
