"""Asking over the network: one deadline for the whole, a limit on what is read, repeated only what may be.

What is repeated: a connection that was refused, and the answers 408, 409, 429, 500, 502, 503 and 529, which say that
nothing was done. A request that was sent and not answered in time is never repeated: it may have been charged.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from gale.records.faults import Faults

ATTEMPTS = 3
LONGEST_PAUSE_S = 20.0
LARGEST = 1 << 20  # bytes of one answer; a hundred phrases have a hundredth of it
AGAIN = (408, 409, 429, 500, 502, 503, 529)
Opened = Callable[[float], AbstractContextManager[Any]]


def ask(sdk: Any, opened: Opened, *, where: str, timeout: float) -> bytes:
    """The bytes of the answer to one request. `sdk` is the module whose errors are meant; `opened(seconds)` sends it.

    Raises `Faults` as `ports.writer.Writer.propose` says. No message holds a header: keys stand there.
    """
    ends = time.monotonic() + timeout
    for attempt in range(1, ATTEMPTS + 1):
        left = ends - time.monotonic()
        try:
            with opened(max(1.0, left)) as response:
                return _read(response, ends, where, timeout)
        except sdk.APITimeoutError as problem:
            if not _was_sent(problem):
                raise Faults.one("writer.unreachable", url=where) from None
            raise Faults.one("writer.slow", url=where, seconds=round(timeout)) from None
        except sdk.APIConnectionError:
            fault, pause = Faults.one("writer.unreachable", url=where), 0.5 * 2**attempt
        except sdk.APIStatusError as problem:
            fault, pause = _status(problem, where), _asked_to_wait(problem, attempt)
            if problem.status_code not in AGAIN:
                raise fault from None
        if attempt == ATTEMPTS or time.monotonic() + pause >= ends:
            raise fault
        time.sleep(pause * random.uniform(0.8, 1.2))
    raise AssertionError("the last attempt raises")


def _read(response: Any, ends: float, where: str, timeout: float) -> bytes:
    """The body; a server that sends a byte now and then does not get past the deadline, nor one that never ends."""
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > LARGEST:
            raise Faults.one("writer.too_much", url=where, limit="1 MB")
        if time.monotonic() > ends:
            raise Faults.one("writer.slow", url=where, seconds=round(timeout))
    return bytes(body)


def _was_sent(problem: Exception) -> bool:
    return "Connect" not in type(problem.__cause__).__name__


def _status(problem: Any, where: str) -> Faults:
    status = problem.status_code
    if status in (401, 403):
        return Faults.one("writer.key_refused", url=where, status=status)
    if status == 404:
        return Faults.one("writer.model_unknown", url=where)
    if status in (429, 529):
        return Faults.one("writer.busy", url=where, status=status)
    said = _said(problem)
    return Faults.one("writer.refused" if status < 500 else "writer.server", url=where, status=status, said=said)


def _said(problem: Any) -> str:
    """The server's own message, where it gave one; never what we sent."""
    body = problem.body if isinstance(problem.body, dict) else {}
    inner = body.get("error")
    text = str((inner if isinstance(inner, dict) else body).get("message") or "–")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:160]


def _asked_to_wait(problem: Any, attempt: int) -> float:
    try:
        asked = float(problem.response.headers.get("retry-after", ""))
    except ValueError:
        asked = 0.5 * 2**attempt
    return min(LONGEST_PAUSE_S, max(0.0, asked))
