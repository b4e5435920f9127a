"""`gale framework wish`: what the phrase bank has for "shorter", "warmer", "for night owls". Nothing is changed."""

from __future__ import annotations

from gale.creative import Catalogue
from gale.creative.proposed import with_proposals
from gale.creative.wishes import LONGEST, MOST, Answer, grant
from gale.engine.notes import the_campaign
from gale.engine.workspace import Documents
from gale.engine.written import let_in
from gale.ports.store import Store
from gale.records.faults import Faults


def wish(
    store: Store,
    catalogue: Catalogue,
    campaign: str,
    *,
    placement: str,
    slot: str,
    locale: str,
    wish: str,
    near: str = "",
    most: int = MOST,
) -> Answer:
    """The phrases of one slot that grant a wish in a person's words, with why; see `creative.wishes.grant`.

    Phrases that people accepted from a model are among them. Raises `Faults`: `campaign.unknown`, `wish.empty`,
    `wish.long`, `propose.slot_unknown`, `wish.slot_shut` (a fixed or a locked slot), `propose.language`,
    `creative.no_placement`.
    """
    said = " ".join(wish.split())
    if not said:
        raise Faults.one("wish.empty")
    if len(said) > LONGEST:
        raise Faults.one("wish.long", n=len(said), most=LONGEST)
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        accepted = let_in(unit, campaign)
    papers = Documents.of(row)
    catalogue = with_proposals(papers.over(catalogue), accepted)
    placements = list(dict.fromkeys(t.placement for t in papers.campaign.touchpoints))
    if placement not in placements:
        raise Faults.one("creative.no_placement", placement=placement, known=", ".join(placements))
    if locale not in papers.brief.locales:
        raise Faults.one("propose.language", locale=locale, known=", ".join(papers.brief.locales))
    slots = catalogue.frameworks[placement].slots
    free = ", ".join(s.name for s in slots if s.free)
    found = next((s for s in slots if s.name == slot), None)
    if found is None:
        raise Faults.one("propose.slot_unknown", slot=slot, placement=placement, open=free)
    if not found.free:
        raise Faults.one("wish.slot_shut", slot=slot, open=free)
    return grant(
        papers.brand,
        papers.brief,
        catalogue,
        placement=placement,
        slot=slot,
        locale=locale,
        wish=said,
        near=near,
        edits=row.facts.get("edits", {}),
        banned=frozenset(row.facts.get("banned", ())),
        taken=frozenset(row.facts.get("taken", ())),
        most=most,
    )
