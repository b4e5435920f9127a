"""The Proposals page: what waits to be read, why the checks refused the rest, and what asking costs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gale.creative import Catalogue
from gale.creative.checks import inclusive, links
from gale.creative.lengths import measure
from gale.creative.proposed import Gate, angles, longest, openings
from gale.engine import propose as propose_verb
from gale.engine.propose import gate_of, money
from gale.engine.workspace import Documents, Workspace
from gale.ports.store import CampaignRow
from gale.ports.writer import Writer
from gale.records.creative import Finding
from gale.records.documents import Member, WriterSettings
from gale.records.faults import Faults
from gale.records.proposal import IN_THE_BANK, Call, Proposal
from gale.studio import views_proposals as v
from gale.words import Words

CHECKS = {
    "figures": ("fact.no_such_offer", "fact.free", "fact.price", "fact.number", "fact.date", "propose.figure"),
    "promises": (
        "fact.superlative",
        "fact.comparison",
        "fact.popularity",
        "fact.promise",
        "fact.claim",
        "health.claim",
        "green.claim",
        "green.offset",
    ),
    "banned": ("style.banned", "style.wounding", "style.vulnerable", "style.urgency"),
    "language": ("language.wrong", "style.register", *inclusive.CODES),
    "aloud": ("style.long_sentence", "style.hard", "style.capitals", "style.exclamation", "style.emoji"),
    "signs": (
        "typography.spaces",
        "text.empty",
        "text.markup",
        *links.CODES,
        *links.SOURCES,
        "propose.signs",
        "sms.alphabet",
    ),
}
"""Groups in which the rules are shown, beside length and likeness, which have figures of their own."""
LENGTHS = ("length.over", "length.long")


@dataclass(frozen=True)
class Chosen:
    """What a person chose on the page."""

    placement: str = ""
    slot: str = ""
    angle: str = ""
    locale: str = ""
    wanted: int = propose_verb.WANTED
    by: str = ""
    at: str = ""
    edit: str = ""


@dataclass
class Inquiry:
    """A call that runs in the background, and how the last one ended."""

    running: bool = False
    began: float = 0.0
    problem: Faults | None = None
    notes: tuple[str, ...] = field(default=())


def proposals(
    workspace: Workspace,
    row: CampaignRow,
    words: Words,
    inquiry: Inquiry,
    chosen: Chosen,
    *,
    seconds: float = 0.0,
    typed: v.Typed | None = None,
    problem: Sequence[str] = (),
) -> v.Proposals:
    """The page for one campaign and one choice; what cannot be chosen falls back on the first that can."""
    catalogue, papers, settings = workspace.catalogue, Documents.of(row), workspace.settings.writer
    now, timezone = workspace.clock.now(), workspace.settings.timezone
    with workspace.store.read() as unit:
        known = unit.proposals.of(row.id)
        calls = [c for c in unit.proposals.calls() if c.campaign == row.id]
    choice = _choice(catalogue, papers, chosen, known)
    writer, said = writer_of(workspace, words)
    state = "none" if settings is None else "running" if row.status != "draft" else "broken" if said else "ready"
    if inquiry.running:
        state = "asking"
    let_in = [p for p in known if p.status in IN_THE_BANK]
    gates = Gates(catalogue, papers, let_in)
    wishes = {c.id: c.wish for c in calls}
    waiting = tuple(
        replace(_waiting(p, catalogue, words), wish=wishes.get(p.call, "")) for p in known if p.status == "proposed"
    )
    refused = [
        replace(_refused(p, gates, catalogue, words), wish=wishes.get(p.call, ""))
        for p in known
        if p.status == "refused"
    ]
    question = None
    if state == "ready" and writer is not None and settings is not None:
        question, more = _question(workspace, writer, settings, row, choice, words)
        said = (*said, *more)
    ended = tuple(words.fault(f) for f in inquiry.problem.faults) if inquiry.problem else ()
    at = chosen.at if any(w.id == chosen.at for w in waiting) else next((w.id for w in waiting), "")
    written = set(row.facts.get("proposals", ()))
    return v.Proposals(
        campaign=row.id,
        state=state,
        model=settings.model if settings else "",
        problem=(*problem, *ended, *said),
        waiting=waiting,
        refused=tuple(reversed(refused)),
        at=at,
        editing=chosen.edit if any(w.id == chosen.edit for w in (*waiting, *refused)) else "",
        typed=typed,
        call=_call(calls[-1], papers, words, writer) if calls else None,
        notes=inquiry.notes,
        locks=tuple(v.Lock(o.slot, o.closed) for o in openings(catalogue, choice.placement)),
        placements=_placements(catalogue, papers),
        locales=tuple(papers.brief.locales),
        angles=tuple(angles(catalogue, choice.placement, choice.locale)),
        placement=choice.placement,
        slot=choice.slot,
        angle=choice.angle,
        locale=choice.locale,
        wanted=choice.wanted,
        members=tuple((m.id, m.name) for m in papers.team.members),
        by=choice.by,
        team=papers.team.mode == "team",
        question=question,
        calls=len(calls),
        proposed=len(known),
        by_rule=sum(c.refused for c in calls),
        accepted=len(let_in),
        edited=sum(p.status == "edited" for p in known),
        rejected=sum(p.status == "rejected" for p in known),
        spent=float(money(propose_verb.spent(workspace.store, now=now, timezone=timezone))),
        budget=float(settings.monthly_budget) if settings else 0.0,
        currency=settings.currency if settings else "EUR",
        unwritten=len({p.id for p in let_in} ^ written),
        seconds=seconds,
        patience=float(settings.timeout_s) if settings else 60.0,
    )


class Gates:
    """The checks by placement and language, each laid out once."""

    def __init__(self, catalogue: Catalogue, papers: Documents, let_in: Sequence[Proposal]) -> None:
        self._catalogue, self._papers, self._let_in = catalogue, papers, let_in
        self._made: dict[tuple[str, str], Gate] = {}

    def of(self, proposal: Proposal) -> Gate:
        key = (proposal.placement, proposal.locale)
        if key not in self._made:
            self._made[key] = gate_of(self._catalogue, self._papers, self._let_in, *key)
        return self._made[key]


def typed(proposal: Proposal, text: str, findings: Sequence[Finding], catalogue: Catalogue, words: Words) -> v.Typed:
    """What the checks say of a person's words for a proposal."""
    return v.Typed(
        id=proposal.id,
        text=text,
        length=measure(text, proposal.placement),
        longest=longest(catalogue, proposal.placement, proposal.slot),
        why=tuple(_reason(f, words) for f in findings if f.severity == "refuse"),
        warnings=tuple(words(f.code, **f.values) for f in findings if f.severity == "warn"),
    )


