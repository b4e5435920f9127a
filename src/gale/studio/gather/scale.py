"""The roll-out's page: stages, guardrails, cities, and the steps that were taken."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gale.engine import scale as scale_verb
from gale.engine.workspace import Documents
from gale.measurement.guardrails import Guard
from gale.ports.store import CampaignRow, Store
from gale.records.faults import Fault
from gale.records.rollout import Step
from gale.records.stages import AT_LEAST, Rollout
from gale.studio import views_scale as v
from gale.studio.gather.shelf import short, words_of
from gale.words import Words


def scale(store: Store, row: CampaignRow, words: Words, *, now: int, typed: str = "", error: str = "") -> v.Scale:
    """The page; a campaign without stages has the finding `none`. `typed` and `error` are of a form that was refused."""
    papers = Documents.of(row)
    found = scale_verb.standing(store, row.id, now=now)
    rollout = papers.campaign.rollout
    if found is None or rollout is None:
        return v.Scale(campaign=row.id, status=row.status, finding="none")
    climb, standing = found.climb, found.standing
    place = climb.stage if climb is not None else -1
    ladder = found.ladder
    rungs = tuple(
        v.Rung(
            id=rung.id,
            name=rung.name,
            share=rung.share,
            people=rung.people,
            inside=rung.inside,
            hours=None if i + 1 == len(ladder.rungs) else rung.hours,
            role=rung.approval,
            state="here" if i == place else "passed" if i < place else "to_come",
        )
        for i, rung in enumerate(ladder.rungs)
    ) if ladder is not None else ()  # fmt: skip
    return v.Scale(
        campaign=row.id,
        status=row.status,
        finding=_finding(found, len(rollout.stages)),
        advance=found.advance,
        alpha=found.alpha,
        settle_hours=found.settle_hours,
        place=max(0, place),
        rungs=rungs,
        guards=tuple(_guard(g) for g in standing.guards) if standing else (),
        waits=tuple(_wait(f, words) for f in standing.waits) if standing and climb and climb.held != "paused" else (),
        regions=tuple(_region(r) for r in found.regions) if rollout.by else (),
        leaders=_leaders(store, row, papers, found) if climb is not None else (),
        steps=tuple(_step(s, rollout, papers) for s in reversed(climb.steps)) if climb is not None else (),
        role=found.role,
        may=found.may,
        members=tuple((m.id, m.name) for m in papers.team.members),
        outside=ladder.outside if ladder else 0,
        asks_reason=bool(climb and climb.held),
        typed=typed,
        error=error,
    )


def _wait(wait: Fault, words: Words) -> str:
    counts = {name: words.number(n) if isinstance(n, int) else n for name, n in wait.values.items()}
    return words.fault(msgspec.structs.replace(wait, values=counts))


def _finding(found: scale_verb.Scale, stages: int) -> str:
    climb, standing = found.climb, found.standing
    if climb is None or standing is None:
        return "draft"
    if found.status not in scale_verb.RUNNING:
        return "over"
    if climb.held == "paused":
        return "paused"
    if standing.crossed is not None:
        return "crossed"
    if climb.stage + 1 == stages:
        return "last"
    if found.ready:
        return "ready"
    return "back" if climb.held else "waiting"


def _guard(guard: Guard) -> v.Guard:
    watched = guard.worst is None and not guard.crossed
    state = "crossed" if guard.crossed else "watched" if watched else "clear" if guard.clear else "waiting"
    return v.Guard(
        guard.measure, guard.view, guard.limit, guard.worst, guard.events, guard.n, guard.estimate, guard.low,
        guard.high, state,
    )  # fmt: skip


def _region(region: scale_verb.Region) -> v.Region:
    click = None
    if region.click is not None and region.click_low is not None and region.click_high is not None:
        click = (region.click, region.click_low, region.click_high)
    tally = region.tally
    return v.Region(region.value, region.share, tally.shown, tally.complained, tally.unsubscribed, click)


def _leaders(store: Store, row: CampaignRow, papers: Documents, found: scale_verb.Scale) -> tuple[v.Leader, ...]:
    names: Mapping[str, v.Text] = {t.id: t.name for t in papers.campaign.touchpoints if t.trigger is None}
    with store.read() as unit:
        variants = unit.creatives.get(row.id, [leader.variant for leader in found.leaders])
    told = []
    for leader in found.leaders:
        touchpoint, _, locale = leader.slate.partition("/")
        variant = variants.get(leader.variant)
        if variant is not None and touchpoint in names:
            told.append(v.Leader(names[touchpoint], locale, short(variant), words_of(variant), leader.snapshot))
    return tuple(told)


def _step(step: Step, rollout: Rollout, papers: Documents) -> v.Step:
    names: Mapping[str, v.Text] = {s.id: s.name for s in rollout.stages}
    kind = "begin" if not step.left else "stage"
    if step.kind == "rolled_back":
        kind = "back" if step.to else "paused"
    guard = None
    if step.measure:
        least = step.measure in AT_LEAST
        low, high = (None, step.bound) if least else (step.bound, None)
        limit = 0.0 if step.limit is None else step.limit
        guard = v.Guard(step.measure, step.view, limit, None, step.events, step.n, None, low, high, "crossed")
    by = next((m.name for m in papers.team.members if m.id == step.by), step.by)
    return v.Step(
        step.time, kind, names.get(step.left, {}), names.get(step.to, {}), by, step.role, step.reason, guard, step.line
    )
