"""YAML as people write it, wrong in every usual way; and the example's own documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from gale.adapters.files.yaml_reader import LARGEST, load, read_document, read_yaml, write_yaml
from gale.campaign import check
from gale.records.documents import Brand, Brief, Campaign, Purposes, Team
from gale.records.faults import Faults

EVEIL = Path(__file__).parents[2] / "examples" / "eveil"


def fault(text: str) -> tuple[str, str]:
    with pytest.raises(Faults) as problem:
        load(text, "brand.yaml")
    first = problem.value.faults[0]
    return first.code, first.where


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("a: 1\n\tb: 2", "yaml.tab", "brand.yaml:2"),
        ("a:\n  \tb: 2", "yaml.tab", "brand.yaml:2"),
        ("a: one\nb: [x", "yaml.syntax", "brand.yaml:2"),
        ("a: b: c", "yaml.syntax", "brand.yaml:1"),
        ("a: 1\n---\nb: 2", "yaml.syntax", "brand.yaml:2"),
        ("a: 1\nb:\n  c: 1\n  c: 2", "yaml.duplicate_key", "brand.yaml:4 b.c"),
        ("a: &x [1]\nb: *x", "yaml.alias", "brand.yaml:2"),
        ("a: !!python/object/apply:os.system [ls]", "yaml.tag", "brand.yaml:1"),
        ("a:\n  - !secret b", "yaml.tag", "brand.yaml:2"),
        ("[" * 100, "yaml.deep", "brand.yaml:1"),
        ("? [x]\n: 1", "yaml.key", "brand.yaml:1"),
        ("a: 1\nb: \x07", "yaml.character", "brand.yaml:2"),
        ("a: 1e400", "yaml.number", "brand.yaml:1 a"),
        ("a: 12345678901234567890", "yaml.number", "brand.yaml:1 a"),
    ],
)
def test_what_is_not_welcome_is_named_with_its_line(text: str, code: str, where: str) -> None:
    assert fault(text) == (code, where)


def test_a_tab_is_named_with_its_column() -> None:
    with pytest.raises(Faults) as problem:
        load("a:\n    \tb: 2", "brand.yaml")
    assert problem.value.faults[0].values == {"line": 2, "column": 5}


def test_aliases_cannot_make_a_document_explode() -> None:
    bomb = "a: &a [x,x,x,x]\n" + "\n".join(
        f"{c}: &{c} [*{p},*{p},*{p},*{p}]" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert fault(bomb)[0] == "yaml.alias"


def test_values_are_what_they_look_like() -> None:
    text = "a: no\nb: 12:30\nc: 2026-09-01\nd: true\ne: 1.5\nf: 010\ng:\nh: '7'\ni: yes\nj: [on, off]"
    data, lines = load(text, "x.yaml")
    assert data == {
        "a": "no",
        "b": "12:30",
        "c": "2026-09-01",
        "d": True,
        "e": 1.5,
        "f": 10,
        "g": None,
        "h": "7",
        "i": "yes",
        "j": ["on", "off"],
    }
    assert lines["j.1"] == 10


def test_lines_are_those_an_editor_shows() -> None:
    _, lines = load("# note\n\na:\n  b: 1\n  c:\n    - x: 1\n    - x: 2\n", "x.yaml")
    assert lines == {"a": 3, "a.b": 4, "a.c": 5, "a.c.0": 6, "a.c.0.x": 6, "a.c.1": 7, "a.c.1.x": 7}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"name: caf\xe9", "file.encoding"),
        (b"x" * (LARGEST + 1), "file.too_large"),
        (b"", "document.empty"),
        (b"# nothing yet\n", "document.empty"),
        (b"\xef\xbb\xbfzzz: 1", "document.key_missing"),
    ],
)
def test_a_file_that_cannot_be_a_document_is_refused(tmp_path: Path, raw: bytes, code: str) -> None:
    path = tmp_path / "brand.yaml"
    path.write_bytes(raw)
    with pytest.raises(Faults) as problem:
        read_document(path, "brand")
    assert code in {f.code for f in problem.value.faults}


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "brand.yaml", "file.missing"), (tmp_path, "file.not_readable")):
        with pytest.raises(Faults) as problem:
            read_yaml(path)
        assert problem.value.faults[0].code == code


def test_a_wrong_key_in_a_file_is_named_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "brand.yaml"
    path.write_text(
        "schema: 1\nid: mie\nname: Mie\ndescriptor: {fr: x}\npalette:\n  inc: '#000000'\n", encoding="utf-8"
    )
    with pytest.raises(Faults) as problem:
        read_document(path, "brand")
    (found,) = problem.value.faults
    assert (found.code, found.where) == ("document.unknown_key_near", "brand.yaml:6 palette.inc")


def test_the_example_is_read_agrees_and_survives_being_written(tmp_path: Path) -> None:
    found = {
        kind: read_document(EVEIL / f"{kind}.yaml", kind)
        for kind in ("brand", "brief", "campaign", "team", "purposes", "gale")
    }
    brand, brief, campaign, team, purposes = (found[k] for k in ("brand", "brief", "campaign", "team", "purposes"))
    assert isinstance(brand, Brand)
    assert isinstance(brief, Brief)
    assert isinstance(campaign, Campaign)
    assert isinstance(team, Team)
    assert isinstance(purposes, Purposes)
    assert check(brand, brief, campaign, team, purposes) == []
    for kind, document in found.items():
        write_yaml(tmp_path / f"{kind}.yaml", document)
        assert read_document(tmp_path / f"{kind}.yaml", kind) == document
    assert not list(tmp_path.glob(".*"))


def test_the_examples_kettle_feeds_nothing_but_its_message() -> None:
    campaign = read_document(EVEIL / "campaign.yaml", "campaign")
    purposes = read_document(EVEIL / "purposes.yaml", "purposes")
    assert isinstance(campaign, Campaign)
    assert isinstance(purposes, Purposes)
    kettle = next(t for t in campaign.touchpoints if t.channel == "device")
    declared = [purposes.get(p) for p in kettle.purposes]
    assert all(p is not None and not p.features and not p.direct_marketing for p in declared)
    assert {b for p in declared if p for b in p.basis} == {"service", "consent"}


def test_a_file_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "note").write_text("before")
    with pytest.raises(Faults) as problem:
        write_yaml(tmp_path / "note" / "brand.yaml", {"a": 1})
    assert problem.value.faults[0].code == "file.not_writable"
    assert (tmp_path / "note").read_text() == "before"
