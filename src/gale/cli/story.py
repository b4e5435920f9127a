"""The story's verbs on the terminal: create, plan, rehearse, sign, launch, pause, stop, decide, learn, report."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import msgspec
import numpy as np

from gale.campaign.documents import remarks
from gale.campaign.foreseen import Foreseen
from gale.cli.common import CAMPAIGN, Out, fresh, sure, the_one_campaign, verb, workspace
from gale.cli.scale import stages, watched
from gale.decision.change import Front
from gale.engine import create as create_verb
from gale.engine import decide as decide_verb
from gale.engine import join as join_verb
from gale.engine import launch as launch_verb
from gale.engine import learn as learn_verb
from gale.engine import learned as learned_verb
from gale.engine import plan as plan_verb
from gale.engine import rehearse as rehearse_verb
from gale.engine import report as report_verb
from gale.engine import scale as scale_verb
from gale.engine import sign as sign_verb
from gale.engine.explain import explain
from gale.engine.notes import the_campaign
from gale.engine.workspace import Documents, Workspace
from gale.records.approval import ROLES
from gale.records.faults import Faults

SEED = click.IntRange(0)
WANTED = click.IntRange(2, 100_000)


@click.command()
@click.option("--seed", type=SEED, default=42, show_default=True, help="The same seed writes the same variants.")
@click.option("--as", "by", default=None, metavar="MEMBER", help="Whose change this is; in a team she cannot sign it.")
@click.option(
    "--wanted", type=WANTED, default=1000, show_default=True, help="Variants for each placement and language."
)
@verb
def create(out: Out, seed: int, wanted: int, by: str | None) -> None:
    """Write the variants of this workspace's campaign from brand.yaml and brief.yaml."""
    with workspace() as ws:
        documents = ws.read_documents()
        created = create_verb.create(
            ws.store,
            ws.catalogue,
            documents,
            now=ws.clock.now(),
            seed=seed,
            wanted=wanted,
            simulated=ws.settings.sandbox,
            by=by,
            progress=lambda p, lang, n: out.progress(
                "{placement}, {locale}: {count} so far", placement=p, locale=lang, count=out.words.number(n)
            ),
        )
        refused = sum(created.refused.values())
        out.say(
            "{n} variants accepted, {r} refused.", n=out.words.number(created.accepted), r=out.words.number(refused)
        )
        for code, count in sorted(created.refused.items(), key=lambda x: -x[1]):
            title = next((x for x in (code + ".title", code) if out.words.has(x)), code)
            out.line(f"  {out.words.number(count):>8}  {out.words(title)}")
        out.remarks([*created.left_out, *remarks(documents.brand, documents.brief)])
        out.say("Next: gale plan")
        out.done(created)


