"""The Scale page: what it says in each state, and its two buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from fastapi.testclient import TestClient
from scale_samples import scales
from studio_samples import ADDRESS, render, token

from climbing import BAKERY, Climbing
from gale.adapters.clock import SteppedClock
from gale.engine.init import init_workspace
from gale.engine.workspace import Workspace
from gale.studio.app import create_app
from gale.studio.door import Door
from gale.studio.plots import guardrail, stages
from house import START, House

EASY = [{"measure": "unsubscribed", "limit": 0.005, "worst": 0.03}]


@pytest.fixture(scope="module")
def climbing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Climbing]:
    root = tmp_path_factory.mktemp("scale") / "boulangerie"
    init_workspace(root, BAKERY, today=date(2026, 9, 2))
    clock = SteppedClock(START)
    ws = Workspace.open(root, clock=clock)
    yield Climbing(House(ws, clock), guardrails=EASY)
    ws.close()


@pytest.fixture
def browser(climbing: Climbing) -> TestClient:
    ws = climbing.house.ws
    door = Door.fresh(ws.state)
    opened = TestClient(create_app(ws, door, address=ADDRESS), base_url=ADDRESS, follow_redirects=False)
    assert opened.get(door.link(ADDRESS)).status_code == 200
    return opened


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_state_is_drawn_without_a_style_a_script_or_an_unfilled_place(locale: str) -> None:
    for name in scales():
        html = render(name, locale)
        assert " style=" not in html, name
        assert not re.search(r"{\w+}", re.sub(r"<pre.*?</pre>", "", html, flags=re.DOTALL)), name
        assert html.count("<h1") == 1, name


def test_each_state_offers_just_the_steps_that_can_be_taken() -> None:
    def offers(name: str) -> tuple[bool, bool, bool]:
        html = render(name, "en")
        return "/scale/advance" in html, "disabled" in html, "/scale/back" in html

    assert offers("scale") == (False, True, True)
    assert offers("scale-ready") == (True, False, True)
    assert offers("scale-back") == (False, True, True)
    assert offers("scale-paused") == (True, False, False)
    assert offers("scale-last") == (False, False, True)
    for name in ("scale-over", "scale-draft", "scale-none"):
        assert offers(name) == (False, False, False), name


def test_a_step_back_says_which_guardrail_and_how_much() -> None:
    html = render("scale-back", "en")
    assert "Complaints: 0.21% for certain, where the limit is 0.10% (19 among 2,204)." in html
    assert "Plaintes\u00a0: 0,21\u202f% à coup sûr" in render("scale-back", "fr")
    assert 'name="reason" required' in html


def test_the_empty_page_explains_how_stages_are_added() -> None:
    html = render("scale-none", "fr")
    assert "campaign.yaml" in html
    assert "rollout:" in html


def test_the_chart_holds_ten_lines_the_open_ones_solid() -> None:
    drawn = str(stages([100, 500, 1000], 1, ["a", "b", "c"], title="t"))
    large = drawn.split("</svg>")[0]
    assert large.count('class="iso') == 10
    assert large.count("guess") == 5 + 2  # five tenths to come, and the edges of the two stages not in force
    assert large.count('class="iso big"') == 1
    assert str(stages([0, 0], 0, ["a", "b"], title="t")) == ""


def test_a_guardrails_plot_survives_what_is_not_known() -> None:
    def said(value: float) -> str:
        return f"{value:g}"

    assert guardrail(None, None, None, 0.0, None, said, proven=False, signed=True, title="")
    wild = str(guardrail(0.0, 1.0, 0.9, 0.001, 0.003, said, proven=True, signed=False, title=""))
    assert "nan" not in wild
    assert "inf" not in wild


def test_the_buttons_take_a_step_once_it_is_allowed(climbing: Climbing, browser: TestClient) -> None:
    page, campaign = f"/c/{climbing.house.campaign}/scale", climbing.house.campaign

    def press(act: str, **fields: str) -> int:
        data = {"csrf": token(browser), "person": climbing.member, **fields}
        return browser.post(f"{page}/{act}", data=data, headers={"origin": ADDRESS}).status_code

    assert f'href="{page}"' in browser.get(f"/c/{campaign}/live").text
    assert f'href="{page}"' in browser.get(f"/c/{campaign}/plan").text
    html = browser.get(page).text
    assert "disabled" in html
    assert press("advance") == 422
    assert press("elsewhere") == 404
    without = browser.post(f"{page}/advance", data={"csrf": "x"}, headers={"origin": ADDRESS})
    assert without.status_code == 403
    for _ in range(3):
        climbing.days(1)
    assert "/scale/advance" in browser.get(page).text
    assert press("advance", reason="Tout va bien.") == 303
    assert "Tout va bien." in browser.get(f"{page}?done=advanced").text
    assert climbing.row().climb.stage == 1
    refused = press("back", reason=" ")
    assert refused == 422
    assert press("back", reason="Une rupture de stock.") == 303
    assert climbing.row().climb.stage == 0
    assert "Une rupture de stock." in browser.get(page).text
