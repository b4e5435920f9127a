"""Which arm wins in each draw of a pool: the one computation of the hot path, in C where it was built, else in numpy.

Both give the same winners, number for number, so that `gale reproduce` holds on any machine. In a draw, a block's value
is the sum over the features, in order, of feature times coefficient; an arm's score is the sum of its blocks, in order,
plus its own part; then times its worth, less its charge. Every step is one IEEE 754 operation in single precision (the
draws' own), rounded by itself: neither side reorders a sum, nor fuses a product into it, as `@` and BLAS would. Of
equal scores the first arm wins.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

try:
    from gale.decision import _kernel
except ImportError:  # no compiler where Gale was installed
    _kernel = None  # type: ignore[assignment]

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
CHUNK = 1 << 16  # numbers held at once when many people are decided for: what fits a processor's cache
COMPILED = _kernel is not None


class Pool(Protocol):
    """M draws of K arms' scores. `at` >= 0 means a draw, whose winner is asked for; below 0 it is arm `-1 - at` itself.

    Arrays are C contiguous, of the types named; `allowed` is `None` where every arm is. Raises `ValueError` for arrays of
    other sizes and for a person without an allowed arm.
    """

    def pick(self, x: Floats, allowed: Bools | None, at: int) -> tuple[int, int]:
        """For one person, `x` (d,): the arm, and how many draws it wins."""
        ...

    def pick_many(self, features: Floats, allowed: Bools | None, at: Ints, arms: Ints, counts: Ints | None) -> None:
        """The same for `features` (n, d), written into `arms` and `counts` (n,); without `counts` only the draw that
        chooses is looked at."""
        ...

    def count_many(self, features: Floats, allowed: Bools | None, counts: Floats) -> None:
        """How many draws each arm wins, added to `counts` (n, K)."""
        ...


def pool(
    draws: Singles, member: NDArray[np.uint8], own: Singles | None, worth: Singles | None, charge: Singles | None
) -> Pool:
    """The fastest pool there is here.

    `draws` (M, T, d) are the blocks' coefficients, `member` (K, T) is 1 where an arm has a block, `own` (M, K) the arms'
    own parts (all 0 where `None`), `worth` and `charge` (K,), both or neither. All finite.
    """
    if _kernel is None:
        return Plain(draws, member, own, worth, charge)
    m, t, d = draws.shape
    return _kernel.Pool(m, t, d, len(member), draws, member, own, worth, charge)


class Plain:
    """The pool in numpy: the meaning of the compiled one, and what serves where there is none.

    >>> draws = np.array([[[1]], [[-1]]], dtype=np.float32)  # two draws of one block over one feature
    >>> plain = Plain(draws, np.array([[1], [0]], dtype=np.uint8), None, None, None)
    >>> plain.pick(np.array([2.0]), None, 0), plain.pick(np.array([0.0]), None, 1)
    ((0, 1), (0, 2))
    """

    def __init__(
        self,
        draws: Singles,
        member: NDArray[np.uint8],
        own: Singles | None,
        worth: Singles | None,
        charge: Singles | None,
    ) -> None:
        self._m, self._t, d = draws.shape
        self._by_feature: Singles = np.ascontiguousarray(draws.reshape(self._m * self._t, d).T)
        self._arms = [np.flatnonzero(member[:, t]) for t in range(self._t)]
        self._k = len(member)
        self._own, self._worth, self._charge = own, worth, charge

    def pick(self, x: Floats, allowed: Bools | None, at: int) -> tuple[int, int]:
        winners = self._winners(x[None], None if allowed is None else allowed[None])[0]
        arm = int(winners[at]) if at >= 0 else -1 - at
        return arm, int(np.count_nonzero(winners == arm))

    def pick_many(self, features: Floats, allowed: Bools | None, at: Ints, arms: Ints, counts: Ints | None) -> None:
        for part in self._parts(len(features)):
            winners = self._winners(features[part], None if allowed is None else allowed[part])
            chosen = winners[np.arange(len(winners)), np.maximum(at[part], 0)]
            arms[part] = np.where(at[part] >= 0, chosen, -1 - at[part])
            if counts is not None:
                counts[part] = (winners == arms[part][:, None]).sum(axis=1)

    def count_many(self, features: Floats, allowed: Bools | None, counts: Floats) -> None:
        k = self._k
        for part in self._parts(len(features)):
            winners = self._winners(features[part], None if allowed is None else allowed[part])
            rows = np.arange(len(winners))[:, None] * k + winners
            counts[part] += np.bincount(rows.ravel(), minlength=len(winners) * k).reshape(-1, k)

    def _winners(self, features: Floats, allowed: Bools | None) -> NDArray[np.intp]:
        """The best arm of each draw, shape (n, M)."""
        n, x = len(features), features.astype(np.float32)
        values = np.zeros((n, self._m * self._t), dtype=np.float32)
        for f in np.flatnonzero(x.any(axis=0)):
            values += x[:, f, None] * self._by_feature[f]
        blocks = values.reshape(n, self._m, self._t)
        scores = np.zeros((n, self._m, self._k), dtype=np.float32)
        for t, arms in enumerate(self._arms):
            scores[:, :, arms] += blocks[:, :, t, None]
        if self._own is not None:
            scores += self._own
        if self._worth is not None and self._charge is not None:
            scores = scores * self._worth - self._charge
        if allowed is not None:
            if not allowed.any(axis=1).all():
                raise ValueError("a person has no allowed arm")
            scores = np.where(allowed[:, None, :], scores, np.float32(-np.inf))
        winners: NDArray[np.intp] = scores.argmax(axis=2)
        return winners

    def _parts(self, n: int) -> list[slice]:
        step = max(1, CHUNK // (self._m * max(self._k, self._t)))
        return [slice(start, min(n, start + step)) for start in range(0, n, step)]
