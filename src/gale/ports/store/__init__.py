"""The store: where records are kept. Nothing in the flow knows which database stands behind these protocols.

`Store.write()` is one transaction that sees everything committed before it began and commits as a whole; while it is
open no other writer commits (`BEGIN IMMEDIATE` on SQLite, row locks on PostgreSQL), so what it reads binds.
`Store.read()` is a consistent view. A method called outside such a block raises. A `write()` inside a `write()` of the
same thread raises; a `read()` inside one is allowed and sees what was committed before.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from gale.ports.store.campaigns import Approvals, CampaignRow, Campaigns, Creatives, Proposals
from gale.ports.store.decisions import Decisions, Outcomes, Snapshots, Spending
from gale.ports.store.house import ApiKey, ImportRow, Imports, Keys, Ledger, Replies
from gale.ports.store.people import Assignments, Consents, People, Vault
from gale.records.people import PersonState

__all__ = [
    "ApiKey",
    "Approvals",
    "Assignments",
    "CampaignRow",
    "Campaigns",
    "Consents",
    "Creatives",
    "Decisions",
    "ImportRow",
    "Imports",
    "Keys",
    "Ledger",
    "Outcomes",
    "People",
    "Proposals",
    "Replies",
    "Snapshots",
    "Spending",
    "Store",
    "Unit",
    "Vault",
]


class Unit(Protocol):
    """One transaction's view of everything stored."""

    @property
    def people(self) -> People: ...

    @property
    def consents(self) -> Consents: ...

    @property
    def assignments(self) -> Assignments: ...

    @property
    def decisions(self) -> Decisions: ...

    @property
    def outcomes(self) -> Outcomes: ...

    @property
    def spending(self) -> Spending: ...

    @property
    def campaigns(self) -> Campaigns: ...

    @property
    def creatives(self) -> Creatives: ...

    @property
    def proposals(self) -> Proposals: ...

    @property
    def approvals(self) -> Approvals: ...

    @property
    def snapshots(self) -> Snapshots: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def vault(self) -> Vault: ...

    @property
    def keys(self) -> Keys: ...

    @property
    def replies(self) -> Replies: ...

    @property
    def imports(self) -> Imports: ...

    def lease(self, name: str, holder: str, now: int, ttl_ms: int) -> int | None:
        """Take or renew a lease: its fencing token (grows with each change of holder), or `None` while another
        holder's has not run out."""
        ...


class Store(Protocol):
    def write(self) -> AbstractContextManager[Unit]: ...

    def read(self) -> AbstractContextManager[Unit]: ...

    def look(self, person: str) -> PersonState | None:
        """One point read outside any block, for the hot path; what binds is read again in `write()`."""
        ...

    def compact_due(self) -> bool:
        """Whether a forgetting left traces that only rewriting the file removes."""
        ...

    def compact(self) -> bool:
        """Rewrite the file; no other writer meanwhile. Whether it was done."""
        ...

    def close(self) -> None: ...
