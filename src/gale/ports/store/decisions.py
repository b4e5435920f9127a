"""What was decided, what came of it, what it cost, and what the policies learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gale.records.decision import Decision, Outcome, PolicySnapshot
from gale.records.spending import Spent


class Decisions(Protocol):
    def append(self, decisions: Sequence[Decision], leaves: Sequence[str], batch: int) -> None:
        """Store decisions with their ledger leaves (hex) under the ledger entry `batch` (its `seq`)."""
        ...

    def get(self, decision: str) -> Decision | None: ...

    def get_many(self, decisions: Sequence[str]) -> dict[str, Decision]: ...

    def of_person(self, person: str, limit: int = 50) -> list[Decision]:
        """Newest first."""
        ...

    def scan(
        self, campaign: str, after: int = 0, limit: int = 5000, *, shown: bool = False
    ) -> list[tuple[int, Decision]]:
        """In commit order: pairs of a growing sequence number and the decision; with `shown`, only those that
        showed something."""
        ...

    def leaves(self, batch: int) -> list[tuple[str, Decision]]:
        """The leaves of one ledger entry in order, each with its decision (scrubbed where forgotten)."""
        ...

    def tally(self, campaign: str) -> dict[tuple[str, str], int]:
        """Counts by (touchpoint, reason)."""
        ...

    def shares(self, campaign: str, bucket_ms: int) -> list[tuple[int, str, int]]:
        """(start of bucket, variant id, count) over decisions with a variant, in time order."""
        ...

    def count(self, campaign: str) -> int: ...


class Outcomes(Protocol):
    def append(self, outcomes: Sequence[Outcome]) -> list[bool]:
        """Insert those whose (source, source_id) is new; which ones were."""
        ...

    def scan(self, after: int = 0, limit: int = 5000) -> list[tuple[int, Outcome]]:
        """In the order received: pairs of a growing sequence number and the outcome."""
        ...

    def of_person(self, person: str, limit: int = 50) -> list[Outcome]: ...

    def newest(self) -> int | None:
        """When the newest outcome we heard of happened (ms UTC)."""
        ...

    def of_decisions(self, decisions: Sequence[str]) -> dict[str, list[Outcome]]: ...

    def orders(self, start: int, end: int) -> dict[str, tuple[int, int, int]]:
        """By person: (orders, value in cents, margin in cents) with `start <= time < end`; refunds subtract.

        A refund's value and margin are given as positive cents; the order that it takes back still counts as one.
        """
        ...

    def count(self) -> int: ...


class Spending(Protocol):
    """The counters of campaigns with limits. Read and written in the transaction that commits what they count."""

    def get(self, campaign: str) -> Spent:
        """Zeros where nothing was counted yet."""
        ...

    def put(self, spent: Spent) -> None: ...


class Snapshots(Protocol):
    def put(self, snapshot: PolicySnapshot) -> None: ...

    def get(self, snapshot: str) -> PolicySnapshot | None: ...

    def latest(self, campaign: str) -> list[PolicySnapshot]:
        """The newest of each `kind` of the campaign."""
        ...

    def learner(self, campaign: str, kind: str) -> bytes | None:
        """The learner's own state (cursors and statistics), as it left it."""
        ...

    def put_learner(self, campaign: str, kind: str, state: bytes, fence: int) -> None:
        """Raises `Faults` `lease.lost` when a newer fencing token has written already."""
        ...
