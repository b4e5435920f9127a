"""A language model on the terminal: ask for phrases, and decide on each as a person."""

from __future__ import annotations

import json
from typing import Any

import click

from gale.cli.common import CAMPAIGN, Out, fresh, sure, the_one_campaign, verb, workspace
from gale.engine import proposals as decide
from gale.engine import propose as propose_verb
from gale.engine.propose import Asking, money
from gale.engine.workspace import Documents, Workspace
from gale.records.faults import Fault
from gale.records.proposal import Proposal
from gale.words import Words

BY = click.option("--as", "by", default="", metavar="MEMBER", help="Your id in team.yaml; not needed if you are alone.")
MARK = {"proposed": "?", "refused": "×", "accepted": "+", "edited": "+", "rejected": "-"}


@click.command()
@CAMPAIGN
@click.option("--placement", default="email", show_default=True, help="Where the phrases go: email, banner, post …")
@click.option("--slot", required=True, help="Which slot: subject, opening, line … (gale framework list)")
@click.option("--angle", default="", help="Which angle; the first slot of a placement needs one.")
@click.option("--locale", default=None, metavar="fr|en", help="Which language; default: the brief's first.")
@click.option("--wish", default="", help='How you would like them, in your words: "shorter", "for night owls".')
@click.option("--start", default="", metavar="PHRASE", help="The phrase that each should be another way to say.")
@click.option(
    "--wanted",
    type=click.IntRange(1, propose_verb.MOST),
    default=propose_verb.WANTED,
    show_default=True,
    help="How many phrases to ask for.",
)
@click.option(
    "--dry-run", is_flag=True, help="Show exactly what would be sent and what it costs at most; send nothing."
)
@click.option("--yes", is_flag=True, help="Do not ask before a call that costs something.")
@BY
@verb
def propose(
    out: Out, campaign: str | None, placement: str, slot: str, angle: str, locale: str | None, wish: str, start: str,
    wanted: int, dry_run: bool, yes: bool, by: str,
) -> None:  # fmt: skip
    """Ask the language model of gale.yaml for phrases. The checks refuse, you decide: gale proposals."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        writer, settings = ws.writer()
        papers = _papers(ws, name)
        where: dict[str, Any] = {
            "placement": placement, "slot": slot, "angle": angle, "locale": locale or papers.brief.locales[0],
            "wanted": wanted, "wish": wish, "start": start, "timezone": ws.settings.timezone,
        }  # fmt: skip
        asking = propose_verb.ask(ws.store, ws.catalogue, writer, settings, name, now=ws.clock.now(), **where)
        if dry_run:
            _shown(out, asking)
            out.done({"dry_run": True, **_money(asking), "address": asking.preview.address, "body": asking.preview.body,
                      "prompt": asking.prompt})  # fmt: skip
            return
        out.progress(
            "Asking {model} ({where}): {cost} at most, {left} left this month.",
            model=writer.name,
            where=out.words("on this machine") if writer.local else asking.preview.address,
            cost=_amount(out.words, asking.at_most, asking.currency),
            left=_amount(out.words, asking.left, asking.currency),
        )
        if asking.at_most:
            sure(out, "Send it?", yes)
        made = propose_verb.propose(
            ws.store, ws.catalogue, writer, settings, name, now=ws.clock.now(), id=fresh("q_"), by=by, **where
        )
        call = made.call
        for proposal in made.proposals:
            _line(out, proposal)
        for said in made.notes:
            out.line(out.words.fault(said))
        out.say(
            "{n} phrases, {refused} refused by the checks; {seconds} s, {read} tokens read, {written} written, {cost}.",
            n=out.words.number(call.got),
            refused=out.words.number(call.refused),
            seconds=out.words.number(call.seconds, 1),
            read=out.words.number(call.input_tokens),
            written=out.words.number(call.output_tokens),
            cost=_amount(out.words, call.cost, made.currency),
        )
        out.say("Next: gale proposals accept ID --as MEMBER, then gale create")
        out.done({"call": call, "proposals": made.proposals, "notes": [_told(out, n) for n in made.notes],
                  "cost": str(money(call.cost)), "currency": made.currency})  # fmt: skip


@click.group()
def proposals() -> None:
    """What a language model proposed: read it, accept, edit or reject it, take it back."""


@proposals.command("list")
@CAMPAIGN
@click.option("--all", "everything", is_flag=True, help="Include those already decided on.")
@verb
def list_(out: Out, campaign: str | None, everything: bool) -> None:
    """What waits to be read, and what the checks refused."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        with ws.store.read() as unit:
            found = unit.proposals.of(name)
        shown = [p for p in found if everything or p.status in decide.OPEN]
        for proposal in shown:
            _line(out, proposal)
        if not shown:
            out.say("Nothing to read. Ask for phrases: gale propose --slot …")
        cost = propose_verb.spent(ws.store, now=ws.clock.now(), timezone=ws.settings.timezone)
        out.done({"proposals": shown, "spent": str(money(cost))})


