"""The Framework page's data: slots as they stand in one variant, the product of their phrases, one slot's bank."""

from __future__ import annotations

import math
from collections import Counter

from gale.creative import Catalogue, Phrase, framework_of, phrases
from gale.creative.catalogue import Slot
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Store
from gale.records.creative import Variant
from gale.studio.gather.shelf import why
from gale.studio.views_framework import BankLine, FrameworkPage, SlotLine
from gale.words import Words

SHOWN = 24  # phrases of one slot on one page, until somebody asks for all


def framework(
    store: Store,
    catalogue: Catalogue,
    row: CampaignRow,
    words: Words,
    *,
    placement: str = "",
    locale: str = "",
    slot: str = "",
    order: str = "",
    every: bool = False,
) -> FrameworkPage:
    """One placement's framework in one language, with the bank of one slot (its first free one where none is said)."""
    papers = Documents.of(row)
    places = tuple(dict.fromkeys(t.placement for t in papers.campaign.touchpoints))
    spoken = tuple(x for x in papers.brief.locales if x in papers.brand.locales)
    placement = placement if placement in places else places[0]
    locale = locale if locale in spoken else words.locale if words.locale in spoken else spoken[0]
    design = framework_of(catalogue, placement)
    banned, pinned = frozenset(row.facts.get("banned", ())), frozenset(row.facts.get("pinned", ()))
    made = phrases(
        papers.brand, papers.brief, catalogue, placement=placement, locale=locale, edits=row.facts.get("edits", {})
    )
    with store.read() as unit:
        shown = unit.creatives.page(row.id, placement=placement, locales=[locale], accepted=True, offset=0, limit=2000)
    of_slot = {s.name: [p for p in made if p.slot == s.name] for s in design.slots}
    passing = {name: [p for p in mine if not p.refused and p.id not in banned] for name, mine in of_slot.items()}
    free = [s.name for s in design.slots if s.free and of_slot[s.name]]
    slot = slot if slot in free else free[0] if free else ""
    used = Counter(x.phrases.get(slot, "") for x in shown)
    created = row.facts.get("created", {})
    return FrameworkPage(
        campaign=row.id,
        placement=placement,
        locale=locale,
        slot=slot,
        placements=places,
        locales=spoken,
        script=tuple(
            _line(s, shown[0] if shown else None, passing[s.name], pinned, slot)
            for s in design.slots
            if of_slot[s.name]
        ),
        product=math.prod(max(1, len(passing[name])) for name in free),
        accepted=len(shown),
        refused=sum(created.get("refused", {}).values()),
        alike=int(created.get("refused", {}).get("vary.near_duplicate", 0)),
        bank=tuple(
            _phrase(p, used, banned, pinned, words)
            for p in _ordered(of_slot.get(slot, []), order)[: None if every else SHOWN]
        ),
        passing=len(passing.get(slot, [])),
        total=len(of_slot.get(slot, [])),
        editable=row.status == "draft",
        design=design.id,
        order=order,
        more=0 if every else max(0, len(of_slot.get(slot, [])) - SHOWN),
    )


def _line(slot: Slot, variant: Variant | None, passing: list[Phrase], pinned: frozenset[str], here: str) -> SlotLine:
    text = variant.slots.get(slot.name, "") if variant else ""
    held = next((p for p in passing if p.id in pinned or p.template in pinned), None)
    return SlotLine(
        name=slot.name,
        text=held.text if held else text or (passing[0].text if passing else ""),
        phrases=1 if held else len(passing) + len(slot.choices),
        kind="core" if slot.locked or slot.name == "core" else "free" if slot.free or slot.name == "cta" else "shut",
        by=slot.by,
        here=slot.name == here,
        pinned=held is not None,
    )


def _phrase(
    phrase: Phrase, used: Counter[str], banned: frozenset[str], pinned: frozenset[str], words: Words
) -> BankLine:
    names = {phrase.id, phrase.template}
    state = "banned" if names & banned else "pinned" if names & pinned else "refused" if phrase.refused else "passes"
    return BankLine(
        id=phrase.id,
        text=phrase.text,
        angle=phrase.angle if phrase.angle != "any" else "",
        state=state,
        used=used.get(phrase.id, 0),
        author="person" if phrase.edited else "own" if phrase.template.startswith("own-") else "bank",
        why=tuple(why(f, words) for f in phrase.findings if f.severity == "refuse"),
    )


def _ordered(found: list[Phrase], order: str) -> list[Phrase]:
    """`shorter`: the shortest first; `longer`: the longest; else refused ones last, as the bank has them."""
    if order == "shorter":
        return sorted(found, key=lambda p: len(p.text))
    if order == "longer":
        return sorted(found, key=lambda p: -len(p.text))
    return sorted(found, key=lambda p: p.refused)
