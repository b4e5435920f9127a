"""The wishes of the Framework page: what the bank answers at once, what a model would cost, what it wrote today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from gale.creative.lengths import measure
from gale.creative.proposed import angles, openings
from gale.creative.wishes import LONGEST
from gale.engine import propose as propose_verb
from gale.engine.propose import money, next_month
from gale.engine.wish import wish as wish_verb
from gale.engine.workspace import Documents, Workspace
from gale.ports.store import CampaignRow
from gale.records.faults import Faults
from gale.records.proposal import Call, Proposal
from gale.studio import views_framework as v
from gale.studio.gather.framework import Bank
from gale.studio.gather.proposals import Inquiry, reader_of, writer_of
from gale.studio.gather.shelf import why
from gale.words import Words

WANTED = 4  # phrases in one answer to a wish: enough to choose from, cheap to ask for
ASKED_SHOWN = 12


def wish_view(workspace: Workspace, page: v.FrameworkPage, bank: Bank, asked: str, words: Words) -> v.WishView | None:
    """What the bank has for a wish; a wish that cannot be read says why."""
    if not asked.strip() or not page.slot:
        return None
    start = page.start
    try:
        answer = wish_verb(
            workspace.store, workspace.catalogue, page.campaign, placement=page.placement, slot=page.slot,
            locale=page.locale, wish=asked, near=start.id if start else "",
        )  # fmt: skip
    except Faults as problem:
        return v.WishView(asked, problem=" ".join(words.fault(f) for f in problem.faults))
    return v.WishView(
        asked=asked,
        heard=answer.heard.wishes,
        words=answer.heard.words,
        offers=tuple(
            v.OfferLine(
                id=o.phrase.id,
                text=o.phrase.text,
                angle=o.phrase.angle if o.phrase.angle != "any" else "",
                length=measure(o.phrase.text, page.placement),
                change=measure(o.phrase.text, page.placement) - start.length if start else None,
                signs=tuple(v.SignLine(s.wish, s.kind, s.found) for s in o.signs),
                outside=o.outside,
                take=o.take,
                pinned=bool({o.phrase.id, o.phrase.template} & bank.pinned),
            )
            for o in answer.offers
        ),
        lacking=answer.lacking,
        helps=answer.helps,
        found=answer.found,
    )


def angle_for(bank: Bank, slot: str, start: str) -> str:
    """The angle that a phrase asked for gets: the start's own where it has one; the first slot needs one in any case."""
    there = angles(bank.catalogue, bank.placement, bank.locale)
    mine = next((p.angle.split() for p in bank.of(slot) if p.id == start), [])
    own = next((a for a in mine if a in there), "")
    hook = any(o.hook and o.slot == slot for o in openings(bank.catalogue, bank.placement))
    return own or (there[0] if hook and there else "")


def model_view(
    workspace: Workspace, page: v.FrameworkPage, bank: Bank, inquiry: Inquiry, words: Words, *, seconds: float = 0.0
) -> v.ModelView:
    """The model beside the bank: what one request would cost at most, or why it cannot be asked. Nothing is sent."""
    settings = workspace.settings.writer
    if settings is None:
        return v.ModelView("none")
    writer, said = writer_of(workspace, words)
    ended = tuple(words.fault(f) for f in inquiry.problem.faults) if inquiry.problem else ()
    base = v.ModelView(
        state="asking" if inquiry.running else "broken",
        name=settings.model,
        here=writer is not None and writer.local,
        currency=settings.currency,
        reader=reader_of(bank.papers).name,
        seconds=seconds,
        patience=float(settings.timeout_s),
        problem=(*ended, *said),
        notes=inquiry.notes,
    )
    if inquiry.running or writer is None or not page.slot or not page.editable:
        return base
    try:
        asking = propose_verb.ask(
            workspace.store, workspace.catalogue, writer, settings, page.campaign, placement=page.placement,
            slot=page.slot, locale=page.locale, angle=angle_for(bank, page.slot, page.start.id if page.start else ""),
            wanted=WANTED, now=workspace.clock.now(), timezone=workspace.settings.timezone,
            wish="é" * LONGEST, start=page.start.text if page.start else "",
        )  # fmt: skip
    except Faults as problem:
        return replace(base, problem=(*base.problem, *(words.fault(f) for f in problem.faults)))
    afford = asking.at_most <= asking.left
    return replace(
        base,
        state="ready" if afford else "closed",
        address=asking.preview.address,
        at_most=float(money(asking.at_most)),
        left=float(money(asking.left)),
        opens="" if afford else next_month(workspace.clock.now(), workspace.settings.timezone).date().isoformat(),
    )


def asked_today(workspace: Workspace, row: CampaignRow, words: Words) -> tuple[v.AskedLine, ...]:
    """The wishes that a model was asked for today, the newest first, with what came back and how it stands."""
    papers = Documents.of(row)
    here = datetime.fromtimestamp(workspace.clock.now() / 1000, ZoneInfo(workspace.settings.timezone))
    midnight = int(here.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
    with workspace.store.read() as unit:
        calls = [c for c in unit.proposals.calls(midnight) if c.campaign == row.id and c.wish]
        known = unit.proposals.of(row.id) if calls else []
    by_call: dict[str, list[Proposal]] = {}
    for proposal in known:
        by_call.setdefault(proposal.call, []).append(proposal)
    return tuple(_asked(c, by_call.get(c.id, ()), papers, words) for c in reversed(calls[-ASKED_SHOWN:]))


def _asked(call: Call, came: Sequence[Proposal], papers: Documents, words: Words) -> v.AskedLine:
    before = measure(call.start, call.placement) if call.start else None
    return v.AskedLine(
        wish=call.wish,
        start=call.start,
        placement=call.placement,
        slot=call.slot,
        locale=call.locale,
        state=call.state,
        cost=float(money(call.cost)),
        came=tuple(_came(p, before, papers, words) for p in came),
    )


def _came(proposal: Proposal, before: int | None, papers: Documents, words: Words) -> v.CameLine:
    length = measure(proposal.text, proposal.placement)
    return v.CameLine(
        id=proposal.id,
        text=proposal.text,
        status=proposal.status,
        length=length,
        change=length - before if before is not None else None,
        by=next((m.name for m in papers.team.members if m.id == proposal.decided_by), proposal.decided_by),
        why=tuple(why(f, words) for f in proposal.findings if f.severity == "refuse")
        if proposal.status == "refused"
        else (),
    )
