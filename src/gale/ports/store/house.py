"""The house itself: ledger, keys, replies kept for those who ask twice, and imports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from gale.records.approval import LedgerEntry


class Ledger(Protocol):
    """Rows of the chain; what goes into them is worked out by the ledger's room."""

    def head(self) -> LedgerEntry | None: ...

    def append(self, entry: LedgerEntry) -> None: ...

    def scan(self, after: int = 0, batch: int = 1000) -> Iterator[LedgerEntry]: ...

    def count(self) -> int: ...

    def tamper(self, seq: int, body: Mapping[str, Any]) -> None:
        """Overwrite a body without mending the chain. Refused outside a sandbox; exists to show that it shows."""
        ...


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """An API key as it is stored: only the SHA-256 of the secret (which has 256 random bits)."""

    id: str
    name: str
    hash: str
    scopes: tuple[str, ...]
    created: int
    revoked: int | None = None


class Keys(Protocol):
    def add(self, key: ApiKey) -> None: ...

    def find(self, hash: str) -> ApiKey | None: ...

    def all(self) -> list[ApiKey]: ...

    def revoke(self, key: str, time: int) -> bool: ...


class Replies(Protocol):
    """What was answered to an idempotency key, so that the same call twice acts once."""

    def get(self, scope: str, key: str) -> tuple[str, bytes] | None:
        """(hash of the request, reply)."""
        ...

    def put(self, scope: str, key: str, request: str, reply: bytes, time: int) -> None: ...


class ImportRow(msgspec.Struct, frozen=True, kw_only=True):
    """An import that was done: enough to show and to undo it."""

    id: str
    file: str
    fingerprint: str
    mapping: dict[str, str]
    summary: dict[str, Any]
    added: tuple[str, ...]
    time: int
    undone: int | None = None


class Imports(Protocol):
    def put(self, row: ImportRow) -> None: ...

    def get(self, id: str) -> ImportRow | None: ...

    def all(self) -> list[ImportRow]: ...

    def take_back(self, people: Sequence[str]) -> int:
        """Remove people who have no decision and no outcome yet; how many were removed."""
        ...
