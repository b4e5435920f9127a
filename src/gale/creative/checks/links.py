"""Links: a text leads nowhere but where the brief says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gale.creative.checks.context import Context, Rule, without
from gale.records.creative import Finding


def known(c: Context, text: str, slot: str) -> Iterator[Finding]:
    match = re.search(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|net|org|fr|io|shop|info|biz)\b\S*", text, re.I)
    if match and not any(match.group() in (address or "") for address in (c.brief.landing, c.brand.url)):
        yield c.finding("text.link", slot, match.group(), without(text, match))


RULES: tuple[Rule, ...] = (known,)
CODES = ("text.link",)
SOURCES: dict[str, str] = {}
