"""Phrases that a language model proposes: which slots are open to it, what the checks say, and the way into the bank.

A model proposes words. Offers, prices and claims are slots of their own, copied from the documents; what is locked was
written by a person and stays as it is. Both are refused here, whichever face asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gale.creative import disclosure, legal
from gale.creative.catalogue import ANY, FIXED, Catalogue, Slot, Template, template_id
from gale.creative.checks import Checker
from gale.creative.diversity import LIMIT, words
from gale.creative.facts import plain
from gale.creative.lengths import LIMITS
from gale.creative.material import text_in, texts_in
from gale.creative.phrases import Phrase, framework_of
from gale.creative.typography import capital, typeset
from gale.records.creative import Finding
from gale.records.documents import Brand, Brief
from gale.records.faults import Faults
from gale.records.proposal import Proposal

LONGEST = 160  # characters, where the placement sets no limit of its own
EXAMPLES = 12
_PLACES = re.compile(r"[{}\[\]|<>]")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*\s?(?:%|€|\$|£)?|[%€$£]")


@dataclass(frozen=True, slots=True)
class Opening:
    """One slot as a model meets it. `closed` is empty, or why: a fixed slot's name, or `locked`."""

    slot: str
    closed: str
    hook: bool
    tied: bool


def openings(catalogue: Catalogue, placement: str) -> list[Opening]:
    """Every slot of a placement, open or closed. Raises `Faults`: `creative.no_placement`."""
    framework = framework_of(catalogue, placement)
    return [
        Opening(s.name, s.name if s.name in FIXED else "locked" if s.locked else "", s == framework.hook, s.tied)
        for s in framework.slots
    ]


def open_slot(catalogue: Catalogue, placement: str, slot: str, angle: str, locale: str) -> tuple[Slot, str]:
    """The slot, and the angle that a phrase for it gets.

    Raises `Faults`: `propose.slot_unknown`, `propose.slot_closed` (a fixed or a locked slot), `propose.angle_missing`
    (the first slot gives the variant its angle) and `propose.angle_unknown`, `creative.no_placement`,
    `creative.no_language`.
    """
    framework = framework_of(catalogue, placement)
    catalogue.language(locale)
    found = next((s for s in framework.slots if s.name == slot), None)
    free = ", ".join(s.name for s in framework.slots if s.free)
    if found is None:
        raise Faults.one("propose.slot_unknown", slot=slot, placement=placement, open=free)
    if not found.free:
        raise Faults.one("propose.slot_closed", slot=slot, open=free)
    known = angles(catalogue, placement, locale)
    if found == framework.hook and not angle:
        raise Faults.one("propose.angle_missing", slot=slot, known=", ".join(known))
    if angle and angle != ANY and angle not in known:
        raise Faults.one("propose.angle_unknown", angle=angle, known=", ".join(known))
    return found, angle or ANY


def angles(catalogue: Catalogue, placement: str, locale: str) -> list[str]:
    """The angles of a placement's first slot; scarcity is not asked for: it needs an offer, and offers are copied."""
    hook = framework_of(catalogue, placement).hook
    own = (*hook.own.get(locale[:2], ()), *catalogue.bank(locale[:2], hook.bank))
    return list(dict.fromkeys(a for t in own for a in t.angle.split() if a not in (ANY, "scarcity")))


