"""What every rule is given: one brand, brief and language, laid out once, and how a finding is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from gale.creative import facts
from gale.creative.facts import Corpus
from gale.creative.language import Language
from gale.creative.lengths import measure
from gale.creative.typography import capital
from gale.records.creative import Finding
from gale.records.documents import Brand, Brief


class Context:
    """The documents of one check, read once for thousands of texts.

    `corpus` is what brand and brief say; `names` finds the brand's and the product's own names in plain text (the rules
    leave them alone); `unproved` are the language's words that need a proof; `sources` maps a code to the rule outside
    the house that it stands for.
    """

    def __init__(self, brand: Brand, brief: Brief, locale: str, tongue: Language, sources: Mapping[str, str]) -> None:
        self.brand, self.brief, self.locale, self.tongue = brand, brief, locale, tongue
        self.language, self.sources = tongue.code, sources
        self.corpus = Corpus.of(brand, brief, locale, tongue)
        self.unproved = tuple((code, tuple(words)) for code, words in tongue.unproved.items())
        names = {n for n in (brand.name, brief.product.name, *brief.product.names.values(), brand.city or "") if n}
        names |= {capital(n) for n in names}
        longest = sorted(
            names, key=len, reverse=True
        )  # "Plover Savings" before "Plover", which would leave a word over
        self.names = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(facts.plain(n)) for n in longest)})(?!\w)")

    def nameless(self, text: str) -> str:
        """The plain text with names blanked out, character for character."""
        return self.names.sub(lambda m: "·" * len(m.group()), facts.plain(text))

    def finding(self, code: str, slot: str, found: str, passes: str = "", **values: object) -> Finding:
        """A finding that refuses, with what was found and what would pass."""
        shown = {"found": found, "passes": passes or self.corpus.passes, **values}
        return Finding(code=code, severity="refuse", slot=slot, values=shown, source=self.sources.get(code, ""))

    def warning(self, code: str, slot: str, found: str, passes: str, **values: object) -> Finding:
        """A finding that a person is told of and that keeps nothing out."""
        shown = {"found": found, "passes": passes, **values}
        return Finding(code=code, severity="warn", slot=slot, values=shown, source=self.sources.get(code, ""))


Rule = Callable[[Context, str, str], Iterator[Finding]]
"""(context, text, slot) -> what it finds."""


def without(text: str, match: re.Match[str]) -> str:
    """The text without the words that a rule met."""
    rest = text[: match.start()] + text[match.end() :]
    return re.sub(r"\s{2,}", " ", rest).strip(" ,;:") or "…"


def shortened(text: str, limit: int, placement: str) -> str:
    """The first words that fit, for a person to start from."""
    words: list[str] = []
    for word in text.split(" "):
        if measure(" ".join([*words, word]), placement) > limit - 1:
            break
        words.append(word)
    return " ".join(words).rstrip(" ,;:\u00a0\u202f") + "…"
