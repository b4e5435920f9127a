"""What the HTTP API reads and answers: msgspec structs, decoded strictly (unknown fields are faults)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from gale.records.people import ConsentState, LegalBasis, Scalar


class DecideBody(msgspec.Struct, forbid_unknown_fields=True):
    """`context`: features known only now, by declared name; `campaign` may be left out where one is live."""

    person: str
    touchpoint: str
    campaign: str | None = None
    trigger: str | None = None
    context: dict[str, Scalar] = {}


class DecideReply(msgspec.Struct, omit_defaults=True):
    """`variant` is `None` when nothing is shown; `reason` says why either way. `fields` are the words to show; `pictures`
    names by size the pictures drawn for her, where there are any (`GET /v1/pictures/NAME`)."""

    decision: str
    variant: str | None
    reason: str
    propensity: float
    fields: dict[str, str]
    snapshot: str
    pictures: dict[str, str] = {}


class OutcomeBody(msgspec.Struct, forbid_unknown_fields=True):
    """`source` and `source_id` make an outcome exactly once; `value` and `margin` in cents; times in ms, UTC."""

    source: str
    source_id: str
    person: str
    kind: Literal["delivered", "bounced", "opened", "click", "order", "unsubscribed", "complained", "refund"]
    time: int
    value: int | None = None
    margin: int | None = None
    decision: str | None = None


class ConsentBody(msgspec.Struct, forbid_unknown_fields=True):
    """One act of one person about one purpose; `source` says where she did it."""

    person: str
    purpose: str
    state: ConsentState
    source: str
    basis: LegalBasis | None = None
    time: int | None = None
    collected_at_sale: bool = False
    refusal_offered: bool = False


class SegmentBody(msgspec.Struct):
    """A Segment-spec call (track, identify, page); fields that Gale has no use for are let through and dropped."""

    type: Literal["track", "identify", "page"]
    userId: str  # noqa: N815  (Segment's own spelling)
    messageId: str | None = None  # noqa: N815
    event: str | None = None
    properties: dict[str, Any] = {}
    traits: dict[str, Any] = {}
    timestamp: str | None = None


class SegmentBatch(msgspec.Struct):
    """Several calls at once, as Segment's libraries send them."""

    batch: list[SegmentBody]


class SignBody(msgspec.Struct, forbid_unknown_fields=True):
    """A verdict on the plan whose hash (or its first 8 characters and more) is given: the one that was read."""

    role: str
    person: str
    plan: str
    verdict: Literal["signed", "refused", "revoked"] = "signed"
    remark: str = ""


class ReasonBody(msgspec.Struct, forbid_unknown_fields=True):
    """Why; for the ledger."""

    reason: str = ""
