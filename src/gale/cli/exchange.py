"""Files out and back on the terminal: for the sending tool, for advertising platforms, and what came of it."""

from __future__ import annotations

import secrets
from pathlib import Path

import click
import numpy as np

from gale.campaign import is_quiet, open_now
from gale.cli.common import CAMPAIGN, Out, the_one_campaign, verb, workspace
from gale.cli.people import DATES, FILE, MAP, READ, SHOWN_FAULTS, dates_as_said, mapping
from gale.creative.sheets import PLATFORMS
from gale.engine import export as export_verb
from gale.engine import outcomes_file
from gale.engine.ads import export_ads
from gale.engine.decide import decide_many
from gale.engine.notes import the_campaign
from gale.engine.picture_names import PictureNames
from gale.engine.template import export_template
from gale.engine.workspace import Documents, Workspace
from gale.records.decision import Decision
from gale.records.faults import Faults

TOUCHPOINT = click.option("--touchpoint", default=None, help="Which letter; not needed if there is only one.")
TOOL = click.option(
    "--for",
    "tool",
    type=click.Choice(export_verb.TOOLS),
    default="generic",
    show_default=True,
    help="Your sending tool.",
)
HOUR = 3_600_000


@click.group()
def export() -> None:
    """Files for the sending tool and the advertising platforms you have."""


@export.command("sends")
@CAMPAIGN
@TOUCHPOINT
@TOOL
@click.option(
    "--at",
    default=None,
    metavar="YYYY-MM-DDTHH:MM",
    help="When it will go out, by the workspace's clock; default: the next open hour.",
)
@verb
def sends(out: Out, campaign: str | None, touchpoint: str | None, tool: str, at: str | None) -> None:
    """One row per person, with what the letter's page reads and a decision id; the holdout in an exclusion file."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        with ws.store.read() as unit:
            row = the_campaign(unit, name)
        papers, pictures = Documents.of(row), PictureNames.of_campaign(row, ws.state)
        letter = touchpoint or _the_letter(papers)
        moment = _moment(ws, papers, letter, at)
        rng = np.random.default_rng(int.from_bytes(secrets.token_bytes(16)))

        def decide(persons: object, which: str, now: int) -> list[Decision]:
            assert isinstance(persons, list)
            return decide_many(ws.store, name, persons, which, now=now, rng=rng)

        ws.out.mkdir(exist_ok=True)
        told = export_verb.export_sends(
            ws.store,
            name,
            letter,
            tool=tool,
            out=ws.out,
            now=moment,
            decide=decide,
            stamp=_clock(moment, ws, "%Y%m%d-%H%M"),
            pages=ws.read_pages(papers.frameworks),
            picture=pictures.letters if pictures.any else None,
        )
        w = out.words
        out.say("To go out at {time} ({zone}).", time=_clock(moment, ws), zone=ws.settings.timezone)
        out.say("{n} sends: {file}", n=w.number(told.sends), file=told.sends_file)
        out.say("{n} wait (holdout), to be excluded: {file}", n=w.number(told.holdout), file=told.exclusion_file)
        for reason, count in told.none.items():
            out.line(f"  {w.number(count):>8}  {w(reason)}")
        if told.by_model:
            out.say("{n} letters say at their foot that a model helped to write them.", n=w.number(told.by_model))
        if not (papers.brief.landing or papers.brand.url):
            out.progress("brief.yaml names no landing address: the letters carry no link.")
        out.progress("Your tool must add its own unsubscribe link to each letter.")
        out.say("Next: send the file, then gale outcomes import")
        out.done(told)


@export.command("template")
@click.argument("campaign", required=False)
@TOUCHPOINT
@TOOL
@verb
def template(out: Out, campaign: str | None, touchpoint: str | None, tool: str) -> None:
    """The letter as a page for your sending tool; what varies from person to person is a tag, filled by a column of the
    sends file."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        with ws.store.read() as unit:
            papers = Documents.of(the_campaign(unit, name))
        letter = touchpoint or _the_letter(papers)
        told = export_template(
            ws.store, name, letter, tool=tool, out=ws.out, now=ws.clock.now(), pages=ws.read_pages(papers.frameworks)
        )
        for one in told.letters:
            out.say(
                "Letters ({language}): {file} and {text}", language=one.locale, file=one.html_file, text=one.text_file
            )
            out.say("  To look at first: {file}", file=one.preview_file)
            out.say("  Subject to enter in your tool: {tag}", tag=one.subject)
            out.say("  Preheader: {tag}", tag=one.preheader)
            out.say("  Columns it reads: {columns}", columns=", ".join(one.columns))
        if told.unsure:
            out.progress("Some of what this tool expects could not be confirmed: send yourself a test (docs/files.md).")
        out.say("Next: gale export sends --for {tool}, import the file, and send to its rows only", tool=tool)
        out.done(told)


