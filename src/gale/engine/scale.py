"""`gale scale`: from one city to everybody in steps, each step guarded, taken back by itself when a guardrail is crossed.

Every step is one transaction: the campaign's row, the ledger's line and the counts commit together, after comparing that
nothing has moved since they were read, so that two workers take no step twice and a killed one leaves none half-taken.
The stage binds as the status does: it is read again in the transaction that commits a decision.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import numpy as np

from gale import approval as rules
from gale.campaign.rollout import Ladder, share_at
from gale.decision.snapshot import Snapshot
from gale.engine import evidence
from gale.engine.notes import note, the_campaign
from gale.engine.plan import as_signed
from gale.engine.workspace import Documents
from gale.measurement.guardrails import Counts, Guard, Standing, Tally, judge
from gale.ports.store import CampaignRow, Store, Unit
from gale.records.faults import Fault, Faults, raise_if
from gale.records.rollout import Climb, Step
from gale.records.stages import Rollout
from gale.stats import rate

RUNNING = ("live", "paused")


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """What one look did: the step that was taken, if any, and where the stage in force stood when it looked."""

    campaign: str
    step: Step | None
    standing: Standing


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """One city or region: the share that is let in, what happened there, and its own answers (95 %, at every look)."""

    value: str
    share: float
    tally: Tally
    click: float | None
    click_low: float | None
    click_high: float | None


class Leader(msgspec.Struct, frozen=True, kw_only=True):
    """The variant that a slate's policy expects most of: what the next city starts from."""

    slate: str
    variant: str
    snapshot: str


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """A roll-out as pages show it. `standing` is `None` before the launch; `may` are the team's members (id, name) who
    hold the role of the next stage; `first` says that going on means to start the first stage again."""

    campaign: str
    status: str
    advance: str
    alpha: float
    settle_hours: int
    ladder: Ladder | None
    climb: Climb | None
    standing: Standing | None
    regions: tuple[Region, ...]
    leaders: tuple[Leader, ...]
    role: str
    may: tuple[tuple[str, str], ...]
    now: int

    @property
    def ready(self) -> bool:
        """Nothing but a person's button (or the clock) is missing for the next step."""
        if self.climb is None or self.standing is None:
            return False
        return self.climb.held == "paused" or (self.status == "live" and not self.standing.waits)


def begin(unit: Unit, row: CampaignRow, papers: Documents, *, now: int) -> CampaignRow:
    """The first stage of a campaign that is being launched, inside its transaction; as it is without a roll-out."""
    rollout = papers.campaign.rollout
    if rollout is None:
        return row
    step = Step(number=1, time=now, kind="stage", left="", to=rollout.stages[0].id)
    climb = Climb(steps=(_noted(unit, row, papers, step, now),))
    row = msgspec.structs.replace(row, climb=climb)
    unit.campaigns.put(row)
    return row


def watch(store: Store, campaign: str, *, now: int) -> Watched | None:
    """Look once: fold what is new, go back a stage where a guardrail is crossed, or on where the plan lets the clock.

    May be called by any worker, as often as it likes; `None` for a campaign that has no roll-out or does not run, or
    where another worker was faster. Raises `Faults` `campaign.unknown`.
    """
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        if row.climb is None or row.status not in RUNNING:
            return None
        papers = Documents.of(row)
        before = evidence.kept(unit, campaign)
        counts = evidence.fold(unit, row, papers, before or _nothing(row.climb))
        found = judge(papers.campaign, counts, row.climb, now=now, heard=unit.outcomes.newest())
        step = _due(unit, row, papers, found, now)
    if step is None and counts == before:
        return Watched(campaign=campaign, step=None, standing=found)
    with store.write() as unit:
        fresh = the_campaign(unit, campaign)
        if (fresh.climb, fresh.status) != (row.climb, row.status) or evidence.kept(unit, campaign) != before:
            return None
        if step is not None:
            row = _taken(unit, fresh, papers, step, now)
            assert row.climb is not None
            step, counts = row.climb.steps[-1], counts.under(row.climb)
        evidence.keep(unit, campaign, counts)
    return Watched(campaign=campaign, step=step, standing=found)


