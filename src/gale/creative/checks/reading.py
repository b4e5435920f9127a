"""Reading: whether a whole text is easy to read, by the length of its sentences and of its words (LIX).

LIX is words a sentence plus the percentage of words of more than six letters (C. H. Björnsson, *Läsbarhet*, 1968; for
other languages *Readability of newspapers in 11 languages*, Reading Research Quarterly 18(4), 1983; J. Anderson, *Lix and
Rix*, Journal of Reading 26(6), 1983). It needs no syllables, so one measure serves every language that spells with
letters. His steps: up to 30 very easy, 40 easy, 50 as newspapers, 60 as official texts. An advertisement that reads like
an office letter is told of, and nothing is kept out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gale.creative.checks.context import Context, Rule
from gale.records.creative import Finding

LIMIT = 50
"""Above it a text reads as official texts do (Björnsson 1968)."""

ENOUGH = 30
"""Words below which no measure of this kind says anything."""

FIELDS = {"email": "body", "linkedin": "intro", "meta": "text", "post": "post"}
"""The field of a placement that is read as a text."""

LONG = 6  # letters; a word of more is long
_COPIED = ("price", "offer", "legal", "brand", "disclosure")  # what nobody could write otherwise
_END = re.compile(r"(?<=[.?!…:])[»”\"]?\s+")
_ELIDED = re.compile(r"\b[^\W\d_]{1,2}['’](?=\w)")  # l’, d’, qu’: a part of the next word
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Counts:
    """What LIX counts in one text; counts of several texts add up. `longest` is the sentence of most words."""

    words: int
    sentences: int
    long: tuple[str, ...]
    longest: str


@lru_cache(maxsize=16_384)  # the phrases of a bank come back in every variant
def counts(text: str) -> Counts:
    """Count one text.

    >>> counts("L’eau chante. Le reste attendra.")
    Counts(words=5, sentences=2, long=('attendra',), longest='Le reste attendra.')
    """
    sentences = [s for s in _END.split(text) if _WORD.search(s)]
    words = [_words(s) for s in sentences]
    every = [w for mine in words for w in mine]
    longest = max(zip(words, sentences, strict=True), key=lambda x: len(x[0]), default=([], ""))[1]
    return Counts(len(every), len(sentences), tuple(w for w in every if len(w) > LONG), longest)


def lix(told: Sequence[Counts]) -> float:
    """LIX of texts that are read one after the other; 0 without words.

    >>> lix([counts("The kettle sings. Everything else can wait.")])
    17.785714285714285
    """
    words, sentences = sum(c.words for c in told), sum(c.sentences for c in told)
    return words / sentences + 100 * sum(len(c.long) for c in told) / words if words else 0.0


def whole(c: Context, slots: Mapping[str, str], rows: Sequence[Sequence[str]], field: str) -> list[Finding]:
    """A field as it is read, from the slots of its rows; what was copied from the documents does not count."""
    told = [counts(slots[name]) for row in rows for name in row if name in slots and name not in _COPIED]
    return list(_hard(c, told, field))


def phrase(c: Context, text: str, slot: str) -> Iterator[Finding]:
    """One phrase that is long enough to be hard on its own."""
    if len(text) > 5 * ENOUGH and slot not in _COPIED:
        yield from _hard(c, [counts(text)], slot)


def _hard(c: Context, told: Sequence[Counts], slot: str) -> Iterator[Finding]:
    words, found = sum(x.words for x in told), lix(told)
    if words < ENOUGH or found <= LIMIT:
        return
    long = [w for x in told for w in x.long]
    sentences = sum(x.sentences for x in told)
    most = max(0, int((LIMIT - words / sentences) * words / 100))
    yield c.warning(
        "style.hard",
        slot,
        max((x.longest for x in told), key=lambda s: len(_words(s))),
        str(max(1, int(LIMIT - 100 * len(long) / words))),
        lix=round(found),
        limit=LIMIT,
        long=", ".join(sorted(dict.fromkeys(long), key=len, reverse=True)[:5]),
        most=most,
    )


def _words(sentence: str) -> list[str]:
    return _WORD.findall(_ELIDED.sub("", sentence))


RULES: tuple[Rule, ...] = (phrase,)
CODES: tuple[str, ...] = ()
SOURCES = {"style.hard": "Björnsson, Läsbarhet, 1968 (LIX)"}
