"""YAML that people write: from a file to a document, with the line of everything that is wrong; and back to a file.

Read as YAML 1.2's core schema (only `true` and `false` are booleans, `no` is Norwegian, 12:30 is text), composed
without constructing objects: no tags, no aliases, so that a document is as large as it looks.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import ReaderError

from gale.campaign.parsing import parse
from gale.records.documents import Document
from gale.records.faults import Fault, Faults, raise_if

LARGEST = 1_000_000  # bytes
DEEPEST = 40  # mappings and lists within each other
LARGEST_NUMBER = 1e15  # beyond it, whole numbers are no longer exact in every JSON reader
MOST_FAULTS = 5  # of one kind in one file: enough to see the pattern

_CORE: tuple[tuple[str, str, str], ...] = (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", "~nN\0"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
)
_TAG = "tag:yaml.org,2002:"


def read_document(path: Path, kind: str) -> Document:
    """Read one document. `kind` is a key of `records.kinds.DOCUMENTS`.

    Raises `Faults`: `file.missing`, `file.not_readable`, `file.too_large` (over 1 MB), `file.encoding` (not UTF-8),
    `yaml.tab`, `yaml.character`, `yaml.syntax`, `yaml.duplicate_key`, `yaml.alias`, `yaml.tag`, `yaml.number`,
    `yaml.deep`, and those of `campaign.parse`.
    """
    data, lines = read_yaml(path)
    return parse(kind, data, lines, file=path.name)


def read_yaml(path: Path) -> tuple[Any, dict[str, int]]:
    """The plain data of a YAML file, and the line (from 1) of every key and list item by its dotted path."""
    return load(_text(path), path.name)


def load(text: str, name: str) -> tuple[Any, dict[str, int]]:
    """As `read_yaml`, from text; `name` is what faults call the file."""
    raise_if(_tabs(text, name))
    try:
        node = _Loader(text).get_single_node()
    except ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        raise Faults.one("yaml.character", where=f"{name}:{line}", character=f"U+{problem.character:04X}") from None
    except yaml.YAMLError as problem:
        raise Faults([_syntax(problem, name)]) from None
    lines: dict[str, int] = {}
    faults: list[Fault] = []
    data = _plain(node, "", lines, faults, name) if node is not None else None
    raise_if(faults)
    return data, lines


def write_yaml(
    path: Path, data: Mapping[str, Any] | Document, *, examples: Sequence[Any] = (), said: Sequence[str] = ()
) -> None:
    """Write a document (or its plain data) as YAML in UTF-8, keys in the order given, whole or not at all.

    `examples` follow as comments, under the lines `said` of them: whoever takes the marks away has them.

    Raises `Faults` `file.not_writable` with the system's reason.
    """
    plain = data.model_dump(mode="json", by_alias=True) if isinstance(data, Document) else dict(data)
    text = _dump(plain)
    if examples:
        lines = ["", *(f"## {line}" for line in said), *(f"# {line}" for line in _dump(list(examples)).splitlines())]
        text += "\n".join(lines) + "\n"
    draft = path.with_name(f".{path.name}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)
    except OSError as problem:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise Faults.one("file.not_writable", where=path.name, problem=problem.strerror or str(problem)) from None


def _dump(plain: Any) -> str:
    return str(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110, default_flow_style=False))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise Faults.one("file.missing", where=path.name, path=str(path)) from None
    except OSError as problem:
        raise Faults.one("file.not_readable", where=path.name, problem=problem.strerror or str(problem)) from None
    if len(raw) > LARGEST:
        raise Faults.one("file.too_large", where=path.name, limit="1 MB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise Faults.one("file.encoding", where=f"{path.name}:{line}", byte=f"0x{raw[problem.start]:02x}") from None


def _tabs(text: str, name: str) -> list[Fault]:
    """Tabs in indentation. PyYAML refuses only some of them and folds others into the text before; no author means
    either."""
    found = [
        Fault(code="yaml.tab", values={"line": number, "column": tab.end()}, where=f"{name}:{number}")
        for number, line in enumerate(text.split("\n"), 1)
        if (tab := re.match(r" *\t", line)) and line.strip()
    ]
    return found[:MOST_FAULTS]


def _syntax(problem: yaml.YAMLError, name: str) -> Fault:
    if isinstance(problem, _RefusedError):
        return Fault(code=problem.code, values=problem.values, where=f"{name}:{problem.line}")
    mark = getattr(problem, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    said = getattr(problem, "problem", None) or getattr(problem, "reason", None) or "not YAML"
    return Fault(code="yaml.syntax", values={"line": line, "column": column, "problem": said}, where=f"{name}:{line}")


class _RefusedError(yaml.YAMLError):
    """YAML that is well formed and not welcome."""

    def __init__(self, code: str, line: int, **values: Any) -> None:
        super().__init__(code)
        self.code, self.line, self.values = code, line, values


class _Loader(yaml.SafeLoader):
    """Composes nodes only; stops at the first alias or at the depth limit."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            alias = self._here()
            raise _RefusedError("yaml.alias", alias.start_mark.line + 1, name=alias.anchor)
        self.depth += 1
        if self.depth > DEEPEST:
            raise _RefusedError("yaml.deep", self._here().start_mark.line + 1, limit=DEEPEST)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def _here(self) -> Any:
        return self.get_event()  # type: ignore[no-untyped-call]  # the stubs leave the parser's own methods untyped


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in _CORE:
    _Loader.add_implicit_resolver(_TAG + _tag, re.compile(_pattern), [c if c != "\0" else "" for c in _first])


def _plain(node: yaml.Node, path: str, lines: dict[str, int], faults: list[Fault], name: str) -> Any:
    """The node's data; fills `lines` and `faults` on the way."""
    line = node.start_mark.line + 1
    if path:
        lines.setdefault(path, line)
    if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
        return _mapping(node, path, lines, faults, name)
    if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
        return [_plain(child, f"{path}.{i}".lstrip("."), lines, faults, name) for i, child in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode):
        text = str(node.value)
        match node.tag.removeprefix(_TAG):
            case "str":
                return unicodedata.normalize("NFC", text)  # é as one letter, whatever the keyboard wrote
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int" if len(text) <= 15:
                return int(text)
            case "int" | "float" if abs(float(text)) < LARGEST_NUMBER:
                return float(text)
            case "int" | "float":
                faults.append(Fault(code="yaml.number", values={"found": text[:60]}, where=f"{name}:{line} {path}"))
                return None
    faults.append(Fault(code="yaml.tag", values={"tag": node.tag}, where=f"{name}:{line}"))
    return None


def _mapping(
    node: yaml.MappingNode, path: str, lines: dict[str, int], faults: list[Fault], name: str
) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            faults.append(Fault(code="yaml.key", values={}, where=f"{name}:{line}"))
            continue
        key = str(key_node.value)
        below = f"{path}.{key}".lstrip(".")
        if key in data:
            values = {"key": key, "first": lines[below]}
            faults.append(Fault(code="yaml.duplicate_key", values=values, where=f"{name}:{line} {below}"))
            continue
        lines[below] = line
        data[key] = _plain(value_node, below, lines, faults, name)
    return data
