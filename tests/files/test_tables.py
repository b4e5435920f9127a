"""Tables as people and tools write them: read as they are, broken rows named, nothing guessed."""

from __future__ import annotations

import csv
import gzip
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gale.adapters.files.tables import SEPARATORS, RawTable, read_table, write_csv
from gale.records.faults import Faults

TEXT = "mel{0}prénom{0}ville\nlea@exemple.fr{0}Léa{0}Orléans\nzoe@exemple.fr{0}Zoé{0}Nîmes\n"


def read(folder: Path, content: bytes | str, name: str = "clients.csv", **told: str) -> RawTable:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, **told)


def code(problem: pytest.ExceptionInfo[Faults]) -> str:
    (fault,) = problem.value.faults
    return fault.code


@pytest.mark.parametrize("separator", SEPARATORS)
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    table = read(tmp_path, TEXT.format(separator))
    assert (table.separator, table.header) == (separator, ("mel", "prénom", "ville"))
    assert list(table.rows())[1] == (3, ["zoe@exemple.fr", "Zoé", "Nîmes"])


@pytest.mark.parametrize(
    ("encoding", "named", "certainty"),
    [
        ("utf-8", "utf-8", "sure"),
        ("utf-8-sig", "utf-8", "sure"),
        ("utf-16", "utf-16", "sure"),
        ("utf-16-le", "utf-16", "likely"),
        ("cp1252", "cp1252", "likely"),
        ("latin-1", "cp1252", "likely"),
    ],
)
def test_the_encoding_is_found_and_its_certainty_said(
    tmp_path: Path, encoding: str, named: str, certainty: str
) -> None:
    table = read(tmp_path, TEXT.format(";").encode(encoding))
    assert (table.encoding, table.certainty) == (named, certainty)
    assert [cells[1] for _, cells in table.rows()] == ["Léa", "Zoé"]


def test_gzip_and_parquet_read_as_the_same_table(tmp_path: Path) -> None:
    import duckdb

    plain = read(tmp_path, TEXT.format(","))
    packed = read(tmp_path, gzip.compress(TEXT.format(",").encode()), "clients.csv.gz")
    target = tmp_path / "clients.parquet"
    duckdb.connect().execute(f"COPY (SELECT * FROM read_csv('{tmp_path}/clients.csv')) TO '{target}' (FORMAT parquet)")
    for other in (packed, read_table(target)):
        assert (other.header, list(other.rows())) == (plain.header, list(plain.rows()))
    assert len({plain.fingerprint, packed.fingerprint, read_table(target).fingerprint}) == 3


def test_a_broken_row_is_named_with_its_line_and_its_neighbours_stay(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        'mel,note\na@exemple.fr,"deux\nlignes"\nb@exemple.fr\nc@exemple.fr,x,y\nd@exemple.fr,"jamais fermé\n'
        'e@exemple.fr,"mot" ici\nf@exemple.fr,"un ""mot"""\n\ng@exemple.fr,fin\n',
    )
    assert [line for line, _ in table.rows()] == [2, 8, 10]
    assert next(table.rows())[1][1] == "deux\nlignes"
    assert [(f.code, f.where) for f in table.faults] == [
        ("csv.fields_few", "clients.csv:4"),
        ("csv.fields_many", "clients.csv:5"),
        ("csv.quote_open", "clients.csv:6"),
        ("csv.quote", "clients.csv:7"),
    ]
    assert table.count == 7


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_one_damaged_byte_costs_its_own_row_only(tmp_path: Path, encoding: str) -> None:
    lines = ["mel;prénom"] + [f"p{i}@exemple.fr;Gaël" for i in range(200)]
    raw = "\n".join(lines).encode(encoding)
    bad = raw.replace("p57@exemple.fr;Gaël".encode(encoding), b"p57@exemple.fr;Ga\x81l")
    table = read(tmp_path, bad)
    assert (table.encoding, table.count, [f.code for f in table.faults]) == (encoding, 200, ["csv.byte"])
    assert table.faults[0].where == "clients.csv:59"
    assert table.faults[0].values["byte"] == "0x81"


