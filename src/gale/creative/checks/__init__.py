"""The checks: small rules that say of a text what is not true, not allowed or not fitting, and what would pass.

A file holds the rules of one question; each rule takes a `Context`, a text and its slot, and yields findings.
"""

from __future__ import annotations

from collections.abc import Mapping

from gale.creative.catalogue import Catalogue, Framework
from gale.creative.checks import claims, form, inclusive, legal, links, reading, size, voice
from gale.creative.checks.context import Context, Rule
from gale.creative.language import Language
from gale.creative.lengths import LIMITS
from gale.records.canonical import content_hash
from gale.records.creative import Finding
from gale.records.documents import Brand, Brief

RULES_VERSION = "4"  # counted up by hand when a rule changes; words and limits are hashed

_ROOMS = (form, reading, links, voice, inclusive, claims, legal)
RULES: tuple[Rule, ...] = tuple(rule for room in _ROOMS for rule in room.RULES)

SOURCES: dict[str, str] = {code: source for room in (*_ROOMS, size) for code, source in room.SOURCES.items()}
"""The rule behind each code, where there is one outside the house."""

CODES = (
    *dict.fromkeys((*SOURCES, *(code for room in (*_ROOMS, size) for code in room.CODES))),
    "vary.near_duplicate", "vary.repeats",
)  # fmt: skip


class Checker(Context):
    """The checks of one brand, brief and language."""

    def __init__(self, brand: Brand, brief: Brief, locale: str, tongue: Language) -> None:
        super().__init__(brand, brief, locale, tongue, SOURCES)

    def text(self, text: str, slot: str) -> list[Finding]:
        """Everything but length: what the words say and how."""
        return [finding for rule in RULES for finding in rule(self, text, slot)]

    def whole(self, framework: Framework, slots: Mapping[str, str]) -> list[Finding]:
        """What only shows once the phrases stand together: how the placement's text reads."""
        field = reading.FIELDS.get(framework.placement, "")
        rows = framework.fields.get(field, ())
        return reading.whole(self, slots, rows, field) if rows else []

    def length(self, text: str, slot: str, placement: str) -> list[Finding]:
        """Length of a whole field, or of a slot that is a part of one."""
        return size.sized(self, text, slot, placement)


def checks_version(catalogue: Catalogue) -> str:
    """Changes whenever a rule, a list of words or a limit changes; kept with what was checked."""
    limits = content_hash({".".join(k): list(v) for k, v in LIMITS.items()})[:8]
    return f"{RULES_VERSION}-{limits}-{catalogue.version}"


def check(
    text: str, *, slot: str, placement: str, locale: str, brand: Brand, brief: Brief, catalogue: Catalogue
) -> list[Finding]:
    """What the checks say of one phrase in one slot; an empty list is a phrase that passes.

    Each finding's `values` hold `found` (the words it means, or the text) and `passes` (what would pass). Raises
    `Faults`: `creative.no_language`.
    """
    checker = Checker(brand, brief, locale, catalogue.language(locale))
    return checker.text(text, slot) + checker.length(text, slot, placement)
