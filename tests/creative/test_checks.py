"""The checks: a table of cases, and what each finding owes to the person who reads it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import yaml

from gale import creative
from gale.adapters.catalogue import load
from gale.adapters.words import CATALOGUES
from gale.creative import CODES
from gale.creative.checks import RULES_VERSION
from gale.creative.law import Law, Line
from gale.records.faults import Faults

check = partial(creative.check, catalogue=load())
CASES = yaml.safe_load((Path(__file__).parent / "checks.yaml").read_text(encoding="utf-8"))
LAWYER = yaml.safe_load((Path(__file__).parent / "lawyer.yaml").read_text(encoding="utf-8"))
ROWS = [(locale, text, codes) for locale, table in CASES.items() for text, codes in table.items()]


def refusals(findings):
    return {f.code for f in findings if f.severity == "refuse"}


@pytest.mark.parametrize(("locale", "text", "codes"), ROWS)
def test_a_phrase_is_refused_for_exactly_these_reasons(example, locale, text, codes):
    brand, brief = example("eveil")
    findings = check(text, slot="opening", placement="email", locale=locale, brand=brand, brief=brief)
    assert refusals(findings) == set(codes)


@pytest.mark.parametrize(
    ("locale", "verdict", "text"), [(x, v, t) for x, of in LAWYER.items() for v, texts in of.items() for t in texts]
)
def test_what_a_lawyer_would_stop_is_stopped_and_nothing_else(example, locale, verdict, text):
    brand, brief = example("eveil")
    found = refusals(check(text, slot="line", placement="banner", locale=locale, brand=brand, brief=brief))
    assert bool(found) == (verdict == "refused"), found


@pytest.mark.parametrize(("locale", "text", "codes"), [r for r in ROWS if r[2]])
def test_every_refusal_says_what_was_found_and_what_would_pass(example, locale, text, codes):
    brand, brief = example("eveil")
    for finding in check(text, slot="opening", placement="email", locale=locale, brand=brand, brief=brief):
        assert finding.values["passes"]
        assert "found" in finding.values
        assert finding.code in CODES


def test_fifty_per_cent_off_passes_only_where_the_brief_has_it(example):
    brand, brief = example("velo")
    told = {"slot": "opening", "placement": "email", "locale": "fr", "brand": brand, "brief": brief}
    assert refusals(check("−50\u00a0% cette semaine.", **told)) == {"fact.no_such_offer"}
    assert refusals(check("−15\u00a0% jusqu’au 31 octobre 2026.", **told)) == set()
    [finding] = check("−50\u00a0% cette semaine.", **told)
    assert "−15\u00a0%" in finding.values["passes"]


def test_a_proved_superlative_passes(example, plain_brief, plain_brand):
    brand, brief = example("eveil")
    claim = {"id": "prize", "text": {"fr": "la meilleure baguette de la ville"}, "substantiation": "city contest"}
    told = {"slot": "opening", "placement": "email", "locale": "fr"}
    text = "C’est la meilleure baguette de la ville."
    assert refusals(check(text, brand=brand, brief=brief, **told)) == {"fact.superlative"}
    assert refusals(check(text, brand=plain_brand(claims=[claim]), brief=plain_brief(), **told)) == set()


def test_a_health_claim_needs_its_regulation(plain_brief, plain_brand):
    told = {"slot": "opening", "placement": "email", "locale": "fr", "brief": plain_brief()}
    text = "La vitamine C contribue à réduire la fatigue."
    said = {"id": "c", "text": {"fr": "La vitamine C contribue à réduire la fatigue"}}
    heard = plain_brand(claims=[said | {"substantiation": "we read it somewhere"}])
    authorised = plain_brand(claims=[said | {"substantiation": "Regulation (EU) 432/2012, annex"}])
    assert refusals(check(text, brand=heard, **told)) == {"health.claim"}
    assert refusals(check(text, brand=authorised, **told)) == set()


def test_carbon_neutral_passes_with_no_proof_at_all(plain_brief, plain_brand):
    claim = {"id": "co2", "text": {"fr": "neutre en carbone"}, "substantiation": "offset certificates"}
    brand = plain_brand(claims=[claim])
    told = {"slot": "opening", "placement": "email", "locale": "fr", "brand": brand, "brief": plain_brief()}
    assert refusals(check("Une lampe neutre en carbone.", **told)) == {"green.offset"}


@pytest.mark.parametrize(
    ("placement", "slot", "warned", "refused"),
    [
        ("email", "subject", 61, 79),
        ("email", "preheader", 101, 111),
        ("banner", "headline", None, 41),
        ("post", "opener", None, 257),
    ],
)
def test_a_text_too_long_for_its_placement_is_refused(example, placement, slot, warned, refused):
    brand, brief = example("eveil")
    told = {"slot": slot, "placement": placement, "locale": "fr", "brand": brand, "brief": brief}
    words = "du café et puis encore " * 20
    text = lambda n: words[: n - 1] + "a"  # noqa: E731
    assert {f.code for f in check(text(refused), **told)} >= {"length.over"}
    assert refusals(check(text(refused - 1), **told)) == set()
    if warned:
        assert "length.long" in {f.code for f in check(text(warned), **told)}


def test_quiet_matters_are_told_and_do_not_refuse(example):
    brand, brief = example("eveil")
    told = {"slot": "opening", "placement": "email", "locale": "fr", "brand": brand, "brief": brief}
    found = {f.code: f for f in check('Bonjour ! Un "café" FORT ☕', **told)}
    assert {"style.exclamation", "style.capitals", "style.emoji", "typography.spaces"} <= set(found)
    assert not refusals(found.values())
    assert found["typography.spaces"].values["passes"].startswith("Bonjour\u202f! Un «\u00a0café\u00a0»")


def test_an_unknown_language_is_named(example):
    brand, brief = example("eveil")
    with pytest.raises(Faults) as problem:
        check("x", slot="opening", placement="email", locale="xx", brand=brand, brief=brief)
    assert problem.value.faults[0].code == "creative.no_language"


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_check_has_words_in_both_languages(locale):
    written = (CATALOGUES / locale / "LC_MESSAGES" / "checks.po").read_text(encoding="utf-8")
    for code in CODES:
        assert f'msgid "{code}"' in written
        assert f'msgid "{code}.title"' in written


def test_the_version_of_the_checks_is_stated():
    assert creative.checks_version(load()).startswith(f"{RULES_VERSION}-")


@pytest.mark.parametrize(
    "change",
    [
        {"calendar": ("lundi",)},
        {"tu": "toi"},
        {"unproved": {}},
        {"law": Law(lines={"alcohol": {"fr": Line("Autre chose.", "a law")}})},
    ],
)
def test_whatever_a_language_looks_for_or_must_say_is_in_the_checks_version(change):
    bank = load()
    changed = replace(bank, tongues={**bank.tongues, "fr": replace(bank.tongues["fr"], **change)})
    assert creative.checks_version(changed) != creative.checks_version(bank)
