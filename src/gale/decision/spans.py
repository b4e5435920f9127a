"""What was learned, by when: so that what is old may count for less, while the sums still add up exactly.

Two grains of time. A *tick* (some 240 in a flight) holds how often each arm was shown and what it earned; an *epoch*, a
whole number of ticks, holds the full sums that a person-level model is made of. Nothing is ever thrown away: to forget
is to leave old sums out when a policy is made. Whoever adds adds by tick and epoch, and two servers add to one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gale.decision.tally import Tally

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

TICKS = 240  # a flight's
EPOCHS = 60  # a flight's, at most
ROOM = 4_000_000  # bytes that one slate's epochs may take


def width_for(arms: int, size: int) -> int:
    """Ticks an epoch, so that a flight's sums of so many arms and features stay below 4 MB.

    >>> width_for(8, 20), width_for(200, 64)
    (4, 240)
    """
    epochs = min(EPOCHS, max(1, ROOM // (8 * arms * size * size)))
    return -(-TICKS // epochs)


@dataclass(frozen=True)
class Spans:
    """Sums of one slate by time; `arms` are sorted. `counts` and `sums` (B, K) belong to `ticks` (B,), ascending;
    `epochs` has the full sums by epoch number, ascending, over all the arms. An epoch is `width` ticks."""

    width: int
    arms: tuple[str, ...]
    ticks: Ints
    counts: Floats
    sums: Floats
    epochs: Mapping[int, Tally]
    size: int

    @classmethod
    def empty(cls, arms: tuple[str, ...], size: int, width: int) -> Spans:
        ids = tuple(sorted(set(arms)))
        nothing = np.zeros((0, len(ids)))
        return cls(width, ids, np.zeros(0, dtype=np.intp), nothing, nothing, {}, size)

    @classmethod
    def of(
        cls,
        arms: tuple[str, ...],
        tick: Ints,
        arm: Ints,
        features: Floats,
        reward: Floats,
        width: int,
        personal: NDArray[np.bool_] | None = None,
    ) -> Spans:
        """Sums of one batch: `tick` (n,) of each decision, the rest as in `Tally.of`.

        Decisions that were `personal` (n,) enter the epochs alone: an arm shown to those who like it tells nothing of
        its rate among everybody.
        """
        ids = tuple(sorted(set(arms)))
        at = np.searchsorted(np.array(ids), np.array(arms))[arm]
        ticks, row = np.unique(tick, return_inverse=True)
        cell, k = row * len(ids) + at, len(ids)
        told = np.ones(len(tick)) if personal is None else (~personal).astype(np.float64)
        counts, sums = (
            np.bincount(cell, weights=w, minlength=len(ticks) * k).astype(np.float64).reshape(-1, k)
            for w in (told, reward * told)
        )
        epoch = tick // width
        epochs = {int(e): Tally.of(ids, at[m], features[m], reward[m]) for e in np.unique(epoch) for m in [epoch == e]}
        return cls(width, ids, ticks.astype(np.intp), counts, sums, epochs, features.shape[1])

    def __add__(self, other: Spans) -> Spans:
        """Ticks, epochs and arms that only one side knows keep their sums; width and features must agree."""
        arms = tuple(sorted({*self.arms, *other.arms}))
        ticks = np.union1d(self.ticks, other.ticks).astype(np.intp)
        counts: Floats = np.zeros((len(ticks), len(arms)))
        sums: Floats = np.zeros((len(ticks), len(arms)))
        for part in (self, other):
            if len(part.ticks):
                where = np.ix_(np.searchsorted(ticks, part.ticks), np.searchsorted(np.array(arms), np.array(part.arms)))
                counts[where] += part.counts
                sums[where] += part.sums
        parts = [{e: _over(arms, tally) for e, tally in side.epochs.items()} for side in (self, other)]
        epochs = {
            e: _plus([part[e] for part in parts if e in part]) for e in sorted(self.epochs.keys() | other.epochs.keys())
        }
        return Spans(self.width, arms, ticks, counts, sums, epochs, self.size)

    @cached_property
    def tally(self) -> Tally:
        """Everything, old and new."""
        return self.since(None)

    def since(self, epoch: int | None) -> Tally:
        """The full sums from an epoch on; `None`: from the beginning."""
        found = [tally for number, tally in self.epochs.items() if epoch is None or number >= epoch]
        return _plus(found) if found else Tally.empty(self.arms, self.size)

    def by_tick(self, arms: tuple[str, ...]) -> tuple[Floats, Floats]:
        """Counts and sums (B, K) with arms in the order asked for; one not known yet has none."""
        place = {name: i for i, name in enumerate(self.arms)}
        counts, sums = np.zeros((len(self.ticks), len(arms))), np.zeros((len(self.ticks), len(arms)))
        for i, name in enumerate(arms):
            if name in place:
                counts[:, i], sums[:, i] = self.counts[:, place[name]], self.sums[:, place[name]]
        return counts, sums


def _over(arms: tuple[str, ...], tally: Tally) -> Tally:
    return tally if tally.arms == arms else tally.ordered(arms)


def _plus(parts: Sequence[Tally]) -> Tally:
    """The sum of tallies over the same arms in the same order."""
    return parts[0] if len(parts) == 1 else Tally.total(parts)
