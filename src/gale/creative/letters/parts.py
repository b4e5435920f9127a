"""What a letter is made of: parts, each a field of the sends file; which of them vary, and what stands for everybody."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gale.creative.catalogue import FIXED, Framework
from gale.creative.combine import assemble
from gale.creative.letters.tools import ALL, Tool
from gale.records.creative import Variant
from gale.records.faults import Faults

FACTS = tuple(name for name in FIXED if name != "cta")
"""Slots copied from brand and brief. A part made of them alone stands in the template word for word."""

Choices = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a letter that a sending tool inserts as a whole: a field (`subject`), a paragraph, a slot of a page.

    `rows` are its paragraphs, each a row of slots, as in a framework's fields. `place` says where it belongs.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    joint: str = ""
    place: str = "body"

    @property
    def slots(self) -> tuple[str, ...]:
        return tuple(name for row in self.rows for name in row)

    def text(self, slots: Mapping[str, str]) -> str:
        """Its words for one variant or person, empty where she has none."""
        return assemble(self.rows, slots, self.joint)


def parts_of(framework: Framework, marks: Iterable[str] = ()) -> tuple[Part, ...]:
    """The parts of a framework's letters: its short fields, the paragraphs of its body, the slots that a page marks.

    Names are the slots' own, all different, none the name of another column of the sends file.
    """
    found: dict[tuple[tuple[str, ...], ...], Part] = {}
    taken = {*ALL, "html"} - {"subject", "preheader", "call"}

    def add(name: str, rows: tuple[tuple[str, ...], ...], place: str) -> None:
        if rows in found or not rows:
            return
        base = re.sub(r"\W", "_", name)
        called = next(n for n in itertools.chain([base], (f"{base}_{k}" for k in itertools.count(2))) if n not in taken)
        taken.add(called)
        found[rows] = Part(called, rows, framework.joint, place)

    for name, called in (("subject", "subject"), ("preheader", "preheader"), ("cta", "call")):
        add(called, framework.fields.get(name, ()), called)
    for row in framework.fields.get("body", ()):
        add(row[0], (row,), "body")
    for slot in marks:
        add(slot, ((slot,),), "page")
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Letter:
    """The letters of one touchpoint in one language.

    `parts` are those that its page shows, in order; `fixed` the words of those that are the same for everybody;
    `default` the words of one accepted variant, for whoever has no field; `optional` the parts that somebody lacks;
    `texts` everything that each varying part can say.
    """

    locale: str
    parts: tuple[Part, ...]
    fixed: Mapping[str, str]
    default: Mapping[str, str]
    optional: frozenset[str] = frozenset()
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        parts: Sequence[Part],
        framework: Framework,
        variants: Sequence[Variant],
        choices: Mapping[str, Mapping[str, str]] = {},
    ) -> Letter:
        """Read off the live variants of one language, at least one; `choices` are the texts that follow an attribute."""
        locked = {s.name for s in framework.slots if s.locked}
        fixed: dict[str, str] = {}
        texts: dict[str, tuple[str, ...]] = {}
        for part in parts:
            said = tuple(dict.fromkeys(_texts(part, variants, choices)))
            copied = all(s in FACTS or s in locked for s in part.slots)
            if len(said) == 1 and (copied or not said[0]):
                fixed[part.name] = said[0]
            else:
                texts[part.name] = said
        shown = tuple(p for p in parts if p.name in texts or fixed[p.name])
        optional = frozenset(name for name, said in texts.items() if "" in said)
        # Whoever has no field reads no optional paragraph: the words for her are those of a variant that needs none.
        plainest = min(variants, key=lambda v: sum(bool(p.text(v.slots)) for p in parts if p.name in optional))
        default = {p.name: p.text(plainest.slots) for p in parts}
        return cls(variants[0].locale[:2], shown, fixed, default, optional, texts)

    def pieces(self, tool: Tool) -> dict[str, int]:
        """In how many fields of this tool each varying part fits. Raises `Faults` as `pieces`."""
        return {
            name: max((len(pieces(tool, tool.value(t))) for t in said), default=1) or 1
            for name, said in self.texts.items()
        }


def _texts(part: Part, variants: Sequence[Variant], choices: Choices) -> Iterable[str]:
    free = [s for s in part.slots if s in choices]
    for variant in variants:
        for chosen in itertools.product(*(("", *choices[s].values()) for s in free)):
            yield part.text(dict(variant.slots) | {s: text for s, text in zip(free, chosen, strict=True) if text})


def pieces(tool: Tool, value: str) -> list[str]:
    """A value cut at spaces into what one field holds; with a space between each two it is the value again.

    >>> from dataclasses import replace
    >>> from gale.creative.letters.tools import TOOLS
    >>> pieces(replace(TOOLS["braze"], most=12), "Toast, then coffee.")
    ['Toast, then', 'coffee.']

    Raises `Faults`: `letter.too_long` for a word longer than a field.
    """
    if not tool.most or tool.size(value) <= tool.most:
        return [value] if value else []
    made: list[str] = []
    for word in value.split(" "):
        if tool.size(word) > tool.most:
            raise Faults.one("letter.too_long", tool=tool.title, limit=tool.most, found=word[:40])
        if made and tool.size(made[-1]) + 1 + tool.size(word) <= tool.most:
            made[-1] += " " + word
        else:
            made.append(word)
    return made


def piece_names(name: str, count: int) -> list[str]:
    """The names of the fields that a part is cut into.

    >>> piece_names("middle", 2)
    ['middle', 'middle_part2']
    """
    return [name, *(f"{name}_part{n}" for n in range(2, count + 1))]
