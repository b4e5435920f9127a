"""Whether a draft's variants are of the documents as they are now: asked at plan, at each signature and at launch."""

from __future__ import annotations

from gale.adapters.catalogue import load
from gale.campaign.written import CHECKS, LET_IN, by_document, changed, replanned, written_from
from gale.creative import checks_version
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Unit
from gale.records.faults import Fault
from gale.records.proposal import IN_THE_BANK, Proposal


def let_in(unit: Unit, campaign: str) -> list[Proposal]:
    """The phrases of a model that people let into the bank, as they stand."""
    return [p for status in IN_THE_BANK for p in unit.proposals.of(campaign, status)]


def since_written(unit: Unit, row: CampaignRow, documents: Documents | None, *, bank: bool) -> list[Fault]:
    """What changed since the variants were written, one fault each (`campaign.written.changed`); `bank`: phrases too.

    `documents` are those on disk; without them the campaign's own are looked at.
    """
    data = documents.data() if documents is not None else row.documents
    then = row.facts.get("written") or by_document(row.documents)
    if "proposals" not in row.facts:  # adopted with all its words: what was let in there is no question here
        then = {name: mark for name, mark in then.items() if name != LET_IN}
    return changed(then, written_from(data, load(), let_in(unit, row.id)), campaign=row.id, bank=bank)


def checked_under(unit: Unit, row: CampaignRow) -> str:
    """The version of the checks that the variants passed: a newer Gale unsigns no campaign that runs.

    Rows of an earlier Gale do not say it; their line in the ledger does.
    """
    written = row.facts.get("written", {})
    if CHECKS in written:
        return str(written[CHECKS])
    noted = (e.body for e in unit.ledger.scan() if e.kind == "created" and e.body.get("campaign") == row.id)
    known = [str(body["checks"]) for body in noted if "checks" in body]
    return known[-1] if known else checks_version(load())


def since_planned(unit: Unit, row: CampaignRow, documents: Documents | None) -> list[Fault]:
    """What makes the plan another one than people read: changes since the variants were written, or since the plan.

    A simulated campaign tells each city's own audience: its plan is not that of the document on disk.
    """
    found = since_written(unit, row, documents, bank=False)
    if documents is not None and not row.simulated:
        found += replanned(row.documents, documents.data(), campaign=row.id)
    return found