def advance(store: Store, campaign: str, *, by: str, reason: str, now: int, sandbox: bool = False) -> Step:
    """A person takes the next step, or lets a campaign go on that was taken back.

    Raises `Faults` with everything that is in the way: the stage's time, messages and guardrails, a signature of the
    plan that no longer stands, a role she does not hold; `scale.reason` after a step back, which only a person with a
    reason undoes.
    """
    with store.write() as unit:
        row, papers, rollout, climb = _running(unit, campaign)
        again = climb.held == "paused"
        counts = evidence.fold(unit, row, papers, evidence.kept(unit, campaign) or _nothing(climb))
        found = judge(papers.campaign, counts, climb, now=now, heard=unit.outcomes.newest())
        faults = [] if again else list(found.waits)
        if row.status == "paused" and not again:
            faults.append(Fault(code="scale.paused", values={"campaign": campaign}))
        if climb.held and not reason.strip():
            faults.append(Fault(code="scale.reason"))
        target = rollout.stages[min(climb.stage + (not again), len(rollout.stages) - 1)]
        faults += rules.admissible(
            papers.team, target.approval, by, "signed", reason.strip() or "–", frozenset(), sandbox=sandbox
        )
        faults += _signatures(unit, row, papers, now)
        raise_if(faults)
        left = "" if again else rollout.stages[climb.stage].id
        step = Step(
            number=climb.number + 1, time=now, kind="stage", left=left, to=target.id, by=by, role=target.approval,
            reason=reason.strip(),
        )  # fmt: skip
        row = _taken(unit, row, papers, step, now)
        assert row.climb is not None
        evidence.keep(unit, campaign, counts.under(row.climb))
        return row.climb.steps[-1]


def back(store: Store, campaign: str, *, by: str, reason: str, now: int, sandbox: bool = False) -> Step:
    """A person takes a step back, whatever her role: to the stage before, or to a pause where there is none.

    Raises `Faults` `scale.reason`, `approval.unknown_person`, `scale.held` where it waits paused already.
    """
    with store.write() as unit:
        row, papers, rollout, climb = _running(unit, campaign)
        faults: list[Fault] = []
        if not reason.strip():
            faults.append(Fault(code="scale.reason"))
        member = next((m for m in papers.team.members if m.id == by), None)
        if member is None or (member.sandbox and not sandbox):
            known = ", ".join(m.id for m in papers.team.members)
            faults.append(Fault(code="approval.unknown_person", values={"person": by, "known": known}))
        if climb.held == "paused":
            faults.append(Fault(code="scale.held"))
        raise_if(faults)
        step = _backwards(rollout, climb, now, by=by, reason=reason.strip())
        row = _taken(unit, row, papers, step, now)
        assert row.climb is not None
        counts = evidence.fold(unit, row, papers, evidence.kept(unit, campaign) or _nothing(climb))
        evidence.keep(unit, campaign, counts)
        return row.climb.steps[-1]


def standing(store: Store, campaign: str, *, now: int) -> Scale | None:
    """Where the roll-out stands, to be looked at; writes nothing. `None` for a campaign without one."""
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        papers = Documents.of(row)
        rollout = papers.campaign.rollout
        if rollout is None:
            return None
        climb, found, counts = row.climb, None, None
        if climb is not None:
            counts = evidence.fold(unit, row, papers, evidence.kept(unit, campaign) or _nothing(climb))
            found = judge(papers.campaign, counts, climb, now=now, heard=unit.outcomes.newest())
        place = 0 if climb is None else climb.stage + (climb.held != "paused")
        target = rollout.stages[min(place, len(rollout.stages) - 1)]
        kept = row.facts.get("plan", {}).get("ladder")
        return Scale(
            campaign=campaign,
            status=row.status,
            advance=rollout.advance,
            alpha=rollout.alpha,
            settle_hours=rollout.settle_hours,
            ladder=None if kept is None else msgspec.convert(kept, Ladder),
            climb=climb,
            standing=found,
            regions=_regions(rollout, climb, counts),
            leaders=_leaders(unit, campaign),
            role=target.approval,
            may=tuple((m.id, m.name) for m in papers.team.members if target.approval in m.roles),
            now=now,
        )


def resumable(row: CampaignRow) -> None:
    """Raises `Faults` `scale.held` for a campaign that only `advance` lets go on."""
    if row.climb is not None and row.climb.held == "paused":
        raise Faults.one("scale.held")


def _due(unit: Unit, row: CampaignRow, papers: Documents, found: Standing, now: int) -> Step | None:
    """The step that takes itself: back where a guardrail is crossed, on where nothing waits and the plan says `auto`."""
    climb, rollout = row.climb, papers.campaign.rollout
    assert climb is not None
    assert rollout is not None
    if climb.held == "paused":
        return None
    if found.crossed is not None:
        return _backwards(rollout, climb, now, guard=found.crossed)
    if rollout.advance != "auto" or climb.held or row.status != "live" or found.waits:
        return None
    if _signatures(unit, row, papers, now):
        return None
    left, to = rollout.stages[climb.stage], rollout.stages[climb.stage + 1]
    return Step(number=climb.number + 1, time=now, kind="stage", left=left.id, to=to.id, role=to.approval)


