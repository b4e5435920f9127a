"""Campaigns, creatives, approvals, policy snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import sqlalchemy as sa

from gale.adapters.store import tables as t
from gale.adapters.store.database import NONE_SKIPPED, ONE, Prepared, Session, Within, insert
from gale.ports.store import CampaignRow
from gale.records.approval import Approval
from gale.records.creative import Variant
from gale.records.decision import PolicySnapshot
from gale.records.faults import Faults

_encode = msgspec.msgpack.Encoder().encode
_decode_campaign = msgspec.msgpack.Decoder(CampaignRow).decode
_decode_variant = msgspec.msgpack.Decoder(Variant).decode
_decode_approval = msgspec.msgpack.Decoder(Approval).decode
_decode_snapshot = msgspec.msgpack.Decoder(PolicySnapshot).decode

C, V, A, S, G = t.campaigns.c, t.variants.c, t.approvals.c, t.snapshots.c, t.learners.c

_ADD_CAMPAIGN = insert(t.campaigns)
_PUT_CAMPAIGN = Prepared(
    sa.update(t.campaigns).values(body=sa.bindparam("new_body")).where(C.id == sa.bindparam("campaign"))
)
_CAMPAIGN = Prepared(sa.select(C.body).where(C.id == sa.bindparam("campaign")))
_CAMPAIGNS = Prepared(sa.select(C.body).order_by(C.row))


class Campaigns:
    """`ports.store.Campaigns` on tables."""

    def __init__(self, session: Session) -> None:
        self._db = session

    def put(self, row: CampaignRow) -> None:
        body = _encode(row)
        if not self._db.run(_PUT_CAMPAIGN, body, row.id):
            self._db.run(_ADD_CAMPAIGN, row.id, body)

    def get(self, campaign: str) -> CampaignRow | None:
        row = self._db.one(_CAMPAIGN, campaign)
        return None if row is None else _decode_campaign(row[0])

    def all(self) -> list[CampaignRow]:
        return [_decode_campaign(body) for (body,) in self._db.all(_CAMPAIGNS)]


_ADD_VARIANT = insert(t.variants)
_CLEAR = Prepared(sa.delete(t.variants).where(V.campaign == sa.bindparam("of_campaign")))
_VARIANTS = Within(
    lambda these: sa.select(V.id, V.body).where(V.campaign == sa.bindparam("of_campaign"), V.id.in_(these))
)
_ALL_VARIANTS = Prepared(
    sa.select(V.position, V.body)
    .where(V.campaign == sa.bindparam("of_campaign"), V.position > sa.bindparam("after"))
    .order_by(V.position)
    .limit(sa.bindparam("at_most"))
    .offset(NONE_SKIPPED)
)
_COUNTS = Prepared(
    sa.select(V.placement, V.locale, V.accepted, sa.func.count())
    .where(V.campaign == sa.bindparam("of_campaign"))
    .group_by(V.placement, V.locale, V.accepted)
)


class Creatives:
    """`ports.store.Creatives` on tables."""

    def __init__(self, session: Session) -> None:
        self._db = session

    def replace(self, campaign: str, variants: Sequence[Variant]) -> None:
        self._db.run(_CLEAR, campaign)
        self._db.many(
            _ADD_VARIANT,
            [(campaign, i, v.id, v.placement, v.locale, int(v.accepted), _encode(v)) for i, v in enumerate(variants)],
        )

    def get(self, campaign: str, variants: Sequence[str]) -> dict[str, Variant]:
        rows = self._db.within(_VARIANTS, variants, campaign)
        return {name: _decode_variant(body) for name, body in rows}

    def page(
        self,
        campaign: str,
        *,
        placement: str | None = None,
        locales: Sequence[str] = (),
        accepted: bool | None = None,
        offset: int = 0,
        limit: int = 24,
    ) -> list[Variant]:
        wanted = sa.select(V.body).where(V.campaign == campaign)
        if placement is not None:
            wanted = wanted.where(V.placement == placement)
        if locales:
            wanted = wanted.where(V.locale.in_(list(locales)))
        if accepted is not None:
            wanted = wanted.where(V.accepted == int(accepted))
        wanted = wanted.order_by(V.position).offset(offset).limit(limit)
        return [_decode_variant(body) for (body,) in self._db.rows(wanted)]

    def counts(self, campaign: str) -> dict[tuple[str, str, bool], int]:
        rows = self._db.all(_COUNTS, campaign)
        return {(placement, locale, bool(accepted)): n for placement, locale, accepted, n in rows}

    def scan(self, campaign: str) -> Iterator[Variant]:
        after = -1
        while rows := self._db.all(_ALL_VARIANTS, campaign, after, 1000):
            after = rows[-1][0]
            for _, body in rows:
                yield _decode_variant(body)


_APPROVE = insert(t.approvals)
_APPROVALS = Prepared(sa.select(A.body).where(A.campaign == sa.bindparam("of_campaign")).order_by(A.row))


class Approvals:
    """`ports.store.Approvals` on tables."""

    def __init__(self, session: Session) -> None:
        self._db = session

    def append(self, approval: Approval) -> None:
        self._db.run(_APPROVE, approval.id, approval.campaign, _encode(approval))

    def of(self, campaign: str) -> list[Approval]:
        return [_decode_approval(body) for (body,) in self._db.all(_APPROVALS, campaign)]


_ADD_SNAPSHOT = insert(t.snapshots)
_SNAPSHOT = Prepared(sa.select(S.body).where(S.id == sa.bindparam("snapshot")))
_KINDS = Prepared(sa.select(S.kind).where(S.campaign == sa.bindparam("of_campaign")).distinct().order_by(S.kind))
_LATEST = Prepared(
    sa.select(S.body)
    .where(S.campaign == sa.bindparam("of_campaign"), S.kind == sa.bindparam("of_kind"))
    .order_by(S.version.desc(), S.row.desc())
    .limit(ONE)
    .offset(NONE_SKIPPED)
)
_LEARNER = Prepared(
    sa.select(G.state, G.fence).where(G.campaign == sa.bindparam("of_campaign"), G.kind == sa.bindparam("of_kind"))
)
_ADD_LEARNER = insert(t.learners)
_PUT_LEARNER = Prepared(
    sa.update(t.learners)
    .values(fence=sa.bindparam("new_fence"), state=sa.bindparam("new_state"))
    .where(G.campaign == sa.bindparam("of_campaign"), G.kind == sa.bindparam("of_kind"))
)


class Snapshots:
    """`ports.store.Snapshots` on tables."""

    def __init__(self, session: Session) -> None:
        self._db = session

    def put(self, snapshot: PolicySnapshot) -> None:
        """A snapshot's id is its content's hash: one that is there already stays as it is."""
        if self.get(snapshot.id) is None:
            self._db.run(
                _ADD_SNAPSHOT, snapshot.id, snapshot.campaign, snapshot.kind, snapshot.version, _encode(snapshot)
            )

    def get(self, snapshot: str) -> PolicySnapshot | None:
        row = self._db.one(_SNAPSHOT, snapshot)
        return None if row is None else _decode_snapshot(row[0])

    def latest(self, campaign: str) -> list[PolicySnapshot]:
        kinds = [kind for (kind,) in self._db.all(_KINDS, campaign)]
        return [_decode_snapshot(self._db.one(_LATEST, campaign, kind)[0]) for kind in kinds]

    def learner(self, campaign: str, kind: str) -> bytes | None:
        row = self._db.one(_LEARNER, campaign, kind)
        return None if row is None else bytes(row[0])

    def put_learner(self, campaign: str, kind: str, state: bytes, fence: int) -> None:
        row = self._db.one(_LEARNER, campaign, kind)
        if row is None:
            self._db.run(_ADD_LEARNER, campaign, kind, fence, state)
        elif row[1] > fence:
            raise Faults.one("lease.lost", name=f"{campaign}/{kind}", held=fence, newer=row[1])
        else:
            self._db.run(_PUT_LEARNER, fence, state, campaign, kind)


__all__ = ["Approvals", "Campaigns", "Creatives", "Snapshots"]
