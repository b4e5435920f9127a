"""How every verb leaves its line in the ledger, and finds a campaign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gale import ledger
from gale.ports.store import CampaignRow, Unit
from gale.records.approval import LedgerEntry
from gale.records.faults import Faults


def note(unit: Unit, *, now: int, kind: str, body: Mapping[str, Any]) -> LedgerEntry:
    """Append one line to the ledger, inside the caller's transaction."""
    line = ledger.entry(unit.ledger.head(), time=now, kind=kind, body=body)
    unit.ledger.append(line)
    return line


def the_campaign(unit: Unit, campaign: str) -> CampaignRow:
    """The campaign's row; raises `Faults` `campaign.unknown` with the ones there are."""
    row = unit.campaigns.get(campaign)
    if row is None:
        known = ", ".join(r.id for r in unit.campaigns.all()) or "–"
        raise Faults.one("campaign.unknown", campaign=campaign, known=known)
    return row
