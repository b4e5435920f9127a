"""Looking a hundred times at nothing: how often is a winner declared, and how often is a true one found?

Two kinds of allocation: fixed (a holdout of 20 %), and adaptive (sharpened Thompson over two arms with a floor, the
difference by inverse-propensity scores with means of the past). The peer is the asymptotic confidence sequence of
Waudby-Smith et al. (2021, Theorem 2.2), tuned for the same size, on the same data; `naive` is a 95 % interval at each
look. Nothing is said (by any of them) before twenty people in each group have ordered, as in the product.

The default seed was drawn after the rules were settled and stands for nothing; give others with `--seed`. Each share
comes from a stream of its own, so that one does not depend on how many runs another had.
"""

from __future__ import annotations

import argparse
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gale.decision.policies import thompson_scores
from gale.measurement.lift import LEAST_ORDERING
from gale.stats import Moments, Sequence, Weighted

SEED = 5_081_947
ALPHA, LOOKS, RATE, LIFT, HOLDOUT = 0.05, 100, 0.06, 0.18, 0.2
Floats = NDArray[np.float64]


def peer_multiplier(n: Floats, planned: float) -> Floats:
    """Standard errors to each side of the published sequence, tuned for `planned`, with its own first look."""
    rho2 = (-2 * math.log(ALPHA) + math.log(-2 * math.log(ALPHA)) + 1) / planned
    t = n * rho2
    return np.sqrt(2 * (1 + t) / t * np.log(np.sqrt(1 + t) / ALPHA))


def fixed(rng: np.random.Generator, runs: int, people: int, lift: float) -> tuple[Floats, Floats]:
    """Studentised differences at each look, shape (runs, LOOKS), and the sizes."""
    each = people // LOOKS
    held = round(each * HOLDOUT)
    n0 = held * np.arange(1, LOOKS + 1.0)
    n1 = (each - held) * np.arange(1, LOOKS + 1.0)
    p0 = rng.binomial(held, RATE, (runs, LOOKS)).cumsum(axis=1) / n0
    p1 = rng.binomial(each - held, RATE * (1 + lift), (runs, LOOKS)).cumsum(axis=1) / n1
    error = np.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
    ready = (np.minimum(p0 * n0, p1 * n1) >= LEAST_ORDERING) & (error > 0)
    return np.divide(p1 - p0, error, out=np.zeros_like(error), where=ready), n0 + n1


def adaptive(rng: np.random.Generator, runs: int, people: int, lift: float) -> tuple[Floats, Floats]:
    """The same under an allocation that follows what it sees, 10 % spread evenly; scores use the past's means only."""
    each, floor = people // LOOKS, 0.1
    z = np.zeros((runs, LOOKS))
    for run in range(runs):
        shown, clicked = np.zeros(2), np.zeros(2)
        known = Weighted()
        for look in range(LOOKS):
            draws = thompson_scores(shown, clicked, 64, rng)
            p1 = floor / 2 + (1 - floor) * float((draws[:, 1] > draws[:, 0]).mean())
            mu = (clicked + 1) / (shown + 1 / RATE)
            n1 = int(rng.binomial(each, p1))
            y = (int(rng.binomial(each - n1, RATE)), int(rng.binomial(n1, RATE * (1 + lift))))
            base = float(mu[1] - mu[0])
            batch = Moments()
            for arm, n, p, sign in ((0, each - n1, 1 - p1, -1.0), (1, n1, p1, 1.0)):
                for reward, count in ((1.0, y[arm]), (0.0, n - y[arm])):
                    score = base + sign * (reward - float(mu[arm])) / p
                    batch = batch + Moments(count, count * score, count * score * score)
            # What the batch's scores will spread is known before it, but for the pooled answer rate of the past.
            pooled = float((clicked.sum() + 1) / (shown.sum() + 20))
            expected = pooled * (1 - pooled) / (p1 * (1 - p1))
            known = known + Weighted.of(batch, math.sqrt(p1 * (1 - p1)), expected)
            shown += (each - n1, n1)
            clicked += y
            if clicked.min() >= LEAST_ORDERING and known.variance > 0:
                z[run, look] = known.mean / math.sqrt(known.variance / known.n)
    return z, each * np.arange(1, LOOKS + 1.0)


def main(argv: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="peeking")
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--people", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(argv)
    streams = iter(np.random.SeedSequence(options.seed).spawn(4))
    sequence = Sequence.plan(options.people, alpha=ALPHA)
    told: dict[str, Any] = {
        "runs": options.runs,
        "looks": LOOKS,
        "people": options.people,
        "base_rate": RATE,
        "holdout": HOLDOUT,
        "lift": LIFT,
        "alpha": ALPHA,
        "seed": options.seed,
    }
    for name, world in (("fixed", fixed), ("adaptive", adaptive)):
        for lift, of in ((0.0, "false_positive_rate"), (LIFT, "power")):
            runs = options.runs if name == "fixed" or lift == 0 else max(300, options.runs // 4)
            z, n = world(np.random.default_rng(next(streams)), runs, options.people, lift)
            ours = np.array([sequence.multiplier(float(x)) for x in n])
            peer = np.where(n >= sequence.first, peer_multiplier(n, options.people), np.inf)
            side = np.abs(z) if lift == 0 else z
            told[f"{of}_{name}"] = share = float((side > ours).any(axis=1).mean())
            told[f"{of}_{name}_error"] = math.sqrt(share * (1 - share) / runs)
            told[f"{of}_{name}_peer"] = float((side > peer).any(axis=1).mean())
            if lift == 0:
                told[f"{of}_{name}_naive"] = float((np.abs(z) > 1.96).any(axis=1).mean())
    told["false_positive_rate"] = max(told["false_positive_rate_fixed"], told["false_positive_rate_adaptive"])
    told["power"], told["power_peer"] = told["power_fixed"], told["power_fixed_peer"]
    return told
