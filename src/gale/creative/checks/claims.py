"""Claims: every fact is the brief's, every boast has its proof, and some things no proof can carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gale.creative import facts
from gale.creative.checks.context import Context, Rule
from gale.records.creative import Finding


def traced(c: Context, text: str, slot: str) -> Iterator[Finding]:
    """Every number, price, percentage and date stands in brand or brief."""
    for code, found, passes in facts.unknown(c.corpus, c.tongue, c.names, text):
        yield c.finding(code, slot, found, passes)


def risky(c: Context, text: str, slot: str) -> Iterator[Finding]:
    """Words that need a proof, and words that none can carry."""
    patterns = tuple((code, tuple(words)) for code, words in c.tongue.risky.items())
    plain = c.nameless(text)
    if not _any(patterns).search(plain):
        return
    for code, pattern in _each(patterns):
        for match in pattern.finditer(plain):
            if not c.corpus.carries(code, match.group()):
                yield c.finding(code, slot, text[match.start() : match.end()])
                break


RULES: tuple[Rule, ...] = (traced, risky)
SOURCES = {
    "fact.no_such_offer": "Directive 2005/29/EC, art. 6(1)(d); Directive 98/6/EC, art. 6a",
    "fact.free": "Directive 2005/29/EC, annex I, 20",
    "fact.price": "Directive 98/6/EC, art. 3",
    "fact.number": "Directive 2005/29/EC, art. 6 and 12",
    "fact.date": "Directive 2005/29/EC, art. 6 and 12",
    "fact.superlative": "Directive 2005/29/EC, art. 6 and 12",
    "fact.claim": "Directive 2005/29/EC, art. 6 and 12",
    "health.claim": "Regulation (EC) 1924/2006, art. 10; Regulation (EC) 1223/2009, art. 20",
    "green.claim": "Directive (EU) 2024/825, annex I, 4a",
    "green.offset": "Directive (EU) 2024/825, annex I, 4c",
    "style.urgency": "Directive 2005/29/EC, annex I, 7",
    "style.wounding": "ICC Advertising and Marketing Communications Code, art. 2",
    "style.vulnerable": "Directive 2005/29/EC, art. 5(3)",
}
CODES = tuple(SOURCES)

_Risky = tuple[tuple[str, tuple[str, ...]], ...]


@cache
def _each(risky: _Risky) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (code, re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?![\w])", re.IGNORECASE)) for code, patterns in risky
    )


@cache
def _any(risky: _Risky) -> re.Pattern[str]:
    """One search that tells nearly every phrase that it holds none of them."""
    every = "|".join(p for _, patterns in risky for p in patterns)
    return re.compile(rf"(?<![\w-])(?:{every})(?![\w])", re.IGNORECASE)
