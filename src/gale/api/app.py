"""The HTTP routes. The decide route decodes and encodes with msgspec and does nothing between but the verb."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from fastapi import APIRouter, FastAPI, Request, Response

from gale import __version__
from gale.adapters.words import load
from gale.api.bodies import (
    ConsentBody,
    DecideBody,
    DecideReply,
    OutcomeBody,
    ReasonBody,
    SegmentBatch,
    SegmentBody,
    SignBody,
)
from gale.api.service import Service, encode, request_digest
from gale.engine import consent as consent_verb
from gale.engine import launch as launch_verb
from gale.engine import learned as learned_verb
from gale.engine import outcomes as outcomes_verb
from gale.engine import plan as plan_verb
from gale.engine import report as report_verb
from gale.engine import sign as sign_verb
from gale.engine.events import trigger_of
from gale.engine.explain import explain
from gale.records.decision import Decision, Event, Outcome
from gale.records.faults import Fault, Faults, as_dict
from gale.records.people import Consent
from gale.words import Words

LARGEST = 256 * 1024  # bytes of a body; a decide call needs a few hundred
JSON = "application/json"
T = TypeVar("T")

STATUS = {
    "http.no_key": 401,
    "http.scope": 403,
    "http.too_large": 413,
    "http.body": 400,
    "person.unknown": 404,
    "decision.unknown": 404,
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

    add("/decide", decide, "decide", DecideBody, reply=DecideReply)
    add("/outcomes", outcomes, "outcomes", list[OutcomeBody], reply=outcomes_verb.Told)
    add("/events", events, "events", SegmentBatch)
    add("/consents", consents, "consents", list[ConsentBody])
    add("/campaigns", campaigns, "campaigns", method="GET")
    add("/campaigns/{campaign}", campaign, "campaigns", method="GET")
    add("/campaigns/{campaign}/report", report, "campaigns", method="GET")
    add("/campaigns/{campaign}/learned", learned, "campaigns", method="GET")
    add("/decisions/{decision}/why", why, "decide", method="GET")
    add("/campaigns/{campaign}/plan", plan, "campaigns")
    add("/campaigns/{campaign}/sign", sign, "campaigns", SignBody)
    add("/campaigns/{campaign}/launch", launch, "campaigns")
    for step, status in (("pause", "paused"), ("resume", "live"), ("stop", "stopped")):
        add(f"/campaigns/{{campaign}}/{step}", _step(step, status), "campaigns", ReasonBody)

    @routes.get("/health")
    def health() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok", "version": __version__}

    return routes


_DECIDE = msgspec.json.Decoder(DecideBody)


async def decide(request: Request, service: Service) -> Response:
    """Choose for one person at one touchpoint; answered once the decision is committed."""
    raw = await _body(request)
    body = _decode(raw, _DECIDE)
    key = request.headers.get("idempotency-key")
    decision = await _committed(
        service.decide(
            body.person,
            body.touchpoint,
            campaign=body.campaign,
            trigger=body.trigger,
            context=body.context or None,
            key=key,
            request=request_digest(raw) if key else "",
        )
    )
    return Response(
        encode(
            DecideReply(
                decision=decision.id,
                variant=decision.variant,
                reason=decision.reason,
                propensity=decision.propensity,
                fields=service.fields(decision.campaign, decision.variant, decision.person),
                snapshot=decision.snapshot,
            )
        ),
        media_type=JSON,
    )


_OUTCOMES = msgspec.json.Decoder(list[OutcomeBody] | OutcomeBody)


async def outcomes(request: Request, service: Service) -> Response:
    """Tell what happened; the same (source, source_id) twice counts once. All or none."""
    told = _decode(await _body(request), _OUTCOMES)
    now = service.workspace.clock.now()
    records = [
        Outcome(received=now, simulated=service.workspace.settings.sandbox, **msgspec.structs.asdict(b))
        for b in (told if isinstance(told, list) else [told])
    ]
    done = await asyncio.to_thread(outcomes_verb.tell, service.workspace.store, records, now=now)
    return Response(encode(done), media_type=JSON)


_EVENTS = msgspec.json.Decoder(dict[str, Any])


async def events(request: Request, service: Service) -> Response:
    """Segment-spec calls. A track event opens the touchpoints that wait for it; nothing of it is kept as a feature."""
    data = _decode(await _body(request), _EVENTS)
    try:
        calls = msgspec.convert(data, SegmentBatch).batch if "batch" in data else [msgspec.convert(data, SegmentBody)]
    except msgspec.ValidationError as problem:
        raise Faults.one("http.body", problem=str(problem)) from None
    now = service.workspace.clock.now()
    asked: list[tuple[SegmentBody, str, str, str]] = []
    for i, call in enumerate(calls):
        if call.type != "track" or not call.event:
            continue
        event = Event(
            id=call.messageId or f"{now}-{i}", person=call.userId, type="track", name=call.event, time=_time(call, now)
        )
        trigger = trigger_of(event)
        opened = await asyncio.to_thread(service.waiting_for, trigger)
        if opened:
            service.state(call.userId)  # an unknown person is told before anything of the batch is decided
        asked += [(call, trigger, campaign, touchpoint) for campaign, touchpoint in opened]
    waiting = [
        service.decide(
            call.userId,
            touchpoint,
            campaign=campaign,
            trigger=trigger,
            key=f"event:{call.messageId}:{campaign}:{touchpoint}" if call.messageId else None,
            request=call.userId,
        )
        for call, trigger, campaign, touchpoint in asked
    ]
    decisions = [await _committed(f) for f in waiting]
    told = [
        {"decision": d.id, "person": d.person, "variant": d.variant, "reason": d.reason, "touchpoint": d.touchpoint}
        for d in decisions
    ]
    ignored = len(calls) - len({id(call) for call, _, _, _ in asked})
    return Response(encode({"received": len(calls), "ignored": ignored, "decisions": told}), media_type=JSON)


_CONSENTS = msgspec.json.Decoder(list[ConsentBody] | ConsentBody)


async def consents(request: Request, service: Service) -> Response:
    """Record consent acts, all or none. Once answered, no decision commits on what stood before."""
    raw = await _body(request)
    told = _decode(raw, _CONSENTS)
    now = service.workspace.clock.now()
    store = service.workspace.store
    purposes = await asyncio.to_thread(service.purposes)
    key = request.headers.get("idempotency-key")
    acts = []
    for i, body in enumerate(told if isinstance(told, list) else [told]):
        purpose = purposes.get(body.purpose)
        acts.append(
            Consent(
                id="c_" + request_digest(f"{key or now}-{i}-".encode() + raw)[:20],
                person=body.person,
                purpose=body.purpose,
                state=body.state,
                basis=body.basis or (purpose.basis[0] if purpose else "consent"),
                source=body.source,
                notice=purpose.notice_version if purpose else "",
                time=now if body.time is None else body.time,
                collected_at_sale=body.collected_at_sale,
                refusal_offered=body.refusal_offered,
            )
        )

    def record() -> bytes:
        with store.write() as unit:
            if key is not None:
                before = unit.replies.get("consents", key)
                if before is not None:
                    if before[0] != request_digest(raw):
                        raise Faults.one("idempotency.reused", key=key)
                    return before[1]
            standings = consent_verb.record_in(unit, purposes, acts, now=now)
            reply = encode({"recorded": len(standings), "standings": standings})
            if key is not None:
                unit.replies.put("consents", key, request_digest(raw), reply, now)
            return reply

    return Response(await asyncio.to_thread(record), media_type=JSON)


async def campaigns(request: Request, service: Service) -> Response:
    """Every campaign and where it stands."""

    def listed() -> list[dict[str, Any]]:
        with service.workspace.store.read() as unit:
            return [
                {"id": r.id, "status": r.status, "plan": r.plan, "simulated": r.simulated} for r in unit.campaigns.all()
            ]

    return Response(encode({"campaigns": await asyncio.to_thread(listed)}), media_type=JSON)


async def campaign(request: Request, service: Service) -> Response:
    """One campaign: status, plan, signatures, live variants."""
    name = request.path_params["campaign"]
    with service.workspace.store.read() as unit:
        row = unit.campaigns.get(name)
    if row is None:
        raise Faults.one("campaign.unknown", campaign=name, known="")
    standing = sign_verb.standing(service.workspace.store, name, now=service.workspace.clock.now())
    told = {
        "id": row.id,
        "status": row.status,
        "plan": row.plan,
        "live": row.live,
        "standing": {s.role: s.state for s in standing},
        "facts": {k: v for k, v in row.facts.items() if k != "experiment_key"},
        "simulated": row.simulated,
    }
    return Response(encode(told), media_type=JSON)


async def report(request: Request, service: Service) -> Response:
    """What the campaign caused, against the holdout."""
    name = request.path_params["campaign"]
    now = service.workspace.clock.now()
    return Response(
        encode(await asyncio.to_thread(report_verb.report, service.workspace.store, name, now=now)), media_type=JSON
    )


async def learned(request: Request, service: Service) -> Response:
    """What was learned up to last midnight, by angle and by slot, and the sentence of the day."""
    name, now = request.path_params["campaign"], service.workspace.clock.now()
    return Response(
        encode(await asyncio.to_thread(learned_verb.learned, service.workspace.store, name, now=now)), media_type=JSON
    )


async def why(request: Request, service: Service) -> Response:
    """Why one logged decision was what it was, in the caller's language: for the team, and in plain words for her."""
    store, name = service.workspace.store, request.path_params["decision"]

    def told() -> bytes:
        with store.read() as unit:
            decision = unit.decisions.get(name)
        if decision is None:
            raise Faults.one("decision.unknown", decision=name)
        return encode(explain(store, decision, _words(request)))

    return Response(await asyncio.to_thread(told), media_type=JSON)


