"""Stages on the terminal: in the plan, as a picture, one step on or back."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import ROLES, bakery, change, here, open_today

from gale.engine import consent as consent_verb
from gale.engine.workspace import Workspace
from gale.records.people import Consent, Profile

STAGES = [
    {"id": "port", "name": {"fr": "Le port", "en": "The port"}, "values": ["brume"], "least_hours": 1},
    {"id": "all", "name": {"fr": "Partout", "en": "Everywhere"}, "approval": "data_ethicist"},
]


@pytest.fixture(scope="module")
def launched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = bakery(tmp_path_factory.mktemp("scale") / "fournil")
    open_today(folder)
    change(folder / "campaign.yaml", audience={"city": ["brume", "rade"]}, rollout={"by": "city", "stages": STAGES})
    ws = Workspace.open(folder)
    now = ws.clock.now()
    with ws.store.write() as unit:
        unit.people.add(
            Profile(id=f"p_{i}", attributes={"city": ("brume", "rade")[i % 2]}, created=now) for i in range(20)
        )
    acts = [
        Consent(id=f"c_{i}_{x}", person=f"p_{i}", purpose=x, state="given", basis="consent", source="till", notice="1", time=now)
        for i in range(20) for x in ("advertising", "email_marketing", "measurement")
    ]  # fmt: skip
    consent_verb.record(ws.store, ws.read_documents().purposes, acts, now=now)
    ws.close()
    assert here("-C", str(folder), "create", "--wanted", "12").code == 0
    return folder


def run(folder: Path, *arguments: str, lang: str = "en") -> str:
    ran = here("-C", str(folder), "--lang", lang, *arguments)
    assert ran.code == 0, ran.err
    return ran.out


def test_the_stages_from_the_plan_to_a_step_back(launched: Path) -> None:
    planned = run(launched, "plan")
    assert "Goes out in 2 stages:" in planned
    assert "The port: 10 people come in (10 in all); takes at least" in planned
    assert "Not launched yet." in run(launched, "scale")
    for role in ROLES:
        run(launched, "sign", "--role", role, "--as", "me", "--remark", "Read.")
    run(launched, "launch")
    shown = run(launched, "scale", lang="fr")
    assert "> 1  Le port" in shown
    assert "L’étape suivante attend" in shown
    assert "Plaintes" in shown
    early = here("-C", str(launched), "scale", "--advance", "--as", "me", "--json")
    assert (early.code, "scale.too_soon" in early.codes) == (2, True)
    silent = here("-C", str(launched), "scale", "--back", "--as", "me", "--json")
    assert silent.codes == ["scale.reason"]
    both = here("-C", str(launched), "scale", "--back", "--advance", "--json")
    assert both.codes == ["scale.both"]
    back = here("-C", str(launched), "scale", "--back", "--as", "me", "--reason", "Stock is empty.", "--json").json
    assert (back["step"]["kind"], back["step"]["to"], back["scale"]["status"]) == ("rolled_back", "", "paused")
    held = here("-C", str(launched), "launch", "--resume", "--json")
    assert held.codes == ["scale.held"]
    assert "goes on only when a person says why" in run(launched, "scale")
    assert "Stage “port” begins." in run(launched, "scale", "--advance", "--as", "me", "--reason", "It is back.")
    run(launched, "learn")


def test_a_campaign_without_stages_says_so(tmp_path: Path) -> None:
    folder = bakery(tmp_path / "plain")
    run(folder, "create", "--wanted", "12")
    assert "This campaign has no stages" in run(folder, "scale")
