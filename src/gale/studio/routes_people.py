"""People's rooms: one person, and the contacts."""

from __future__ import annotations

import asyncio
import secrets

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from gale.engine import consent as consent_verb
from gale.engine.workspace import Documents
from gale.records.documents import Purposes
from gale.records.faults import Faults
from gale.records.people import Consent
from gale.studio import gather
from gale.studio.app import Studio, go


def router(studio: Studio) -> APIRouter:
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    desk = studio.desk

    def _purposes() -> Purposes:
        row = studio.first_row()
        return Documents.of(row).purposes if row else desk.workspace.read_documents().purposes

    @routes.get("/people/{person}")
    def one(request: Request, person: str) -> Response:
        row = studio.first_row()
        try:
            view = gather.person(desk.store, person, row, _purposes(), studio.words(request), now=desk.now())
        except Faults as problem:
            return studio.problem(request, problem, 404)
        return studio.page(request, "person.html", "person", row, shell={"person": person}, view=view)

    @routes.post("/people/{person}/withdraw")
    async def withdraw(request: Request, person: str) -> Response:
        form = await studio.form(request)
        purposes, now = _purposes(), desk.now()
        named = purposes.get(form.get("purpose", ""))
        act = Consent(
            id="c_" + secrets.token_hex(10),
            person=person,
            purpose=form.get("purpose", ""),
            state="withdrawn",
            basis=named.basis[0] if named else "consent",
            source="studio",
            notice=named.notice_version if named else "",
            time=now,
        )
        await asyncio.to_thread(consent_verb.record, desk.store, purposes, [act], now=now)
        return go(f"/people/{person}")

    @routes.post("/people/{person}/stop")
    async def stop(request: Request, person: str) -> Response:
        await studio.form(request)
        names = iter(lambda: "c_" + secrets.token_hex(10), "")
        await asyncio.to_thread(
            consent_verb.withdraw_everything,
            desk.store,
            _purposes(),
            person,
            now=desk.now(),
            source="studio",
            ids=names,
        )
        return go(f"/people/{person}")

    @routes.get("/contacts")
    def contacts(request: Request, done: str = "") -> Response:
        view = gather.contacts(desk.store, done=done)
        return studio.page(request, "contacts.html", "contacts", studio.first_row(), view=view)

    return routes
