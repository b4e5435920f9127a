"""Who signed what, and the ledger's line."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Role = Literal["creative_strategist", "ai_specialist", "community_manager", "data_ethicist"]
ROLES: tuple[Role, ...] = ("creative_strategist", "ai_specialist", "community_manager", "data_ethicist")


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """One person's verdict, in one role, on one exact content (`plan` is its hash)."""

    id: str
    campaign: str
    role: Role
    person: str
    verdict: Literal["signed", "refused", "revoked"]
    plan: str
    remark: str
    time: int
    expires: int | None = None
    identity: Literal["not_verified", "verified", "sandbox"] = "not_verified"
    schema: int = 1


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the ledger. `hash` covers all the rest, `previous` included; `seq` starts at 1.

    `body` holds no direct identifier; what refers to a person is keyed with a key of her own.
    """

    seq: int
    time: int
    kind: str
    body: dict[str, Any]
    previous: str
    hash: str
    schema: int = 1
