"""Real headline tests played again: how many clicks are lost against always showing the best arm?

Each test of the file (at least two arms, 3,000 impressions) is replayed with as many impressions as it had; allocations
change every 25. Clicks are drawn from the arms' observed rates (`raw`), from rates shrunk by an empirical-Bayes
posterior (`denoised`), and from rates that are permuted among the arms at half time (`drift`). All rules meet the same
tests; the campaign-level policy is the product's own.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gale.decision.policies import FLOOR, thompson_scores

Floats = NDArray[np.float64]
EACH = 25
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


def play(rates: Floats, total: int, rule: str, rng: np.random.Generator, later: Floats | None = None) -> float:
    """Expected clicks of one test under a rule (the draws decide what it sees, expectations what it earns)."""
    k = len(rates)
    shown, clicked = np.zeros(k), np.zeros(k)
    earned, done, winner = 0.0, 0, -1
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
            best = thompson_scores(shown, clicked, size, rng).argmax(axis=1)
            best[explore] = rng.integers(0, k, int(explore.sum()))
            counts = np.bincount(best, minlength=k)
        seen = rng.binomial(counts, now)
        shown += counts
        clicked += seen
        earned += float(counts @ now)
        done += size
    return earned


def main(argv: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="headlines")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--least", type=int, default=3000)
    parser.add_argument("--tests", type=int, default=400, help="at most so many, evenly picked")
    options = parser.parse_args(argv)
    if not options.data.exists():
        return {"skipped": f"{options.data.name} is not there"}
    tests = read(options.data, options.least)
    tests = tests[:: max(1, len(tests) // options.tests)][: options.tests]
    denoised = denoise(tests)
    rng = np.random.default_rng(8)
    plan = {
        "lost_uniform": ("uniform", "raw"),
        "lost_thompson": ("thompson", "raw"),
        "lost_ab": ("ab", "raw"),
        "lost_raw": ("ours", "raw"),
        "lost_thompson_denoised": ("thompson", "denoised"),
        "lost_denoised": ("ours", "denoised"),
        "lost_drift": ("ours", "drift"),
        "lost_drift_thompson": ("thompson", "drift"),
    }
    told: dict[str, Any] = {"tests": len(tests)}
    for name, (rule, world) in plan.items():
        best = earned = 0.0
        for (n, c), quiet in zip(tests, denoised, strict=True):
            rates, total = (quiet if world == "denoised" else c / n), int(n.sum())
            later = None
            if world == "drift":
                later = np.random.default_rng(int(n[0])).permutation(rates)
            best += total * float(rates.max())
            earned += play(rates, total, rule, rng, later)
        told[name] = round(1 - earned / best, 4)
    told["ratio_to_thompson"] = round(told["lost_raw"] / told["lost_thompson"], 3)
    return told
