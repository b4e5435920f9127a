"""The store: where records are kept. Nothing in the flow knows which database stands behind these protocols.

`Store.write()` is one transaction that sees everything committed before it began and commits as a whole; while it is
open no other writer commits (`BEGIN IMMEDIATE` on SQLite, row locks on PostgreSQL), so what it reads binds.
`Store.read()` is a consistent view. A method called outside such a block raises. A `write()` inside a `write()` of the
same thread raises; a `read()` inside one is allowed and sees what was committed before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

import msgspec

from gale.records.approval import Approval, LedgerEntry
from gale.records.creative import Variant
from gale.records.decision import Decision, Outcome, PolicySnapshot
from gale.records.people import Assignment, Consent, Contact, PersonState, Profile, Standing
from gale.records.proposal import Call, Proposal
from gale.records.rollout import Climb
from gale.records.spending import Spent

CampaignStatus = Literal["draft", "live", "paused", "stopped", "ended"]


class CampaignRow(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign with the documents it was made from (as plain data) and where it stands.

    `documents` holds `brand`, `brief`, `campaign`, `team`, `purposes` as JSON-able dicts; `plan` is the hash that
    approvals are bound to (empty before `plan` ran); `live` the variant ids of the shortlist a touchpoint and
    locale: `{"letter/fr": ["v_…"]}`; `facts` what verbs left for the next (rehearsal, refusals by reason, timings); `climb`
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


class People(Protocol):
    """Pseudonymous people; one row a person holds all that a decision reads."""

    def add(self, profiles: Iterable[Profile]) -> int:
        """Insert people not known yet, each with a fresh random 32-byte key of her own; how many were new."""
        ...

    def state(self, person: str) -> PersonState | None: ...

    def states(self, people: Sequence[str]) -> dict[str, PersonState]: ...

    def scan(self, batch: int = 2000) -> Iterator[PersonState]:
        """Everybody not forgotten, by id."""
        ...

    def count(self) -> int: ...

    def put(self, states: Iterable[PersonState]) -> None:
        """Write whole rows back (attributes, recent, suppressed); `version` is written as given."""
        ...

    def keys(self, people: Sequence[str]) -> dict[str, bytes]:
        """The persons' own keys; a forgotten person has none."""
        ...

    def with_keys(self, people: Sequence[str]) -> dict[str, tuple[PersonState, bytes]]:
        """`states` and `keys` of those who have both, in one read: what the committing transaction needs."""
        ...

    def forget(self, person: str, tombstone: str) -> None:
        """Destroy her key, row, consents, outcomes; in decisions and assignments put `tombstone` for her id and
        empty what described her (`inputs`, `basis`); kept replies that name her go too. `tombstone` is a new one each
        time. Secure delete; cannot be undone."""
        ...


class Consents(Protocol):
    """Acts are appended and never changed; the person's row follows in the same transaction."""

    def append(self, acts: Iterable[tuple[Consent, Standing]]) -> None:
        """Store each act, set the person's standing on its purpose, and raise her `version` by one."""
        ...

    def history(self, person: str) -> list[Consent]:
        """Oldest first."""
        ...

    def count(self) -> int: ...


class Assignments(Protocol):
    def append(self, assignments: Iterable[Assignment]) -> int:
        """Insert those not drawn yet; an existing one stays as it is. How many were new."""
        ...

    def get(self, experiment: str, person: str) -> Assignment | None: ...

    def of(self, experiment: str, people: Sequence[str]) -> dict[str, Assignment]: ...

    def of_person(self, person: str) -> list[Assignment]:
        """Hers in every experiment, oldest first."""
        ...

    def bare(self, people: Sequence[str]) -> int:
        """Empty what is kept of these people's entries (`attributes`), in every experiment; how many had something."""
        ...

    def scan(self, experiment: str) -> Iterator[Assignment]: ...


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


class Ledger(Protocol):
    """Rows of the chain; what goes into them is worked out by the ledger's room."""

    def head(self) -> LedgerEntry | None: ...

    def append(self, entry: LedgerEntry) -> None: ...

    def scan(self, after: int = 0, batch: int = 1000) -> Iterator[LedgerEntry]: ...

    def count(self) -> int: ...

    def tamper(self, seq: int, body: Mapping[str, Any]) -> None:
        """Overwrite a body without mending the chain. Refused outside a sandbox; exists to show that it shows."""
        ...


class Vault(Protocol):
    """Addresses, encrypted; found by keyed HMAC only. Suppression outlives the contact."""

    def put(self, contacts: Iterable[Contact]) -> None: ...

    def get(self, people: Sequence[str]) -> dict[str, Contact]: ...

    def find(self, *, email: str | None = None, own_id: str | None = None) -> str | None:
        """The person with this address or this id in the user's own system."""
        ...

    def find_many(self, kind: Literal["email", "own_id"], values: Sequence[str]) -> dict[str, str]:
        """By value given: the person."""
        ...

    def suppress(self, emails: Iterable[str], reason: str, time: int) -> int: ...

    def suppressed(self, emails: Sequence[str]) -> set[str]:
        """Which of these addresses must never be written to, whoever imports them again."""
        ...

    def forget(self, person: str) -> None: ...

    def remove(self, people: Sequence[str]) -> None:
        """Take contacts out again (undo of an import); suppression stays."""
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
