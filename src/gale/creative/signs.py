"""What a phrase shows of a wish: its tone, angle and length, words of an hour or of warmth, nearness to another
phrase."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from gale.creative.catalogue import Template, WishWords
from gale.creative.diversity import stems_of
from gale.creative.lengths import measure
from gale.creative.phrases import Phrase

NOTICED = 0.15  # a phrase that is so much shorter, or simpler, is seen to be
STRONG = 1.0  # from here on a wish counts as granted


@dataclass(frozen=True, slots=True)
class Wish:
    """What shows that a wish is granted, beside the marks of the language: a tone of the bank, angles with their
    weight."""

    tone: str = ""
    angles: tuple[tuple[str, float], ...] = ()


WISHES: Mapping[str, Wish] = {
    "shorter": Wish(),
    "longer": Wish(),
    "warmer": Wish("warm", (("invitation", 0.5), ("gift", 0.5))),
    "plainer": Wish("plain", (("proof", 0.25),)),
    "playful": Wish("playful"),
    "precise": Wish("precise", (("proof", 0.5), ("maker", 0.5))),
    "poetic": Wish("poetic", (("sensation", 0.5),)),
    "question": Wish("", (("question", 0.25),)),
    "morning": Wish(),
    "evening": Wish(),
    "weekend": Wish(),
    "gift": Wish("", (("gift", 1.0),)),
    "pause": Wish("", (("ritual", 0.5),)),
    "together": Wish(),
}
"""Every wish that is understood by name; `words`, beside them, is what is looked for as it stands."""

HOURS = ("morning", "evening", "weekend")
MOMENTS = (*HOURS, "gift", "pause", "together")
TONES = ("warmer", "plainer", "playful", "precise", "poetic")
WORDS = "words"


@dataclass(frozen=True, slots=True)
class Sign:
    """Why a phrase grants a wish. `kind`: length, simple, tone, moment, mark, angle, benefit, kind, form, word; `found`
    is what was met (the words, the angle, the difference in characters)."""

    wish: str
    kind: str
    found: str
    weight: float = 1.0


def fold(text: str) -> str:
    """Lower case, no accents, plain apostrophes and spaces.

    >>> fold("L’Été prochain")
    "l'ete prochain"
    """
    plain = unicodedata.normalize("NFD", text.lower().replace("’", "'").replace("œ", "oe"))
    return re.sub(r"\s", " ", "".join(c for c in plain if not unicodedata.combining(c)))


def heaviness(text: str) -> float:
    """How much there is to hold in mind: words a sentence, and one more for each turn of it and each long word.

    >>> heaviness("C'est simple.") < heaviness("À force de comparer, l'on ne choisit, naturellement, plus rien.")
    True
    """
    sentences = [s for s in re.split(r"[.?!…]+", text) if s.strip()] or [text]
    words = re.findall(r"[^\W\d_]+", text)
    turns = len(re.findall(r"[,;:«“(–—]", text))
    return len(words) / len(sentences) + turns + sum(len(w) >= 10 for w in words)


class Judge:
    """What one phrase shows of a wish, against the phrase she started from or against the slot."""

    def __init__(
        self,
        *,
        words: Mapping[str, WishWords],
        templates: Mapping[str, Template],
        names: Iterable[str],
        bank: Sequence[Phrase],
        start: Phrase | None,
        placement: str,
        language: str,
    ) -> None:
        self._words, self._templates, self._start = words, templates, start
        self._placement, self._language = placement, language
        # A coffee called Aube, dawn, is no mark of the morning.
        self._names = re.compile("|".join(rf"\b{re.escape(fold(n))}\b" for n in names if n))
        sizes = sorted(self._size(p) for p in bank) or [0]
        weights = sorted(heaviness(p.text) for p in bank) or [0.0]
        self._short, self._long = sizes[len(sizes) // 4], sizes[-1 - len(sizes) // 4]
        self._light = weights[len(weights) // 4]

    def signs(self, wish: str, phrase: Phrase, words: Sequence[str]) -> list[Sign]:
        """Empty where the phrase does not grant the wish, or not more than the one she started from."""
        found = self._found(wish, phrase, words)
        total = sum(s.weight for s in found)
        if total < STRONG:
            return []
        if self._start is not None and wish in TONES and wish != "plainer":
            before = sum(s.weight for s in self._found(wish, self._start, words))
            if total <= before:
                return []
        return found

    def nearness(self, phrase: Phrase) -> float:
        """0 to 1: words, materials and angle in common with the phrase she started from; without one, 0."""
        start = self._start
        if start is None:
            return 0.0
        mine = stems_of(phrase.text, self._language) | phrase.uses
        theirs = stems_of(start.text, self._language) | start.uses
        share = len(mine & theirs) / max(1, len(mine | theirs))
        return 0.6 * share + 0.4 * bool(set(phrase.angle.split()) & set(start.angle.split()))

    def _found(self, wish: str, phrase: Phrase, words: Sequence[str]) -> list[Sign]:
        if wish == WORDS:
            stems = {w[:5] for w in re.findall(r"[a-z]+", fold(phrase.text))}
            return [Sign(wish, "word", w) for w in words if w[:5] in stems] if _all_in(words, stems) else []
        if wish in ("shorter", "longer"):
            return self._of_length(wish, phrase)
        if wish == "question":
            ends = phrase.text.rstrip("»” ").endswith("?")
            return [Sign(wish, "form", "?"), *self._of_angle(wish, phrase)] if ends else []
        template = self._templates.get(phrase.template)
        tone = template.tone if template is not None and not phrase.edited else ""
        found = []
        if tone and tone == WISHES[wish].tone:
            found.append(Sign(wish, "tone", tone))
        if template is not None and template.moment == wish and not phrase.edited:
            found.append(Sign(wish, "moment", wish))
        if wish == "plainer":
            found += self._of_weight(phrase) if tone not in ("playful", "poetic") else []
        # An hour of the day is a fact about the reader: a phrase that names another hour is not for this one.
        if wish in HOURS and not found:
            others = [o for o in HOURS if o != wish]
            if (template is not None and template.moment in others) or any(self._marks(o, phrase) for o in others):
                return []
        marks = self._marks(wish, phrase)
        found += [Sign(wish, "mark", m, 1.0 if n == 0 else 0.5) for n, m in enumerate(marks)]
        if wish == "precise" and "benefit" in phrase.uses:
            found.append(Sign(wish, "benefit", "benefit", 0.5))
        if wish == "precise" and found and template is not None and template.kinds:
            found.append(Sign(wish, "kind", " ".join(template.kinds), 0.25))  # written for this kind of product
        return [*found, *self._of_angle(wish, phrase)]

    def _of_angle(self, wish: str, phrase: Phrase) -> list[Sign]:
        mine = phrase.angle.split()
        return [Sign(wish, "angle", angle, weight) for angle, weight in WISHES[wish].angles if angle in mine]

    def _of_length(self, wish: str, phrase: Phrase) -> list[Sign]:
        size, start = self._size(phrase), self._start
        if start is not None:
            change = size - self._size(start)
            enough = max(2, round(NOTICED * self._size(start)))
            granted = change <= -enough if wish == "shorter" else change >= enough
            return [Sign(wish, "length", str(change))] if granted else []
        granted = size <= self._short if wish == "shorter" else size >= self._long
        span = max(1, self._short if wish == "shorter" else self._long)
        weight = 1 + (1 - size / span if wish == "shorter" else min(1.0, size / span - 1))
        return [Sign(wish, "length", str(size), weight)] if granted else []

    def _of_weight(self, phrase: Phrase) -> list[Sign]:
        mine = heaviness(phrase.text)
        if self._start is not None:
            granted = mine <= (1 - NOTICED) * heaviness(self._start.text)
        else:
            granted = mine <= self._light
        return [Sign("plainer", "simple", str(len(re.findall(r"\w+", phrase.text))))] if granted else []

    def _marks(self, wish: str, phrase: Phrase) -> list[str]:
        words = self._words.get(wish)
        if words is None or not words.marks:
            return []
        text = self._names.sub(lambda m: "_" * len(m.group()), fold(phrase.text))
        same = len(text) == len(phrase.text)
        # Told as the phrase writes it, with its accents, wherever folding left every letter in its place.
        found = [(phrase.text if same else text)[m.start() : m.end()] for m in pattern(words.marks).finditer(text)]
        return list(dict.fromkeys(found))[:3]

    def _size(self, phrase: Phrase) -> int:
        return measure(phrase.text, self._placement)


def _all_in(words: Sequence[str], stems: Iterable[str]) -> bool:
    known = set(stems)
    return bool(words) and all(w[:5] in known for w in words)


@cache
def pattern(expressions: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'])(?:{'|'.join(expressions)})(?!\w)|(?<=')(?:{'|'.join(expressions)})(?!\w)")
