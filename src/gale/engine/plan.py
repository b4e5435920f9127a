"""`gale plan`: who will be contacted and who will not, which variants go live, and the hash that people sign."""

from __future__ import annotations

from typing import Any

import msgspec

from gale import creative
from gale.adapters.catalogue import load
from gale.campaign import Reach, Shortlist, open_days, plan_hash, reach, shortlist
from gale.engine.create import slates, with_author
from gale.engine.notes import note, the_campaign
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Store, Unit
from gale.records.documents import Campaign, Touchpoint
from gale.records.faults import Faults
from gale.stats.power import people_needed

CLICK_RATE = 0.05  # expected answer to one contact before anything is known; stated in the plan


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """The plan in figures. `shortlists` by slate `"touchpoint/locale"`."""

    campaign: str
    plan: str
    reach: Reach
    shortlists: dict[str, Shortlist]
    live: int
    people_needed: int
    contacts_expected: int


def plan(
    store: Store, campaign: str, *, now: int, documents: Documents | None = None, by: str | None = None
) -> Planned:
    """Work out reach, shortlist and hash, and keep them with the campaign.

    `documents` are those on disk now: what concerns audience, caps, purposes and team may have changed since
    `create` and enters the hash; a changed brand or brief must be written again first (`plan.create_first`).
    """
    with store.write() as unit:
        row = the_campaign(unit, campaign)
        if row.status != "draft":
            raise Faults.one("campaign.running", campaign=campaign, status=row.status)
        if documents is not None:
            data = documents.data()
            if any(data[x] != row.documents[x] for x in ("brand", "brief")):
                raise Faults.one("plan.create_first", campaign=campaign)
            row = msgspec.structs.replace(row, documents=data)
        authors = with_author(row, Documents.of(row), by)
        papers = Documents.of(row)
        reached = reach(unit.people.scan(), papers.campaign, papers.purposes, now=now)
        chosen: dict[str, Shortlist] = {}
        for slate, (placement, locale) in slates(papers).items():
            touchpoint = next(t for t in papers.campaign.touchpoints if t.id == slate.split("/")[0])
            variants = unit.creatives.page(
                campaign, placement=placement, locales=[locale], accepted=True, limit=100_000
            )
            chosen[slate] = shortlist(
                variants,
                decisions_expected=contacts(reached, touchpoint, papers, locale),
                explore_share=1.0,  # all of the slate's traffic: the campaign's rule spreads what it cannot tell apart yet
                base_rate=CLICK_RATE,
                mde=papers.campaign.experiment.mde,
                live_max=papers.campaign.policy.live_max,
            )
        live = {slate: list(s.chosen) for slate, s in chosen.items()}
        row = msgspec.structs.replace(row, live=live)
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
        )
        facts: dict[str, Any] = {**row.facts, "plan": msgspec.to_builtins(planned), "authors": authors}
        unit.campaigns.put(msgspec.structs.replace(row, plan=hashed, facts=facts))
        if hashed != the_plan_before(row):
            note(unit, now=now, kind="planned", body={"campaign": campaign, "plan": hashed})
    return planned


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
    return int(treated * spoken * per_person(papers)[touchpoint.id])


def per_person(papers: Documents) -> dict[str, float]:
    """Contacts of each calendar touchpoint with one person over the flight, when its open days share the caps evenly."""
    campaign = papers.campaign
    calendar = [t for t in campaign.touchpoints if t.trigger is None]
    days = {t.id: len(open_days(t, papers.brief)) for t in calendar}
    allowance = campaign.caps.per_week * papers.brief.flight.days / 7
    return {t: min(allowance * n / max(1, sum(days.values())), n) for t, n in days.items()}


def current_hash(unit: Unit, row: CampaignRow) -> str:
    """The plan's hash over what the row holds now."""
    wanted = [v for ids in row.live.values() for v in ids]
    found = unit.creatives.get(row.id, wanted)
    live = {slate: [found[v] for v in ids if v in found] for slate, ids in row.live.items()}
    return plan_hash(documents=row.documents, live=live, checks_version=creative.checks_version(load()))
