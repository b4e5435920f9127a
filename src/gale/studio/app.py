"""The Studio's routes on an ASGI application: the frame here, the rooms in `routes_story` and `routes_people`.

Pages are rendered on the server; every change is a POST with the session's token and answers with a redirect, or with
a fragment where htmx asked. Reading and writing happen in threads, never on the event loop.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from gale.adapters.words import load
from gale.engine.workspace import Documents, Workspace
from gale.ports.store import CampaignRow
from gale.records.faults import Faults
from gale.studio import views as v
from gale.studio.brandart import brand_css
from gale.studio.desk import Desk, SandboxDesk
from gale.studio.door import COOKIE, Door
from gale.studio.gather import Reports, tab
from gale.studio.guard import OTHERS, Guard
from gale.studio.render import STATIC, page
from gale.studio.sandbox import Sandbox
from gale.words import LOCALES, Words

LANGUAGE = "gale_language"
YEAR_S = 365 * 24 * 3600
LARGEST_FORM = 64 * 1024
LARGEST_FILE = 64 * 1024 * 1024


class Studio:
    """What the rooms share: the desk, the door's guard, reports, and how a page is put together."""

    def __init__(self, desk: Desk, door: Door, address: str) -> None:
        self.desk = desk
        self.door = door
        self.guard = Guard(door, address, self.refusal)
        self.reports = Reports(desk.store)

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


def mount(app: FastAPI, workspace: Workspace, door: Door, *, address: str, sandbox: Sandbox | None = None) -> Studio:
    """Add the Studio's pages to an application that may have the API's routes already.

    `address` is where the application is reached on loopback; requests for any other host are refused.
    """
    from gale.studio import routes_framework, routes_live, routes_people, routes_proposals, routes_scale, routes_story

    studio = Studio(SandboxDesk(sandbox) if sandbox else Desk(workspace), door, address)
    app.add_middleware(BaseHTTPMiddleware, dispatch=studio.guard)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False))

    @app.get("/open/{token}", include_in_schema=False)
    def open_door(request: Request, token: str) -> Response:
        """Spend the link. A page leads on, since a cookie that is SameSite=Strict does not follow a redirect that
        began elsewhere (in a mail program, in a terminal)."""
        session = door.spend(token)
        if session is None:
            if door.knows(request.cookies.get(COOKIE)):
                return go("/")
            return HTMLResponse(studio.refusal(request, 401, "session"), 401)
        response = HTMLResponse(page("opened.html", studio.locale(request)))
        response.set_cookie(COOKIE, session, httponly=True, samesite="strict", path="/")
        return response

    @app.get("/language/{locale}", include_in_schema=False)
    def language(locale: str, back: str = "/") -> Response:
        """Keep the language chosen and go back to the page."""
        safe = back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"
        response = go(safe)
        if locale in LOCALES:
            response.set_cookie(LANGUAGE, locale, max_age=YEAR_S, httponly=True, samesite="strict", path="/")
        return response

    @app.get("/brand/{campaign}.css", include_in_schema=False)
    def brand(campaign: str) -> Response:
        """The brand's own colours, for previews."""
        row = studio.row(campaign)
        papers = Documents.of(row) if row else studio.desk.papers
        if papers is None:
            raise HTTPException(404)
        return Response(brand_css(papers.brand.palette), media_type="text/css")

    @app.exception_handler(StarletteHTTPException)
    async def failed(request: Request, problem: StarletteHTTPException) -> Response:
        if request.url.path.startswith(OTHERS):
            return await http_exception_handler(request, problem)
        words = studio.words(request)
        said = f"http.{problem.status_code}" if words.has(f"http.{problem.status_code}") else "http.error"
        view = v.Message(words("Nothing here") if problem.status_code == 404 else words("Refused"), (words(said),),
                         (words("Campaigns"), "/campaigns"), str(problem.status_code))  # fmt: skip
        return studio.page(request, "message.html", "", status=problem.status_code, view=view)

    @app.exception_handler(Exception)
    async def broken(request: Request, problem: Exception) -> Response:
        """Something nobody foresaw: the terminal has the trace, the page says that nothing more is known."""
        if request.url.path.startswith(OTHERS):
            return Response(status_code=500)
        words = studio.words(request)
        view = v.Message(words("Something failed here"), (words("The terminal that runs the Studio says what."),),
                         (words("Campaigns"), "/campaigns"), "500")  # fmt: skip
        return studio.page(request, "message.html", "", status=500, view=view)

    @app.exception_handler(Faults)
    async def faulty(request: Request, problem: Faults) -> Response:
        return studio.problem(request, problem)

    app.include_router(routes_scale.router(studio))
    app.include_router(routes_framework.router(studio))
    app.include_router(routes_proposals.router(studio))
    app.include_router(routes_story.router(studio))
    app.include_router(routes_live.router(studio))  # after: its steps match any word
    app.include_router(routes_people.router(studio))
    return studio


def create_app(workspace: Workspace, door: Door, *, address: str, sandbox: Sandbox | None = None) -> FastAPI:
    """The Studio alone, as an application."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.studio = mount(app, workspace, door, address=address, sandbox=sandbox)
    return app
