"""Voice: words the brand never uses, and one way of addressing people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gale.creative import facts
from gale.creative.checks.context import Context, Rule, without
from gale.records.creative import Finding


def banned(c: Context, text: str, slot: str) -> Iterator[Finding]:
    words = tuple(facts.plain(b) for b in c.brand.banned.get(c.locale, c.brand.banned.get(c.language, [])) if b.strip())
    match = _any(words).search(facts.plain(text)) if words else None
    if match:
        yield c.finding("style.banned", slot, text[match.start() : match.end()], without(text, match))


def register(c: Context, text: str, slot: str) -> Iterator[Finding]:
    address = c.brand.voice.address
    pattern = c.tongue.tu if address == "vous" else c.tongue.vous
    match = re.search(pattern, c.names.sub("·", facts.plain(text)), re.IGNORECASE) if pattern else None
    if match:
        yield c.finding("style.register", slot, match.group(), c.tongue.registers.get(address, ""), address=address)


@cache
def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


RULES: tuple[Rule, ...] = (banned, register)
CODES = ("style.banned", "style.register")
SOURCES: dict[str, str] = {}
