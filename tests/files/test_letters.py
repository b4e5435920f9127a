"""The template and the sends file together give exactly Gale's own letter, whatever the words hold and whichever tool."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from gale.adapters.catalogue import load
from gale.adapters.files.newsletter import read_newsletter
from gale.creative import combine
from gale.creative.frameworks import with_frameworks
from gale.creative.letters import (
    TOOLS,
    Landing,
    Letter,
    Said,
    Tagged,
    columns_of,
    filled,
    letter_of,
    marks_of,
    markup,
    parts_of,
    piece_names,
    pieces,
    plain,
)
from gale.creative.letters.tools import JOINER
from gale.records.creative import Variant
from gale.records.documents import Brand, Brief, contrast
from gale.records.faults import Faults
from mailers import EXECUTED, SENDER, UNSUBSCRIBE, merged

EXAMPLES = Path(__file__).parents[2] / "examples"
LANDING = Landing("https://atelier.example/a?x=1#top", "atelier", "autumn")
FRAMEWORK = load().frameworks["email"]
PARTS = parts_of(FRAMEWORK)
DECISION = "d_0199"


@cache
def brand_of(name: str) -> tuple[Brand, Brief]:
    told = [yaml.safe_load((EXAMPLES / name / f"{f}.yaml").read_text(encoding="utf-8")) for f in ("brand", "brief")]
    return Brand.model_validate(told[0]), Brief.model_validate(told[1])


@cache
def variants_of(name: str, locale: str) -> tuple[Variant, ...]:
    brand, brief = brand_of(name)
    return tuple(combine(brand, brief, load(), placement="email", locale=locale, wanted=12, seed=4).accepted)


def variant_with(slots: dict[str, str], number: int = 0) -> Variant:
    made = {name: slots.get(name, "") for name in (s.name for s in FRAMEWORK.slots)}
    said = {k: v for k, v in made.items() if v}
    return Variant(
        id=f"v_{number}",
        framework="letter",
        placement="email",
        locale="fr",
        slots=said,
        phrases={},
        fields={},
        traits={},
    )


class Mailing:
    """One tool's template and its sends file, of these variants."""

    def __init__(self, tool: str, brand: Brand, variants, choices=None, most: int = 0) -> None:  # type: ignore[no-untyped-def]
        self.tool = TOOLS[tool] if not most else replace(TOOLS[tool], most=most)
        self.name, self.brand = tool, brand
        self.letter = Letter.of(PARTS, FRAMEWORK, variants, choices or {})
        self.counts = self.letter.pieces(self.tool)
        names = [n for p in PARTS if p.name in self.counts for n in piece_names(p.name, self.counts[p.name])]
        self.columns = columns_of(self.tool, [*names, "variant", "decision_id"])
        self.filling = Tagged(self.tool, self.letter, self.columns, self.counts)
        self.around = {"unsubscribe": self.tool.unsubscribe, "sender": self.tool.sender}
        self.html = markup(brand, self.letter, self.filling, LANDING, **self.around)  # type: ignore[arg-type]
        self.text = plain(brand, self.letter, self.filling, LANDING, **self.around)  # type: ignore[arg-type]

    def row(self, variant: Variant) -> dict[str, str]:
        """Her row, written and read as a file."""
        cells = {"variant": variant.id, "decision_id": DECISION}
        for part in PARTS:
            names = piece_names(part.name, self.counts.get(part.name, 1))
            held = pieces(self.tool, self.tool.value(part.text(variant.slots)))
            cells |= dict(zip(names, held + [""] * len(names), strict=False))
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(self.columns.values())
        writer.writerow([cells[n] for n in self.columns])
        return next(csv.DictReader(io.StringIO(out.getvalue(), newline="")))

    def own(self, variant: Variant) -> tuple[str, str]:
        """The letter as Gale itself writes it for her."""
        said = Said({p.name: p.text(variant.slots) for p in PARTS}, variant.id, DECISION)
        around = {"unsubscribe": UNSUBSCRIBE, "sender": SENDER if self.tool.sender else ""}
        return (
            markup(self.brand, self.letter, said, LANDING, **around),  # type: ignore[arg-type]
            plain(self.brand, self.letter, said, LANDING, **around),  # type: ignore[arg-type]
        )


def seen(html: str) -> list[object]:
    """What a reader gets: the words block by block, and where each link leads; blocks without words left out."""
    soup = BeautifulSoup(html, "html.parser")
    told: list[object] = [" ".join(soup.title.get_text().split())]  # type: ignore[union-attr]
    for tag in soup.find_all(["h1", "p", "div", "span", "a"]):
        said = " ".join(tag.get_text().split())
        if said:
            told.append((tag.name, said, tag.get("href")))
    return told


