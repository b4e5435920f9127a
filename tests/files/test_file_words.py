"""Whatever is wrong with a file is said in the user's language."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import gale
from gale.adapters.files.tables import read_table
from gale.audience import Told, read_contacts
from gale.records.faults import Fault, Faults
from gale.words import Words

PACKAGE = Path(gale.__file__).parent
CATALOGUES = PACKAGE / "words" / "catalogues"
SOURCES = [
    *(PACKAGE / "audience").glob("*.py"),
    *(PACKAGE / "adapters" / "files" / name for name in ("tables.py", "encodings.py")),
    *(PACKAGE / "engine" / name for name in ("people.py", "optouts.py", "export.py", "outcomes_file.py")),
]
CODE = re.compile(
    r'"((?:csv|file|table|people|contact|import|export|outcomes?|reading|person|touchpoint|answer)\.[a-z_]+)"'
)


def messages(locale: str, domain: str = "*") -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((CATALOGUES / locale / "LC_MESSAGES").glob(f"{domain}.po")):
        with path.open("rb") as file:
            found.update({str(m.id): str(m.string) for m in read_po(file, locale=locale) if m.id})
    return found


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_code_has_words_in_both_languages() -> None:
    codes = {c for path in SOURCES for c in CODE.findall(path.read_text(encoding="utf-8")) if not c.endswith("_")}
    assert len(codes) > 60
    for locale in ("fr", "en"):
        assert codes - set(messages(locale)) == set(), locale


def test_both_languages_fill_the_same_places() -> None:
    french, english = messages("fr", "files"), messages("en", "files")
    assert french.keys() == english.keys()
    assert {code for code in french if places(french[code]) != places(english[code])} == set()


def test_french_is_typeset_as_french() -> None:
    for code, text in messages("fr", "files").items():
        assert "'" not in text, code
        assert not re.search(r" [;:!?»]|« ", text), code


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_faults_of_a_bad_file_are_sentences(locale: str, tmp_path: Path) -> None:
    words = Words(locale, messages(locale))
    said: list[Fault] = []
    for content in (
        "",
        "PK\x03\x04",
        "a@b.fr,x\n",
        "mel,mel\n",
        "mel:nom,x\n" + "a:b\n" * 9,
        "mel,nom\na@b.fr\n" + 'b,"c\nd,e,f\n"g"h,i\n',
    ):
        path = tmp_path / "clients.csv"
        path.write_text(content, encoding="utf-8")
        try:
            said += read_table(path).faults
        except Faults as problem:
            said += problem.faults
    mapping = {"mel": "email", "le": "consent_date", "ne": "birth_date", "desabo": "unsubscribed"}
    rows = [
        ["", "", "", ""],
        ["x", "", "", ""],
        ["a@b.fr", "31/02/2024", "", ""],
        ["a@b.fr", "", "1/1/2020", ""],
        ["", "", "", "?"],
    ]
    read = read_contacts(
        list(mapping), list(enumerate(rows, 2)), mapping, told=Told(), file="f.csv", now=1_788_000_000_000
    )
    said += read.left_out
    assert len(said) >= 13
    for fault in said:
        sentence = words.fault(fault)
        assert "{" not in sentence, sentence
        assert fault.code not in sentence
