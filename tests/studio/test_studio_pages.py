"""Every page, in both languages, with real and with degenerate data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes
from studio_samples import BRAND, HARM, NOTHING, pages, render, report

from gale import studio, words
from gale.adapters.words import load
from gale.records.documents import Palette, contrast
from gale.studio.brandart import SCENES, brand_css, ground_of, scene, text_on
from gale.studio.views import standalone

CATALOGUES = Path(words.__file__).parent / "catalogues"
STUDIO = Path(studio.__file__).parent
EVERY = [(name, locale) for name in pages() for locale in ("fr", "en")]


@pytest.fixture(scope="module")
def rendered() -> dict[tuple[str, str], str]:
    return {key: render(*key) for key in EVERY}


class Reader(HTMLParser):
    """Collects tags and text that is read, leaving out phrases in another language."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._skipping = 0
        self._stack: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag in ("input", "meta", "link", "br", "path", "circle", "rect"):
            return
        foreign = (
            tag in ("style", "script", "code")
            or given.get("lang") == "en"
            or given.get("class") in ("sample", "lines", "hash")
        )
        self._stack.append(foreign)
        self._skipping += foreign

    def handle_endtag(self, tag: str) -> None:
        if self._stack and tag not in ("path", "circle", "rect"):
            self._skipping -= self._stack.pop()

    def handle_data(self, data: str) -> None:
        if not self._skipping and data.strip():
            self.texts.append(data.strip())


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def messages() -> Iterator[str]:
    """Every message that the Studio's templates and code ask for."""
    env = Environment()
    for file in (STUDIO / "templates").glob("*.html"):
        for call in env.parse(file.read_text(encoding="utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in ("_", "_h", "_n"):
                for argument in call.args[: 2 if call.node.name == "_n" else 1]:
                    assert isinstance(argument, nodes.Const), f"{file.name}: a message must be written out"
                    yield argument.value
    for file in STUDIO.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name == "words" and isinstance(node.args[0].value, str):
                    yield node.args[0].value


def catalogue(locale: str) -> dict[str, str]:
    found = {}
    for file in sorted((CATALOGUES / locale / "LC_MESSAGES").glob("*.po")):
        with file.open("rb") as source:
            found |= {str(m.id): str(m.string) for m in read_po(source, locale=locale) if m.id}
    return found


def test_every_message_of_the_studio_has_its_french() -> None:
    known = catalogue("fr")
    assert sorted({m for m in messages() if not known.get(m)}) == []


def test_codes_have_their_words_in_both_languages() -> None:
    def codes(locale: str) -> set[str]:
        with (CATALOGUES / locale / "LC_MESSAGES" / "studio.po").open("rb") as source:
            return {
                str(m.id)
                for m in read_po(source, locale=locale)
                if m.id and re.fullmatch(r"[a-z]+(\.[a-z_ -]+)+", str(m.id))
            }

    assert codes("fr") == codes("en")
    assert len(codes("en")) > 50


def test_places_in_a_message_are_the_same_in_both_languages() -> None:
    known, english = catalogue("fr"), catalogue("en")
    places = re.compile(r"\{(\w+)\}")
    for message in set(messages()):
        assert set(places.findall(english.get(message) or message)) == set(places.findall(known[message])), message


@pytest.mark.parametrize(("name", "locale"), EVERY)
def test_a_page_says_everything_in_its_language(rendered: dict[tuple[str, str], str], name: str, locale: str) -> None:
    html = rendered[name, locale]
    assert f'<html lang="{locale}">' in html
    assert "{" not in re.sub(r"<meta[^>]*>", "", html)
    assert "Undefined" not in html
    assert "None" not in " ".join(t for t in read(html).texts if not t.startswith(("None.", "None yet", "None beyond")))


@pytest.mark.parametrize(("name", "locale"), EVERY)
def test_a_page_keeps_to_a_strict_content_security_policy(
    rendered: dict[tuple[str, str], str], name: str, locale: str
) -> None:
    for tag, attributes in read(rendered[name, locale]).tags:
        assert "style" not in attributes
        assert not [a for a in attributes if a.startswith(("on", "hx-on"))]
        assert tag != "style"
        if tag == "script":
            assert attributes.get("src", "").startswith("/static/")  # type: ignore[union-attr]
        for attribute in ("src", "href", "action", "hx-get", "hx-post"):
            assert not re.match(r"(https?:)?//|javascript:|data:", attributes.get(attribute) or "")


@pytest.mark.parametrize("name", list(pages()))
def test_every_change_carries_the_session_token(rendered: dict[tuple[str, str], str], name: str) -> None:
    html = rendered[name, "en"]
    for form in re.findall(r'<form[^>]*method="post".*?</form>', html, re.S):
        assert 'name="csrf" value="t0ken"' in form


@pytest.mark.parametrize("name", list(pages()))
def test_ids_are_unique_and_references_lead_somewhere(rendered: dict[tuple[str, str], str], name: str) -> None:
    tags = read(rendered[name, "fr"]).tags
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in tags:
        for attribute in ("aria-labelledby", "aria-describedby", "for", "data-opens"):
            for wanted in (attributes.get(attribute) or "").split():
                assert wanted in ids, f"{attribute}={wanted}"


SPACES = re.compile(r"[^\s\u202f][;!?](?=\s|$)|(?<![\u00a0\u202f]):(?=\s|$)|« |[^\u00a0]»|\d %|\d{4,}(?![\d-])|'")


@pytest.mark.parametrize("name", list(pages()))
def test_french_pages_keep_french_typography(rendered: dict[tuple[str, str], str], name: str) -> None:
    """Narrow space before ; ! ? and in figures, hard space before : and inside « », ’ as apostrophe."""
    for text in read(rendered[name, "fr"]).texts:
        said = re.sub(r"\b20\d\d\b|[\w-]+\.(csv|html)|\d{2}:\d{2}|[ABC]-\d{4}|0,\d{4}", "", text)
        assert not SPACES.search(said), text


def test_french_messages_keep_french_typography() -> None:
    with (CATALOGUES / "fr" / "LC_MESSAGES" / "studio.po").open("rb") as source:
        for message in read_po(source, locale="fr"):
            said = re.sub(r"<[^>]*>|\{\w+\}", "x", str(message.string))
            assert message.id == "" or not SPACES.search(said), said


def test_figures_of_a_french_page_have_narrow_spaces() -> None:
    html = render("plan", "fr")
    assert "16\u202f086" in html
    assert "16,086" in render("plan", "en")


def test_a_finding_is_the_headline_whether_good_news_or_not() -> None:
    assert "Éveil gained at least 53 orders" in render("report", "en")
    assert "Not proven: the lift may be nothing" in render("report-unproven", "en")
    assert "It did harm" in render("report-harm", "en")
    assert "Too early to say anything" in render("report-nothing", "en")


def test_the_plan_says_first_who_will_not_be_contacted() -> None:
    html = render("plan", "en")
    assert html.index("3,914 people will not be contacted") < html.index("Who may be")


def test_every_sandbox_page_says_so_and_no_other_does() -> None:
    for name, (template, shell, _) in pages().items():
        if template != "door.html":
            assert ('class="sandbox"' in render(name, "en")) == shell.sandbox


def test_intervals_grades_and_policies_say_how_to_read_them() -> None:
    for name in ("campaigns", "plan", "live", "report", "person"):
        assert "How to read this" in render(name, "en")


def test_a_typed_text_is_kept_and_cannot_become_markup() -> None:
    html = render("wall-refusal", "fr")
    assert 'value="Une odeur à −50\u202f%."' in html
    assert "<script>alert" not in standalone(
        {**report(), "brand": {"name": "<script>alert(1)</script>"}}, "en", load("en")
    )


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize(
    "data", [report(), report(False), NOTHING, HARM], ids=["proven", "unproven", "nothing", "harm"]
)
def test_the_sent_report_is_one_file_that_asks_nothing_of_the_network(locale: str, data: dict) -> None:  # type: ignore[type-arg]
    html = standalone(data, locale, load(locale))
    assert len(html.encode()) < 150_000
    assert not re.search(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", html)
    assert "<script" not in html
    assert "<link" not in html
    assert ("stamp" in re.sub(r"<style>.*?</style>", "", html, flags=re.S)) == bool(data["sandbox"])


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize(
    "palette",
    [
        Palette(),
        Palette(ink="#000000", paper="#ffffff", accent="#777777", second="#888888", third="#787878"),
        BRAND["palette"],
    ],
)
def test_words_on_a_brands_scene_can_be_read(name: str, palette: Palette) -> None:
    ground = getattr(palette, ground_of(name, palette))
    assert contrast(ground, text_on(ground, palette)) >= 4.5
    assert "style=" not in scene(name, palette)
    assert f".ev.on-{ground_of(name, palette)}" in brand_css(palette)
