"""Decisions, outcomes and the ledger, appended and never changed; and the counters written with the decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from gale.adapters.store import tables as t
from gale.adapters.store.database import NONE_SKIPPED, ONE, Prepared, Session, Within, insert
from gale.records.approval import LedgerEntry
from gale.records.decision import Decision, Outcome
from gale.records.faults import Faults
from gale.records.spending import Spent

_encode = msgspec.msgpack.Encoder().encode
_decode_decision = msgspec.msgpack.Decoder(Decision).decode
_decode_outcome = msgspec.msgpack.Decoder(Outcome).decode
_decode_spent = msgspec.msgpack.Decoder(Spent).decode

D, O, L = t.decisions.c, t.outcomes.c, t.ledger.c  # noqa: E741

_DECIDE = insert(t.decisions)
_DECISION = Prepared(sa.select(D.body).where(D.id == sa.bindparam("decision")))
_DECISIONS = Within(lambda these: sa.select(D.id, D.body).where(D.id.in_(these)))
_OF_PERSON = Prepared(
    sa.select(D.body)
    .where(D.person == sa.bindparam("of_person"))
    .order_by(D.row.desc())
    .limit(sa.bindparam("at_most"))
    .offset(NONE_SKIPPED)
)
_SCAN = Prepared(
    sa.select(D.row, D.body)
    .where(D.campaign == sa.bindparam("in_campaign"), D.row > sa.bindparam("after"))
    .order_by(D.row)
    .limit(sa.bindparam("at_most"))
    .offset(NONE_SKIPPED)
)
_SCAN_SHOWN = Prepared(
    sa.select(D.row, D.body)
    .where(D.campaign == sa.bindparam("in_campaign"), D.row > sa.bindparam("after"), D.variant.is_not(None))
    .order_by(D.row)
    .limit(sa.bindparam("at_most"))
    .offset(NONE_SKIPPED)
)
_LEAVES = Prepared(sa.select(D.leaf, D.body).where(D.batch == sa.bindparam("of_batch")).order_by(D.row))
_TALLY = Prepared(
    sa.select(D.touchpoint, D.reason, sa.func.count())
    .where(D.campaign == sa.bindparam("in_campaign"))
    .group_by(D.touchpoint, D.reason)
)
_COUNT = Prepared(sa.select(sa.func.count()).where(D.campaign == sa.bindparam("in_campaign")))
_BUCKET = (D.time - D.time % sa.bindparam("bucket", type_=sa.BigInteger)).label("start")
_SHARES = sa.select(_BUCKET, D.variant, sa.func.count().label("n")).where(
    D.campaign == sa.bindparam("in_campaign"), D.variant.is_not(None)
)
_SHARES = _SHARES.group_by(sa.text("1"), D.variant).order_by(sa.text("1"), D.variant)


class Decisions:
    """`ports.store.Decisions` on tables."""

    def __init__(self, session: Session) -> None:
        self._db = session

    def append(self, decisions: Sequence[Decision], leaves: Sequence[str], batch: int) -> None:
        self._db.many(
            _DECIDE,
            [
                (d.id, d.person, d.campaign, d.touchpoint, d.variant, d.reason, d.time, batch, leaf, _encode(d))
                for d, leaf in zip(decisions, leaves, strict=True)
            ],
        )

    def get(self, decision: str) -> Decision | None:
        row = self._db.one(_DECISION, decision)
        return None if row is None else _decode_decision(row[0])

    def get_many(self, decisions: Sequence[str]) -> dict[str, Decision]:
        return {name: _decode_decision(body) for name, body in self._db.within(_DECISIONS, decisions)}

    def of_person(self, person: str, limit: int = 50) -> list[Decision]:
        return [_decode_decision(body) for (body,) in self._db.all(_OF_PERSON, person, limit)]

    def scan(
        self, campaign: str, after: int = 0, limit: int = 5000, *, shown: bool = False
    ) -> list[tuple[int, Decision]]:
        found = self._db.all(_SCAN_SHOWN if shown else _SCAN, campaign, after, limit)
        return [(row, _decode_decision(body)) for row, body in found]

    def leaves(self, batch: int) -> list[tuple[str, Decision]]:
        return [(leaf, _decode_decision(body)) for leaf, body in self._db.all(_LEAVES, batch)]

    def tally(self, campaign: str) -> dict[tuple[str, str], int]:
        return {(touchpoint, reason): n for touchpoint, reason, n in self._db.all(_TALLY, campaign)}

    def shares(self, campaign: str, bucket_ms: int) -> list[tuple[int, str, int]]:
        return self._db.rows(_SHARES, in_campaign=campaign, bucket=bucket_ms)

    def count(self, campaign: str) -> int:
        return int(self._db.one(_COUNT, campaign)[0])


_TELL = insert(t.outcomes)
_TOLD = Within(
    lambda these: sa.select(O.source_id).where(O.source == sa.bindparam("from_source"), O.source_id.in_(these))
)
_OUTCOMES = Prepared(
    sa.select(O.row, O.body)
    .where(O.row > sa.bindparam("after"))
    .order_by(O.row)
    .limit(sa.bindparam("at_most"))
    .offset(NONE_SKIPPED)
)
_OF_HER = Prepared(
    sa.select(O.body)
    .where(O.person == sa.bindparam("of_person"))
    .order_by(O.row.desc())
    .limit(sa.bindparam("at_most"))
    .offset(NONE_SKIPPED)
)
_OF_DECISIONS = Within(lambda these: sa.select(O.decision, O.body).where(O.decision.in_(these)).order_by(O.row))
_SIGN = sa.case((O.kind == "refund", -1), else_=1)
_ORDERS = sa.select(
    O.person,
    sa.func.sum(sa.case((O.kind == "order", 1), else_=0)),
    sa.func.sum(_SIGN * sa.func.coalesce(O.value, 0)),
    sa.func.sum(_SIGN * sa.func.coalesce(O.margin, 0)),
).where(O.kind.in_(["order", "refund"]), O.time >= sa.bindparam("start"), O.time < sa.bindparam("end"))
_ORDERS = _ORDERS.group_by(O.person)
_NEWEST = Prepared(sa.select(sa.func.max(O.time)))
_COUNT_OUTCOMES = Prepared(sa.select(sa.func.count()).select_from(t.outcomes))


class Outcomes:
    """`ports.store.Outcomes` on tables."""

    def __init__(self, session: Session) -> None:
        self._db = session

    def newest(self) -> int | None:
        found = self._db.one(_NEWEST)[0]
        return None if found is None else int(found)

    def append(self, outcomes: Sequence[Outcome]) -> list[bool]:
        known: set[tuple[str, str]] = set()
        for source in {o.source for o in outcomes}:
            ids = [o.source_id for o in outcomes if o.source == source]
            known |= {(source, found) for (found,) in self._db.within(_TOLD, ids, source)}
        new: list[bool] = []
        for one in outcomes:
            name = (one.source, one.source_id)
            new.append(name not in known)
            known.add(name)
        self._db.many(
            _TELL,
            [
                (o.source, o.source_id, o.person, o.kind, o.time, o.value, o.margin, o.decision, _encode(o))
                for o, fresh in zip(outcomes, new, strict=True)
                if fresh
            ],
        )
        return new

    def scan(self, after: int = 0, limit: int = 5000) -> list[tuple[int, Outcome]]:
        return [(row, _decode_outcome(body)) for row, body in self._db.all(_OUTCOMES, after, limit)]

    def of_person(self, person: str, limit: int = 50) -> list[Outcome]:
        return [_decode_outcome(body) for (body,) in self._db.all(_OF_HER, person, limit)]

    def of_decisions(self, decisions: Sequence[str]) -> dict[str, list[Outcome]]:
        found: dict[str, list[Outcome]] = {}
        for decision, body in self._db.within(_OF_DECISIONS, decisions):
            found.setdefault(decision, []).append(_decode_outcome(body))
        return found

    def orders(self, start: int, end: int) -> dict[str, tuple[int, int, int]]:
        """A refund takes its money back; the order it belongs to still happened and still counts."""
        rows = self._db.rows(_ORDERS, start=start, end=end)
        return {person: (int(n), int(value), int(margin)) for person, n, value, margin in rows}

    def count(self) -> int:
        return int(self._db.one(_COUNT_OUTCOMES)[0])


_HEAD = Prepared(sa.select(t.ledger).order_by(L.seq.desc()).limit(ONE).offset(NONE_SKIPPED))
_LINES = Prepared(
    sa.select(t.ledger)
    .where(L.seq > sa.bindparam("after"))
    .order_by(L.seq)
    .limit(sa.bindparam("batch"))
    .offset(NONE_SKIPPED)
)
_APPEND = insert(t.ledger)
_COUNT_LINES = Prepared(sa.select(sa.func.count()).select_from(t.ledger))
_TAMPER = Prepared(sa.update(t.ledger).values(body=sa.bindparam("text")).where(L.seq == sa.bindparam("line")))


class Ledger:
    """`ports.store.Ledger` on tables."""

    def __init__(self, session: Session, *, sandbox: bool) -> None:
        self._db = session
        self._sandbox = sandbox

    def head(self) -> LedgerEntry | None:
        row = self._db.one(_HEAD)
        return None if row is None else _line(row)

    def append(self, entry: LedgerEntry) -> None:
        body = msgspec.json.encode(entry.body).decode()
        self._db.run(_APPEND, entry.seq, entry.time, entry.kind, body, entry.previous, entry.hash, entry.schema)

    def scan(self, after: int = 0, batch: int = 1000) -> Iterator[LedgerEntry]:
        while rows := self._db.all(_LINES, after, batch):
            after = rows[-1][0]
            yield from map(_line, rows)

    def count(self) -> int:
        return int(self._db.one(_COUNT_LINES)[0])

    def tamper(self, seq: int, body: Mapping[str, Any]) -> None:
        """Raises `Faults` `ledger.tamper_refused` outside a sandbox, `ledger.no_line` for a number there is not."""
        if not self._sandbox:
            raise Faults.one("ledger.tamper_refused")
        if not self._db.run(_TAMPER, msgspec.json.encode(dict(body)).decode(), seq):
            raise Faults.one("ledger.no_line", seq=seq, count=self.count())


def _line(row: Any) -> LedgerEntry:
    seq, time, kind, body, previous, hashed, schema = row
    return LedgerEntry(
        seq=seq, time=time, kind=kind, body=msgspec.json.decode(body), previous=previous, hash=hashed, schema=schema
    )


_SPENT = Prepared(sa.select(t.spending.c.body).where(t.spending.c.campaign == sa.bindparam("of_campaign")))
_ADD_SPENT = insert(t.spending)
_PUT_SPENT = Prepared(
    sa.update(t.spending)
    .values(body=sa.bindparam("new_body"))
    .where(t.spending.c.campaign == sa.bindparam("of_campaign"))
)


class Spending:
    """`ports.store.Spending` on tables."""

    def __init__(self, session: Session) -> None:
        self._db = session

    def get(self, campaign: str) -> Spent:
        row = self._db.one(_SPENT, campaign)
        return Spent(campaign=campaign) if row is None else _decode_spent(row[0])

    def put(self, spent: Spent) -> None:
        body = _encode(spent)
        if not self._db.run(_PUT_SPENT, body, spent.campaign):
            self._db.run(_ADD_SPENT, spent.campaign, body)
