"""Law: words of credit and of alcohol that no advertisement may use, or only one that says what the law wants said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gale.creative.checks.context import Context, Rule
from gale.records.creative import Finding


def credit(c: Context, text: str, slot: str) -> Iterator[Finding]:
    """No credit where the brief offers none; where it does, none that is easy, instant or good for one's budget."""
    offered = c.brief.product.regime == "credit"
    yield from _met(c, ("credit.easy",) if offered else ("credit.not_offered",), text, slot)


def alcohol(c: Context, text: str, slot: str) -> Iterator[Finding]:
    """What a drink may not promise, and in France anything but what it is; other products promise no alcohol at all."""
    if c.brief.product.regime != "alcohol":
        yield from _met(c, ("alcohol.promise",), text, slot, said=True)
        return
    yield from _met(c, _NEVER, text, slot)
    if c.locale in c.tongue.law.strict:
        yield from _met(c, ("alcohol.objective",), text, slot, said=True)


def _met(c: Context, codes: tuple[str, ...], text: str, slot: str, *, said: bool = False) -> Iterator[Finding]:
    """One finding a code whose words are met; `said` lets pass what the brief itself says."""
    law = c.tongue.law
    lists = tuple((code, tuple(law.words.get(code, ()))) for code in codes)
    plain = c.nameless(text)
    if not _any(lists).search(plain):
        return
    for code, pattern in _each(lists):
        for match in pattern.finditer(plain):
            if said and match.group().lower() in c.corpus.said:
                continue
            found = text[match.start() : match.end()]
            yield c.warning(code, slot, found, c.corpus.passes) if code in _TOLD else c.finding(code, slot, found)
            break


SOURCES = {
    "credit.not_offered": "Directive (EU) 2023/2225, art. 8; Code de la consommation, art. L312-5 and L312-6",
    "credit.easy": "Directive (EU) 2023/2225, art. 7 and 8; Code de la consommation, art. L312-10",
    "alcohol.health": "Regulation (EC) 1924/2006, art. 4(3); Directive 2010/13/EU, art. 22",
    "alcohol.performance": "Directive 2010/13/EU, art. 22(b); CAP Code, section 18",
    "alcohol.moment": "CAP Code, section 18; ICC Framework for Responsible Alcohol Marketing Communications",
    "alcohol.minors": "Directive 2010/13/EU, art. 9(1)(e) and 22(a); CAP Code, section 18",
    "alcohol.success": "Directive 2010/13/EU, art. 22(c); CAP Code, section 18",
    "alcohol.excess": "Directive 2010/13/EU, art. 22(e); CAP Code, section 18",
    "alcohol.objective": "Code de la santé publique, art. L3323-4",
    "alcohol.promise": "Code de la santé publique, art. L3323-3; CAP Code, section 18",
}
CODES = (*SOURCES, "legal.no_room")
RULES: tuple[Rule, ...] = (credit, alcohol)

_TOLD = ("alcohol.objective",)
_NEVER = (
    "alcohol.health", "alcohol.performance", "alcohol.moment", "alcohol.minors", "alcohol.success", "alcohol.excess",
)  # fmt: skip

_Lists = tuple[tuple[str, tuple[str, ...]], ...]


@cache
def _each(lists: _Lists) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (code, re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)) for code, words in lists if words
    )


@cache
def _any(lists: _Lists) -> re.Pattern[str]:
    """One search that tells nearly every phrase that it holds none of them."""
    every = "|".join(word for _, words in lists for word in words)
    return re.compile(rf"(?<![\w-])(?:{every})(?!\w)" if every else r"(?!)", re.IGNORECASE)