@click.command()
@CAMPAIGN
@click.option("--as", "by", default=None, metavar="MEMBER", help="Whose change this is; in a team she cannot sign it.")
@verb
def plan(out: Out, campaign: str | None, by: str | None) -> None:
    """Say who will be contacted, and first who will not be and why; choose what goes live; print the plan's hash."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        documents = _documents_of(ws, name)
        planned = plan_verb.plan(ws.store, name, now=ws.clock.now(), documents=documents, by=by)
        reach, w = planned.reach, out.words
        if reach.excluded:
            out.say("Will not be contacted:")
            for reason, count in reach.excluded.items():
                out.line(f"  {w.number(count):>8}  {w('short.' + reason) if w.has('short.' + reason) else w(reason)}")
        if reach.total:
            out.say("May be contacted: {n} of {total}.", n=w.number(reach.reachable), total=w.number(reach.total))
        else:
            out.say("Nobody is known here yet: bring contacts with gale people import.")
        with ws.store.read() as unit:
            papers = Documents.of(the_campaign(unit, name))
        for touchpoint, missing in plan_verb.named(papers, planned.unreached):
            out.line(w("plan.unreached", touchpoint=w.text(touchpoint), purposes=", ".join(map(w.text, missing))))
        for slate, short in planned.shortlists.items():
            out.say("  {slate}: {n} variants go live", slate=slate, n=short.size)
        stages(out, planned.ladder)
        if planned.limits is not None and reach.total:
            _limits(out, planned.limits)
        out.say("A verdict needs about {n} people.", n=w.number(planned.people_needed))
        if documents is not None:
            out.remarks(remarks(documents.brand, documents.brief))
        out.say("Plan {hash}", hash=planned.plan)
        out.say("Next: gale rehearse, then gale sign")
        out.done(planned)


def _limits(out: Out, told: Foreseen) -> None:
    """What the limits will do, in the words of the plan page."""
    w = out.words
    out.say("What the limits will do")
    everything = w.number(told.contacts)
    if told.budget is None:
        cost = w.money(told.cost / 100, told.currency)
        out.say("Without a budget: about {n} contacts, {cost}.", n=everything, cost=cost)
    else:
        budget = w.money(told.budget / 100, told.currency)
        if told.share >= 1:
            out.say("The budget of {budget} is enough for all {all} contacts expected.", budget=budget, all=everything)
        elif told.pacing == "even":
            out.say(
                "The budget of {budget} pays for about {n} of {all} contacts, and is made to last to the last day.",
                budget=budget,
                n=w.number(told.paid),
                all=everything,
            )
        else:
            out.say(
                "The budget of {budget} pays for about {n} of {all} contacts. First come, first served.",
                budget=budget,
                n=w.number(told.paid),
                all=everything,
            )
        if told.ends is not None:
            day = datetime.fromtimestamp(told.ends / 1000, ZoneInfo(told.timezone)).date()
            out.say("It runs out about {day}.", day=day.isoformat())
    if told.capped is not None:
        out.say("The caps allow {n} contacts at most.", n=w.number(told.capped))
    if told.excluded:
        out.say("{n} live variants are never shown to some people.", n=w.number(told.excluded))
    for floor in told.floors:
        out.say(
            "Floor {floor}: {people} people see its {variants} variants with a probability of {share} at least. "
            "If these are the worse ones, that costs about {answers} answers.",
            floor=floor.floor,
            people=w.number(floor.people),
            variants=w.number(floor.variants),
            share=w.percent(floor.at_least),
            answers=w.number(floor.answers_at_most, 1),
        )


@click.command()
@CAMPAIGN
@click.option("--seed", type=SEED, default=42, show_default=True, help="The same seed gives the same rehearsal.")
@verb
def rehearse(out: Out, campaign: str | None, seed: int) -> None:
    """Rehearse the plan on a synthetic public. This is a forecast with stated assumptions, never a result."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        forecast = rehearse_verb.rehearse(ws.store, name, now=ws.clock.now(), seed=seed)
        out.say(
            "REHEARSAL, not a result: between {low} and {high} extra orders (80 % of the draws).",
            low=out.words.number(forecast.extra_orders_floor),
            high=out.words.number(forecast.extra_orders_ceiling),
        )
        out.done(forecast)


@click.command()
@CAMPAIGN
@click.option("--role", type=click.Choice(ROLES), required=True, help="The role you sign in.")
@click.option("--as", "person", required=True, metavar="MEMBER", help="Your id in team.yaml.")
@click.option("--remark", default="", help="What you want the other three to read; a refusal needs one.")
@click.option("--plan", "read", default=None, metavar="HASH", help="Hash of the plan you read (8 characters or more).")
@click.option("--refuse", is_flag=True, help="Refuse instead of signing.")
@click.option("--revoke", is_flag=True, help="Take back your signature.")
@verb
def sign(
    out: Out, campaign: str | None, role: str, person: str, remark: str, read: str | None, refuse: bool, revoke: bool
) -> None:
    """Sign the plan as it stands, in one role. Identity is not verified until sign-in exists."""
    verdict = "revoked" if revoke else "refused" if refuse else "signed"
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        approval = sign_verb.sign(
            ws.store,
            name,
            role=role,  # type: ignore[arg-type]  # click offers only roles
            person=person,
            verdict=verdict,
            remark=remark,
            now=ws.clock.now(),
            id=fresh("a_"),
            sandbox=ws.settings.sandbox,
            read=read,
            documents=_documents_of(ws, name) if verdict == "signed" else None,
        )
        standing = sign_verb.standing(ws.store, name, now=ws.clock.now())
        for one in standing:
            out.say("  {role}: {state}", role=out.words(one.role), state=out.words("approval." + one.state))
        if all(one.state == "signed" for one in standing):
            out.say("Next: gale launch")
        out.done({"approval": approval, "standing": {s.role: s.state for s in standing}})


