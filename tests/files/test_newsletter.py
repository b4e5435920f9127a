"""A newsletter that exists becomes a framework: her words stay hers, her tool's tokens stay whole, pixels stay out."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
import yaml

from gale.adapters.catalogue import load
from gale.adapters.files.newsletter import read_newsletter
from gale.creative import combine
from gale.creative.frameworks import with_frameworks
from gale.creative.letters import Page, letter_of
from gale.records.documents import Brand, Brief
from gale.records.faults import Faults

LETTER = """<!DOCTYPE html><html><head><title>La rentrée, doucement</title><script>track()</script></head><body>
<div style="display:none">Un mot avant l'automne, {{ contact.FIRSTNAME }}</div>
<table><tr><td><h1>Bonjour {{ contact.FIRSTNAME | default: "vous" }}</h1></td></tr>
<tr><td><p>Cet été, nous avons réparé quatre cents vélos dans notre atelier.</p></td></tr>
<tr><td><p>Voici ce que nous avons appris en chemin.{% if contact.PARIS %}Et à Paris aussi.{% endif %}</p></td></tr>
<tr><td><p>La révision se fait devant vous, et l'on répond à vos questions.</p></td></tr>
<tr><td><p>À bientôt dans notre atelier.</p></td></tr>
<tr><td><a class="btn" href="https://velo.example/{{params.x}}" onclick="spy()">Prendre rendez-vous</a></td></tr>
<tr><td><p><a href="{{ unsubscribe }}">Se désinscrire</a></p></td></tr></table>
<img src="https://spy.example/open.gif" width="1" height="1"><img src="photo.jpg" width="600" height="300">
</body></html>"""


def skin_care():
    folder = Path(__file__).parents[2] / "examples" / "peau"
    told = [yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("brand", "brief")]
    return Brand.model_validate(told[0]), Brief.model_validate(told[1])


def read(tmp_path, text, name="letter.html", **more):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return read_newsletter(file, name="letter", **more)


def test_each_text_becomes_a_slot_with_her_words_as_its_first_phrase(tmp_path):
    found = read(tmp_path, LETTER)
    assert found.locale == "fr"
    assert found.slots["subject"] == "La rentrée, doucement"
    assert found.slots["opening"].startswith("Cet été")
    assert found.slots["closing"] == "À bientôt dans notre atelier."
    assert found.slots["cta"] == "Prendre rendez-vous"
    assert "[[opening]]" in found.html
    assert "quatre cents" not in found.html
    with_frameworks(load(), [found.framework])  # a sound design, which the engine accepts


def test_the_sending_tool_s_tokens_are_kept_whole_and_no_slot_swallows_them(tmp_path):
    found = read(tmp_path, LETTER)
    assert '{{ contact.FIRSTNAME | default: "vous" }}' in found.html
    assert "{{ unsubscribe }}" in found.html
    assert "https://velo.example/{{params.x}}" in found.html
    assert not [text for text in found.slots.values() if "{" in text]


@pytest.mark.parametrize(
    "token",
    [
        "{{${first_name} | default: 'you'}}",
        "{contactfield=firstname}",
        "{{ contact.firstname }}",
        "{% connected_content https://x.example %}",
        "*|FNAME|*",
        "%%first_name%%",
        "{unsubscribe_url}",
    ],
)
def test_tokens_of_braze_mautic_hubspot_and_others_come_out_in_every_letter(tmp_path, token):
    said = f"<html><title>Hello</title><body><p>We have some news for you this week.</p><p>Dear {token}, welcome.</p></body></html>"
    found = read(tmp_path, said)
    catalogue = with_frameworks(load(), [found.framework])
    brand, brief = skin_care()
    for variant in combine(brand, brief, catalogue, placement="email", locale="en", wanted=20, seed=1).accepted:
        letter = letter_of(found.html, variant.slots)
        assert f"Dear {token}, welcome." in letter
        assert variant.slots["opening"] in html.unescape(letter)


def test_what_spies_is_left_out_and_counted(tmp_path):
    found = read(tmp_path, LETTER)
    assert (found.pixels, found.scripts) == (1, 1)
    assert "spy.example" not in found.html
    assert "onclick" not in found.html
    assert "photo.jpg" in found.html


def test_unsubscribing_stays_as_it_is(tmp_path):
    assert any("désinscrire" in text for text in read(tmp_path, LETTER).kept)


def test_a_paragraph_with_a_link_in_it_stays_whole(tmp_path):
    found = read(
        tmp_path,
        "<title>Hello</title><p>We have news for you.</p><p>Read <a href='https://x.example'>the rest</a> of it.</p>",
    )
    assert '<a href="https://x.example">the rest</a>' in found.html
    assert found.kept == ("Read the rest of it.",)


def test_a_letter_in_another_language_goes_without_the_page(tmp_path):
    found = read(tmp_path, LETTER)
    page = Page(found.html, found.framework.language)
    catalogue = with_frameworks(load(), [found.framework])
    brand, brief = skin_care()
    for locale in ("fr", "en"):
        [variant] = combine(brand, brief, catalogue, placement="email", locale=locale, wanted=1, seed=1).accepted
        assert bool(page.letter(variant, variant.slots)) == (locale == "fr")


def test_mjml_is_read_too(tmp_path):
    text = (
        "<mjml><mj-head><mj-title>Hello there</mj-title><mj-preview>A word for you</mj-preview></mj-head><mj-body><mj-section>"
        "<mj-column><mj-text>We have been thinking of you and of the autumn.</mj-text><mj-button href='#'>Have a look</mj-button>"
        "</mj-column></mj-section></mj-body></mjml>"
    )
    found = read(tmp_path, text, "letter.mjml")
    assert found.slots["preheader"] == "A word for you"
    assert found.slots["cta"] == "Have a look"
    assert "<mj-button" in found.html


def test_broken_html_is_read_as_a_mail_client_would(tmp_path):
    found = read(
        tmp_path, "<title>Hello</title><body><p>We have some news for you<p>And this is the rest of it<td></div></b>"
    )
    assert "opening" in found.slots


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<img src='all.png' width='600'>", "newsletter.no_text"),
        ("   ", "file.empty"),
        ("<p>Zzz qqq xxx</p>", "newsletter.language"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path, text, code):
    with pytest.raises(Faults) as problem:
        read(tmp_path, text)
    assert problem.value.faults[0].code == code


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ("{{ contact.FIRSTNAME</p><p>Et la suite.</p><p>{{ contact.CITY }}", "newsletter.tag_open"),
        ("{% if contact.PARIS </p><p>Et la suite.", "newsletter.tag_open"),
        ("{{ contact.FIRSTNAME", "newsletter.tag_open"),
        ("{% if contact.PARIS %}Et à Paris aussi.", "newsletter.block_open"),
        ("Et à Paris aussi.{% endif %}", "newsletter.block_open"),
    ],
)
def test_a_token_that_nobody_closed_is_told_with_its_line_and_swallows_nothing(tmp_path, broken, code):
    letter = f"<html><body>\n<p>Cet été, nous avons réparé des vélos.</p>\n<p>{broken}</p></body></html>"
    with pytest.raises(Faults) as told:
        read(tmp_path, letter)
    assert [(f.code, f.where) for f in told.value.faults] == [(code, "letter.html:3")]


@pytest.mark.parametrize(
    "sound",
    [
        "{% if contact.ORDERS < 3 %}Bienvenue.{% endif %}",
        "{{ contact.SIGN | default: '<b>vous</b>' }}",
        "{{${first_name}}}",
        "{% for item in cart %}{% if item.new %}Neuf.{% else %}Connu.{% endif %}{% endfor %}",
        "{{\n  contact.FIRSTNAME\n}}",
        "<style>a{b{{c:d}}}</style>",
    ],
)
def test_a_sound_token_is_no_fault_whatever_it_holds(tmp_path, sound):
    letter = f"<html><body><p>Cet été, nous avons réparé des vélos.</p><p>{sound}</p></body></html>"
    assert read(tmp_path, letter).locale == "fr"


def test_where_the_law_speaks_the_letter_gets_a_slot_for_its_line_under_the_last_text(tmp_path):
    found = read(tmp_path, LETTER, legal=True)
    assert found.html.index("[[closing]]") < found.html.index("[[legal]]")
    assert found.framework.fields["body"][-1] == ("legal",) or found.framework.fields["body"][-1] == ["legal"]
    with_frameworks(load(), [found.framework])
    assert "[[legal]]" not in read(tmp_path, LETTER).html