def _placements(catalogue: Catalogue, papers: Documents) -> tuple[tuple[str, tuple[str, ...]], ...]:
    wanted = dict.fromkeys(t.placement for t in papers.campaign.touchpoints)
    return tuple((p, tuple(o.slot for o in openings(catalogue, p) if not o.closed)) for p in wanted)


def _choice(catalogue: Catalogue, papers: Documents, chosen: Chosen, known: Sequence[Proposal]) -> Chosen:
    """A whole choice: what was chosen where it exists, else what was asked for last, else the first there is."""
    places = dict(_placements(catalogue, papers))
    last = known[-1] if known else None
    placement = next((p for p in (chosen.placement, last.placement if last else "", *places) if p in places), "")
    slots = places[placement]
    slot = next((s for s in (chosen.slot, last.slot if last and not chosen.slot else "", *slots) if s in slots), "")
    locale = next(x for x in (chosen.locale, last.locale if last else "", *papers.brief.locales) if x in papers.brief.locales)  # fmt: skip
    there = angles(catalogue, placement, locale)
    hook = next((o.slot for o in openings(catalogue, placement) if o.hook), "")
    angle = chosen.angle if chosen.angle in there else there[0] if slot == hook and there else ""
    members = papers.team.members
    first = reader_of(papers).id
    by = chosen.by if any(m.id == chosen.by for m in members) else first
    wanted = min(max(1, chosen.wanted), propose_verb.MOST)
    return Chosen(placement, slot, angle, locale, wanted, by)


def reader_of(papers: Documents) -> Member:
    """Who reads what a model proposed: the AI specialist, where the team has one."""
    members = papers.team.members
    return next((m for m in members if "ai_specialist" in m.roles), members[0])


def writer_of(workspace: Workspace, words: Words) -> tuple[Writer | None, tuple[str, ...]]:
    """The writer, or why it cannot be asked."""
    if workspace.settings.writer is None:
        return None, ()
    try:
        return workspace.writer()[0], ()
    except Faults as problem:
        return None, tuple(words.fault(f) for f in problem.faults)


