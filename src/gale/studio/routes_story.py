"""A campaign's rooms: the beginning, the wall, the plan, live, the report."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from gale.engine import report as report_verb
from gale.engine.init import Answers
from gale.engine.verify import Verified, verify_ledger
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow
from gale.records.approval import ROLES
from gale.records.faults import Faults
from gale.studio import gather
from gale.studio import views as v
from gale.studio.app import Studio, go
from gale.studio.desk import SandboxDesk
from gale.studio.gather.shelf import words_of
from gale.studio.standalone import sheet_values, standalone
from gale.words import Words

ANSWERS = ("name", "product", "noun_fr", "noun_en", "benefit_fr", "benefit_en", "price")
FIELD_OF = {"init.price": "price", "init.article": "noun_fr"}
DONE = {"paused": "resume", "live": "pause", "signed": "", "refused": "", "stopped": "", "launched": ""}
STEPS = {"pause": "paused", "resume": "live", "stop": "stopped"}


@dataclass(frozen=True)
class Proof:
    """What the verifier said, in words."""

    verified: bool
    entries: int
    first_bad: int | None
    why: str


def router(studio: Studio) -> APIRouter:
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    desk = studio.desk

    # beginning

    @routes.get("/")
    def home() -> Response:
        row = studio.first_row()
        if row is None:
            writing = desk.papers.campaign.id if desk.papers and desk.writing.running else ""
            return go(f"/c/{writing}/wall" if writing else "/welcome")
        return go("/campaigns")

    @routes.get("/welcome")
    def welcome(request: Request) -> Response:
        return _welcome(request)

    def _welcome(
        request: Request, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None
    ) -> Response:
        ready = None if desk.sandbox else desk.workspace.read_documents().brief.title
        view = v.Welcome(desk.sandbox is not None, typed or {}, errors or {}, ready)
        return studio.page(request, "welcome.html", "welcome", status=422 if errors else 200, view=view)

    @routes.post("/welcome")
    async def begin(request: Request) -> Response:
        form = await studio.form(request)
        own = form.get("choice") == "own"
        answers = Answers(**{k: form.get(k, "") for k in ANSWERS}) if own else None
        if isinstance(desk, SandboxDesk):
            desk.speak(studio.locale(request))
        try:
            campaign = await asyncio.to_thread(desk.begin, answers)
        except Faults as problem:
            words = studio.words(request)
            errors = {FIELD_OF.get(f.code) or str(f.values.get("field", "")): words.fault(f) for f in problem.faults}
            if not own or not set(errors) <= set(ANSWERS):
                return studio.problem(request, problem)
            return _welcome(request, form, errors)
        return go(f"/c/{campaign}/wall")

    @routes.get("/campaigns")
    def campaigns(request: Request) -> Response:
        view = gather.campaigns(desk.store, desk.now(), studio.reports.known)
        return studio.page(request, "campaigns.html", "campaigns", studio.first_row(), view=view)

    # wall

    def _writing(campaign: str) -> v.Wall:
        papers, writing = desk.papers, desk.writing
        if papers is None:
            raise HTTPException(404)
        return v.Wall(
            campaign=campaign,
            brand=papers.brand.name,
            descriptor=papers.brand.descriptor,
            palette=papers.brand.palette,
            writing=v.Writing(
                writing.accepted, wanted=desk.expected, by_placement=dict(writing.by_placement), done=False
            ),
        )

    @routes.get("/c/{campaign}/wall")
    def wall(
        request: Request,
        campaign: str,
        placement: str = "",
        locale: Annotated[list[str] | None, Query()] = None,
        refused: str = "",
        offset: int = 0,
    ) -> Response:
        if desk.writing.problem is not None:
            problem, desk.writing.problem = desk.writing.problem, None
            return studio.problem(request, problem)
        row = studio.row(campaign)
        if desk.writing.running or row is None:
            title = desk.papers.brief.title if desk.papers else {}
            tab = v.Tab(campaign, title, ("wall",))
            return studio.page(request, "wall.html", "wall", shell={"tab": tab}, view=_writing(campaign))
        view = gather.wall(
            desk.store,
            desk.workspace.catalogue,
            row,
            studio.words(request),
            placement=placement,
            locales=locale or (),
            refused=bool(refused),
            offset=max(0, offset),
            seconds=desk.writing.seconds,
        )
        return studio.page(request, "wall.html", "wall", row, view=view)

    @routes.get("/c/{campaign}/wall/writing")
    def writing(request: Request, campaign: str) -> Response:
        if not desk.writing.running:
            return Response(status_code=200, headers={"HX-Refresh": "true"})
        return studio.page(request, "_writing.html", "wall", view=_writing(campaign))

    @routes.post("/c/{campaign}/phrase")
    async def phrase(request: Request, campaign: str) -> Response:
        """Refused in place, with what would pass; accepted, the page is shown anew with the phrase in it."""
        form = await studio.form(request)
        row = studio.the_row(campaign)
        text = None if form.get("back") else form.get("text", "").strip()
        findings = await asyncio.to_thread(desk.edit, campaign, form, text)
        fragment = request.headers.get("hx-request") == "true"
        address = f"/c/{campaign}/wall?placement={form.get('placement', '')}"
        if not findings:
            return Response(headers={"HX-Redirect": address}) if fragment else go(address)
        words = studio.words(request)
        view = await asyncio.to_thread(gather.wall, desk.store, desk.workspace.catalogue, row, words)
        held = view.phrase or v.Phrase(form["phrase"], form["slot"], form["placement"], form["locale"], text or "", 0)
        refused = replace(held, typed=text, errors=tuple(gather.why(f, words) for f in findings))
        template = "_phrase.html" if fragment else "wall.html"
        return studio.page(request, template, "wall", row, status=422, view=replace(view, phrase=refused))

    # plan

    @routes.get("/c/{campaign}/plan")
    def plan(request: Request, campaign: str, role: str = "", done: str = "") -> Response:
        desk.ensure_plan(campaign)
        row = studio.the_row(campaign)
        if not row.facts.get("created"):
            return go(f"/c/{campaign}/wall")
        view = gather.plan(desk.store, row, studio.words(request), now=desk.now(), role=role)
        return studio.page(request, "plan.html", "plan", row, shell=_toast(request, campaign, done), view=view)

    @routes.post("/c/{campaign}/sign")
    async def sign(request: Request, campaign: str) -> Response:
        form = await studio.form(request)
        row = studio.the_row(campaign)
        role = next((r for r in ROLES if r == form.get("role")), None)
        if role is None:
            raise HTTPException(400)
        if form.get("plan") != row.plan:
            raise Faults.one("plan.changed", campaign=campaign)
        person, verdict, remark = form.get("person", ""), form.get("verdict", ""), form.get("remark", "").strip()
        try:
            await asyncio.to_thread(desk.sign, campaign, role=role, person=person, verdict=verdict, remark=remark)
        except Faults as problem:
            words = studio.words(request)
            member = next((m for m in Documents.of(row).team.members if m.id == person), None)
            said = " ".join(words.fault(replace_where(f)) for f in problem.faults)
            typed = v.SignForm(role, person, member.name if member else person, remark, verdict, said)
            view = await asyncio.to_thread(gather.plan, desk.store, row, words, now=desk.now(), typed=typed)
            return studio.page(request, "plan.html", "plan", row, status=422, view=view)
        return go(f"/c/{campaign}/plan?done={'signed' if verdict == 'signed' else 'refused'}")

    @routes.post("/c/{campaign}/launch")
    async def launch(request: Request, campaign: str) -> Response:
        await studio.form(request)
        await asyncio.to_thread(desk.launch, campaign)
        return go(f"/c/{campaign}/live?done=launched")

    # live

    def _live(request: Request, row: CampaignRow, kettle: v.Kettle | None = None) -> v.Live:
        words, now = studio.words(request), desk.now()
        report = studio.reports.recent(row.id, now)
        cities = _cities(row, words, now)
        shown = kettle or _kettle(row)
        recent = sorted(desk.sandbox.latencies[-2000:]) if desk.sandbox else []
        p50 = recent[len(recent) // 2] if recent else None
        return gather.live(desk.store, row, words, now=now, report=report, cities=cities, kettle=shown, p50_ms=p50)

    def _cities(row: CampaignRow, words: Words, now: int) -> list[v.City]:
        box = desk.sandbox
        if box is None or row.id not in box.campaigns.values():
            return []
        found = []
        for truth in box.truths:
            report = studio.reports.recent(box.campaigns[truth.id], now) or {}
            world = report_verb.world(truth.id, truth.name, report) if report else {}
            seen = v.report_view({**report, "worlds": [world]} if world else {})
            shown = seen.worlds[0] if seen.worlds else None
            found.append(
                v.City(
                    id=truth.id,
                    title=truth.name,
                    opened=bool(shown and shown.opened),
                    people=truth.people,
                    gate=shown.gate if shown else None,
                    decisions=seen.decisions,
                    lift=seen.relative,
                    proven=seen.proven,
                    sentence=words.text(shown.sentence) if shown and shown.gate else "",
                )
            )
        return found

    def _kettle(row: CampaignRow) -> v.Kettle | None:
        if not isinstance(desk, SandboxDesk) or row.id != next(iter(desk.sandbox.campaigns.values()), None):
            return None
        person, waiting = desk.kettle_person(), desk.kettle_touchpoint
        if person is None or waiting is None:
            return None
        papers = Documents.of(row)
        needs = next((t.purposes for t in papers.campaign.touchpoints if t.id == waiting), [])
        return gather.kettle(desk.store, person, needs)

    def _mark(words: Words, row: CampaignRow) -> Any:
        return sheet_values(v.report_view({}), words, Documents.of(row).campaign.timezone)["proven_mark"]

    @routes.get("/c/{campaign}/live")
    def live(request: Request, campaign: str, done: str = "") -> Response:
        row = studio.the_row(campaign)
        if row.status == "draft":
            return go(f"/c/{campaign}/plan")
        mark = _mark(studio.words(request), row)
        shell = _toast(request, campaign, done)
        return studio.page(request, "live.html", "live", row, shell=shell, view=_live(request, row), proven_mark=mark)

    @routes.get("/c/{campaign}/live/now")
    def now(request: Request, campaign: str) -> Response:
        row = studio.the_row(campaign)
        if row.status not in ("live", "paused"):
            return Response(headers={"HX-Refresh": "true"})
        mark = _mark(studio.words(request), row)
        view = _live(request, row)
        return studio.page(request, "_live_now.html", "live", row, view=view, proven_mark=mark, swap=True)

    @routes.post("/c/{campaign}/{step}")
    async def step(request: Request, campaign: str, step: str) -> Response:
        form = await studio.form(request)
        if step not in STEPS:
            raise HTTPException(404)
        await asyncio.to_thread(desk.set_status, campaign, STEPS[step], form.get("reason", "").strip())
        return go(f"/c/{campaign}/live?done={STEPS[step]}")

    @routes.post("/c/{campaign}/variants/{variant}/{step}")
    async def variant(request: Request, campaign: str, variant: str, step: str) -> Response:
        await studio.form(request)
        if step not in ("pause", "resume"):
            raise HTTPException(404)
        await asyncio.to_thread(desk.pause_variant, campaign, variant, paused=step == "pause")
        return go(f"/c/{campaign}/live")

    @routes.post("/c/{campaign}/kettle/{act}")
    async def kettle(request: Request, campaign: str, act: str) -> Response:
        await studio.form(request)
        row = studio.the_row(campaign)
        shown = _kettle(row)
        if shown is None or not isinstance(desk, SandboxDesk) or act not in ("boil", "withdraw"):
            raise HTTPException(404)
        words = studio.words(request)
        if act == "withdraw":
            await asyncio.to_thread(desk.withdraw_kettle, shown.person)
            shown = _kettle(row) or shown
        else:
            began = time.perf_counter()
            decision = await asyncio.to_thread(desk.boil, campaign, shown.person)
            took = (time.perf_counter() - began) * 1000
            if decision.variant is None:
                shown = replace(shown, outcome="held", reason=words(decision.reason))
            else:
                with desk.store.read() as unit:
                    sent = unit.creatives.get(campaign, [decision.variant])[decision.variant]
                said = sent.fields.get("text") or sent.fields.get("body") or words_of(sent)
                shown = replace(shown, outcome="sent", said=said, took_ms=took)
        if request.headers.get("hx-request") != "true":
            view, mark = _live(request, row, shown), _mark(words, row)
            return studio.page(request, "live.html", "live", row, view=view, proven_mark=mark)
        view = v.Live(
            row.id, row.status, desk.now(), 0, 1, 1, None, False, 0, 0, None, (), 0, (), None, (), kettle=shown
        )
        return studio.page(request, "_kettle.html", "live", row, view=view)

    # report

    def _report(row: CampaignRow) -> dict[str, Any]:
        """In the sandbox: both cities and the ledger once their days are over, what is known so far before."""
        if isinstance(desk, SandboxDesk) and row.id == next(iter(desk.sandbox.campaigns.values()), None):
            now = desk.now()
            return desk.told or {
                **(studio.reports.recent(row.id, now) or studio.reports.fresh(row.id, now)),
                "worlds": [
                    report_verb.world(truth.id, truth.name, told)
                    for truth in desk.sandbox.truths
                    if (told := studio.reports.recent(desk.sandbox.campaigns[truth.id], now))
                ],
            }
        return studio.reports.fresh(row.id, desk.now())

    @routes.get("/c/{campaign}/report")
    def report(request: Request, campaign: str) -> Response:
        row = studio.the_row(campaign)
        papers = Documents.of(row)
        if row.status == "draft":
            return go(f"/c/{campaign}/plan")
        seen = v.report_view(_report(row), papers.campaign.timezone)
        line = v.CampaignLine(row.id, papers.brief.title, row.status)
        values = sheet_values(seen, studio.words(request), papers.campaign.timezone)
        return studio.page(
            request, "report.html", "report", row, view=line, r=seen, campaign=row.id, proof=None, **values
        )

    @routes.get("/c/{campaign}/report.html")
    def report_file(request: Request, campaign: str) -> Response:
        row = studio.the_row(campaign)
        words = studio.words(request)
        html = standalone(_report(row), words.locale, words, timezone=Documents.of(row).campaign.timezone)
        name = f"report-{row.id}-{words.locale}.html"
        return HTMLResponse(html, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    @routes.post("/c/{campaign}/ledger/{act}")
    async def ledger(request: Request, campaign: str, act: str) -> Response:
        await studio.form(request)
        row = studio.the_row(campaign)
        if act == "falsify" and desk.sandbox is not None:
            await asyncio.to_thread(desk.sandbox.falsify)
        elif act != "verify":
            raise HTTPException(404)
        found = await asyncio.to_thread(verify_ledger, desk.store)
        proof = _proof(found, studio.words(request))
        if request.headers.get("hx-request") == "true":
            return studio.page(request, "_ledger.html", "report", row, campaign=row.id, proof=proof)
        return go(f"/c/{campaign}/report#ledger")

    def _proof(found: Verified, words: Words) -> Proof:
        why = f"broken.{found.why}"
        return Proof(found.verified, found.entries, found.first_bad, words(why) if words.has(why) else found.why or "")

    def _toast(request: Request, campaign: str, done: str) -> dict[str, Any]:
        if done not in DONE:
            return {}
        undo = f"/c/{campaign}/{DONE[done]}" if DONE[done] else ""
        return {"toast": v.Toast(studio.words(request)(f"done.{done}"), undo)}

    return routes


def replace_where(fault: Any) -> Any:
    """The fault without its place: beside a field, the place is plain."""
    import msgspec

    return msgspec.structs.replace(fault, where="")
