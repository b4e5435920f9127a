"""What came back, read with suspicion: the phrases of an answer, or why there are none."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from gale.records.faults import Fault

SHOWN = 120  # characters of nonsense that a person is shown
MOST_PHRASES = 200


class Phrases(BaseModel):
    """The form that was asked for; more keys than these are ignored, other types are not."""

    model_config = ConfigDict(strict=True)

    phrases: list[str]


def phrases(text: str, *, cut: bool = False) -> tuple[tuple[str, ...], Fault | None]:
    """The phrases of a model's text: the JSON asked for, or the first JSON in it that holds a list of texts.

    The fault is `writer.nothing` (an empty answer), `writer.cut` (it ended in the midst of one), `writer.nonsense`.

    >>> phrases('Sure, here you are: ```json\\n{"phrases": ["Rien ne presse."]}\\n```')
    (('Rien ne presse.',), None)
    >>> phrases("I cannot do that.")[1].code
    'writer.nonsense'
    """
    if not text.strip():
        return (), Fault(code="writer.nothing")
    for found in _objects(text):
        if isinstance(found, list):
            found = {"phrases": found}
        try:
            read = Phrases.model_validate(found).phrases
        except ValidationError:
            continue
        kept = tuple(p for p in read if p.strip())
        return (kept[:MOST_PHRASES], None) if kept else ((), Fault(code="writer.nothing"))
    return (), Fault(code="writer.cut" if cut else "writer.nonsense", values={"said": _shown(text)})


def _objects(text: str) -> list[Any]:
    """Every JSON object or list that stands in a text, outermost first."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(text):
        begins = min((i for i in (text.find("{", at), text.find("[", at)) if i >= 0), default=-1)
        if begins < 0:
            break
        try:
            value, at = decoder.raw_decode(text, begins)
            found.append(value)
        except (ValueError, RecursionError):
            at = begins + 1
        if len(found) > 20:
            break
    return found


def _shown(text: str) -> str:
    one_line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return one_line if len(one_line) <= SHOWN else one_line[: SHOWN - 1] + "…"
