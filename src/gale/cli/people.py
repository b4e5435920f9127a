"""People on the terminal: contacts in, one person, consents, forgetting, files for the sending tool and back."""

from __future__ import annotations

import secrets
from pathlib import Path

import click
import numpy as np

from gale.audience import Told
from gale.campaign import is_quiet, open_now
from gale.cli.common import Out, fresh, sure, the_one_campaign, verb, workspace
from gale.creative.sheets import PLATFORMS
from gale.engine import consent as consent_verb
from gale.engine import export as export_verb
from gale.engine import outcomes_file
from gale.engine import people as people_verb
from gale.engine.ads import export_ads
from gale.engine.decide import decide_many
from gale.engine.notes import the_campaign
from gale.engine.workspace import Documents, Workspace
from gale.records.decision import Decision
from gale.records.documents import Purposes
from gale.records.faults import Faults
from gale.records.people import Consent

CAMPAIGN = click.option("--campaign", metavar="ID", default=None, help="Which campaign; not needed where there is one.")
FILE = click.argument("file", type=click.Path(path_type=Path))
MAP = click.option("--map", "maps", multiple=True, metavar="COLUMN=BECOMES", help="Correct the reading of a column.")
DATES = click.option("--dates", type=click.Choice(["dmy", "mdy", "ymd"]), default=None, help="How dates are written.")
READ = (
    click.option("--encoding", default=None, help="Say it where it is not told rightly (cp1252, utf-8…)."),
    click.option("--separator", default=None, help="Say it where it is not told rightly."),
)
HOUR = 3_600_000
SHOWN_FAULTS = 20


@click.group()
def people() -> None:
    """Contacts: import a file, look at one person, undo an import."""


@people.command("import")
@FILE
@MAP
@DATES
@click.option("--source", default="", help="Where these consents were collected; without it no yes of the file counts.")
@click.option("--notice", default="", help="Which notice people saw then.")
@click.option("--yes", is_flag=True, help="Write; without it you see what would be written, and are asked.")
@READ[0]
@READ[1]
@verb
def import_(
    out: Out,
    file: Path,
    maps: tuple[str, ...],
    dates: str | None,
    source: str,
    notice: str,
    yes: bool,
    encoding: str | None,
    separator: str | None,
) -> None:
    """Read contacts with their consents, unsubscribes and bounces. Nothing is written before you say yes."""
    with workspace() as ws:
        papers = ws.read_documents()
        now = ws.clock.now()
        seen = people_verb.preview(
            ws.store,
            file,
            purposes=papers.purposes,
            now=now,
            mapping=_mapping(maps),
            told=Told(source=source, notice=notice, dates=_dates(ws, dates), zone=ws.settings.timezone),  # type: ignore[arg-type]
            wanted=people_verb.wanted(papers.campaign),
            encoding=encoding,
            separator=separator,
        )
        w = out.words
        said = _mapping(maps)
        for column in seen.columns:
            becomes = seen.mapping.get(column.column, "–")
            why = w("you said so") if column.column in said else w(column.why_code)
            sure_of = "sure" if column.column in said else column.certainty
            out.line(f"  {column.column:<24} → {becomes:<20} {w('reading.' + sure_of)}  {why}")
        for name, count in seen.counts.items():
            out.line(f"  {w.number(count):>8}  {w('contacts.' + name)}")
        for fault in seen.left_out[:SHOWN_FAULTS]:
            out.line("  " + w.fault(fault))
        if len(seen.left_out) > SHOWN_FAULTS:
            out.say("  … and {n} more lines left out", n=w.number(len(seen.left_out) - SHOWN_FAULTS))
        for ask in seen.asks:
            out.progress(w("contacts.asks." + ask))
        if not yes and out.as_json:
            out.done({"written": False, "preview": seen})
            return
        sure(out, "Write this?", yes)
        row = people_verb.take(
            ws.store,
            seen,
            yes=True,
            purposes=papers.purposes,
            now=now,
            id=fresh("i_"),
            name=lambda: fresh("p_"),
            locale=ws.settings.locale,
            progress=lambda n: out.progress("  {n} written", n=w.number(n)),
        )
        out.say("Written. To take it back: gale people undo {id}", id=row.id)
        out.say("Next: gale create, then gale plan")
        out.done({"written": True, "import": row.id, "summary": row.summary})