def longest(catalogue: Catalogue, placement: str, slot: str) -> int:
    """How many characters are asked for: the field's limit, shared with the other slots of the field.

    The legal line and the disclosure stand in few texts, which then have the shorter phrases of the bank.
    """
    fields = framework_of(catalogue, placement).fields
    field = next((name for name, rows in fields.items() if any(slot in row for row in rows)), slot)
    limit = LIMITS.get((placement, field))
    if limit is None:
        return LONGEST
    shared = [name for row in fields.get(field, ()) for name in row if name not in (legal.SLOT, disclosure.SLOT)]
    return min(LONGEST, limit[0] // max(1, len(shared)))


def facts_for_a_writer(brand: Brand, brief: Brief, locale: str) -> dict[str, Any]:
    """What brand and brief give to a model: no price, no offer, no claim, no person."""
    told: Mapping[str, Any] = {
        "brand": brand.name,
        "brand_is": text_in(brand.descriptor, locale),
        "city": brand.city or "",
        "tone": list(brand.voice.tone),
        "address": brand.voice.address if locale[:2] == "fr" else "",
        "never_say": list(brand.banned.get(locale, brand.banned.get(locale[:2], []))),
        "product": text_in(brief.product.names, locale) or brief.product.name,
        "product_is": text_in(brief.product.noun, locale),
        "benefit": text_in(brief.benefit, locale),
        "moments": texts_in(brief.scenes, locale),
        "senses": texts_in(brief.sensations, locale),
    }
    return {name: value for name, value in told.items() if value}


def examples(bank: Sequence[Phrase], slot: str, angle: str, most: int) -> tuple[str, ...]:
    """Phrases that people wrote for this slot, spread over the bank, those of the angle first."""
    own = [p for p in bank if p.slot == slot and not p.origin and not p.refused and len(p.text) <= most]
    fitting = [p.text for p in own if angle in (ANY, *p.angle.split())] or [p.text for p in own]
    fitting = list(dict.fromkeys(fitting))
    step = max(1, len(fitting) // EXAMPLES)
    return tuple(fitting[::step][:EXAMPLES])


class Gate:
    """What stands between a model's words and a person: the checks, and a few rules for models alone.

    The checks see a brief without its offer, its price and its proofs: a model may not even repeat them, since they are
    copied into slots of their own.
    """

    def __init__(self, brand: Brand, brief: Brief, catalogue: Catalogue, bank: Sequence[Phrase], locale: str) -> None:
        tongue = catalogue.language(locale)
        # A drink stays a drink for a model; of a credit it may not speak at all.
        regime = None if brief.product.regime == "credit" else brief.product.regime
        bare_product = brief.product.model_copy(update={"price": None, "regime": regime, "credit": None})
        bare = brief.model_copy(update={"offer": None, "product": bare_product, "proofs": []})
        self.language = tongue.code
        self._model = Checker(brand.model_copy(update={"claims": []}), bare, locale, tongue)
        self._person = Checker(brand, brief, locale, tongue)
        self._bank = [(p.text, _bag(p.text)) for p in bank if p.free]

    def check(self, text: str, *, slot: str, placement: str) -> list[Finding]:
        """What a model's phrase is refused or warned for."""
        found = _once([*self._own(text, slot), *self._model.text(text, slot)])
        return [*found, *self._model.length(text, slot, placement), *self._alike(text, slot)]

    def check_edit(self, text: str, *, slot: str, placement: str) -> list[Finding]:
        """What a person's version of it is refused or warned for: the checks as for any phrase of hers."""
        found = [self._person.finding("propose.signs", slot, m.group(), _PLACES.sub("", text)) for m in _signs(text)]
        same = [f for f in self._alike(text, slot) if f.values["other"] == text]
        return [*found, *self._person.text(text, slot), *self._person.length(text, slot, placement), *same]

    def nearest(self, text: str) -> tuple[str, float]:
        """The bank's most similar phrase and the share of words that both have in common, 0 to 1."""
        bag = _bag(text)
        best, overlap = "", 0.0
        for other, theirs in self._bank:
            share = len(bag & theirs) / max(1, len(bag | theirs))
            if share > overlap:
                best, overlap = other, share
        return best, overlap

    def _own(self, text: str, slot: str) -> list[Finding]:
        found = [self._model.finding("propose.signs", slot, m.group(), _PLACES.sub("", text)) for m in _signs(text)]
        figure = _FIGURE.search(self._model.names.sub("", plain(text)))
        if figure:
            found.append(self._model.finding("propose.figure", slot, figure.group().strip()))
        return found

    def _alike(self, text: str, slot: str) -> list[Finding]:
        other, overlap = self.nearest(text)
        if overlap <= LIMIT:
            return []
        values = {"found": text, "other": other, "overlap": round(overlap, 2), "limit": LIMIT, "passes": ""}
        return [Finding(code="propose.alike", severity="refuse", slot=slot, values=values)]


def tidy(text: str, language: str) -> str:
    """A model's phrase as it would stand in the bank: one line, without the quotation marks it came in."""
    text = re.sub(r"\s+", " ", text).strip()
    for first, last in (("«", "»"), ("“", "”"), ('"', '"'), ("'", "'")):
        if len(text) > 2 and text.startswith(first) and text.endswith(last):
            text = text[1:-1].strip()
    return typeset(capital(text), language) if text else ""


def with_proposals(catalogue: Catalogue, accepted: Iterable[Proposal]) -> Catalogue:
    """The catalogue with what people let in, each phrase in the slot it was asked for; slots no longer open keep out."""
    added: dict[tuple[str, str], list[Proposal]] = {}
    for proposal in accepted:
        added.setdefault((proposal.placement, proposal.slot), []).append(proposal)
    frameworks = dict(catalogue.frameworks)
    for placement in {placement for placement, _ in added} & set(frameworks):
        slots = tuple(_with(s, added.get((placement, s.name), ())) for s in frameworks[placement].slots)
        frameworks[placement] = replace(frameworks[placement], slots=slots)
    return replace(catalogue, frameworks=frameworks)


def _with(slot: Slot, proposals: Sequence[Proposal]) -> Slot:
    if not proposals or not slot.free:
        return slot
    own = dict(slot.own)
    for p in proposals:
        origin = "model" if p.text == p.original else "edited"
        name = template_id(f"model-{slot.name}", p.text)
        template = Template(name, f"model-{slot.name}", p.angle, p.text, origin=origin)
        own[p.locale[:2]] = (*own.get(p.locale[:2], ()), template)
    return replace(slot, own=own)


def _signs(text: str) -> list[re.Match[str]]:
    found = _PLACES.search(text)
    return [found] if found else []


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for one place: a figure that is an invented offer is told once, by its sharper rule."""
    kept: list[Finding] = []
    figures = ("fact.no_such_offer", "fact.price", "fact.number", "fact.free")
    found = list(findings)
    sharper = any(f.code in figures for f in found)
    for finding in found:
        if not (finding.code == "propose.figure" and sharper):
            kept.append(finding)
    return kept


def _bag(text: str) -> frozenset[str]:
    return frozenset(words(text))
