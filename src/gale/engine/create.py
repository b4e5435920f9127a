"""`gale create`: brand and brief become a thousand checked variants a placement and language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec

from gale import creative
from gale.adapters.catalogue import load
from gale.campaign import documents as campaign_documents
from gale.campaign.written import written_from
from gale.creative import Catalogue, legal
from gale.creative.combine import too_few
from gale.creative.frameworks import silent, unfillable
from gale.creative.proposed import with_proposals
from gale.engine.notes import note, the_campaign
from gale.engine.personal import Personaliser
from gale.engine.workspace import Documents
from gale.engine.written import let_in as phrases_let_in
from gale.ports.store import CampaignRow, Store
from gale.records.creative import Finding, Variant
from gale.records.faults import Fault, Faults, raise_if

WANTED = 1000
ADOPTED = (
    "created",
    "edits",
    "banned",
    "pinned",
    "taken",
    "seed",
    "authors",
    "written",
)  # facts of the words, not of the plan
SERVICE_WANTED = 12  # a triggered service message needs a handful, not a thousand


class Created(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was written: counts over all placements and languages.

    `left_out` says which of them cannot hold the line that the law wants (`legal.left_out`; nothing was written there),
    which texts of the documents the checks refuse (`creative.unsaid`; the variants go without them), and which slots of
    a framework have no words in a language (`framework.silent`).
    """

    campaign: str
    considered: int
    accepted: int
    refused: dict[str, int]
    by_placement: dict[str, dict[str, int]]
    left_out: tuple[Fault, ...] = ()


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
    taken: frozenset[str] | None = None,
    by: str | None = None,
    progress: Progress = lambda placement, locale, count: None,
) -> Created:
    """Write the variants of a campaign and keep them, the most different first.

    One transaction keeps the campaign's row, all its variants and the ledger's line. `progress` hears (placement,
    locale, accepted so far). `edits` (phrase id to a person's words) take the place of those kept, so do `banned`,
    `pinned` and `taken` (phrases left out, phrases that alone fill their slots, phrases of `creative.phrases.taking`
    that a person took in). `by` is the member who declares the change hers: in mode `team` she cannot sign it
    (`author.unknown` for nobody). Phrases of a model that a person let in (`engine.propose`) are in the bank like any
    other, with their provenance. A placement that cannot hold the line that the law wants is left out and told of; the
    others are written. Raises `Faults` for documents that contradict each other, what the law wants and the brief or a
    framework lacks (`creative.legal`), `legal.nowhere` where no placement holds the line, `campaign.running` and
    `campaign.over` where it was launched (what runs or ran is not rewritten: give the campaign a new id), and
    `campaign.changed` where somebody planned, edited or launched it while this was being written.
    """
    told = campaign_documents.check(
        documents.brand, documents.brief, documents.campaign, documents.team, documents.purposes
    )
    raise_if([*told, *unfillable(documents.frameworks)])
    Personaliser(documents).check()
    campaign = documents.campaign
    with store.read() as unit:
        before = unit.campaigns.get(campaign.id)
        let_in = phrases_let_in(unit, campaign.id)
    may_be_written(before)
    authors = with_author(before, documents, by)
    catalogue = documents.over(catalogue)
    if let_in:  # whoever let a phrase in has changed the campaign
        catalogue = with_proposals(catalogue, let_in)
        authors = sorted({*authors, *(p.decided_by for p in let_in if p.decided_by)})
    if edits is None:
        edits = before.facts.get("edits", {}) if before else {}
    kept = before.facts if before else {}
    banned = frozenset(kept.get("banned", ())) if banned is None else banned
    pinned = frozenset(kept.get("pinned", ())) if pinned is None else pinned
    taken = frozenset(kept.get("taken", ())) if taken is None else taken
    placements = list(dict.fromkeys(t.placement for t in campaign.touchpoints))
    raise_if(legal.wanting(documents.brief, catalogue, placements, locales_of(documents)))
    nowhere: list[Fault] = []
    few: list[Fault] = []
    unsaid: dict[tuple[str, str], Finding] = {}
    variants: list[Variant] = []
    refused: Counter[str] = Counter()
    considered = 0
    by_placement: dict[str, dict[str, int]] = {}
    for placement in placements:
        for locale in locales_of(documents):
            made = creative.combine(
                documents.brand,
                documents.brief,
                catalogue,
                placement=placement,
                locale=locale,
                wanted=(many := SERVICE_WANTED if placement == "kettle" else wanted),
                seed=seed,
                edits=edits,
                banned=banned,
                pinned=pinned,
                taken=taken,
            )
            variants += made.accepted
            variants += made.refused
            refused.update(made.refusals)
            considered += made.considered
            if made.no_room is not None:
                nowhere.append(legal.left_out(made.no_room, placement, locale))
            few += too_few(made, placement, locale, many)
            unsaid |= {(f.slot, f.values["text"]): f for f in made.unsaid}
            by_placement.setdefault(placement, {})[locale] = len(made.accepted)
            progress(placement, locale, sum(v.accepted for v in variants))
    if len(nowhere) == len(placements) * len(locales_of(documents)):
        raise Faults([*nowhere, Fault(code="legal.nowhere", where="campaign.yaml touchpoints")])
    if not any(v.accepted for v in variants):
        raise Faults([*nowhere, *few, *map(_unsaid, unsaid.values())])
    created = Created(
        campaign=campaign.id,
        considered=considered,
        accepted=sum(v.accepted for v in variants),
        refused=dict(refused),
        by_placement=by_placement,
        left_out=(
            *nowhere,
            *few,
            *(_unsaid(f) for f in unsaid.values()),
            *silent([f for f in documents.frameworks if f.placement in placements], locales_of(documents)),
        ),
    )
    with store.write() as unit:
        if unit.campaigns.get(campaign.id) != before:
            raise Faults.one("campaign.changed", campaign=campaign.id)
        unit.creatives.replace(campaign.id, variants)
        facts = {"created": msgspec.to_builtins(created), "edits": dict(edits), "banned": sorted(banned), "seed": seed}
        facts |= (
            {"authors": authors, "proposals": sorted(p.id for p in let_in)}
            | ({"pinned": sorted(pinned)} if pinned else {})
            | ({"taken": sorted(taken)} if taken else {})
        )
        facts["written"] = written_from(documents.data(), load(), let_in)
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
                **({"taken": sorted(taken)} if taken else {}),
            },
        )
    return created


def _unsaid(finding: Finding) -> Fault:
    told = {name: finding.values[name] for name in ("text", "found", "passes")}
    return Fault(code="creative.unsaid", values={**told, "slot": finding.slot, "check": finding.code})


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
        facts = {k: v for k, v in row.facts.items() if k in ADOPTED}
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


def locales_of(documents: Documents) -> Sequence[str]:
    """The languages that brand and brief share; the brand's own where they share none."""
    return [x for x in documents.brief.locales if x in documents.brand.locales] or documents.brand.locales


def slates(documents: Documents) -> Mapping[str, tuple[str, str]]:
    """`"touchpoint/locale"` to (placement, locale), for every touchpoint of the campaign."""
    return {
        f"{t.id}/{locale}": (t.placement, locale)
        for t in documents.campaign.touchpoints
        for locale in locales_of(documents)
    }
