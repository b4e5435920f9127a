"""The live page with the verbs behind it: the lesson of the day, plots as files, buttons that never block the loop."""

from __future__ import annotations

import asyncio
import inspect
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from studio_samples import ADDRESS, token

from gale.adapters.clock import SteppedClock
from gale.adapters.words import load
from gale.engine import learned as learned_verb
from gale.engine import outcomes as outcomes_verb
from gale.engine.decide import decide_many
from gale.engine.init import Answers, init_workspace
from gale.engine.launch import pause_variant
from gale.engine.notes import note
from gale.engine.workspace import Workspace
from gale.records.decision import Outcome
from gale.studio.app import create_app
from gale.studio.door import Door
from gale.studio.drawings import write_plots
from house import START, House

HOUR, DAY = 3_600_000, 86_400_000
DAYS = 3
SOAP = Answers(
    "Savonnerie", "Marin", "le savon", "soap", "cuit six heures au chaudron", "boiled for six hours", "7,50",
    touchpoints="letter, banner, post",
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A soap maker's campaign, three days old: what makes a promise of an invitation is clicked twice as often."""
    root = tmp_path_factory.mktemp("live")
    init_workspace(root, SOAP, today=date(2026, 9, 2))
    clock = SteppedClock(START)
    made = House(Workspace.open(root, clock=clock), clock)
    people = made.go_live(700)
    rng = np.random.default_rng(8)
    for day in range(DAYS):
        clock.move_to(START + day * DAY + HOUR)
        told = decide_many(made.ws.store, made.campaign, people, made.daily, now=clock.now(), rng=rng)
        with made.ws.store.read() as unit:
            kinds = unit.creatives.get(made.campaign, sorted({d.variant for d in told if d.variant}))
        favoured = min(v.traits["angle"] for v in kinds.values())
        clicks = [
            Outcome(source="test", source_id=d.id, person=d.person, kind="click", time=d.time + HOUR,
                    received=d.time + HOUR, decision=d.id)
            for d in told
            if d.variant and rng.random() < (0.5 if kinds[d.variant].traits["angle"] == favoured else 0.2)
        ]  # fmt: skip
        outcomes_verb.tell(made.ws.store, clicks, now=clock.now() + 2 * HOUR)
    clock.move_to(START + (DAYS + 2) * DAY)
    with made.ws.store.write() as unit:  # news from behind every window
        late = clock.now() - 8 * HOUR
        unit.outcomes.append(
            [Outcome(source="test", source_id="late", person=people[0], kind="click", time=late, received=late)]
        )
    yield made
    made.ws.close()


@pytest.fixture
def inside(house: House) -> TestClient:
    door = Door.fresh(house.ws.state)
    browser = TestClient(create_app(house.ws, door, address=ADDRESS), base_url=ADDRESS, follow_redirects=False)
    assert browser.get(door.link(ADDRESS)).status_code == 200
    browser.app.state.studio.reports.learned(house.campaign, house.clock.now())  # type: ignore[attr-defined]
    return browser


def test_the_lesson_of_the_day_leads_the_live_page(inside: TestClient, house: House) -> None:
    html = inside.get(f"/c/{house.campaign}/live", headers={"accept-language": "en"}).text
    said = load("en").text(learned_verb.learned(house.ws.store, house.campaign, now=house.clock.now())["said"])
    assert said in html.replace("&#34;", '"')
    assert html.index(said[:30]) < html.index('class="kpis"')


def test_reading_on_from_where_one_stopped_is_reading_all_at_once(house: House) -> None:
    """The sums after three days read day by day are those of one reading."""
    with house.ws.store.read() as unit:
        row = unit.campaigns.get(house.campaign)
        assert row is not None
        papers = learned_verb.Documents.of(row)
        log = learned_verb.Log()
        for day in range(DAYS + 3):
            log = learned_verb.read(unit, row, papers, log, now=START + day * DAY)
        whole = learned_verb.read(unit, row, papers, learned_verb.Log(), now=START + (DAYS + 2) * DAY)
    assert log.cells == whole.cells
    assert sum(a.n for a in whole.cells.values()) > 1_000


def test_a_lesson_is_made_of_days_that_are_over_only(house: House) -> None:
    early = learned_verb.learned(house.ws.store, house.campaign, now=START + 30 * HOUR)
    later = learned_verb.learned(house.ws.store, house.campaign, now=house.clock.now())
    assert early["messages"] == 0
    assert later["messages"] > 1_000
    assert later["until"] <= house.clock.now()


def test_the_sentence_and_the_comparisons_agree(house: House) -> None:
    told = learned_verb.learned(house.ws.store, house.campaign, now=house.clock.now())
    msgspec.json.encode(told)
    proven = [c for c in told["contributions"] if c["verdict"] in ("proven", "harm")]
    assert bool(proven) == (told["state"] in ("new", "still") or (told["state"] == "lost" and bool(proven)))
    for one in told["contributions"]:
        if one["relative"] is not None:
            assert one["relative"]["low"] <= one["relative"]["estimate"] <= one["relative"]["high"]
            assert (one["relative"]["low"] > 0 or one["relative"]["high"] < 0) == (one["verdict"] in ("proven", "harm"))


def test_traffic_is_shown_period_by_period_and_by_angle_on_request(inside: TestClient, house: House) -> None:
    html = inside.get(f"/c/{house.campaign}/live?by=angle", headers={"accept-language": "en"}).text
    assert 'aria-current="true">by angle' in html
    assert f"/c/{house.campaign}/live/now?by=angle" in html
    assert "period by period" in html
    assert "so far for each variant" not in html


def test_what_refreshes_itself_brings_the_lesson_along(inside: TestClient, house: House) -> None:
    html = inside.get(f"/c/{house.campaign}/live/now?by=angle", headers={"accept-language": "en"}).text
    assert '<p class="lede" id="lesson" hx-swap-oob="true">' in html
    assert 'aria-current="true">by angle' in html
    assert "What was learned" in html


def test_every_plot_is_a_file_in_the_readers_language(inside: TestClient, house: House) -> None:
    for locale, title in (("fr", "qui reçoit le trafic"), ("en", "who gets the traffic")):
        answer = inside.get(f"/c/{house.campaign}/plots/allocation.svg", headers={"accept-language": locale})
        assert answer.headers["content-type"] == "image/svg+xml"
        assert f"allocation-{house.campaign}-{locale}.svg" in answer.headers["content-disposition"]
        assert title in (ET.fromstring(answer.text).findtext("{http://www.w3.org/2000/svg}title") or "")
    assert inside.get(f"/c/{house.campaign}/plots/passwd.svg").status_code == 404
    assert inside.get("/c/none/plots/lift.svg").status_code == 404


def test_plots_are_written_in_both_languages_and_only_what_there_is_to_draw(house: House, tmp_path: Any) -> None:
    with house.ws.store.read() as unit:
        row = unit.campaigns.get(house.campaign)
    assert row is not None
    written = write_plots(house.ws.store, row, tmp_path / "plots", now=house.clock.now())
    names = {path.name for path in written}
    assert {"allocation-fr.svg", "allocation-en.svg", "contributions-fr.svg", "contributions-en.svg"} <= names
    for path in written:
        ET.fromstring(path.read_text(encoding="utf-8"))


def test_fronts_and_pauses_stand_in_the_plot_and_in_words(inside: TestClient, house: House) -> None:
    with house.ws.store.read() as unit:
        row = unit.campaigns.get(house.campaign)
        assert row is not None
        variant = row.live[next(s for s in row.live if s.startswith(house.daily))][0]
    pause_variant(house.ws.store, house.campaign, variant, paused=True, now=START + 3 * DAY)
    body = {"campaign": house.campaign, "slate": "x", "variant": variant, "direction": "down", "n": 640}
    with house.ws.store.write() as unit:
        note(unit, now=START + 4 * DAY, kind="front", body={**body, "since": START + 2 * DAY})
    html = inside.get(f"/c/{house.campaign}/live", headers={"accept-language": "en"}).text
    pause_variant(house.ws.store, house.campaign, variant, paused=False, now=START + 3 * DAY)
    assert "answers fell" in html
    assert "was set aside" in html
    assert 'class="front"' in html
    assert "A change was detected" in html  # in the log too


def test_an_ended_flight_never_reads_live(inside: TestClient, house: House) -> None:
    with house.ws.store.read() as unit:
        row = unit.campaigns.get(house.campaign)
    assert row is not None
    flight = learned_verb.Documents.of(row).brief.flight
    before = house.clock.now()
    over = int((flight.start - date(1970, 1, 1) + timedelta(days=flight.days + 1)).total_seconds() * 1000)
    house.clock.move_to(over)
    html = inside.get(f"/c/{house.campaign}/live", headers={"accept-language": "en"}).text
    house.ws.clock = house.clock = SteppedClock(before)
    assert "flight ended on" in html
    assert "windows still open until" in html
    assert '<span class="badge fair on">Live</span>' not in html


def routes(app: Any) -> list[APIRoute]:
    return [r for r in app.routes if isinstance(r, APIRoute)]


def test_the_wall_of_a_launched_campaign_offers_no_change_and_leads_to_what_runs(
    inside: TestClient, house: House
) -> None:
    wall = inside.get(f"/c/{house.campaign}/wall").text
    assert f'href="/c/{house.campaign}/live"' in wall
    assert f'action="/c/{house.campaign}/phrase"' not in wall
    assert load("en")("On to the plan") not in wall


def test_no_page_or_button_runs_on_the_event_loop(inside: TestClient) -> None:
    for route in routes(inside.app):
        module = route.endpoint.__module__
        if module.rsplit(".", 1)[-1] in ("routes_story", "routes_live", "routes_people", "routes_scale"):
            assert not inspect.iscoroutinefunction(route.endpoint), route.path
            assert not asyncio.iscoroutinefunction(route.endpoint), route.path


def test_every_button_refuses_who_has_no_token(inside: TestClient) -> None:
    for route in routes(inside.app):
        if "POST" in route.methods:
            path = route.path
            for name in route.param_convertors:
                path = path.replace(f"{{{name}}}", "x")
            answer = inside.post(path, data={"csrf": "wrong"}, headers={"origin": ADDRESS})
            assert answer.status_code == 403, route.path


def test_a_pause_is_done_and_taken_back(inside: TestClient, house: House) -> None:
    path = f"/c/{house.campaign}"
    done = inside.post(f"{path}/pause", data={"csrf": token(inside)}, headers={"origin": ADDRESS})
    assert done.headers["location"] == f"{path}/live?done=paused"
    assert f'action="{path}/resume"' in inside.get(f"{path}/live?done=paused").text
    inside.post(f"{path}/resume", data={"csrf": token(inside)}, headers={"origin": ADDRESS})
    with house.ws.store.read() as unit:
        row = unit.campaigns.get(house.campaign)
    assert row is not None
    assert row.status == "live"
