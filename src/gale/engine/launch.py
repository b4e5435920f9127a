"""`gale launch`, `pause`, `stop`: the campaign's life, each step in the ledger."""

from __future__ import annotations

import msgspec

from gale import approval as rules
from gale.campaign import matches
from gale.consent import may
from gale.decision import start_learner
from gale.decision.moment import group_of
from gale.engine.learn import first_state, publish
from gale.engine.notes import note, the_campaign
from gale.engine.plan import current_hash
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Store, Unit
from gale.records.faults import Faults
from gale.records.people import Assignment, PersonState


def launch(store: Store, campaign: str, *, now: int, experiment_key: bytes, seed: int) -> CampaignRow:
    """Open the campaign: four valid signatures on the plan as it stands, then everybody is drawn, once.

    One transaction: assignments of all who may be contacted, first policy snapshots, status, ledger line.
    Raises `Faults` `launch.unsigned` (who is missing), `plan.changed`, `campaign.running`.
    """
    with store.write() as unit:
        row = the_campaign(unit, campaign)
        if row.status in ("live", "paused"):
            raise Faults.one("campaign.running", campaign=campaign, status=row.status)
        if row.status in ("stopped", "ended"):
            raise Faults.one("campaign.over", campaign=campaign, status=row.status)
        documents = Documents.of(row)
        if not row.plan:
            raise Faults.one("plan.missing", campaign=campaign)
        if current_hash(unit, row) != row.plan:
            raise Faults.one("plan.changed", campaign=campaign)
        verdicts = rules.verdicts(unit.approvals.of(campaign), row.plan, documents.team, now)
        if not rules.complete(verdicts):
            missing = ", ".join(f"{v.role} ({v.state})" for v in verdicts if v.state != "signed")
            raise Faults.one("launch.unsigned", missing=missing)
        drawn = _draw(unit, documents, experiment_key, now)
        state = first_state(unit, row, documents, seed=seed, start=start_learner)
        facts = {**row.facts, "experiment_key": experiment_key.hex(), "assigned": drawn}
        row = msgspec.structs.replace(row, status="live", launched=now, facts=facts)
        unit.campaigns.put(row)
        publish(unit, campaign, state, now=now, fence=0)
        note(unit, now=now, kind="launched", body={"campaign": campaign, "plan": row.plan, "assigned": drawn})
    return row


def _draw(unit: Unit, documents: Documents, key: bytes, now: int) -> dict[str, int]:
    """Assign everybody who may be contacted at one touchpoint at least: intention to treat."""
    campaign = documents.campaign
    share = campaign.experiment.holdout
    planned = [
        (t.channel, [p for x in t.purposes if (p := documents.purposes.get(x)) is not None])
        for t in campaign.touchpoints
        if t.trigger is None
    ]

    def contactable(state: PersonState) -> bool:
        return matches(state.profile.attributes, campaign.audience) and any(
            may(state, purposes, channel=channel, now=now).allowed for channel, purposes in planned
        )

    drawn: list[Assignment] = []
    for state in unit.people.scan():
        if contactable(state):
            group = group_of(key, state.profile.id, share)
            drawn.append(
                Assignment(
                    experiment=campaign.id,
                    person=state.profile.id,
                    group="holdout" if group == "holdout" else "treated",
                    probability=share if group == "holdout" else 1 - share,
                    time=now,
                )
            )
    unit.assignments.append(drawn)
    held = sum(a.group == "holdout" for a in drawn)
    return {"treated": len(drawn) - held, "holdout": held}


def set_status(store: Store, campaign: str, status: str, *, now: int, reason: str = "") -> CampaignRow:
    """`pause`, resume (`live`), `stop` (for good) or `ended`; binding for every worker's next commit.

    Raises `Faults` `campaign.transition` for a step that the campaign's life does not have.
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
        ended = now if status in ("stopped", "ended") else None
        row = msgspec.structs.replace(row, status=status, ended=ended)  # type: ignore[arg-type]
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
