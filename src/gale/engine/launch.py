"""`gale launch`, `pause`, `stop`: the campaign's life, each step in the ledger."""

from __future__ import annotations

import msgspec

from gale import approval as rules
from gale.engine import scale
from gale.engine.learn import first_state, publish
from gale.engine.notes import note, the_campaign
from gale.engine.plan import as_signed
from gale.engine.workspace import Documents
from gale.engine.written import since_planned
from gale.ports.store import CampaignRow, Store
from gale.records.faults import Fault, Faults, raise_if


def launch(
    store: Store, campaign: str, *, now: int, experiment_key: bytes, seed: int, documents: Documents | None = None
) -> CampaignRow:
    """Open the campaign: every required signature stands on the plan as it is now.

    `documents` are those on disk: what they say differently since `create` or `plan` is told, and nothing is launched.

    One transaction: first policy snapshots, status, first stage, ledger lines. `experiment_key` (32 random bytes) draws
    the holdout. Raises `Faults` one `launch.…` for each role whose signature is missing, `plan.changed`,
    `campaign.running`, those of `engine.written.since_planned`.
    """
    with store.write() as unit:
        row = the_campaign(unit, campaign)
        if row.status in ("live", "paused"):
            raise Faults.one("campaign.running", campaign=campaign, status=row.status)
        if row.status in ("stopped", "ended"):
            raise Faults.one("campaign.over", campaign=campaign, status=row.status)
        if next(iter(unit.assignments.scan(campaign)), None) is not None:
            raise Faults.one("campaign.over", campaign=campaign, status=row.status)  # its holdout was drawn already
        if not row.plan:
            raise Faults.one("plan.missing", campaign=campaign)
        raise_if(since_planned(unit, row, documents))
        documents = Documents.of(row)
        if not as_signed(unit, row):
            raise Faults.one("plan.changed", campaign=campaign)
        approvals = unit.approvals.of(campaign)
        if not rules.complete(approvals, row.plan, documents.team, now):
            verdicts = rules.verdicts(approvals, row.plan, documents.team, now)
            raise Faults(
                Fault(code=f"launch.{v.state}", values={}, where=v.role) for v in verdicts if v.state != "signed"
            )
        state = first_state(unit, row, documents, seed=seed)
        facts = {**row.facts, "experiment_key": experiment_key.hex()}
        row = msgspec.structs.replace(row, status="live", launched=now, facts=facts)
        unit.campaigns.put(row)
        publish(unit, campaign, state, now=now, fence=0)
        note(unit, now=now, kind="launched", body={"campaign": campaign, "plan": row.plan})
        return scale.begin(unit, row, documents, now=now)


def set_status(store: Store, campaign: str, status: str, *, now: int, reason: str = "") -> CampaignRow:
    """`pause`, resume (`live`), `stop` (for good) or `ended`; binding for every worker's next commit.

    Raises `Faults` `campaign.transition` for a step that the campaign's life does not have, `scale.held` for a campaign
    whose roll-out was taken back to the very beginning: letting it go on needs a reason (`scale.advance`).
    """
    steps = {
        "draft": (),
        "live": ("paused", "stopped", "ended"),
        "paused": ("live", "stopped", "ended"),
        "stopped": (),
        "ended": (),
    }
    with store.write() as unit:
        row = the_campaign(unit, campaign)
        if status == row.status:
            return row
        if status not in steps[row.status]:
            raise Faults.one("campaign.transition", campaign=campaign, status=row.status, wanted=status)
        if status == "live":
            scale.resumable(row)
        ended = now if status in ("stopped", "ended") else None
        row = msgspec.structs.replace(row, status=status, ended=ended)
        unit.campaigns.put(row)
        note(unit, now=now, kind=status, body={"campaign": campaign, "reason": reason})
    return row


def pause_variant(store: Store, campaign: str, variant: str, *, paused: bool, now: int) -> CampaignRow:
    """Set one live variant aside, or let it run again; it binds at the next commit."""
    with store.write() as unit:
        row = the_campaign(unit, campaign)
        if not any(variant in ids for ids in row.live.values()):
            raise Faults.one("variant.not_live", variant=variant)
        others = tuple(v for v in row.paused_variants if v != variant)
        row = msgspec.structs.replace(row, paused_variants=(*others, variant) if paused else others)
        unit.campaigns.put(row)
        note(
            unit,
            now=now,
            kind="variant_paused" if paused else "variant_resumed",
            body={"campaign": campaign, "variant": variant},
        )
    return row
