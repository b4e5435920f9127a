"""`gale evaluate` on the terminal: a table, an interval drawn for each policy, and whether the log can answer."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import click

from gale.cli.common import Out, the_one_campaign, verb, workspace
from gale.engine import evaluate as evaluate_verb
from gale.measurement.offpolicy_answer import Reason
from gale.measurement.offpolicy_evaluation import Evaluation, Valued
from gale.records.faults import Faults
from gale.stats.interval import Interval
from gale.words import Words

WIDE = 44  # columns of a drawn interval
MOST_PLACES = 12
EVERY = 2.0  # seconds
COLUMN = "COL"


@click.command()
@click.argument("campaign", required=False)
@click.option("--policy", "policies", multiple=True, metavar="POLICY", help="Several may be given: uniform, constant:VARIANT, epsilon-greedy[:SHARE], thompson, personal, snapshot:ID, column:COL.")  # fmt: skip
@click.option("--log", "file", type=click.Path(path_type=Path), default=None, help="Another tool's log (CSV, Parquet).")
@click.option("--action", metavar=COLUMN, default=None, help="Column with what was shown.")
@click.option("--reward", metavar=COLUMN, default=None, help="Column with what came of it (0/1 or an amount).")
@click.option("--propensity", metavar=COLUMN, default=None, help="Its probability, or all of them as a JSON object.")
@click.option("--features", metavar="A,B,C", default="", help="Columns known before the choice.")
@click.option("--position", metavar=COLUMN, default=None, help="Column with the place on the page.")
@click.option("--person", metavar=COLUMN, default=None, help="Column that names the person.")
@click.option("--time", metavar=COLUMN, default=None, help="Column with the moment (a number or ISO 8601).")
@click.option("--actions", metavar="A,B,C", default="", help="All that may be shown; default: all that was.")
@click.option("--cap", type=click.FloatRange(0, min_open=True), default=None, help="Amounts above count as this much.")
@click.option(
    "--seed", type=click.IntRange(0), default=42, show_default=True, help="The same seed splits the log the same way."
)
@verb
def evaluate(
    out: Out,
    campaign: str | None,
    policies: Sequence[str],
    file: Path | None,
    action: str | None,
    reward: str | None,
    propensity: str | None,
    features: str,
    position: str | None,
    person: str | None,
    time: str | None,
    actions: str,
    cap: float | None,
    seed: int,
) -> None:
    """What would another policy have earned on the log of CAMPAIGN, or on a file with --log?

    Each policy gets a value with its uncertainty, its difference to what the log earned, and a verdict: whether the log
    can answer for it at all (yes, barely, no) and why. Policies that learn are judged on people they did not learn from.
    """

    progress = _Progress(out)
    if file is None:
        if action or reward or propensity or features or position or person or time or actions or cap:
            raise Faults.one("ope.needs_log")
        with workspace() as ws:
            name = the_one_campaign(ws, campaign)
            told = evaluate_verb.evaluate_campaign(
                ws.store, name, policies, now=ws.clock.now(), seed=seed, progress=progress
            )
    else:
        if campaign is not None:
            raise Faults.one("ope.one_source", campaign=campaign, file=file.name)
        if action is None or reward is None:
            raise Faults.one("ope.needs_columns")
        out.progress("Reading {file}", file=file.name)
        told = evaluate_verb.evaluate_file(
            file, policies, action=action, reward=reward, propensity=propensity, features=_list(features),
            position=position, person=person, time=time, actions=_list(actions), cap=cap, seed=seed, progress=progress,
        )  # fmt: skip
    _table(out, told)
    out.done(told)


class _Progress:
    """Tells how far long work is, every two seconds at most."""

    def __init__(self, out: Out) -> None:
        self.out, self.said = out, monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        if monotonic() - self.said >= EVERY:
            self.said = monotonic()
            self.out.progress(what, done=self.out.words.number(done), total=self.out.words.number(total))


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _table(out: Out, told: Evaluation) -> None:
    w, digits = out.words, _digits([told.logged, *(one.value for one in told.policies)])
    out.say(
        "{n} decisions of {people} people, {actions} different actions.",
        n=w.number(told.rows), people=w.number(told.people), actions=w.number(told.actions),
    )  # fmt: skip
    for reason, count in told.left_out.items():
        out.line("  " + w("ope.left_out." + reason, n=w.number(count)))
    out.say("The log itself earned {value} per decision, {interval}.", **_said(w, told.logged, digits))
    axis = _Axis.of([told.logged, *(one.value for one in told.policies)], told.logged.estimate)
    for one in told.policies:
        out.line("")
        out.line(f"{one.policy}  –  {w('ope.verdict.' + one.answer.can_answer)}")
        out.line("  " + w("{value} per decision, {interval}", **_said(w, one.value, digits)))
        out.line(f"  {axis.draw(one.value)}")
        against = _said(w, one.difference, digits, sign=True)
        out.line("  " + w("Against the log: {value}, {interval}", **against))
        for reason_ in one.answer.reasons:
            out.line("  " + w(reason_.code, **_filled(w, reason_)))
        _details(out, one, told, digits)
    out.line("")
    for note in told.notes:
        out.line(w(note, n=w.number(len(told.policies)), actions=", ".join(told.misfits[:3])))


def _details(out: Out, one: Valued, told: Evaluation, digits: int) -> None:
    w = out.words
    names = "  ".join(f"{name} {w.number(found.estimate, digits)}" for name, found in one.estimates.items())
    out.line("  " + w("Estimators: {names}", names=names))
    if one.always is not None:
        out.line("  " + w("ope.always", **_said(w, one.always, digits)))
    if one.capped is not None:
        out.line(
            "  "
            + w("ope.capped", cap=w.number(one.capped.cap, 2), rows=w.number(one.capped.rows),
                left=w.number(one.capped.left_out, digits), **_said(w, one.capped.value, digits))
        )  # fmt: skip
    if one.coverage.as_logged > 0:
        out.line("  " + w("ope.as_logged", share=w.percent(one.coverage.as_logged)))
    for place in one.places[:MOST_PLACES]:
        logged = w.number(place.logged.estimate, digits)
        said = _said(w, place.value, digits)
        out.line("    " + w("{place}: {value}, {interval}; the log {logged}", place=place.name, logged=logged, **said))
    if len(one.places) > MOST_PLACES:
        out.line("    " + w("… and {n} more", n=w.number(len(one.places) - MOST_PLACES)))


def _said(w: Words, found: Interval, digits: int, *, sign: bool = False) -> dict[str, str]:
    """An estimate and its interval as text; an unknown end is said to be so."""

    def text(value: float) -> str:
        value = round(value, digits) + 0.0  # nothing is not "minus nothing"
        return ("+" if sign and value > 0 else "") + w.number(value, digits)

    interval = w("interval not known")
    if found.known:
        interval = w("between {low} and {high}", low=text(found.low), high=text(found.high))
    return {"value": text(found.estimate), "interval": interval}


def _filled(w: Words, reason: Reason) -> dict[str, Any]:
    """The reason's values as a person reads them."""
    filled: dict[str, Any] = dict(reason.values)
    if "share" in filled:
        filled["share"] = w.percent(filled["share"], 1)
    if "mean" in filled:
        filled["mean"] = w.number(filled["mean"], 2)
    for name in ("count", "rows", "least"):
        if name in filled:
            filled[name] = w.number(filled[name])
    return filled


