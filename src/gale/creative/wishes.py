"""A wish without a model: "shorter", "warmer", "for night owls", in a person's words, answered from the phrase bank.

A wish is read in every language there is; what of it nobody knows is looked for word by word. Each phrase of the slot
that passes the checks is weighed by what it shows: its tone, its angle, words of an hour or of warmth, its length, its
nearness to the phrase she started from. What is offered says why; where nothing shows it, the answer is that nothing
does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gale.creative.catalogue import Catalogue, Template
from gale.creative.diversity import stems_of
from gale.creative.material import scenes_in
from gale.creative.phrases import Phrase, outside, phrases, taking
from gale.creative.signs import MOMENTS, TONES, WISHES, WORDS, Judge, Sign, fold, pattern
from gale.records.documents import Brand, Brief

MOST = 8  # phrases offered
LONGEST = 160  # characters of a wish
IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Offer:
    """One phrase that grants the wish. `outside` is empty for a phrase that is in the bank already, else what it
    supposes (`tone.playful`, `moment.evening`); `take` is then its name for a campaign's facts (`phrases.taking`)."""

    phrase: Phrase
    signs: tuple[Sign, ...]
    score: float
    outside: str = ""
    take: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """A wish as it was understood: names of `WISHES`, and words that are looked for as they stand."""

    wishes: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not self.wishes and not self.words


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank has for a wish. `lacking` are the wishes (or `words`) that no phrase shows; `helps` names what would
    help, as (what, where): a key of brief or brand that is empty or silent on it, or a phrase of one's own."""

    heard: Heard
    offers: tuple[Offer, ...]
    lacking: tuple[str, ...]
    helps: tuple[tuple[str, str], ...]
    found: int


def hear(wish: str, catalogue: Catalogue) -> Heard:
    """Understand a wish in any language of the catalogue: longest expression first, "less long" before "long".

    >>> from gale.adapters.catalogue import load
    >>> hear("plus court, pour les couche-tard", load())
    Heard(wishes=('shorter', 'evening'), words=())
    >>> hear("warmer, with more apricot", load())
    Heard(wishes=('warmer',), words=('apricot',))
    """
    text = fold(wish)
    met = [
        (m.start(), m.end(), name)
        for tongue in catalogue.wishes.values()
        for name, words in tongue.items()
        for said in words.say  # one by one: "night" must not hide "night owls"
        for m in pattern((said,)).finditer(text)
    ]
    found: list[tuple[int, int, str]] = []
    for start, end, name in sorted(met, key=lambda x: (x[0] - x[1], x[0], x[2] == IGNORE)):
        if all(end <= s or start >= e for s, e, _ in found):
            found.append((start, end, name))
    found.sort()
    rest = list(text)
    for start, end, _ in found:
        rest[start:end] = " " * (end - start)
    telling = {code: stems_of("".join(rest), code) for code in catalogue.wishes}
    common = frozenset.intersection(*telling.values()) if telling else frozenset()
    left = [w for w in re.findall(r"[^\W\d_]+", "".join(rest)) if stems_of(w, "") & common]
    return Heard(tuple(dict.fromkeys(n for _, _, n in found if n != IGNORE)), tuple(dict.fromkeys(left)))