def unjoined(told: list[object]) -> str:
    """The same without word joiners, which nobody sees."""
    return str(told).replace(JOINER, "").replace(repr(JOINER)[1:-1], "")


def lines(text: str) -> list[str]:
    """A plain part without empty lines and spaces at line ends, which no reader sees."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(("example", "locale"), [("eveil", "fr"), ("eveil", "en"), ("velo", "fr"), ("peau", "en")])
def test_each_tool_sends_the_very_letter_that_gale_wrote(tool: str, example: str, locale: str) -> None:
    brand, _ = brand_of(example)
    variants = variants_of(example, locale)
    mailing = Mailing(tool, brand, variants)
    for variant in variants:
        row = mailing.row(variant)
        html, text = merged(tool, mailing.html, row), merged(tool, mailing.text, row)
        own = mailing.own(variant)
        assert seen(html) == seen(own[0])
        assert lines(text) == lines(own[1])


@pytest.mark.parametrize("tool", TOOLS)
def test_subject_paragraphs_and_button_are_the_fields_that_people_signed(tool: str) -> None:
    brand, _ = brand_of("eveil")
    variants = variants_of("eveil", "fr")
    mailing = Mailing(tool, brand, variants)
    for variant in variants:
        soup = BeautifulSoup(merged(tool, mailing.html, mailing.row(variant)), "html.parser")
        assert soup.h1.get_text() == variant.fields["subject"]  # type: ignore[union-attr]
        body = [p.get_text().strip() for p in soup.find_all("p")][:-2]  # the last two are the foot's
        assert "\n\n".join(body) == variant.fields["body"]
        button = soup.find("a", class_="go")
        assert button.get_text() == variant.fields["cta"]  # type: ignore[union-attr]
        assert button["href"] == LANDING.link(variant.id, DECISION)  # type: ignore[index]
        assert merged(tool, mailing.filling.subject("subject"), mailing.row(variant)) == variant.fields["subject"]


HOSTILE = (
    "{{ boom }}", "{{boom}}", "{{{ boom }}}", "{% raise %}", "{% if x %}", "{# x #}", "*|BOOM|*", "{contactfield=email}", "%7Bcontactfield=email%7D",
    "<script>alert(1)</script>", "</p>", "<!--", "&copy;", "&lt;b&gt;", "R&D", "A & B", "\"'’\"", "\\", "|", "}}", "%}",
    "${x}", "שלום עולם", "مرحبا", "👩‍🍳", "œ", "\u202e", "{", "<", "a<b",
)  # fmt: skip
WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
SAID = st.lists(st.sampled_from(HOSTILE) | WORDS, min_size=1, max_size=9).map(" ".join)
SLOTS = st.fixed_dictionaries(
    {"subject": SAID, "opening": SAID, "cta": SAID, "price": SAID},
    optional={"preheader": SAID, "middle": SAID, "closing": SAID},
)


@pytest.mark.parametrize("tool", TOOLS)
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(told=st.lists(SLOTS, min_size=1, max_size=3), name=SAID)
def test_no_word_is_ever_read_as_a_tag(tool: str, told: list[dict[str, str]], name: str) -> None:
    """Braces, angle brackets, quotes, right-to-left text, pictographs, in words and in the brand's own name: all data."""
    brand = brand_of("eveil")[0].model_copy(update={"name": name})
    variants = [variant_with(slots, n) for n, slots in enumerate(told)]
    mailing = Mailing(tool, brand, variants)
    for variant in variants:
        row = mailing.row(variant)
        html, text = merged(tool, mailing.html, row), merged(tool, mailing.text, row)
        assert EXECUTED not in html + text
        assert "<script" not in html
        own = mailing.own(variant)
        assert unjoined(seen(html)) == unjoined(seen(own[0]))
        assert lines(text.replace(JOINER, "")) == lines(own[1].replace(JOINER, ""))
        assert [t.name for t in BeautifulSoup(html, "html.parser").find_all(["script", "b"])] == []


@pytest.mark.parametrize("tool", TOOLS)
def test_whoever_has_no_field_reads_a_whole_accepted_letter(tool: str) -> None:
    brand, _ = brand_of("velo")
    variants = variants_of("velo", "fr")
    mailing = Mailing(tool, brand, variants)
    nothing = dict.fromkeys(mailing.columns.values(), "")
    soup = BeautifulSoup(merged(tool, mailing.html, nothing), "html.parser")
    assert soup.h1.get_text() == variants[0].fields["subject"]  # type: ignore[union-attr]
    body = [p.get_text().strip() for p in soup.find_all("p")][:-2]
    assert "\n\n".join(body) == variants[0].fields["body"]
    assert soup.find("a", class_="go").get_text() == variants[0].fields["cta"]  # type: ignore[union-attr]


