"""The whole decision in process: person and consent read, eligibility, core, hand-over to the group-committed log."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent


def whole(arms: int, features: int, rounds: int = 4000) -> dict[str, Any]:
    """`p50_us` to the hand-over, `durable_p50_us` to the acknowledged commit of one decision alone."""
    sys.path.insert(0, str(HERE.parent / "tests" / "api"))
    from serving import live_workspace

    from benchmarks.decide import trained_snapshot
    from gale.adapters.store import GroupCommit
    from gale.decision.features import FeatureEncoder
    from gale.decision.moment import Slate
    from gale.decision.snapshot import Snapshot
    from gale.engine.decide import ask, commit, compile_frame
    from gale.engine.workspace import Workspace
    from gale.records.documents import FeatureSpec

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "shop"
        live_workspace(place, 1000)
        ws = Workspace.open(place)
        try:
            with ws.store.read() as unit:
                (row,) = unit.campaigns.all()
                frame = compile_frame(unit, row.id)
            touchpoint = next(t.id for t in frame.campaign.touchpoints if not t.weekdays and t.trigger is None)
            specs = [FeatureSpec(name=f"f{i}", kind="number") for i in range((features - 1) // 2)]
            record = trained_snapshot(arms, specs)
            slate = Slate(record.id, Snapshot.load(record))
            frame = type(frame)(
                **{
                    **{f: getattr(frame, f) for f in frame.__dataclass_fields__},
                    "slates": {f"{touchpoint}/{x}": slate for x in frame.locales},
                    "encoder": FeatureEncoder(specs),
                    "feature_names": tuple(s.name for s in specs),
                }
            )
            rng = np.random.default_rng(1)
            context = {s.name: float(rng.normal()) for s in specs}
            group: GroupCommit[Any, Any] = GroupCommit(ws.store, lambda unit, asked: commit(unit, asked, ws.clock.now))
            timed: list[float] = []
            waiting = []
            for i in range(rounds):
                now = ws.clock.now()
                began = time.perf_counter_ns()
                state = ws.store.look(f"p_{i % 1000:05d}")
                assert state is not None
                asked = ask(frame, state, touchpoint, now=now, rng=rng, context=context)
                waiting.append(group.submit(asked))
                timed.append((time.perf_counter_ns() - began) / 1000)
                if len(waiting) >= 256:
                    for future in waiting:
                        future.result()
                    waiting.clear()
            durable: list[float] = []
            for i in range(150):
                began = time.perf_counter_ns()
                state = ws.store.look(f"p_{i:05d}")
                assert state is not None
                group.submit(ask(frame, state, touchpoint, now=ws.clock.now(), rng=rng, context=context)).result()
                durable.append((time.perf_counter_ns() - began) / 1000)
            group.close()
        finally:
            ws.close()
    timed.sort()
    durable.sort()
    return {
        "p50_us": round(timed[len(timed) // 2], 1),
        "p99_us": round(timed[int(len(timed) * 0.99)], 1),
        "durable_p50_us": round(durable[len(durable) // 2], 1),
        "durable_p99_us": round(durable[int(len(durable) * 0.99)], 1),
    }
