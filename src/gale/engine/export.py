"""`gale export sends`: one file for the sending tool she has, and one with those it must leave out.

Every row is a committed decision. Addresses leave the vault here and nowhere else, into files that only their owner
can read (mode 0600).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from gale.adapters.files.tables import write_csv
from gale.consent import may
from gale.creative.letters import TOOLS as KNOWN
from gale.creative.letters import columns_of
from gale.engine.letters import Live, the_letter
from gale.engine.notes import note, the_campaign
from gale.engine.workspace import Documents
from gale.ports.store import Store, Unit
from gale.records.creative import Variant
from gale.records.decision import Decision
from gale.records.documents import Purpose, Touchpoint
from gale.records.faults import Faults
from gale.records.people import Contact, PersonState, Scalar

Tool = str
TOOLS: tuple[Tool, ...] = tuple(KNOWN)
BATCH = 2000


class ExportSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What was written. `none` counts by reason the people for whom nothing was decided; `withdrawn` those who closed
    the door between their decision and the writing of the file; `by_model` the letters that say that a model helped.
    `people` = `sends` + `holdout` + `withdrawn` + none.
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
    by_model: int = 0


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
    picture: Callable[[Variant, Mapping[str, Scalar]], str] | None = None,
) -> ExportSummary:
    """Decide for everybody with an address and write `sends-…csv` and `exclude-…csv` into the folder `out`.

    `decide(people, touchpoint, now)` commits the decisions (`engine.decide.decide_many`). The exclusion file holds the
    holdout: whoever is in it must get nothing of this campaign from any tool. Whoever did not consent is in neither.
    What binds is read again when the file is written: consent, suppression. `stamp` tells two exports apart in the
    names of the files. `pages` are the newsletters that frameworks came from: with one, the file for a tool that takes
    whole letters carries hers as `html`. `picture` names the file of a person's picture, a column of its own. Raises
    `Faults`: `campaign.unknown`, `touchpoint.unknown`, `export.not_email`, `export.not_live`, `export.nobody`,
    `newsletter.changed` (the page is not the one that was signed), `letter.too_long` and `file.exists` (all of these
    before anything is decided), `file.not_writable`.
    """
    with store.read() as unit:
        papers = Documents.of(row := the_campaign(unit, campaign))
        planned = the_letter(papers, touchpoint)
        if row.status != "live":
            raise Faults.one("export.not_live", campaign=campaign, status=row.status)
        live = Live.of(unit, row, planned, tool=tool, pages=pages)
        if picture is not None:
            live = replace(live, columns=columns_of(live.tool, (*live.columns, "picture")))
        people = _reachable(unit)
    if not people:
        raise Faults.one("export.nobody", campaign=campaign)
    name = "-".join(part for part in (campaign, touchpoint, tool, stamp) if part)
    sends, exclusions = out / f"sends-{name}.csv", out / f"exclude-{name}.csv"
    for path in (sends, exclusions):
        if path.exists():
            raise Faults.one("file.exists", where=path.name, path=str(path))
    decisions = decide(people, touchpoint, now)
    purposes = [p for p in (papers.purposes.get(name) for name in planned.purposes) if p is not None]
    with store.read() as unit:
        lines = _Lines(unit, planned, purposes, live, decisions, now, picture)
        separator, columns = live.tool.separator, live.columns
        held_out = lines.held_out()
        write_csv(exclusions, (columns["own_id"], columns["email"]), held_out, separator=separator)
        written = write_csv(sends, tuple(columns.values()), lines.sends(), separator=separator)
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
        by_model=lines.by_model,
    )


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
        live: Live,
        decisions: Sequence[Decision],
        now: int,
        picture: Callable[[Variant, Mapping[str, Scalar]], str] | None,
    ) -> None:
        self._picture = picture
        self._unit, self._touchpoint, self._purposes = unit, touchpoint, purposes
        self._live, self._now = live, now
        self._made: dict[tuple[str, ...], Mapping[str, str]] = {}
        self._shown = [d for d in decisions if d.variant is not None]
        self._waiting = [d for d in decisions if d.reason == "holdout"]
        self.closed = self.by_model = 0

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
        variant, live = variants[decision.variant], self._live
        self.by_model += variant.by_model
        attributes = state.profile.attributes
        slots = live.personaliser.slots(variant, attributes)
        link = live.landing.link(variant.id, decision.id)
        cells: dict[str, object] = {
            **self._fields(slots),
            "own_id": contact.own_id,
            "email": contact.email,
            "locale": variant.locale,
            "body": live.personaliser.fields(variant, attributes).get("body"),
            "link": link,
            **live.landing.utm(variant.id),
            "decision_id": decision.id,
            "variant": variant.id,
            "propensity": repr(decision.propensity),
        }
        if self._picture is not None:
            cells["picture"] = self._picture(variant, attributes)
        if "html" in live.columns:
            cells["html"] = live.page.letter(variant, slots, link)
        return [cells.get(name) for name in live.columns]

    def _fields(self, slots: Mapping[str, str]) -> Mapping[str, str]:
        """The letter's fields: as many as there are different letters, not people."""
        key = tuple(slots.values())
        if key not in self._made:
            self._made[key] = self._live.fields(self._live.values(slots))
        return self._made[key]
