"""The plan as signers read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from gale.campaign.calendar import open_days
from gale.campaign.documents import remarks
from gale.campaign.foreseen import Foreseen
from gale.campaign.rollout import Ladder
from gale.engine import plan as plan_verb
from gale.engine import sign as sign_verb
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Store
from gale.records.creative import Variant
from gale.records.documents import Member
from gale.records.faults import Fault
from gale.studio import views as v
from gale.studio.gather.shelf import brand_of, creative, start_of
from gale.words import Words

UNLIKE = 20
EVERY = 100_000


def plan(
    store: Store,
    row: CampaignRow,
    words: Words,
    *,
    now: int,
    role: str = "",
    typed: v.SignForm | None = None,
    changed: Sequence[Fault] = (),
) -> v.Plan:
    """Who and who not, the rehearsal, when, with which consent, what goes live, and the signatures.

    `role` asks for one hat's form; `typed` is a form that was refused, with what was typed; `changed` is what the
    documents say differently by now.
    """
    papers = Documents.of(row)
    planned = row.facts.get("plan", {})
    reach = planned.get("reach", {})
    signatures = _signatures(store, row, papers, now)
    with store.read() as unit:
        live = [x for ids in row.live.values() for x in ids]
        found = unit.creatives.get(row.id, live)
        phrases = sorted(
            {
                (x.locale, slot, text)
                for x in unit.creatives.page(row.id, accepted=True, offset=0, limit=EVERY)
                for slot, text in x.slots.items()
            }
        )
    return v.Plan(
        campaign=row.id,
        **brand_of(papers),
        total=int(reach.get("total", 0)),
        excluded=tuple((str(k), int(n)) for k, n in reach.get("excluded", {}).items()),
        reachable=int(reach.get("reachable", 0)),
        holdout=int(reach.get("holdout", 0)),
        contacted=int(reach.get("contacted", 0)),
        start=start_of(papers),
        days=papers.brief.flight.days,
        touchpoints=_touchpoints(row, papers, reach),
        per_week=papers.campaign.caps.per_week,
        quiet=(papers.campaign.quiet.start, papers.campaign.quiet.end),
        accepted=int(row.facts.get("created", {}).get("accepted", 0)),
        live=int(planned.get("live", 0)),
        people_needed=int(planned.get("people_needed", 0)),
        mde=papers.campaign.experiment.mde,
        signatures=signatures,
        hash=row.plan,
        reading=_reading(papers, phrases, [found[x] for x in live if x in found], words),
        rehearsal=_rehearsal(row.facts.get("rehearsal"), row.plan),
        form=typed or _form(papers, signatures, role, words),
        solo=papers.team.mode == "solo",
        status=row.status,
        limits=msgspec.convert(planned["limits"], Foreseen) if planned.get("limits") else None,
        ladder=msgspec.convert(planned["ladder"], Ladder) if planned.get("ladder") else None,
        remarks=tuple(words.fault(told) for told in remarks(papers.brand, papers.brief)),
        unreached=tuple(
            words("plan.unreached", touchpoint=words.text(name), purposes=", ".join(map(words.text, missing)))
            for name, missing in plan_verb.named(papers, planned.get("unreached", {}))
        ),
        changed=tuple(words.fault(f) for f in changed),
    )


def _signatures(store: Store, row: CampaignRow, papers: Documents, now: int) -> tuple[v.Signature, ...]:
    said = []
    names = {m.id: m.name for m in papers.team.members}
    for one in sign_verb.standing(store, row.id, now=now):
        act = one.approval
        holder = _holder(papers, one.role)
        said.append(
            v.Signature(
                role=one.role,
                name=names.get(act.person, act.person) if act else (holder.name if holder else "–"),
                state=one.state,
                remark=act.remark if act and one.state in ("signed", "refused") else "",
                time=act.time if act else None,
                identity=act.identity if act else "not_verified",
            )
        )
    return tuple(said)


def _holder(papers: Documents, role: str) -> Member | None:
    return next((m for m in papers.team.members if role in m.roles), None)


def _form(papers: Documents, signatures: Sequence[v.Signature], role: str, words: Words) -> v.SignForm | None:
    """The form of the hat asked for, or of the first that waits and is worn by a real person."""
    waiting = [s.role for s in signatures if s.state != "signed"]
    real = [r for r in waiting if (h := _holder(papers, r)) is not None and not h.sandbox]
    wanted = role if role in waiting else next(iter(real or waiting), None)
    holder = _holder(papers, wanted) if wanted else None
    return v.SignForm(wanted, holder.id, holder.name) if wanted and holder else None


def _touchpoints(row: CampaignRow, papers: Documents, reach: dict[str, Any]) -> tuple[v.TouchpointLine, ...]:
    lines = []
    flight = papers.brief.flight
    for t in papers.campaign.touchpoints:
        named = [p for p in (papers.purposes.get(x) for x in t.purposes) if p is not None]
        open_on = {(day - flight.start).days for day in open_days(t, papers.brief)}
        lines.append(
            v.TouchpointLine(
                id=t.id,
                name=t.name,
                channel=t.channel,
                purposes=tuple(p.name for p in named),
                bases=tuple(dict.fromkeys(b for p in named for b in p.basis)),
                may=int(reach.get("by_touchpoint", {}).get(t.id, 0)),
                live=sum(len(ids) for slate, ids in row.live.items() if slate.split("/")[0] == t.id),
                trigger=t.trigger or "",
                days=tuple(i in open_on for i in range(flight.days)),
            )
        )
    return tuple(lines)


def _reading(
    papers: Documents, phrases: Sequence[tuple[str, str, str]], live: Sequence[Variant], words: Words
) -> v.Reading:
    brief = papers.brief
    offers = []
    if brief.offer is not None:
        offers.append(f"−{brief.offer.percent} %, {brief.offer.until.isoformat()}")
    claims = [(c.text, c.substantiation) for c in (*papers.brand.claims, *brief.proofs)]
    # The shortlist is in the order in which the most different come first, so its first twenty are the least alike.
    cards = tuple(creative(x, words, papers) for x in live[:UNLIKE])
    return v.Reading(tuple(phrases), tuple(offers), tuple(claims), cards)


def _rehearsal(told: dict[str, Any] | None, plan: str) -> v.Rehearsal | None:
    if not told or told.get("plan") != plan:
        return None
    return v.Rehearsal(
        time=int(told["time"]),
        extra=v.Interval(told["extra_orders"], told["extra_orders_floor"], told["extra_orders_ceiling"]),
        anyway=int(told["orders_anyway"]),
        contacts=int(told["contacts"]),
        assumptions=tuple((str(a["code"]), a["values"]) for a in told.get("assumptions", ())),
    )
