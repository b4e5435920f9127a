"""The person-level model: a Bayesian linear regression in which variants share what they teach.

The expected reward of variant a for a person x is x . w_a with

    w_a = u_shared + sum over the traits t of a (angle, audience, ...) of u_t + u_own(a)

and independent Gaussian priors on every u, tight on what interacts with the person: a variant that has just joined
starts from what its traits have taught (a hierarchical linear model: Lindley and Smith, *J. R. Stat. Soc. B* 34, 1972).
How tight is chosen by the marginal likelihood over a grid (empirical Bayes; MacKay, *Neural Computation* 4, 1992), so
that where nobody differs the interactions vanish.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gale.decision.tally import Tally

Floats = NDArray[np.float64]

# Prior standard deviations in units of the reward's own (about 0.3 at a click rate of 10 %).
SHARED = 0.3
MAIN = 0.07
INTERACTION = (0.002, 0.01, 0.02, 0.04, 0.07, 0.12, 0.2)
OWN = 0.5  # a variant's own part, as a share of what a trait may do
OWN_LIMIT = 800  # variants x features up to which each variant keeps interactions of its own


@dataclass(frozen=True)
class Design:
    """Which parts make up each arm: `blocks` are named `""` (shared), `"angle=ritual"`, and the arm's own id.

    `member` (K, T) is 1 where the arm has the block; the last K blocks are the arms' own.
    """

    blocks: tuple[str, ...]
    member: Floats

    @classmethod
    def of(cls, arms: Sequence[tuple[str, Mapping[str, str]]]) -> Design:
        traits = sorted({f"{name}={value}" for _, t in arms for name, value in t.items()})
        # A trait that every arm has tells no arm from another; one that a single arm has is that arm's own part.
        held = {t: sum(t == f"{n}={v}" for _, mine in arms for n, v in mine.items()) for t in traits}
        traits = [t for t in traits if 1 < held[t] < len(arms)]
        blocks = ("", *traits, *(arm for arm, _ in arms))
        member = np.zeros((len(arms), len(blocks)))
        member[:, 0] = 1.0
        for i, (_, mine) in enumerate(arms):
            for name, value in mine.items():
                if f"{name}={value}" in traits:
                    member[i, 1 + traits.index(f"{name}={value}")] = 1.0
            member[i, 1 + len(traits) + i] = 1.0
        return cls(blocks, member)


@dataclass(frozen=True)
class Fit:
    """A posterior: `mean` (T, d) of the blocks, the Cholesky factor of its precision over the `places` (t, j) in use.

    `rate` and `noise` are the mean reward and its standard deviation; `interaction` the scale that the data chose.
    """

    design: Design
    mean: Floats
    factor: Floats
    places: tuple[NDArray[np.intp], NDArray[np.intp]]
    rate: float
    noise: float
    interaction: float

    @cached_property
    def weights(self) -> Floats:
        """Expected reward is `x @ weights[a]`; shape (K, d)."""
        return np.asarray(self.design.member @ self.mean, dtype=np.float64)

    def predict(self, features: Floats) -> Floats:
        """Predicted response of each arm for each row, shape (n, K), clipped to [0, 1]."""
        return np.clip(features @ self.weights.T, 0.0, 1.0)

    def draws(self, count: int, rng: np.random.Generator, *, sharpen: float = 1.0) -> Floats:
        """Draws from the posterior with its variance divided by `sharpen`, shape (count, T, d)."""
        noise = rng.standard_normal((len(self.places[0]), count))
        moved = np.linalg.solve(self.factor.T, noise) / np.sqrt(sharpen)
        blocks = np.repeat(self.mean[None], count, axis=0)
        blocks[:, self.places[0], self.places[1]] += moved.T
        return blocks


def fit(tally: Tally, design: Design) -> Fit:
    """The posterior given the sums; `tally` has its arms in the design's order. With no data it is the prior."""
    k, d = len(tally.arms), tally.size
    traits = len(design.blocks) - 1 - k
    n = tally.n
    rate = float(tally.sums.sum()) / n if n else 0.0
    noise = max(float(tally.squares.sum()) / n - rate**2, 1e-6) ** 0.5 if n else 1.0
    use = np.ones((len(design.blocks), d), dtype=bool)
    if k * d > OWN_LIMIT:
        use[1 + traits :, 1:] = False
    places = np.nonzero(use)
    at = np.full(use.shape, -1)
    at[places] = np.arange(len(places[0]))

    precision = np.zeros((len(places[0]), len(places[0])))
    pull = np.zeros(len(places[0]))
    for a in range(k):
        blocks, features = np.nonzero(use & (design.member[a] > 0)[:, None])
        rows = at[blocks, features]
        precision[np.ix_(rows, rows)] += tally.gram[a][np.ix_(features, features)] / noise**2
        pull[rows] += (tally.cross[a] - rate * tally.gram[a, 0])[features] / noise**2

    best: tuple[float, Floats, Floats, float] | None = None
    for scale in INTERACTION:
        spread = _prior(use.shape, traits, scale)[places] * noise
        factor = np.linalg.cholesky(precision + np.diag(spread**-2.0))
        half = np.linalg.solve(factor, pull)
        evidence = float(half @ half) / 2 - float(np.log(np.diag(factor)).sum()) - float(np.log(spread).sum())
        if best is None or evidence > best[0]:
            best = (evidence, factor, half, scale)
    assert best is not None
    _, factor, half, scale = best
    mean = np.zeros(use.shape)
    mean[places] = np.linalg.solve(factor.T, half)
    mean[0, 0] += rate
    return Fit(design, mean, factor, places, rate, noise, scale)


def _prior(shape: tuple[int, int], traits: int, scale: float) -> Floats:
    spread = np.full(shape, scale)
    spread[:, 0] = MAIN
    spread[1 + traits :] *= OWN
    spread[0] = SHARED
    return spread