async def plan(request: Request, service: Service) -> Response:
    """Work the plan out again; its hash is what people sign."""
    name, now = request.path_params["campaign"], service.workspace.clock.now()
    return Response(
        encode(await asyncio.to_thread(plan_verb.plan, service.workspace.store, name, now=now)), media_type=JSON
    )


async def sign(request: Request, service: Service) -> Response:
    """A verdict on the plan as it stands. The identity behind an API key is not verified."""
    body = _decode(await _body(request), msgspec.json.Decoder(SignBody))
    now = service.workspace.clock.now()
    done = await asyncio.to_thread(
        sign_verb.sign,
        service.workspace.store,
        request.path_params["campaign"],
        role=body.role,  # type: ignore[arg-type]  # an unknown role is a fault of the verb
        person=body.person,
        verdict=body.verdict,
        remark=body.remark,
        now=now,
        id="a_" + service.rng.bytes(10).hex(),
        sandbox=service.workspace.settings.sandbox,
        read=body.plan,
    )
    return Response(encode(done), media_type=JSON)


async def launch(request: Request, service: Service) -> Response:
    """Open the campaign; needs every signature."""
    import secrets

    now = service.workspace.clock.now()
    row = await asyncio.to_thread(
        launch_verb.launch,
        service.workspace.store,
        request.path_params["campaign"],
        now=now,
        experiment_key=secrets.token_bytes(32),
        seed=secrets.randbits(32),
    )
    return Response(encode({"campaign": row.id, "status": row.status}), media_type=JSON)


