"""`gale propose`: a model proposes phrases for one slot; the checks refuse, a person accepts, the bank has new words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gale.creative import Catalogue, phrases
from gale.creative.catalogue import ANY
from gale.creative.proposed import (
    Gate,
    examples,
    facts_for_a_writer,
    longest,
    open_slot,
    tidy,
    with_proposals,
)
from gale.creative.wishes import LONGEST as LONGEST_WISH
from gale.engine.create import may_be_written
from gale.engine.notes import note, the_campaign
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Store, Unit
from gale.ports.writer import Answer, Preview, Request, Writer
from gale.records.canonical import content_hash
from gale.records.documents import WriterSettings
from gale.records.faults import Fault, Faults
from gale.records.proposal import IN_THE_BANK, MICROS, Call, Proposal, proposal_id

WANTED = 8
MOST = 40  # phrases in one call: more repeat themselves
FAR_TOO_LONG = 400  # characters; a phrase of a slot is never so long
MOST_AVOIDED = 40
IN_DOUBT = ("writer.slow", "writer.too_much")  # the request was received: it may have been charged


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What a call would send and cost. Money in millionths of `currency`: at most, and what is left of the month."""

    request: Request
    preview: Preview
    prompt: str
    at_most: int
    left: int
    currency: str


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """One call and what came of it; `notes` are things to know about the answer, none of which stopped it."""

    call: Call
    proposals: tuple[Proposal, ...]
    notes: tuple[Fault, ...]
    currency: str


def ask(
    store: Store,
    catalogue: Catalogue,
    writer: Writer,
    settings: WriterSettings,
    campaign: str,
    *,
    placement: str,
    slot: str,
    locale: str,
    now: int,
    timezone: str,
    angle: str = "",
    wanted: int = WANTED,
    wish: str = "",
    start: str = "",
) -> Asking:
    """Exactly what `propose` would send, and what it would cost at most. Nothing leaves the machine, nothing is kept.

    Raises `Faults`: those of `creative.proposed.open_slot`, `campaign.unknown`, `campaign.running`, `campaign.over`,
    `propose.wanted`, `propose.language` (not one of the brief), `wish.long`, `writer.price_missing`.
    """
    with store.read() as unit:
        row, let_in, known = _known(unit, campaign)
        return _asking(catalogue, writer, settings, row, let_in, known, unit.proposals.calls(_month(now, timezone)),
                       placement=placement, slot=slot, locale=locale, angle=angle, wanted=wanted, wish=wish, start=start)  # fmt: skip


def propose(
    store: Store,
    catalogue: Catalogue,
    writer: Writer,
    settings: WriterSettings,
    campaign: str,
    *,
    placement: str,
    slot: str,
    locale: str,
    now: int,
    timezone: str,
    id: str,
    by: str = "",
    angle: str = "",
    wanted: int = WANTED,
    wish: str = "",
    start: str = "",
) -> Proposed:
    """Ask once, check what comes back, keep it for a person to read.

    Before the call one transaction reserves the most it can cost, so that two who ask at once stay within the budget
    together; after it another keeps the true cost, every new phrase with its findings, and the ledger's line. Raises
    `Faults` of `ask`, `writer.budget`, `writer.call_budget`, those of `ports.writer.Writer.propose`, and (the call kept
    with its cost) `writer.nonsense`, `writer.nothing`, `writer.cut`, `writer.declined`, `writer.form`.
    """
    with store.write() as unit:
        row, let_in, known = _known(unit, campaign)
        calls = unit.proposals.calls(_month(now, timezone))
        asking = _asking(catalogue, writer, settings, row, let_in, known, calls,
                         placement=placement, slot=slot, locale=locale, angle=angle, wanted=wanted, wish=wish, start=start)  # fmt: skip
        papers = Documents.of(row)
        _member(papers, by)
        _within(asking, settings, now, timezone)
        call = Call(
            id=id, campaign=campaign, placement=placement, slot=slot, angle=asking.request.angle, locale=locale,
            wanted=wanted, model=writer.name, time=now, prompt=asking.prompt, by=by, cost=asking.at_most,
            examples=len(asking.request.examples), wish=asking.request.wish, start=asking.request.start,
        )  # fmt: skip
        unit.proposals.put_call(call)
    try:
        answer = writer.propose(asking.request)
    except Faults as problem:
        code = problem.faults[0].code
        state, cost = ("in_doubt", call.cost) if code in IN_DOUBT else ("failed", 0)
        with store.write() as unit:
            _keep(unit, msgspec.structs.replace(call, state=state, cost=cost, problem=code), settings.currency, now)
        raise
    call = msgspec.structs.replace(
        call,
        state="answered",
        model=answer.model,
        seconds=round(answer.seconds, 3),
        input_tokens=answer.input_tokens,
        output_tokens=answer.output_tokens,
        cost=_cost(settings, answer.input_tokens, answer.output_tokens),
        problem=answer.fault.code if answer.fault else "",
    )
    with store.write() as unit:
        row, let_in, known = _known(unit, campaign)
        made, notes = _read(catalogue, Documents.of(row), let_in, known, call, answer)
        for proposal in made:
            unit.proposals.put(proposal)
        call = msgspec.structs.replace(call, got=len(made), refused=sum(p.status == "refused" for p in made))
        _keep(unit, call, settings.currency, now)
    if answer.fault is not None:
        raise Faults([answer.fault])
    return Proposed(call=call, proposals=tuple(made), notes=tuple(notes), currency=settings.currency)


