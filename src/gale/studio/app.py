"""The Studio's routes on an ASGI application: the frame here, the rooms in the `routes_*` files.

Pages are rendered on the server; every change is a POST with the session's token and answers with a redirect, or with
a fragment where htmx asked. Reading and writing happen in threads, never on the event loop.
"""

from __future__ import annotations

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from gale.engine.workspace import Documents, Workspace
from gale.records.faults import Faults
from gale.studio import routes_framework, routes_live, routes_people, routes_proposals, routes_scale, routes_story
from gale.studio import views as v
from gale.studio.brandart import brand_css
from gale.studio.common import LANGUAGE, Studio, go
from gale.studio.desk import Desk, SandboxDesk
from gale.studio.door import COOKIE, Door
from gale.studio.guard import OTHERS
from gale.studio.render import STATIC, page
from gale.studio.sandbox import Sandbox
from gale.words import LOCALES

YEAR_S = 365 * 24 * 3600


def mount(app: FastAPI, workspace: Workspace, door: Door, *, address: str, sandbox: Sandbox | None = None) -> Studio:
    """Add the Studio's pages to an application that may have the API's routes already.

    `address` is where the application is reached on loopback; requests for any other host are refused.
    """
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
