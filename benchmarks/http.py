"""Decisions a second over loopback HTTP against a bare decode-encode route of the same app.

The bare route is on the same app, server, workers, client and concurrency, decodes the same body and encodes the same
reply with the same msgspec types, and does nothing between. Median of five interleaved rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


async def _hammer(
    port: int, path: str, bodies: list[bytes], key: str, seconds: float, connections: int
) -> tuple[int, list[float], list[str]]:
    """Closed-loop clients on raw sockets, so that the client costs little; (answers, latencies ms, decision ids)."""
    latencies: list[float] = []
    decided: list[str] = []
    ending = time.perf_counter() + seconds

    async def one(offset: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        i = offset
        try:
            while time.perf_counter() < ending:
                body = bodies[i % len(bodies)]
                i += connections
                began = time.perf_counter()
                writer.write(
                    b"POST "
                    + path.encode()
                    + b" HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer "
                    + key.encode()
                    + b"\r\ncontent-type: application/json\r\ncontent-length: "
                    + str(len(body)).encode()
                    + b"\r\n\r\n"
                    + body
                )
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                reply = await reader.readexactly(length)
                if b" 200 " not in head[:20]:
                    raise RuntimeError(reply.decode())
                latencies.append((time.perf_counter() - began) * 1000)
                if path == "/v1/decide":
                    decided.append(json.loads(reply)["decision"])
        except (asyncio.IncompleteReadError, ConnectionResetError):
            return
        finally:
            writer.close()

    await asyncio.gather(*(one(n) for n in range(connections)))
    return len(latencies), latencies, decided


def main(argv: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=2000)
    chosen = parser.parse_args(argv)
    sys.path.insert(0, str(HERE.parent / "tests" / "api"))
    from serving import live_workspace  # the workspace that the HTTP tests use

    from gale.engine.workspace import Workspace

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "shop"
        key = live_workspace(place, chosen.people)
        ws = Workspace.open(place)
        touchpoint = next(
            t.id for t in ws.read_documents().campaign.touchpoints if not t.weekdays and t.trigger is None
        )
        ws.close()
        bodies = [json.dumps({"person": f"p_{i:05d}", "touchpoint": touchpoint}).encode() for i in range(chosen.people)]
        server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.http_server", str(place)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE.parent,
        )
        assert server.stdout is not None
        port = int(server.stdout.readline())
        decided: list[str] = []
        try:
            asyncio.run(_hammer(port, "/v1/decide", bodies, key, 1.0, chosen.connections))
            ours, bare, late = [], [], []
            for _ in range(chosen.rounds):
                n, latencies, ids = asyncio.run(
                    _hammer(port, "/v1/decide", bodies, key, chosen.seconds, chosen.connections)
                )
                ours.append(n / chosen.seconds)
                late += latencies
                decided += ids
                n, _, _ = asyncio.run(_hammer(port, "/bare", bodies, key, chosen.seconds, chosen.connections))
                bare.append(n / chosen.seconds)
            _, half, ids = asyncio.run(
                _hammer(port, "/v1/decide", bodies, key, chosen.seconds, max(1, chosen.connections // 8))
            )
            decided += ids
        finally:
            os.kill(server.pid, signal.SIGKILL)
            server.wait()
        ws = Workspace.open(place)
        with ws.store.read() as unit:
            found = unit.decisions.get_many(decided)
        ws.close()
    return {
        "per_second": round(statistics.median(ours)),
        "bare_per_second": round(statistics.median(bare)),
        "ratio_vs_bare": round(statistics.median(o / b for o, b in zip(ours, bare, strict=True)), 3),
        "p50_ms": round(statistics.median(late), 2),
        "p99_ms": round(sorted(late)[int(len(late) * 0.99)], 2),
        "p99_ms_at_few_connections": round(sorted(half)[int(len(half) * 0.99)], 2),
        "acknowledged": len(decided),
        "lost": len(set(decided) - set(found)),
        "connections": chosen.connections,
        "workers": 1,
    }