def _step(name: str, status: str) -> Handler:
    async def step(request: Request, service: Service) -> Response:
        raw = await _body(request)
        body = _decode(raw, msgspec.json.Decoder(ReasonBody)) if raw else ReasonBody()
        now = service.workspace.clock.now()
        row = await asyncio.to_thread(
            launch_verb.set_status,
            service.workspace.store,
            request.path_params["campaign"],
            status,
            now=now,
            reason=body.reason,
        )
        return Response(encode({"campaign": row.id, "status": row.status}), media_type=JSON)

    step.__name__, step.__doc__ = name, f"Bring the campaign to “{status}”, on every worker, from the next commit on."
    return step


def refusal(request: Request, problem: Faults) -> Response:
    """Faults as JSON, in the caller's language (`Accept-Language`), with the status of the first."""
    words = _words(request)
    told = [{**as_dict(f), "message": words.fault(f)} for f in problem.faults]
    status = STATUS.get(problem.faults[0].code, 422)
    headers = {"www-authenticate": "Bearer"} if status == 401 else {}
    return Response(encode({"faults": told}), status_code=status, media_type=JSON, headers=headers)


def _words(request: Request) -> Words:
    return load("fr" if request.headers.get("accept-language", "").lower().startswith("fr") else "en")


def _authorise(request: Request, service: Service, scope: str) -> None:
    given = request.headers.get("authorization", "")
    key = service.key(given[7:]) if given[:7].lower() == "bearer " else None
    if key is None:
        raise Faults.one("http.no_key")
    if scope not in key.scopes:
        raise Faults.one("http.scope", scope=scope, scopes=", ".join(key.scopes))


async def _committed(future: asyncio.Future[Decision | Faults]) -> Decision:
    """The decision once it is committed; its own fault, if it has one."""
    settled = await future
    if isinstance(settled, Faults):
        raise settled
    return settled


async def _body(request: Request) -> bytes:
    """The body, read no further than allowed, whatever its header promised."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            raise Faults([Fault(code="http.too_large", values={"found": f"> {LARGEST}", "allowed": LARGEST})])
        chunks.append(chunk)
    return b"".join(chunks)


def _decode(raw: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise Faults.one("http.body", problem=str(problem)) from None


def _time(call: SegmentBody, now: int) -> int:
    if call.timestamp is None:
        return now
    try:
        return int(datetime.fromisoformat(call.timestamp.replace("Z", "+00:00")).timestamp() * 1000)
    except ValueError:
        raise Faults.one("http.body", problem=f"timestamp {call.timestamp!r}") from None


def _schema(body: Any) -> dict[str, Any]:
    (schema,), components = msgspec.json.schema_components([body], ref_template="#/$defs/{name}")
    return {**schema, "$defs": components} if components else schema