def grant(
    brand: Brand,
    brief: Brief,
    catalogue: Catalogue,
    *,
    placement: str,
    slot: str,
    locale: str,
    wish: str,
    near: str = "",
    edits: Mapping[str, str] = {},
    banned: frozenset[str] = frozenset(),
    taken: frozenset[str] = frozenset(),
    most: int = MOST,
) -> Answer:
    """The phrases of one slot that grant a wish, the most fitting first, none that the checks refuse.

    `near` is the phrase she started from, by its id or in words; without one "shorter" means the shortest quarter.
    Phrases from outside the voice, or of an hour, are among the offers and say so. The same arguments give the same
    answer. Raises `Faults` as `phrases`.
    """
    heard = hear(wish, catalogue)
    foreign = outside(catalogue, brand, placement, slot, locale)
    every = taken | {taking(placement, slot, t) for t in foreign}
    bank = [
        p
        for p in phrases(
            brand,
            brief,
            catalogue,
            placement=placement,
            locale=locale,
            edits=edits,
            banned=banned,
            taken=every,
            only=slot,
        )
        if p.free and not p.refused
    ]
    start = next((p for p in bank if near in (p.id, p.text)), None)
    if start is None and near:
        start = Phrase(id="", template="", slot=slot, angle="any", text=near, stems=stems_of(near, locale[:2]))
    judge = Judge(
        words=catalogue.wishes.get(locale[:2], {}),
        templates=_templates(catalogue, foreign, placement, slot, locale),
        names=(brand.name, brief.product.name, *brief.product.names.values()),
        bank=bank,
        start=start,
        placement=placement,
        language=locale[:2],
    )
    wanted = (*heard.wishes, *((WORDS,) if heard.words else ()))
    offers: list[Offer] = []
    shown: set[str] = set()
    for phrase in bank:
        if not wanted or (start is not None and phrase.text == start.text):
            continue
        signs = {name: judge.signs(name, phrase, heard.words) for name in wanted}
        shown |= {name for name, found in signs.items() if found}
        if not all(signs.values()):
            continue
        key = taking(placement, slot, phrase.template)
        supposes = _supposes(foreign.get(phrase.template), brand) if key not in taken else ""
        score = sum(min(2.0, sum(s.weight for s in found)) for found in signs.values()) + judge.nearness(phrase)
        offers.append(
            Offer(phrase, tuple(s for found in signs.values() for s in found), round(score, 3), supposes, key if supposes else "")
        )  # fmt: skip
    offers.sort(key=lambda o: (-o.score, bool(o.outside), o.phrase.text))
    lacking = tuple(name for name in wanted if name not in shown)
    helps = () if offers else _helps(lacking or wanted, brand, brief, catalogue, locale)
    return Answer(heard, tuple(_distinct(offers)[:most]), lacking, helps, len(offers))


def _templates(
    catalogue: Catalogue, foreign: Mapping[str, Template], placement: str, slot: str, locale: str
) -> dict[str, Template]:
    one = next(s for s in catalogue.frameworks[placement].slots if s.name == slot)
    bank = (*one.own.get(locale[:2], ()), *catalogue.bank(locale[:2], one.bank))
    return {**{t.id: t for t in bank}, **foreign}


def _supposes(template: Template | None, brand: Brand) -> str:
    if template is None:
        return ""
    if template.moment:
        return f"moment.{template.moment}"
    return f"tone.{template.tone}" if template.tone not in brand.voice.tone else f"voice.{template.tone}"


def _distinct(offers: Sequence[Offer]) -> list[Offer]:
    """One offer a template: a brief with five scenes does not fill the list with one sentence."""
    kept: dict[str, Offer] = {}
    for offer in offers:
        kept.setdefault(offer.phrase.template, offer)
    return list(kept.values())


def _helps(
    lacking: Sequence[str], brand: Brand, brief: Brief, catalogue: Catalogue, locale: str
) -> tuple[tuple[str, str], ...]:
    """What would help, with the key to write in: only what the documents do not say yet."""
    found: list[tuple[str, str]] = []
    said = fold(" ".join(text for _, text in scenes_in(brief, locale)))
    marks = catalogue.wishes.get(locale[:2], {})
    for wish in lacking:
        known = marks.get(wish)
        if wish in MOMENTS and not (known and known.marks and pattern(known.marks).search(said)):
            found.append(("scenes", f"brief.yaml scenes.{locale[:2]}"))
        if wish == WORDS:
            found.append(("sensations", f"brief.yaml scenes.{locale[:2]}, sensations.{locale[:2]}"))
        if wish == "precise" and not brief.proofs:
            found.append(("proofs", "brief.yaml proofs"))
        if wish in TONES and WISHES[wish].tone and WISHES[wish].tone not in brand.voice.tone:
            found.append(("tone", "brand.yaml voice.tone"))
    return tuple(dict.fromkeys(found))