def test_an_undecodable_file_says_the_byte_the_line_and_three_guesses(tmp_path: Path) -> None:
    text = TEXT.format(";") + "zoé@exemple.fr;Éléonore Hélène;Bézénet\n" * 20
    with pytest.raises(Faults) as problem:
        read(tmp_path, text.encode("mac_roman"))
    assert code(problem) == "file.undecodable"
    values = problem.value.faults[0].values
    assert (values["byte"], values["line"]) == ("0x8e", 1)
    assert values["guesses"].startswith("Mac Roman (é)")
    assert len(values["guesses"].split(", ")) == 3
    told = read(tmp_path, text.encode("mac_roman"), encoding="mac_roman")
    assert next(told.rows())[1][1] == "Léa"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "file.empty"),
        (b" \n\n", "file.empty"),
        (b"PK\x03\x04 anything", "file.spreadsheet"),
        (bytes(range(256)) * 9, "file.binary"),
        (b"\x1f\x8b broken", "file.gzip"),
        (b"PAR1 broken", "file.parquet"),
        (b"lea@exemple.fr;Lea\nzoe@exemple.fr;Zoe\n", "csv.header_missing"),
        (b"mel;nom;mel\na;b;c\n", "csv.header_duplicate"),
        (b"mel:prenom:ville,pays\n" + b"a@b.fr:x:y\n" * 9, "csv.separator"),
    ],
)
def test_what_is_no_table_is_refused_with_its_own_reason(tmp_path: Path, content: bytes, expected: str) -> None:
    with pytest.raises(Faults) as problem:
        read(tmp_path, content)
    assert code(problem) == expected


def test_a_missing_or_too_large_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Faults) as missing:
        read_table(tmp_path / "nowhere.csv")
    assert code(missing) == "table.missing"
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(b"a,b\n" * 100_000))
    with pytest.raises(Faults) as large:
        read_table(bomb, max_bytes=100_000)
    assert code(large) == "table.too_large"
    with pytest.raises(Faults) as told:
        read(tmp_path, TEXT.format(";"), encoding="rot13")
    assert code(told) == "file.encoding_unknown"


cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\0\ufeff", exclude_categories=("Cs", "Cc")), max_size=12
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=12), st.sampled_from([",", ";", "\t"]))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows, separator) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.mktemp("t") / "t.csv"
    write_csv(path, ("a", "b", "c"), rows, separator=separator)
    table = read_table(path, separator=separator)
    assert table.faults == ()
    kept = [[cell.strip() for cell in row] for row in rows if any(c.strip() for c in row) or separator != "\t"]
    assert [c for _, c in table.rows()] == kept


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_reason(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("t") / "t.csv"
    path.write_bytes(content)
    with suppress(Faults):
        table = read_table(path)
        assert all(len(c) == len(table.header) for _, c in table.rows())
        assert table.count == len(list(table.rows())) + len(table.faults)


def test_formulas_are_disarmed_for_people_and_left_alone_for_machines(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    rows = [["=HYPERLINK(1)", "=1", -3], ["@x", "+2", 4.5], ["plain", "-", None]]
    assert write_csv(path, ("note", "id", "gain"), rows, bom=True, guarded=("note", "gain")) == 3
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        back = list(csv.reader(file))
    assert back[1:] == [["'=HYPERLINK(1)", "=1", "-3"], ["'@x", "+2", "4.5"], ["plain", "-", ""]]
    assert path.stat().st_mode & 0o077 == 0


def test_nothing_is_overwritten_and_nothing_half_written(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_csv(path, ("a",), [["1"]])
    with pytest.raises(Faults) as problem:
        write_csv(path, ("a",), [["2"]])
    assert code(problem) == "file.exists"
    with pytest.raises(ZeroDivisionError):
        write_csv(tmp_path / "half.csv", ("a",), ([1 / n] for n in (1, 0)))
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]
