"""Links: a text leads nowhere but where the brief says, and openly."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gale.creative.addresses import SHORTENERS, host_of, is_ip, looks_alike
from gale.creative.checks.context import Context, Rule, without
from gale.records.creative import Finding

_SHORT = "|".join(re.escape(host) for host in sorted(SHORTENERS))
_MAYBE = re.compile(r"[.:]\S")  # tells nearly every phrase that it holds no link
_LINK = re.compile(
    r"(?P<code>\b(?:javascript|vbscript):\S+|\bdata:[a-z]+/[a-z]\S*)"
    r"|(?:https?://|www\.)\S+"
    rf"|(?<![\w.@-])(?:{_SHORT})(?![\w.])\S*"
    r"|(?<![\d.,])(?:\d{1,3}\.){3}\d{1,3}(?![\d.,])\S*"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|fr|io|shop|info|biz|de|eu|co|uk|be|ch)\b\S*",
    re.IGNORECASE,
)


def known(c: Context, text: str, slot: str) -> Iterator[Finding]:
    match = _LINK.search(text) if _MAYBE.search(text) else None
    if match is None:
        return
    host = host_of(match.group().rstrip(".,;:!?…)»”\u00a0\u202f"))
    own = {host_of(address) for address in (c.brief.landing, c.brand.url) if address}
    if match["code"]:
        code = "link.code"
    elif looks_alike(host):
        code = "link.lookalike"
    elif host in own:
        return
    else:
        code = "link.shortener" if host in SHORTENERS else "link.number" if is_ip(host) else "text.link"
    yield c.finding(code, slot, match.group(), without(text, match))


RULES: tuple[Rule, ...] = (known,)
CODES = ("text.link", "link.code", "link.shortener", "link.number")
SOURCES = {"link.lookalike": "Unicode Technical Standard 39, 5.2"}