@click.command()
@CAMPAIGN
@click.option("--resume", is_flag=True, help="Let a paused campaign run again.")
@click.option("--add", multiple=True, metavar="VARIANT", help="Let an accepted variant join while it runs; repeatable.")
@click.option("--slate", metavar="SLATE", default=None, help="Where it joins: touchpoint/language (letter/fr).")
@click.option("--as", "by", default="", metavar="MEMBER", help="Who lets it join; for the ledger.")
@verb
def launch(out: Out, campaign: str | None, resume: bool, add: tuple[str, ...], slate: str | None, by: str) -> None:
    """Open the campaign: draws the holdout once, publishes the first policies. Or let variants join a running one."""
    if bool(add) != bool(slate) or (add and resume):
        raise Faults.one("join.usage")
    with workspace() as ws:
        name, now = the_one_campaign(ws, campaign), ws.clock.now()
        if slate:
            row = join_verb.join(ws.store, name, slate, add, now=now, holder=fresh("cli-"), by=by)
            for variant in add:
                out.say("{variant} joins {slate}.", variant=variant, slate=slate)
            out.done({"campaign": name, "status": row.status, "slate": slate, "live": row.live[slate]})
            return
        if resume:
            row = launch_verb.set_status(ws.store, name, "live", now=now)
        else:
            row = launch_verb.launch(
                ws.store,
                name,
                now=now,
                experiment_key=secrets.token_bytes(32),
                seed=int.from_bytes(secrets.token_bytes(4)),
                documents=_documents_of(ws, name),
            )
        out.say("{campaign} is live.", campaign=name)
        out.done({"campaign": name, "status": row.status, "assigned": row.facts.get("assigned")})


@click.command()
@CAMPAIGN
@click.option("--reason", default="", help="For the ledger.")
@verb
def pause(out: Out, campaign: str | None, reason: str) -> None:
    """Hold the campaign; nothing is sent until it is resumed with: gale launch --resume."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        row = launch_verb.set_status(ws.store, name, "paused", now=ws.clock.now(), reason=reason)
        out.say("{campaign} is paused. Undo: gale launch --resume", campaign=name)
        out.done({"campaign": name, "status": row.status})


@click.command()
@CAMPAIGN
@click.option("--reason", default="", help="For the ledger.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@verb
def stop(out: Out, campaign: str | None, reason: str, yes: bool) -> None:
    """Stop the campaign for good. To hold it for a while, use pause."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        sure(out, "Stop {campaign} for good? A stopped campaign cannot be resumed.", yes, campaign=name)
        row = launch_verb.set_status(ws.store, name, "stopped", now=ws.clock.now(), reason=reason)
        out.say("{campaign} is stopped.", campaign=name)
        out.done({"campaign": name, "status": row.status})


@click.command()
@CAMPAIGN
@click.option("--person", required=True, help="Pseudonym (p_…).")
@click.option("--touchpoint", required=True, metavar="ID", help="A touchpoint of campaign.yaml.")
@click.option("--trigger", default=None, help="The signal that asks (kettle_boiled).")
@verb
def decide(out: Out, campaign: str | None, person: str, touchpoint: str, trigger: str | None) -> None:
    """Decide for one person now; the decision is committed before it is shown."""
    with workspace() as ws:
        name, now = the_one_campaign(ws, campaign), ws.clock.now()
        rng = np.random.default_rng(int.from_bytes(secrets.token_bytes(16)))
        decision = decide_verb.decide_one(ws.store, name, person, touchpoint, now=now, rng=rng, trigger=trigger)
        told = explain(ws.store, decision, out.words)
        out.line(told.sentence)
        for line in told.because:
            out.line(f"  {line}")
        out.done({"decision": decision, "explanation": told})