def _question(
    workspace: Workspace, writer: Writer, settings: WriterSettings, row: CampaignRow, choice: Chosen, words: Words
) -> tuple[v.Question | None, tuple[str, ...]]:
    try:
        asking = propose_verb.ask(
            workspace.store, workspace.catalogue, writer, settings, row.id, placement=choice.placement,
            slot=choice.slot, locale=choice.locale, angle=choice.angle, wanted=choice.wanted,
            now=workspace.clock.now(), timezone=workspace.settings.timezone,
        )  # fmt: skip
    except Faults as problem:
        return None, tuple(words.fault(f) for f in problem.faults)
    return v.Question(
        at_most=float(money(asking.at_most)),
        left=float(money(asking.left)),
        address=asking.preview.address,
        here=writer.local,
        body=json.dumps(asking.preview.body, ensure_ascii=False, indent=2),
    ), ()


def _call(call: Call, papers: Documents, words: Words, writer: Writer | None) -> v.LastCall:
    return v.LastCall(
        model=call.model,
        here=writer is not None and writer.local,
        by=next((m.name for m in papers.team.members if m.id == call.by), call.by),
        time=call.time,
        seconds=call.seconds,
        cost=float(money(call.cost)),
        read=call.input_tokens,
        written=call.output_tokens,
        placement=call.placement,
        slot=call.slot,
        examples=call.examples,
        state=call.state,
        problem=call.problem,
    )


def _waiting(proposal: Proposal, catalogue: Catalogue, words: Words) -> v.Waiting:
    warned = {f.code: words(f.code, **f.values) for f in proposal.findings if f.severity == "warn"}
    checks = [_check("length", LENGTHS, warned), *(_check(name, codes, warned) for name, codes in CHECKS.items())]
    return _shown(proposal, catalogue, checks=(*checks, v.Check("alike", "ok")))


def _check(name: str, codes: Sequence[str], warned: dict[str, str]) -> v.Check:
    said = " ".join(text for code, text in warned.items() if code in codes)
    return v.Check(name, "warn" if said else "ok", said)


def _refused(proposal: Proposal, gates: Gates, catalogue: Catalogue, words: Words) -> v.Waiting:
    gate, why = gates.of(proposal), []
    for finding in proposal.findings:
        if finding.severity != "refuse":
            continue
        reason = _reason(finding, words)
        if reason.passes and reason.passes != proposal.text and finding.code not in LENGTHS:  # those cut a phrase short
            again = gate.check_edit(reason.passes, slot=proposal.slot, placement=proposal.placement)
            take = not any(f.severity == "refuse" for f in again)
            reason = v.Reason(reason.code, reason.title, reason.said, reason.passes, take)
        why.append(reason)
    found = next((str(f.values.get("found", "")) for f in proposal.findings if f.severity == "refuse"), "")
    return _shown(proposal, catalogue, why=tuple(why), parts=_marked(proposal.text, found))


def _shown(
    proposal: Proposal,
    catalogue: Catalogue,
    *,
    checks: tuple[v.Check, ...] = (),
    why: tuple[v.Reason, ...] = (),
    parts: tuple[tuple[str, bool], ...] = (),
) -> v.Waiting:
    return v.Waiting(
        id=proposal.id,
        text=proposal.text,
        locale=proposal.locale,
        placement=proposal.placement,
        slot=proposal.slot,
        angle=proposal.angle,
        original=proposal.original,
        length=measure(proposal.text, proposal.placement),
        longest=longest(catalogue, proposal.placement, proposal.slot),
        nearest=proposal.nearest,
        overlap=proposal.overlap,
        checks=checks,
        why=why,
        parts=parts or ((proposal.text, False),),
    )


def _reason(finding: Finding, words: Words) -> v.Reason:
    passes = str(finding.values.get("passes") or "")
    title = next((words(x) for x in (f"short.{finding.code}", f"{finding.code}.title") if words.has(x)), "")
    return v.Reason(finding.code, title, words(finding.code, **finding.values), passes)


def _marked(text: str, found: str) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, with the words that a rule met marked, where they are not the whole of it.

    >>> _marked("Du pain à −50 %", "−50 %")
    (('Du pain à ', False), ('−50 %', True), ('', False))
    """
    before, met, after = text.partition(found) if found and found != text else (text, "", "")
    return ((before, False), (met, True), (after, False)) if met else ((text, False),)
