"""`gale report`: what the campaign caused, told the same way whether it is good news or not.

`people` says who counts, `figures` the lift and what surrounds it, `cuts` the angles and audiences, `alarms` what must
be looked at first, `sentences` what follows in words; here they are put together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gale.engine.notes import the_campaign
from gale.engine.report import cuts, figures
from gale.engine.report.alarms import ring, told_alarms
from gale.engine.report.people import counted
from gale.engine.report.sentences import headline, sentences, world
from gale.engine.workspace import Documents
from gale.measurement import Heard, lift
from gale.ports.store import Store, Unit
from gale.records.decision import Outcome

__all__ = ["headline", "report", "world"]

PAGE = 4_000  # rows decoded at once


def report(store: Store, campaign: str, *, now: int) -> dict[str, Any]:
    """Everything the report says, as JSON-able data. A person counts once her window has closed, by intention to treat.

    Money in `lift` is in cents, in `cost` in the currency's own unit. Intervals are always-valid at 95 %; `None` where
    there is nothing to say yet. An alarm of severity "stop" withholds what the comparison would say: the intervals are
    then under `lift.withheld`. Raises `Faults` `campaign.unknown`.
    """
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        papers = Documents.of(row)
        experiment = papers.campaign.experiment
        launched = row.launched or row.created
        bought: list[Outcome] = []
        heard = Heard.of(_outcomes(unit, bought), launched=launched, now=now)
        who = counted(unit, papers, bought, launched=launched, now=now)
        shown = cuts.read_shown(unit, campaign, papers, gone=who.gone, heard=heard.last, now=now)
        treated, holdout = who.both(who.closed)
        plan = row.facts.get("plan", {})
        planned_n = max(200, int(plan.get("reach", {}).get("reachable", 0)))
        measured = lift(
            treated,
            holdout,
            planned_n=planned_n,
            base_rate=experiment.base_rate,
            mde=experiment.mde,
            share=experiment.holdout,
        )
        alarms = ring(who, heard, shown, measured, share=experiment.holdout, launched=launched, now=now)
        stopped = next((a.code for a in alarms if a.severity == "stop"), None)
        told_lift = figures.lift_figures(measured, who, planned_n=planned_n, stopped=stopped)
        told: dict[str, Any] = {
            "schema": 1,
            "sandbox": row.simulated,
            "brand": {"name": papers.brand.name},
            "campaign": {
                "id": campaign,
                "title": papers.brief.title,
                "status": row.status,
                "start": papers.brief.flight.start.isoformat(),
                "days": papers.brief.flight.days,
            },
            "generated_at": now,
            "variants": figures.variants(row),
            "approvals": figures.approvals(unit, row, papers),
            "plan": row.plan,
            "team_mode": papers.team.mode,
            "people": figures.people(unit, row, len(who.closed)),
            "decisions": figures.decisions(unit.decisions.tally(campaign)),
            "alarms": told_alarms(alarms, papers),
            "lift": told_lift,
            "known": {"history": who.history, "attributes": list(who.attributes), "redescribed": who.redescribed},
            "outcomes": figures.outcomes(heard, shown, who, now=now),
            "cost": figures.cost(unit, campaign, papers, told_lift),
            "power": figures.power(measured, told_lift, experiment),
            "by_angle": cuts.by_angle(shown, expected=int(plan.get("contacts_expected", 0))),
            "by_audience": [] if stopped else cuts.by_audience(papers, who, planned_n=planned_n),
            "missing": who.missing,
            "split": figures.split(treated, holdout, who.missing, experiment.holdout),
            "gate": figures.gate(unit, campaign),
            "ledger": {"entries": unit.ledger.count(), "verified": None, "first_bad": None},
            "timings": {},
        }
    told["learned"], told["unknown"] = sentences(told)
    return told


def _outcomes(unit: Unit, bought: list[Outcome]) -> Iterator[Outcome]:
    """Every outcome once, a page at a time; orders and refunds are kept in `bought`."""
    after = 0
    while rows := unit.outcomes.scan(after=after, limit=PAGE):
        after = rows[-1][0]
        for _, outcome in rows:
            if outcome.kind in ("order", "refund"):
                bought.append(outcome)
            yield outcome
