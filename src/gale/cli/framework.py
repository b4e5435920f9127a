"""Frameworks on the terminal: look at one, or make one from the newsletter you have."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from gale.adapters.files.newsletter import read_newsletter
from gale.adapters.files.yaml_reader import write_yaml
from gale.cli.common import Out, the_one_campaign, verb, workspace
from gale.creative import free_slots
from gale.creative.signs import Sign
from gale.creative.wishes import MOST
from gale.engine import phrases as phrases_verb
from gale.engine import wish as wish_verb
from gale.engine.notes import the_campaign
from gale.engine.workspace import Documents, Workspace
from gale.records.faults import Faults
from gale.words import Words


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
@click.option("--name", default=None, help="What the framework is called; default: the file's name.")
@click.option("--language", default=None, metavar="fr|en", help="Which language it is in, if it is not recognised.")
@verb
def from_html(out: Out, file: Path, name: str | None, language: str | None) -> None:
    """Turn a newsletter (HTML or MJML) into a framework: each text becomes a slot with your words as its first phrase."""
    with workspace() as ws:
        called = name or "".join(c if c.isalnum() else "-" for c in file.stem.lower()).strip("-")[:40] or "newsletter"
        read = read_newsletter(file, name=called, locale=language, legal=_law_speaks(ws))
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


def _law_speaks(ws: Workspace) -> bool:
    """Must a line stand in every text of this brief? Documents that cannot be read are told by `gale create`."""
    with suppress(Faults):
        brief = ws.read_documents().brief
        return bool(brief.product.regime or brief.legal)
    return False


@framework.command()
@click.argument("campaign", required=False)
@click.option("--placement", default="email", show_default=True, help="Which placement: email, banner, post …")
@click.option("--slot", required=True, help="Which slot: subject, opening, line … (gale framework list)")
@click.option(
    "--wish", "said", required=True, help='In your words: "shorter", "warmer", "for night owls", "with apricot".'
)
@click.option("--near", default="", metavar="PHRASE", help="The phrase you start from: its words, or its id.")
@click.option("--locale", default=None, metavar="fr|en", help="Which language; default: the brief's first.")
@click.option("--most", type=click.IntRange(1, 100), default=MOST, show_default=True, help="How many phrases to show.")
@verb
def wish(
    out: Out, campaign: str | None, placement: str, slot: str, said: str, near: str, locale: str | None, most: int
) -> None:
    """Ask the phrase bank for another way to say it, without a model; each phrase says why it is offered.

    A phrase marked + is not in this campaign's bank yet: it supposes an hour or a voice. Take it with its key: gale
    framework take KEY.
    """
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        if locale is None:
            with ws.store.read() as unit:
                locale = Documents.of(the_campaign(unit, name)).brief.locales[0]
        answer = wish_verb.wish(
            ws.store, ws.catalogue, name, placement=placement, slot=slot, locale=locale, wish=said, near=near, most=most
        )
        w = out.words
        if answer.heard.empty:
            out.say(
                "This wish was not understood. Say how it should be, or for whom: shorter, warmer, for the evening."
            )
        elif not answer.offers:
            out.say("Nothing in the bank fits this wish here.")
        else:
            asked = ", ".join([*(w(f"wish.{x}") for x in answer.heard.wishes), *answer.heard.words])
            out.say("{slot}: {n} phrases for “{wish}”.", wish=asked, slot=w(f"slot.{slot}") if w.has(f"slot.{slot}") else slot, n=w.number(answer.found))  # fmt: skip
        for offer in answer.offers:
            why = ", ".join(x for s in offer.signs if (x := _sign(w, s)))
            out.line(f"{'+' if offer.outside else ' '} {offer.phrase.text}" + (f"  ({why})" if why else ""))
            if offer.take:
                out.line(f"    {offer.take}")
        for what, where in answer.helps:
            out.line(f"  {w(f'framework.help.{what}')} {where}")
        if any(o.take for o in answer.offers):
            out.say("To take one: gale framework take KEY")
        out.done(
            {
                "campaign": name, "placement": placement, "slot": slot, "locale": locale, "wish": said,
                "heard": list(answer.heard.wishes), "words": list(answer.heard.words), "found": answer.found,
                "lacking": list(answer.lacking), "helps": [{"what": a, "where": b} for a, b in answer.helps],
                "offers": [
                    {
                        "phrase": o.phrase.id, "text": o.phrase.text, "angle": o.phrase.angle, "score": o.score,
                        "outside": o.outside or None, "key": o.take or None,
                        "why": [{"wish": s.wish, "kind": s.kind, "found": s.found} for s in o.signs],
                    }
                    for o in answer.offers
                ],
            }
        )  # fmt: skip


@framework.command()
@click.argument("key")
@click.option("--campaign", metavar="ID", default=None, help="Which campaign; not needed if there is only one.")
@click.option("--back", is_flag=True, help="Leave it out again.")
@click.option("--as", "by", default=None, metavar="MEMBER", help="Whose change this is; in a team she cannot sign it.")
@verb
def take(out: Out, key: str, campaign: str | None, back: bool, by: str | None) -> None:
    """Take a phrase that `gale framework wish` offered into its slot, and rewrite the thousand; --back leaves it out."""
    with workspace() as ws:
        name = the_one_campaign(ws, campaign)
        created = phrases_verb.keep_phrase(
            ws.store, ws.catalogue, name, phrase=key, keep="left" if back else "taken", now=ws.clock.now(), by=by
        )
        out.say("Left out again: {key}" if back else "Taken for this slot: {key}", key=key)
        out.say("Next: gale plan")
        out.done({"campaign": name, "key": key, "taken": not back, "accepted": created.accepted})


def _sign(words: Words, sign: Sign) -> str:
    """Why a phrase is offered, in a few words."""
    if sign.kind in ("mark", "word"):
        return words("says {words}", words=f"“{sign.found}”" if words.locale != "fr" else f"«\u00a0{sign.found}\u00a0»")
    if sign.kind == "tone":
        return words("tone: {tone}", tone=words(f"tone.{sign.found}"))
    if sign.kind == "angle":
        name = f"angle.{sign.found}"
        return words("angle: {angle}", angle=words(name) if words.has(name) else sign.found)
    if sign.kind == "moment":
        return words(f"wish.{sign.found}")
    said = {"benefit": "says the benefit", "form": "ends with a question mark", "simple": "few words to the sentence"}
    return words(said[sign.kind]) if sign.kind in said else ""
