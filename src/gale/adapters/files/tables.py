"""Tables that people and other tools write: CSV in its many forms and Parquet in, CSV out.

A broken row is reported with its line and never mended by guessing; the rows around it stay readable.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from gale.adapters.files.encodings import Certainty, decode
from gale.records.faults import Fault, Faults

LARGEST = 200_000_000  # bytes, unpacked
SEPARATORS = (",", ";", "\t", "|")
_LONGEST_RECORD = 200  # lines that one quoted cell may span before its quote counts as never closed
_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class RawTable:
    """A table as it was read: text cells, none interpreted.

    `fingerprint` is the SHA-256 of the file's bytes as they lie on disk, `size` their number. `certainty` says how
    sure the encoding is (`sure`, `likely`, `told` by the user). `faults` are the broken rows, in order of lines;
    `rows()` yields the others, as often as it is called. Line 1 is the header (of Parquet too, whose rows count on).
    """

    name: str
    header: tuple[str, ...]
    encoding: str
    certainty: Certainty
    separator: str
    fingerprint: str
    size: int
    count: int
    faults: tuple[Fault, ...]
    _rows: list[Row] = field(repr=False)

    def rows(self) -> Iterator[Row]:
        """(line, cells) of every row that is whole: as many cells as the header."""
        return iter(self._rows)

    def sample(self, limit: int = 2000) -> list[list[str]]:
        """The cells of up to `limit` rows, spread evenly over the file."""
        step = max(1, len(self._rows) // limit)
        return [cells for _, cells in self._rows[::step][:limit]]


def read_table(
    path: Path, *, max_bytes: int = LARGEST, encoding: str | None = None, separator: str | None = None
) -> RawTable:
    """Read a CSV (`,` `;` tab `|`; quotes; UTF-8, UTF-16, Windows-1252, ISO-8859-1; plain or .gz) or a Parquet file.

    `encoding` and `separator` overrule what is found. Raises `Faults`: `table.missing`, `file.not_readable`,
    `file.empty`, `table.too_large`, `file.gzip`, `file.parquet`, those of `encodings.decode`; `csv.header_missing` (the
    first line holds an address), `csv.header_duplicate`, `csv.separator` (nearly every row is broken: another
    separator).
    """
    raw = _bytes(path, max_bytes)
    fingerprint, size = hashlib.sha256(raw).hexdigest(), len(raw)
    if raw.startswith(b"PAR1"):
        return _parquet(path, fingerprint, size)
    if raw.startswith(b"\x1f\x8b"):
        raw = _unpacked(raw, path.name, max_bytes)
    found = decode(raw, path.name, encoding)
    if not found.text.strip():
        raise Faults.one("file.empty", where=path.name)
    lines = found.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cut = separator if separator is not None else _separator(lines)
    reader = _Reader(path.name, lines, cut, found.damaged)
    header = reader.header()
    rows, faults = reader.body(len(header))
    unfit = sum(fault.code.startswith("csv.fields_") for fault in faults)
    if unfit > 3 and unfit > 4 * len(rows):
        others = " ".join(_said(other) for other in SEPARATORS if other != cut)
        raise Faults.one("csv.separator", where=path.name, separator=_said(cut), rows=unfit, others=others)
    return RawTable(
        name=path.name, header=header, encoding=found.encoding, certainty=found.certainty, separator=cut,
        fingerprint=fingerprint, size=size, count=len(rows) + len(faults), faults=tuple(faults), _rows=rows,
    )  # fmt: skip


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's bytes. Raises `Faults` as `read_table`."""
    return hashlib.sha256(_bytes(path, LARGEST)).hexdigest()