@pytest.mark.parametrize("tool", TOOLS)
def test_facts_stand_in_the_template_word_for_word_and_what_varies_does_not(tool: str) -> None:
    brand, _ = brand_of("velo")
    variants = variants_of("velo", "fr")
    mailing = Mailing(tool, brand, variants)
    offer = variants[0].slots["offer"]
    assert offer in BeautifulSoup(mailing.html, "html.parser").get_text()
    assert offer in mailing.text
    assert set(mailing.letter.texts) == {"subject", "preheader", "opening", "middle", "closing", "call"}


@pytest.mark.parametrize("tool", TOOLS)
def test_a_paragraph_that_not_everybody_has_leaves_no_empty_one_where_the_tool_can_ask(tool: str) -> None:
    told = {"subject": "Un", "opening": "Deux.", "cta": "Trois"}
    variants = [variant_with(told), variant_with({**told, "middle": "Quatre."}, 1)]
    mailing = Mailing(tool, brand_of("eveil")[0], variants)
    without, with_it = (merged(tool, mailing.html, mailing.row(v)) for v in variants)
    assert "Quatre." not in without
    assert "Quatre." in with_it
    assert ('"></p>' in without.replace(" ", "")) == (mailing.tool.when == ("", ""))


SIDES = {
    "generic": "template", "braze": "template", "klaviyo": "template", "brevo": "tool", "mailchimp": "file",
    "hubspot": "file", "mautic": "file",
}  # fmt: skip


@pytest.mark.parametrize("tool", TOOLS)
def test_exactly_one_side_makes_markup_harmless(tool: str) -> None:
    """The template where the tool has a filter, the tool where it escapes by itself, the file for the others."""
    one = TOOLS[tool]
    assert one.escapes == SIDES[tool]
    assert ("escape" in one.html) == (one.escapes == "template")
    assert "escape" not in one.text + one.subject
    held = one.value("Thé & <b>pain</b> &copy;")
    assert (JOINER in held) == (one.escapes == "file")
    assert held.replace(JOINER, "") == "Thé & <b>pain</b> &copy;"


@pytest.mark.parametrize("tool", TOOLS)
def test_ordinary_words_stand_in_the_file_as_they_are(tool: str) -> None:
    for variant in (*variants_of("eveil", "fr"), *variants_of("velo", "en")):
        assert all(TOOLS[tool].value(text) == text for text in variant.slots.values())


@pytest.mark.parametrize("tool", [t for t in TOOLS if TOOLS[t].most and TOOLS[t].most < 1000])
def test_words_longer_than_a_field_go_on_in_the_next_and_come_out_whole(tool: str) -> None:
    long = " ".join(["Éveil, café d’altitude, séché au soleil puis torréfié."] * 12)
    variants = [
        variant_with({"subject": "Un", "opening": long, "cta": "Voir"}),
        variant_with({"subject": "Deux", "opening": "Court.", "cta": "Voir"}, 1),
    ]
    mailing = Mailing(tool, brand_of("eveil")[0], variants)
    assert mailing.counts["opening"] > 2
    for variant in variants:
        row = mailing.row(variant)
        assert all(mailing.tool.size(cell) <= mailing.tool.most for cell in row.values())
        assert seen(merged(tool, mailing.html, row)) == seen(mailing.own(variant)[0])
        assert lines(merged(tool, mailing.text, row)) == lines(mailing.own(variant)[1])


def test_a_word_that_fits_no_field_is_told_before_anything_is_written() -> None:
    variants = [variant_with({"subject": "Un", "opening": "x" * 300}), variant_with({"subject": "Un"}, 1)]
    with pytest.raises(Faults) as problem:
        Mailing("braze", brand_of("eveil")[0], variants)
    assert problem.value.faults[0].code == "letter.too_long"


def test_what_an_attribute_changes_has_room_in_its_field() -> None:
    variants = [variant_with({"subject": "Un", "opening": "Court."})]
    long = {"opening": {"dry": " ".join(["hydratant"] * 40)}}
    letter = Letter.of(PARTS, FRAMEWORK, variants, long)
    assert letter.pieces(TOOLS["braze"])["opening"] == 2


NAMES = st.lists(st.from_regex(r"[a-z][a-z0-9_-]{0,24}", fullmatch=True), min_size=1, max_size=20, unique=True)


@given(NAMES)
def test_columns_are_all_different_and_short_enough_for_the_tool(names: list[str]) -> None:
    for tool in TOOLS.values():
        made = columns_of(tool, ["own_id", "email", *names])
        assert len(set(made.values())) == len(made)
        if tool.longest == 10:
            assert all(len(c) <= 10 and c == c.upper() for n, c in made.items() if n not in tool.known)


