"""From plain data (what a YAML file holds) to a document, or to every fault in it with its line."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gale.records.documents import SCHEMA, Document, contrast
from gale.records.faults import Fault, Faults
from gale.records.kinds import DOCUMENTS

# pydantic's name of what it expected, in the words of a person.
_EXPECTED = {
    "string": "document.text_expected",
    "int": "document.whole_number_expected",
    "float": "document.number_expected",
    "decimal": "document.number_expected",
    "bool": "document.yes_no_expected",
    "list": "document.list_expected",
    "dict": "document.mapping_expected",
    "model": "document.mapping_expected",
    "date": "document.date_expected",
}
_LIMITS = {
    "greater_than": ("document.too_small", "gt"),
    "greater_than_equal": ("document.too_small", "ge"),
    "less_than": ("document.too_large", "lt"),
    "less_than_equal": ("document.too_large", "le"),
    "too_short": ("document.too_short", "min_length"),
    "string_too_short": ("document.too_short", "min_length"),
    "too_long": ("document.too_long", "max_length"),
    "string_too_long": ("document.too_long", "max_length"),
    "decimal_max_digits": ("document.digits", "max_digits"),
    "decimal_max_places": ("document.digits", "decimal_places"),
    "decimal_whole_digits": ("document.digits", "whole_digits"),
}


def parse(kind: str, data: Any, lines: Mapping[str, int], *, file: str | None = None) -> Document:
    """The document of a kind (`"brand"`, `"brief"`, `"campaign"`, `"team"`, `"purposes"`, `"gale"`) from plain data.

    `lines` maps a dotted path (`"palette.ink"`, `"narrative.0.id"`) to its line. Raises `Faults` with everything that
    is wrong, each `where` like `"brand.yaml:12 palette.ink"`; a document of a newer Gale is one fault alone
    (`document.newer`), since the rest would be noise. Raises `KeyError` for a kind that does not exist.

    >>> try:
    ...     parse("team", {"schema": 1, "members": [], "mod": "solo"}, {"mod": 3})
    ... except Faults as problem:
    ...     [(f.code, f.where) for f in problem.faults]
    [('document.too_short', 'team.yaml:1 members'), ('document.unknown_key_near', 'team.yaml:3 mod')]
    """
    model = DOCUMENTS[kind]
    name = file or f"{kind}.yaml"
    if data is None:
        raise Faults.one("document.empty", where=name, allowed=", ".join(_names(model, ())))
    if not isinstance(data, Mapping):
        raise Faults.one("document.not_mapping", where=name, found=_short(data))
    schema = data.get("schema", SCHEMA)
    if (
        isinstance(schema, int)
        and not isinstance(schema, bool)
        and schema != SCHEMA
        and "schema_" in model.model_fields
    ):
        code = "document.newer" if schema > SCHEMA else "document.schema"
        raise Faults.one(code, where=f"{name}:{lines.get('schema', 1)} schema", found=schema, known=SCHEMA)
    try:
        return model.model_validate(data)
    except ValidationError as problem:
        faults = [_fault(error, model, data, lines, name) for error in problem.errors(include_url=False)]
        raise Faults(sorted(faults, key=lambda f: _line_of(f.where))) from None


def _fault(
    error: ErrorDetails, model: type[Document], data: Mapping[str, Any], lines: Mapping[str, int], name: str
) -> Fault:
    loc = tuple(part for part in error["loc"] if part != "[key]")
    path = ".".join(str(part) for part in loc)
    where = f"{name}:{_nearest_line(loc, lines)} {path}".rstrip()
    found = _short(error.get("input"))
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = _names(model, loc[:-1])
        near = get_close_matches(str(loc[-1]), allowed, n=2, cutoff=0.5)
        code = "document.unknown_key_near" if near else "document.unknown_key"
        values = {"key": str(loc[-1]), "near": " / ".join(near), "allowed": ", ".join(allowed)}
        return Fault(code=code, values=values, where=where)
    if kind == "missing":
        return Fault(code="document.key_missing", values={"key": str(loc[-1])}, where=where)
    if kind == "literal_error":
        allowed_values = context["expected"].replace(" or ", ", ").replace("'", "")
        near = get_close_matches(found, allowed_values.split(", "), n=1, cutoff=0.6)
        values = {"found": found, "allowed": allowed_values, "near": near[0] if near else ""}
        return Fault(code="document.choice", values=values, where=where)
    if kind == "string_pattern_mismatch":
        code = "document.locale" if context["pattern"].startswith("^[a-z]{2}(") else "document.name"
        return Fault(code=code, values={"found": found}, where=where)
    if kind in _LIMITS:
        code, limit = _LIMITS[kind]
        return Fault(code=code, values={"found": found, "limit": str(context.get(limit, ""))}, where=where)
    if kind == "value_error":
        return _rule_of_the_model(loc, data, where, found, str(context.get("error", error["msg"])))
    for suffix in ("_type", "_parsing", "_from_datetime_parsing", "_from_float", "_inexact", "_from_date_parsing"):
        expected = _EXPECTED.get(kind.removesuffix(suffix)) if kind.endswith(suffix) else None
        if expected:
            return Fault(code=expected, values={"found": found}, where=where)
    return Fault(code="document.value", values={"found": found, "problem": error["msg"]}, where=where)


def _rule_of_the_model(
    loc: tuple[int | str, ...], data: Mapping[str, Any], where: str, found: str, problem: str
) -> Fault:
    """A document's own validators speak English; the rules known here are told in the user's language."""
    at = _at(data, loc)
    if loc and loc[-1] == "palette" and isinstance(at, Mapping):
        ink, paper = str(at.get("ink", "#2a1c33")), str(at.get("paper", "#fdf4e6"))
        values = {"ink": ink, "paper": paper, "ratio": round(contrast(ink, paper), 1), "least": 4.5}
        return Fault(code="palette.contrast", values=values, where=where)
    if len(loc) > 1 and loc[-2] == "palette":
        return Fault(code="palette.colour", values={"found": found}, where=where)
    if len(loc) > 1 and loc[-2] == "features":
        return Fault(code="feature.values_missing", values={}, where=where)
    return Fault(code="document.value", values={"found": found, "problem": problem}, where=where)


def _at(data: Any, loc: tuple[int | str, ...]) -> Any:
    for part in loc:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _names(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """Names that the mapping at `loc` may hold, in the order in which they are documented."""
    for part in loc:
        if isinstance(part, int):
            continue
        field = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            return []
        model = inner
    return [f.alias or n for n, f in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for m in map(_model_in, get_args(annotation)) if m), None)


def _nearest_line(loc: tuple[int | str, ...], lines: Mapping[str, int]) -> int:
    """The line of a path, or of the nearest thing around it (a missing key has no line of its own)."""
    for end in range(len(loc), 0, -1):
        line = lines.get(".".join(str(part) for part in loc[:end]))
        if line is not None:
            return line
    return 1


def _line_of(where: str) -> int:
    return int(where.split(" ", 1)[0].rsplit(":", 1)[1])


def _short(value: Any) -> str:
    said = "true" if value is True else "false" if value is False else "null" if value is None else str(value)
    return said if len(said) <= 60 else said[:59] + "…"
