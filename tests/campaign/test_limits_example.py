"""The bike workshop's limits: an example that can be kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gale.adapters.clock import SteppedClock
from gale.adapters.files.start import start_documents
from gale.adapters.files.yaml_reader import read_document, write_yaml
from gale.engine import create as create_verb
from gale.engine import plan as plan_verb
from gale.engine.workspace import Workspace

VELO = Path(__file__).parents[2] / "examples" / "velo"
OCTOBER = int(datetime(2026, 9, 30, 9, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def velo(tmp_path: Path) -> Iterator[Workspace]:
    for kind, data in start_documents().items():
        write_yaml(tmp_path / f"{kind}.yaml", data)
    for kind in ("brand", "brief", "campaign"):
        (tmp_path / f"{kind}.yaml").write_text((VELO / f"{kind}.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    ws = Workspace.open(tmp_path, clock=SteppedClock(OCTOBER))
    yield ws
    ws.close()


def test_the_bike_workshops_limits_can_be_kept(velo: Workspace) -> None:
    documents = velo.read_documents()
    create_verb.create(velo.store, velo.catalogue, documents, now=OCTOBER, seed=1, wanted=60)
    planned = plan_verb.plan(velo.store, documents.campaign.id, now=OCTOBER, documents=documents)
    assert planned.limits is not None
    assert planned.limits.budget == 40_000
    assert [f.floor for f in planned.limits.floors] == ["seldom-riders"]
    assert planned.limits.floors[0].variants > 0


def test_the_limits_section_is_part_of_the_published_schema() -> None:
    from gale.records.documents import Campaign

    schema = Campaign.model_json_schema(by_alias=True)
    assert {"Limits", "Budget", "VariantCaps", "Exclusion", "Floor"} <= schema["$defs"].keys()
    assert schema["$defs"]["Budget"]["properties"]["pacing"]["enum"] == ["even", "asap"]
    assert read_document(VELO / "campaign.yaml", "campaign").limits is not None  # type: ignore[attr-defined]
