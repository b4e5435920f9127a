"""What of a copy can be drawn: pictographs are left out and told, what the letters at hand cannot set is refused.

Layouts set from left to right. A right-to-left text set that way would read wrongly even where the font has its
letters, so it is refused whatever the font (Unicode Standard Annex 9, strong types R and AL).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gale.creative.design.copy import Copy
from gale.creative.design.elements import Face, Type
from gale.creative.design.typefaces import Faces
from gale.records.faults import Fault, raise_if

PICTOGRAPHS = ("So", "Sk", "Cf", "Cs", "Co", "Cn")  # emoji, their skin tones and joiners, private and unassigned
CUTS = {
    "brand": "mark", "headline": "display", "call": "strong", "price": "figure", "offer": "figure", "legal": "text",
    "terms": "text", "mark": "text", "subject": "text", "descriptor": "text",
}  # fmt: skip
SPARED = ("subject", "descriptor")  # a picture may go without them
VARIATIONS = ("\ufe0e", "\ufe0f", "\u20e3")  # how an emoji is shown, and the frame of a keycap


def drawable(copy: Copy, faces: Faces, type_: Type) -> tuple[Copy, list[Fault]]:
    """The copy as it can be drawn, and what was left out of it (`pictures.left_out`, one fault a text).

    Raises `Faults`: `pictures.right_to_left` and `pictures.letters` for name, headline, call, price and small print;
    a longer text that cannot be set only gives way to a shorter one, and is told.
    """
    told: list[Fault] = []
    refused: list[Fault] = []
    said: dict[str, Any] = {}
    for name, cut in CUTS.items():
        face: Face = getattr(faces, cut)
        said[name] = _without(getattr(copy, name), face, type_, told)
        problems = list(_problems(said[name], name, face, type_))
        if problems and name in SPARED:
            said[name] = ""
            told += problems
        else:
            refused += problems
    texts = []
    for text in copy.texts:
        kept = _without(text, faces.text, type_, told)
        problems = list(_problems(kept, "text", faces.text, type_))
        told += problems
        if not problems:
            texts.append(kept)
    raise_if(refused)
    return replace(copy, **said, texts=tuple(dict.fromkeys(texts)) or ("",)), told


def _without(text: str, face: Face, type_: Type, told: list[Fault]) -> str:
    """The text without the pictographs that the face does not have."""
    missing = type_.missing(face, text)
    gone = {c for c in missing if unicodedata.category(c) in PICTOGRAPHS or c in VARIATIONS}
    if not gone:
        return text
    shown = "".join(dict.fromkeys(c for c in text if c in gone and unicodedata.category(c) == "So"))
    told.append(Fault(code="pictures.left_out", values={"text": text, "characters": " ".join(shown) or "–"}))
    kept = re.sub(r" {2,}", " ", "".join(c for c in text if c not in gone))
    return re.sub(r" (?=[.,])", "", kept).strip(" \u00a0\u202f")


def _problems(text: str, field: str, face: Face, type_: Type) -> Iterator[Fault]:
    backwards = "".join(dict.fromkeys(c for c in text if unicodedata.bidirectional(c) in ("R", "AL")))
    if backwards:
        yield Fault(code="pictures.right_to_left", values={"text": text, "field": field})
        return
    missing = type_.missing(face, text)
    if missing:
        values = {"text": text, "field": field, "characters": " ".join(missing), "family": face.family}
        yield Fault(code="pictures.letters", values=values)


def together(told: list[Fault]) -> list[Fault]:
    """One fault for each thing that is wrong: its sizes in a row, its least `passes`; the same said twice, once.

    What was left out is told with the shortest text that had it.

    >>> faults = [Fault(code="pictures.no_room", where=s, values={"size": s, "text": "T"}) for s in ("a", "b", "a")]
    >>> [(f.where, f.values["size"]) for f in together(faults)]
    [('', 'a, b')]
    """
    found: dict[tuple[str, str], list[Fault]] = {}
    for fault in told:
        sized = "size" in fault.values
        apart = ("size", "passes", "text") if fault.code == "pictures.left_out" else ("size", "passes")
        same = sorted((k, str(v)) for k, v in fault.values.items() if k not in apart)
        found.setdefault((fault.code, f"{same}{'' if sized else fault.where}"), []).append(fault)
    return [_joined(faults) for faults in found.values()]


def _joined(faults: list[Fault]) -> Fault:
    first = min(faults, key=lambda f: len(str(f.values.get("text", ""))))
    sizes = list(dict.fromkeys(str(f.values["size"]) for f in faults if "size" in f.values))
    if not sizes:
        return first
    values = {**first.values, "size": ", ".join(sizes)}
    if "passes" in values:
        values["passes"] = min(f.values["passes"] for f in faults)
    return Fault(code=first.code, values=values)
