"""Form: a text is there, is plain, is in its language, is set as the language sets it, and does not shout."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gale.creative import facts, plain
from gale.creative.checks.context import Context, Rule, shortened, without
from gale.creative.language import COMMON
from gale.creative.typography import typeset
from gale.records.creative import Finding

UNLIKELY = 0.05
"""A text less likely than this to be in its language is in another: no phrase of the banks, names left out, comes under
it; single foreign words do."""


def empty(c: Context, text: str, slot: str) -> Iterator[Finding]:
    if not text.strip():
        yield c.finding("text.empty", slot, "")


def markup(c: Context, text: str, slot: str) -> Iterator[Finding]:
    match = plain.MARK.search(text) or plain.HIDDEN.search(text)
    if match:
        yield c.finding("text.markup", slot, match.group().encode("unicode_escape").decode(), without(text, match))


def language(c: Context, text: str, slot: str) -> Iterator[Finding]:
    """A text in another language: its function words say so, or where they say nothing, a model that is nearly sure."""
    nameless = c.names.sub("", facts.plain(text))
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", nameless.lower())
    if not words:
        return
    other_script = sum(not w[0].isascii() and not "à" <= w[0] <= "ÿ" and w[0] not in "œæ" for w in words)
    votes = {name: sum(w in common for w in words) for name, common in COMMON.items()}
    own = votes.get(c.language, 0)
    best = max(votes, key=lambda name: (votes[name], name == c.language))
    foreign = votes[best] - sum(w in COMMON[best] and w in c.tongue.common for w in words)
    strange = best != c.language and foreign >= 2 and votes[best] > own
    if not strange and c.tongue.odds and (own == 0 or votes[best] > own):
        strange = c.tongue.odds(nameless) < UNLIKELY
    if strange or other_script * 2 > len(words):
        yield c.finding("language.wrong", slot, text, wanted=c.language)


def loud(c: Context, text: str, slot: str) -> Iterator[Finding]:
    if "!" in text:
        yield c.warning("style.exclamation", slot, "!", re.sub(r"[\s\u202f\u00a0]*!+", ".", text))
    shouted = re.search(r"\b[A-ZÀ-Þ]{4,}\b", c.names.sub("", text))
    if shouted:
        yield c.warning("style.capitals", slot, shouted.group(), text.replace(shouted.group(), shouted.group().lower()))
    emoji = re.search(r"[\u2600-\u27bf\U0001f000-\U0001faff]", text)
    if emoji:
        yield c.warning("style.emoji", slot, emoji.group(), without(text, emoji))


def readable(c: Context, text: str, slot: str) -> Iterator[Finding]:
    for sentence in re.split(r"(?<=[.?!…])\s+", text):
        if len(sentence.split()) > 32:
            yield c.warning("style.long_sentence", slot, sentence, shortened(sentence, 140, "email"))


def typography(c: Context, text: str, slot: str) -> Iterator[Finding]:
    good = typeset(text, c.language)
    if good != text:
        yield c.warning("typography.spaces", slot, text, good)


RULES: tuple[Rule, ...] = (empty, markup, language, loud, readable, typography)
CODES = (
    "text.empty", "text.markup", "language.wrong", "style.exclamation", "style.capitals", "style.emoji",
    "style.long_sentence", "typography.spaces",
)  # fmt: skip
SOURCES: dict[str, str] = {}
