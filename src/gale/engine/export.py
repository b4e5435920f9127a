"""`gale export sends`: one file for the sending tool she has, and one with those it must leave out.

Every row is a committed decision. Addresses leave the vault here and nowhere else, into files that only their owner
can read (mode 0600).
"""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from gale.adapters.files.tables import write_csv
from gale.consent import may
from gale.engine.notes import note, the_campaign
from gale.engine.personal import Personaliser
from gale.engine.workspace import Documents
from gale.ports.store import Store, Unit
from gale.records.creative import Variant
from gale.records.decision import Decision
from gale.records.documents import Purpose, Touchpoint
from gale.records.faults import Faults
from gale.records.people import Contact, PersonState

Tool = Literal["generic", "brevo"]
TOOLS: tuple[Tool, ...] = ("generic", "brevo")
BATCH = 2000

# One row a person. All columns are read by a machine: none is guarded against spreadsheet formulas (`write_csv`).
GENERIC = (
    "own_id", "email", "locale", "subject", "preheader", "body", "call", "link", "utm_source", "utm_medium",
    "utm_campaign", "utm_content", "decision_id", "variant", "propensity",
)  # fmt: skip
# Brevo matches EMAIL and EXT_ID by name; the others become contact attributes, in capitals ({{ contact.GALE_SUBJECT }}).
BREVO = {
    "own_id": "EXT_ID", "email": "EMAIL", "locale": "GALE_LOCALE", "subject": "GALE_SUBJECT",
    "preheader": "GALE_PREHEADER", "body": "GALE_BODY", "call": "GALE_CALL", "link": "GALE_LINK",
    "utm_source": "UTM_SOURCE", "utm_medium": "UTM_MEDIUM", "utm_campaign": "UTM_CAMPAIGN",
    "utm_content": "UTM_CONTENT", "decision_id": "DECISION_ID", "variant": "VARIANT", "propensity": "PROPENSITY",
    "html": "GALE_HTML",
}  # fmt: skip


class ExportSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What was written. `none` counts by reason the people for whom nothing was decided; `withdrawn` those who closed
    the door between their decision and the writing of the file. `people` = `sends` + `holdout` + `withdrawn` + none.
    """

    campaign: str
    touchpoint: str
    tool: Tool
    sends_file: str
    exclusion_file: str
    people: int
    sends: int
    holdout: int
    withdrawn: int
    none: dict[str, int]


def export_sends(
    store: Store,
    campaign: str,
    touchpoint: str,
    *,
    tool: Tool,
    out: Path,
    now: int,
    decide: Callable[[Sequence[str], str, int], Sequence[Decision]],
    stamp: str = "",
    pages: Mapping[str, str] = {},
) -> ExportSummary:
    """Decide for everybody with an address and write `sends-…csv` and `exclude-…csv` into the folder `out`.

    `decide(people, touchpoint, now)` commits the decisions (`engine.decide.decide_many`). The exclusion file holds
    the holdout: whoever is in it must get nothing of this campaign from any tool. Whoever did not consent is in
    neither. What binds is read again when the file is written: consent, suppression. `stamp` tells two exports apart
    in the names of the files. `pages` are the newsletters that frameworks came from: with one, each row carries the whole
    letter as `html`. Raises `Faults`: `newsletter.changed` (the page is not the one that was signed), `campaign.unknown`, `touchpoint.unknown`, `export.not_email`,
    `export.not_live`, `export.nobody`, `file.exists` (before anything is decided), `file.not_writable`.
    """
    with store.read() as unit:
        papers = Documents.of(row := the_campaign(unit, campaign))
        planned = _touchpoint(papers, touchpoint)
        if row.status != "live":
            raise Faults.one("export.not_live", campaign=campaign, status=row.status)
        people = _reachable(unit)
    if not people:
        raise Faults.one("export.nobody", campaign=campaign)
    name = "-".join(part for part in (campaign, touchpoint, tool, stamp) if part)
    sends, exclusions = out / f"sends-{name}.csv", out / f"exclude-{name}.csv"
    for path in (sends, exclusions):
        if path.exists():
            raise Faults.one("file.exists", where=path.name, path=str(path))
    page = signed_page(papers, planned.placement, pages)
    decisions = decide(people, touchpoint, now)
    purposes = [p for p in (papers.purposes.get(name) for name in planned.purposes) if p is not None]
    landing = Landing(papers.brief.landing or papers.brand.url or "", papers.brand.id, campaign)
    with store.read() as unit:
        lines = _Lines(unit, planned, purposes, landing, decisions, now, Personaliser(papers), page)
        columns = (*GENERIC, *(("html",) if page.html else ()))
        header = columns if tool == "generic" else tuple(BREVO[column] for column in columns)
        separator: Literal[",", ";"] = "," if tool == "generic" else ";"
        held_out = lines.held_out()
        write_csv(exclusions, (header[0], header[1]), held_out, separator=separator)
        written = write_csv(sends, header, lines.sends(), separator=separator)
    none = Counter(d.reason for d in decisions if d.variant is None and d.reason != "holdout")
    with store.write() as unit:
        body = {"campaign": campaign, "touchpoint": touchpoint, "sends": written, "holdout": len(held_out)}
        note(unit, now=now, kind="export", body=body)
    return ExportSummary(
        campaign=campaign,
        touchpoint=touchpoint,
        tool=tool,
        sends_file=str(sends),
        exclusion_file=str(exclusions),
        people=len(decisions),
        sends=written,
        holdout=len(held_out),
        withdrawn=lines.closed,
        none=dict(none),
    )


class Landing(msgspec.Struct, frozen=True):
    """Where a message leads, and the UTM parameters that tell the shop where a visit came from."""

    address: str
    source: str
    campaign: str

    def utm(self, variant: str) -> dict[str, str]:
        return {
            "utm_source": self.source,
            "utm_medium": "email",
            "utm_campaign": self.campaign,
            "utm_content": variant,
        }

    def link(self, variant: str, decision: str) -> str:
        """The address with UTM and the decision's id; what it carried already stays; nothing where there is none.

        >>> Landing("https://cafe.example/aube?x=1#y", "cafe", "autumn").link("v_1", "d_1")
        'https://cafe.example/aube?x=1&utm_source=cafe&utm_medium=email&utm_campaign=autumn&utm_content=v_1&gale=d_1#y'
        """
        if not self.address:
            return ""
        parts = urlsplit(self.address)
        query = parse_qsl(parts.query, keep_blank_values=True)
        query += [*self.utm(variant).items(), ("gale", decision)]
        return urlunsplit(parts._replace(query=urlencode(query)))


class Page(msgspec.Struct, frozen=True):
    """A newsletter with its marks, and the language of what stands around them; empty where there is none."""

    html: str = ""
    language: str = ""

    def letter(self, variant: Variant, slots: Mapping[str, str]) -> str:
        """The whole letter, or nothing for a variant in another language than the page."""
        return letter_of(self.html, slots) if variant.locale[:2] == self.language else ""


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


def letter_of(page: str, slots: Mapping[str, str]) -> str:
    """The page with each `[[slot]]` filled; words are text, never markup.

    >>> letter_of("<p>[[opening]]</p><p>[[other]]</p>", {"opening": "Tea & <toast>"})
    '<p>Tea &amp; &lt;toast&gt;</p><p></p>'
    """
    return re.sub(r"\[\[(\w+)\]\]", lambda m: html.escape(slots.get(m.group(1), ""), quote=False), page)


def committed(store: Store, campaign: str, touchpoint: str, *, since: int) -> list[Decision]:
    """The decisions of one touchpoint from `since` on, as they were committed: what a second export of the same
    evening is made from (`decide=lambda *_: committed(…)`), so that a lost file costs nobody her message."""
    found: list[Decision] = []
    after = 0
    with store.read() as unit:
        while page := unit.decisions.scan(campaign, after):
            after = page[-1][0]
            found += [d for _, d in page if d.touchpoint == touchpoint and d.time >= since]
    return found


def _touchpoint(papers: Documents, touchpoint: str) -> Touchpoint:
    planned = next((t for t in papers.campaign.touchpoints if t.id == touchpoint), None)
    if planned is None:
        known = ", ".join(t.id for t in papers.campaign.touchpoints)
        raise Faults.one("touchpoint.unknown", touchpoint=touchpoint, known=known)
    if planned.channel != "email" or planned.trigger is not None:
        fit = ", ".join(t.id for t in papers.campaign.touchpoints if t.channel == "email" and t.trigger is None)
        raise Faults.one("export.not_email", touchpoint=touchpoint, channel=planned.channel, known=fit or "–")
    return planned


def _reachable(unit: Unit) -> list[str]:
    """People with an e-mail address in the vault, by pseudonym."""
    everybody = [state.profile.id for state in unit.people.scan() if not state.profile.simulated]
    found: list[str] = []
    for start in range(0, len(everybody), BATCH):
        held = unit.vault.get(everybody[start : start + BATCH])
        found += [p for p in everybody[start : start + BATCH] if p in held and held[p].email]
    return found


class _Lines:
    """The rows of both files, from the decisions, read a batch at a time; `closed` counts doors closed since."""

    def __init__(
        self,
        unit: Unit,
        touchpoint: Touchpoint,
        purposes: Sequence[Purpose],
        landing: Landing,
        decisions: Sequence[Decision],
        now: int,
        personaliser: Personaliser,
        page: Page,
    ) -> None:
        self._unit, self._touchpoint, self._purposes = unit, touchpoint, purposes
        self._landing, self._now, self._personaliser, self._page = landing, now, personaliser, page
        self._shown = [d for d in decisions if d.variant is not None]
        self._waiting = [d for d in decisions if d.reason == "holdout"]
        self.closed = 0

    def sends(self) -> Iterator[list[object]]:
        for decision, contact, state, variants in self._open(self._shown):
            yield self._send(decision, contact, state, variants)

    def held_out(self) -> list[list[object]]:
        return [[contact.own_id, contact.email] for _, contact, _, _ in self._open(self._waiting)]

    def _open(
        self, decisions: Sequence[Decision]
    ) -> Iterator[tuple[Decision, Contact, PersonState, Mapping[str, Variant]]]:
        for start in range(0, len(decisions), BATCH):
            part = decisions[start : start + BATCH]
            people = [d.person for d in part]
            held = self._unit.vault.get(people)
            states = self._unit.people.states(people)
            suppressed = self._unit.vault.suppressed([c.email for c in held.values() if c.email is not None])
            chosen = sorted({d.variant for d in part if d.variant is not None})
            variants = self._unit.creatives.get(part[0].campaign, chosen)
            for decision in part:
                contact, state = held.get(decision.person), states.get(decision.person)
                if contact is None or state is None or contact.email in suppressed or not self._may(state):
                    self.closed += 1
                else:
                    yield decision, contact, state, variants

    def _may(self, state: PersonState) -> bool:
        return may(state, self._purposes, channel=self._touchpoint.channel, now=self._now).allowed

    def _send(
        self, decision: Decision, contact: Contact, state: PersonState, variants: Mapping[str, Variant]
    ) -> list[object]:
        assert decision.variant is not None
        variant = variants[decision.variant]
        fields = self._personaliser.fields(variant, state.profile.attributes)
        letter = self._page.letter(variant, self._personaliser.slots(variant, state.profile.attributes))
        cells: dict[str, object] = {
            "own_id": contact.own_id,
            "email": contact.email,
            "locale": variant.locale,
            "subject": fields.get("subject"),
            "preheader": fields.get("preheader"),
            "body": fields.get("body"),
            "call": fields.get("cta"),
            "link": self._landing.link(variant.id, decision.id),
            **self._landing.utm(variant.id),
            "decision_id": decision.id,
            "variant": variant.id,
            "propensity": repr(decision.propensity),
        }
        return [*(cells[column] for column in GENERIC), *([letter] if self._page.html else [])]
