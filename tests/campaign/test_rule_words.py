"""Every code of these rooms has a sentence in both languages, with the same places to fill."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import gale
from gale.campaign.reach import REASONS
from gale.consent.permission import REASONS as CONSENT_REASONS

ROOT = Path(gale.__file__).parent
ROOMS = ("consent", "campaign", "approval", "rehearsal", "adapters/files/yaml_reader.py")


def messages(locale: str, pattern: str = "*.po") -> dict[str, str]:
    found: dict[str, str] = {}
    for po in sorted((ROOT / "words/catalogues" / locale / "LC_MESSAGES").glob(pattern)):
        with po.open("rb") as file:
            found |= {str(m.id): str(m.string) for m in read_po(file) if m.id}
    return found


def codes() -> set[str]:
    said = re.compile(
        r'(?:code=|_fault\(\s*|Faults\.one\(\s*|_RefusedError\(\s*|code = |return |: \()"([a-z]+\.[a-z_]+)"'
    )
    sources = [p for room in ROOMS for p in ([ROOT / room] if room.endswith(".py") else (ROOT / room).glob("*.py"))]
    found = {code for source in sources for code in said.findall(source.read_text(encoding="utf-8"))}
    expected = set(re.findall(r'"(document\.[a-z_]+_expected)"', (ROOT / "campaign/parsing.py").read_text()))
    return found | expected | set(REASONS) | set(CONSENT_REASONS)


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_every_code_has_a_sentence(locale: str) -> None:
    said = messages(locale)
    assert len(codes()) > 80
    assert sorted(c for c in codes() if not said.get(c)) == []


def test_both_languages_fill_the_same_places() -> None:
    english, french = messages("en", "rules.po"), messages("fr", "rules.po")
    assert set(english) == set(french)
    for code, text in english.items():
        places = [{name for _, name, _, _ in Formatter().parse(t) if name} for t in (text, french[code])]
        assert places[0] == places[1], code


def test_french_is_set_as_french() -> None:
    for code, text in messages("fr", "rules.po").items():
        outside = re.sub(r"“[^”]*”|\"[^\"]*\"", "", text)
        assert not re.search(r"[^\u202f] ?[;?!](?= |$)", outside), code
        assert "'" not in text, code
        assert not re.search(r"« | »", text), code
        assert "!" not in text, code
