"""What the Studio's rooms share: who asks and in which language, rows, how a page is put together, forms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import UploadFile

from gale.adapters.words import load
from gale.ports.store import CampaignRow
from gale.records.faults import Faults
from gale.studio import views as v
from gale.studio.desk import Desk
from gale.studio.door import Door
from gale.studio.gather import Reports, tab
from gale.studio.guard import Guard
from gale.studio.inquiry import Inquiries
from gale.studio.render import page
from gale.words import LOCALES, Words

LANGUAGE = "gale_language"
LARGEST_FORM = 64 * 1024
LARGEST_FILE = 64 * 1024 * 1024


class Studio:
    """What the rooms share: the desk, the door's guard, reports, and how a page is put together."""

    def __init__(self, desk: Desk, door: Door, address: str) -> None:
        self.desk = desk
        self.door = door
        self.guard = Guard(door, address, self.refusal)
        self.reports = Reports(desk.store)
        self.inquiries = Inquiries(desk.workspace)

    # language and words

    def locale(self, request: Request) -> str:
        """The language chosen, else the browser's, else the workspace's."""
        chosen = request.cookies.get(LANGUAGE)
        if chosen in LOCALES:
            return chosen
        asked = request.headers.get("accept-language", "")[:2].lower()
        return asked if asked in LOCALES else self.desk.workspace.settings.locale

    def words(self, request: Request) -> Words:
        return load(self.locale(request))

    # rows

    def row(self, campaign: str) -> CampaignRow | None:
        with self.desk.store.read() as unit:
            return unit.campaigns.get(campaign)

    def the_row(self, campaign: str) -> CampaignRow:
        """The campaign's row; a page that says so where there is none."""
        row = self.row(campaign)
        if row is None:
            raise HTTPException(404)
        return row

    def first_row(self) -> CampaignRow | None:
        """The campaign that a page without one of its own belongs to: the newest, in the sandbox the first city's."""
        with self.desk.store.read() as unit:
            rows = unit.campaigns.all()
        first = next(iter(self.desk.sandbox.campaigns.values()), None) if self.desk.sandbox else None
        return next((r for r in rows if r.id == first), None) or max(rows, key=lambda r: r.created, default=None)

    # pages

    def shell(self, request: Request, section: str, row: CampaignRow | None = None, **more: Any) -> v.Shell:
        settings = self.desk.workspace.settings
        box = self.desk.sandbox
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        frame = v.Shell(
            section=section,
            here=here if request.method == "GET" else "/",
            csrf=self.guard.token(request),
            workspace=settings.name,
            sandbox=settings.sandbox,
            people=sum(t.people for t in box.truths) if box else None,
            tab=tab(row) if row else None,
        )
        return replace(frame, **more)

    def page(
        self,
        request: Request,
        template: str,
        section: str,
        row: CampaignRow | None = None,
        *,
        status: int = 200,
        shell: dict[str, Any] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        timezone = self.desk.workspace.settings.timezone
        frame = self.shell(request, section, row, **(shell or {}))
        return HTMLResponse(page(template, self.locale(request), timezone=timezone, shell=frame, **values), status)

    def problem(self, request: Request, faults: Faults, status: int = 422) -> HTMLResponse:
        """A page that says everything that is wrong at once."""
        words = self.words(request)
        back = urlsplit(request.headers.get("referer", "")).path or "/campaigns"
        view = v.Message(words("Not yet"), (), (words("Go back"), back))
        said = tuple(words.fault(f) for f in faults.faults)
        return self.page(request, "message.html", "", status=status, shell={"faults": said}, view=view)

    def refusal(self, request: Request, status: int, what: str) -> str:
        """The page of a request that the guard refuses."""
        words = self.words(request)
        if what == "session":
            frame = v.Shell(section="door", here="/", csrf="", workspace="")
            return page("door.html", words.locale, shell=frame)
        view = v.Message(words("Refused"), (words(f"guard.{what}"),), None, str(status))
        frame = v.Shell(section="", here="/", csrf="", workspace=self.desk.workspace.settings.name)
        return page("message.html", words.locale, shell=frame, view=view)

    # forms

    async def form(self, request: Request) -> dict[str, str]:
        """The form's fields, once its token is true. Raises HTTP 403 and 413."""
        fields, _ = await self.form_with_file(request, LARGEST_FORM)
        return fields

    async def form_with_file(
        self, request: Request, largest: int = LARGEST_FILE
    ) -> tuple[dict[str, str], dict[str, tuple[str, bytes]]]:
        """Fields, and files as (name, bytes)."""
        if int(request.headers.get("content-length") or largest + 1) > largest:
            raise HTTPException(413)
        form = await request.form(max_files=1, max_fields=300)
        fields = {k: x for k, x in form.multi_items() if isinstance(x, str)}
        if not self.guard.true_token(request, fields.pop("csrf", "")):
            raise HTTPException(403)
        files = {k: (x.filename or "", await x.read()) for k, x in form.multi_items() if isinstance(x, UploadFile)}
        return fields, files


def go(address: str) -> RedirectResponse:
    """On to another page after a change."""
    return RedirectResponse(address, 303)
