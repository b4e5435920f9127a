"""Campaigns: their rows, variants, proposals of a model, and signatures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, Protocol

import msgspec

from gale.records.approval import Approval
from gale.records.creative import Variant
from gale.records.proposal import Call, Proposal
from gale.records.rollout import Climb

CampaignStatus = Literal["draft", "live", "paused", "stopped", "ended"]


class CampaignRow(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign with the documents it was made from (as plain data) and where it stands.

    `documents` holds `brand`, `brief`, `campaign`, `team`, `purposes` as JSON-able dicts; `plan` is the hash that
    approvals are bound to (empty before `plan` ran); `live` the variant ids of the shortlist a touchpoint and locale:
    `{"letter/fr": ["v_…"]}`; `facts` what verbs left for the next (rehearsal, refusals by reason, timings); `climb`
    which stage of its roll-out is in force (`None`: it has none).
    """

    id: str
    status: CampaignStatus
    documents: dict[str, Any]
    plan: str = ""
    live: dict[str, list[str]] = {}
    facts: dict[str, Any] = {}
    paused_variants: tuple[str, ...] = ()
    created: int = 0
    launched: int | None = None
    ended: int | None = None
    simulated: bool = False
    climb: Climb | None = None


class Campaigns(Protocol):
    def put(self, row: CampaignRow) -> None: ...

    def get(self, campaign: str) -> CampaignRow | None: ...

    def all(self) -> list[CampaignRow]: ...


class Creatives(Protocol):
    def replace(self, campaign: str, variants: Sequence[Variant]) -> None:
        """All variants of a campaign, accepted and refused, in the order given (the most different first)."""
        ...

    def get(self, campaign: str, variants: Sequence[str]) -> dict[str, Variant]: ...

    def page(
        self,
        campaign: str,
        *,
        placement: str | None = None,
        locales: Sequence[str] = (),
        accepted: bool | None = None,
        offset: int = 0,
        limit: int = 24,
    ) -> list[Variant]: ...

    def counts(self, campaign: str) -> dict[tuple[str, str, bool], int]:
        """By (placement, locale, accepted)."""
        ...

    def scan(self, campaign: str) -> Iterator[Variant]: ...


class Proposals(Protocol):
    """Phrases that models proposed, and the calls that asked for them."""

    def put(self, proposal: Proposal) -> None:
        """Insert, or write the whole record anew."""
        ...

    def get(self, proposal: str) -> Proposal | None: ...

    def of(self, campaign: str, status: str | None = None) -> list[Proposal]:
        """In the order in which they came."""
        ...

    def put_call(self, call: Call) -> None:
        """Insert, or write the whole record anew."""
        ...

    def calls(self, since: int = 0) -> list[Call]:
        """Of every campaign, the oldest first, from a time on."""
        ...


class Approvals(Protocol):
    def append(self, approval: Approval) -> None: ...

    def of(self, campaign: str) -> list[Approval]:
        """Oldest first."""
        ...
