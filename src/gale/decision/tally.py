"""What was learned of one slate: sums a variant, which add up exactly over batches, servers and cities.

A linear-Gaussian model of any structure over (variant, person) is a function of these sums, and so is a count of
answers. The prior enters when a policy is made of them, never before: that is why two servers' learning can be added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Tally:
    """Sums over closed decisions, `K` arms in the order of their ids, `d` features (the first is 1).

    `gram` (K, d, d) sums x x^T, `cross` (K, d) sums r x, `squares` (K,) sums r^2. Because the first feature is 1,
    `gram[:, 0, 0]` counts decisions (exactly, up to 2^53) and `cross[:, 0]` sums rewards.
    """

    arms: tuple[str, ...]
    gram: Floats
    cross: Floats
    squares: Floats

    @classmethod
    def empty(cls, arms: tuple[str, ...], size: int) -> Tally:
        ids = tuple(sorted(set(arms)))
        k = len(ids)
        return cls(ids, np.zeros((k, size, size)), np.zeros((k, size)), np.zeros(k))

    @classmethod
    def of(cls, arms: tuple[str, ...], arm: Ints, features: Floats, reward: Floats) -> Tally:
        """Sums of one batch: `arm` (n,) indexes `arms`, `features` (n, d), `reward` (n,)."""
        tally = cls.empty(arms, features.shape[1])
        place = {name: i for i, name in enumerate(tally.arms)}
        for index in np.unique(arm):
            mine = arm == index
            x, r, at = features[mine], reward[mine], place[arms[int(index)]]
            tally.gram[at] = x.T @ x
            tally.cross[at] = r @ x
            tally.squares[at] = float(r @ r)
        return tally

    def __add__(self, other: Tally) -> Tally:
        """Arms that only one side knows keep their sums; the number of features must agree."""
        both = Tally.empty(self.arms + other.arms, self.size)
        for part in (self, other):
            at = np.searchsorted(np.array(both.arms), np.array(part.arms)) if part.arms else np.zeros(0, dtype=np.intp)
            both.gram[at] += part.gram
            both.cross[at] += part.cross
            both.squares[at] += part.squares
        return both

    @classmethod
    def total(cls, parts: Sequence[Tally]) -> Tally:
        """The sum of some that have the same arms in the same order."""
        gram, cross, squares = parts[0].gram.copy(), parts[0].cross.copy(), parts[0].squares.copy()
        for part in parts[1:]:
            gram += part.gram
            cross += part.cross
            squares += part.squares
        return cls(parts[0].arms, gram, cross, squares)

    @property
    def size(self) -> int:
        return int(self.gram.shape[1])

    @property
    def counts(self) -> Floats:
        """Closed decisions an arm, shape (K,)."""
        return self.gram[:, 0, 0]

    @property
    def sums(self) -> Floats:
        """Reward an arm, shape (K,)."""
        return self.cross[:, 0]

    @property
    def n(self) -> int:
        return int(self.counts.sum())

    @classmethod
    def beside(cls, parts: Sequence[Tally]) -> Tally:
        """Several slates' arms one after the other, in the order given (not sorted; nothing is added)."""
        return cls(
            tuple(a for p in parts for a in p.arms),
            np.concatenate([p.gram for p in parts]),
            np.concatenate([p.cross for p in parts]),
            np.concatenate([p.squares for p in parts]),
        )

    def ordered(self, arms: tuple[str, ...]) -> Tally:
        """The same sums with arms in the order asked for; an arm not known yet has none."""
        place = {name: i for i, name in enumerate(self.arms)}
        at = np.array([place.get(a, -1) for a in arms], dtype=np.intp)
        known = at >= 0
        gram = (
            np.where(known[:, None, None], self.gram[at], 0.0)
            if self.arms
            else np.zeros((len(arms), *self.gram.shape[1:]))
        )
        cross = np.where(known[:, None], self.cross[at], 0.0) if self.arms else np.zeros((len(arms), self.size))
        squares = np.where(known, self.squares[at], 0.0) if self.arms else np.zeros(len(arms))
        return Tally(arms, gram, cross, squares)
