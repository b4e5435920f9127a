"""`gale export template`: the letter as a page that her sending tool fills, from the columns of the sends file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from gale.adapters.catalogue import load
from gale.adapters.files.texts import write_text
from gale.creative.letters import Filling, Letter, Said, Tagged, filled, markup, plain, shown
from gale.engine.export import Tool
from gale.engine.letters import Live, the_letter
from gale.engine.notes import note, the_campaign
from gale.engine.workspace import Documents
from gale.ports.store import Store
from gale.records.documents import Brand
from gale.records.faults import Faults


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """One language's letter. `subject` and `preheader` go into the tool's own fields; `columns` are the columns of the
    sends file that the page reads. `preview_file` is the letter with the words of one live variant, to look at.
    `own_page`: it is the newsletter that the framework came from."""

    locale: str
    html_file: str
    text_file: str
    preview_file: str
    subject: str
    preheader: str
    columns: tuple[str, ...]
    own_page: bool


class TemplateSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What was written. `unsure` names what of this tool could not be confirmed from its documentation."""

    campaign: str
    touchpoint: str
    tool: Tool
    letters: tuple[Template, ...]
    unsure: tuple[str, ...]


def export_template(
    store: Store, campaign: str, touchpoint: str, *, tool: Tool, out: Path, now: int, pages: Mapping[str, str] = {}
) -> TemplateSummary:
    """Write `template-CAMPAIGN-TOUCHPOINT-TOOL-LANGUAGE.html` and `.txt` into the folder `out`, and a preview of each.

    What varies is the tool's tag for a column of the sends file, with the words of one live variant for whoever has
    none; facts and locked words stand as they were signed. Nothing but the ledger's line is stored. Raises `Faults`:
    `campaign.unknown`, `touchpoint.unknown`, `export.not_email`, `export.not_live`, `newsletter.changed`,
    `letter.too_long`, `letter.no_landing` (a button leads nowhere), `file.exists`, `file.not_writable`.
    """
    with store.read() as unit:
        papers = Documents.of(row := the_campaign(unit, campaign))
        planned = the_letter(papers, touchpoint)
        if row.status != "live":
            raise Faults.one("export.not_live", campaign=campaign, status=row.status)
        live = Live.of(unit, row, planned, tool=tool, pages=pages)
    name = f"{campaign}-{touchpoint}-{tool}"
    paths = {
        locale: (
            out / f"template-{name}-{locale}.html",
            out / f"template-{name}-{locale}.txt",
            out / f"preview-{name}-{locale}.html",
        )
        for locale in live.letters
    }
    for path in (p for three in paths.values() for p in three):
        if path.exists():
            raise Faults.one("file.exists", where=path.name, path=str(path))
    made = {locale: _render(papers.brand, live, letter) for locale, letter in live.letters.items()}
    for locale, texts in made.items():
        for path, text in zip(paths[locale], texts, strict=True):
            write_text(path, text)
    with store.write() as unit:
        body = {"campaign": campaign, "touchpoint": touchpoint, "tool": tool, "languages": list(made)}
        note(unit, now=now, kind="export", body=body)
    return TemplateSummary(
        campaign=campaign,
        touchpoint=touchpoint,
        tool=tool,
        letters=tuple(
            _told(live, letter, locale, *(str(p) for p in paths[locale])) for locale, letter in live.letters.items()
        ),
        unsure=live.tool.unsure,
    )


def _render(brand: Brand, live: Live, letter: Letter) -> tuple[str, str, str]:
    """The HTML and the plain part of one language for the tool, and the letter that whoever has no field reads."""
    tool = live.tool
    own = live.page.speaks(letter.locale)
    if not live.landing.address and ("[[link]]" in live.page.html or not own):
        raise Faults.one("letter.no_landing")
    words = load().language(letter.locale).letter
    around = {"unsubscribe": tool.unsubscribe, "sender": tool.sender, "words": words}
    tagged = Tagged(tool, letter, live.columns, live.counts)
    example = Said({**letter.default, **letter.fixed})
    return (
        _page(brand, live, letter, tagged, around),
        plain(brand, letter, tagged, live.landing, **around),  # type: ignore[arg-type]
        _page(brand, live, letter, example, {"unsubscribe": "#", "words": words}),
    )


def _page(brand: Brand, live: Live, letter: Letter, filling: Filling, around: Mapping[str, object]) -> str:
    """Her own newsletter where the letter is in its language, ours where it is not."""
    if not live.page.speaks(letter.locale):
        return markup(brand, letter, filling, live.landing, **around)  # type: ignore[arg-type]
    by_slot = {p.slots[0]: p.name for p in letter.parts if len(p.slots) == 1}

    def put(slot: str) -> str:
        return filling.html(by_slot[slot]) if slot in by_slot else ""

    page = shown(live.page.html, by_slot)
    return filled(page, put, filling.link(live.landing).replace("&", "&amp;"))


def _told(live: Live, letter: Letter, locale: str, html_file: str, text_file: str, preview_file: str) -> Template:
    filling = Tagged(live.tool, letter, live.columns, live.counts)
    has = {p.name for p in letter.parts}
    names = [n for n in live.columns if n in letter.texts or n.partition("_part")[0] in letter.texts]
    return Template(
        locale=locale,
        html_file=html_file,
        text_file=text_file,
        preview_file=preview_file,
        subject=filling.subject("subject") if "subject" in has else "",
        preheader=filling.subject("preheader") if "preheader" in has else "",
        columns=tuple(live.columns[n] for n in [*names, "decision_id", "variant"]),
        own_page=live.page.speaks(letter.locale),
    )
