"""`gale proposals`: a person accepts, edits or rejects what a model proposed, and takes her last decision back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gale.creative import Catalogue
from gale.creative.proposed import tidy
from gale.engine.create import may_be_written
from gale.engine.notes import note, the_campaign
from gale.engine.propose import gate_of
from gale.engine.workspace import Documents
from gale.engine.written import let_in
from gale.ports.store import CampaignRow, Store, Unit
from gale.records.canonical import content_hash
from gale.records.creative import Finding
from gale.records.faults import Fault, Faults, raise_if
from gale.records.proposal import Decided, Proposal, ProposalStatus

OPEN: tuple[ProposalStatus, ...] = ("proposed", "refused")


def accept(store: Store, catalogue: Catalogue, proposal: str, *, by: str, now: int) -> Proposal:
    """Let a phrase into the bank as it stands; it is checked once more, against today's brand and brief.

    Raises `Faults`: `proposal.unknown`, `proposal.decided`, `proposal.refused` with everything the checks say,
    `author.unknown`, `propose.slot_closed`, `campaign.running`, `campaign.over`.
    """
    with store.write() as unit:
        found, row, papers = _open(unit, proposal, by, OPEN)
        gate = gate_of(catalogue, papers, let_in(unit, found.campaign), found.placement, found.locale)
        refusals = _refusals(gate.check(found.text, slot=found.slot, placement=found.placement))
        if refusals:
            raise Faults([Fault(code="proposal.refused", values={"text": found.text}), *refusals])
        _still_open(catalogue, found)
        return _decided(unit, row, found, "accepted", found.text, by, now)


def edit(store: Store, catalogue: Catalogue, proposal: str, *, text: str, by: str, now: int) -> Proposal:
    """Let a phrase into the bank in a person's words. Raises `Faults` as `accept`, and what the checks say of her
    words."""
    with store.write() as unit:
        found, row, papers = _open(unit, proposal, by, OPEN)
        gate = gate_of(catalogue, papers, let_in(unit, found.campaign), found.placement, found.locale)
        said = tidy(text, gate.language)
        if said == found.text:
            findings = gate.check(said, slot=found.slot, placement=found.placement)
        else:
            findings = gate.check_edit(said, slot=found.slot, placement=found.placement)
        raise_if(_refusals(findings))
        _still_open(catalogue, found)
        found = msgspec.structs.replace(found, findings=tuple(findings))
        return _decided(unit, row, found, "accepted" if said == found.original else "edited", said, by, now)


def reject(store: Store, proposal: str, *, by: str, now: int) -> Proposal:
    """Set a phrase aside; a model that writes it again is not heard twice. Raises `Faults` as `accept`."""
    with store.write() as unit:
        found, row, _ = _open(unit, proposal, by, OPEN)
        return _decided(unit, row, found, "rejected", found.text, by, now)


def undo(store: Store, campaign: str, *, by: str, now: int, proposal: str = "") -> Proposal:
    """Take the last decision back (or the one on `proposal`). Raises `Faults` `proposal.nothing_to_undo`."""
    with store.write() as unit:
        row = the_campaign(unit, campaign)
        may_be_written(row)
        decided = [p for p in unit.proposals.of(campaign) if p.before and proposal in ("", p.id)]
        if not decided:
            raise Faults.one("proposal.nothing_to_undo")
        last = max(decided, key=lambda p: p.decided_at)
        _member(Documents.of(row), by)
        was = last.before[-1]
        back = msgspec.structs.replace(
            last, status=was.status, text=was.text, findings=was.findings, decided_by=was.by, decided_at=was.at,
            before=last.before[:-1],
        )  # fmt: skip
        unit.proposals.put(back)
        body = {"campaign": campaign, "proposal": back.id, "from": last.status, "to": back.status}
        note(unit, now=now, kind="undone", body=body)
        return back


def check_text(store: Store, catalogue: Catalogue, proposal: str, text: str) -> tuple[str, list[Finding]]:
    """A person's words as they would be set, and what the checks say; nothing is changed."""
    with store.read() as unit:
        found = unit.proposals.get(proposal)
        if found is None:
            raise Faults.one("proposal.unknown", proposal=proposal)
        papers = Documents.of(the_campaign(unit, found.campaign))
        gate = gate_of(catalogue, papers, let_in(unit, found.campaign), found.placement, found.locale)
    said = tidy(text, gate.language)
    if said == found.text:
        return said, gate.check(said, slot=found.slot, placement=found.placement)
    return said, gate.check_edit(said, slot=found.slot, placement=found.placement)


def _open(
    unit: Unit, proposal: str, by: str, states: Sequence[ProposalStatus]
) -> tuple[Proposal, CampaignRow, Documents]:
    found = unit.proposals.get(proposal)
    if found is None:
        raise Faults.one("proposal.unknown", proposal=proposal)
    row = the_campaign(unit, found.campaign)
    may_be_written(row)
    papers = Documents.of(row)
    _member(papers, by)
    if found.status not in states:
        raise Faults.one("proposal.decided", text=found.text, by=found.decided_by)
    return found, row, papers


def _member(papers: Documents, by: str) -> None:
    """A decision is a person's: she is named."""
    members = [m.id for m in papers.team.members]
    if not by:
        raise Faults.one("proposal.by_missing", known=", ".join(members))
    if by not in members:
        raise Faults.one("author.unknown", person=by, known=", ".join(members))


def _still_open(catalogue: Catalogue, found: Proposal) -> None:
    """A slot that a strategist has locked since then stays as she wrote it."""
    framework = catalogue.frameworks.get(found.placement)
    slots = framework.slots if framework is not None else ()
    if not any(s.name == found.slot and s.free for s in slots):
        raise Faults.one("propose.slot_closed", slot=found.slot, open=", ".join(s.name for s in slots if s.free))


def _refusals(findings: Sequence[Finding]) -> list[Fault]:
    return [Fault(code=f.code, values=f.values) for f in findings if f.severity == "refuse"]


def _decided(
    unit: Unit, row: CampaignRow, found: Proposal, status: ProposalStatus, text: str, by: str, now: int
) -> Proposal:
    was = Decided(
        status=found.status, text=found.text, findings=found.findings, by=found.decided_by, at=found.decided_at
    )
    made = msgspec.structs.replace(
        found, status=status, text=text, decided_by=by, decided_at=now, before=(*found.before, was)
    )
    unit.proposals.put(made)
    body = {
        "campaign": row.id,
        "proposal": made.id,
        "call": made.call,
        "model": made.model,
        "edited": status == "edited",
        "text": content_hash(text)[:16],
    }
    note(unit, now=now, kind="rejected" if status == "rejected" else "accepted", body=body)
    return made
