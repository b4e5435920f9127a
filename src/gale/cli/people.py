"""People on the terminal: contacts in, one person, consents, forgetting, files for the sending tool and back."""

from __future__ import annotations

from pathlib import Path

import click

from gale.audience import Told
from gale.cli.common import Out, fresh, sure, verb, workspace
from gale.engine import consent as consent_verb
from gale.engine import people as people_verb
from gale.engine.workspace import Workspace
from gale.records.documents import Purposes
from gale.records.faults import Faults
from gale.records.people import Consent

FILE = click.argument("file", type=click.Path(path_type=Path))
MAP = click.option("--map", "maps", multiple=True, metavar="COLUMN=BECOMES", help="Correct the reading of a column.")
DATES = click.option("--dates", type=click.Choice(["dmy", "mdy", "ymd"]), default=None, help="How dates are written.")
READ = (
    click.option("--encoding", default=None, help="If it is not recognised: cp1252, utf-8 …"),
    click.option("--separator", default=None, help="If it is not recognised: , ; | or tab."),
)
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
            mapping=mapping(maps),
            told=Told(source=source, notice=notice, dates=dates_as_said(ws, dates), zone=ws.settings.timezone),  # type: ignore[arg-type]
            wanted=people_verb.wanted(papers.campaign, papers.frameworks),
            encoding=encoding,
            separator=separator,
        )
        w = out.words
        said = mapping(maps)
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
    """Take an import back. The file's opt-outs and suppressions stay."""
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
@click.option(
    "--state", type=click.Choice(["given", "refused", "withdrawn", "objected"]), required=True, help="What she said."
)
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
@click.option("--source", default="told us", show_default=True, help="Where she said so.")
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


def dates_as_said(ws: Workspace, said: str | None) -> str | None:
    """How dates are written where they could be read two ways: as said, else as the workspace's language writes them."""
    return said or ("dmy" if ws.settings.locale == "fr" else None)


def _purposes(ws: Workspace) -> Purposes:
    """What may be acted on; a broken document on disk stops no withdrawal."""
    with ws.store.read() as unit:
        return consent_verb.declared(unit, lambda: ws.read_documents().purposes)


def mapping(maps: tuple[str, ...]) -> dict[str, str]:
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
