"""API keys, replies to idempotency keys, imports, leases."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from gale.adapters.store import tables as t
from gale.adapters.store.database import Prepared, Session, insert
from gale.adapters.store.people import People
from gale.ports.store import ApiKey, ImportRow

KEPT_MS = 48 * 3_600_000  # how long a reply is kept: whoever repeats a call does so within minutes

_encode = msgspec.msgpack.Encoder().encode
_decode_key = msgspec.msgpack.Decoder(ApiKey).decode
_decode_import = msgspec.msgpack.Decoder(ImportRow).decode

K, R, I, E = t.api_keys.c, t.replies.c, t.imports.c, t.leases.c  # noqa: E741

_ADD_KEY = insert(t.api_keys)
_KEY_BY_HASH = Prepared(sa.select(K.body).where(K.hash == sa.bindparam("of_hash")))
_KEY = Prepared(sa.select(K.body).where(K.id == sa.bindparam("key")))
_ALL_KEYS = Prepared(sa.select(K.body).order_by(K.row))
_PUT_KEY = Prepared(sa.update(t.api_keys).values(body=sa.bindparam("new_body")).where(K.id == sa.bindparam("key")))


class Keys:
    """`ports.store.Keys` on tables."""

    def __init__(self, session: Session) -> None:
        self._db = session

    def add(self, key: ApiKey) -> None:
        self._db.run(_ADD_KEY, key.id, key.hash, _encode(key))

    def find(self, hash: str) -> ApiKey | None:
        row = self._db.one(_KEY_BY_HASH, hash)
        return None if row is None else _decode_key(row[0])

    def all(self) -> list[ApiKey]:
        return [_decode_key(body) for (body,) in self._db.all(_ALL_KEYS)]

    def revoke(self, key: str, time: int) -> bool:
        """Whether there is such a key; one revoked before keeps its first time."""
        row = self._db.one(_KEY, key)
        if row is None:
            return False
        found = _decode_key(row[0])
        if found.revoked is None:
            self._db.run(_PUT_KEY, _encode(msgspec.structs.replace(found, revoked=time)), key)
        return True


_REPLY = Prepared(sa.select(R.request, R.reply).where(R.scope == sa.bindparam("in_scope"), R.key == sa.bindparam("to")))
_ADD_REPLY = insert(t.replies)
_OLD_REPLIES = Prepared(sa.delete(t.replies).where(R.time < sa.bindparam("before")))


class Replies:
    """`ports.store.Replies` on tables; a reply is kept for two days."""

    def __init__(self, session: Session) -> None:
        self._db = session

    def get(self, scope: str, key: str) -> tuple[str, bytes] | None:
        row = self._db.one(_REPLY, scope, key)
        return None if row is None else (row[0], row[1])

    def put(self, scope: str, key: str, request: str, reply: bytes, time: int) -> None:
        self._db.run(_OLD_REPLIES, time - KEPT_MS)
        self._db.run(_ADD_REPLY, scope, key, request, reply, time)


_ADD_IMPORT = insert(t.imports)
_IMPORT = Prepared(sa.select(I.body).where(I.id == sa.bindparam("of_id")))
_IMPORTS = Prepared(sa.select(I.body).order_by(I.row))
_PUT_IMPORT = Prepared(
    sa.update(t.imports)
    .values(time=sa.bindparam("new_time"), body=sa.bindparam("new_body"))
    .where(I.id == sa.bindparam("of_id"))
)
_TOUCHED = Prepared(
    sa.select(
        sa.exists().where(t.decisions.c.person == sa.bindparam("decided"))
        | sa.exists().where(t.outcomes.c.person == sa.bindparam("told"))
    )
)
_UNASSIGN = Prepared(sa.delete(t.assignments).where(t.assignments.c.person == sa.bindparam("of_person")))


class Imports:
    """`ports.store.Imports` on tables."""

    def __init__(self, session: Session, people: People) -> None:
        self._db = session
        self._people = people

    def put(self, row: ImportRow) -> None:
        if not self._db.run(_PUT_IMPORT, row.time, _encode(row), row.id):
            self._db.run(_ADD_IMPORT, row.id, row.time, _encode(row))

    def get(self, id: str) -> ImportRow | None:
        row = self._db.one(_IMPORT, id)
        return None if row is None else _decode_import(row[0])

    def all(self) -> list[ImportRow]:
        return [_decode_import(body) for (body,) in self._db.all(_IMPORTS)]

    def take_back(self, people: Sequence[str]) -> int:
        removed = 0
        for person in dict.fromkeys(people):
            if not self._db.one(_TOUCHED, person, person)[0] and self._people.remove(person):
                self._db.run(_UNASSIGN, person)
                removed += 1
        return removed


_LEASE = Prepared(sa.select(E.holder, E.token, E.expires).where(E.name == sa.bindparam("lease")))
_ADD_LEASE = insert(t.leases)
_PUT_LEASE = Prepared(
    sa.update(t.leases)
    .values(holder=sa.bindparam("new_holder"), token=sa.bindparam("new_token"), expires=sa.bindparam("until"))
    .where(E.name == sa.bindparam("lease"))
)


def lease(db: Session, name: str, holder: str, now: int, ttl_ms: int) -> int | None:
    """Take or renew a lease; its fencing token, or `None` while another holder's runs."""
    row = db.one(_LEASE, name)
    if row is None:
        db.run(_ADD_LEASE, name, holder, 1, now + ttl_ms)
        return 1
    held_by, token, expires = row
    if held_by != holder:
        if expires > now:
            return None
        token += 1
    db.run(_PUT_LEASE, holder, token, now + ttl_ms, name)
    return int(token)
