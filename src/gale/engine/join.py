"""`gale launch --add`: variants that join a campaign while it runs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gale.campaign.limits import never
from gale.decision.learner import Arm, together
from gale.engine.learn import LEASE_MS, State, publish, read_state
from gale.engine.notes import note, the_campaign
from gale.engine.plan import as_signed
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Store, Unit
from gale.records.faults import Fault, Faults, raise_if

RUNNING = ("live", "paused")


def join(
    store: Store, campaign: str, slate: str, variants: Sequence[str], *, now: int, holder: str, by: str = ""
) -> CampaignRow:
    """Let accepted variants of a running campaign be shown on one slate (`"letter/fr"`) from the next snapshot on.

    What was signed stays what was signed: only variants may join that the campaign's people accepted before its launch,
    written under the same framework, for the same placement and language, within the signed number of live variants and
    exclusions. A newcomer starts from what its traits have taught. Row, learner's state, snapshot and the ledger line
    commit together, under the learner's lease. Raises `Faults`, all at once: `join.not_running`, `join.slate`,
    `join.none`, `join.unknown`, `join.live`, `join.elsewhere`, `join.refused`, `join.excluded`, `join.full`;
    `plan.changed`, `learner.busy`.
    """
    lease = f"learner:{campaign}"
    with store.write() as unit:
        row = the_campaign(unit, campaign)
        if row.status not in RUNNING:
            raise Faults.one("join.not_running", campaign=campaign, status=row.status)
        fence = unit.lease(lease, holder, now, LEASE_MS)
        if fence is None:
            raise Faults.one("learner.busy", campaign=campaign)
        try:
            return _join(unit, row, slate, list(dict.fromkeys(variants)), now, fence, by)
        finally:
            unit.lease(lease, holder, now, 0)


def _join(
    unit: Unit, row: CampaignRow, slate: str, variants: Sequence[str], now: int, fence: int, by: str
) -> CampaignRow:
    state = read_state(unit, row.id)
    if state is None or slate not in state.learners:
        known = ", ".join(sorted(row.live)) or "–"
        raise Faults.one("join.slate", slate=slate, known=known)
    documents = Documents.of(row)
    if not as_signed(unit, row):
        raise Faults.one("plan.changed", campaign=row.id)
    raise_if(_problems(unit, row, documents, slate, variants))
    found = unit.creatives.get(row.id, variants)
    learners = dict(state.learners)
    learners[slate] = learners[slate].add_arms([Arm(v, dict(found[v].traits)) for v in variants])
    late = row.facts.get("joined", {})
    facts = {**row.facts, "joined": {**late, slate: [*late.get(slate, ()), *variants]}}
    row = msgspec.structs.replace(row, live={**row.live, slate: [*row.live[slate], *variants]}, facts=facts)
    unit.campaigns.put(row)
    after = State(state.cursor, state.version + 1, together(learners), state.gate, state.opened_at)
    publish(unit, row.id, after, now=now, fence=fence, only=[slate])
    for variant in variants:
        note(unit, now=now, kind="joined", body={"campaign": row.id, "slate": slate, "variant": variant, "by": by})
    return row


def _problems(unit: Unit, row: CampaignRow, documents: Documents, slate: str, variants: Sequence[str]) -> list[Fault]:
    name, _, locale = slate.partition("/")
    touchpoint = next(t for t in documents.campaign.touchpoints if t.id == name)
    found = unit.creatives.get(row.id, variants)
    hidden = never(documents.campaign.limits, touchpoint.channel, list(found.values()))
    live = row.live[slate]
    frameworks = {v.framework for v in unit.creatives.get(row.id, live).values()}
    faults = [] if variants else [Fault(code="join.none", values={"slate": slate})]
    for variant in variants:
        one = found.get(variant)
        if one is None:
            code = "join.unknown"
        elif variant in live:
            code = "join.live"
        elif (one.placement, one.locale) != (touchpoint.placement, locale) or one.framework not in frameworks:
            code = "join.elsewhere"
        elif not one.accepted:
            code = "join.refused"
        elif variant in hidden:
            code = "join.excluded"
        else:
            continue
        faults.append(Fault(code=code, values={"variant": variant, "slate": slate}))
    most, wanted = documents.campaign.policy.live_max, len(live) + len(variants)
    if wanted > most:
        faults.append(Fault(code="join.full", values={"slate": slate, "count": wanted, "most": most}))
    return faults
