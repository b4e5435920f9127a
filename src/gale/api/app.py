"""The HTTP routes and what opens each. Faults come back as JSON in the caller's language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from fastapi import APIRouter, FastAPI, Request, Response

from gale import __version__
from gale.api import campaigns, people
from gale.api.bodies import ConsentBody, DecideBody, DecideReply, OutcomeBody, ReasonBody, SegmentBatch, SignBody
from gale.api.exchange import JSON, in_words
from gale.api.service import Service, encode
from gale.engine import outcomes as outcomes_verb
from gale.records.faults import Faults, as_dict

STATUS = {
    "http.no_key": 401,
    "http.scope": 403,
    "http.too_large": 413,
    "http.body": 400,
    "person.unknown": 404,
    "decision.unknown": 404,
    "picture.unknown": 404,
    "campaign.unknown": 404,
    "touchpoint.unknown": 404,
    "outcome.decision_unknown": 404,
    "idempotency.reused": 409,
    "campaign.transition": 409,
    "campaign.running": 409,
    **{f"launch.{state}": 409 for state in ("waiting", "refused", "revoked", "expired", "void")},
    "plan.changed": 409,
    "plan.other": 409,
    "campaign.changed": 409,
    "campaign.over": 409,
    "store.overloaded": 503,
    "store.disk_full": 507,
}

Handler = Callable[[Request, Service], Awaitable[Response]]


def create_app(service: Service) -> FastAPI:
    """The API as an ASGI application over one worker's service."""
    app = FastAPI(
        title="Gale",
        version=__version__,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # the usual pages load scripts from elsewhere; nothing leaves the machine unasked
        redoc_url=None,
    )
    app.state.service = service
    app.include_router(router())
    return app


def router() -> APIRouter:
    """Every route with the scope that opens it."""
    routes = APIRouter(prefix="/v1")

    def add(path: str, handler: Handler, scope: str, body: Any = None, method: str = "POST", reply: Any = None) -> None:
        async def endpoint(request: Request) -> Response:
            service: Service = request.app.state.service
            try:
                _authorise(request, service, scope)
                return await handler(request, service)
            except Faults as problem:
                return refusal(request, problem)

        endpoint.__name__ = handler.__name__
        endpoint.__doc__ = handler.__doc__
        extra: dict[str, Any] = {"security": [{"bearer": [scope]}]}
        if body is not None:
            extra["requestBody"] = {"required": True, "content": {JSON: {"schema": _schema(body)}}}
        if reply is not None:
            extra["responses"] = {"200": {"description": "Done", "content": {JSON: {"schema": _schema(reply)}}}}
        routes.add_api_route(path, endpoint, methods=[method], openapi_extra=extra, response_model=None)

    add("/decide", people.decide, "decide", DecideBody, reply=DecideReply)
    add("/outcomes", people.outcomes, "outcomes", list[OutcomeBody], reply=outcomes_verb.Told)
    add("/events", people.events, "events", SegmentBatch)
    add("/consents", people.consents, "consents", list[ConsentBody])
    add("/campaigns", campaigns.listed, "campaigns", method="GET")
    add("/campaigns/{campaign}", campaigns.shown, "campaigns", method="GET")
    add("/campaigns/{campaign}/report", campaigns.report, "campaigns", method="GET")
    add("/campaigns/{campaign}/learned", campaigns.learned, "campaigns", method="GET")
    add("/decisions/{decision}/why", people.why, "decide", method="GET")
    add("/pictures/{name}", people.picture, "decide", method="GET")
    add("/campaigns/{campaign}/plan", campaigns.plan, "campaigns")
    add("/campaigns/{campaign}/sign", campaigns.sign, "campaigns", SignBody)
    add("/campaigns/{campaign}/launch", campaigns.launch, "campaigns")
    for step, status in (("pause", "paused"), ("resume", "live"), ("stop", "stopped")):
        add(f"/campaigns/{{campaign}}/{step}", campaigns.step(step, status), "campaigns", ReasonBody)

    @routes.get("/health")
    def health() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok", "version": __version__}

    return routes


def refusal(request: Request, problem: Faults) -> Response:
    """Faults as JSON, in the caller's language (`Accept-Language`), with the status of the first."""
    words = in_words(request)
    told = [{**as_dict(f), "message": words.fault(f)} for f in problem.faults]
    status = STATUS.get(problem.faults[0].code, 422)
    headers = {"www-authenticate": "Bearer"} if status == 401 else {}
    return Response(encode({"faults": told}), status_code=status, media_type=JSON, headers=headers)


def _authorise(request: Request, service: Service, scope: str) -> None:
    given = request.headers.get("authorization", "")
    key = service.key(given[7:]) if given[:7].lower() == "bearer " else None
    if key is None:
        raise Faults.one("http.no_key")
    if scope not in key.scopes:
        raise Faults.one("http.scope", scope=scope, scopes=", ".join(key.scopes))


def _schema(body: Any) -> dict[str, Any]:
    (schema,), components = msgspec.json.schema_components([body], ref_template="#/$defs/{name}")
    return {**schema, "$defs": components} if components else schema
