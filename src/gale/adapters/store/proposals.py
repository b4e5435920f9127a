"""What models proposed, and the calls that asked."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from gale.adapters.store import tables as t
from gale.adapters.store.database import Prepared, Session, insert
from gale.records.proposal import Call, Proposal

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Proposal).decode
_decode_call = msgspec.msgpack.Decoder(Call).decode

P, C = t.proposals.c, t.calls.c

_ADD = insert(t.proposals)
_PUT = Prepared(
    sa.update(t.proposals)
    .values(status=sa.bindparam("new_status"), body=sa.bindparam("new_body"))
    .where(P.id == sa.bindparam("proposal"))
)
_GET = Prepared(sa.select(P.body).where(P.id == sa.bindparam("proposal")))
_OF = Prepared(sa.select(P.body).where(P.campaign == sa.bindparam("of_campaign")).order_by(P.row))
_OF_STATUS = Prepared(
    sa.select(P.body)
    .where(P.campaign == sa.bindparam("of_campaign"), P.status == sa.bindparam("of_status"))
    .order_by(P.row)
)
_ADD_CALL = insert(t.calls)
_PUT_CALL = Prepared(sa.update(t.calls).values(body=sa.bindparam("new_body")).where(C.id == sa.bindparam("call")))
_CALLS = Prepared(sa.select(C.body).where(C.time >= sa.bindparam("since")).order_by(C.row))


class Proposals:
    """`ports.store.Proposals` on tables."""

    def __init__(self, session: Session) -> None:
        self._db = session

    def put(self, proposal: Proposal) -> None:
        body = _encode(proposal)
        if not self._db.run(_PUT, proposal.status, body, proposal.id):
            self._db.run(_ADD, proposal.id, proposal.campaign, proposal.status, body)

    def get(self, proposal: str) -> Proposal | None:
        row = self._db.one(_GET, proposal)
        return None if row is None else _decode(row[0])

    def of(self, campaign: str, status: str | None = None) -> list[Proposal]:
        rows = self._db.all(_OF, campaign) if status is None else self._db.all(_OF_STATUS, campaign, status)
        return [_decode(body) for (body,) in rows]

    def put_call(self, call: Call) -> None:
        body = _encode(call)
        if not self._db.run(_PUT_CALL, body, call.id):
            self._db.run(_ADD_CALL, call.id, call.time, body)

    def calls(self, since: int = 0) -> list[Call]:
        return [_decode_call(body) for (body,) in self._db.all(_CALLS, since)]