@people.command("undo")
@click.argument("import_id")
@verb
def undo(out: Out, import_id: str) -> None:
    """Take an import back. Opt-outs and suppressions of the file stay."""
    with workspace() as ws:
        papers = ws.read_documents()
        row = people_verb.undo(ws.store, import_id, purposes=papers.purposes, now=ws.clock.now())
        out.say("Taken back: {id}", id=row.id)
        out.done({"import": row.id, "summary": row.summary})


@people.command("list")
@verb
def listed(out: Out) -> None:
    """How many people are known, and the imports that were done."""
    with workspace() as ws:
        with ws.store.read() as unit:
            count, rows = unit.people.count(), unit.imports.all()
        out.say("{n} people", n=out.words.number(count))
        for row in rows:
            out.line(f"  {row.id}  {row.file}" + ("" if row.undone is None else "  (↶)"))
        out.done({"people": count, "imports": [{"id": r.id, "file": r.file, "undone": r.undone} for r in rows]})


@people.command("show")
@click.argument("person", required=False)
@click.option("--email", default=None, help="Find her by her address.")
@click.option("--own-id", default=None, help="Find her by the id in your own tool.")
@verb
def show(out: Out, person: str | None, email: str | None, own_id: str | None) -> None:
    """What is known of one person: attributes, consents, decisions with their reasons."""
    with workspace() as ws:
        known = people_verb.show(ws.store, _person(ws, person, email, own_id))
        w = out.words
        out.line(known.state.profile.id)
        for name, value in known.state.profile.attributes.items():
            out.line(f"  {name}: {value}")
        for standing in known.state.standings.values():
            out.line(f"  {standing.purpose}: {w('state.' + standing.state)}")
        for decision in known.decisions:
            out.line(f"  {decision.touchpoint}: {decision.variant or w(decision.reason)}")
        out.done(known)


@click.group()
def consent() -> None:
    """Record or withdraw a consent; show where one person stands."""


@consent.command("record")
@click.option("--person", default=None, help="Pseudonym (p_…).")
@click.option("--email", default=None, help="Find her by her address.")
@click.option("--purpose", required=True, help="A purpose of purposes.yaml.")
@click.option("--state", type=click.Choice(["given", "refused", "withdrawn", "objected"]), required=True)
@click.option("--source", required=True, help="Where she said so.")
@click.option("--basis", default=None, help="Legal basis; default: the purpose's first.")
@verb
def record(
    out: Out, person: str | None, email: str | None, purpose: str, state: str, source: str, basis: str | None
) -> None:
    """Record one act of one person. It binds from its commit on, on every worker."""
    with workspace() as ws:
        purposes = _purposes(ws)
        declared = purposes.get(purpose)
        now = ws.clock.now()
        act = Consent(
            id=fresh("c_"),
            person=_person(ws, person, email, None),
            purpose=purpose,
            state=state,  # type: ignore[arg-type]  # click offers only states
            basis=basis or (declared.basis[0] if declared else "consent"),  # type: ignore[arg-type]
            source=source,
            notice=declared.notice_version if declared else "",
            time=now,
        )
        (standing,) = consent_verb.record(ws.store, purposes, [act], now=now)
        out.say("{purpose}: {state}", purpose=purpose, state=out.words("state." + standing.state))
        out.done({"person": act.person, "standing": standing})


@consent.command("stop")
@click.option("--person", default=None, help="Pseudonym (p_…).")
@click.option("--email", default=None, help="Find her by her address.")
@click.option("--source", default="told us", show_default=True)
@verb
def stop_all(out: Out, person: str | None, email: str | None, source: str) -> None:
    """Stop everything for one person: an objection to all marketing, every other consent withdrawn."""
    with workspace() as ws:
        name = _person(ws, person, email, None)
        purposes = _purposes(ws)
        ids = [fresh("c_") for _ in purposes.purposes]
        done = consent_verb.withdraw_everything(ws.store, purposes, name, now=ws.clock.now(), source=source, ids=ids)
        out.say("Stopped: {n} purposes.", n=len(done))
        out.done({"person": name, "standings": done})


