"""The list of campaigns, and the wall of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from gale import approval as rules
from gale.creative import Catalogue
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Store, Unit
from gale.records.creative import Finding, Variant
from gale.records.faults import Fault
from gale.studio import views as v
from gale.studio.brandart import scene_of
from gale.studio.report_view import report_view
from gale.words import Words

DAY_MS = 86_400_000
SHAPES = {
    "email": "mail",
    "banner": "mpu",
    "post": "square",
    "meta": "square",
    "tiktok": "square",
    "linkedin": "square",
    "kettle": "device",
}
LEADER_FITS = 42  # characters of a headline that a leaderboard holds on one line


def tab(row: CampaignRow) -> v.Tab:
    """The campaign's pages that exist so far."""
    pages = ["wall"]
    if row.facts.get("created"):
        pages.append("plan")
    if row.status != "draft":
        pages += ["live", "report"]
    return v.Tab(row.id, Documents.of(row).brief.title, tuple(pages))


def start_of(papers: Documents, later: int = 0) -> int:
    """Local midnight of the flight's first day (or of a day so many days later), ms UTC."""
    day = papers.brief.flight.start + timedelta(days=later)
    first = datetime.combine(day, datetime.min.time(), ZoneInfo(papers.campaign.timezone))
    return int(first.timestamp() * 1000)


def campaigns(store: Store, now: int, reports: Mapping[str, Mapping[str, Any]]) -> v.Campaigns:
    """Every campaign, the newest first; `reports` holds those already worked out."""
    with store.read() as unit:
        rows = sorted(unit.campaigns.all(), key=lambda r: (-r.created, r.id))
        return v.Campaigns(tuple(_line(unit, row, now, reports.get(row.id)) for row in rows))


