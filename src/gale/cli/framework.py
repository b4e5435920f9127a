"""Frameworks on the terminal: look at one, or make one from the newsletter you have."""

from __future__ import annotations

from pathlib import Path

import click

from gale.adapters.files.newsletter import read_newsletter
from gale.adapters.files.yaml_reader import write_yaml
from gale.cli.common import Out, verb, workspace
from gale.creative import free_slots
from gale.records.faults import Faults


@click.group()
def framework() -> None:
    """Frameworks: which slots a placement has, what fills them, what is locked."""


@framework.command("list")
@verb
def list_(out: Out) -> None:
    """Every placement, its framework, and how many texts each slot can hold."""
    with workspace() as ws:
        catalogue, rows = ws.catalogue, []
        for placement, one in catalogue.frameworks.items():
            slots = []
            for slot in one.slots:
                sizes = {
                    code: len(catalogue.bank(code, slot.bank)) + len(slot.own.get(code, ()))
                    for code in catalogue.languages
                }
                slots.append(
                    {"slot": slot.name, "bank": slot.bank, "locked": slot.locked, "by": slot.by, "phrases": sizes}
                )
            free = {code: free_slots(catalogue, placement, code) for code in catalogue.languages}
            rows.append({"placement": placement, "framework": one.id, "slots": slots, "free": free})
            out.line(f"{placement}  ({one.id})")
            for entry in slots:
                told = ", ".join(f"{code} {n}" for code, n in entry["phrases"].items() if n)  # type: ignore[attr-defined]
                out.line(f"  {entry['slot']:<16} {told or '–'}")
        out.done({"frameworks": rows})


@framework.command("from-html")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default=None, help="What the framework is called; the file's name where you say nothing.")
@click.option("--language", default=None, metavar="fr|en", help="Say it where it is not found rightly.")
@verb
def from_html(out: Out, file: Path, name: str | None, language: str | None) -> None:
    """Turn a newsletter (HTML or MJML) into a framework: each text becomes a slot with your words as its first phrase."""
    with workspace() as ws:
        called = name or "".join(c if c.isalnum() else "-" for c in file.stem.lower()).strip("-")[:40] or "newsletter"
        read = read_newsletter(file, name=called, locale=language)
        target, page = ws.frameworks / f"{called}.yaml", ws.frameworks / f"{called}.html"
        for path in (target, page):
            if path.exists():
                raise Faults.one("file.exists", where=path.name, path=str(path))
        ws.frameworks.mkdir(exist_ok=True)
        page.write_text(read.html, encoding="utf-8")
        write_yaml(
            target, {"schema": 1, **read.framework.model_dump(mode="json", by_alias=True, exclude_defaults=True)}
        )
        w = out.words
        out.say(
            "Read {n} texts into slots ({language}): {file}",
            n=w.number(len(read.slots)),
            language=read.locale,
            file=str(target),
        )
        for slot, text in read.slots.items():
            out.line(f"  {slot:<14} {text[:80]}")
        if read.kept:
            out.say("Left as they are, legal lines, links and merge tags: {n}", n=w.number(len(read.kept)))
        if read.tokens:
            out.say("Kept for your sending tool: {tokens}", tokens=", ".join(read.tokens[:8]))
        if read.pixels or read.scripts:
            out.say(
                "Left out: {pixels} tracking pixels, {scripts} scripts or forms.",
                pixels=read.pixels,
                scripts=read.scripts,
            )
        out.say("Next: look at the slots in the file, lock what must not change, then gale create")
        out.done(
            {
                "framework": str(target), "page": str(page), "language": read.locale, "slots": read.slots,
                "kept": list(read.kept), "tokens": list(read.tokens), "pixels": read.pixels, "scripts": read.scripts,
            }
        )  # fmt: skip
