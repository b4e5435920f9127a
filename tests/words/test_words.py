"""Whatever Gale says, it says in both languages, and its French is set as French."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import get_args, get_type_hints

import pytest
from said import catalogue, codes, faults, places, sentences

from gale.adapters.catalogue import load as load_bank
from gale.audience.columns import Certainty
from gale.cli.house import QUESTIONS
from gale.creative.catalogue import ANY
from gale.records.approval import Approval, Role
from gale.records.decision import Outcome
from gale.records.kinds import DOCUMENTS
from gale.records.people import ConsentState
from gale.words import LOCALES, NBSP, NNBSP

LITERAL = ("Authorization: Bearer",)  # a header is quoted as it is sent


@cache
def yaml_key() -> re.Pattern[str]:
    """Any key that a document may have, with its colon: YAML is quoted as it is typed."""
    said = "".join(json.dumps(model.model_json_schema(by_alias=True)) for model in DOCUMENTS.values())
    names = {*re.findall(r'"(\w+)": \{', said), *LOCALES}
    return re.compile(rf"\b({'|'.join(sorted(names))}): ")


def enumerated() -> set[str]:
    """Codes put together from a part and a word of a closed list."""
    found = set(get_args(Role))
    found |= {f"approval.{x}" for x in ("signed", "refused", "revoked", "expired", "void", "waiting")}
    found |= {f"ledger.{x}" for x in ("missing", "out_of_order", "altered", "unlinked", "leaves", "decision")}
    found |= {f"explain.by.{x}" for x in ("explore", "campaign", "constant", "personal")}
    found |= {f"angle.{x}" for x in angles()}
    found |= {f"state.{x}" for x in get_args(ConsentState)} | {f"reading.{x}" for x in get_args(Certainty)}
    found |= {f"outcome.{x}" for x in get_args(get_type_hints(Outcome)["kind"])}
    found |= {f"verdict.{x}" for x in get_args(get_type_hints(Approval)["verdict"])}
    found |= {f"contacts.asks.{x}" for x in ("consent", "dates", "source")}
    return found


def angles() -> set[str]:
    """Every angle that the phrase bank can give a variant."""
    banks = [bank for language in load_bank().banks.values() for bank in language.values()]
    named = {template.angle for bank in banks for template in bank}
    return {word for angle in named for word in angle.split() if word != ANY}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_has_its_words(locale: str) -> None:
    known = catalogue(locale)
    assert len(codes()) > 200
    assert {c: where for c, where in codes().items() if not known.get(c)} == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_of_a_closed_list_has_its_words(locale: str) -> None:
    known = catalogue(locale)
    assert sorted(c for c in enumerated() if not known.get(c)) == []


def test_every_sentence_has_its_french() -> None:
    known = catalogue("fr")
    assert len(sentences()) > 200
    missing = {s: where for s, where in sentences().items() if re.search("[A-Za-z]{2}", s) and not known.get(s)}
    assert missing == {}


def test_every_question_of_init_has_its_french() -> None:
    assert [q for q in QUESTIONS.values() if not catalogue("fr").get(q)] == []


def test_both_languages_word_the_same_codes() -> None:
    """English needs a text only where the id is a code; French needs one for everything English has."""
    assert sorted(set(catalogue("en")) - set(catalogue("fr"))) == []
    only_french = set(catalogue("fr")) - set(catalogue("en"))
    assert sorted(c for c in only_french if re.fullmatch(r"[a-z]+(\.[a-z_]+)+", c)) == []


def test_both_languages_fill_the_same_places() -> None:
    english = catalogue("en")
    differing = {
        message: (english.get(message) or message, text)
        for message, text in catalogue("fr").items()
        if text and places(english.get(message) or message) != places(text)
    }
    assert differing == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_no_place_of_a_message_stays_empty(locale: str) -> None:
    """Whoever raises a fault gives a value for each place of its text."""
    known = catalogue(locale)
    empty = [(code, sorted(places(known[code]) - given), where) for code, given, where in faults() if code in known]
    assert len(empty) > 60
    assert [e for e in empty if e[1]] == []


def test_no_message_shouts() -> None:
    for locale in LOCALES:
        assert {m: t for m, t in catalogue(locale).items() if "!" in re.sub(r"<!--.*?-->", "", t or m)} == {}


def bare(text: str) -> str:
    """The text without markup, places and what is quoted as it is typed."""
    for literal in LITERAL:
        text = text.replace(literal, "")
    text = yaml_key().sub("", text)
    return re.sub(r"&\w+;", "", re.sub(r"<[^>]*>", "", re.sub(r"\{\w*\}", "x", text)))


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ("a narrow no-break space stands before ; and ?", rf"(?<!{NNBSP})[;?](?=[\s)»”]|$)"),
        ("a no-break space stands before :", rf"(?<!{NBSP}):(?=\s|$)"),
        ("guillemets have no-break spaces inside", rf"«(?!{NBSP})|(?<!{NBSP})»"),
        ("an apostrophe is curly", r"\w'\w|'"),
        ("an ellipsis is one sign", r"\.\.\."),
        ("no ordinary space stands before a sign", r" [;:?!»%€]"),
        ("English quotation marks stay in English", r"[“”]"),
    ],
)
def test_french_is_set_as_french(rule: str, broken: str) -> None:
    assert {m: t for m, t in catalogue("fr").items() if re.search(broken, bare(t))} == {}, rule
