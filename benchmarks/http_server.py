"""The server that `benchmarks.http` hammers: Gale's own app, with one bare route beside it."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import msgspec
import uvicorn
from fastapi import Request, Response

from gale.api.app import create_app
from gale.api.bodies import DecideBody, DecideReply
from gale.api.service import Service
from gale.engine.workspace import Workspace


def main() -> None:
    service = Service(Workspace.open(Path(sys.argv[1])), seed=[1])
    app = create_app(service)
    decode = msgspec.json.Decoder(DecideBody).decode
    encode = msgspec.json.Encoder().encode
    words = {"headline": "x" * 38, "text": "y" * 80, "cta": "z" * 12}

    async def bare(request: Request) -> Response:
        body = decode(await request.body())
        reply = DecideReply(
            decision="d_" + "0" * 24,
            variant="v_0123456789abcdef",
            reason=body.touchpoint,
            propensity=0.25,
            fields=words,
            snapshot="s" * 20,
        )
        return Response(encode(reply), media_type="application/json")

    app.add_api_route("/bare", bare, methods=["POST"], response_model=None)
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen(1024)
    print(sock.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")).run(sockets=[sock])


main()
