"""`gale rehearse`: what a synthetic public might do. Kept beside the plan, dated; never called a result."""

from __future__ import annotations

import msgspec
import numpy as np

from gale import rehearsal
from gale.campaign import contacts_per_person
from gale.engine.notes import note, the_campaign
from gale.engine.workspace import Documents
from gale.ports.store import Store
from gale.records.faults import Faults
from gale.rehearsal import Forecast


def rehearse(store: Store, campaign: str, *, now: int, seed: int) -> Forecast:
    """Rehearse the plan as it stands and keep the forecast. Raises `Faults` `plan.missing`."""
    with store.write() as unit:
        row = the_campaign(unit, campaign)
        planned = row.facts.get("plan")
        if not row.plan or planned is None:
            raise Faults.one("plan.missing", campaign=campaign)
        papers = Documents.of(row)
        meets = contacts_per_person(papers.campaign, papers.brief)
        forecast = rehearsal.rehearse(
            people=planned["reach"]["reachable"],
            eligible_by_touchpoint={t: planned["reach"]["by_touchpoint"].get(t, 0) for t in meets},
            days=papers.brief.flight.days,
            base_rate=papers.campaign.experiment.base_rate,
            holdout=papers.campaign.experiment.holdout,
            contacts_per_person=meets,
            rng=np.random.default_rng(seed),
        )
        facts = {**row.facts, "rehearsal": {"time": now, "plan": row.plan, **msgspec.to_builtins(forecast)}}
        unit.campaigns.put(msgspec.structs.replace(row, facts=facts))
        note(unit, now=now, kind="rehearsed", body={"campaign": campaign, "plan": row.plan, "seed": seed})
    return forecast
