"""Phrases: the templates of a placement's slots, filled for one brand and brief, each with what the checks say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gale.creative import legal
from gale.creative.catalogue import ANY, Catalogue, Framework, Slot, Template
from gale.creative.checks import Checker
from gale.creative.diversity import stems_of
from gale.creative.lengths import LIMITS, as_sent, measure
from gale.creative.material import PLACES, Material, fill, material, text_in, texts_in
from gale.creative.typography import capital, typeset
from gale.records.creative import Finding
from gale.records.documents import Brand, Brief
from gale.records.faults import Faults, raise_if


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """One finished phrase for one slot.

    `template` is the bank's own id, which several phrases share where a brief gives several scenes; `uses` names the
    brief's materials in it, `audience` whose moment it tells (empty: everybody's), `stems` its own telling words;
    `edited` says that a person wrote these words in place of the bank's; `origin` is its template's.
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
    audience: str = ""
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
    taken: frozenset[str] = frozenset(),
    only: str = "",
) -> list[Phrase]:
    """Every phrase of a placement in one language, free and fixed, in the framework's order.

    `edits` puts a person's text in place of a phrase (id or template id); `banned` leaves phrases out; where a slot has
    a `pinned` phrase, only its pinned ones stay; `taken` names, as `taking` does, phrases that a person took into a slot
    although the brand's voice or the brief does not ask for them; `only` looks at one slot alone. What the checks
    refuse is listed too, with its findings. The legal line is nobody's to edit, ban or pin away. Raises `Faults`:
    `creative.no_placement`, `creative.no_language`, `creative.text_missing`, `framework.no_legal` where a line must
    stand and the framework has no slot for it, and those of `legal.faults`.
    """
    framework = framework_of(catalogue, placement)
    tongue = catalogue.language(locale)
    told = legal.lines(brief, locale, tongue)
    raise_if([*legal.faults(brief, locale, tongue), *legal.design_faults(framework, told)])
    checker = Checker(brand, brief, locale, tongue)
    filled = material(brand, brief, locale, tongue)
    made = [
        phrase
        for slot in framework.slots
        if only in ("", slot.name)
        if slot.name != legal.SLOT
        for phrase in _of_slot(slot, brand, brief, catalogue, filled, locale, placement, taken)
        # A hook may only speak of an offer where the offer's own slot states it in full.
        if phrase.angle != "scarcity" or any(s.name == "offer" for s in framework.slots)
        if phrase.id not in banned and phrase.template not in banned
    ]
    held = {p.slot for p in made if p.id in pinned or p.template in pinned}
    made = [p for p in made if p.slot not in held or p.id in pinned or p.template in pinned]
    made = [_checked(_edited(p, edits, filled.language), checker, placement) for p in made]
    calls = [p for p in made if p.slot == "cta"]
    if calls and all(p.refused for p in calls):  # a brief whose own calls may not be said: the bank's
        bank = [p for s in framework.slots if s.name == "cta" for p in _calls(s, brand, brief, catalogue, filled)]
        made += [_checked(p, checker, placement) for p in bank]
    if brief.product.regime == "alcohol":
        made = [p for p in made if not _improper(p)]
    if told and only in ("", legal.SLOT):
        made = _with_line(made, told, framework, checker)
    return made


def _improper(phrase: Phrase) -> bool:
    """A phrase of the bank, which is shared by every product, that is not for a drink; a person's own is told, not
    dropped."""
    own = phrase.edited or phrase.origin or not phrase.free or phrase.template.startswith(("own-", "asked-"))
    return not own and (phrase.angle == "ritual" or any(f.code.startswith("alcohol.") for f in phrase.findings))


def _with_line(made: list[Phrase], told: Sequence[str], framework: Framework, checker: Checker) -> list[Phrase]:
    """The phrases with the legal line last, without those that would leave it no room in the field they share."""
    text, count, there = legal.fitting(told, framework)
    line = _fixed(legal.SLOT, 1, text)
    if count > there:
        values = {"count": count, "limit": there, "placement": framework.placement}
        finding = checker.finding("legal.no_room", legal.SLOT, text, str(there), **values)
        return [*made, msgspec.structs.replace(line, findings=(finding,))]
    for name, rows in framework.fields.items():
        slots = [s for row in rows for s in row]
        limits = LIMITS.get((framework.placement, name))
        if legal.SLOT not in slots or limits is None:
            continue
        yielding = {s.name for s in framework.slots if s.yields}
        shortest = {
            s: min((measure(p.text, framework.placement) + 2 for p in made if p.slot == s), default=0)
            for s in slots
            if s not in yielding
        }
        left = limits[1] - count - sum(shortest.values())
        made = [
            p
            for p in made
            if p.slot not in shortest
            or not p.free
            or measure(p.text, framework.placement) + 2 - shortest[p.slot] <= left
        ]
    return [*made, line]


