"""What a strategist designed, as a framework that the engine can fill; every fault of the design told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gale.creative import plain
from gale.creative.catalogue import ANY, FIXED, Catalogue, Framework, Slot, Template, template_id
from gale.creative.disclosure import SLOT, shown
from gale.creative.lengths import LIMITS
from gale.creative.material import KNOWN
from gale.records.faults import Fault, raise_if
from gale.records.framework import FrameworkDocument, OwnPhrase, SlotDocument

OWN_ANGLE = "own"
"""The angle of her own first phrases where she names none."""
MANY_LINES = {"body", "post", "text"}
"""Fields whose texts may have several lines."""
_PLACE = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
_EITHER = re.compile(r"(?<!\{)\{[^{}|%]*\|[^{}|%]*\}(?!\})|(?<!\[)\[[^\[\]|]*\|[^\[\]|]*\](?!\])")


def with_frameworks(catalogue: Catalogue, documents: Sequence[FrameworkDocument]) -> Catalogue:
    """The catalogue with designed frameworks in place of those of their placements.

    Raises `Faults`, each with the document and the slot: `framework.twice` (two for one placement),
    `framework.slot_twice`, `framework.bank_unknown`, `framework.field_unknown` (a field that the placement does not
    show), `framework.slot_unknown` and `framework.slot_unused` (fields and slots do not match), `framework.empty` (a
    slot that nothing fills), `framework.locked` (a locked slot with a bank or several phrases),
    `framework.disclosure_written` (a slot that Gale fills and places by itself), `framework.choices` (`by` without
    choices, or choices without `by`), `framework.picture_choice` (not one of scene, photo, focus) and
    `framework.picture_path` (a photograph outside of the workspace).
    """
    raise_if(
        fault for number, document in enumerate(documents) for fault in _faults(document, catalogue, documents[:number])
    )
    made: dict[str, Framework] = {d.placement: designed(d, catalogue) for d in documents}
    return replace(catalogue, frameworks={**catalogue.frameworks, **made})


def silent(documents: Sequence[FrameworkDocument], locales: Sequence[str]) -> list[Fault]:
    """Slots of a strategist's that have words in one language and none in another of the brief: there they stay empty.

    To be told (`framework.silent`), not refused: a letter in one language may have a line more.
    """
    return [
        Fault(
            code="framework.silent",
            values={"slot": slot.name, "locale": locale, "written": ", ".join(sorted(slot.phrases))},
            where=f"frameworks/{document.id}.yaml {slot.name}",
        )
        for document in documents
        for slot in document.slots
        for locale in locales
        if slot.phrases and not slot.bank and not {locale, locale[:2]} & {*slot.phrases}
    ]


def designed(document: FrameworkDocument, catalogue: Catalogue) -> Framework:
    """The framework of a sound document; what it does not say is as in the one that comes with Gale."""
    shipped = catalogue.frameworks[document.placement]
    slots = tuple(_slot(s, first=n == 0) for n, s in enumerate(document.slots))
    free = [s.name for s in slots if s.free]
    measured = shipped.measured if shipped.measured in free else free[-1] if free else slots[0].name
    return Framework(
        id=document.id,
        placement=document.placement,
        slots=slots,
        fields=shown(document.placement, {n: tuple(map(tuple, rows)) for n, rows in document.fields.items()}),
        joint=shipped.joint,
        measured=measured,
        cuts=shipped.cuts,
    )


def unfillable(documents: Sequence[FrameworkDocument]) -> Iterator[Fault]:
    """Her own phrases that would never be seen, or be seen as they are: `framework.place_unknown` for a place that
    nothing of brand or brief fills, and those of `creative.plain`."""
    for document in documents:
        for slot in document.slots:
            fields = {f for f, rows in document.fields.items() if any(slot.name in row for row in rows)}
            for locale, phrases in slot.phrases.items():
                for number, phrase in enumerate(phrases):
                    text = phrase if isinstance(phrase, str) else phrase.text
                    where = f"frameworks/{document.id}.yaml {slot.name}.{locale}.{number}"
                    yield from _unfillable(text, where, KNOWN.get(locale[:2], frozenset()), lines=fields <= MANY_LINES)


def _unfillable(text: str, where: str, known: frozenset[str], *, lines: bool) -> Iterator[Fault]:
    for place in dict.fromkeys(_PLACE.findall(text)):
        if known and place[0].lower() + place[1:] not in known:
            values = {"place": place, "known": ", ".join(sorted(known))}
            yield Fault(code="framework.place_unknown", values=values, where=where)
    bare = _EITHER.sub("x", _PLACE.sub("x", text))
    if not bare.strip():
        yield Fault(code="text.wordless", values={"found": text}, where=where)
    yield from (f for f in plain.faults(where, bare) if not (lines and f.code == "text.line_break"))


def _slot(document: SlotDocument, *, first: bool) -> Slot:
    own = {
        locale[:2]: tuple(_template(document.name, p, first) for p in phrases)
        for locale, phrases in document.phrases.items()
    }
    return Slot(
        name=document.name,
        bank=document.bank or "",
        zone=document.zone,
        tied=document.tied,
        own=own,
        locked=document.locked,
        by=document.by or "",
        choices={value: dict(text) for value, text in document.choices.items()},
    )


def _template(slot: str, phrase: OwnPhrase | str, first: bool) -> Template:
    text, angle = (phrase, None) if isinstance(phrase, str) else (phrase.text, phrase.angle)
    return Template(
        id=template_id(f"own-{slot}", text), bank=f"own-{slot}", angle=angle or (OWN_ANGLE if first else ANY), text=text
    )


def _faults(document: FrameworkDocument, catalogue: Catalogue, before: Iterable[FrameworkDocument]) -> Iterator[Fault]:
    def fault(code: str, at: str = "", /, **values: object) -> Fault:
        where = f"frameworks/{document.id}.yaml" + (f" {at}" if at else "")
        return Fault(code=f"framework.{code}", values=values, where=where)

    if any(d.placement == document.placement for d in before):
        yield fault("twice", placement=document.placement)
    banks = sorted({name for tongue in catalogue.banks.values() for name in tongue})
    names = [s.name for s in document.slots]
    shown = sorted({field for placement, field in LIMITS if placement == document.placement})
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield fault("slot_twice", name, slot=name)
    if SLOT in names:
        yield fault("disclosure_written", SLOT, slot=SLOT)
    for slot in document.slots:
        if slot.bank and slot.bank not in banks:
            yield fault("bank_unknown", slot.name, bank=slot.bank, known=", ".join(banks))
        if not slot.bank and not slot.phrases and slot.name not in FIXED:
            yield fault("empty", slot.name, slot=slot.name, copied=", ".join(FIXED))
        if slot.locked and (slot.bank or any(len(texts) != 1 for texts in slot.phrases.values())):
            yield fault("locked", slot.name, slot=slot.name)
        if bool(slot.by) != bool(slot.choices):
            yield fault("choices", slot.name, slot=slot.name)
    for name in document.fields:
        if name not in shown:
            yield fault("field_unknown", name, field=name, placement=document.placement, known=", ".join(shown))
    for value, choice in document.pictures.choices.items() if document.pictures else ():
        named = choice.photo or ""
        if (choice.scene is None) == (not named) and (choice.scene or choice.focus is None):
            yield fault("picture_choice", f"pictures.choices.{value}", value=value)
        if named.startswith(("/", "~")) or ".." in named.split("/") or "\\" in named or ":" in named:
            yield fault("picture_path", f"pictures.choices.{value}", path=named)
    used = [name for rows in document.fields.values() for row in rows for name in row]
    for name in dict.fromkeys(used):
        if name not in names:
            yield fault("slot_unknown", name, slot=name, known=", ".join(names))
    for name in names:
        if name not in used:
            yield fault("slot_unused", name, slot=name)
