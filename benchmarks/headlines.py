"""Real headline tests played again: how many clicks are lost against always showing the best arm?

Each test of the file (at least two arms, 3,000 impressions) is replayed with as many impressions as it had; allocations
change every 25. Clicks are drawn from the arms' observed rates (`raw`), from rates shrunk by an empirical-Bayes
posterior (`denoised`), and from rates that are permuted among the arms at half time (`drift`). All rules meet the same
tests; the campaign-level policy is the product's own, with its fronts (`decision.change`), looked for 240 times a test,
as in a flight.

`many_lost` is about slates of 50, 200 and 1,000 variants in a **simulated** world (answers at about 3 %, traits that
matter, 20,000 decisions): the pooled share of answers lost by the rule that shares by traits; `many_lost_thompson` is
plain Thompson sampling's, `many_lost_sharpened` that of sharpened Thompson sampling without traits.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gale.decision import change
from gale.decision.policies import FLOOR, thompson_scores, trait_scores
from gale.decision.traits import Levels

Floats = NDArray[np.float64]
EACH = 25
TICKS = 240
MANY, MANY_TOTAL, MANY_EACH = (50, 200, 1000), 20_000, 200
DATA = Path(__file__).parents[2] / "shared" / "data" / "upworthy_headline_tests.parquet"


def read(file: Path, least: int) -> list[tuple[Floats, Floats]]:
    """(impressions, clicks) of each test's arms."""
    import duckdb

    rows = duckdb.sql(
        f"select clickability_test_id t, list(impressions) i, list(clicks) c from read_parquet('{file}') "
        f"where impressions > 0 group by 1 having count(*) >= 2 and sum(impressions) >= {int(least)} order by 1"
    ).fetchall()
    return [(np.array(i, dtype=np.float64), np.array(c, dtype=np.float64)) for _, i, c in rows]


def denoise(tests: list[tuple[Floats, Floats]]) -> list[Floats]:
    """Draws from each arm's posterior, a Beta prior a test whose spread is fitted over all tests by moments."""
    rng = np.random.default_rng(4)
    between, within = 0.0, 0.0
    for n, c in tests:
        pooled = c.sum() / n.sum()
        rates = c / n
        noise = pooled * (1 - pooled) / n
        between += float(((rates - pooled) ** 2 - noise).sum()) / max(pooled, 1e-6) ** 2
        within += len(n)
    spread = max(between / within, 1e-4)  # squared coefficient of variation of true rates within a test
    drawn = []
    for n, c in tests:
        pooled = max(c.sum() / n.sum(), 1e-5)
        strength = max((1 - pooled) / (pooled * spread) - 1, 1.0)
        drawn.append(rng.beta(strength * pooled + c, strength * (1 - pooled) + n - c))
    return drawn


PLAN = {
    "lost_uniform": ("uniform", "raw"),
    "lost_thompson": ("thompson", "raw"),
    "lost_ab": ("ab", "raw"),
    "lost_raw": ("ours", "raw"),
    "lost_thompson_denoised": ("thompson", "denoised"),
    "lost_denoised": ("ours", "denoised"),
    "lost_drift": ("ours", "drift"),
    "lost_drift_thompson": ("thompson", "drift"),
}


