"""The rules: each turns what was learned (sums that add up) into a `Body`, a pool from which every propensity follows.

One interface for all of them: a rule is a function of the sums and a generator; learning is adding sums, merging is
adding sums, choosing and explaining is the snapshot's. `uniform`, `constant` and `epsilon_greedy` are baselines.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gale.decision.model import Fit
from gale.decision.snapshot import Body

Floats = NDArray[np.float64]

POOL = 256  # draws frozen into a campaign-level snapshot
PERSONAL_POOL = 64
LARGE_SLATE, LARGE_POOL = 256, 32  # above so many arms a smaller pool, so that a choice stays below 0.1 ms
SHARPEN = 8.0
FLOOR = 0.02


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
    counts: Floats, sums: Floats, draws: int, rng: np.random.Generator, *, sharpen: float = SHARPEN
) -> Floats:
    """Draws of every arm's rate, shape (draws, K), from Beta(8 + 8 s, 8 + 8 f), s answers and f silences so far.

    Sharpened Thompson sampling: a posterior with `sharpen` times the data spends less on arms already known to be worse
    (Chapelle and Li, *An empirical evaluation of Thompson sampling*, 2011, section 4). Rewards lie in [0, 1].
    """
    return rng.beta(sharpen * (1 + sums), sharpen * (1 + counts - sums), size=(draws, len(counts)))


def thompson(
    counts: Floats, sums: Floats, rng: np.random.Generator, *, explore: float = FLOOR, pool: int = POOL
) -> Body:
    """Campaign level: sharpened Thompson sampling with a uniform floor, the same for everybody."""
    rates = (1 + sums) / (2 + counts)
    return Body(
        rule="campaign", explore=explore, scores=_f4(thompson_scores(counts, sums, pool, rng)), rates=_f8(rates)
    )


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
