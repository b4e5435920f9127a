"""The Framework page's data: slots as they stand in one variant, the product of their phrases, one slot's bank."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gale.creative import Catalogue, Phrase, framework_of, phrases
from gale.creative.catalogue import Slot, Template, template_id
from gale.creative.lengths import measure
from gale.creative.phrases import outside, taking
from gale.creative.proposed import longest, with_proposals
from gale.engine.workspace import Documents
from gale.engine.written import let_in
from gale.ports.store import CampaignRow, Store
from gale.records.creative import Finding, Variant
from gale.records.proposal import IN_THE_BANK, Proposal
from gale.studio import views_framework as v
from gale.studio.gather.shelf import why
from gale.words import Words

SHOWN = 24  # phrases of one slot on one page, until somebody asks for all
SOURCES = ("bank", "own", "person", "taken", "model", "edited")


@dataclass(frozen=True)
class Looked:
    """What a person chose on the page; what is empty falls back on the first there is."""

    placement: str = ""
    locale: str = ""
    slot: str = ""
    order: str = ""
    every: bool = False
    near: str = ""
    wish: str = ""
    edit: str = ""
    by: str = ""


@dataclass(frozen=True)
class Bank:
    """Every phrase of one placement and language, and what people decided on them."""

    papers: Documents
    catalogue: Catalogue
    facts: Mapping[str, Any]
    placement: str
    locale: str
    phrases: list[Phrase]
    let_in: Mapping[str, Proposal]

    @property
    def banned(self) -> frozenset[str]:
        return frozenset(self.facts.get("banned", ()))

    @property
    def pinned(self) -> frozenset[str]:
        return frozenset(self.facts.get("pinned", ()))

    @property
    def taken(self) -> frozenset[str]:
        return frozenset(self.facts.get("taken", ()))

    def of(self, slot: str) -> list[Phrase]:
        return [p for p in self.phrases if p.slot == slot]

    def passing(self, slot: str) -> list[Phrase]:
        """What may fill the slot now: nothing refused or banned, and where a phrase is pinned, that one alone."""
        fit = [p for p in self.of(slot) if not p.refused and not {p.id, p.template} & self.banned]
        held = [p for p in fit if {p.id, p.template} & self.pinned]
        return held or fit

    def foreign(self, slot: str) -> dict[str, Template]:
        return outside(self.catalogue, self.papers.brand, self.placement, slot, self.locale)


def bank_of(store: Store, catalogue: Catalogue, row: CampaignRow, looked: Looked, locale: str = "") -> Bank:
    """The bank that a choice looks at, with what people accepted from a model and took in."""
    papers = Documents.of(row)
    with store.read() as unit:
        accepted = let_in(unit, row.id)
    catalogue = with_proposals(papers.over(catalogue), accepted)
    places = places_of(papers)
    spoken = tuple(x for x in papers.brief.locales if x in papers.brand.locales) or tuple(papers.brand.locales)
    placement = looked.placement if looked.placement in places else places[0]
    language = next(x for x in (looked.locale, locale, spoken[0]) if x in spoken)
    return Bank(
        papers=papers,
        catalogue=catalogue,
        facts=row.facts,
        placement=placement,
        locale=language,
        phrases=phrases(
            papers.brand,
            papers.brief,
            catalogue,
            placement=placement,
            locale=language,
            edits=row.facts.get("edits", {}),
            taken=frozenset(row.facts.get("taken", ())),
        ),
        let_in={template_id(f"model-{p.slot}", p.text): p for p in accepted if p.placement == placement},
    )


def places_of(papers: Documents) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t.placement for t in papers.campaign.touchpoints))


def framework(store: Store, row: CampaignRow, words: Words, looked: Looked, bank: Bank) -> v.FrameworkPage:
    """One placement's framework in one language, with the bank of one slot (its first free one where none is said)."""
    papers, design = bank.papers, framework_of(bank.catalogue, bank.placement)
    with store.read() as unit:
        shown = unit.creatives.page(
            row.id, placement=bank.placement, locales=[bank.locale], accepted=True, offset=0, limit=2000
        )
        known = unit.proposals.of(row.id)
    there = [s for s in design.slots if bank.of(s.name)]
    free = [s.name for s in there if s.free]
    slot = looked.slot if looked.slot in free else free[0] if free else ""
    mine = bank.of(slot)
    used = Counter(x.phrases.get(slot, "") for x in shown)
    foreign = bank.foreign(slot) if slot else {}
    lines = {p.id: _phrase(p, bank, foreign, used, len(shown), words) for p in mine}
    ordered = [lines[p.id] for p in _ordered(mine, looked.order, {p.id for p in mine if lines[p.id].source.kind in ("model", "edited", "taken", "person")})]  # fmt: skip
    standing = shown[0].phrases.get(slot, "") if shown else ""
    passing = [p.id for p in bank.passing(slot)]
    start = next((i for i in (looked.near, standing, *passing) if i in lines), "")
    created = row.facts.get("created", {})
    refused: Mapping[str, int] = created.get("refused", {})
    written = set(row.facts.get("proposals", ()))
    cut = ordered if looked.every else _cut(ordered, looked.edit)
    team = papers.team.mode == "team"
    return v.FrameworkPage(
        campaign=row.id,
        placement=bank.placement,
        locale=bank.locale,
        slot=slot,
        placements=places_of(papers),
        locales=tuple(x for x in papers.brief.locales if x in papers.brand.locales),
        script=tuple(_line(s, shown[0] if shown else None, bank, slot) for s in there),
        product=math.prod(_choices(s, bank) for s in there if s.free),
        accepted=len(shown),
        refused=sum(refused.values()),
        alike=int(refused.get("vary.near_duplicate", 0)),
        bank=tuple(cut),
        passing=len(passing),
        total=len(mine),
        editable=row.status == "draft",
        design=design.id,
        order=looked.order,
        more=len(ordered) - len(cut),
        sources=tuple((k, n) for k in SOURCES if (n := sum(x.source.kind == k for x in lines.values()))),
        refusing=_rule(max(refused, key=lambda c: refused[c]), words) if refused and not shown else "",
        core=next((p.text for p in bank.phrases if p.slot == "core"), ""),
        start=lines.get(start),
        near=start if looked.near == start else "",
        waiting=sum(p.status == "proposed" for p in known),
        unwritten=len({p.id for p in known if p.status in IN_THE_BANK} ^ written) if created else 0,
        members=tuple((m.id, m.name) for m in papers.team.members) if team else (),
        by=looked.by if any(m.id == looked.by for m in papers.team.members) else "",
    )


