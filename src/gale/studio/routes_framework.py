"""The Framework page: look at the slots, ban a phrase, pin one, write one's own in its place."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from gale.studio.common import Studio, go
from gale.studio.gather.framework import framework as gathered


def router(studio: Studio) -> APIRouter:
    """The routes of the Framework tab."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    desk = studio.desk

    @routes.get("/c/{campaign}/framework")
    def framework(
        request: Request,
        campaign: str,
        placement: str = "",
        locale: str = "",
        slot: str = "",
        order: str = "",
        every: str = "",
    ) -> Response:
        row = studio.the_row(campaign)
        view = gathered(
            desk.store,
            desk.workspace.catalogue,
            row,
            studio.words(request),
            placement=placement,
            locale=locale,
            slot=slot,
            order=order,
            every=bool(every),
        )
        return studio.page(request, "framework.html", "wall", row, view=view)

    @routes.post("/c/{campaign}/framework/keep")
    async def keep(request: Request, campaign: str) -> Response:
        """Ban, pin or free a phrase, and write the thousand again."""
        form = await studio.form(request)
        studio.the_row(campaign)
        await asyncio.to_thread(desk.keep, campaign, form)
        told = urlencode({k: form.get(k, "") for k in ("placement", "locale", "slot", "order")})
        return go(f"/c/{campaign}/framework?{told}#bank")

    return routes