@click.command()
@CAMPAIGN
@verb
def learn(out: Out, campaign: str | None) -> None:
    """Fold closed windows into the policies, publish new snapshots, look at the guardrails of a roll-out."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        learned = learn_verb.learn(ws.store, name, now=ws.clock.now(), holder=fresh("cli-"))
        out.say("{n} decisions learned from.", n=out.words.number(learned.folded))
        if not learned.folded:
            out.say("A decision is learned from once its window has closed (window_hours in campaign.yaml).")
        if learned.gate.opened:
            out.say("Choosing for each person is proven better than one message for all: it serves.")
        else:
            out.say("Choosing for each person is not proven better: everybody gets what works best for all.")
        for slate, front in learned.fronts:
            _front(out, slate, front)
        for slate, rest in learned.tired.items():
            out.say("{slate}: {n} tired variants rest.", slate=slate, n=out.words.number(len(rest)))
        watched(out, scale_verb.watch(ws.store, name, now=ws.clock.now()))
        out.done(learned)


def _front(out: Out, slate: str, front: Front) -> None:
    """A change that was found, in a line."""
    if front.direction == "tastes":
        out.say("{slate}: who likes what has changed; what was learned before counts no more.", slate=slate)
    elif front.direction == "up":
        out.say("{slate}: {variant} is answered more than it was.", slate=slate, variant=front.arm)
    else:
        out.say("{slate}: {variant} is answered less than it was.", slate=slate, variant=front.arm)


@click.command()
@CAMPAIGN
@click.option("--html", is_flag=True, help="Write out/report.html and out/report.json as well.")
@click.option("--today", is_flag=True, help="Only the lesson of the day: what was learned up to last midnight.")
@click.option("--plots", type=click.Path(path_type=Path, file_okay=False), help="Write the plots here, as SVG.")
@verb
def report(out: Out, campaign: str | None, html: bool, today: bool, plots: Path | None) -> None:
    """What the campaign caused, against the holdout; the interval may be looked at at any time."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        if plots is not None:
            from gale.studio.drawings import write_plots

            with ws.store.read() as unit:
                row = the_campaign(unit, name)
            for path in write_plots(ws.store, row, plots, now=ws.clock.now()):
                out.say("Written: {path}", path=str(path))
        if today:
            lesson = learned_verb.learned(ws.store, name, now=ws.clock.now())
            mark = f"{out.words('SANDBOX')} · " if lesson["simulated"] else ""
            out.line(mark + out.words.text(lesson["said"]))
            out.done(lesson)
            return
        told = report_verb.report(ws.store, name, now=ws.clock.now())
        out.line(report_verb.headline(told, out.words))
        for alarm in told["alarms"]:
            out.line(f"  {out.words.text(alarm['said'])} {out.words.text(alarm['todo'])}")
        if told["lift"]["reduction"] is not None:
            out.say(
                "Adjusting for what was known before takes {x} of the variance.",
                x=out.words.percent(told["lift"]["reduction"], 1),
            )
        if html:
            from gale.studio.views import standalone

            ws.out.mkdir(exist_ok=True)
            (ws.out / "report.json").write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=1))
            (ws.out / "report.html").write_text(standalone(told, out.words.locale, out.words), encoding="utf-8")
            out.say("Written: {path}", path=str(ws.out / "report.html"))
        out.say("As of {time} UTC.", time=datetime.fromtimestamp(ws.clock.now() / 1000, UTC).strftime("%Y-%m-%d %H:%M"))
        out.done(told)


def _documents_of(ws: Workspace, campaign: str) -> Documents | None:
    """The documents on disk when they are this campaign's; a further campaign keeps those it was made from."""
    documents = ws.read_documents()
    return documents if documents.campaign.id == campaign else None
