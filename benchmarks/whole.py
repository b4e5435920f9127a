"""The whole decision in process: person and consent read, eligibility, core, hand-over to the group-committed log."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

PEOPLE = 1000
IN_FLIGHT = 256  # decisions handed over before the caller waits for their commits


def whole(arms: int, features: int, rounds: int = 4000) -> dict[str, Any]:
    """`p50_us` to the hand-over, `durable_p50_us` to the acknowledged commit of one decision alone."""
    from benchmarks.slates import feature_specs, live_shop
    from gale.adapters.store import GroupCommit
    from gale.engine.decide import Asked, ask, commit, compile_frame
    from gale.engine.workspace import Workspace
    from gale.records.decision import Decision

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "shop"
        _, touchpoint = live_shop(place, PEOPLE, arms, features)
        ws = Workspace.open(place)
        rng = np.random.default_rng(1)
        context = {s.name: float(rng.normal()) if s.kind == "number" else "x" for s in feature_specs(features)}
        try:
            with ws.store.read() as unit:
                (row,) = unit.campaigns.all()
                frame = compile_frame(unit, row.id)
            group: GroupCommit[Asked, Decision] = GroupCommit(
                ws.store, lambda unit, asked: commit(unit, asked, ws.clock.now)
            )

            def hand_over(i: int) -> Any:
                state = ws.store.look(f"p_{i % PEOPLE:05d}")
                assert state is not None
                return group.submit(ask(frame, state, touchpoint, now=ws.clock.now(), rng=rng, context=context))

            handed: list[float] = []
            waiting = []
            shown = 0
            for i in range(rounds):
                began = time.perf_counter_ns()
                waiting.append(hand_over(i))
                handed.append((time.perf_counter_ns() - began) / 1000)
                if len(waiting) >= IN_FLIGHT:
                    shown += sum(future.result().variant is not None for future in waiting)
                    waiting.clear()
            durable: list[float] = []
            for i in range(150):
                began = time.perf_counter_ns()
                hand_over(i).result()
                durable.append((time.perf_counter_ns() - began) / 1000)
            group.close()
        finally:
            ws.close()
    handed.sort()
    durable.sort()
    return {
        "p50_us": round(handed[len(handed) // 2], 1),
        "p99_us": round(handed[int(len(handed) * 0.99)], 1),
        "durable_p50_us": round(durable[len(durable) // 2], 1),
        "durable_p99_us": round(durable[int(len(durable) * 0.99)], 1),
        "shown_share": round(shown / rounds, 2),
    }
