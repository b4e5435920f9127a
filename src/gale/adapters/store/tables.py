"""The tables, as they stand at the newest revision; `migrations/` gets an older database there.

Two rules keep what is read often fast and what is forgotten gone. A row holds its record whole (`body`, msgpack) and
beside it only the columns that are searched or counted. A secret lives in a row that never moves: keys have tables
of their own that only grow at their end and are overwritten in place, so that no copy is ever left in the unused
part of a page.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()
Number = BigInteger().with_variant(Integer, "sqlite")  # SQLite gives out row numbers to INTEGER only


def _table(name: str, *parts: Column[Any] | Index) -> Table:
    """A table whose first column is a number that grows with each insert and is never given out again."""
    row = Column("row", Number, primary_key=True, autoincrement=True)
    return Table(name, metadata, row, *parts, sqlite_autoincrement=True)


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


def _number(name: str, **options: Any) -> Column[int]:
    return Column(name, Number, nullable=False, **options)


def _blob(name: str = "body") -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


# --- people ---

people = _table("people", _text("id"), _number("version"), _blob(), Index("people_id", "id", unique=True))

# `owner` is the row in people; 32 random bytes, all zeros once destroyed.
person_keys = Table("person_keys", metadata, _number("owner", primary_key=True, autoincrement=False), _blob("key"))

consents = _table(
    "consents",
    _text("id"),
    _text("person"),
    _blob(),
    Index("consents_id", "id", unique=True),
    Index("consents_person", "person"),
)

assignments = _table(
    "assignments",
    _text("experiment"),
    _text("person"),
    _blob(),
    Index("assignments_person", "person", "experiment", unique=True),
    Index("assignments_experiment", "experiment"),
)

# --- what was decided and what happened ---

decisions = _table(
    "decisions",
    _text("id"),
    _text("person"),
    _text("campaign"),
    _text("touchpoint"),
    Column("variant", Text),
    _text("reason"),
    _number("time"),
    _number("batch"),
    _text("leaf"),
    _blob(),
    Index("decisions_id", "id", unique=True),
    Index("decisions_person", "person"),
    Index("decisions_campaign", "campaign", "row"),
    Index("decisions_tally", "campaign", "touchpoint", "reason"),
    Index("decisions_shares", "campaign", "time", "variant"),
    Index("decisions_batch", "batch"),
)

outcomes = _table(
    "outcomes",
    _text("source"),
    _text("source_id"),
    _text("person"),
    _text("kind"),
    _number("time"),
    Column("value", Number),
    Column("margin", Number),
    Column("decision", Text),
    _blob(),
    Index("outcomes_source", "source", "source_id", unique=True),
    Index("outcomes_person", "person"),
    Index("outcomes_decision", "decision"),
    Index("outcomes_orders", "kind", "time"),
)

# One row a campaign that has limits: its counters, written in the transaction of the decisions they count.
spending = Table("spending", metadata, _text("campaign", primary_key=True), _blob())

ledger = Table(
    "ledger",
    metadata,
    _number("seq", primary_key=True, autoincrement=False),
    _number("time"),
    _text("kind"),
    _text("body"),
    _text("previous"),
    _text("hash"),
    _number("schema"),
)

# --- campaigns ---

campaigns = _table("campaigns", _text("id"), _blob(), Index("campaigns_id", "id", unique=True))

variants = _table(
    "variants",
    _text("campaign"),
    _number("position"),
    _text("id"),
    _text("placement"),
    _text("locale"),
    _number("accepted"),
    _blob(),
    Index("variants_id", "campaign", "id"),
    Index("variants_page", "campaign", "placement", "locale", "accepted", "position"),
    Index("variants_order", "campaign", "position", unique=True),
)

proposals = _table(
    "proposals",
    _text("id"),
    _text("campaign"),
    _text("status"),
    _blob(),
    Index("proposals_id", "id", unique=True),
    Index("proposals_campaign", "campaign", "status"),
)

# Requests to language models.
calls = _table(
    "calls", _text("id"), _number("time"), _blob(), Index("calls_id", "id", unique=True), Index("calls_time", "time")
)

approvals = _table(
    "approvals",
    _text("id"),
    _text("campaign"),
    _blob(),
    Index("approvals_id", "id", unique=True),
    Index("approvals_campaign", "campaign"),
)

snapshots = _table(
    "snapshots",
    _text("id"),
    _text("campaign"),
    _text("kind"),
    _number("version"),
    _blob(),
    Index("snapshots_id", "id", unique=True),
    Index("snapshots_latest", "campaign", "kind", "version"),
)

learners = Table(
    "learners",
    metadata,
    _text("campaign", primary_key=True),
    _text("kind", primary_key=True),
    _number("fence"),
    _blob("state"),
)

leases = Table(
    "leases", metadata, _text("name", primary_key=True), _text("holder"), _number("token"), _number("expires")
)

# --- the vault ---

contacts = _table(
    "contacts",
    _text("person"),
    Column("own_id_mac", LargeBinary),
    Column("email_mac", LargeBinary),
    _blob("sealed"),
    Index("contacts_person", "person", unique=True),
    Index("contacts_own_id", "own_id_mac"),
    Index("contacts_email", "email_mac"),
)

# `owner` is the row in contacts; 32 random bytes that the vault's key is mixed with, all zeros once destroyed.
contact_keys = Table("contact_keys", metadata, _number("owner", primary_key=True, autoincrement=False), _blob("key"))

suppressions = Table(
    "suppressions", metadata, Column("mac", LargeBinary, primary_key=True), _text("reason"), _number("time")
)

# --- the desk: keys, replies, imports, what the store knows of itself ---

api_keys = _table(
    "api_keys",
    _text("id"),
    _text("hash"),
    _blob(),
    Index("api_keys_id", "id", unique=True),
    Index("api_keys_hash", "hash"),
)

replies = _table(
    "replies",
    _text("scope"),
    _text("key"),
    _text("request"),
    _blob("reply"),
    _number("time"),
    Index("replies_key", "scope", "key", unique=True),
    Index("replies_time", "time"),
)

imports = _table("imports", _text("id"), _number("time"), _blob(), Index("imports_id", "id", unique=True))

facts = Table("facts", metadata, _text("name", primary_key=True), _blob("value"))
