"""The roll-out's page and its two buttons."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from gale.engine import scale as scale_verb
from gale.records.faults import Faults
from gale.studio import views as v
from gale.studio.common import Studio, go
from gale.studio.gather.scale import scale as gather_scale

ACTS = {"advance": scale_verb.advance, "back": scale_verb.back}


def router(studio: Studio) -> APIRouter:
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    desk = studio.desk
    posted = Depends(studio.form)  # read on the event loop; the handlers themselves run in threads

    @routes.get("/c/{campaign}/scale")
    def scale(request: Request, campaign: str, done: str = "") -> Response:
        row = studio.the_row(campaign)
        words = studio.words(request)
        view = gather_scale(desk.store, row, words, now=desk.now())
        shell: dict[str, Any] = {}
        if done in ("advanced", "back"):
            shell = {"toast": v.Toast(words("done.advanced") if done == "advanced" else words("done.back"))}
        section = "plan" if row.status == "draft" else "live"
        return studio.page(request, "scale.html", section, row, shell=shell, view=view)

    @routes.post("/c/{campaign}/scale/{act}")
    def step(request: Request, campaign: str, act: str, form: dict[str, str] = posted) -> Response:
        row = studio.the_row(campaign)
        if act not in ACTS:
            raise HTTPException(404)
        reason = form.get("reason", "").strip()
        try:
            ACTS[act](
                desk.store,
                campaign,
                by=form.get("person", ""),
                reason=reason,
                now=desk.now(),
                sandbox=desk.workspace.settings.sandbox,
            )
        except Faults as problem:
            words = studio.words(request)
            said = " ".join(words.fault(f) for f in problem.faults)
            view = gather_scale(desk.store, row, words, now=desk.now(), typed=reason, error=said)
            return studio.page(request, "scale.html", "live", row, status=422, view=view)
        return go(f"/c/{campaign}/scale?done={'advanced' if act == 'advance' else 'back'}")

    return routes
