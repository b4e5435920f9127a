"""From one city to everybody in steps: who is in at which stage, what the steps need, what contradicts what.

A stage opens a share of the people with its values, besides what earlier stages opened. Who is within a share is decided
by a keyed hash, as the holdout is, so that every worker agrees without asking and who is in at 10 % stays in at 50 %.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from gale.records.documents import Brief, Campaign, Team
from gale.records.faults import Fault
from gale.records.people import Scalar
from gale.records.stages import AT_LEAST, Guardrail, Rollout, RolloutStage
from gale.stats.rate import size_for

LETTERS = ("email", "sms")  # channels whose messages can be complained of, unsubscribed from, or bounce
EVERYBODY = "*"
_PERSON = b"gale.rollout"  # keeps this draw apart from the holdout's, which has the same key


def entry(rollout: Rollout, key: bytes, person: str, attributes: Mapping[str, Scalar]) -> int | None:
    """The place of the stage at which a person comes in, `None` where no stage reaches her.

    She is in at every later stage too: what a stage opened stays open, and one number decides about all shares.

    >>> rollout = Rollout.model_validate({"by": "city", "stages": [
    ...     {"id": "one", "name": {"en": "One"}, "values": ["brume"]}, {"id": "all", "name": {"en": "All"}}]})
    >>> [entry(rollout, b"k", "p_1", {"city": city}) for city in ("brume", "rade", None)]
    [0, 1, 1]
    """
    value = value_of(rollout, attributes)
    drawn = draw(key, person)
    return next((i for i, s in enumerate(rollout.stages) if covers(s, value) and drawn < s.share), None)


def draw(key: bytes, person: str) -> float:
    """The person's number in [0, 1), the same for the whole campaign."""
    digest = hashlib.blake2b(person.encode(), key=key, digest_size=8, person=_PERSON).digest()
    return int.from_bytes(digest, "big") / 2**64


def value_of(rollout: Rollout, attributes: Mapping[str, Scalar]) -> str:
    """Her value of the attribute that the stages go by, as text; "" where it is not known."""
    value = attributes.get(rollout.by) if rollout.by is not None else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def covers(stage: RolloutStage, value: str) -> bool:
    """Whether the stage opens (a share of) the people with this value; a stage without values means everybody."""
    return not stage.values or value in stage.values


def share_at(rollout: Rollout, stage: int, value: str) -> float:
    """The share of the people with this value who are in at a stage (place from 0); 0 where it has not come to them."""
    return max((s.share for s in rollout.stages[: stage + 1] if covers(s, value)), default=0.0)


def guards(campaign: Campaign) -> list[Guardrail]:
    """The guardrails that this campaign can measure: letters for complaints, a holdout for the lift."""
    if campaign.rollout is None:
        return []
    letters = any(t.channel in LETTERS and t.trigger is None for t in campaign.touchpoints)
    held = campaign.experiment.holdout > 0
    measured = {"click": True, "lift_orders": held}
    return [g for g in campaign.rollout.guardrails if measured.get(g.measure, letters)]


# --- the ladder, worked out before the launch ------------------------------------------------------------------------


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """One stage in figures. `people` are let in by it, `inside` are in altogether (holdout included), `decisions`
    messages a day go to those let in, and the next stage begins after `hours` at the soonest: the written hours, or the
    time until the messages that are needed (`needed`) have been sent and have settled. `None`: never at this pace.
    """

    id: str
    name: dict[str, str]
    share: float
    people: int
    inside: int
    decisions: float
    needed: int
    hours: float | None
    approval: str


class Ladder(msgspec.Struct, frozen=True, kw_only=True):
    """All stages. `outside` people are reached by none; `hours` until the last one begins; `fits`: within the flight.

    `unmeasured` are guardrails that this campaign has no means to watch.
    """

    rungs: tuple[Rung, ...]
    outside: int
    hours: float | None
    fits: bool
    unmeasured: tuple[str, ...]
    advance: str


def ladder(campaign: Campaign, brief: Brief, by_value: Mapping[str, int], contacts: float) -> Ladder | None:
    """The stages with whom they reach and how long each takes; `None` without a roll-out.

    `by_value` counts the reachable by their value ("" not known), `contacts` are the messages expected a reachable
    person over the flight, the holdout counted as none.
    """
    rollout = campaign.rollout
    if rollout is None:
        return None
    kept = guards(campaign)
    total = sum(by_value.values())
    rungs: list[Rung] = []
    before = 0
    for i, stage in enumerate(rollout.stages):
        inside = round(sum(n * share_at(rollout, i, value) for value, n in by_value.items()))
        people, before = inside - before, inside
        pace = people * contacts / brief.flight.days
        needed = max([stage.least_decisions, *(_needed(g, rollout.alpha) for g in kept)])
        hours = (
            None
            if needed and not pace
            else max(stage.least_hours, 24 * needed / pace + rollout.settle_hours if needed else 0)
        )
        rungs.append(
            Rung(
                id=stage.id,
                name=dict(stage.name),
                share=stage.share,
                people=people,
                inside=inside,
                decisions=round(pace, 1),
                needed=needed,
                hours=None if hours is None else round(hours, 1),
                approval=stage.approval,
            )
        )
    known = [r.hours for r in rungs[:-1] if r.hours is not None]
    hours = round(sum(known), 1) if len(known) == len(rungs) - 1 else None
    return Ladder(
        rungs=tuple(rungs),
        outside=total - before,
        hours=hours,
        fits=hours is not None and hours < 24 * brief.flight.days,
        unmeasured=tuple(g.measure for g in rollout.guardrails if g not in kept),
        advance=rollout.advance,
    )


