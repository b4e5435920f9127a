"""Routes about people: decide, say what happened, events, consents, why. The decide route decodes and encodes with
msgspec and does nothing between but the verb."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import msgspec
from fastapi import Request, Response

from gale.adapters.media import names
from gale.api.bodies import ConsentBody, DecideBody, DecideReply, OutcomeBody, SegmentBatch, SegmentBody
from gale.api.exchange import JSON, decoded, in_words, read_body
from gale.api.service import Service, encode, request_digest
from gale.engine import consent as consent_verb
from gale.engine import outcomes as outcomes_verb
from gale.engine.events import trigger_of
from gale.engine.explain import explain
from gale.records.decision import Decision, Event, Outcome
from gale.records.faults import Faults
from gale.records.people import Consent

_DECIDE = msgspec.json.Decoder(DecideBody)


async def decide(request: Request, service: Service) -> Response:
    """Choose for one person at one touchpoint; answered once the decision is committed."""
    raw = await read_body(request)
    body = decoded(raw, _DECIDE)
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
    fields = service.fields(decision.campaign, decision.variant, decision.person)
    return Response(
        encode(
            DecideReply(
                decision=decision.id,
                variant=decision.variant,
                reason=decision.reason,
                propensity=decision.propensity,
                fields=fields,
                snapshot=decision.snapshot,
                pictures=service.pictures(decision.campaign, decision.variant, decision.person),
            )
        ),
        media_type=JSON,
    )


async def picture(request: Request, service: Service) -> Response:
    """A picture by the name that a decision gave: never changes, so that whoever holds it need not ask again."""
    name = request.path_params["name"]
    data = await asyncio.to_thread(names.picture, service.workspace.state, name)
    if data is None:
        raise Faults.one("picture.unknown", name=name)
    kept = {"cache-control": "public, max-age=31536000, immutable", "etag": f'"{name[:64]}"'}
    return Response(data, media_type="image/jpeg", headers=kept)


_OUTCOMES = msgspec.json.Decoder(list[OutcomeBody] | OutcomeBody)


async def outcomes(request: Request, service: Service) -> Response:
    """Tell what happened; the same (source, source_id) twice counts once. All or none."""
    told = decoded(await read_body(request), _OUTCOMES)
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
    data = decoded(await read_body(request), _EVENTS)
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
    raw = await read_body(request)
    told = decoded(raw, _CONSENTS)
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


async def why(request: Request, service: Service) -> Response:
    """Why one logged decision was what it was, in the caller's language: for the team, and in plain words for her."""
    store, name = service.workspace.store, request.path_params["decision"]

    def told() -> bytes:
        with store.read() as unit:
            decision = unit.decisions.get(name)
        if decision is None:
            raise Faults.one("decision.unknown", decision=name)
        return encode(explain(store, decision, in_words(request)))

    return Response(await asyncio.to_thread(told), media_type=JSON)


async def _committed(future: asyncio.Future[Decision | Faults]) -> Decision:
    """The decision once it is committed; its own fault, if it has one."""
    settled = await future
    if isinstance(settled, Faults):
        raise settled
    return settled


def _time(call: SegmentBody, now: int) -> int:
    if call.timestamp is None:
        return now
    try:
        return int(datetime.fromisoformat(call.timestamp.replace("Z", "+00:00")).timestamp() * 1000)
    except ValueError:
        raise Faults.one("http.body", problem=f"timestamp {call.timestamp!r}") from None
