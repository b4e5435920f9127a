"""A decision and what it stands on; an outcome; a policy snapshot; what the outside told us."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What one person sees at one touchpoint, or why she sees nothing.

    `propensity` is the exact probability with which `variant` was chosen among `eligible` (1.0 when `variant` is
    `None`). `draw` holds the uniform numbers in [0, 1) that made the choice. `inputs` is everything that was read
    (features, counters, consent version, group), so that `gale reproduce` can make it again. `reason` is a code
    (`"consent.withdrawn"`, `"cap.reached"`, `"holdout"`, `"explore"`, `"policy"`), never empty.
    """

    id: str
    time: int
    person: str
    campaign: str
    touchpoint: str
    eligible: tuple[str, ...]
    eligible_digest: str
    variant: str | None
    reason: str
    propensity: float
    snapshot: str
    draw: tuple[float, ...]
    basis: tuple[str, ...]
    inputs: dict[str, Any]
    simulated: bool = False
    schema: int = 1


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a person: `source` and `source_id` together make it exactly once.

    `value` and `margin` are cents (whole minor units), `None` where the kind has none. `time` is when it happened,
    `received` when we heard. `decision` is `None` for a shop order that names no decision.
    """

    source: str
    source_id: str
    person: str
    kind: Literal["delivered", "bounced", "opened", "click", "order", "unsubscribed", "complained", "refund"]
    time: int
    received: int
    value: int | None = None
    margin: int | None = None
    decision: str | None = None
    simulated: bool = False
    schema: int = 1


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A signal from outside about one person (Segment spec: track, identify, page)."""

    id: str
    person: str
    type: Literal["track", "identify", "page"]
    name: str
    time: int
    properties: dict[str, Any] = {}


class PolicySnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker decides with until the next one is published; never changed afterwards.

    `body` is the msgpack of the policy's arrays; `id` is the hash of the rest and the body.
    """

    id: str
    campaign: str
    version: int
    kind: str
    time: int
    arms: tuple[str, ...]
    body: bytes
    schema: int = 1


class Send(msgspec.Struct, frozen=True, kw_only=True):
    """One authorised message handed to a channel: it carries its own address and nothing else of the person."""

    decision: str
    channel: str
    address: str
    fields: dict[str, str]
    time: int
