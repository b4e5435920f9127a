"""What every request of the Studio passes: the right host, the right origin, an open session; and the headers back.

The Studio listens on loopback only. A page of another site that a browser shows at the same time must not be able to
read or to change anything: its requests carry another origin (or, after DNS rebinding, another host) and no cookie
(SameSite=Strict), and every change needs a token that only our own pages hold.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from gale.studio.door import COOKIE, Door

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # not no-referrer: with it, browsers send the origin "null" along with our own forms
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
OPEN = ("/static/", "/open/")  # reachable without a session
OTHERS = ("/v1/", "/v1", "/health")  # the API looks after itself
SAFE = ("GET", "HEAD")
Next = Callable[[Request], Awaitable[Response]]


class Guard:
    """The checks, for one address (`http://127.0.0.1:8747`) and one door."""

    def __init__(self, door: Door, address: str, refused: Callable[[Request, int, str], str]) -> None:
        """`refused` renders the page for a refusal: (request, status, what)."""
        self._door = door
        self._page = refused
        port = urlsplit(address).port or 80
        self.hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        self.origins = {f"http://{host}" for host in self.hosts}

    async def __call__(self, request: Request, call_next: Next) -> Response:
        if request.url.path.startswith(OTHERS):
            return await call_next(request)
        problem = self._problem(request)
        if problem is not None:
            status, what = problem
            response: Response = HTMLResponse(self._page(request, status, what), status)
        else:
            response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.url.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response

    def _problem(self, request: Request) -> tuple[int, str] | None:
        if request.headers.get("host", "") not in self.hosts:
            return 421, "host"
        origin = request.headers.get("origin")
        if origin is not None and origin not in self.origins:
            return 403, "origin"
        if request.method not in SAFE and origin is None:
            return 403, "origin"
        if request.url.path.startswith(OPEN):
            return None if request.method in SAFE else (405, "method")
        if not self._door.knows(request.cookies.get(COOKIE)):
            return 401, "session"
        return None

    def token(self, request: Request) -> str:
        """The token that this session's changes must bring along."""
        return self._door.csrf(request.cookies.get(COOKIE, ""))

    def true_token(self, request: Request, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token(request).encode())
