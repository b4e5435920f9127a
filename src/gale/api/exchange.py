"""One exchange with a caller: read the body no further than allowed, decode it, speak the caller's language."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from fastapi import Request

from gale.adapters.words import load
from gale.records.faults import Fault, Faults
from gale.words import Words

LARGEST = 256 * 1024  # bytes of a body; a decide call needs a few hundred
JSON = "application/json"
T = TypeVar("T")


async def read_body(request: Request) -> bytes:
    """The body, read no further than allowed, whatever its header promised."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            raise Faults([Fault(code="http.too_large", values={"found": f"> {LARGEST}", "allowed": LARGEST})])
        chunks.append(chunk)
    return b"".join(chunks)


def decoded(raw: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """The body as what the route takes. Raises `Faults` `http.body`."""
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise Faults.one("http.body", problem=str(problem)) from None


def in_words(request: Request) -> Words:
    """Words in the language that the caller accepts."""
    return load("fr" if request.headers.get("accept-language", "").lower().startswith("fr") else "en")
