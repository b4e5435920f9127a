"""The sample pages in a real Chromium: accessible, under the policy, within the width and the weight, by day and by night.

Without Chromium there is one loud skip, unless GALE_REQUIRE_BROWSER=1, which makes its absence a failure.
"""

from __future__ import annotations

import mimetypes
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from studio_samples import BRAND, pages, render

from gale.studio.brandart import brand_css
from gale.studio.guard import POLICY
from gale.studio.render import STATIC

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
HOST = "http://gale.test"
FIRST_PAGE_BYTES = 500_000
MAIN = (
    "welcome",
    "campaigns",
    "wall",
    "wall-refusal",
    "plan",
    "live",
    "report",
    "person",
    "contacts-reading",
    "scale",
    "scale-back",
    "proposals",
    "proposals-edit",
    "framework",
    "framework-edit",
    "framework-nothing",
)
REQUIRED = os.environ.get("GALE_REQUIRE_BROWSER") == "1"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    missing = [what for what, there in (("Chromium", CHROMIUM), ("web/node_modules (npm ci)", AXE.is_file()), ("static (npm run build)", (STATIC / "look.css").is_file())) if not there]  # fmt: skip
    if missing:
        said = f"NO BROWSER TESTS: {', '.join(missing)} missing. GALE_REQUIRE_BROWSER=1 makes this a failure."
        if REQUIRED:
            pytest.fail(said)
        pytest.skip(said)
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


class Seen:
    """One browser page on the samples, with what it asked for and what it complained of."""

    def __init__(self, browser: Any, width: int, night: bool = False) -> None:
        self.page = browser.new_page(
            viewport={"width": width, "height": 900}, color_scheme="dark" if night else "light"
        )
        self.bytes = 0
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        self.page.route("**/*", self._answer)
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))

    def _answer(self, route: Any) -> None:
        url = route.request.url
        if not url.startswith(HOST):
            self.elsewhere.append(url)
            route.abort()
            return
        path = url.removeprefix(HOST).split("?")[0]
        if path.startswith("/static/"):
            body, kind = (STATIC / path.removeprefix("/static/")).read_bytes(), mimetypes.guess_type(path)[0]
        elif path.startswith("/brand/"):
            body, kind = brand_css(BRAND["palette"]).encode(), "text/css"
        elif path.count("/") != 2:
            route.fulfill(status=204)  # what refreshes itself asks for itself
            return
        else:
            _, name, locale = path.split("/")
            body, kind = render(name, locale).encode(), "text/html; charset=utf-8"
        self.bytes += len(body)
        route.fulfill(body=body, headers={"content-type": kind or "font/woff2", "content-security-policy": POLICY})

    def open(self, name: str, locale: str) -> None:
        self.bytes = 0
        self.page.goto(f"{HOST}/{name}/{locale}")
        self.page.evaluate("document.fonts.ready")

    def overflow(self) -> int:
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def violations(self) -> list[str]:
        """What axe calls serious or critical."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{v['id']}: {v['nodes'][0]['html'][:160]}"
            for v in found["violations"]
            if v["impact"] in ("serious", "critical")
        ]


@pytest.mark.parametrize(("locale", "width", "night"), [("fr", 1280, False), ("en", 390, True)])
def test_axe_finds_nothing_serious(browser: Any, locale: str, width: int, night: bool) -> None:
    seen = Seen(browser, width, night)
    found = {}
    for name in MAIN:
        seen.open(name, locale)
        found[name] = seen.violations()
    assert {k: x for k, x in found.items() if x} == {}


def test_no_page_is_wider_than_a_phone_or_asks_for_anything_elsewhere(browser: Any) -> None:
    seen = Seen(browser, 390)
    wide = []
    for name in pages():
        seen.open(name, "fr")
        if seen.overflow() > 0:
            wide.append(name)
    assert wide == []
    assert seen.elsewhere == []
    assert seen.complaints == []


def test_a_first_page_weighs_at_most_five_hundred_kilobytes(browser: Any) -> None:
    weights = {}
    for name in ("wall", "live", "report"):  # the heaviest
        seen = Seen(browser, 1280)  # a new page has an empty cache
        seen.open(name, "fr")
        weights[name] = seen.bytes
        seen.page.close()
    assert {k: n for k, n in weights.items() if n > FIRST_PAGE_BYTES} == {}


def test_the_emergency_stop_asks_first_and_the_safe_choice_comes_first(browser: Any) -> None:
    seen = Seen(browser, 1280)
    seen.open("live", "en")
    assert not seen.page.is_visible("dialog#stop")
    seen.page.click("[data-opens=stop]")
    assert seen.page.is_visible("dialog#stop")
    assert seen.page.evaluate("document.activeElement.textContent") == "Let it run"
    seen.page.keyboard.press("Escape")
    assert not seen.page.is_visible("dialog#stop")


def test_the_keyboard_reaches_the_content_first(browser: Any) -> None:
    seen = Seen(browser, 1280)
    seen.open("plan", "en")
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.activeElement.getAttribute('href')") == "#main"
