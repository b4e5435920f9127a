"""How long one decision takes: the core (features -> choice and exact propensity), and the whole of it."""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

from gale.decision.features import FeatureEncoder
from gale.decision.learner import Arm, Batch, Learner
from gale.decision.snapshot import Snapshot
from gale.records.decision import PolicySnapshot
from gale.records.documents import FeatureSpec, PolicyLimits

ANGLES, AUDIENCES, LENGTHS = 6, 4, 3


def trained_snapshot(arms: int, specs: list[FeatureSpec], rows: int = 20_000) -> PolicySnapshot:
    """A personal policy that has learned from a world in which angles please some people more than others."""
    rng = np.random.default_rng(7)
    size = FeatureEncoder(specs).size
    named = [
        Arm(
            f"v_{i:04d}",
            {"angle": str(i % ANGLES), "audience": str(i // ANGLES % AUDIENCES), "length": str(i // 24 % LENGTHS)},
        )
        for i in range(arms)
    ]
    x = np.clip(rng.standard_normal((rows, size)), -3, 3)
    x[:, 0] = 1.0
    taste = rng.normal(0, 0.01, (ANGLES, size))
    arm = rng.integers(0, arms, rows)
    chance = np.clip(0.1 + (x * taste[arm % ANGLES]).sum(axis=1), 0.01, 0.9)
    reward = (rng.random(rows) < chance).astype(np.float64)
    learner = Learner.start(named, specs, PolicyLimits(live_max=200), seed=1)
    learner = learner.learn(Batch(arm.astype(np.intp), x, reward, np.full(rows, 1 / arms)))
    return learner.snapshot("bench", "letter/en", 1, 0, personal=True)


def core(arms: int, features: int, rounds: int = 3000) -> dict[str, Any]:
    """Median and 99th percentile of `Snapshot.choose` for people never seen before, after a warm-up; and in batch."""
    specs = [FeatureSpec(name=f"f{i}", kind="category", values=["1"]) for i in range((features - 1) // 2)]
    specs += [] if len(specs) * 2 + 1 == features else [FeatureSpec(name="last", kind="category", values=["1"])]
    snapshot = Snapshot.load(trained_snapshot(arms, specs))
    size = FeatureEncoder(specs).size
    rng = np.random.default_rng(3)
    people = np.clip(rng.standard_normal((rounds, size)), -3, 3)
    draws = rng.random((rounds, 2)).tolist()
    timed = []
    for i in range(rounds):
        x, draw = people[i], (draws[i][0], draws[i][1])
        began = time.perf_counter_ns()
        snapshot.choose(x, None, draw)
        timed.append((time.perf_counter_ns() - began) / 1000)
    timed = sorted(timed[rounds // 10 :])
    began = time.perf_counter()
    snapshot.propensities_many(people)
    each = (time.perf_counter() - began) / rounds
    return {
        "arms": arms,
        "features": size,
        "core_p50_us": round(timed[len(timed) // 2], 1),
        "core_p99_us": round(timed[int(len(timed) * 0.99)], 1),
        "batch_exact_per_second": round(1 / each),
    }


def main(argv: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="decide")
    parser.add_argument("--arms", type=int, default=100)
    parser.add_argument("--features", type=int, default=64)
    parser.add_argument("--core-only", action="store_true")
    options = parser.parse_args(argv)
    found = core(options.arms, options.features)
    if not options.core_only:
        from benchmarks.whole import whole

        found |= whole(options.arms, options.features)
    return found
