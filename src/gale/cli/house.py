"""The house on the terminal: init, serve, keys, migrate, schema, demo."""

from __future__ import annotations

import json
import secrets
import webbrowser
from datetime import date
from pathlib import Path
from typing import get_args

import click

from gale.cli.common import Out, root, verb, workspace
from gale.engine import keys as keys_verb
from gale.engine.workspace import migrations
from gale.records.documents import Kind
from gale.records.faults import Faults
from gale.records.kinds import DOCUMENTS

EXAMPLE = Path("examples") / "eveil"
PORT = click.IntRange(0, 65535)
QUESTIONS = {
    "name": "What is the brand called?",
    "product": "What is the product called?",
    "kind": "Is it goods, food, care or a service (goods/food/care/service)?",
    "noun_fr": "What is it, in French, with its article (le pain, la crème, l’huile)?",
    "noun_en": "What is it, in English (bread, cream, oil)?",
    "benefit_fr": "One true benefit, in French, a short clause (cuit chaque matin)?",
    "benefit_en": "The same in English (baked every morning)?",
    "price": "Its price, in euros (9.80)?",
    "landing": "The address your links lead to (https://…; empty: none yet)?",
    "touchpoints": "Where does it speak (letter, banner, post)? Banner and post need a consent to advertising.",
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Take every answer from the options and the defaults.")
@click.option("--name", default=None, help="The brand's name.")
@click.option("--product", default=None, help="The product's name.")
@click.option("--kind", type=click.Choice(get_args(Kind)), default=None, help="What it is; what may be said follows.")
@click.option("--noun-fr", default=None, help="What it is, in French with its article: le pain, l’huile.")
@click.option("--noun-en", default=None, help="What it is, in English: bread, oil.")
@click.option("--benefit-fr", default=None, help="One true benefit, in French, a short clause.")
@click.option("--benefit-en", default=None, help="One true benefit, in English, a short clause.")
@click.option("--landing", default=None, help="Address the links lead to (https://…).")
@click.option("--price", default=None, help="The price, for example 9.80.")
@click.option("--touchpoints", default=None, metavar="NAMES", help="letter, banner, post; default: letter.")
@verb
def init(
    out: Out,
    folder: Path,
    yes: bool,
    name: str | None,
    product: str | None,
    kind: str | None,
    noun_fr: str | None,
    noun_en: str | None,
    benefit_fr: str | None,
    benefit_en: str | None,
    price: str | None,
    landing: str | None,
    touchpoints: str | None,
) -> None:
    """Make a workspace in FOLDER: brand, brief, campaign, team and purposes, ready to be edited."""
    from gale.engine.init import Answers, documents, init_workspace

    w = out.words
    given = {
        "name": name,
        "product": product,
        "kind": kind,
        "noun_fr": noun_fr,
        "noun_en": noun_en,
        "benefit_fr": benefit_fr,
        "benefit_en": benefit_en,
        "price": price,
        "landing": landing,
        "touchpoints": touchpoints,
    }
    defaults = Answers.defaults(folder.name)
    answers = {}
    for key, question in QUESTIONS.items():
        value = given[key]
        if value is None:
            value = defaults[key] if yes else _ask(out, key, w(question), defaults[key])
        answers[key] = value
    made = Answers(**answers, locale=w.locale)
    written = init_workspace(folder, made, today=None)
    for path in written:
        out.line(f"  {path}")
    product = documents(made, date.today())["brief"]["product"]
    if "regime" in product:
        out.say("This is a drink with alcohol: brief.yaml says regime: alcohol, and the law's line ends every text.")
    if not yes and "names" not in product:
        out.say(
            "Is the product's name an ordinary noun (la cuvée, the balm)? Write it with its article under names (docs/creative.md)."
        )
    out.say("Next: gale -C {folder} create", folder=str(folder))
    out.done({"folder": str(folder), "files": [str(p) for p in written]})


def _ask(out: Out, field: str, question: str, default: str) -> str:
    """One answer, asked again while it cannot be taken. Raises `Faults` `answer.needed` when there is nobody to ask."""
    from gale.engine.init import wrong

    while True:
        try:
            said = str(click.prompt(question, default=default, err=True))
        except click.Abort:
            raise Faults.one("answer.needed") from None
        fault = wrong(field, said)
        if fault is None:
            return said
        out.progress(out.words.fault(fault))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The Studio opens on loopback only.")
@click.option("--port", type=PORT, default=8747, show_default=True, help="0 takes a free one.")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes that answer.")
@verb
def serve(out: Out, host: str, port: int, workers: int) -> None:
    """Serve the Studio and the HTTP API of this workspace."""
    from gale.cli.serve import supervise

    with workspace():
        pass  # faults of documents and database are told before a worker starts
    supervise(out, root().resolve(), host=host, port=port, workers=workers)


@click.group()
def keys() -> None:
    """API keys; a key is shown once."""


@keys.command("add")
@click.option("--name", required=True, help="Who will use it.")
@click.option("--scopes", required=True, help="Comma-separated: " + ", ".join(keys_verb.SCOPES))
@verb
def add(out: Out, name: str, scopes: str) -> None:
    """Make a key. It is kept as a hash: what is printed now cannot be shown again."""
    with workspace() as ws:
        wanted = tuple(s.strip() for s in scopes.split(",") if s.strip())
        key = keys_verb.issue(ws.store, name=name, scopes=wanted, secret=secrets.token_bytes(32), now=ws.clock.now())
        out.line(key)
        out.done({"key": key, "scopes": wanted})


@keys.command("list")
@verb
def listed(out: Out) -> None:
    """Every key without its secret."""
    with workspace() as ws:
        with ws.store.read() as unit:
            rows = unit.keys.all()
        for row in rows:
            revoked = "" if row.revoked is None else f"  ({out.words('revoked')})"
            out.line(f"  {row.id}  {row.name}  {', '.join(row.scopes)}{revoked}")
        if not rows:
            out.say("No key yet: nobody can use the API. Make one with: gale keys add")
        out.done({"keys": [{"id": r.id, "name": r.name, "scopes": r.scopes, "revoked": r.revoked} for r in rows]})


@keys.command("revoke")
@click.argument("key_id")
@verb
def revoke(out: Out, key_id: str) -> None:
    """Refuse a key from now on."""
    with workspace() as ws:
        keys_verb.revoke(ws.store, key_id, now=ws.clock.now())
        out.say("{key} is revoked.", key=key_id)
        out.done({"key": key_id, "revoked": True})


@click.command()
@click.option("--yes", is_flag=True, help="Apply; without it the migrations are only listed.")
@verb
def migrate(out: Out, yes: bool) -> None:
    """Show what would change in the database, and with --yes change it."""
    names = migrations(root(), apply=yes)
    for name in names:
        out.line(f"  {name}")
    if not names:
        out.say("Nothing to migrate.")
    elif not yes:
        out.say("Make a copy of the database, then run: gale migrate --yes")
    out.done({"applied" if yes else "pending": names})


@click.command()
@click.argument("document", type=click.Choice(list(DOCUMENTS)))
@verb
def schema(out: Out, document: str) -> None:
    """Print the JSON Schema of a document, so that your editor can complete it."""
    text = DOCUMENTS[document].model_json_schema(by_alias=True)
    out.line(json.dumps(text, indent=2, ensure_ascii=False))
    out.done(text)


@click.command()
@click.option("--once", is_flag=True, help="Go the whole way by itself, write the report and exit.")
@click.option(
    "--example", type=click.Path(path_type=Path), default=EXAMPLE, show_default=True, help="The folder it plays from."
)
@click.option(
    "--seed", type=click.IntRange(0), default=42, show_default=True, help="The same seed plays the same story."
)
@click.option("--port", type=PORT, default=8747, show_default=True, help="Where the Studio answers.")
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@verb
def demo(out: Out, once: bool, example: Path, seed: int, port: int, no_browser: bool) -> None:
    """Éveil, from brief to proof, in two simulated cities. SANDBOX is on every figure."""
    from gale.cli import demo as show

    if not (example / "gale.yaml").is_file():
        raise Faults.one("workspace.missing", path=str(example))
    if once:
        out.done(show.once(out, example, seed=seed))
    else:
        show.studio(out, example, seed=seed, port=port, open_page=None if no_browser else webbrowser.open)