class Ours:
    """The campaign-level policy over one test's life: what `Learner` does, without features."""

    def __init__(self, k: int, total: int) -> None:
        self.arms = [str(i) for i in range(k)]
        self.width = max(EACH, -(-total // TICKS))
        ticks = -(-total // self.width)
        self.counts, self.sums = np.zeros((ticks, k)), np.zeros((ticks, k))
        self.fronts: tuple[change.Front, ...] = ()
        self.tick = 0

    def scores(self, size: int, rng: np.random.Generator) -> Floats:
        weight = change.weights(self.arms, np.arange(len(self.counts)), self.fronts) if self.fronts else 1.0
        counts, sums = ((of * weight).sum(axis=0) for of in (self.counts, self.sums))
        scores = thompson_scores(counts, sums, size, rng)
        for arm in change.tired(self.arms, (sums + 1) / (counts + 2), self.fronts):
            scores[:, int(arm)] = -1.0
        return scores

    def learn(self, counts: Floats, seen: Floats, done: int) -> None:
        self.counts[self.tick] += counts
        self.sums[self.tick] += seen
        if done // self.width > self.tick and self.tick + 1 < len(self.counts):
            past = slice(0, self.tick + 1)
            found = change.find(self.arms, np.arange(self.tick + 1), self.counts[past], self.sums[past], self.fronts)
            self.fronts = tuple(sorted({*self.fronts, *found}))
            self.tick += 1


def play(
    rates: Floats, total: int, rule: str, rng: np.random.Generator, later: Floats | None = None
) -> tuple[float, int]:
    """Expected clicks of one test under a rule (the draws decide what it sees, expectations what it earns), and how many
    fronts it saw."""
    k = len(rates)
    shown, clicked = np.zeros(k), np.zeros(k)
    earned, done, winner, own = 0.0, 0, -1, Ours(k, total)
    while done < total:
        now = rates if later is None or done < total / 2 else later
        size = min(EACH, total - done)
        if rule == "uniform" or (rule == "ab" and done < total / 5):
            counts = rng.multinomial(size, np.full(k, 1 / k))
        elif rule == "ab":
            if winner < 0:
                winner = int(np.argmax(clicked / np.maximum(shown, 1)))
            counts = np.zeros(k, dtype=np.int64)
            counts[winner] = size
        elif rule == "thompson":
            best = rng.beta(1 + clicked, 1 + shown - clicked, size=(size, k)).argmax(axis=1)
            counts = np.bincount(best, minlength=k)
        else:
            explore = rng.random(size) < FLOOR
            best = own.scores(size, rng).argmax(axis=1)
            best[explore] = rng.integers(0, k, int(explore.sum()))
            counts = np.bincount(best, minlength=k)
        seen = rng.binomial(counts, now)
        shown += counts
        clicked += seen
        earned += float(counts @ now)
        done += size
        if rule == "ours":
            own.learn(counts.astype(np.float64), seen.astype(np.float64), done)
    return earned, len(own.fronts)


def many(k: int, seed: int, rule: str) -> tuple[float, float]:
    """(earned, best) answers of one simulated slate of `k` variants."""
    world, rng = np.random.default_rng([seed, k]), np.random.default_rng([seed, k, 1])
    held = {"angle": world.integers(0, 8, k), "audience": world.integers(0, 4, k), "length": world.integers(0, 3, k)}
    effect = world.normal(0, 0.1, k)
    for name, values in held.items():
        effect += world.normal(0, 0.2 if name == "angle" else 0.1, int(values.max()) + 1)[values]
    rates = np.clip(0.03 * np.exp(effect), 0, 0.5)
    traits = [{name: str(values[i]) for name, values in held.items()} for i in range(k)]
    shown, clicked, earned = np.zeros(k), np.zeros(k), 0.0
    for _ in range(MANY_TOTAL // MANY_EACH):
        if rule == "thompson":
            scores = rng.beta(1 + clicked, 1 + shown - clicked, size=(MANY_EACH, k))
        elif rule == "sharpened":
            scores = thompson_scores(shown, clicked, MANY_EACH, rng)
        else:
            scores = trait_scores(Levels.of(traits, shown, clicked), shown, clicked, MANY_EACH, rng)
        best = scores.argmax(axis=1)
        if rule != "thompson":
            explore = rng.random(MANY_EACH) < FLOOR
            best[explore] = rng.integers(0, k, int(explore.sum()))
        counts = np.bincount(best, minlength=k)
        shown += counts
        clicked += rng.binomial(counts, rates)
        earned += float(counts @ rates)
    return earned, MANY_TOTAL * float(rates.max())


def replayed(name: str, seed: int, data: tuple[list[tuple[Floats, Floats]], list[Floats]]) -> tuple[float, float, int]:
    """All tests once under one rule in one world: (clicks earned, clicks of the best arms, fronts seen)."""
    rule, world = PLAN[name]
    rng = np.random.default_rng([8, seed])
    best = earned = 0.0
    fronts = 0
    for (n, c), quiet in zip(*data, strict=True):
        rates, total = (quiet if world == "denoised" else c / n), int(n.sum())
        later = None
        if world == "drift":
            later = np.random.default_rng(int(n[0])).permutation(rates)
        best += total * float(rates.max())
        more, seen = play(rates, total, rule, rng, later)
        earned, fronts = earned + more, fronts + seen
    return earned, best, fronts


def main(argv: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="headlines")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--least", type=int, default=3000)
    parser.add_argument("--tests", type=int, default=400, help="at most so many, evenly picked")
    parser.add_argument("--repeats", type=int, default=2, help="times each test is replayed, for less noise")
    parser.add_argument("--slates", type=int, default=4, help="simulated slates of each size")
    options = parser.parse_args(argv)
    if not options.data.exists():
        return {"skipped": f"{options.data.name} is not there"}
    tests = read(options.data, options.least)
    tests = tests[:: max(1, len(tests) // options.tests)][: options.tests]
    denoised = denoise(tests)
    told: dict[str, Any] = {"tests": len(tests), "repeats": options.repeats}
    jobs = [(name, seed) for name in PLAN for seed in range(options.repeats)]
    with ProcessPoolExecutor() as pool:
        found = dict(zip(jobs, pool.map(replayed, *zip(*jobs, strict=True), repeat((tests, denoised))), strict=True))
    for name, (rule, _) in PLAN.items():
        earned, best, fronts = np.sum([found[(name, seed)] for seed in range(options.repeats)], axis=0)
        told[name] = round(1 - float(earned / best), 4)
        if rule == "ours":
            told[name.replace("lost", "fronts") + "_a_test"] = round(float(fronts) / options.repeats / len(tests), 3)
    told["ratio_to_thompson"] = round(told["lost_raw"] / told["lost_thompson"], 3)
    for name, rule in (
        ("many_lost", "traits"),
        ("many_lost_thompson", "thompson"),
        ("many_lost_sharpened", "sharpened"),
    ):
        sums = {k: np.sum([many(k, seed, rule) for seed in range(options.slates)], axis=0) for k in MANY}
        earned, best = np.sum(list(sums.values()), axis=0)
        told[name] = round(1 - float(earned / best), 4)
        told[f"{name}_by_size"] = {str(k): round(1 - float(e / b), 4) for k, (e, b) in sums.items()}
    told["many_simulated"] = True
    return told
