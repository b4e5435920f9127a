"""What both letter exports read: the live letters of one touchpoint, language by language, as one sending tool takes
them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from gale.creative.catalogue import Framework
from gale.creative.letters import (
    FOOT,
    TOOLS,
    Landing,
    Letter,
    Page,
    Part,
    Tool,
    columns_of,
    marks_of,
    parts_of,
    piece_names,
    pieces,
)
from gale.engine.personal import Personaliser
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Unit
from gale.records.documents import Touchpoint
from gale.records.faults import Faults


def the_letter(papers: Documents, touchpoint: str) -> Touchpoint:
    """The touchpoint as planned. Raises `Faults`: `touchpoint.unknown`, `export.not_email`."""
    planned = next((t for t in papers.campaign.touchpoints if t.id == touchpoint), None)
    if planned is None:
        known = ", ".join(t.id for t in papers.campaign.touchpoints)
        raise Faults.one("touchpoint.unknown", touchpoint=touchpoint, known=known)
    if planned.channel != "email" or planned.trigger is not None:
        fit = ", ".join(t.id for t in papers.campaign.touchpoints if t.channel == "email" and t.trigger is None)
        raise Faults.one("export.not_email", touchpoint=touchpoint, channel=planned.channel, known=fit or "–")
    return planned


def signed_page(papers: Documents, placement: str, pages: Mapping[str, str]) -> Page:
    """The newsletter of the framework that fills this placement.

    Raises `Faults` `newsletter.changed` where the page is not the one that people signed.
    """
    design = next((f for f in papers.frameworks if f.placement == placement and f.html), None)
    if design is None:
        return Page()
    page = pages.get(design.id, "")
    if hashlib.sha256(page.encode()).hexdigest() != papers.pages.get(design.id):
        raise Faults.one("newsletter.changed", where=f"frameworks/{design.html}", page=design.html)
    return Page(page, (design.language or papers.brief.locales[0])[:2])


@dataclass(frozen=True)
class Live:
    """One touchpoint's letters. `letters` by locale; `counts` in how many fields each part is cut; `columns` maps every
    field of the sends file to the tool's own column, in the file's order."""

    tool: Tool
    framework: Framework
    landing: Landing
    page: Page
    letters: Mapping[str, Letter]
    parts: tuple[Part, ...]
    counts: Mapping[str, int]
    columns: Mapping[str, str]
    personaliser: Personaliser

    @classmethod
    def of(cls, unit: Unit, row: CampaignRow, planned: Touchpoint, *, tool: str, pages: Mapping[str, str]) -> Live:
        """Read the live variants. Raises `Faults`: `newsletter.changed`, `letter.too_long`."""
        papers, one = Documents.of(row), TOOLS[tool]
        page = signed_page(papers, planned.placement, pages)
        personaliser = Personaliser(papers)
        framework = personaliser.of(planned.placement, papers.brief.locales[0]).framework
        parts = parts_of(framework, _shown_by(page))
        letters = {}
        for slate, ids in sorted(row.live.items()):
            touchpoint, _, locale = slate.partition("/")
            found = unit.creatives.get(row.id, ids) if touchpoint == planned.id else {}
            if variants := [found[v] for v in ids if v in found]:
                shown = [p for p in parts if p.place != "page"] if not page.speaks(locale) else _of_page(parts, page)
                choices = personaliser.of(planned.placement, locale).choices
                letters[locale] = Letter.of(shown, framework, variants, choices)
        counts: dict[str, int] = {}
        for letter in letters.values():
            for name, count in letter.pieces(one).items():
                counts[name] = max(count, counts.get(name, 1))
        landing = Landing(papers.brief.landing or papers.brand.url or "", papers.brand.id, row.id)
        names = _names(one, parts, counts, bool(page.html))
        return cls(one, framework, landing, page, letters, parts, counts, columns_of(one, names), personaliser)

    def values(self, slots: Mapping[str, str]) -> dict[str, str]:
        """Every part's words, as one person reads them."""
        return {part.name: part.text(slots) for part in self.parts}

    def fields(self, values: Mapping[str, str]) -> dict[str, str]:
        """The same as this tool's fields hold them: cut where a field is too small, harmless where nobody escapes.

        Raises `Faults` `letter.too_long` for words that no field was foreseen for.
        """
        made: dict[str, str] = {}
        for name, words in values.items():
            names = piece_names(name, self.counts.get(name, 1))
            held = pieces(self.tool, self.tool.value(words))
            if len(held) > len(names) and name in self.counts:
                raise Faults.one("letter.too_long", tool=self.tool.title, limit=self.tool.most, found=words[:40])
            made |= dict(zip(names, held + [""] * len(names), strict=False))
        return made


def _shown_by(page: Page) -> tuple[str, ...]:
    """The slots that a page shows: those that it marks, and at its foot what must be read."""
    return tuple(dict.fromkeys((*marks_of(page.html), *FOOT))) if page.html else ()


def _of_page(parts: tuple[Part, ...], page: Page) -> list[Part]:
    """The parts that a page shows, and those that stand outside of it: the subject line and the preheader's field."""
    marks = _shown_by(page)
    return [p for p in parts if p.place in ("subject", "preheader") or (len(p.slots) == 1 and p.slots[0] in marks)]


def _names(tool: Tool, parts: tuple[Part, ...], counts: Mapping[str, int], page: bool) -> list[str]:
    """The fields of the sends file: the tool's first columns, a field for each part that varies, the ids last."""
    varying = [n for p in parts if p.name in counts for n in piece_names(p.name, counts[p.name])]
    before = tool.columns[: tool.columns.index("decision_id")]
    after = tool.columns[tool.columns.index("decision_id") :]
    middle = [n for n in varying if n not in tool.columns]
    if "body" in tool.columns:  # the columns that there have always been keep their place
        return [*before, *after, *middle, *(["html"] if page else [])]
    return [*before, *middle, *after]
