"""A real HTTP server on this machine that answers with recorded bytes, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parent / "recorded"


@dataclass(frozen=True)
class Reply:
    """One answer: `pause` seconds before it begins, then a piece each `drip` seconds where that is set."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0
    drip: float = 0.0
    times: int = 1


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Replaying:
    """Answers with the replies in turn (the last one over and over), or with what a function makes of the request."""

    def __init__(self, *replies: Reply, model: Callable[[dict[str, Any]], Reply] | None = None) -> None:
        self.asked: list[Asked] = []
        self._replies = list(replies)
        self._model = model
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = json.loads(self.rfile.read(int(self.headers["content-length"])))
                owner.asked.append(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, content))
                reply = owner._model(content) if owner._model else owner._next()
                time.sleep(reply.pause)
                try:
                    self.send_response(reply.status)
                    self.send_header("content-type", "application/json")
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    if not reply.drip and reply.times == 1:
                        self.send_header("content-length", str(len(reply.body)))
                    self.end_headers()
                    for _ in range(reply.times):
                        self.wfile.write(reply.body)
                        self.wfile.flush()
                        time.sleep(reply.drip)
                except OSError:
                    pass  # the client has had enough

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def _next(self) -> Reply:
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def replaying(*replies: Reply, model: Callable[[dict[str, Any]], Reply] | None = None) -> Iterator[Replaying]:
    server = Replaying(*replies, model=model)
    try:
        yield server
    finally:
        server.close()


def recorded(name: str) -> Reply:
    return Reply((RECORDED / f"{name}.json").read_bytes())


def completion(content: str, *, finish: str = "stop", read: int = 900, written: int = 120, **message: Any) -> Reply:
    """A chat completion in OpenAI's form."""
    told = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1795560339,
        "model": "brise-8b",
        "choices": [
            {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
        ],
        "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
    }
    return Reply(json.dumps(told, ensure_ascii=False).encode())


def phrases(*texts: str, **more: Any) -> Reply:
    return completion(json.dumps({"phrases": list(texts)}, ensure_ascii=False), **more)


def error(status: int, message: str = "no", **headers: str) -> Reply:
    return Reply(json.dumps({"error": {"message": message, "type": "invalid_request_error"}}).encode(), status, headers)
