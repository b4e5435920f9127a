"""Proofs on the terminal: replay, reproduce, ledger verify."""

from __future__ import annotations

from pathlib import Path

import click

from gale.cli.common import Out, the_one_campaign, verb, workspace
from gale.engine import replay as replay_verb
from gale.engine import verify as verify_verb


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--person", required=True, metavar="COL", help="Column that names the person (or the row).")
@click.option("--arm", required=True, metavar="COL", help="Column with what she was given.")
@click.option("--outcome", required=True, metavar="COL", help="Column with what came of it (0/1 or an amount).")
@click.option("--features", required=True, metavar="A,B,C", help="Columns known before the draw.")
@click.option("--propensity", metavar="COL", default=None, help="Probability of the arm given; default: its share.")
@click.option(
    "--seed", type=click.IntRange(0), default=42, show_default=True, help="The same seed splits the log the same way."
)
@verb
def replay(
    out: Out, file: Path, person: str, arm: str, outcome: str, features: str, propensity: str | None, seed: int
) -> None:
    """Value every constant and a learned policy on the log of a randomised test, out of sample.

    Recommends the policy only when it is proven better than the best constant (the low end of the 95 % interval of
    the difference is above zero).
    """
    out.progress("Reading {file}", file=file.name)
    told = replay_verb.replay_file(
        file,
        person=person,
        arm=arm,
        outcome=outcome,
        features=[f.strip() for f in features.split(",") if f.strip()],
        propensity=propensity,
        seed=seed,
    )
    w = out.words
    for constant in told["constants"]:
        out.line(
            f"  {constant['arm']:<24} {w.number(constant['value'], 4)}"
            f"  [{w.number(constant['low'], 4)}, {w.number(constant['high'], 4)}]"
        )
    out.line(f"  {w('learned policy'):<24} {w.number(told['policy']['value'], 4)}")
    out.say(
        "Policy against the best constant: {d}, between {low} and {high}.",
        d=w.number(told["difference"]["estimate"], 4),
        low=w.number(told["difference"]["low"], 4),
        high=w.number(told["difference"]["high"], 4),
    )
    out.line(w(told["reason"]))
    for warning in told["warnings"]:
        out.line(w(warning))
    out.done(told)


@click.command()
@click.option("--campaign", metavar="ID", default=None, help="Which campaign; not needed if there is only one.")
@verb
def reproduce(out: Out, campaign: str | None) -> None:
    """Make each logged choice again from its snapshot, inputs and draw, and compare to 1e-12."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        told = verify_verb.reproduce(
            ws.store, name, progress=lambda n: out.progress("{n} choices made again", n=out.words.number(n))
        )
        if told.choices or told.forgotten:
            out.say(
                "{same} of {n} choices came out the same; {gone} belong to people since forgotten.",
                same=out.words.number(told.same),
                n=out.words.number(told.choices),
                gone=out.words.number(told.forgotten),
            )
        else:
            out.say("No choice is logged yet: there is nothing to make again.")
        if told.same != told.choices:
            differing = out.words.number(told.choices - told.same)
            out.line(out.words("reproduce.differs", n=differing, first=", ".join(told.differing[:3])))
        out.done(told)
    if told.same != told.choices:
        click.get_current_context().exit(1)


@click.group()
def ledger() -> None:
    """The ledger of consents, signatures, launches, stops and decisions."""


@ledger.command("verify")
@verb
def verify(out: Out) -> None:
    """Check every line and every batch of decisions; name the first bad one."""
    with workspace() as ws:
        told = verify_verb.verify_ledger(ws.store, progress=lambda n: None)
        if told.verified:
            out.say(
                "{n} lines, {d} decisions: the chain holds.",
                n=out.words.number(told.entries),
                d=out.words.number(told.decisions),
            )
        else:
            out.line(out.words("ledger.broken", seq=told.first_bad, why=out.words("ledger." + str(told.why))))
        out.done(told)
    if not told.verified:
        click.get_current_context().exit(1)