def _bytes(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except FileNotFoundError:
        raise Faults.one("table.missing", where=path.name, path=str(path)) from None
    except OSError as problem:
        raise Faults.one("file.not_readable", where=path.name, problem=problem.strerror or str(problem)) from None
    if len(raw) > most:
        raise Faults.one("table.too_large", where=path.name, limit=most // 1_000_000)
    return raw


def _unpacked(raw: bytes, name: str, most: int) -> bytes:
    """Never more than `most` bytes in memory, however much a small file claims to hold."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
            text = file.read(most + 1)
    except (OSError, EOFError, zlib.error):
        raise Faults.one("file.gzip", where=name) from None
    if len(text) > most:
        raise Faults.one("table.too_large", where=name, limit=most // 1_000_000)
    return text


def _separator(lines: Sequence[str]) -> str:
    """The one that cuts most of the first lines into as many cells as the header; a lone column needs none."""
    head = [line for line in lines[:200] if line.strip()]
    best, best_score = ",", 0.0
    for candidate in SEPARATORS:
        width = len(_cells(head[0], candidate) or [])
        if width < 2:
            continue
        same = sum(len(_cells(line, candidate) or []) == width for line in head[1:])
        score = (same + 1) / len(head) + width / 1000  # of equals, the one with more columns
        if score > best_score:
            best, best_score = candidate, score
    return best


def _cells(record: str, separator: str) -> list[str] | None:
    """The cells of one record, or `None` where its quotes do not fit."""
    if '"' not in record:
        return record.split(separator)
    try:
        return next(csv.reader([record], delimiter=separator, strict=True))
    except (csv.Error, StopIteration):
        return None


class _Reader:
    """Cuts lines into records and records into cells; knows the line of everything."""

    def __init__(self, name: str, lines: list[str], separator: str, damaged: dict[int, int]) -> None:
        self._name = name
        self._lines = lines
        self._separator = separator
        self._damaged = damaged
        self._at = 0

    def header(self) -> tuple[str, ...]:
        while self._at < len(self._lines) and not self._lines[self._at].strip():
            self._at += 1
        first, cells = self._at + 1, self._next()
        if isinstance(cells, Fault):
            raise Faults([cells])
        names = [cell.strip() for cell in cells]
        if any(_ADDRESS.match(name) for name in names):
            raise Faults.one("csv.header_missing", where=f"{self._name}:{first}")
        for i, name in enumerate(names):
            names[i] = name or f"#{i + 1}"
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise Faults.one("csv.header_duplicate", where=f"{self._name}:{first}", columns=", ".join(twice))
        return tuple(names)

    def body(self, width: int) -> tuple[list[Row], list[Fault]]:
        rows: list[Row] = []
        faults: list[Fault] = []
        while self._at < len(self._lines):
            first = self._at + 1
            if not self._lines[self._at].strip():
                self._at += 1
                continue
            cells = self._next()
            if isinstance(cells, Fault):
                faults.append(cells)
                continue
            byte = next((b for n in range(first, self._at + 1) if (b := self._damaged.get(n)) is not None), None)
            if byte is not None:
                faults.append(self._fault("csv.byte", first, byte=f"0x{byte:02x}"))
            elif len(cells) != width:
                code = "csv.fields_few" if len(cells) < width else "csv.fields_many"
                faults.append(self._fault(code, first, found=len(cells), expected=width, last=self._at))
            else:
                rows.append((first, [cell.strip() for cell in cells]))
        return rows, faults

    def _next(self) -> list[str] | Fault:
        """The record that begins here, and the place moved behind it; after a bad quote, to the very next line, so
        that one stray quote costs one row."""
        start = self._at
        record = self._lines[start]
        end = start + 1
        if '"' in record:
            quotes = record.count('"')
            while quotes % 2 and end < len(self._lines) and end - start < _LONGEST_RECORD:
                quotes += self._lines[end].count('"')
                end += 1
            if quotes % 2:
                self._at = start + 1
                return self._fault("csv.quote_open", start + 1)
            record = "\n".join(self._lines[start:end])
        cells = _cells(record, self._separator)
        if cells is None:
            self._at = start + 1
            return self._fault("csv.quote", start + 1)
        self._at = end
        return cells

    def _fault(self, code: str, line: int, **values: Any) -> Fault:
        return Fault(code=code, values={"line": line, **values}, where=f"{self._name}:{line}")


def _parquet(path: Path, fingerprint: str, size: int) -> RawTable:
    import duckdb

    try:
        with duckdb.connect() as database:
            found = database.execute("SELECT * FROM read_parquet(?)", [str(path)])
            header = tuple(str(column[0]) for column in found.description or ())
            rows = [(i, [_text(cell) for cell in row]) for i, row in enumerate(found.fetchall(), 2)]
    except duckdb.Error as problem:
        raise Faults.one("file.parquet", where=path.name, problem=str(problem).split("\n")[0][:120]) from None
    return RawTable(
        name=path.name, header=header, encoding="parquet", certainty="sure", separator="", fingerprint=fingerprint,
        size=size, count=len(rows), faults=(), _rows=rows,
    )  # fmt: skip


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)


def _said(separator: str) -> str:
    return "TAB" if separator == "\t" else separator


def write_csv(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    separator: Literal[",", ";", "\t"] = ",",
    bom: bool = False,
    guarded: Collection[str] = (),
) -> int:
    """Write a CSV in UTF-8 for its owner's eyes only (mode 0600), whole or not at all; how many rows.

    `bom` lets Excel see that it is UTF-8. Columns named in `guarded` are read by people: a cell that a spreadsheet
    would take for a formula (beginning with `=`, `+`, `-`, `@`, tab or carriage return) gets an apostrophe before it
    (OWASP, "CSV Injection"). Never guard a column that a machine reads: it would get the apostrophe as well.
    Raises `Faults` `file.exists` (nothing is overwritten), `file.not_writable`.
    """
    if path.exists():
        raise Faults.one("file.exists", where=path.name, path=str(path))
    guard = [name in guarded for name in header]
    draft = path.with_name(f".{path.name}.draft")
    count = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=separator, lineterminator="\r\n")
            writer.writerow(header)
            for row in rows:
                writer.writerow([_guarded(cell) if g else _plain(cell) for cell, g in zip(row, guard, strict=True)])
                count += 1
        os.replace(draft, path)
    except OSError as problem:
        draft.unlink(missing_ok=True)
        raise Faults.one("file.not_writable", where=path.name, problem=problem.strerror or str(problem)) from None
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return count


def _plain(cell: object) -> str:
    return "" if cell is None else str(cell)


def _guarded(cell: object) -> str:
    text = _plain(cell)
    return "'" + text if text.startswith(_FORMULA) and not isinstance(cell, int | float) else text
