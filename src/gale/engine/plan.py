"""`gale plan`: who will be contacted and who will not, which variants go live, and the hash that people sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gale.adapters.catalogue import load
from gale.campaign import Reach, Shortlist, check, contacts_per_person, lacking, matches, plan_hash, reach, shortlist
from gale.campaign.conflicts import conflicts
from gale.campaign.foreseen import Foreseen, foresee
from gale.campaign.limits import never, promised
from gale.campaign.plan import PLAN_SCHEMA, WITH_FRAMEWORKS
from gale.campaign.rollout import Ladder, ladder
from gale.creative.frameworks import with_frameworks
from gale.engine.create import slates, with_author
from gale.engine.notes import note, the_campaign
from gale.engine.workspace import Documents
from gale.engine.written import checked_under, since_written
from gale.ports.store import CampaignRow, Store, Unit
from gale.records.documents import Campaign, Touchpoint
from gale.records.faults import Faults, raise_if
from gale.stats.power import people_needed

CLICK_RATE = 0.05  # expected answer to one contact before anything is known; stated in the plan


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """The plan in figures. `ladder` holds the stages of a roll-out. `shortlists` by slate `"touchpoint/locale"`.

    `unreached` names the touchpoints of the calendar that reach nobody, each with the purposes that nobody allows.
    """

    campaign: str
    plan: str
    reach: Reach
    shortlists: dict[str, Shortlist]
    live: int
    people_needed: int
    contacts_expected: int
    limits: Foreseen | None = None
    ladder: Ladder | None = None
    unreached: dict[str, tuple[str, ...]] = {}


def plan(
    store: Store, campaign: str, *, now: int, documents: Documents | None = None, by: str | None = None
) -> Planned:
    """Work out reach, shortlist and hash, and keep them with the campaign.

    `documents` are those on disk now: what concerns audience, caps, purposes and team may have changed since
    `create` and enters the hash; what the words come from must be written again first (`campaign.written.changed`).
    Documents that contradict each other and limits that the shortlist cannot keep are refused, all at once.
    """
    with store.write() as unit:
        row = the_campaign(unit, campaign)
        if row.status != "draft":
            raise Faults.one("campaign.running", campaign=campaign, status=row.status)
        if documents is not None:
            # What a person wrote since `create` was never looked at; what the law keeps from a choice is kept here too.
            raise_if(check(documents.brand, documents.brief, documents.campaign, documents.team, documents.purposes))
        raise_if(since_written(unit, row, documents, bank=True))
        if documents is not None:
            row = msgspec.structs.replace(row, documents=documents.data())
        authors = with_author(row, Documents.of(row), by)
        papers = Documents.of(row)
        reached = reach(unit.people.scan(), papers.campaign, papers.purposes, now=now)
        nobody = [t.id for t in papers.campaign.touchpoints if t.trigger is None and not reached.by_touchpoint[t.id]]
        missing = (
            lacking(unit.people.scan(), papers.campaign, papers.purposes, nobody, now=now)
            if nobody and reached.total
            else {}
        )
        chosen: dict[str, Shortlist] = {}
        for slate, (placement, locale) in slates(papers).items():
            touchpoint = next(t for t in papers.campaign.touchpoints if t.id == slate.split("/")[0])
            variants = unit.creatives.page(
                campaign, placement=placement, locales=[locale], accepted=True, limit=100_000
            )
            hidden = never(papers.campaign.limits, touchpoint.channel, variants)
            variants = [v for v in variants if v.id not in hidden]
            chosen[slate] = shortlist(
                variants,
                decisions_expected=contacts(reached, touchpoint, papers, locale),
                explore_share=1.0,  # all of the slate's traffic: the campaign's rule spreads what it cannot tell apart yet
                base_rate=CLICK_RATE,
                mde=papers.campaign.experiment.mde,
                live_max=papers.campaign.policy.live_max,
                must=promised(papers.campaign.limits, touchpoint, variants),
            )
        live = {slate: list(s.chosen) for slate, s in chosen.items()}
        row = msgspec.structs.replace(row, live=live)
        limited = _limited(unit, row, papers, reached)
        hashed = current_hash(unit, row)
        experiment = papers.campaign.experiment
        planned = Planned(
            campaign=campaign,
            plan=hashed,
            reach=reached,
            shortlists=chosen,
            live=sum(len(v) for v in live.values()),
            people_needed=people_needed(experiment.base_rate, experiment.mde, experiment.holdout),
            contacts_expected=sum(
                contacts(reached, t, papers, locale)
                for t in papers.campaign.touchpoints
                for locale in papers.brief.locales
            ),
            limits=limited,
            unreached=missing,
            ladder=ladder(
                papers.campaign,
                papers.brief,
                reached.by_value,
                sum(by_touchpoint(reached, papers).values()) / max(1, reached.reachable),
            ),
        )
        facts: dict[str, Any] = {**row.facts, "plan": msgspec.to_builtins(planned), "authors": authors}
        unit.campaigns.put(msgspec.structs.replace(row, plan=hashed, facts=facts))
        if hashed != the_plan_before(row):
            note(unit, now=now, kind="planned", body={"campaign": campaign, "plan": hashed})
    return planned


def _limited(unit: Unit, row: CampaignRow, papers: Documents, reached: Reach) -> Foreseen | None:
    """What the limits will do with this shortlist. Raises `Faults` with everything that they contradict."""
    campaign = papers.campaign
    if campaign.limits is None:
        return None
    found = unit.creatives.get(row.id, [v for ids in row.live.values() for v in ids])
    slates_of = {slate: [found[v] for v in ids] for slate, ids in row.live.items()}
    raise_if(conflicts(campaign, slates_of, with_frameworks(load(), papers.frameworks).angles))
    in_floor = {floor.id: 0 for floor in campaign.limits.floors}
    if in_floor:
        for state in unit.people.scan():
            if not state.suppressed and matches(state.profile.attributes, campaign.audience):
                for floor in campaign.limits.floors:
                    in_floor[floor.id] += matches(state.profile.attributes, floor.who)
    return foresee(
        campaign,
        papers.brief,
        slates_of,
        planned=by_touchpoint(reached, papers),
        in_floor=in_floor,
        reachable=reached.reachable,
        rate=CLICK_RATE,
    )


def by_touchpoint(reached: Reach, papers: Documents) -> dict[str, float]:
    """The contacts expected at each calendar touchpoint over the whole flight, all languages together."""
    return {
        t.id: float(sum(contacts(reached, t, papers, locale) for locale in papers.brief.locales))
        for t in papers.campaign.touchpoints
        if t.trigger is None
    }


def named(
    papers: Documents, unreached: Mapping[str, Sequence[str]]
) -> list[tuple[dict[str, str], list[dict[str, str]]]]:
    """Touchpoints that reach nobody and the purposes that nobody allows, by the names that people gave them."""
    touchpoints = {t.id: t.name for t in papers.campaign.touchpoints}
    purposes = {p.id: p.name for p in papers.purposes.purposes}
    return [(touchpoints[t], [purposes[p] for p in missing]) for t, missing in unreached.items() if t in touchpoints]


def the_plan_before(row: CampaignRow) -> str:
    return str(row.facts.get("plan", {}).get("plan", ""))


def contacts(reached: Reach, touchpoint: Touchpoint, papers: Documents, locale: str) -> int:
    """How many contacts one touchpoint may expect in one language over the flight, caps shared evenly.

    A person is met at most `per_week` times; the open days of all touchpoints share that allowance.
    """
    campaign: Campaign = papers.campaign
    if touchpoint.trigger is not None:
        return reached.by_touchpoint.get(touchpoint.id, 0)
    treated = reached.by_touchpoint.get(touchpoint.id, 0) * (1 - campaign.experiment.holdout)
    spoken = reached.locales.get(locale, 0) / max(1, sum(reached.locales.values()))
    return int(treated * spoken * contacts_per_person(campaign, papers.brief)[touchpoint.id])


def current_hash(unit: Unit, row: CampaignRow, *, schema: int = WITH_FRAMEWORKS) -> str:
    """The plan's hash over what the row holds now; what joined a running campaign (`engine.join`) is not of the plan."""
    late = row.facts.get("joined", {})
    planned = {slate: [v for v in ids if v not in late.get(slate, ())] for slate, ids in row.live.items()}
    found = unit.creatives.get(row.id, [v for ids in planned.values() for v in ids])
    live = {slate: [found[v] for v in ids if v in found] for slate, ids in planned.items()}
    return plan_hash(documents=row.documents, live=live, checks_version=checked_under(unit, row), schema=schema)


def as_signed(unit: Unit, row: CampaignRow) -> bool:
    """Whether what the row holds is what was signed. What runs may have been signed by the hash of an earlier Gale."""
    if current_hash(unit, row) == row.plan:
        return True
    return row.launched is not None and current_hash(unit, row, schema=PLAN_SCHEMA) == row.plan
