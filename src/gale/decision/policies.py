"""The rules, and what a policy is in Gale.

**The interface.** Five things are asked of a policy, whoever wrote the rule behind it.

*choose*: `Snapshot.choose(x, allowed, draw, group)` picks an arm for one person and gives the exact probability with
which it did. It is a pure function of a published snapshot, the person's features, the arms that are allowed and two
uniform numbers, so that a logged choice can be made again. It never learns and never waits.

*explain*: `Snapshot.explain(x, arm)` names the terms by which that arm stands above or below the others for this
person, as codes; the faces put them into words.

*learn*: `Learner.learn(batch)` gives the learner after one more batch of closed decisions. A learner is a value; its
state is sums by time (`Spans`), the fronts found in them (`change`, `shift`) and nothing else.

*merge*: `Learner.merge(other)` adds two servers' learning of one slate: sums add, fronts unite. Associative and
commutative; counts exactly, sums to 1e-12. Priors enter when a policy is made, never before: that is why this holds.

*version*: `Learner.snapshot(campaign, kind, version, time)` publishes a record whose id is the hash of what it does.
The same sums, fronts, version and seed give the same record. Records and stored learners carry the number of their
form; a newer one is refused, an older one reads on.

**A rule** is therefore a function from sums and a generator to a `Body`, a frozen pool of draws: with probability
`explore` the choice is spread over the allowed arms, else one draw of the pool is taken and its best allowed arm shown.
Every propensity follows from the pool by counting. To add a rule, write such a function and let `Learner.snapshot` call
it; choosing, explaining, merging and off-policy evaluation need not know.

| rule | what it is for |
|---|---|
| `uniform`, `constant`, `epsilon_greedy` | baselines |
| `thompson` | campaign level: sharpened Thompson sampling with a uniform floor |
| `by_traits` | campaign level above thirty variants: the same from a posterior that variants share by their traits |
| `personal` | person level: sharpened draws of the shared model, behind the gate |
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gale.decision.model import Fit
from gale.decision.snapshot import Body
from gale.decision.traits import Levels

Floats = NDArray[np.float64]

POOL = 256  # draws frozen into a campaign-level snapshot
PERSONAL_POOL = 64
LARGE_SLATE, LARGE_POOL = 256, 32  # above so many arms a smaller pool, so that a choice stays below 0.1 ms
SHARPEN = 8.0
FLOOR = 0.02
MANY = 30  # above so many arms not each can be tried first


def uniform(k: int) -> Body:
    """Everything evenly."""
    return Body(rule="campaign", explore=1.0, scores=_f4(np.zeros((1, k))))


def constant(k: int, arm: int, *, explore: float = 0.0) -> Body:
    """One arm for all, but for a share spread evenly."""
    scores = np.zeros((1, k))
    scores[0, arm] = 1.0
    return Body(rule="campaign", explore=explore, scores=_f4(scores))


def epsilon_greedy(counts: Floats, sums: Floats, *, explore: float = 0.1) -> Body:
    """The arm with the highest rate so far (an arm without data counts as rate 1), but for a share spread evenly."""
    rates = np.divide(sums, counts, out=np.ones_like(sums), where=counts > 0)
    return Body(rule="campaign", explore=explore, scores=_f4(rates[None]), rates=_f8(rates))


def thompson_scores(
    counts: Floats,
    sums: Floats,
    draws: int,
    rng: np.random.Generator,
    *,
    sharpen: float = SHARPEN,
    prior: Floats | None = None,
) -> Floats:
    """Draws of every arm's rate, shape (draws, K), from Beta(8 + 8 s, 8 + 8 f), s answers and f silences so far.

    Sharpened Thompson sampling: a posterior with `sharpen` times the data spends less on arms already known to be worse
    (Chapelle and Li, *An empirical evaluation of Thompson sampling*, 2011, section 4). Rewards lie in [0, 1]. `prior`
    (K, 2) are answers and silences known beforehand, one of each where it is left out.
    """
    before = np.ones((len(counts), 2)) if prior is None else prior
    silences = np.maximum(counts - sums, 0.0)
    return rng.beta(sharpen * (before[:, 0] + sums), sharpen * (before[:, 1] + silences), size=(draws, len(counts)))


def thompson(
    counts: Floats,
    sums: Floats,
    rng: np.random.Generator,
    *,
    explore: float = FLOOR,
    pool: int = POOL,
    prior: Floats | None = None,
) -> Body:
    """Campaign level: sharpened Thompson sampling with a uniform floor, the same for everybody."""
    before = np.ones((len(counts), 2)) if prior is None else prior
    rates = (before[:, 0] + sums) / (before.sum(axis=1) + counts)
    scores = thompson_scores(counts, sums, pool, rng, prior=before)
    return Body(rule="campaign", explore=explore, scores=_f4(scores), rates=_f8(rates))


def trait_scores(
    levels: Levels, counts: Floats, sums: Floats, draws: int, rng: np.random.Generator, *, sharpen: float = SHARPEN
) -> Floats:
    """Draws of every arm's rate, shape (draws, K): what its traits say, with its own data added."""
    rates, worth = levels.draws(draws, rng, sharpen=sharpen)
    silences = np.maximum(counts - sums, 0.0)
    return rng.beta(sharpen * (worth * rates + sums), sharpen * (worth * (1 - rates) + silences))


def by_traits(
    levels: Levels,
    counts: Floats,
    sums: Floats,
    rng: np.random.Generator,
    *,
    explore: float = FLOOR,
    pool: int = POOL,
) -> Body:
    """Campaign level for many arms: nothing is tried that its traits speak against."""
    rates, worth = levels.priors()
    known = (worth * rates + sums) / (worth + counts)
    scores = trait_scores(levels, counts, sums, pool, rng)
    return Body(rule="campaign", explore=explore, scores=_f4(scores), rates=_f8(known))


def personal(
    fitted: Fit,
    rows: slice,
    features: Sequence[str],
    rng: np.random.Generator,
    *,
    explore: float,
    pool: int | None = None,
) -> Body:
    """Person level: sharpened draws from the posterior of the shared model; the winner depends on the person.

    `rows` are the slate's arms in the fit. Only what tells these arms apart is kept in the pool: what moves all scores
    alike (shared and slate's own blocks, the slate's rate) does not change who wins.
    """
    member = fitted.design.member[rows]
    apart = member.min(axis=0) < member.max(axis=0)
    mixing = apart & fitted.design.use[:, 1:].any(axis=1)
    plain = apart & ~mixing
    size = (PERSONAL_POOL if len(member) <= LARGE_SLATE else LARGE_POOL) if pool is None else pool
    draws = fitted.draws(size, rng, sharpen=SHARPEN)
    return Body(
        rule="personal",
        explore=explore,
        scores=_f4(draws[:, plain, 0] @ member[:, plain].T),
        draws=_f4(draws[:, mixing]),
        member=member[:, mixing].astype(np.uint8).tobytes(),
        mean=_f8(fitted.mean[mixing] * fitted.rates[rows][0]),
        blocks=tuple(b for b, kept in zip(fitted.design.blocks, mixing, strict=True) if kept),
        features=tuple(features),
        rates=_f8(fitted.weights[rows, 0]),
    )


def _f4(values: Floats) -> bytes:
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


def _f8(values: Floats) -> bytes:
    return np.ascontiguousarray(values, dtype="<f8").tobytes()