def spent(store: Store, *, now: int, timezone: str) -> int:
    """What the calls of this calendar month cost, in millionths; calls in doubt with the most they can have cost."""
    with store.read() as unit:
        return sum(call.cost for call in unit.proposals.calls(_month(now, timezone)))


def next_month(now: int, timezone: str) -> datetime:
    """When the budget begins anew."""
    first = datetime.fromtimestamp(_month(now, timezone) / 1000, ZoneInfo(timezone))
    return (first + timedelta(days=32)).replace(day=1)


def money(micros: int) -> Decimal:
    """Millionths as an amount with four decimals, rounded up: a call that costs anything does not look free."""
    return Decimal(-(-micros // 100)) / Decimal(10_000)


# --- asking -----------------------------------------------------------------------------------------------------------


def _known(unit: Unit, campaign: str) -> tuple[CampaignRow, list[Proposal], list[Proposal]]:
    row = the_campaign(unit, campaign)
    may_be_written(row)
    known = unit.proposals.of(campaign)
    return row, [p for p in known if p.status in IN_THE_BANK], known


def _asking(
    catalogue: Catalogue,
    writer: Writer,
    settings: WriterSettings,
    row: CampaignRow,
    let_in: Sequence[Proposal],
    known: Sequence[Proposal],
    calls: Sequence[Call],
    *,
    placement: str,
    slot: str,
    locale: str,
    angle: str,
    wanted: int,
    wish: str,
    start: str,
) -> Asking:
    papers = Documents.of(row)
    if not 1 <= wanted <= MOST:
        raise Faults.one("propose.wanted", wanted=wanted, most=MOST)
    if locale not in papers.brief.locales:
        raise Faults.one("propose.language", locale=locale, known=", ".join(papers.brief.locales))
    wish, start = " ".join(wish.split()), " ".join(start.split())
    if len(wish) > LONGEST_WISH:
        raise Faults.one("wish.long", n=len(wish), most=LONGEST_WISH)
    catalogue = with_proposals(catalogue, let_in)
    _, angle = open_slot(catalogue, placement, slot, angle, locale)
    if settings.kind != "local" and (settings.price_in is None or settings.price_out is None):
        raise Faults.one("writer.price_missing", where="gale.yaml writer")
    bank = phrases(papers.brand, papers.brief, catalogue, placement=placement, locale=locale)
    most = longest(catalogue, placement, slot)
    here = [p for p in known if (p.placement, p.slot, p.locale) == (placement, slot, locale)]
    request = Request(
        placement=placement,
        slot=slot,
        angle=angle,
        locale=locale,
        wanted=wanted,
        longest=most,
        facts=facts_for_a_writer(papers.brand, papers.brief, locale),
        examples=examples(bank, slot, angle, most),
        avoid=tuple(dict.fromkeys(p.original for p in here[-MOST_AVOIDED:] if len(p.original) <= FAR_TOO_LONG)),
        wish=wish,
        start=start[:FAR_TOO_LONG],
    )
    preview = writer.preview(request)
    budget = int(settings.monthly_budget * MICROS)
    return Asking(
        request=request,
        preview=preview,
        prompt=content_hash(preview.body),
        at_most=_cost(settings, preview.input_tokens, preview.output_tokens),
        left=max(0, budget - sum(c.cost for c in calls)),
        currency=settings.currency,
    )


def _within(asking: Asking, settings: WriterSettings, now: int, timezone: str) -> None:
    if settings.call_budget is not None and asking.at_most > settings.call_budget * MICROS:
        raise Faults.one("writer.call_budget", at_most=money(asking.at_most), budget=settings.call_budget,
                         currency=settings.currency)  # fmt: skip
    if asking.at_most > asking.left:
        raise Faults.one(
            "writer.budget",
            at_most=money(asking.at_most),
            left=money(asking.left),
            budget=settings.monthly_budget,
            currency=settings.currency,
            day=next_month(now, timezone).date().isoformat(),
        )


def _cost(settings: WriterSettings, read: int, written: int) -> int:
    """Millionths: a price is for a million tokens."""
    exact = read * (settings.price_in or Decimal(0)) + written * (settings.price_out or Decimal(0))
    return int(exact.to_integral_value(rounding="ROUND_CEILING"))


def _month(now: int, timezone: str) -> int:
    local = datetime.fromtimestamp(now / 1000, ZoneInfo(timezone))
    return int(local.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


def _member(papers: Documents, by: str) -> None:
    members = [m.id for m in papers.team.members]
    if by and by not in members:
        raise Faults.one("author.unknown", person=by, known=", ".join(members))


# --- reading ----------------------------------------------------------------------------------------------------------


def _read(
    catalogue: Catalogue,
    papers: Documents,
    let_in: Sequence[Proposal],
    known: Sequence[Proposal],
    call: Call,
    answer: Answer,
) -> tuple[list[Proposal], list[Fault]]:
    """The new phrases of an answer with their findings, and what is to be known about it."""
    gate = gate_of(catalogue, papers, let_in, call.placement, call.locale)
    texts = [tidy(p, gate.language) for p in answer.phrases]
    fitting = [t for t in texts if 0 < len(t) <= FAR_TOO_LONG]
    different = list(dict.fromkeys(fitting))
    before = {p.id for p in known} | {
        proposal_id(p.campaign, p.placement, p.slot, p.angle, p.locale, p.text) for p in known
    }
    ids = {t: proposal_id(call.campaign, call.placement, call.slot, call.angle, call.locale, t) for t in different}
    new = [t for t in different if ids[t] not in before]
    kept = new[: call.wanted]
    counts = {
        "propose.too_long": len([t for t in texts if len(t) > FAR_TOO_LONG]),
        "propose.repeated": len(fitting) - len(different),
        "propose.known": len(different) - len(new),
        "propose.more": len(new) - len(kept),
    }
    notes = [Fault(code=code, values={"n": n, "wanted": call.wanted}) for code, n in counts.items() if n]
    if answer.phrases and len(kept) < call.wanted:
        notes.append(Fault(code="propose.fewer", values={"n": len(kept), "wanted": call.wanted}))
    made = []
    for text in kept:
        findings = tuple(gate.check(text, slot=call.slot, placement=call.placement))
        nearest, overlap = gate.nearest(text)
        made.append(
            Proposal(
                id=ids[text], campaign=call.campaign, call=call.id, placement=call.placement, slot=call.slot,
                angle=call.angle, locale=call.locale, text=text, original=text, model=answer.model, time=call.time,
                status="refused" if any(f.severity == "refuse" for f in findings) else "proposed", findings=findings,
                nearest=nearest, overlap=round(overlap, 3), cost=call.cost // len(kept),
                tokens=(call.input_tokens + call.output_tokens) // len(kept),
            )
        )  # fmt: skip
    if made and all(p.status == "refused" for p in made):
        notes.append(Fault(code="propose.all_refused", values={"n": len(made)}))
    return made, notes


def gate_of(catalogue: Catalogue, papers: Documents, let_in: Sequence[Proposal], placement: str, locale: str) -> Gate:
    """The checks for phrases of one placement and language, with everything that is in its bank."""
    catalogue = with_proposals(catalogue, let_in)
    bank = phrases(papers.brand, papers.brief, catalogue, placement=placement, locale=locale)
    return Gate(papers.brand, papers.brief, catalogue, bank, locale)


def _keep(unit: Unit, call: Call, currency: str, now: int) -> None:
    """The call as it ended; the ledger tells every call that may have been charged."""
    unit.proposals.put_call(call)
    if call.state == "failed":
        return
    body: Mapping[str, Any] = {
        "campaign": call.campaign,
        "call": call.id,
        "placement": call.placement,
        "slot": call.slot,
        "angle": call.angle or ANY,
        "locale": call.locale,
        "count": call.got,
        "refused": call.refused,
        "model": call.model,
        "tokens": [call.input_tokens, call.output_tokens],
        "cost_micros": call.cost,
        "currency": currency,
        "prompt": call.prompt,
        "state": call.state,
        **({"wish": content_hash(call.wish)[:16]} if call.wish else {}),
    }
    note(unit, now=now, kind="proposed", body=body)