def editing(page: v.FrameworkPage, bank: Bank, phrase: str, text: str | None, findings: Sequence[Finding], words: Words) -> v.Editing | None:  # fmt: skip
    """The phrase that a person writes anew, with what she typed so far; `None` where there is no such phrase to edit."""
    line = next((p for p in bank.of(page.slot) if p.id == phrase), None)
    if line is None or not page.editable:
        return None
    said = line.text if text is None else text
    held = next((x for x in page.bank if x.id == phrase), None)
    return v.Editing(
        id=line.id,
        text=said,
        length=measure(said, page.placement),
        longest=longest(bank.catalogue, page.placement, page.slot),
        original=line.text,
        edited=line.edited,
        why=tuple(why(f, words) for f in findings if f.severity == "refuse"),
        variants=held.used if held else 0,
    )


def state_of(row: CampaignRow, phrase: str) -> str:
    """What was decided on a phrase: banned, pinned, taken or free."""
    return next((k for k in ("banned", "pinned", "taken") if phrase in row.facts.get(k, ())), "free")


def _line(slot: Slot, variant: Variant | None, bank: Bank, here: str) -> v.SlotLine:
    text = variant.slots.get(slot.name, "") if variant else ""
    passing = bank.passing(slot.name)
    pinned = bool(passing) and bool({passing[0].id, passing[0].template} & bank.pinned)
    return v.SlotLine(
        name=slot.name,
        text=passing[0].text if pinned else text or (passing[0].text if passing else ""),
        phrases=_choices(slot, bank),
        kind="core" if slot.locked or slot.name == "core" else "free" if slot.free or slot.name == "cta" else "shut",
        by=slot.by,
        here=slot.name == here,
        pinned=pinned,
    )


def _choices(slot: Slot, bank: Bank) -> int:
    return len(bank.passing(slot.name)) + len(slot.choices)


def _phrase(
    phrase: Phrase, bank: Bank, foreign: Mapping[str, Template], used: Counter[str], accepted: int, words: Words
) -> v.BankLine:
    names = {phrase.id, phrase.template}
    state = next(
        (s for s, is_so in (("banned", names & bank.banned), ("pinned", names & bank.pinned), ("refused", phrase.refused)) if is_so),
        "passes",
    )  # fmt: skip
    taken = phrase.template in foreign
    return v.BankLine(
        id=phrase.id,
        text=phrase.text,
        angle=phrase.angle if phrase.angle != "any" else "",
        state=state,
        length=measure(phrase.text, bank.placement),
        used=used.get(phrase.id, 0),
        without=accepted - used.get(phrase.id, 0),
        source=_source(phrase, bank, taken),
        why=tuple(why(f, words) for f in phrase.findings if f.severity == "refuse"),
        take=taking(bank.placement, phrase.slot, phrase.template) if taken else "",
    )


def _source(phrase: Phrase, bank: Bank, taken: bool) -> v.Source:
    proposal = bank.let_in.get(phrase.template)
    if proposal is not None:
        by = next((m.name for m in bank.papers.team.members if m.id == proposal.decided_by), proposal.decided_by)
        kind = "edited" if phrase.edited or proposal.text != proposal.original else "model"
        return v.Source(kind, proposal.model, by, proposal.decided_at)
    if phrase.edited:
        return v.Source("person")
    if taken:
        return v.Source("taken")
    return v.Source("own" if phrase.template.startswith("own-") else "bank")


def _ordered(found: list[Phrase], order: str, first: set[str]) -> list[Phrase]:
    """`shorter`: the shortest first; `longer`: the longest; else what people added first and what is refused last."""
    if order == "shorter":
        return sorted(found, key=lambda p: len(p.text))
    if order == "longer":
        return sorted(found, key=lambda p: -len(p.text))
    return sorted(found, key=lambda p: (p.refused, p.id not in first))


def _cut(lines: list[v.BankLine], edit: str) -> list[v.BankLine]:
    """The first of them; with the one that is being edited, wherever it stands."""
    shown = lines[:SHOWN]
    return shown if not edit or any(x.id == edit for x in shown) else [*[x for x in lines if x.id == edit], *shown]


def _rule(code: str, words: Words) -> str:
    return next((words(x) for x in (f"short.{code}", f"{code}.title") if words.has(x)), code)