def _digits(found: Sequence[Interval]) -> int:
    """Digits behind the point that show two figures of the narrowest interval."""
    widths = [i.high - i.low for i in found if i.known and i.high > i.low]
    return max(0, min(7, 1 - math.floor(math.log10(min(widths))))) if widths else 4


class _Axis:
    """One scale for all policies; a bar marks what the log earned."""

    def __init__(self, low: float, high: float, mark: float) -> None:
        self.low, self.high, self.mark = low, high, mark
        plain = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "") not in ("utf8", "utf16")
        self.signs = tuple("[-o]|." if plain else "├─●┤│·")

    @classmethod
    def of(cls, found: Sequence[Interval], mark: float) -> _Axis:
        ends = [e for i in found for e in (i.low, i.high, i.estimate) if math.isfinite(e)]
        return cls(min(ends, default=0.0), max(ends, default=1.0), mark)

    def draw(self, found: Interval) -> str:
        """The interval as text, `WIDE` columns."""
        start, line, point, end, bar, empty = self.signs
        cells = [empty] * WIDE
        if math.isfinite(self.mark):
            cells[self._at(self.mark)] = bar
        if found.known:
            low, high = self._at(found.low), self._at(found.high)
            for i in range(low, high + 1):
                cells[i] = bar if cells[i] == bar else line
            cells[low], cells[high] = start, end
        if math.isfinite(found.estimate):
            cells[self._at(found.estimate)] = point
        return "".join(cells)

    def _at(self, value: float) -> int:
        width = self.high - self.low
        share = (value - self.low) / width if width > 0 else 0.5
        return min(WIDE - 1, max(0, round(share * (WIDE - 1))))
