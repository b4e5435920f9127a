"""How long one decision takes, beside its peers in the same run, and the whole of it down to the log.

`core` is features given -> choice and exact propensity. The peers choose among as many arms for people of as many
features, each after learning from the same world; their turns are interleaved with ours, so that whatever else the
machine does falls on all. Ratios are a peer's median over ours.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.slates import feature_specs, trained_snapshot
from gale.decision import kernel
from gale.decision.snapshot import Snapshot

ROUNDS = 30  # turns that each library has
TURN_MS = 30.0  # about how long a turn is
LEARNED = 2000  # decisions that every peer has learned from
Call = Callable[[int], object]  # choose for the i-th person


def core(arms: int, features: int, *, peers: bool = True) -> dict[str, Any]:
    """Medians of one choice for people never seen before; and decisions a second in batches."""
    specs = feature_specs(features)
    ids = [f"v_{i:04d}" for i in range(arms)]
    snapshot = Snapshot.load(trained_snapshot(ids, specs))
    rng = np.random.default_rng(3)
    people = np.clip(rng.standard_normal((4096, features)), -3, 3)
    draws = rng.random((4096, 2))
    pairs = [(a, b) for a, b in draws.tolist()]
    calls: dict[str, Call] = {"core": lambda i: snapshot.choose(people[i], None, pairs[i])}
    if peers:
        from benchmarks.deciders import peers_of

        calls |= peers_of(arms, people)
    timed = _interleaved(calls, len(people))
    found: dict[str, Any] = {"arms": arms, "features": features, "compiled": kernel.COMPILED}
    ours = sorted(timed.pop("core"))
    found["core_p50_us"] = round(statistics.median(ours), 1)
    found["core_p99_us"] = round(ours[int(len(ours) * 0.99)], 1)
    for name, taken in timed.items():
        found[f"{name}_p50_us"] = round(statistics.median(taken), 1)
        found[f"ratio_vs_{name}"] = round(statistics.median(taken) / statistics.median(ours), 1)
    found["batch_per_second"] = _per_second(lambda: snapshot.choose_many(people, None, draws, exact=False), len(people))
    found["batch_exact_per_second"] = _per_second(lambda: snapshot.choose_many(people, None, draws), len(people))
    return found


def _interleaved(calls: dict[str, Call], people: int) -> dict[str, list[float]]:
    """Microseconds of every call, in turns; the first turns are a warm-up."""
    each = {}
    for name, call in calls.items():
        call(0)
        began = time.perf_counter()
        call(1)
        each[name] = max(1, min(people // ROUNDS, int(TURN_MS / 1000 / (time.perf_counter() - began))))
    timed: dict[str, list[float]] = {name: [] for name in calls}
    person = 0
    for turn in range(ROUNDS):
        for name, call in calls.items():
            for _ in range(each[name]):
                person = (person + 1) % people
                began = time.perf_counter_ns()
                call(person)
                taken = (time.perf_counter_ns() - began) / 1000
                if turn >= ROUNDS // 10:
                    timed[name].append(taken)
    return timed


def _per_second(batch: Callable[[], object], size: int) -> int:
    """Median over several batches."""
    batch()
    rates = []
    for _ in range(9):
        began = time.perf_counter()
        batch()
        rates.append(size / (time.perf_counter() - began))
    return round(statistics.median(rates))


def main(argv: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="decide")
    parser.add_argument("--arms", type=int, default=100)
    parser.add_argument("--features", type=int, default=64)
    parser.add_argument("--core-only", action="store_true", help="without the store")
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args(argv)
    found = core(options.arms, options.features, peers=not options.no_peers)
    if not options.core_only:
        from benchmarks.whole import whole

        found |= whole(options.arms, options.features)
    return found
