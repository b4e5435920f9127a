"""The person-level model: a Bayesian linear regression in which variants share what they teach.

In a slate whose usual answer rate is rho, the expected reward of variant a for a person x is rho (x . w_a) with

    w_a = u_shared + u_slate + sum over the traits t of a (angle, audience, ...) of u_t + u_own(a)

and independent Gaussian priors on every u, tight on what interacts with the person: a variant that has just joined
starts from what its traits have taught (a hierarchical linear model: Lindley and Smith, *J. R. Stat. Soc. B* 34, 1972).
Several slates are fitted together: what an e-mail teaches of an angle, a banner of the same angle knows. How tight the
priors are is chosen by the marginal likelihood over a grid (empirical Bayes; MacKay, *Neural Computation* 4, 1992), so
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

# Prior standard deviations, relative to the usual answer rate (0.2: a fifth more or less).
SHARED = 0.5
MAIN = 0.2
INTERACTION = (0.01, 0.03, 0.06, 0.12, 0.2, 0.35, 0.6)
OWN = 0.5  # a variant's own part, as a share of what a trait may do
OWN_LIMIT = 256  # variants x features up to which each variant keeps interactions of its own
HELD = 1.0  # how many coefficients' worth the common scale is in a feature's own
ROUNDS = 6
BORROWED = 50.0  # decisions' worth of the pooled answer rate in a slate's own


@dataclass(frozen=True)
class Design:
    """Which parts make up each arm: `blocks` are named `""` (shared), `"slate:letter/fr"`, `"angle=ritual"`, and the
    arm's own id. `member` (K, T) is 1 where the arm has the block; `slate` (K,) numbers the arm's slate; `use` (T, d) is
    true for the coefficients that exist."""

    blocks: tuple[str, ...]
    member: Floats
    slate: NDArray[np.intp]
    use: NDArray[np.bool_]
    traits: slice

    @classmethod
    def of(cls, arms: Sequence[tuple[str, str, Mapping[str, str]]], size: int) -> Design:
        """The design of `(slate, arm id, traits)` rows, for `size` features."""
        slates = list(dict.fromkeys(slate for slate, _, _ in arms))
        held = [{f"{name}={value}" for name, value in traits.items()} for _, _, traits in arms]
        # A trait that every arm has tells no arm from another; one that a single arm has is that arm's own part.
        traits = [t for t in sorted(set().union(*held)) if 1 < sum(t in mine for mine in held) < len(arms)]
        blocks = ["", *(f"slate:{s}" for s in slates), *traits, *(arm for _, arm, _ in arms)]
        first = 1 + len(slates)
        own = first + len(traits)
        member = np.zeros((len(arms), len(blocks)))
        use = np.zeros((len(blocks), size), dtype=bool)
        use[0], use[1:, 0], use[first:own] = True, True, True
        for i, (slate, _, _) in enumerate(arms):
            member[i, [0, 1 + slates.index(slate), own + i]] = 1.0
            member[i, first:own] = [t in held[i] for t in traits]
            alone = not any(t in held[i] for t in traits)
            use[own + i] |= alone or len(arms) * size <= OWN_LIMIT
        number = np.array([slates.index(slate) for slate, _, _ in arms], dtype=np.intp)
        return cls(tuple(blocks), member, number, use, slice(first, own))


@dataclass(frozen=True)
class Fit:
    """A posterior: `mean` (T, d) of the blocks relative to the slates' rates, the Cholesky factor of its precision over
    the coefficients in use. `rates` (K,) are the arms' slates' rates; `interaction` is the scale that the data chose."""

    design: Design
    mean: Floats
    factor: Floats
    rates: Floats
    interaction: float

    @cached_property
    def weights(self) -> Floats:
        """Expected reward is `x @ weights[a]`; shape (K, d)."""
        return np.asarray((self.design.member @ self.mean) * self.rates[:, None], dtype=np.float64)

    def predict(self, features: Floats) -> Floats:
        """Predicted response of each arm for each row, shape (n, K), clipped to [0, 1]."""
        return np.clip(features @ self.weights.T, 0.0, 1.0)

    @cached_property
    def _root(self) -> Floats:
        return np.asarray(np.linalg.inv(self.factor).T, dtype=np.float64)

    def draws(self, count: int, rng: np.random.Generator, *, sharpen: float = 1.0) -> Floats:
        """Draws from the posterior with its variance divided by `sharpen`, shape (count, T, d)."""
        noise = rng.standard_normal((len(self.factor), count))
        blocks = np.repeat(self.mean[None], count, axis=0)
        blocks[:, self.design.use] += (self._root @ noise).T / np.sqrt(sharpen)
        return blocks


@dataclass(frozen=True)
class System:
    """The normal equations of some sums: `precision` (P, P) that the data add, and `pull` (P,)."""

    precision: Floats
    pull: Floats

    @classmethod
    def of(cls, tally: Tally, design: Design, rates: Floats, noise: Floats) -> System:
        """`tally` has its arms in the design's order; `rates` and `noise` (K,) as of `levels`."""
        use = design.use
        size = int(use.sum())
        at = np.full(use.shape, -1)
        at[use] = np.arange(size)
        precision, pull = np.zeros((size, size)), np.zeros(size)
        for a in np.flatnonzero(tally.counts):
            blocks, features = np.nonzero(use & (design.member[a] > 0)[:, None])
            rows = at[blocks, features]
            precision[np.ix_(rows, rows)] += tally.gram[a][np.ix_(features, features)] / noise[a] ** 2
            pull[rows] += (tally.cross[a] / rates[a] - tally.gram[a, 0])[features] / noise[a] ** 2
        return cls(precision, pull)

    def solved(self, spread: Floats) -> tuple[Floats, Floats, float]:
        """With prior standard deviations `spread` (P,): the posterior precision's Cholesky factor, half the solution, and
        the log marginal likelihood but for a constant."""
        factor: Floats = np.linalg.cholesky(self.precision + np.diag(spread**-2.0)).astype(np.float64)
        half: Floats = np.linalg.solve(factor, self.pull).astype(np.float64)
        evidence = float(half @ half) / 2 - float(np.log(np.diag(factor)).sum()) - float(np.log(spread).sum())
        return factor, half, evidence


