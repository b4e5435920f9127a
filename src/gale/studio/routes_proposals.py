"""The Proposals page: ask a model in the background, read what it wrote, decide."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from gale.engine import proposals as decide
from gale.engine import propose as propose_verb
from gale.records.faults import Faults
from gale.records.proposal import Proposal
from gale.studio import views as v
from gale.studio.common import Studio, go
from gale.studio.gather.proposals import Chosen, typed
from gale.studio.gather.proposals import proposals as gathered

KEPT = ("placement", "slot", "angle", "locale", "wanted", "by")  # what a person chose, from one page to the next


def router(studio: Studio) -> APIRouter:
    """The routes of the Proposals tab."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    desk = studio.desk

    def shown(
        request: Request, campaign: str, chosen: Chosen, *, status: int = 200, done: str = "", **more: Any
    ) -> Response:
        row, words = studio.the_row(campaign), studio.words(request)
        inquiry, seconds = studio.inquiries.of(campaign), studio.inquiries.seconds(campaign)
        view = gathered(desk.workspace, row, words, inquiry, chosen, seconds=seconds, **more)
        shell: dict[str, Any] = {}
        if done in ("accepted", "edited", "rejected", "undone", "written"):
            undo = f"/c/{campaign}/proposals/undo?{_query(chosen)}" if done not in ("undone", "written") else ""
            shell = {"toast": v.Toast(words(f"done.proposal.{done}"), undo)}
        return studio.page(request, "proposals.html", "wall", row, status=status, shell=shell, view=view)

    @routes.get("/c/{campaign}/proposals")
    def page(request: Request, campaign: str, done: str = "") -> Response:
        return shown(request, campaign, _chosen(request.query_params), done=done)

    @routes.get("/c/{campaign}/proposals/asking")
    def asking(request: Request, campaign: str) -> Response:
        """How long the call has run; the page itself once it is over."""
        studio.the_row(campaign)
        inquiry = studio.inquiries.of(campaign)
        if not inquiry.running:
            return Response(status_code=200, headers={"HX-Refresh": "true"})
        view = gathered(desk.workspace, studio.the_row(campaign), studio.words(request), inquiry, Chosen(),
                        seconds=studio.inquiries.seconds(campaign))  # fmt: skip
        return studio.page(request, "_proposals_asking.html", "wall", view=view)

    @routes.post("/c/{campaign}/proposals/ask")
    async def ask(request: Request, campaign: str) -> Response:
        """Send the request; the page shows that it runs. What cannot be sent is said at once."""
        form = await studio.form(request)
        chosen, words = _chosen(form), studio.words(request)
        studio.the_row(campaign)
        studio.inquiries.ask(
            campaign, words, placement=chosen.placement, slot=chosen.slot, angle=chosen.angle, locale=chosen.locale,
            wanted=chosen.wanted, by=chosen.by,
        )  # fmt: skip
        return go(f"/c/{campaign}/proposals?{_query(chosen)}")

    def proposal_of(campaign: str, proposal: str) -> Proposal:
        with desk.store.read() as unit:
            found = unit.proposals.get(proposal)
        if found is None or found.campaign != campaign:
            raise HTTPException(404)
        return found

    @routes.post("/c/{campaign}/proposals/undo")
    async def undo(request: Request, campaign: str) -> Response:
        await studio.form(request)
        chosen = _chosen(request.query_params)
        back = await asyncio.to_thread(decide.undo, desk.store, campaign, by=chosen.by, now=desk.now())
        return go(f"/c/{campaign}/proposals?{_query(chosen, at=back.id, done='undone')}#read")

    @routes.post("/c/{campaign}/proposals/write")
    async def write(request: Request, campaign: str) -> Response:
        """Write the thousand again with what was let in."""
        form = await studio.form(request)
        await asyncio.to_thread(desk.write_again, campaign, form.get("by") or None)
        return go(f"/c/{campaign}/proposals?{_query(_chosen(form), done='written')}")

    @routes.post("/c/{campaign}/proposals/{proposal}/check")
    async def check(request: Request, campaign: str, proposal: str) -> Response:
        form = await studio.form(request)
        found, catalogue = proposal_of(campaign, proposal), desk.workspace.catalogue
        text, findings = await asyncio.to_thread(
            decide.check_text, desk.store, catalogue, proposal, form.get("text", "")
        )
        view = typed(found, text, findings, catalogue, studio.words(request))
        return studio.page(request, "_proposal_typed.html", "wall", typed=view)

    @routes.post("/c/{campaign}/proposals/{proposal}/{act}")
    async def act(request: Request, campaign: str, proposal: str, act: str) -> Response:
        form = await studio.form(request)
        chosen, found = _chosen(form), proposal_of(campaign, proposal)
        catalogue, words, now = desk.workspace.catalogue, studio.words(request), desk.now()
        try:
            if act == "accept":
                made = await asyncio.to_thread(decide.accept, desk.store, catalogue, proposal, by=chosen.by, now=now)
            elif act == "edit":
                text = form.get("text", "")
                made = await asyncio.to_thread(
                    decide.edit, desk.store, catalogue, proposal, text=text, by=chosen.by, now=now
                )
            elif act == "reject":
                made = await asyncio.to_thread(decide.reject, desk.store, proposal, by=chosen.by, now=now)
            else:
                raise HTTPException(404)
        except Faults as problem:
            if act != "edit":
                return shown(request, campaign, chosen, status=422, problem=[words.fault(f) for f in problem.faults])
            text, findings = await asyncio.to_thread(
                decide.check_text, desk.store, catalogue, proposal, form.get("text", "")
            )
            view = typed(found, form.get("text", ""), findings, catalogue, words)
            said = [] if view.why else [words.fault(f) for f in problem.faults]
            chosen = _chosen({**form, "at": proposal, "edit": proposal})
            return shown(request, campaign, chosen, status=422, typed=view, problem=said)
        studio.inquiries.forget(campaign)  # whoever goes on has read them
        return go(f"/c/{campaign}/proposals?{_query(chosen, at=form.get('next', ''), done=made.status)}#read")

    return routes


def _chosen(told: Any) -> Chosen:
    wanted = str(told.get("wanted", ""))
    return Chosen(
        placement=told.get("placement", ""),
        slot=told.get("slot", ""),
        angle=told.get("angle", ""),
        locale=told.get("locale", ""),
        wanted=int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else propose_verb.WANTED,
        by=told.get("by", ""),
        at=told.get("at", ""),
        edit=told.get("edit", ""),
    )


def _query(chosen: Chosen, **more: str) -> str:
    told = {name: str(getattr(chosen, name)) for name in KEPT}
    return urlencode({k: x for k, x in {**told, **more}.items() if x})
