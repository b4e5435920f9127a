"""AI disclosure: said in each channel's own form where a model wrote any part, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from gale.adapters.catalogue import load
from gale.creative import Catalogue, combine
from gale.creative.disclosure import FORMS, SLOT, to_set
from gale.creative.frameworks import with_frameworks
from gale.creative.lengths import LIMITS, measure
from gale.creative.letters import Page
from gale.creative.proposed import longest
from gale.creative.sheets import PLATFORMS, sheet
from gale.records.documents import Placement
from gale.records.framework import FrameworkDocument

PLACES = tuple(FORMS)
SAID = [p for p in PLACES if FORMS[p].words]


def helped(catalogue: Catalogue) -> Catalogue:
    """The catalogue as if a model had written one phrase in ten."""
    banks = {
        code: {
            name: tuple(replace(t, origin="model") if n % 10 == 0 else t for n, t in enumerate(templates))
            for name, templates in banks.items()
        }
        for code, banks in catalogue.banks.items()
    }
    return replace(catalogue, banks=banks)


def made(example, placement, locale, catalogue=None):
    brand, brief = example("eveil")
    told = combine(brand, brief, catalogue or load(), placement=placement, locale=locale, wanted=150, seed=3)
    return told.accepted


def test_every_placement_has_a_form_with_its_source():
    assert set(FORMS) == set(get_args(Placement))
    assert all(form.source and (form.words or form.person) for form in FORMS.values())


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("placement", SAID)
def test_the_words_stand_where_people_read_in_their_language_and_fit(example, placement, locale):
    form, tongue = FORMS[placement], load().language(locale)
    words = tongue.disclosure[form.words]
    variants = made(example, placement, locale, helped(load()))
    mine, others = [v for v in variants if v.by_model], [v for v in variants if not v.by_model]
    assert len(mine) >= 10
    assert len(others) >= 10
    for v in mine:
        assert v.fields[form.field].endswith(words)
        assert v.slots[SLOT] == words
        limit = LIMITS.get((placement, form.field))
        assert limit is None or measure(v.fields[form.field], placement) <= limit[1]
    assert not [v for v in others if words in " ".join(v.fields.values()) or SLOT in v.slots]


@pytest.mark.parametrize("placement", PLACES)
def test_nothing_changes_for_words_that_no_model_touched(example, placement):
    before, after = made(example, placement, "fr"), made(example, placement, "fr", helped(load()))
    known = {v.id: v for v in before}
    assert any(v.id in known for v in after if not v.by_model)
    assert all(SLOT not in v.slots and "IA" not in " ".join(v.fields.values()).split() for v in before)
    assert all(v == known[v.id] for v in after if v.id in known and not v.by_model)


def test_the_line_is_counted_in_the_length_of_a_text_message(example):
    tongue = load().language("fr")
    for v in made(example, "sms", "fr", helped(load())):
        if v.by_model:
            without = v.fields["text"].removesuffix(f" {tongue.disclosure['mark']}")
            assert measure(v.fields["text"], "sms") == measure(without, "sms") + 10


@pytest.mark.parametrize("locale", ["fr", "en", "de"])
def test_every_language_has_its_line_and_its_mark(locale):
    told = load().language(locale).disclosure
    assert set(told) == {"line", "mark"}
    assert len(told["mark"]) <= 12


def test_a_framework_of_her_own_says_it_too(example):
    document = FrameworkDocument.model_validate(
        {
            "id": "mine", "placement": "email", "fields": {"subject": [["subject"]], "body": [["opening"]]},
            "slots": [{"name": "subject", "bank": "hooks"}, {"name": "opening", "bank": "openings", "tied": True}],
        }
    )  # fmt: skip
    variants = made(example, "email", "fr", with_frameworks(helped(load()), [document]))
    line = load().language("fr").disclosure["line"]
    assert {v.by_model for v in variants} == {True, False}
    assert all(v.fields["body"].endswith("\n\n" + line) == v.by_model for v in variants)


def test_a_newsletters_own_page_gets_the_line_at_its_foot_and_only_then(example):
    variants = made(example, "email", "fr", helped(load()))
    mine = next(v for v in variants if v.by_model)
    other = next(v for v in variants if not v.by_model)
    line = load().language("fr").disclosure["line"]
    page = Page("<html><body><h1>[[subject]]</h1></body></html>", "fr")
    assert f">{line}</p></body>" in page.letter(mine, mine.slots)
    assert page.letter(other, other.slots) == page.html.replace(
        "[[subject]]", other.slots["subject"].replace("&", "&amp;")
    )
    placed = Page("<body><p>[[disclosure]]</p><h1>[[subject]]</h1></body>", "fr")
    assert placed.letter(mine, mine.slots).count(line) == 1


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_sheet_marks_the_ads_that_a_model_helped_to_write(example, platform):
    brand, brief = example("eveil")
    placement = "meta" if platform == "meta" else "search"
    for catalogue, marked in ((load(), False), (helped(load()), True)):
        variants = made(example, placement, "fr", catalogue)
        header, rows = sheet(platform, variants, brand, brief, "aube")
        cells = [dict(zip(header, row, strict=True)) for row in rows]
        told = {
            "google": [c for c in cells if c.get("Labels") == "gale;gale-ai"],
            "meta": [c for c in cells if c.get("Ad Name", "").endswith(" gale-ai")],
            "merchant": [
                c for c in cells if c.get("structured_description", "").startswith("trained_algorithmic_media:")
            ],
        }[platform]
        if platform == "merchant":  # one row, of the first variant
            assert bool(told) == variants[0].by_model
        else:
            assert bool(told) == marked
            assert len(told) < len(cells) or platform == "google"
        if platform == "meta":
            assert all(c["Body"].endswith("(avec IA)") for c in told)


def test_what_only_a_person_can_set_is_named():
    assert to_set("tiktok") == ("disclosure.set.tiktok",)
    assert to_set("email") == ()


def test_a_model_is_asked_for_as_much_as_the_field_s_phrases_share():
    """Neither the mark nor a legal line, which few texts have, makes what is asked for shorter."""
    assert longest(load(), "push", "line") == LIMITS["push", "text"][0] // 2
    assert longest(load(), "sms", "opener") == LIMITS["sms", "text"][0] // 3
    assert longest(load(), "search", "description_2") == LIMITS["search", "description_2"][0]