def fit(tally: Tally, design: Design) -> Fit:
    """The posterior given the sums; `tally` has its arms in the design's order. With no data it is the prior."""
    use = design.use
    rates, noise = levels(tally, design)
    system = System.of(tally, design, rates, noise)

    best: tuple[float, Floats, Floats, float] | None = None
    for scale in INTERACTION:
        factor, half, evidence = system.solved(prior_of(design, np.full(use.shape[1], scale))[use])
        if best is not None and evidence < best[0]:
            break  # the evidence has one peak over the scale; what lies behind it need not be tried
        best = (evidence, factor, half, scale)
    assert best is not None
    _, factor, half, scale = best
    scales = np.full(use.shape[1], scale)
    for _ in range(ROUNDS):
        scales = _sharper(design, factor, half, scales, scale)
        factor, half, _ = system.solved(prior_of(design, scales)[use])
    mean = np.zeros(use.shape)
    mean[use] = np.linalg.solve(factor.T, half)
    mean[0, 0] += 1.0
    return Fit(design, mean, factor, rates, scale)


def levels(tally: Tally, design: Design) -> tuple[Floats, Floats]:
    """Each arm's slate's usual rate, and the reward's standard deviation relative to it; shapes (K,)."""
    counts = np.bincount(design.slate, weights=tally.counts)
    sums = np.bincount(design.slate, weights=tally.sums)
    squares = np.bincount(design.slate, weights=tally.squares)
    pooled = (sums.sum() + 1.0) / (counts.sum() + 2.0)
    rates = (sums + BORROWED * pooled) / (counts + BORROWED)
    # In the reward's own square: where little is known, as for a yes or no.
    second = (squares + BORROWED * pooled) / (counts + BORROWED)
    noise = np.sqrt(np.maximum(second - rates**2, 1e-3 * rates**2)) / rates
    return rates[design.slate], noise[design.slate]


def _sharper(design: Design, factor: Floats, half: Floats, scales: Floats, common: float) -> Floats:
    """One step of expectation-maximisation for each feature's own scale, held towards the common one."""
    inverse = np.linalg.inv(factor)
    second = np.zeros(design.use.shape)
    second[design.use] = (inverse.T @ half) ** 2 + (inverse**2).sum(axis=0)
    second[design.traits.stop :] /= OWN**2
    first = design.traits.start
    counted = design.use[first:].sum(axis=0)
    return np.asarray(np.sqrt((second[first:].sum(axis=0) + HELD * common**2) / (counted + HELD)))


def prior_of(design: Design, scales: Floats) -> Floats:
    """Prior standard deviations, shape (T, d); `scales` (d,) are those of what interacts with each feature."""
    spread = np.repeat(scales[None], len(design.use), axis=0)
    spread[:, 0] = MAIN
    spread[design.traits.stop :] *= OWN
    spread[: design.traits.start] = SHARED
    return spread
