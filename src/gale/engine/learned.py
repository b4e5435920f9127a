"""`gale report --today`: what was learned up to last midnight, by angle and by slot, and the one sentence of the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import time as of_day
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from gale.decision.explain import believed
from gale.decision.learner import together
from gale.engine.learn import LATE_MS, read_state
from gale.engine.learned_words import about, compared_with, group_words, sentence, title
from gale.engine.notes import the_campaign
from gale.engine.report.plain import interval
from gale.engine.workspace import Documents
from gale.measurement.learned import Answers, Cell, Contribution, Learned, Option, contributions, day, options_of
from gale.ports.store import CampaignRow, Store, Unit
from gale.records.creative import Variant
from gale.records.decision import Decision

DAY_MS = 86_400_000
PAGE = 4_000  # rows decoded at once
SURE = 1.96  # standard deviations of the model's belief that are shown to each side


@dataclass(frozen=True)
class Log:
    """What was read of a campaign's closed messages: how far, and the sums. Reading goes on where it stopped."""

    cursor: int = 0
    cells: Mapping[Cell, Answers] = field(default_factory=dict)


def midnight(now: int, zone: str) -> int:
    """The last local midnight, in ms."""
    here = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(zone))
    return int(datetime.combine(here.date(), of_day(), ZoneInfo(zone)).timestamp() * 1000)


def read(unit: Unit, row: CampaignRow, papers: Documents, log: Log, *, now: int) -> Log:
    """The sums of all messages whose windows have closed, in commit order, from where `log` stopped.

    A window has closed once it is over, its answers had time to arrive, and news from behind it has come: the rule by
    which the policies learn. Answers that come later still are left out of what is read in one go with this.
    """
    window = papers.campaign.policy.window_hours * 3_600_000
    zone = ZoneInfo(papers.campaign.timezone)
    named = next((f.name for f in papers.campaign.features if f.kind == "category"), None)
    heard = unit.outcomes.newest() or 0
    cells = defaultdict(Answers, {cell: answers + Answers() for cell, answers in log.cells.items()})
    cursor, waiting = log.cursor, False
    days: dict[int, int] = {}
    while not waiting and (rows := unit.decisions.scan(row.id, after=cursor, limit=PAGE, shown=True)):
        closed: list[Decision] = []
        for seq, decision in rows:
            if decision.time + window + LATE_MS > now or decision.time + window > heard:
                waiting = True
                break
            cursor = seq
            # One of a forgotten person describes her no longer; one that a signal asked for was no choice of ours.
            if "locale" in decision.inputs and "trigger" not in decision.inputs:
                closed.append(decision)
        answered = unit.outcomes.of_decisions([d.id for d in closed])
        for one in closed:
            ends = one.time + window
            hour = (ends + LATE_MS) // 3_600_000
            if hour not in days:
                days[hour] = datetime.fromtimestamp(hour * 3600, UTC).astimezone(zone).toordinal()
            cell = Cell(
                days[hour],
                f"{one.touchpoint}/{one.inputs['locale']}",
                one.eligible,
                one.variant or "",
                str(one.inputs["features"].get(named) or "") if named else "",
            )
            told = answered.get(one.id, ())
            hit = any(o.kind == papers.campaign.policy.objective and one.time <= o.time < ends for o in told)
            cells[cell].see(hit, one.propensity)
    return Log(cursor, dict(cells))


def lesson(unit: Unit, row: CampaignRow, papers: Documents, log: Log, *, now: int) -> Learned:
    """What the closed messages say up to last midnight, against what they said the midnight before."""
    until = midnight(now, papers.campaign.timezone)
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(papers.campaign.timezone)).toordinal()
    found = unit.creatives.get(row.id, sorted({v for cell in log.cells for v in cell.eligible}))
    options = {name: options_of(variant) for name, variant in found.items()}
    planned = int(row.facts.get("plan", {}).get("contacts_expected", 0))
    told = {cell: answers for cell, answers in log.cells.items() if cell.day < today}
    last = max((cell.day for cell in told), default=0)
    now_known = contributions(told, options, planned_n=planned)
    before = contributions({c: a for c, a in told.items() if c.day < today - 1}, options, planned_n=planned)
    return Learned(
        until=until,
        day=day(now_known, before),
        contributions=tuple(now_known),
        messages=sum(a.n for a in told.values()),
        answered=sum(a.answered for a in told.values()),
        over=bool(told) and last < today - 2,
    )


def learned(store: Store, campaign: str, *, now: int) -> dict[str, Any]:
    """The lesson of the day as JSON-able data. Raises `Faults` `campaign.unknown`."""
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        papers = Documents.of(row)
        return tell(unit, row, papers, lesson(unit, row, papers, read(unit, row, papers, Log(), now=now), now=now))


def tell(unit: Unit, row: CampaignRow, papers: Documents, of: Learned) -> dict[str, Any]:
    """A lesson as JSON-able data: the sentence in both languages, and every comparison with its interval.

    `believed` is what the policy's model expects (mean, and 1.96 standard deviations to each side): what it acts on,
    not what is proven. `None` where it has no say.
    """
    found = unit.creatives.get(row.id, sorted({v for ids in row.live.values() for v in ids}))
    beliefs = _beliefs(unit, row, found, [c.option for c in of.contributions])
    objective = papers.campaign.policy.objective
    return {
        "schema": 1,
        "campaign": row.id,
        "simulated": row.simulated,
        "objective": objective,
        "until": of.until,
        "state": of.day.state,
        "over": of.over,
        "messages": of.messages,
        "answered": of.answered,
        "compared": len(of.contributions),
        "said": sentence(of, objective, found),
        "new": [_name(c) for c in of.day.new],
        "lost": [_name(c) for c in of.day.lost],
        "contributions": [
            {
                "kind": c.option.kind,
                "value": c.option.value,
                "group": c.group,
                "name": about(c, found),
                "of": title(c.option.kind),
                "among": group_words(c.group),
                "n": c.n,
                "answered": c.answered,
                "rate": c.rate,
                "average": c.average,
                "relative": interval(c.relative),
                "verdict": c.verdict,
                "evidence": c.evidence,
                "level": c.level,
                "alike": [compared_with(o, found) for o in c.alike],
                "believed": beliefs.get(c.option) if not c.group else None,
            }
            for c in of.contributions
        ],
    }


def _name(of: Contribution) -> dict[str, str]:
    return {"kind": of.option.kind, "value": of.option.value, "group": of.group}


def _beliefs(
    unit: Unit, row: CampaignRow, found: Mapping[str, Variant], wanted: Sequence[Option]
) -> dict[Option, dict[str, float]]:
    """What the model of all slates together expects of each option, over the people seen so far."""
    state = read_state(unit, row.id)
    if state is None or not any(learner.n for learner in state.learners.values()):
        return {}
    learners = list(together(state.learners).values())
    people = np.sum([learner.tally.gram[:, 0].sum(axis=0) for learner in learners], axis=0)
    people = people / max(1.0, people[0])
    arms = [arm for learner in learners for arm in learner.ids]
    beliefs: dict[Option, dict[str, float]] = {}
    for option in wanted:
        having = {name for name, variant in found.items() if option in options_of(variant)}
        told = believed(learners[0].fitted, arms, having, people)
        if told is not None:
            mean, deviation = told
            beliefs[option] = {"estimate": mean, "low": mean - SURE * deviation, "high": mean + SURE * deviation}
    return beliefs
