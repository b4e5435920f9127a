"""The Proposals tab with the verbs behind it and a real server in place of the model."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from replaying import Replaying, error, phrases, replaying
from studio_samples import ADDRESS, token

from gale.adapters.words import load
from gale.creative.catalogue import FIXED
from gale.engine import create as create_verb
from gale.engine.init import Answers, init_workspace
from gale.engine.workspace import Workspace
from gale.records.proposal import Proposal
from gale.studio.app import create_app
from gale.studio.door import Door
from gale.studio.gather.proposals import CHECKS

SOAP = Answers(
    "Savonnerie", "Marin", "le savon", "soap", "cuit six heures au chaudron", "boiled for six hours", "7,50",
    touchpoints="letter, banner, post",
)  # fmt: skip
SAID = ("Le chaudron a tout son temps", "Une peau qui se souvient du matin", "Le savon à −50 % ce matin")
WHERE = {"placement": "email", "slot": "subject", "angle": "story", "locale": "fr", "wanted": "4", "by": "me"}


class Room:
    """A workspace with a writer, its Studio, and a browser inside."""

    def __init__(self, root: Path, server: Replaying) -> None:
        init_workspace(root, SOAP, today=date(2026, 9, 1))
        settings = root / "gale.yaml"
        told = f"writer: {{kind: local, model: brise-8b, base_url: {server.address}, timeout_s: 5, price_in: 1, price_out: 4}}\n"
        settings.write_text(settings.read_text() + told)
        self.ws = Workspace.open(root)
        papers = self.ws.read_documents()
        create_verb.create(self.ws.store, self.ws.catalogue, papers, now=self.ws.clock.now(), seed=1, wanted=12)
        self.campaign = papers.campaign.id
        door = Door.fresh(self.ws.state)
        self.browser = TestClient(create_app(self.ws, door, address=ADDRESS), base_url=ADDRESS, follow_redirects=False)
        self.browser.headers["accept-language"] = "en"
        self.browser.get(door.link(ADDRESS))

    def post(self, path: str, **fields: str) -> Any:
        told = {"csrf": token(self.browser), **WHERE, **fields}
        return self.browser.post(f"/c/{self.campaign}/proposals/{path}", data=told, headers={"origin": ADDRESS})

    def page(self, **asked: str) -> str:
        told = self.browser.get(f"/c/{self.campaign}/proposals", params={**WHERE, **asked}).text
        return html.unescape(told)

    def ask(self) -> str:
        self.post("ask")
        for _ in range(100):
            if 'id="asking"' not in self.page():
                return self.page()
            time.sleep(0.05)
        raise AssertionError("the call did not end")

    def of(self, status: str) -> list[Proposal]:
        with self.ws.store.read() as unit:
            return unit.proposals.of(self.campaign, status)


@pytest.fixture
def server() -> Iterator[Replaying]:
    with replaying(phrases(*SAID, read=1000, written=100)) as opened:
        yield opened


@pytest.fixture
def room(tmp_path: Path, server: Replaying) -> Iterator[Room]:
    made = Room(tmp_path / "soap", server)
    yield made
    made.ws.close()


def test_the_page_shows_what_would_be_sent_and_its_cost_and_sends_nothing(room: Room, server: Replaying) -> None:
    page = room.page()
    assert "Exactly what is sent" in page
    assert "cuit six heures au chaudron" in page
    assert re.search(r"<b>€0\.\d{4}</b> at most", page)
    assert server.asked == []


def test_asked_read_accepted_with_the_next_one_open_and_taken_back(room: Room, server: Replaying) -> None:
    page = room.ask()
    assert "2 phrases to read" in page
    assert "<mark>−50\u00a0%</mark>" in page
    assert "€0.0014" in page  # 1000 and 100 tokens, afterwards
    first, second = room.of("proposed")
    done = room.post(f"{first.id}/accept", next=second.id)
    assert (done.status_code, f"at={second.id}" in done.headers["location"]) == (303, True)
    assert [p.text for p in room.of("accepted")] == [SAID[0]]
    assert "Write the thousand with 1 change" in room.page()
    room.browser.post(
        f"/c/{room.campaign}/proposals/undo?by=me", data={"csrf": token(room.browser)}, headers={"origin": ADDRESS}
    )
    assert room.of("accepted") == []


def test_what_was_let_in_is_in_the_thousand_once_it_is_written_again(room: Room) -> None:
    room.ask()
    first = room.of("proposed")[0]
    room.post(f"{first.id}/accept")
    assert room.post("write").status_code == 303
    with room.ws.store.read() as unit:
        variants = list(unit.creatives.scan(room.campaign))
    assert [v for v in variants if v.slots.get("subject") == SAID[0] and v.by_model]
    assert "Write the thousand" not in room.page()


def test_an_edit_that_the_checks_refuse_is_kept_and_told_and_one_that_passes_is_accepted(room: Room) -> None:
    room.ask()
    first = room.of("proposed")[0]
    live = room.post(f"{first.id}/check", text="Le savon à −50 %")
    assert "−50\u00a0%" in live.text
    assert "<html" not in live.text
    refused = room.post(f"{first.id}/edit", text="Le savon à −50 %")
    assert refused.status_code == 422
    assert 'value="Le savon à −50 %"' in html.unescape(refused.text)
    assert room.post(f"{first.id}/edit", text="Le chaudron a son temps").status_code == 303
    assert [p.text for p in room.of("edited")] == ["Le chaudron a son temps"]


def test_what_the_checks_refused_has_no_way_to_be_accepted(room: Room) -> None:
    room.ask()
    refused = room.of("refused")[0]
    assert f"{refused.id}/accept" not in room.page()
    answer = room.post(f"{refused.id}/accept")
    assert answer.status_code == 422
    assert room.of("accepted") == []


def test_closed_slots_are_not_on_offer_and_refused_when_asked_for_all_the_same(room: Room, server: Replaying) -> None:
    assert '<option value="price"' not in room.page()
    room.post("ask", slot="price")
    for _ in range(100):
        if "closed to a model" in room.page():
            break
        time.sleep(0.05)
    assert "closed to a model" in room.page()
    assert server.asked == []


def test_a_model_that_does_not_answer_leaves_a_message_and_everything_else(tmp_path: Path) -> None:
    with replaying(error(500, "down", **{"retry-after": "0"})) as server:
        room = Room(tmp_path / "soap", server)
        page = room.ask()
        assert "Nothing was charged" in page
        assert "nothing: it failed" in page
        assert room.browser.get(f"/c/{room.campaign}/wall").status_code == 200
        room.ws.close()


def test_without_a_writer_the_page_says_that_none_is_needed(inside: TestClient, workspace: Workspace) -> None:
    papers = workspace.read_documents()
    create_verb.create(workspace.store, workspace.catalogue, papers, now=workspace.clock.now(), seed=1, wanted=12)
    inside.headers["accept-language"] = "en"
    page = html.unescape(inside.get(f"/c/{papers.campaign.id}/proposals").text)
    assert "No model, and none is needed" in page
    assert "proposals/ask" not in page
    assert f'href="/c/{papers.campaign.id}/proposals"' in inside.get(f"/c/{papers.campaign.id}/wall").text


def test_a_change_without_this_sessions_token_changes_nothing(room: Room, server: Replaying) -> None:
    answer = room.browser.post(f"/c/{room.campaign}/proposals/ask", data=WHERE, headers={"origin": ADDRESS})
    assert answer.status_code == 403
    assert server.asked == []


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_check_every_lock_and_every_deed_has_its_words(locale: str) -> None:
    words = load(locale)
    wanted = [f"proposal.check.{name}" for name in CHECKS] + [f"proposal.closed.{name}" for name in FIXED]
    wanted += [f"done.proposal.{x}" for x in ("accepted", "edited", "rejected", "undone", "written")]
    assert [code for code in wanted if not words.has(code)] == []