def _line(unit: Unit, row: CampaignRow, now: int, report: Mapping[str, Any] | None) -> v.CampaignLine:
    papers = Documents.of(row)
    start, days = start_of(papers), papers.brief.flight.days
    created = row.facts.get("created", {})
    rehearsal = row.facts.get("rehearsal") or {}
    stage: str = row.status
    waiting = 0
    lift = proven = None
    rehearsed = False
    if row.status == "draft" and row.plan:
        verdicts = rules.verdicts(unit.approvals.of(row.id), row.plan, papers.team, now)
        waiting = sum(one.state != "signed" for one in verdicts)
        stage = "waiting" if waiting else "draft"
        if rehearsal.get("lift"):
            low, middle, high = rehearsal["lift"]
            lift, rehearsed = v.Interval(middle, low, high), True
    elif report is not None:
        seen = report_view(report, papers.campaign.timezone)
        lift, proven = seen.relative, seen.proven
    day = min(max((now - start) // DAY_MS + 1, 1), days) if row.status == "live" else None
    return v.CampaignLine(
        id=row.id,
        title=papers.brief.title,
        stage=stage,
        start=start,
        days=days,
        day=day,
        lift=lift,
        proven=bool(proven),
        rehearsed=rehearsed,
        written=int(created.get("accepted", 0)),
        refused=sum(created.get("refused", {}).values()),
        waiting=waiting,
    )


def why(finding: Finding, words: Words) -> v.Why:
    """One finding in words: its rule, what was found, what would pass."""
    passes = str(finding.values.get("passes") or "")
    title = next((words(x) for x in (f"short.{finding.code}", f"{finding.code}.title") if words.has(x)), "")
    said = words(finding.code, **finding.values)
    return v.Why(title=title, said=said, passes="" if passes in said else passes)


def creative(variant: Variant, words: Words, papers: Documents, *, leader: bool = False) -> v.Creative:
    """One variant in its placement's shape; `leader` asks for the wide banner where the headline fits."""
    scenes = papers.brand.scenes
    shape = SHAPES.get(variant.placement, "mail")
    if shape == "mpu" and leader and "sun" in scenes and len(variant.fields.get("headline", "")) <= LEADER_FITS:
        shape = "leader"
    return v.Creative(
        id=variant.id,
        short=short(variant),
        shape=shape,
        locale=variant.locale,
        fields=variant.fields,
        angle=variant.traits.get("angle", ""),
        audience=next(
            (words.text(a.name) for a in papers.brief.audiences if a.id == variant.traits.get("audience")), ""
        ),
        scene="sun" if shape == "leader" else scene_of(variant.id, scenes),
        why=tuple(why(f, words) for f in variant.findings if f.severity == "refuse"),
        refused=not variant.accepted,
        by_model=variant.by_model,
        told=tuple(dict.fromkeys(why(f, words).title for f in variant.findings if f.severity == "warn")),
    )


def short(variant: Variant) -> str:
    """A variant's name short enough to say: a letter for its placement and the start of its id."""
    letter = {"email": "A", "banner": "B", "post": "C", "kettle": "D"}.get(variant.placement, "V")
    return f"{letter}-{variant.id.removeprefix('v_')[:4]}"


def words_of(variant: Variant) -> str:
    """The line by which people recognise a variant."""
    fields = variant.fields
    return next((fields[k] for k in ("subject", "headline", "post", "text") if fields.get(k)), variant.id)


def brand_of(papers: Documents) -> dict[str, Any]:
    """What previews need of the brand."""
    host = urlsplit(papers.brand.url or "").hostname or ""
    return {
        "brand": papers.brand.name,
        "descriptor": papers.brand.descriptor,
        "palette": papers.brand.palette,
        "handle": host.removeprefix("www."),
    }


def wall(
    store: Store,
    catalogue: Catalogue,
    row: CampaignRow,
    words: Words,
    *,
    placement: str = "",
    locales: Sequence[str] = (),
    refused: bool = False,
    offset: int = 0,
    step: int = 24,
    seconds: float | None = None,
) -> v.Wall:
    """The wall with its filters, reasons and one phrase that can be changed."""
    papers = Documents.of(row)
    created = row.facts.get("created", {})
    with store.read() as unit:
        counts = unit.creatives.counts(row.id)
        every = tuple(dict.fromkeys(t.placement for t in papers.campaign.touchpoints))
        spoken = tuple(dict.fromkeys(locale for _, locale, _ in counts)) or tuple(papers.brief.locales)
        shown = tuple(x for x in spoken if x in locales) or spoken
        matching = sum(
            n
            for (p, locale, ok), n in counts.items()
            if p in ((placement,) if placement else every) and locale in shown and ok != refused
        )
        found = _page(unit, row.id, every, placement, shown, refused, offset, step)
        locale = shown[0] if words.locale not in shown else words.locale
        phrase = _phrase(unit, catalogue, row, placement, locale) if row.status == "draft" else None
    cards, wide = [], True
    for variant in found:
        card = creative(variant, words, papers, leader=wide and not refused)
        wide = wide and card.shape != "leader"
        cards.append(card)
    cards.sort(key=lambda c: c.shape != "leader")
    return v.Wall(
        campaign=row.id,
        **brand_of(papers),
        writing=v.Writing(
            accepted=int(created.get("accepted", 0)),
            refused=sum(created.get("refused", {}).values()),
            seconds=seconds,
            done=bool(created),
        ),
        placements=tuple((p, sum(n for (x, _, ok), n in counts.items() if x == p and ok)) for p in every),
        locales=spoken,
        reasons=tuple(sorted(created.get("refused", {}).items(), key=lambda x: -x[1])),
        cards=tuple(cards),
        matching=matching,
        placement=placement,
        shown_locales=shown,
        with_refused=refused,
        offset=offset,
        step=step,
        phrase=phrase,
        launched=row.status != "draft",
        told=tuple(words.fault(msgspec.convert(one, Fault)) for one in created.get("left_out", ())),
    )


def _page(
    unit: Unit,
    campaign: str,
    every: Sequence[str],
    placement: str,
    locales: Sequence[str],
    refused: bool,
    offset: int,
    step: int,
) -> list[Variant]:
    """One page; without a placement, the placements and languages take turns so that the wall shows them all."""
    if placement:
        return unit.creatives.page(
            campaign, placement=placement, locales=locales, accepted=not refused, offset=offset, limit=step
        )
    piles = [
        unit.creatives.page(campaign, placement=p, locales=[locale], accepted=not refused, limit=offset + step)
        for p in every
        for locale in locales
    ]
    mixed = [pile[i] for i in range(offset + step) for pile in piles if i < len(pile)]
    return mixed[offset : offset + step]


def _phrase(unit: Unit, catalogue: Catalogue, row: CampaignRow, placement: str, locale: str) -> v.Phrase | None:
    """The most used hook of a placement and language: the one phrase that the wall lets a person change."""
    framework = next((f for f in catalogue.frameworks.values() if f.placement == (placement or "email")), None)
    if framework is None:
        return None
    slot = framework.hook.name
    variants = unit.creatives.page(
        row.id, placement=framework.placement, locales=[locale], accepted=True, offset=0, limit=2000
    )
    used = Counter(x.phrases[slot] for x in variants if slot in x.phrases)
    if not used:
        return None
    edits = row.facts.get("edits", {})
    edited = next((p for p in edits if p in used), None)
    name = edited or used.most_common(1)[0][0]
    text = next(x.slots[slot] for x in variants if x.phrases.get(slot) == name)
    return v.Phrase(
        name, slot, framework.placement, locale, text, used[name], edited=edited is not None, members=_members(row)
    )


def _members(row: CampaignRow) -> tuple[tuple[str, str], ...]:
    """Who may have changed a phrase, where there is a team; one person with four hats is not asked."""
    team = Documents.of(row).team
    return tuple((m.id, m.name) for m in team.members) if team.mode == "team" else ()
