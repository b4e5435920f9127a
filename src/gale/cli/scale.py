"""`gale scale`: the stages of a roll-out as a picture for people, one step on or back, and the stages within the plan."""

from __future__ import annotations

from datetime import UTC, datetime

import click
import msgspec

from gale.campaign.rollout import Ladder
from gale.cli.common import Out, the_one_campaign, verb, workspace
from gale.engine import scale as scale_verb
from gale.engine.scale import Scale
from gale.measurement.guardrails import Guard
from gale.records.faults import Faults
from gale.records.rollout import Step
from gale.records.stages import AT_LEAST
from gale.words import Words

WIDTH = 32  # columns of a guardrail's bar


@click.command()
@click.argument("campaign", required=False, default=None)
@click.option("--advance", is_flag=True, help="One stage on, in the role that the plan asks for.")
@click.option("--back", is_flag=True, help="One stage back; from the first one: paused.")
@click.option("--as", "by", default="", metavar="MEMBER", help="Your id in team.yaml.")
@click.option("--reason", default="", help="For the ledger; going back, and going on after that, need one.")
@verb
def scale(out: Out, campaign: str | None, advance: bool, back: bool, by: str, reason: str) -> None:
    """Where the roll-out stands: stages, guardrails with their bounds, what the next stage waits for."""
    if advance and back:
        raise Faults.one("scale.both")
    with workspace() as ws:
        name, now = the_one_campaign(ws, campaign), ws.clock.now()
        step: Step | None = None
        if advance or back:
            act = scale_verb.advance if advance else scale_verb.back
            step = act(ws.store, name, by=by, reason=reason, now=now, sandbox=ws.settings.sandbox)
            out.say(told(step, out.words))
        found = scale_verb.standing(ws.store, name, now=now)
        if found is None:
            out.say("This campaign has no stages: everybody is in at once. How to add some: docs/scale.md")
        else:
            show(out, found)
        out.done({"scale": found, "step": step})


def watched(out: Out, found: scale_verb.Watched | None) -> None:
    """What a look at the guardrails did, where it did something."""
    if found is not None and found.step is not None:
        out.say(told(found.step, out.words))


def told(step: Step, words: Words) -> str:
    """One step in a sentence."""
    if step.kind == "stage":
        return words("Stage “{to}” begins.", to=step.to)
    if step.measure:
        w = words
        why = w("{measure}: {bound} for certain, where the limit is {limit} ({events} among {n}).",
                measure=w(f"guardrail.{step.measure}"), bound=figure(w, step.measure, step.bound),
                limit=figure(w, step.measure, step.limit), events=w.number(step.events), n=w.number(step.n))  # fmt: skip
    else:
        why = step.reason
    if not step.to:
        return words("Taken back from “{left}”: the campaign is paused. {why}", left=step.left, why=why)
    return words("Taken back from “{left}” to “{to}”. {why}", left=step.left, to=step.to, why=why)


def figure(words: Words, measure: str, value: float | None) -> str:
    """A guardrail's value: a share with two decimals, a relative difference with its sign."""
    if value is None:
        return "–"
    if measure == "lift_orders":
        return words.percent(value, 0, sign=True)
    return words.percent(value, 2)


