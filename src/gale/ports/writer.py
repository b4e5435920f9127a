"""A writer proposes ingredients for one slot: phrases, never offers, prices or claims.

What it is given of brand and brief is data. What it gives back is words of a stranger: every phrase goes through the
checks, and then to a person.
"""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from gale.records.faults import Fault


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for.

    `wanted` phrases of at most `longest` characters for `slot` of a `placement`; `facts` is what brand and brief say, as
    data and without a price, an offer, a claim or a person; `examples` are phrases that people wrote for this slot,
    `avoid` phrases that were proposed before. `wish` is how a person wants them ("shorter", "for night owls"), in her
    words, and `start` the phrase that she has in front of her: both are data too, and open nothing.
    """

    placement: str
    slot: str
    angle: str
    locale: str
    wanted: int
    longest: int
    facts: dict[str, Any]
    examples: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    wish: str = ""
    start: str = ""


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """Exactly what would be sent, and where to: `body` is the request's JSON. Tokens are upper bounds."""

    address: str
    body: dict[str, Any]
    input_tokens: int
    output_tokens: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back. Where `fault` says that it is of no use, `phrases` is empty, and the tokens were used all the
    same."""

    phrases: tuple[str, ...]
    model: str
    input_tokens: int
    output_tokens: int
    seconds: float
    fault: Fault | None = None


class Writer(Protocol):
    """One language model. `name` is what people call it, `local` whether it runs on this machine."""

    name: str
    local: bool

    def preview(self, request: Request) -> Preview:
        """What `propose` would send. Nothing leaves the machine."""
        ...

    def propose(self, request: Request) -> Answer:
        """Ask once; what may be repeated without being charged twice is repeated.

        Raises `Faults`: `writer.unreachable`, `writer.busy`, `writer.key_refused`, `writer.model_unknown`,
        `writer.refused`, `writer.server` (nothing is charged), and `writer.slow` and `writer.too_much` where it may
        have been.
        """
        ...
