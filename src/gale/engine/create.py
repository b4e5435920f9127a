"""`gale create`: brand and brief become a thousand checked variants a placement and language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from gale import creative
from gale.campaign import documents as campaign_documents
from gale.creative import Catalogue
from gale.creative.proposed import with_proposals
from gale.engine.notes import note, the_campaign
from gale.engine.personal import Personaliser
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Store
from gale.records.creative import Finding, Variant
from gale.records.faults import Faults, raise_if
from gale.records.proposal import IN_THE_BANK

Keep = Literal["banned", "pinned", "free"]
WANTED = 1000
SERVICE_WANTED = 12  # a triggered service message needs a handful, not a thousand


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """What was written: counts over all placements and languages."""

    campaign: str
    considered: int
    accepted: int
    refused: dict[str, int]
    by_placement: dict[str, dict[str, int]]


Progress = Callable[[str, str, int], None]


def create(
    store: Store,
    catalogue: Catalogue,
    documents: Documents,
    *,
    now: int,
    seed: int,
    wanted: int = WANTED,
    simulated: bool = False,
    edits: Mapping[str, str] | None = None,
    banned: frozenset[str] | None = None,
    pinned: frozenset[str] | None = None,
    by: str | None = None,
    progress: Progress = lambda placement, locale, count: None,
) -> Created:
    """Write the variants of a campaign and keep them, the most different first.

    One transaction keeps the campaign's row, all its variants and the ledger's line. `progress` hears
    (placement, locale, accepted so far). `edits` (phrase id to a person's words) take the place of those kept, so do `banned` and `pinned` (phrases left out, phrases that alone fill their slots).
    `by` is the member who declares the change hers: in mode `team` she cannot sign it (`author.unknown` for nobody).
    Phrases of a model that a person let in (`engine.propose`) are in the bank like any other, with their provenance.
    Raises `Faults` for documents that contradict each other, `campaign.running` and `campaign.over` where it was
    launched (what runs or ran is not rewritten: give the campaign a new id), and `campaign.changed` where somebody
    planned, edited or launched it while this was being written.
    """
    raise_if(
        campaign_documents.check(
            documents.brand, documents.brief, documents.campaign, documents.team, documents.purposes
        )
    )
    Personaliser(documents).check()
    campaign = documents.campaign
    with store.read() as unit:
        before = unit.campaigns.get(campaign.id)
        let_in = [p for status in IN_THE_BANK for p in unit.proposals.of(campaign.id, status)]
    may_be_written(before)
    authors = with_author(before, documents, by)
    if let_in:  # whoever let a phrase in has changed the campaign
        catalogue = with_proposals(catalogue, let_in)
        authors = sorted({*authors, *(p.decided_by for p in let_in if p.decided_by)})
    if edits is None:
        edits = before.facts.get("edits", {}) if before else {}
    kept = before.facts if before else {}
    banned = frozenset(kept.get("banned", ())) if banned is None else banned
    pinned = frozenset(kept.get("pinned", ())) if pinned is None else pinned
    variants: list[Variant] = []
    refused: Counter[str] = Counter()
    considered = 0
    by_placement: dict[str, dict[str, int]] = {}
    for placement in dict.fromkeys(t.placement for t in campaign.touchpoints):
        for locale in _locales(documents):
            made = creative.combine(
                documents.brand,
                documents.brief,
                catalogue,
                placement=placement,
                locale=locale,
                wanted=SERVICE_WANTED if placement == "kettle" else wanted,
                seed=seed,
                edits=edits,
                banned=banned,
                pinned=pinned,
            )
            variants += made.accepted
            variants += made.refused
            refused.update(made.refusals)
            considered += made.considered
            by_placement.setdefault(placement, {})[locale] = len(made.accepted)
            progress(placement, locale, sum(v.accepted for v in variants))
    created = Created(
        campaign=campaign.id,
        considered=considered,
        accepted=sum(v.accepted for v in variants),
        refused=dict(refused),
        by_placement=by_placement,
    )
    with store.write() as unit:
        if unit.campaigns.get(campaign.id) != before:
            raise Faults.one("campaign.changed", campaign=campaign.id)
        unit.creatives.replace(campaign.id, variants)
        facts = {"created": msgspec.to_builtins(created), "edits": dict(edits), "banned": sorted(banned), "seed": seed}
        facts |= {"authors": authors, "proposals": sorted(p.id for p in let_in)} | (
            {"pinned": sorted(pinned)} if pinned else {}
        )
        unit.campaigns.put(
            CampaignRow(
                id=campaign.id,
                status="draft",
                documents=documents.data(),
                created=before.created if before else now,
                facts=facts,
                simulated=simulated,
            )
        )
        note(
            unit,
            now=now,
            kind="created",
            body={
                "campaign": campaign.id,
                "accepted": created.accepted,
                "checks": creative.checks_version(catalogue),
                "seed": seed,
                **({"by_model": sum(v.by_model for v in variants if v.accepted)} if let_in else {}),
            },
        )
    return created


def adopt(store: Store, source: str, documents: Documents, *, now: int) -> CampaignRow:
    """A further campaign that tells the same words to another audience (a second city): the variants are copied.

    Raises `Faults` `campaign.unknown`, and what `create` raises for contradicting documents.
    """
    raise_if(
        campaign_documents.check(
            documents.brand, documents.brief, documents.campaign, documents.team, documents.purposes
        )
    )
    with store.write() as unit:
        row = the_campaign(unit, source)
        may_be_written(unit.campaigns.get(documents.campaign.id))
        unit.creatives.replace(documents.campaign.id, list(unit.creatives.scan(source)))
        facts = {k: v for k, v in row.facts.items() if k in ("created", "edits", "banned", "pinned", "seed", "authors")}
        adopted = CampaignRow(
            id=documents.campaign.id,
            status="draft",
            documents=documents.data(),
            created=now,
            facts=facts,
            simulated=row.simulated,
        )
        unit.campaigns.put(adopted)
        note(unit, now=now, kind="created", body={"campaign": adopted.id, "adopted": source})
    return adopted


def check_phrase(
    store: Store, catalogue: Catalogue, campaign: str, *, text: str, slot: str, placement: str, locale: str
) -> list[Finding]:
    """What the checks say of a phrase that a person typed; nothing is changed."""
    with store.read() as unit:
        documents = Documents.of(the_campaign(unit, campaign))
    return creative.check(
        text,
        slot=slot,
        placement=placement,
        locale=locale,
        brand=documents.brand,
        brief=documents.brief,
        catalogue=catalogue,
    )


def edit_phrase(
    store: Store,
    catalogue: Catalogue,
    campaign: str,
    *,
    phrase: str,
    text: str | None,
    slot: str,
    placement: str,
    locale: str,
    now: int,
    wanted: int = WANTED,
    by: str | None = None,
) -> tuple[list[Finding], Created | None]:
    """Put a person's words in place of one phrase and write the thousand again; `text=None` takes the edit back.

    A text that the checks refuse changes nothing: the findings say why and what would pass.
    """
    if text is not None:
        findings = check_phrase(store, catalogue, campaign, text=text, slot=slot, placement=placement, locale=locale)
        if any(f.severity == "refuse" for f in findings):
            return findings, None
    else:
        findings = []
    with store.read() as unit:
        row = the_campaign(unit, campaign)
    edits = {k: v for k, v in row.facts.get("edits", {}).items() if k != phrase}
    if text is not None:
        edits[phrase] = text
    created = create(
        store,
        catalogue,
        Documents.of(row),
        now=now,
        seed=int(row.facts.get("seed", 0)),
        wanted=wanted,
        simulated=row.simulated,
        edits=edits,
        by=by,
    )
    return findings, created


def keep_phrase(
    store: Store,
    catalogue: Catalogue,
    campaign: str,
    *,
    phrase: str,
    keep: Keep,
    now: int,
    wanted: int = WANTED,
    by: str | None = None,
) -> Created:
    """Ban a phrase from every variant, pin it as the only one of its slot, or let it be one of many again.

    Raises `Faults` `phrase.unknown`, `phrase.last` where nothing would be left to write (the campaign stays as it was), and those of
    `create`.
    """
    with store.read() as unit:
        row = the_campaign(unit, campaign)
    banned = {*row.facts.get("banned", ())} - {phrase} | ({phrase} if keep == "banned" else set())
    pinned = {*row.facts.get("pinned", ())} - {phrase} | ({phrase} if keep == "pinned" else set())
    documents = Documents.of(row)
    if phrase not in _phrases_of(documents, catalogue):
        raise Faults.one("phrase.unknown", phrase=phrase)
    for placement in dict.fromkeys(t.placement for t in documents.campaign.touchpoints):
        for locale in _locales(documents):
            left = creative.phrases(
                documents.brand, documents.brief, catalogue, placement=placement, locale=locale,
                banned=frozenset(banned), pinned=frozenset(pinned),
            )  # fmt: skip
            hook = creative.framework_of(catalogue, placement).hook.name
            if not any(p.slot == hook and not p.refused for p in left):
                raise Faults.one("phrase.last", placement=placement, slot=hook)
    return create(
        store,
        catalogue,
        documents,
        now=now,
        seed=int(row.facts.get("seed", 0)),
        wanted=wanted,
        simulated=row.simulated,
        banned=frozenset(banned),
        pinned=frozenset(pinned),
        by=by,
    )


def _phrases_of(documents: Documents, catalogue: Catalogue) -> set[str]:
    """Ids of every phrase that a campaign's placements and languages have."""
    return {
        p.id
        for placement in dict.fromkeys(t.placement for t in documents.campaign.touchpoints)
        for locale in _locales(documents)
        for p in creative.phrases(documents.brand, documents.brief, catalogue, placement=placement, locale=locale)
    }


def with_author(row: CampaignRow | None, documents: Documents, by: str | None) -> list[str]:
    """Who has changed the campaign since it was first written, with one more. Declared, not verified, until sign-in."""
    if by is not None and by not in {m.id for m in documents.team.members}:
        raise Faults.one("author.unknown", person=by, known=", ".join(m.id for m in documents.team.members))
    known = row.facts.get("authors", ()) if row is not None else ()
    return sorted({*known, *([by] if by is not None else [])})


def may_be_written(row: CampaignRow | None) -> None:
    """What people have seen is not rewritten: its words, its holdout and its log belong together."""
    if row is not None and row.status in ("live", "paused"):
        raise Faults.one("campaign.running", campaign=row.id, status=row.status)
    if row is not None and row.status != "draft":
        raise Faults.one("campaign.over", campaign=row.id, status=row.status)


def _locales(documents: Documents) -> Sequence[str]:
    return [x for x in documents.brief.locales if x in documents.brand.locales] or documents.brand.locales


def slates(documents: Documents) -> Mapping[str, tuple[str, str]]:
    """`"touchpoint/locale"` to (placement, locale), for every touchpoint of the campaign."""
    return {
        f"{t.id}/{locale}": (t.placement, locale)
        for t in documents.campaign.touchpoints
        for locale in _locales(documents)
    }
