"""People, their consents and their assignments: one row a person holds all that a decision reads."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from gale.adapters.store import tables as t
from gale.adapters.store.database import NONE_SKIPPED, Prepared, Session, Within, insert, update_rows
from gale.ports.store import ImportRow
from gale.records.decision import Decision
from gale.records.faults import Faults
from gale.records.people import Assignment, Consent, PersonState, Profile, Standing

KEY_BYTES = 32
DESTROYED = bytes(KEY_BYTES)

encode = msgspec.msgpack.Encoder().encode
decode_state = msgspec.msgpack.Decoder(PersonState).decode
_decode_consent = msgspec.msgpack.Decoder(Consent).decode
_decode_assignment = msgspec.msgpack.Decoder(Assignment).decode
_decode_decision = msgspec.msgpack.Decoder(Decision).decode
_decode_import = msgspec.msgpack.Decoder(ImportRow).decode

P, K, C, A, D, R = t.people.c, t.person_keys.c, t.consents.c, t.assignments.c, t.decisions.c, t.replies.c

LOOK = Prepared(sa.select(P.body).where(P.id == sa.bindparam("person")))
_KNOWN = Within(lambda these: sa.select(P.id).where(P.id.in_(these)))
_STATES = Within(lambda these: sa.select(P.id, P.body).where(P.id.in_(these)))
_KEYS = Within(lambda these: sa.select(P.id, K.key).join(t.person_keys, K.owner == P.row).where(P.id.in_(these)))
_SPACE, _LINE = sa.literal_column("' '", sa.Text), sa.literal_column("char(10)", sa.Text)
_ROW_OF = sa.func.hex(P.id, type_=sa.Text) + _SPACE + sa.func.hex(P.body) + _SPACE + sa.func.hex(K.key)
_WITH_KEYS = Within(
    lambda these: (
        sa.select(sa.func.group_concat(_ROW_OF, _LINE)).join(t.person_keys, K.owner == P.row).where(P.id.in_(these))
    )
)
_SCAN = Prepared(
    sa.select(P.id, P.body)
    .where(P.id > sa.bindparam("after"))
    .order_by(P.id)
    .limit(sa.bindparam("batch"))
    .offset(NONE_SKIPPED)
)
_COUNT = Prepared(sa.select(sa.func.count()).select_from(t.people))
_LAST = Prepared(sa.select(sa.func.max(K.owner)))
_ADD = insert(t.people, with_row=True)
_ADD_KEY = insert(t.person_keys)
_PUT = update_rows(t.people, "id", ["version", "body"])
_ROW = Prepared(sa.select(P.row).where(P.id == sa.bindparam("person")))
_REMOVE = Prepared(sa.delete(t.people).where(P.row == sa.bindparam("owner")))
_DESTROY = Prepared(
    sa.update(t.person_keys).values(key=sa.bindparam("zeros")).where(K.owner == sa.bindparam("person_row"))
)
_DECIDED = Prepared(sa.select(D.row, D.body).where(D.person == sa.bindparam("person")))
_SCRUB_DECISION = Prepared(
    sa.update(t.decisions)
    .values(person=sa.bindparam("tombstone"), body=sa.bindparam("new_body"))
    .where(D.row == sa.bindparam("decision_row"))
)
_ASSIGNED = Prepared(sa.select(A.row, A.body).where(A.person == sa.bindparam("of_person")))
_SCRUB_ASSIGNMENT = Prepared(
    sa.update(t.assignments)
    .values(person=sa.bindparam("tombstone"), body=sa.bindparam("new_body"))
    .where(A.row == sa.bindparam("assignment_row"))
)
_BARE = Prepared(
    sa.update(t.assignments).values(body=sa.bindparam("new_body")).where(A.row == sa.bindparam("assignment_row"))
)
_REPLIES = Prepared(
    sa.select(R.row, R.reply)
    .where(R.row > sa.bindparam("after"))
    .order_by(R.row)
    .limit(sa.bindparam("batch"))
    .offset(NONE_SKIPPED)
)
_DROP_REPLY = Prepared(sa.delete(t.replies).where(R.row == sa.bindparam("reply_row")))
_IMPORTS = Prepared(sa.select(t.imports.c.row, t.imports.c.body))
_PUT_IMPORT = Prepared(
    sa.update(t.imports).values(body=sa.bindparam("new_body")).where(t.imports.c.row == sa.bindparam("import_row"))
)
_HERS = [
    Prepared(sa.delete(table).where(table.c.person == sa.bindparam("of_person"))) for table in (t.consents, t.outcomes)
]


class People:
    """`ports.store.People` on tables."""

    def __init__(self, session: Session) -> None:
        self._db = session

    def add(self, profiles: Iterable[Profile]) -> int:
        wanted = {p.id: p for p in profiles}
        for (known,) in self._db.within(_KNOWN, wanted):
            del wanted[known]
        # Row numbers follow the keys', which are never deleted: a new person never meets a destroyed key.
        first = int(self._db.one(_LAST)[0] or 0) + 1
        keys = os.urandom(KEY_BYTES * len(wanted))
        self._db.many(
            _ADD,
            [(first + i, p.id, 0, encode(PersonState(profile=p, version=0))) for i, p in enumerate(wanted.values())],
        )
        self._db.many(_ADD_KEY, [(first + i, keys[i * KEY_BYTES : (i + 1) * KEY_BYTES]) for i in range(len(wanted))])
        return len(wanted)

    def state(self, person: str) -> PersonState | None:
        row = self._db.one(LOOK, person)
        return None if row is None else decode_state(row[0])

    def states(self, people: Sequence[str]) -> dict[str, PersonState]:
        return {person: decode_state(body) for person, body in self._db.within(_STATES, people)}

    def scan(self, batch: int = 2000) -> Iterator[PersonState]:
        after = ""
        while rows := self._db.all(_SCAN, after, batch):
            after = rows[-1][0]
            for _, body in rows:
                yield decode_state(body)

    def count(self) -> int:
        return int(self._db.one(_COUNT)[0])

    def put(self, states: Iterable[PersonState]) -> None:
        self._db.many(_PUT, [(s.version, encode(s), s.profile.id) for s in states])

    def keys(self, people: Sequence[str]) -> dict[str, bytes]:
        return {person: key for person, key in self._db.within(_KEYS, people) if key != DESTROYED}

    def with_keys(self, people: Sequence[str]) -> dict[str, tuple[PersonState, bytes]]:
        # All in one row of text: the driver lets go of Python's lock at every row, and waits to have it back.
        found: dict[str, tuple[PersonState, bytes]] = {}
        for (rows,) in self._db.within(_WITH_KEYS, people):
            for row in rows.split("\n") if rows else ():
                person, body, key = (bytes.fromhex(part) for part in row.split(" "))
                if key != DESTROYED:
                    found[person.decode()] = decode_state(body), key
        return found

    def forget(self, person: str, tombstone: str) -> None:
        """Her key is overwritten, her row, consents and outcomes deleted, her decisions and assignments kept under
        `tombstone`; replies and imports that name her lose her too. `tombstone` must be a new one each time."""
        if not self.remove(person):
            return
        scrubbed = []
        for row, body in self._db.all(_DECIDED, person):
            bare = msgspec.structs.replace(_decode_decision(body), person=tombstone, inputs={}, basis=())
            scrubbed.append((tombstone, encode(bare), row))
        self._db.many(_SCRUB_DECISION, scrubbed)
        moved = []
        for row, body in self._db.all(_ASSIGNED, person):
            moved.append((tombstone, encode(_bare(body, person=tombstone)), row))
        self._db.many(_SCRUB_ASSIGNMENT, moved)
        self._drop_replies(person.encode())
        for row, body in self._db.all(_IMPORTS):
            done = _decode_import(body)
            if person in done.added:
                left = tuple(p for p in done.added if p != person)
                self._db.run(_PUT_IMPORT, encode(msgspec.structs.replace(done, added=left)), row)

    def remove(self, person: str) -> bool:
        """Destroy her key, her row, her consents and outcomes; whether she was known."""
        found = self._db.one(_ROW, person)
        if found is None:
            return False
        self._db.scrub = True
        self._db.run(_DESTROY, DESTROYED, found[0])
        self._db.run(_REMOVE, found[0])
        for statement in _HERS:
            self._db.run(statement, person)
        return True

    def _drop_replies(self, name: bytes) -> None:
        after = 0
        while rows := self._db.all(_REPLIES, after, 1000):
            after = rows[-1][0]
            self._db.many(_DROP_REPLY, [(row,) for row, reply in rows if name in reply])


def _bare(body: bytes, **changes: Any) -> Assignment:
    """An assignment without what it says of the person."""
    return msgspec.structs.replace(_decode_assignment(body), attributes={}, **changes)


_APPEND_CONSENT = insert(t.consents)
_HISTORY = Prepared(sa.select(C.body).where(C.person == sa.bindparam("of_person")).order_by(C.row))
_COUNT_CONSENTS = Prepared(sa.select(sa.func.count()).select_from(t.consents))


class Consents:
    """`ports.store.Consents` on tables."""

    def __init__(self, session: Session, people: People) -> None:
        self._db = session
        self._people = people

    def append(self, acts: Iterable[tuple[Consent, Standing]]) -> None:
        """Raises `Faults` `person.unknown` for an act of somebody who is not there; nothing is written then."""
        acts = list(acts)
        states = self._people.states([act.person for act, _ in acts])
        for act, standing in acts:
            state = states.get(act.person)
            if state is None:
                raise Faults.one("person.unknown", person=act.person)
            states[act.person] = msgspec.structs.replace(
                state, version=state.version + 1, standings={**state.standings, standing.purpose: standing}
            )
        self._db.many(_APPEND_CONSENT, [(act.id, act.person, encode(act)) for act, _ in acts])
        self._people.put(states.values())

    def history(self, person: str) -> list[Consent]:
        return [_decode_consent(body) for (body,) in self._db.all(_HISTORY, person)]

    def count(self) -> int:
        return int(self._db.one(_COUNT_CONSENTS)[0])


_ASSIGN = insert(t.assignments, if_new=True)
_DRAWN = Within(
    lambda these: sa.select(A.person, A.body).where(A.experiment == sa.bindparam("experiment"), A.person.in_(these))
)
_ASSIGNMENTS = Prepared(
    sa.select(A.row, A.body)
    .where(A.experiment == sa.bindparam("in_experiment"), A.row > sa.bindparam("after"))
    .order_by(A.row)
    .limit(sa.bindparam("batch"))
    .offset(NONE_SKIPPED)
)


class Assignments:
    """`ports.store.Assignments` on tables."""

    def __init__(self, session: Session) -> None:
        self._db = session

    def append(self, assignments: Iterable[Assignment]) -> int:
        new: dict[tuple[str, str], Assignment] = {}
        for one in assignments:
            new.setdefault((one.experiment, one.person), one)
        return self._db.many(_ASSIGN, [(a.experiment, a.person, encode(a)) for a in new.values()])

    def get(self, experiment: str, person: str) -> Assignment | None:
        return self.of(experiment, [person]).get(person)

    def of(self, experiment: str, people: Sequence[str]) -> dict[str, Assignment]:
        rows = self._db.within(_DRAWN, people, experiment)
        return {person: _decode_assignment(body) for person, body in rows}

    def of_person(self, person: str) -> list[Assignment]:
        return [_decode_assignment(body) for _, body in self._db.all(_ASSIGNED, person)]

    def bare(self, people: Sequence[str]) -> int:
        told = [(row, body) for person in people for row, body in self._db.all(_ASSIGNED, person)]
        left = [(encode(_bare(body)), row) for row, body in told if _decode_assignment(body).attributes != {}]
        return self._db.many(_BARE, left) if left else 0

    def scan(self, experiment: str) -> Iterator[Assignment]:
        after = 0
        while rows := self._db.all(_ASSIGNMENTS, experiment, after, 5000):
            after = rows[-1][0]
            for _, body in rows:
                yield _decode_assignment(body)
