"""A live workspace whose one web touchpoint has so many variants and features, and a personal policy that has learned."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import numpy as np

from gale.decision.features import FeatureEncoder
from gale.decision.learner import Arm, Batch, Learner
from gale.engine.workspace import Workspace
from gale.records.creative import Variant
from gale.records.decision import PolicySnapshot
from gale.records.documents import FeatureSpec, PolicyLimits

ANGLES, AUDIENCES, LENGTHS = 6, 4, 3


def feature_specs(features: int) -> list[FeatureSpec]:
    """Declared attributes that encode to exactly `features` numbers, the intercept among them.

    Numbers, but for one category of two values where the count asks for it (a number takes two places, this takes three).
    """
    odd = (features - 1) % 2
    specs = [FeatureSpec(name=f"f{i}", kind="number") for i in range((features - 1 - 3 * odd) // 2)]
    specs += [FeatureSpec(name="kind", kind="category", values=["x", "y"])] * odd
    assert FeatureEncoder(specs).size == features
    return specs


def trained_snapshot(
    ids: list[str], specs: list[FeatureSpec], *, campaign: str = "bench", kind: str = "letter/en", rows: int = 20_000
) -> PolicySnapshot:
    """A personal policy that has learned from a world in which angles please some people more than others."""
    rng = np.random.default_rng(7)
    arms, size = len(ids), FeatureEncoder(specs).size
    named = [
        Arm(
            name,
            {"angle": str(i % ANGLES), "audience": str(i // ANGLES % AUDIENCES), "length": str(i // 24 % LENGTHS)},
        )
        for i, name in enumerate(ids)
    ]
    x = np.clip(rng.standard_normal((rows, size)), -3, 3)
    x[:, 0] = 1.0
    taste = rng.normal(0, 0.01, (ANGLES, size))
    arm = rng.integers(0, arms, rows)
    chance = np.clip(0.1 + (x * taste[arm % ANGLES]).sum(axis=1), 0.01, 0.9)
    reward = (rng.random(rows) < chance).astype(np.float64)
    learner = Learner.start(named, specs, PolicyLimits(live_max=200), seed=1)
    learner = learner.learn(Batch(arm.astype(np.intp), x, reward, np.full(rows, 1 / arms)))
    return learner.snapshot(campaign, kind, 1_000_000, 0, personal=True)


def live_shop(place: Path, people: int, arms: int, features: int) -> tuple[str, str]:
    """Make it; (API key, touchpoint). The variants are copies of an accepted one under names of their own."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "api"))
    from serving import live_workspace  # the workspace that the HTTP tests use

    key = live_workspace(place, people)
    specs = feature_specs(features)
    ws = Workspace.open(place)
    try:
        with ws.store.write() as unit:
            (row,) = unit.campaigns.all()
            documents = {**row.documents, "campaign": {**row.documents["campaign"]}}
            documents["campaign"]["features"] = [s.model_dump(mode="json") for s in specs]
            unit.campaigns.put(msgspec.structs.replace(row, documents=documents))
            touchpoint = next(
                t["id"]
                for act in documents["campaign"]["narrative"]
                for t in act["touchpoints"]
                if not t.get("weekdays") and t.get("trigger") is None
            )
            known = list(unit.creatives.scan(row.id))
            copies: list[Variant] = []
            for slate in [s for s in unit.snapshots.latest(row.id) if s.kind.startswith(f"{touchpoint}/")]:
                first = next(v for v in known if v.id == slate.arms[0])
                ids = [f"v_{slate.kind[-2:]}{i:014d}" for i in range(arms)]
                copies += [msgspec.structs.replace(first, id=name) for name in ids]
                unit.snapshots.put(trained_snapshot(ids, specs, campaign=row.id, kind=slate.kind))
            unit.creatives.replace(row.id, [*known, *copies])
    finally:
        ws.close()
    return key, touchpoint
