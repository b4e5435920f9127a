"""Pictures on the terminal: `gale pictures`, and `--check` for a file that came back from somewhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from gale.adapters.words import load
from gale.cli.common import Out, the_one_campaign, verb, workspace
from gale.creative.design import LAYOUTS
from gale.engine import pictures as pictures_verb
from gale.engine.picture_people import PersonalPictures, personal_pictures
from gale.engine.workspace import Workspace
from gale.records.faults import Fault, Faults
from gale.words import LOCALES

OURS = ("unchanged", "same_pixels")


@click.command()
@click.argument("campaign", required=False)
@click.option("--size", "sizes", multiple=True, metavar="WxH", help="A size, for example 300x250; again for more.")
@click.option("--out", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Where to write.")
@click.option("--count", type=click.IntRange(1, 1000), default=12, show_default=True, help="Variants of each kind.")
@click.option("--layout", type=click.Choice(LAYOUTS), default=None, help="One layout for all.")
@click.option(
    "--photo", type=click.Path(path_type=Path), metavar="FILE", help="A photograph of yours, or a drawing (SVG)."
)
@click.option("--focus", metavar="X,Y", default="0.5,0.5", show_default=True, help="What matters in it, 0 to 1.")
@click.option("--seed", type=click.IntRange(0), default=None, help="Another draw of layouts and colours.")
@click.option("--webp/--no-webp", default=True, help="WebP beside JPEG.")
@click.option("--sign/--no-sign", default=True, help="Content credentials (C2PA) in each file.")
@click.option("--ai-label/--no-ai-label", default=True, help="Say in the picture that a model wrote part of it.")
@click.option("--personal", is_flag=True, help="A version for each thing people declared, where a framework has one.")
@click.option("--check", type=click.Path(path_type=Path), metavar="FILE", help="Is this file one of yours?")
@verb
def pictures(
    out: Out,
    campaign: str | None,
    sizes: tuple[str, ...],
    folder: Path | None,
    count: int,
    layout: str | None,
    photo: Path | None,
    focus: str,
    seed: int | None,
    webp: bool,
    sign: bool,
    ai_label: bool,
    personal: bool,
    check: Path | None,
) -> None:
    """Draw the campaign's variants as designed pictures, in every size, signed and listed.

    Writes JPEG and WebP, their SVG and HTML sources, manifest.json and contact-sheet.pdf into out/pictures/CAMPAIGN.
    """
    with workspace() as ws:
        if check is not None:
            state = _check(out, ws, check)
            if state not in OURS:
                click.get_current_context().exit(1)
            return
        name = the_one_campaign(ws, campaign)
        wish = pictures_verb.Wish(
            count=count, sizes=sizes, layout=layout, photo=_file(photo), focus=_focus(focus), webp=webp, sign=sign,
            label=ai_label, seed=seed, processes=min(4, os.cpu_count() or 1),
        )  # fmt: skip
        made = folder or ws.out / "pictures" / name
        means: dict[str, Any] = {
            "wish": wish, "root": ws.root, "state": ws.state, "now": ws.clock.now(), "say": out.words,
            "words": {locale: load(locale) for locale in LOCALES},
            "progress": lambda done, of: _progress(out, done, of),
        }  # fmt: skip
        if personal:
            _tell_personal(out, personal_pictures(ws.store, ws.catalogue, name, out=made / "personal", **means))
            return
        told = pictures_verb.pictures(ws.store, ws.catalogue, name, out=made, **means)
        for one in told.told:
            click.echo("  " + out.words.fault(Fault(**one)), err=True)
        out.say(
            "{n} pictures of {v} variants in {folder}.",
            n=out.words.number(told.pictures),
            v=out.words.number(told.variants),
            folder=told.folder,
        )
        out.say("To look at them all: {sheet}", sheet=told.sheet)
        out.done(told)


def _tell_personal(out: Out, told: PersonalPictures) -> None:
    for one in told.told:
        click.echo("  " + out.words.fault(Fault(**one)), err=True)
    if told.mended:
        out.say("{n} in the cache were damaged and were drawn again.", n=out.words.number(told.mended))
    out.say(
        "{n} distinct pictures for {people} people: {drawn} drawn now, {kept} from the cache.",
        n=out.words.number(told.pictures),
        people=out.words.number(told.people),
        drawn=out.words.number(told.rendered),
        kept=out.words.number(told.hits),
    )
    out.say("To look at them all: {sheet}", sheet=told.sheet)
    out.done(told)


def _progress(out: Out, done: int, of: int) -> None:
    """Every tenth of the way, and the end."""
    if done == of or done % max(1, of // 10) == 0:
        out.progress("{n} of {of} pictures", n=out.words.number(done), of=out.words.number(of))


def _check(out: Out, ws: Workspace, file: Path) -> str:
    root = ws.state / "pictures-root.pem"
    told = pictures_verb.check(
        ws.store, _file(file) or file, root=root.read_text(encoding="ascii") if root.is_file() else ""
    )
    out.line(
        out.words(
            f"pictures.check.{told.state}",
            file=file.name,
            picture=told.picture,
            campaign=told.campaign,
            line=out.words.number(told.seq),
        )
    )
    out.line(out.words(f"pictures.credentials.{told.credentials}"))
    if told.source:
        out.line(out.words(f"source.{told.source}"))
    out.done(told)
    return told.state


def _file(path: Path | None) -> Path | None:
    if path is not None and not path.is_file():
        raise Faults.one("pictures.no_file", where=path.name, path=str(path))
    return path


def _focus(said: str) -> tuple[float, float]:
    try:
        x, y = (float(part) for part in said.split(","))
    except ValueError:
        x = y = -1.0
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise Faults.one("pictures.focus", found=said)
    return x, y
