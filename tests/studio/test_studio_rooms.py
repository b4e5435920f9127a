"""Through the rooms with the verbs behind them: wall, plan, signatures, launch, live, report, and a contact file."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from studio_samples import ADDRESS, token

from gale.adapters.words import load
from gale.engine import create as create_verb
from gale.engine.workspace import Workspace

FILE = """mel;prenom;optin;optin_date;desabo
camille@exemple.fr;Camille;OUI;14/03/2026;0
lea@exemple,fr;Léa;OUI;14/03/2026;0
zoe@exemple.fr;Zoé;OUI;15/02/2026;1
max@exemple.fr;Max;;;0
"""


@pytest.fixture(scope="module")
def campaign(workspace: Workspace) -> str:
    papers = workspace.read_documents()
    create_verb.create(workspace.store, workspace.catalogue, papers, now=workspace.clock.now(), seed=1, wanted=30)
    return papers.campaign.id


def post(browser: TestClient, path: str, _headers: dict[str, str] | None = None, **fields: str) -> Any:
    return browser.post(path, data={"csrf": token(browser), **fields}, headers={"origin": ADDRESS, **(_headers or {})})


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def test_the_wall_shows_variants_and_filters_them(inside: TestClient, campaign: str) -> None:
    html = inside.get(f"/c/{campaign}/wall").text
    assert html.count('class="ad') >= 20
    french = inside.get(f"/c/{campaign}/wall?placement=email&locale=fr").text
    assert '<span class="tag">EN</span><br>' not in french
    assert inside.get(f"/brand/{campaign}.css").headers["content-type"].startswith("text/css")


def test_what_the_documents_say_and_may_not_be_said_is_told_on_the_wall(
    inside: TestClient, workspace: Workspace
) -> None:
    papers = workspace.read_documents()
    boast = {"fr": "Le meilleur savon du monde.", "en": "The best soap in the world."}
    boasting = replace(
        papers,
        brand=papers.brand.model_copy(update={"emotional_core": boast}),
        campaign=papers.campaign.model_copy(update={"id": "boast"}),
    )
    create_verb.create(workspace.store, workspace.catalogue, boasting, now=workspace.clock.now(), seed=1, wanted=10)
    html = inside.get("/c/boast/wall").text
    assert boast["fr"] in html
    assert load("fr")("fact.superlative.title") in html


def test_an_invented_offer_is_refused_in_place_and_what_was_typed_is_kept(inside: TestClient, campaign: str) -> None:
    html = inside.get(f"/c/{campaign}/wall?placement=email&locale=fr").text
    phrase = {name: hidden(html, name) for name in ("phrase", "slot", "placement", "locale")}
    answer = post(inside, f"/c/{campaign}/phrase", {"hx-request": "true"}, **phrase, text="Le savon à −50 %.")
    assert answer.status_code == 422
    assert 'value="Le savon à −50 %."' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<html" not in answer.text


def test_a_contact_file_is_written_after_yes_only_and_can_be_taken_back(
    inside: TestClient, workspace: Workspace
) -> None:
    def known() -> int:
        with workspace.store.read() as unit:
            return unit.people.count()

    before = known()
    upload = {"file": ("clients.csv", FILE.encode(), "text/csv")}
    answer = inside.post("/contacts/read", data={"csrf": token(inside)}, files=upload, headers={"origin": ADDRESS})
    assert answer.status_code == 200
    assert "lea@exemple,fr" not in answer.text  # addresses are masked on screen
    held = hidden(answer.text, "token")
    refused = post(inside, "/contacts/yes", token=held, source="boutique")
    assert refused.status_code == 422
    assert 'value="boutique"' in refused.text
    assert known() == before
    done = post(inside, "/contacts/yes", token=held, source="boutique", right="1")
    assert done.status_code == 303
    assert known() == before + 2
    assert post(inside, "/contacts/yes", token=held, right="1").headers["location"] == "/contacts"
    assert not list((workspace.state / "uploads").glob("*"))
    name = done.headers["location"].split("=")[1]
    assert post(inside, f"/contacts/{name}/undo").status_code == 303
    assert known() == before


def test_the_plan_says_what_changed_since_it_was_written(
    inside: TestClient, campaign: str, workspace: Workspace
) -> None:
    """A brief that was edited meanwhile is told at the top, and nobody can sign before it is written again."""
    plan = inside.get(f"/c/{campaign}/plan").text
    assert "brief.yaml" not in plan
    brief = workspace.root / "brief.yaml"
    was = brief.read_text(encoding="utf-8")
    brief.write_text(was.replace("days: 14", "days: 13"), encoding="utf-8")
    try:
        assert brief.read_text(encoding="utf-8") != was
        told = inside.get(f"/c/{campaign}/plan").text
        assert 'class="faults after"' in told
        assert "brief.yaml" in told
        form = {name: hidden(plan, name) for name in ("role", "person", "plan")}
        signed = post(inside, f"/c/{campaign}/sign", **form, verdict="signed", remark="Lu.")
        assert signed.status_code == 422
        assert post(inside, f"/c/{campaign}/launch").status_code == 422
    finally:
        brief.write_text(was, encoding="utf-8")
    assert "brief.yaml" not in inside.get(f"/c/{campaign}/plan").text


def test_from_the_plan_to_the_report(inside: TestClient, campaign: str, workspace: Workspace) -> None:
    """Four hats of one person, each with its remark; then the campaign lives, pauses and stops."""
    papers = workspace.read_documents()
    plan = inside.get(f"/c/{campaign}/plan").text
    refused = post(inside, f"/c/{campaign}/sign", role="data_ethicist", person=hidden(plan, "person"), plan=hidden(plan, "plan"), verdict="refused", remark="")  # fmt: skip
    assert refused.status_code == 422
    assert 'id="remark-e"' in refused.text
    assert post(inside, f"/c/{campaign}/launch").status_code == 422
    for role in papers.team.required:
        form = inside.get(f"/c/{campaign}/plan?role={role}").text
        assert hidden(form, "role") == role
        signed = post(inside, f"/c/{campaign}/sign", role=role, person=hidden(form, "person"), plan=hidden(form, "plan"), verdict="signed", remark="Lu.")  # fmt: skip
        assert signed.status_code == 303, role
    assert post(inside, f"/c/{campaign}/launch").headers["location"] == f"/c/{campaign}/live?done=launched"
    assert 'hx-get="/c/' in inside.get(f"/c/{campaign}/live?done=launched").text
    assert 'hx-swap-oob="true"' in inside.get(f"/c/{campaign}/live/now").text
    assert post(inside, f"/c/{campaign}/pause").headers["location"].endswith("done=paused")
    assert 'action="/c/' in inside.get(f"/c/{campaign}/live?done=paused").text
    assert post(inside, f"/c/{campaign}/resume").status_code == 303
    assert inside.get(f"/c/{campaign}/report").status_code == 200
    sent = inside.get(f"/c/{campaign}/report.html")
    assert "attachment" in sent.headers["content-disposition"]
    assert post(inside, f"/c/{campaign}/ledger/falsify").status_code == 404  # outside a sandbox nobody may
    assert "#ledger" in post(inside, f"/c/{campaign}/ledger/verify").headers["location"]
    assert post(inside, f"/c/{campaign}/stop", reason="essai").status_code == 303
    assert inside.get(f"/c/{campaign}/live/now").headers["hx-refresh"] == "true"
    assert post(inside, f"/c/{campaign}/resume").status_code == 422
