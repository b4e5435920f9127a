"""Routes about campaigns: where they stand, what they caused, what people sign, and starting and stopping them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from fastapi import Request, Response

from gale.api.bodies import ReasonBody, SignBody
from gale.api.exchange import JSON, decoded, read_body
from gale.api.service import Service, encode
from gale.engine import launch as launch_verb
from gale.engine import learned as learned_verb
from gale.engine import plan as plan_verb
from gale.engine import report as report_verb
from gale.engine import sign as sign_verb
from gale.records.faults import Faults

Handler = Callable[[Request, Service], Awaitable[Response]]


async def listed(request: Request, service: Service) -> Response:
    """Every campaign and where it stands."""

    def listed() -> list[dict[str, Any]]:
        with service.workspace.store.read() as unit:
            return [
                {"id": r.id, "status": r.status, "plan": r.plan, "simulated": r.simulated} for r in unit.campaigns.all()
            ]

    return Response(encode({"campaigns": await asyncio.to_thread(listed)}), media_type=JSON)


async def shown(request: Request, service: Service) -> Response:
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


async def plan(request: Request, service: Service) -> Response:
    """Work the plan out again; its hash is what people sign."""
    name, now = request.path_params["campaign"], service.workspace.clock.now()
    return Response(
        encode(await asyncio.to_thread(plan_verb.plan, service.workspace.store, name, now=now)), media_type=JSON
    )


async def sign(request: Request, service: Service) -> Response:
    """A verdict on the plan as it stands. The identity behind an API key is not verified."""
    body = decoded(await read_body(request), msgspec.json.Decoder(SignBody))
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


def step(name: str, status: str) -> Handler:
    """The route that brings a campaign to a status."""

    async def take(request: Request, service: Service) -> Response:
        raw = await read_body(request)
        body = decoded(raw, msgspec.json.Decoder(ReasonBody)) if raw else ReasonBody()
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

    take.__name__, take.__doc__ = name, f"Bring the campaign to “{status}”, on every worker, from the next commit on."
    return take