@click.command()
@click.argument("person", required=False)
@click.option("--email", default=None, help="Find her by her address.")
@click.option("--own-id", default=None, help="Find her by the id in your own tool.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@verb
def forget(out: Out, person: str | None, email: str | None, own_id: str | None, yes: bool) -> None:
    """Destroy what is known of one person. Her address stays suppressed, or the next import would bring her back."""
    with workspace() as ws:
        name = _person(ws, person, email, own_id)
        people_verb.show(ws.store, name)  # an unknown name is told before anything is asked
        sure(out, "Forget {person} for good? This cannot be undone.", yes, person=name)
        people_verb.forget(ws.store, name, now=ws.clock.now(), tombstone=fresh("x_"))
        if ws.store.compact_due():
            out.progress("Rewriting the database, so that no trace of her stays in its file.")
            ws.store.compact()
        out.say("Forgotten. The ledger still verifies.")
        out.done({"forgotten": True})


@click.group()
def export() -> None:
    """Files for the sending tool and the advertising platforms you have."""


@export.command("sends")
@CAMPAIGN
@click.option("--touchpoint", default=None, help="Which letter; not needed where there is one.")
@click.option("--for", "tool", type=click.Choice(export_verb.TOOLS), default="generic", show_default=True)
@click.option(
    "--at", default=None, metavar="YYYY-MM-DDTHH:MM", help="When it will go out; default: the next open hour."
)
@verb
def sends(out: Out, campaign: str | None, touchpoint: str | None, tool: str, at: str | None) -> None:
    """One row a person: her own id, subject, body, UTM, decision id, propensity; the holdout in an exclusion file."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        with ws.store.read() as unit:
            papers = Documents.of(the_campaign(unit, name))
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
            tool=tool,  # type: ignore[arg-type]  # click offers only tools
            out=ws.out,
            now=moment,
            decide=decide,
            stamp=_stamp(moment),
            pages=ws.read_pages(papers.frameworks),
        )
        w = out.words
        out.say("To go out at {time} ({zone}).", time=_clock(moment, papers), zone=papers.campaign.timezone)
        out.say("{n} sends: {file}", n=w.number(told.sends), file=told.sends_file)
        out.say("{n} wait (holdout), to be excluded: {file}", n=w.number(told.holdout), file=told.exclusion_file)
        for reason, count in told.none.items():
            out.line(f"  {w.number(count):>8}  {w(reason)}")
        if not (papers.brief.landing or papers.brand.url):
            out.progress("brief.yaml names no landing address: the letters carry no link.")
        out.progress("Your tool must add its own unsubscribe link to each letter.")
        out.say("Next: send the file, then gale outcomes import")
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
@click.option("--source", default="file", show_default=True, help="Names the tool the rows come from.")
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
            mapping=_mapping(maps),
            kind=kind,  # type: ignore[arg-type]  # an unknown kind is a fault of the verb
            source=source,
            dates=_dates(ws, dates),  # type: ignore[arg-type]
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


def _dates(ws: Workspace, said: str | None) -> str | None:
    """How dates are written where they could be read two ways: as said, else as the workspace's language writes them."""
    return said or ("dmy" if ws.settings.locale == "fr" else None)


def _purposes(ws: Workspace) -> Purposes:
    """What may be acted on; a broken document on disk stops no withdrawal."""
    with ws.store.read() as unit:
        return consent_verb.declared(unit, lambda: ws.read_documents().purposes)


def _mapping(maps: tuple[str, ...]) -> dict[str, str]:
    wrong = [m for m in maps if "=" not in m]
    if wrong:
        raise Faults.one("cli.map", found=wrong[0])
    return {column: to for column, _, to in (m.rpartition("=") for m in maps)}


def _person(ws: Workspace, person: str | None, email: str | None, own_id: str | None) -> str:
    if person is not None:
        return person
    if email is None and own_id is None:
        raise Faults.one("cli.person")
    return people_verb.find(ws.store, email=email, own_id=own_id)


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
        zone = ZoneInfo(papers.campaign.timezone)
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


def _clock(moment: int, papers: Documents) -> str:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.fromtimestamp(moment / 1000, ZoneInfo(papers.campaign.timezone)).strftime("%Y-%m-%d %H:%M")


def _stamp(moment: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y%m%d-%H%M")
