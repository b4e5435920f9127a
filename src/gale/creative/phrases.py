"""Phrases: the templates of a placement's slots, filled for one brand and brief, each with what the checks say."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gale.creative.catalogue import ANY, Catalogue, Framework, Slot
from gale.creative.checks import Checker
from gale.creative.diversity import stems_of
from gale.creative.lengths import LIMITS, measure
from gale.creative.material import PLACES, Material, fill, material, text_in, texts_in
from gale.creative.sms import simplified
from gale.creative.typography import capital, typeset
from gale.records.creative import Finding
from gale.records.documents import Brand, Brief
from gale.records.faults import Faults


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """One finished phrase for one slot.

    `template` is the bank's own id, which several phrases share where a brief gives several scenes; `uses` names the
    brief's materials in it, `stems` its own telling words; `edited` says that a person wrote these words in place of the
    bank's; `origin` is its template's.
    """

    id: str
    template: str
    slot: str
    angle: str
    text: str
    free: bool = True
    edited: bool = False
    origin: str = ""
    uses: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        return any(f.severity == "refuse" for f in self.findings)


def framework_of(catalogue: Catalogue, placement: str) -> Framework:
    """The framework of a placement. Raises `Faults`: `creative.no_placement`."""
    framework = catalogue.frameworks.get(placement)
    if framework is None:
        raise Faults.one("creative.no_placement", placement=placement, known=", ".join(sorted(catalogue.frameworks)))
    return framework


def free_slots(catalogue: Catalogue, placement: str, locale: str) -> list[str]:
    """The slots that vary: every one that has a bank in this language, except facts, names and the call to action."""
    slots = framework_of(catalogue, placement).slots
    return [s.name for s in slots if s.free and (catalogue.bank(locale[:2], s.bank) or s.own.get(locale[:2]))]


def phrases(
    brand: Brand,
    brief: Brief,
    catalogue: Catalogue,
    *,
    placement: str,
    locale: str,
    edits: Mapping[str, str] = {},
    banned: frozenset[str] = frozenset(),
    pinned: frozenset[str] = frozenset(),
) -> list[Phrase]:
    """Every phrase of a placement in one language, free and fixed, in the framework's order.

    `edits` puts a person's text in place of a phrase (id or template id); `banned` leaves phrases out; where a slot has a `pinned` phrase, only its pinned ones stay. What the checks
    refuse is listed too, with its findings. Raises `Faults`: `creative.no_placement`, `creative.no_language`,
    `creative.text_missing`.
    """
    framework = framework_of(catalogue, placement)
    tongue = catalogue.language(locale)
    checker = Checker(brand, brief, locale, tongue)
    filled = material(brand, brief, locale, tongue)
    made = [
        phrase
        for slot in framework.slots
        for phrase in _of_slot(slot, brand, brief, catalogue, filled, locale, placement)
        # A hook may only speak of an offer where the offer's own slot states it in full.
        if phrase.angle != "scarcity" or any(s.name == "offer" for s in framework.slots)
        if phrase.id not in banned and phrase.template not in banned
    ]
    held = {p.slot for p in made if p.id in pinned or p.template in pinned}
    made = [p for p in made if p.slot not in held or p.id in pinned or p.template in pinned]
    return [_checked(_edited(p, edits, filled.language), checker, placement) for p in made]


def _of_slot(
    slot: Slot, brand: Brand, brief: Brief, catalogue: Catalogue, filled: Material, locale: str, placement: str
) -> list[Phrase]:
    if slot.locked:
        return [msgspec.structs.replace(p, free=False) for p in _of_bank(slot, brand, brief, catalogue, filled)[:1]]
    if slot.free:
        found = _of_bank(slot, brand, brief, catalogue, filled)
        if placement == "sms":
            found = [msgspec.structs.replace(p, text=simplified(p.text)) for p in found]
        # The bank is shared by many placements: what is too long for a whole field here is simply not for it.
        limits = LIMITS.get((placement, slot.name))
        return found if limits is None else [p for p in found if measure(p.text, placement) <= limits[1]]
    copied = {
        "price": [filled.price],
        "offer": [filled.offer],
        "core": [filled.core],
        "brand": [brand.name],
        "claim": [typeset(_sentence(text_in(c.text, locale)), filled.language) for c in filled.claims],
    }
    if slot.name in copied:
        texts = [t for t in copied[slot.name] if t]
        return [_fixed(slot.name, number, text) for number, text in enumerate(texts, start=1)]
    own = [_fixed("cta", n, typeset(t, filled.language)) for n, t in enumerate(texts_in(brief.calls, locale), start=1)]
    return own or [
        msgspec.structs.replace(p, free=False) for p in _of_bank(slot, brand, brief, catalogue, filled) if p.text
    ]


def _of_bank(slot: Slot, brand: Brand, brief: Brief, catalogue: Catalogue, filled: Material) -> list[Phrase]:
    made = []
    for template in (*slot.own.get(filled.language, ()), *catalogue.bank(filled.language, slot.bank)):
        if template.tone and template.tone not in brand.voice.tone:
            continue
        if template.angle == "scarcity" and brief.offer is None:
            continue
        if template.kinds and brief.product.kind not in template.kinds:
            continue
        stems = stems_of(PLACES.sub(" ", template.text), filled.language)
        for suffix, text, uses in fill(template.text, filled):
            made.append(
                Phrase(
                    id=template.id + suffix,
                    template=template.id,
                    slot=slot.name,
                    angle=template.angle,
                    text=capital(text),
                    uses=uses,
                    stems=stems,
                    origin=template.origin,
                )
            )
    return made


def _fixed(slot: str, number: int, text: str) -> Phrase:
    return Phrase(id=f"{slot}.{number}", template=f"{slot}.{number}", slot=slot, angle=ANY, text=text, free=False)


def _sentence(text: str) -> str:
    text = capital(text.strip())
    return text if text.endswith((".", "?", "!", "…")) else text + "."


def _edited(phrase: Phrase, edits: Mapping[str, str], language: str) -> Phrase:
    text = edits.get(phrase.id, edits.get(phrase.template))
    if text is None or (not phrase.free and phrase.slot != "cta"):
        return phrase
    text = typeset(text, language)
    return msgspec.structs.replace(phrase, text=text, edited=True, uses=frozenset(), stems=stems_of(text, language))


def _checked(phrase: Phrase, checker: Checker, placement: str) -> Phrase:
    findings = (*checker.text(phrase.text, phrase.slot), *checker.length(phrase.text, phrase.slot, placement))
    return msgspec.structs.replace(phrase, findings=findings) if findings else phrase
