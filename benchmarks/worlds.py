"""The two simulated cities again under many seeds: does the gate open where tastes differ, and only there?

Each seed is a whole campaign on a database of its own: people, consents, decisions, late outcomes, learning, the gate.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parent.parent / "examples" / "eveil"


def one(seed: int) -> dict[str, Any]:
    """One seed: both cities, from people to verdict."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from gale.engine import report as report_verb
    from gale.studio.sandbox import Sandbox

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "eveil"
        shutil.copytree(EXAMPLE, place, ignore=shutil.ignore_patterns(".gale", "out"))
        box = Sandbox.open(place, seed=seed)
        try:
            box.populate()
            box.write(wanted=150)
            box.plan()
            box.sign("en", everybody=True)
            box.launch()
            for _ in box.run():
                pass
            worlds = [report_verb.world(truth.id, truth.name, told) for truth, told in box.worlds()]
        finally:
            box.workspace.close()
    return {
        "seed": seed,
        "opened": {w["name"]: w["policy_opened"] for w in worlds},
        "gain": {w["name"]: w["gain_relative"] for w in worlds},
        "proven": {w["name"]: w["lift"]["proven"] for w in worlds},
        "decisions": sum(w["decisions"] for w in worlds),
        "seconds": round(time.perf_counter() - began, 1),
    }


def main(argv: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1000)
    chosen = parser.parse_args(argv)
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        results = pool.map(one, seeds, chunksize=1)
    true, null = list(results[0]["opened"])
    opened = [r for r in results if r["opened"][true]]
    return {
        "seeds": chosen.seeds,
        "opened_true": len(opened),
        "opened_null": sum(r["opened"][null] for r in results),
        "gain_relative_median": round(statistics.median([r["gain"][true] for r in opened] or [0.0]), 4),
        "gain_relative_max": round(max([r["gain"][true] for r in opened] or [0.0]), 4),
        "lift_proven": {city: sum(r["proven"][city] for r in results) for city in (true, null)},
        "decisions_median": statistics.median(r["decisions"] for r in results),
        "seconds_median": statistics.median(r["seconds"] for r in results),
    }
