"""Decisions a second over loopback HTTP against a bare decode-encode route of the same app.

The bare route is on the same app, server, workers, client and concurrency, decodes the same body and encodes the same
reply with the same msgspec types, and does nothing between. Medians of interleaved rounds; then half the rate found, at
even intervals; then kill -9, and every acknowledged decision is looked for in the log.
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Answers:
    """What came back: latencies in ms, ids of decisions, and the processor time that the server spent on it."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)
    busy: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def quantile(self, q: float) -> float:
        return round(sorted(self.latencies)[int(len(self.latencies) * q)], 2)


@dataclass
class Client:
    """Raw sockets on one event loop, so that the client costs little beside the server."""

    server: int
    port: int
    key: str
    bodies: list[bytes]
    connections: int

    def hammer(self, path: str, seconds: float, rate: float | None = None) -> Answers:
        """Closed loop; with `rate` at even intervals, each latency counted from when its request was due."""
        found = Answers(seconds)
        before = _busy(self.server)
        asyncio.run(self._all(path, found, rate))
        found.busy = _busy(self.server) - before
        return found

    async def _all(self, path: str, found: Answers, rate: float | None) -> None:
        began = time.perf_counter()
        await asyncio.gather(*(self._one(path, n, began, found, rate) for n in range(self.connections)))

    async def _one(self, path: str, n: int, began: float, found: Answers, rate: float | None) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {self.key}\r\n"
        head += "content-type: application/json\r\ncontent-length: "
        try:
            for i in range(n, 10**9, self.connections):
                due = time.perf_counter() if rate is None else began + i / rate
                if due >= began + found.seconds:
                    return
                await asyncio.sleep(max(0.0, due - time.perf_counter()) if rate is not None else 0)
                body = self.bodies[i % len(self.bodies)]
                writer.write(f"{head}{len(body)}\r\n\r\n".encode() + body)
                told = await reader.readuntil(b"\r\n\r\n")
                reply = await reader.readexactly(int(told.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
                if b" 200 " not in told[:20]:
                    raise RuntimeError(reply.decode())
                found.latencies.append((time.perf_counter() - due) * 1000)
                if path == "/v1/decide":
                    found.decided.append(reply[13:].split(b'"', 1)[0].decode())
        finally:
            writer.close()


def _busy(process: int) -> float:
    """Processor seconds a process has used, all its threads together."""
    numbers = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(numbers[11]) + int(numbers[12])) / TICKS


def main(argv: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="http")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=4000)
    parser.add_argument("--arms", type=int, default=100)
    parser.add_argument("--features", type=int, default=64)
    chosen = parser.parse_args(argv)

    from benchmarks.slates import feature_specs, live_shop
    from gale.engine.workspace import Workspace

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "shop"
        key, touchpoint = live_shop(place, chosen.people, chosen.arms, chosen.features)
        rng = np.random.default_rng(5)
        specs = feature_specs(chosen.features)
        bodies = []
        for i in range(chosen.people):
            context = {s.name: round(float(rng.normal()), 3) if s.kind == "number" else "x" for s in specs}
            bodies.append(json.dumps({"person": f"p_{i:05d}", "touchpoint": touchpoint, "context": context}).encode())
        server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.http_server", str(place)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE.parent,
        )
        assert server.stdout is not None
        client = Client(server.pid, int(server.stdout.readline()), key, bodies, chosen.connections)
        try:
            warm = client.hammer("/v1/decide", 1.0)
            pairs = [
                (client.hammer("/v1/decide", chosen.seconds), client.hammer("/bare", chosen.seconds))
                for _ in range(chosen.rounds)
            ]
            rate = statistics.median(ours.per_second for ours, _ in pairs)
            half = client.hammer("/v1/decide", chosen.seconds, rate / 2)
        finally:
            os.kill(server.pid, signal.SIGKILL)
            server.wait()
        every = [warm, *(ours for ours, _ in pairs), half]
        decided = [name for answers in every for name in answers.decided]
        ws = Workspace.open(place)
        with ws.store.read() as unit:
            kept = unit.decisions.get_many(decided)
        ws.close()
    late = Answers(1.0, [ms for ours, _ in pairs for ms in ours.latencies])
    return {
        "per_second": round(rate),
        "bare_per_second": round(statistics.median(bare.per_second for _, bare in pairs)),
        "ratio_vs_bare": round(statistics.median(ours.per_second / bare.per_second for ours, bare in pairs), 3),
        "per_second_per_core": round(statistics.median(len(ours.latencies) / ours.busy for ours, _ in pairs)),
        "p50_ms": late.quantile(0.5),
        "p99_ms": late.quantile(0.99),
        "p50_ms_at_half_load": half.quantile(0.5),
        "p99_ms_at_half_load": half.quantile(0.99),
        "acknowledged": len(decided),
        "lost": len(set(decided) - set(kept)),
        "shown": sum(d.variant is not None for d in kept.values()),
        "arms": chosen.arms,
        "features": chosen.features,
        "connections": chosen.connections,
        "workers": 1,
    }