# --- her own page ------------------------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html><head><title>La rentrée, doucement</title></head><body>
<h1>Bonjour {{ contact.FIRSTNAME | default: "vous" }}</h1>
<p>Cet été, nous avons réparé quatre cents vélos dans notre atelier.</p>
<p>Voici ce que nous avons appris.{% if contact.PARIS %} Et à Paris aussi.{% endif %}</p>
<p>La révision se fait devant vous, et l'on répond à vos questions.</p><p>À bientôt dans notre atelier.</p>
<a class="btn" href="https://velo.example/{{ params.x }}">Prendre rendez-vous</a>
<p><a href="{{ unsubscribe }}">Se désinscrire</a></p></body></html>"""


def test_the_template_is_her_own_page_with_tags_in_the_slots(tmp_path: Path) -> None:
    file = tmp_path / "letter.html"
    file.write_text(PAGE, encoding="utf-8")
    read = read_newsletter(file, name="letter")
    page = read.html.replace("https://velo.example/{{ params.x }}", "[[link]]")
    catalogue = with_frameworks(load(), [read.framework])
    brand, brief = brand_of("velo")
    variants = combine(brand, brief, catalogue, placement="email", locale="fr", wanted=8, seed=2).accepted
    framework = catalogue.frameworks["email"]
    parts = [p for p in parts_of(framework, marks_of(page)) if len(p.slots) == 1]
    letter = Letter.of(parts, framework, variants)
    tool = TOOLS["brevo"]
    columns = columns_of(tool, [*(p.name for p in parts), "variant", "decision_id"])
    filling = Tagged(tool, letter, columns, {})
    by_slot = {p.slots[0]: p.name for p in parts}
    template = filled(page, lambda slot: filling.html(by_slot[slot]), filling.link(LANDING).replace("&", "&amp;"))
    for kept in ('{{ contact.FIRSTNAME | default: "vous" }}', "{% if contact.PARIS %}", "{{ unsubscribe }}"):
        assert kept in template
    assert "{{ contact.GALE_OPENING|default:" in template
    for variant in variants:
        row = {columns[p.name]: p.text(variant.slots) for p in parts}
        row |= {columns["variant"]: variant.id, columns["decision_id"]: DECISION}
        own = letter_of(page, variant.slots, LANDING.link(variant.id, DECISION))
        assert seen(merged("brevo", template, row)) == seen(merged("brevo", own, row))


# --- how it is built ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", ["eveil", "velo", "peau", "boulangerie"])
def test_a_letter_is_made_for_mail_clients(example: str) -> None:
    brand, _ = brand_of(example)
    mailing = Mailing("generic", brand, variants_of(example, "fr"))
    soup = BeautifulSoup(mailing.html, "html.parser")
    assert soup.html["lang"] == "fr"  # type: ignore[index]
    assert len(soup.find_all("h1")) == 1
    assert all(t["role"] == "presentation" for t in soup.find_all("table"))
    assert soup.find_all(["script", "link", "img", "form", "iframe"]) == []
    assert "url(" not in mailing.html
    assert "@import" not in mailing.html
    assert [a["href"] for a in soup.find_all("a")][-1] == "{{ unsubscribe_url }}"
    assert "prefers-color-scheme: dark" in mailing.html
    assert len(mailing.html.encode()) < 102_000  # Gmail cuts a longer message


COLOUR = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


@given(ink=COLOUR, paper=COLOUR, accent=COLOUR, second=COLOUR, third=COLOUR)
def test_every_text_of_any_palette_can_be_read_by_day_and_by_night(
    ink: str, paper: str, accent: str, second: str, third: str
) -> None:
    from gale.creative.letters.look import dark, light
    from gale.records.documents import Palette

    if contrast(ink, paper) < 4.5:
        return
    palette = Palette(ink=ink, paper=paper, accent=accent, second=second, third=third)
    for tones in (light(palette), dark(palette)):
        for text in (tones.ink, tones.soft, tones.link):
            assert contrast(text, tones.sheet) >= 4.5
        assert contrast(tones.label, tones.button) >= 4.5
        assert contrast(tones.title, tones.band) >= 4.5


@pytest.mark.parametrize("page", ["files.md", "files.fr.md"])
def test_the_docs_show_each_tool_s_tag(page: str) -> None:
    said = (EXAMPLES.parent / "docs" / page).read_text(encoding="utf-8").replace("\\|", "|")
    for name, tool in TOOLS.items():
        column = columns_of(tool, ["opening"])["opening"]
        bare = tool.bare if name != "hubspot" else tool.html.replace("DEFAULT", "'…'")
        assert f"`{name}` | `{bare.replace('NAME', column)}`" in said