def show(out: Out, found: Scale) -> None:
    """The ladder, the guardrails, what is waited for."""
    w = out.words
    climb = found.climb
    for i, rung in enumerate(found.ladder.rungs if found.ladder else ()):
        here = climb is not None and climb.stage == i
        state = w("in force") if here else w("passed") if climb is not None and i < climb.stage else w("to come")
        out.line(
            f"  {'>' if here else ' '} {i + 1}  {w.text(rung.name):<28.28} {w.percent(rung.share):>6}  "
            + w("{n} people in", n=w.number(rung.inside))
            + f"  {state}"
        )
    if found.standing is None or climb is None:
        out.say("Not launched yet.")
        return
    if climb.steps:
        last = climb.steps[-1]
        at = datetime.fromtimestamp(last.time / 1000, UTC).strftime("%Y-%m-%d %H:%M")
        out.line(f"{at} UTC  {told(last, w)}")
    out.say("Guardrails")
    for guard in found.standing.guards:
        out.line(f"  {w('guardrail.' + guard.measure):<22.22} {bar(guard)}  {_bounds(guard, w)}")
    if climb.held == "paused":
        out.say("It goes on only when a person says why: gale scale --advance --as MEMBER --reason …")
    elif found.ready:
        out.say("The next stage may begin: gale scale --advance --as MEMBER")
    else:
        out.say("The next stage waits for:")
        for wait in found.standing.waits:
            counts = {name: w.number(n) if isinstance(n, int) else n for name, n in wait.values.items()}
            out.line(f"  {w.fault(msgspec.structs.replace(wait, values=counts))}")
        if climb.held:
            out.say("It was taken back: whoever lets it go on says why.")


def _bounds(guard: Guard, w: Words) -> str:
    limit = figure(w, guard.measure, guard.limit)
    least = w("at least {limit}", limit=limit) if guard.measure in AT_LEAST else w("at most {limit}", limit=limit)
    state = w("crossed") if guard.crossed else w("clear") if guard.clear else w("not clear yet")
    low, high = figure(w, guard.measure, guard.low), figure(w, guard.measure, guard.high)
    return w("{low} to {high}, {least}: {state}", low=low, high=high, least=least, state=state)


def bar(guard: Guard) -> str:
    """The interval on a scale of its own, with the limit as a bar and what could not be borne as a double one.

    >>> bar(Guard(measure="complained", limit=0.001, worst=0.003, view="newcomers", events=1, n=4000, estimate=0.00025,
    ...     low=0.0, high=0.0018, crossed=False, clear=True))
    '[--o-----|-----        #       ]'
    """
    low, high = (-0.5, 0.5) if guard.measure == "lift_orders" else (0.0, 4 * guard.limit)
    if guard.worst is not None and guard.measure != "lift_orders":
        high = max(high, 1.3 * guard.worst)
    inner = WIDTH - 2

    def column(value: float) -> int:
        return min(inner - 1, max(0, round((value - low) / (high - low) * inner)))

    cells = [" "] * inner
    first, last = (low if guard.low is None else guard.low), (high if guard.high is None else guard.high)
    for i in range(column(first), column(last) + 1):
        cells[i] = "-"
    cells[column(guard.limit)] = "|"
    if guard.worst is not None:
        cells[column(guard.worst)] = "#"
    if guard.estimate is not None:
        cells[column(guard.estimate)] = "o"
    return f"[{''.join(cells)}]"


def stages(out: Out, ladder: Ladder | None) -> None:
    """The stages as `gale plan` tells them: whom each lets in, how long it takes at least, who lets it begin."""
    if ladder is None:
        return
    w = out.words
    out.say("Goes out in {n} stages:", n=len(ladder.rungs))
    for i, rung in enumerate(ladder.rungs):
        last = i + 1 == len(ladder.rungs)
        lasts = "" if last else w("; takes at least {time}", time=hours(w, rung.hours))
        out.line(
            f"  {i + 1}  {w.text(rung.name)}: "
            + w("{people} people come in ({inside} in all)", people=w.number(rung.people), inside=w.number(rung.inside))
            + lasts
            + "; "
            + w("begins with: {role}", role=w(rung.approval))
        )
    if ladder.outside:
        out.say("No stage reaches {n} people.", n=w.number(ladder.outside))
    if not ladder.fits:
        out.say("The stages do not fit in the flight: the last one would begin after its end.")
    for measure in ladder.unmeasured:
        out.say("Not watched here, since nothing measures it: {measure}", measure=w(f"guardrail.{measure}"))


def hours(words: Words, count: float | None) -> str:
    """A duration: hours up to two days, then days."""
    if count is None:
        return words("longer than anybody can say: too few messages")
    if count <= 48:
        return words("{n} hours", n=words.number(count))
    return words("{n} days", n=words.number(count / 24, 1))