def _needed(guard: Guardrail, alpha: float) -> int:
    """Messages that show a measure to be no worse than `worst` while it is half its limit (rates of messages only)."""
    if guard.worst is None or guard.measure in AT_LEAST:
        return 0
    return size_for(guard.limit / 2, guard.worst, alpha)


# --- contradictions --------------------------------------------------------------------------------------------------


def check_rollout(brief: Brief, campaign: Campaign, team: Team) -> Iterable[Fault]:
    """Every fault of the stages and guardrails, all at once: one stage alone, an attribute or a value that nobody
    declared, a stage that opens nobody new or takes away what was open, more hours than the flight has, a role that
    nobody holds, a limit that cannot be, nothing to measure."""
    rollout = campaign.rollout
    if rollout is None:
        return
    where = "campaign.yaml rollout"
    if len(rollout.stages) < 2:
        yield _fault("rollout.one_stage", f"{where}.stages", count=len(rollout.stages))
    for id, count in Counter(s.id for s in rollout.stages).items():
        if count > 1:
            yield _fault("document.twice", f"{where}.stages", id=id, count=count)
    yield from _values(rollout, campaign)
    yield from _shares(rollout)
    hours, days = sum(s.least_hours for s in rollout.stages[:-1]), brief.flight.days
    if hours >= 24 * days:
        yield _fault("rollout.too_long", f"{where}.stages", hours=hours, days=days)
    held = {role for member in team.members for role in member.roles}
    for stage in rollout.stages:
        if stage.approval not in held:
            yield _fault("team.role_missing", f"{where}.{stage.id}.approval", role=stage.approval)
    yield from _guardrails(rollout, campaign)


def _values(rollout: Rollout, campaign: Campaign) -> Iterable[Fault]:
    where = "campaign.yaml rollout"
    declared = {f.name: f.values for f in campaign.features if f.kind == "category"} | dict(campaign.audience)
    if rollout.by is None:
        if any(s.values for s in rollout.stages):
            yield _fault("rollout.by_missing", f"{where}.by", known=", ".join(declared) or "–")
        return
    if rollout.by not in declared:
        yield _fault("rollout.attribute_unknown", f"{where}.by", attribute=rollout.by, known=", ".join(declared) or "–")
        return
    known = declared[rollout.by]
    for stage in rollout.stages:
        for value in stage.values:
            if value not in known:
                yield _fault("rollout.value_unknown", f"{where}.{stage.id}.values", value=value, known=", ".join(known))


def _shares(rollout: Rollout) -> Iterable[Fault]:
    """Each stage opens more than the ones before: for each of its values, and for everybody where it names none."""
    opened: dict[str, tuple[float, str]] = {}
    for stage in rollout.stages:
        where = f"campaign.yaml rollout.{stage.id}"
        for value, count in Counter(stage.values or [EVERYBODY]).items():
            before = max(opened.get(value, (0.0, "")), opened.get(EVERYBODY, (0.0, "")))
            if count > 1:
                yield _fault("document.twice", f"{where}.values", id=value, count=count)
            said = {"value": value, "other": before[1], "share": f"{stage.share:g}", "before": f"{before[0]:g}"}
            if stage.share < before[0]:
                yield _fault("rollout.shrinks", f"{where}.share", **said)
            elif stage.share == before[0]:
                yield _fault("rollout.overlap", f"{where}.values", value=value, other=before[1])
            opened[value] = max(before, (stage.share, stage.id))


def _guardrails(rollout: Rollout, campaign: Campaign) -> Iterable[Fault]:
    where = "campaign.yaml rollout.guardrails"
    for measure, count in Counter(g.measure for g in rollout.guardrails).items():
        if count > 1:
            yield _fault("document.twice", where, id=measure, count=count)
    for guard in rollout.guardrails:
        least = -1.0 if guard.measure == "lift_orders" else 0.0
        for name, found in (("limit", guard.limit), ("worst", guard.worst)):
            if found is not None and not least < found < 1:
                values = {"found": f"{found:g}", "low": f"{least:g}", "high": "1"}
                yield _fault("rollout.limit_range", f"{where}.{guard.measure}.{name}", **values)
        wrong = guard.worst is not None and (
            guard.worst > guard.limit if guard.measure in AT_LEAST else guard.worst < guard.limit
        )
        if wrong or guard.worst == guard.limit:
            values = {"limit": f"{guard.limit:g}", "worst": f"{guard.worst:g}"}
            code = "rollout.worst_above" if guard.measure in AT_LEAST else "rollout.worst_below"
            yield _fault(code, f"{where}.{guard.measure}.worst", **values)
    if not guards(campaign):
        yield _fault("rollout.unguarded", where, written=", ".join(g.measure for g in rollout.guardrails))


def _fault(code: str, where: str, **values: object) -> Fault:
    return Fault(code=code, values=values, where=where)