def _of_slot(
    slot: Slot,
    brand: Brand,
    brief: Brief,
    catalogue: Catalogue,
    filled: Material,
    locale: str,
    placement: str,
    taken: frozenset[str],
) -> list[Phrase]:
    templates = [*slot.own.get(filled.language, ()), *catalogue.bank(filled.language, slot.bank)]
    if slot.locked:
        return [msgspec.structs.replace(p, free=False) for p in _of_bank(slot, templates, brand, brief, filled)[:1]]
    if slot.free:
        mine = frozenset(key.rsplit("/", 1)[1] for key in taken if key.startswith(f"{placement}/{slot.name}/"))
        templates += [t for t in catalogue.waits(filled.language, slot.bank) if t.id in mine]
        found = _of_bank(slot, templates, brand, brief, filled, mine)
        # The bank is shared by many placements: what is too long for a whole field here is simply not for it.
        limits = LIMITS.get((placement, slot.name))
        return [p for p in found if limits is None or measure(as_sent(p.text, placement), placement) <= limits[1]]
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
    return own or _calls(slot, brand, brief, catalogue, filled)


def _calls(slot: Slot, brand: Brand, brief: Brief, catalogue: Catalogue, filled: Material) -> list[Phrase]:
    templates = [*slot.own.get(filled.language, ()), *catalogue.bank(filled.language, slot.bank)]
    return [msgspec.structs.replace(p, free=False) for p in _of_bank(slot, templates, brand, brief, filled) if p.text]


def taking(placement: str, slot: str, template: str) -> str:
    """How a phrase that a person took into one slot is named in a campaign's facts.

    >>> taking("email", "subject", "hooks.1f")
    'email/subject/hooks.1f'
    """
    return f"{placement}/{slot}/{template}"


def outside(catalogue: Catalogue, brand: Brand, placement: str, slot: str, locale: str) -> dict[str, Template]:
    """The templates of a slot that nobody gets unasked, by id: of a tone that the voice lacks, or of an hour or a day."""
    framework = framework_of(catalogue, placement)
    found = next((s for s in framework.slots if s.name == slot and s.free), None)
    if found is None:
        return {}
    bank = (*found.own.get(locale[:2], ()), *catalogue.bank(locale[:2], found.bank))
    foreign = [t for t in bank if t.tone and t.tone not in brand.voice.tone]
    return {t.id: t for t in (*foreign, *catalogue.waits(locale[:2], found.bank))}


def _of_bank(
    slot: Slot,
    templates: Sequence[Template],
    brand: Brand,
    brief: Brief,
    filled: Material,
    taken: frozenset[str] = frozenset(),
) -> list[Phrase]:
    made = []
    for template in templates:
        if template.tone and template.tone not in brand.voice.tone and template.id not in taken:
            continue
        if template.angle == "scarcity" and brief.offer is None:
            continue
        if template.kinds and brief.product.kind not in template.kinds:
            continue
        stems = stems_of(PLACES.sub(" ", template.text), filled.language)
        for suffix, text, uses, audience in fill(template.text, filled):
            made.append(
                Phrase(
                    id=template.id + suffix,
                    template=template.id,
                    slot=slot.name,
                    angle=template.angle,
                    text=capital(text),
                    uses=uses,
                    audience=audience,
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
    """The phrase as it is sent, with what the checks say; its typography is judged as it was set, before that."""
    sent = as_sent(phrase.text, placement)
    findings = (*checker.text(phrase.text, phrase.slot), *checker.length(phrase.text, phrase.slot, placement))
    if not findings and sent == phrase.text:
        return phrase
    return msgspec.structs.replace(phrase, text=sent, findings=findings)
