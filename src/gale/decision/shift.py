"""Whether people's tastes have changed: the personal model before a moment against the same model after it.

For each epoch that may have been the moment, the marginal likelihood of "what pleases whom was drawn anew" is compared
with that of "it stayed". How much everybody answers may differ on the two sides in either case, so that a weekend or a
holiday is no change of tastes. Their ratio is a Bayes factor, an e-value against "it stayed" under the model's own prior
(Kass and Raftery, *JASA* 90, 1995; Grünwald, de Heide, Koolen, *Safe testing*, 2024). It is a function of sums.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gale.decision.model import Design, System, levels, prior_of
from gale.decision.tally import Tally

Floats = NDArray[np.float64]

ODDS = 5.0  # log Bayes factor: 150 to 1
SCALE = 0.2  # prior spread of what interacts with a person, relative to the usual rate
LEAST = 2_000  # closed decisions before it is asked
LARGEST = 1_500  # coefficients above which it is not asked


def moment(design: Design, epochs: Sequence[Tally]) -> int | None:
    """Index of the first epoch (> 0) of the new tastes, `None` where they stayed.

    `epochs` are the sums in order of time, arms in the design's order. Looked at are the last 1, 2, 3, 4, 6, 9 … epochs:
    what changed long ago was found before.
    """
    size = int(design.use.sum())
    if len(epochs) < 2 or not design.use.shape[1] > 1 or size > LARGEST:
        return None
    total = Tally.total(epochs)
    if total.n < LEAST:
        return None
    rates, noise = levels(total, design)
    use = design.use
    spread = prior_of(design, np.full(use.shape[1], SCALE))[use]
    # The coefficients of everybody's answering come twice in "it stayed": once a side.
    shared = np.flatnonzero(np.repeat(np.arange(len(use)) < design.traits.start, use.shape[1]).reshape(use.shape)[use])
    whole = System.of(total, design, rates, noise)
    after, last = _nothing(epochs[0]), len(epochs)
    best: tuple[float, int] | None = None
    for start in _starts(len(epochs)):
        after, last = Tally.total([after, *epochs[start:last]]), start
        new = System.of(after, design, rates, noise)
        old = System(whole.precision - new.precision, whole.pull - new.pull)
        changed = old.solved(spread)[2] + new.solved(spread)[2]
        stayed = _beside(old, new, shared).solved(np.concatenate([spread, spread[shared]]))[2]
        if best is None or changed - stayed > best[0]:
            best = (changed - stayed, start)
    return best[1] if best is not None and best[0] > ODDS else None


def _starts(epochs: int) -> list[int]:
    lags, lag = [], 1
    while lag < epochs:
        lags.append(epochs - lag)
        lag = max(lag + 1, int(lag * 1.5))
    return lags


def _beside(old: System, new: System, shared: NDArray[np.intp]) -> System:
    """One system in which both sides have all coefficients in common but the shared ones."""
    size = len(old.pull)
    at = np.arange(size)
    at[shared] = size + np.arange(len(shared))
    precision, pull = np.zeros((size + len(shared),) * 2), np.zeros(size + len(shared))
    precision[:size, :size], pull[:size] = old.precision, old.pull
    precision[np.ix_(at, at)] += new.precision
    pull[at] += new.pull
    return System(precision, pull)


def _nothing(like: Tally) -> Tally:
    return Tally(like.arms, np.zeros_like(like.gram), np.zeros_like(like.cross), np.zeros_like(like.squares))