@export.command("ads")
@CAMPAIGN
@click.option(
    "--for", "platform", type=click.Choice(PLATFORMS), required=True, help="Which platform imports the sheet."
)
@verb
def ads(out: Out, campaign: str | None, platform: str) -> None:
    """The live variants as a sheet for Google Ads Editor, Meta or Merchant Center; everything in it is paused."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        ws.out.mkdir(exist_ok=True)
        told = export_ads(ws.store, name, platform=platform, out=ws.out, now=ws.clock.now())  # type: ignore[arg-type]
        out.say("{n} rows from {variants} live variants: {file}", n=told.rows, variants=told.variants, file=told.file)
        if told.by_model:
            out.say("{n} of these variants were written with a model’s help.", n=out.words.number(told.by_model))
            for code in told.to_set:
                out.say(code)
        out.progress("All of it is paused: you turn it on where the money is spent.")
        out.done(told)


@click.group()
def outcomes() -> None:
    """Bring deliveries, clicks and orders back from a file."""


@outcomes.command("import")
@FILE
@MAP
@DATES
@click.option("--kind", default=None, help="What every row is, where no column says so (click, order…).")
@click.option("--source", default="file", show_default=True, help="Which tool the rows come from.")
@click.option("--skip-broken", is_flag=True, help="Take the good rows and list the others.")
@READ[0]
@READ[1]
@verb
def import_outcomes(
    out: Out,
    file: Path,
    maps: tuple[str, ...],
    dates: str | None,
    kind: str | None,
    source: str,
    skip_broken: bool,
    encoding: str | None,
    separator: str | None,
) -> None:
    """Take outcomes by decision id, own id or e-mail; the same file twice counts once. The report follows."""
    with workspace() as ws:
        told = outcomes_file.import_outcomes(
            ws.store,
            file,
            purposes=ws.read_documents().purposes,
            now=ws.clock.now(),
            mapping=mapping(maps),
            kind=kind,  # type: ignore[arg-type]  # an unknown kind is a fault of the verb
            source=source,
            dates=dates_as_said(ws, dates),  # type: ignore[arg-type]
            zone=ws.settings.timezone,
            skip_broken=skip_broken,
            encoding=encoding,
            separator=separator,
        )
        w = out.words
        out.say("{n} outcomes taken, {d} known already.", n=w.number(told.inserted), d=w.number(told.duplicates))
        for fault in told.left_out[:SHOWN_FAULTS]:
            out.line("  " + w.fault(fault))
        out.say("Next: gale learn, then gale report")
        out.done(told)


def _the_letter(papers: Documents) -> str:
    letters = [t.id for t in papers.campaign.touchpoints if t.channel == "email" and t.trigger is None]
    if len(letters) != 1:
        raise Faults.one("cli.touchpoint", known=", ".join(letters) or "–")
    return letters[0]


def _moment(ws: Workspace, papers: Documents, touchpoint: str, at: str | None) -> int:
    """When the letter goes out: as said, or the next hour at which its touchpoint is open, within the flight."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    if at is not None:
        try:
            told = datetime.fromisoformat(at)
        except ValueError:
            raise Faults.one("cli.at", found=at) from None
        zone = ZoneInfo(ws.settings.timezone)
        return int((told if told.tzinfo else told.replace(tzinfo=zone)).timestamp() * 1000)
    planned = next((t for t in papers.campaign.touchpoints if t.id == touchpoint), None)
    now = ws.clock.now()
    if planned is None:
        return now  # the verb says which touchpoints there are
    for hours in range(24 * 60):
        moment = now if hours == 0 else (now // HOUR + hours) * HOUR
        closed = open_now(planned, papers.campaign, papers.brief, moment)
        if closed is None and not is_quiet(moment, papers.campaign):
            return moment
        if closed == "flight.over":
            break
    raise Faults.one("cli.never_open", touchpoint=touchpoint)


def _clock(moment: int, ws: Workspace, form: str = "%Y-%m-%d %H:%M") -> str:
    """A moment by the clock of the workspace, as `--at` is read."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.fromtimestamp(moment / 1000, ZoneInfo(ws.settings.timezone)).strftime(form)