def _backwards(
    rollout: Rollout, climb: Climb, now: int, *, guard: Guard | None = None, by: str = "", reason: str = ""
) -> Step:
    told: dict[str, Any] = {}
    if guard is not None:
        told = {
            "measure": guard.measure,
            "view": guard.view,
            "bound": guard.bound,
            "limit": guard.limit,
            "n": guard.n,
            "events": guard.events,
        }
    to = rollout.stages[climb.stage - 1].id if climb.stage else ""
    left = rollout.stages[climb.stage].id
    return Step(number=climb.number + 1, time=now, kind="rolled_back", left=left, to=to, by=by, reason=reason, **told)


def _taken(unit: Unit, row: CampaignRow, papers: Documents, step: Step, now: int) -> CampaignRow:
    """The row after a step, kept together with the step's line in the ledger."""
    climb, rollout = row.climb, papers.campaign.rollout
    assert climb is not None
    assert rollout is not None
    step = _noted(unit, row, papers, step, now)
    anew = step.kind == "rolled_back" or climb.held == "paused"
    held: Literal["", "back", "paused"] = ""
    if step.kind == "rolled_back":
        held = "back" if step.to else "paused"
    place = next((i for i, s in enumerate(rollout.stages) if s.id == step.to), 0)
    climb = Climb(
        stage=place,
        number=step.number,
        first=step.number if anew else climb.first,
        held=held,
        steps=(*climb.steps, step),
    )
    status = "paused" if held == "paused" else "live" if step.kind == "stage" else row.status
    row = msgspec.structs.replace(row, climb=climb, status=status)
    unit.campaigns.put(row)
    return row


def _noted(unit: Unit, row: CampaignRow, papers: Documents, step: Step, now: int) -> Step:
    """The step with the number of its line in the ledger, which names roles and no person."""
    stages = papers.campaign.rollout.stages if papers.campaign.rollout else []
    body: dict[str, Any] = {"campaign": row.id, "step": step.number, "from": step.left, "to": step.to}
    if step.kind == "stage":
        share = next((s.share for s in stages if s.id == step.to), 1.0)
        # What was learned so far travels along: these policies serve the newcomers, and explore among them.
        policies = {s.kind: s.id for s in unit.snapshots.latest(row.id)}
        body |= {"share": share, "plan": row.plan, "policies": policies, "role": step.role}
    elif step.measure:
        body |= {
            "measure": step.measure,
            "among": step.view,
            "bound": None if step.bound is None else round(step.bound, 6),
            "limit": step.limit,
            "events": step.events,
            "n": step.n,
        }
    body |= {"by": "person" if step.by else "gale", "reason": step.reason}
    line = note(unit, now=now, kind=step.kind, body=body)
    return msgspec.structs.replace(step, line=line.seq)


def _running(unit: Unit, campaign: str) -> tuple[CampaignRow, Documents, Rollout, Climb]:
    row = the_campaign(unit, campaign)
    papers = Documents.of(row)
    if papers.campaign.rollout is None:
        raise Faults.one("scale.none", campaign=campaign)
    if row.climb is None or row.status not in RUNNING:
        raise Faults.one("scale.not_running", campaign=campaign, status=row.status)
    return row, papers, papers.campaign.rollout, row.climb


def _signatures(unit: Unit, row: CampaignRow, papers: Documents, now: int) -> list[Fault]:
    """What is missing of the approvals that hold the stages: the plan as signed, and each signature on it, still."""
    if not as_signed(unit, row):
        return [Fault(code="plan.changed", values={"campaign": row.id})]
    found = rules.verdicts(unit.approvals.of(row.id), row.plan, papers.team, now)
    return [Fault(code=f"launch.{v.state}", where=v.role) for v in found if v.state != "signed"]


def _nothing(climb: Climb) -> Counts:
    return Counts(number=climb.number, first=climb.first)


def _regions(rollout: Rollout, climb: Climb | None, counts: Counts | None) -> tuple[Region, ...]:
    """Each value that the stages name or that was met, in the plan's order."""
    met = {} if counts is None else counts.regions
    named = [value for stage in rollout.stages for value in stage.values]
    found = []
    for value in dict.fromkeys([*named, *sorted(met)]):
        tally = met.get(value, Tally())
        n = tally.shown
        found.append(
            Region(
                value=value,
                share=share_at(rollout, climb.stage, value) if climb is not None else 0.0,
                tally=tally,
                click=tally.click / n if n else None,
                click_low=rate.lowest(tally.click, n, 0.025) if n else None,
                click_high=rate.highest(tally.click, n, 0.025) if n else None,
            )
        )
    return tuple(found)


def _leaders(unit: Unit, campaign: str) -> tuple[Leader, ...]:
    found = []
    for record in unit.snapshots.latest(campaign):
        snapshot = Snapshot.load(record)
        best = snapshot.arms[int(np.argmax(snapshot.rates))]
        found.append(Leader(slate=record.kind, variant=best, snapshot=record.id))
    return tuple(found)
