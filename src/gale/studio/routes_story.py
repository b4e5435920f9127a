"""A campaign's rooms: the beginning, the wall, the plan, the report (`routes_live` has the live page)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
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
from gale.studio.common import Studio, go
from gale.studio.desk import SandboxDesk
from gale.studio.routes_live import toast
from gale.studio.standalone import sheet_values, standalone
from gale.words import Words

ANSWERS = ("name", "product", "noun_fr", "noun_en", "benefit_fr", "benefit_en", "price")
FIELD_OF = {"init.price": "price", "init.article": "noun_fr"}
Form = dict[str, str]


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
    posted = Depends(studio.form)  # read on the event loop; the handlers themselves run in threads

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
    def begin(request: Request, form: Form = posted) -> Response:
        own = form.get("choice") == "own"
        answers = Answers(**{k: form.get(k, "") for k in ANSWERS}) if own else None
        if isinstance(desk, SandboxDesk):
            desk.speak(studio.locale(request))
        try:
            campaign = desk.begin(answers)
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
    def phrase(request: Request, campaign: str, form: Form = posted) -> Response:
        """Refused in place, with what would pass; accepted, the page is shown anew with the phrase in it."""
        row = studio.the_row(campaign)
        text = None if form.get("back") else form.get("text", "").strip()
        findings = desk.edit(campaign, form, text)
        fragment = request.headers.get("hx-request") == "true"
        address = f"/c/{campaign}/wall?placement={form.get('placement', '')}"
        if not findings:
            return Response(headers={"HX-Redirect": address}) if fragment else go(address)
        words = studio.words(request)
        view = gather.wall(desk.store, desk.workspace.catalogue, row, words)
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
        changed = desk.changed(campaign)
        view = gather.plan(desk.store, row, studio.words(request), now=desk.now(), role=role, changed=changed)
        return studio.page(request, "plan.html", "plan", row, shell=toast(studio, request, campaign, done), view=view)

    @routes.post("/c/{campaign}/sign")
    def sign(request: Request, campaign: str, form: Form = posted) -> Response:
        row = studio.the_row(campaign)
        role = next((r for r in ROLES if r == form.get("role")), None)
        if role is None:
            raise HTTPException(400)
        if form.get("plan") != row.plan:
            raise Faults.one("plan.changed", campaign=campaign)
        person, verdict, remark = form.get("person", ""), form.get("verdict", ""), form.get("remark", "").strip()
        try:
            desk.sign(campaign, role=role, person=person, verdict=verdict, remark=remark)
        except Faults as problem:
            words = studio.words(request)
            member = next((m for m in Documents.of(row).team.members if m.id == person), None)
            said = " ".join(words.fault(replace_where(f)) for f in problem.faults)
            typed = v.SignForm(role, person, member.name if member else person, remark, verdict, said)
            view = gather.plan(desk.store, row, words, now=desk.now(), typed=typed)
            return studio.page(request, "plan.html", "plan", row, status=422, view=view)
        return go(f"/c/{campaign}/plan?done={'signed' if verdict == 'signed' else 'refused'}")

    @routes.post("/c/{campaign}/launch", dependencies=[posted])
    def launch(request: Request, campaign: str) -> Response:
        desk.launch(campaign)
        return go(f"/c/{campaign}/live?done=launched")

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

    @routes.post("/c/{campaign}/ledger/{act}", dependencies=[posted])
    def ledger(request: Request, campaign: str, act: str) -> Response:
        row = studio.the_row(campaign)
        if act == "falsify" and desk.sandbox is not None:
            desk.sandbox.falsify()
        elif act != "verify":
            raise HTTPException(404)
        found = verify_ledger(desk.store)
        proof = _proof(found, studio.words(request))
        if request.headers.get("hx-request") == "true":
            return studio.page(request, "_ledger.html", "report", row, campaign=row.id, proof=proof)
        return go(f"/c/{campaign}/report#ledger")

    def _proof(found: Verified, words: Words) -> Proof:
        why = f"broken.{found.why}"
        return Proof(found.verified, found.entries, found.first_bad, words(why) if words.has(why) else found.why or "")

    return routes


def replace_where(fault: Any) -> Any:
    """The fault without its place: beside a field, the place is plain."""
    import msgspec

    return msgspec.structs.replace(fault, where="")