@proposals.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID …")
@BY
@verb
def accept(out: Out, ids: tuple[str, ...], by: str) -> None:
    """Let phrases into the bank as they stand; the next gale create uses them."""
    with workspace() as ws:
        made = []
        for one in ids:
            made.append(decide.accept(ws.store, ws.catalogue, one, by=_by(ws, one, by), now=ws.clock.now()))
            _line(out, made[-1])
        out.say("Next: gale create")
        out.done({"proposals": made})


@proposals.command()
@click.argument("id")
@click.argument("text")
@BY
@verb
def edit(out: Out, id: str, text: str, by: str) -> None:
    """Let a phrase into the bank in your words."""
    with workspace() as ws:
        made = decide.edit(ws.store, ws.catalogue, id, text=text, by=_by(ws, id, by), now=ws.clock.now())
        _line(out, made)
        out.say("Next: gale create")
        out.done(made)


@proposals.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID …")
@BY
@verb
def reject(out: Out, ids: tuple[str, ...], by: str) -> None:
    """Set phrases aside; the same words are not proposed to you again."""
    with workspace() as ws:
        made = []
        for one in ids:
            made.append(decide.reject(ws.store, one, by=_by(ws, one, by), now=ws.clock.now()))
            _line(out, made[-1])
        out.done({"proposals": made})


@proposals.command()
@CAMPAIGN
@BY
@verb
def undo(out: Out, campaign: str | None, by: str) -> None:
    """Take the last decision back."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        who = by or _alone(_papers(ws, name))
        made = decide.undo(ws.store, name, by=who, now=ws.clock.now())
        _line(out, made)
        out.done(made)


def _papers(ws: Workspace, campaign: str) -> Documents:
    with ws.store.read() as unit:
        row = unit.campaigns.get(campaign)
    assert row is not None  # the_one_campaign found it
    return Documents.of(row)


def _by(ws: Workspace, proposal: str, by: str) -> str:
    """Who decides: as said, or the one member of a team of one."""
    if by:
        return by
    with ws.store.read() as unit:
        found = unit.proposals.get(proposal)
        row = unit.campaigns.get(found.campaign) if found else None
    return _alone(Documents.of(row)) if row is not None else ""


def _alone(papers: Documents) -> str:
    members = papers.team.members
    return members[0].id if len(members) == 1 else ""


def _line(out: Out, proposal: Proposal) -> None:
    w = out.words
    place = f"{proposal.placement}/{proposal.slot}/{proposal.locale}"
    out.line(f"{MARK[proposal.status]} {proposal.id}  {place:<24} {proposal.text}")
    for finding in proposal.findings if proposal.status in decide.OPEN else ():
        passes = str(finding.values.get("passes") or "")
        said = w(finding.code, **finding.values)
        more = " " + w("Would pass: {phrase}", phrase=passes) if passes and passes not in said else ""
        out.line(f"    {said}{more}")


def _shown(out: Out, asking: Asking) -> None:
    w = out.words
    out.say("Would be sent to {address}:", address=asking.preview.address)
    out.line(json.dumps(asking.preview.body, ensure_ascii=False, indent=2))
    out.say(
        "At most {read} tokens read and {written} written: {cost} at most. Left this month: {left}. Nothing was sent.",
        read=w.number(asking.preview.input_tokens),
        written=w.number(asking.preview.output_tokens),
        cost=_amount(w, asking.at_most, asking.currency),
        left=_amount(w, asking.left, asking.currency),
    )


def _money(asking: Asking) -> dict[str, str]:
    return {"at_most": str(money(asking.at_most)), "left": str(money(asking.left)), "currency": asking.currency}


def _amount(words: Words, micros: int, currency: str) -> str:
    """Four decimals below a unit of the currency, two above."""
    amount = float(money(micros))
    return words.money(amount, currency, 2 if amount >= 1 or not micros else 4)


def _told(out: Out, said: Fault) -> dict[str, Any]:
    return {"code": said.code, "values": said.values, "message": out.words.fault(said)}
