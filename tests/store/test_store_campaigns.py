"""Campaigns, creatives, approvals, snapshots, keys, replies, imports, leases."""

from __future__ import annotations

import pytest

from gale.adapters.store import SqlStore
from gale.adapters.store.desk import KEPT_MS
from gale.ports.store import ApiKey, CampaignRow, ImportRow
from gale.records.approval import Approval
from gale.records.creative import Finding, Variant
from gale.records.decision import PolicySnapshot
from gale.records.faults import Faults


def variant(number: int, placement: str = "email", locale: str = "fr", accepted: bool = True) -> Variant:
    findings = () if accepted else (Finding(code="too_long", severity="refuse", slot="hook"),)
    return Variant(
        id=f"v_{number}", framework="aida", placement=placement, locale=locale, slots={}, phrases={}, fields={},
        traits={}, findings=findings,
    )  # fmt: skip


def snapshot(version: int, kind: str = "letter/fr") -> PolicySnapshot:
    return PolicySnapshot(
        id=f"s_{kind}_{version}", campaign="eveil", version=version, kind=kind, time=version, arms=("a",), body=b"\x00x"
    )


def test_a_campaign_is_kept_as_it_was_put_last(store: SqlStore) -> None:
    draft = CampaignRow(id="eveil", status="draft", documents={"brand": {"name": "Éveil"}}, facts={"n": 1.5})
    live = CampaignRow(id="eveil", status="live", documents={}, live={"letter/fr": ["v_1"]}, launched=7)
    with store.write() as unit:
        unit.campaigns.put(draft)
        assert unit.campaigns.get("eveil") == draft
        unit.campaigns.put(live)
        unit.campaigns.put(CampaignRow(id="b", status="draft", documents={}))
    with store.read() as unit:
        assert unit.campaigns.get("eveil") == live
        assert unit.campaigns.get("none") is None
        assert [r.id for r in unit.campaigns.all()] == ["eveil", "b"]


def test_creatives_keep_their_order_and_are_found_by_what_they_are(store: SqlStore) -> None:
    made = [variant(3), variant(1, locale="en"), variant(2, accepted=False), variant(4, placement="post"), variant(5)]
    with store.write() as unit:
        unit.creatives.replace("eveil", [variant(9)])
        unit.creatives.replace("eveil", made)
        unit.creatives.replace("other", [variant(1)])
    with store.read() as unit:
        assert list(unit.creatives.scan("eveil")) == made
        assert unit.creatives.page("eveil", placement="email", locales=["fr"], accepted=True) == [made[0], made[4]]
        assert unit.creatives.page("eveil", accepted=False) == [made[2]]
        assert unit.creatives.page("eveil", locales=["fr", "en"], offset=1, limit=2) == made[1:3]
        assert unit.creatives.get("eveil", ["v_4", "v_9"]) == {"v_4": made[3]}
        assert unit.creatives.counts("eveil") == {
            ("email", "en", True): 1, ("email", "fr", False): 1, ("email", "fr", True): 2, ("post", "fr", True): 1
        }  # fmt: skip


def test_approvals_come_oldest_first(store: SqlStore) -> None:
    made = [
        Approval(
            id=f"a_{i}", campaign="eveil", role="data_ethicist", person="Léa", verdict="signed", plan="h", remark="",
            time=i,
        )
        for i in (2, 1)
    ]  # fmt: skip
    with store.write() as unit:
        for one in made:
            unit.approvals.append(one)
        assert unit.approvals.of("eveil") == made
        assert unit.approvals.of("other") == []


def test_the_newest_snapshot_of_each_kind_is_served(store: SqlStore) -> None:
    with store.write() as unit:
        for one in (snapshot(1), snapshot(3), snapshot(2), snapshot(1, "wall/en"), snapshot(3)):
            unit.snapshots.put(one)
        assert unit.snapshots.latest("eveil") == [snapshot(3), snapshot(1, "wall/en")]
        assert unit.snapshots.get("s_letter/fr_2") == snapshot(2)
        assert unit.snapshots.get("none") is None
        assert unit.snapshots.latest("other") == []


def test_a_learner_that_lost_its_lease_cannot_write_any_more(store: SqlStore) -> None:
    with store.write() as unit:
        assert unit.snapshots.learner("eveil", "k") is None
        unit.snapshots.put_learner("eveil", "k", b"one", fence=1)
        unit.snapshots.put_learner("eveil", "k", b"two", fence=2)
        unit.snapshots.put_learner("eveil", "k", b"three", fence=2)
    with pytest.raises(Faults, match=r"lease\.lost"), store.write() as unit:
        unit.snapshots.put_learner("eveil", "k", b"late", fence=1)
    with store.read() as unit:
        assert unit.snapshots.learner("eveil", "k") == b"three"


def test_a_lease_has_one_holder_and_its_token_grows_with_each_change(store: SqlStore) -> None:
    with store.write() as unit:
        assert unit.lease("learner", "a", now=0, ttl_ms=100) == 1
        assert unit.lease("learner", "b", now=50, ttl_ms=100) is None
        assert unit.lease("learner", "a", now=60, ttl_ms=100) == 1
        assert unit.lease("learner", "b", now=159, ttl_ms=100) is None
        assert unit.lease("learner", "b", now=160, ttl_ms=100) == 2
        assert unit.lease("learner", "a", now=161, ttl_ms=100) is None
        assert unit.lease("sender", "a", now=161, ttl_ms=100) == 1


def test_an_api_key_is_found_by_its_hash_and_can_be_revoked(store: SqlStore) -> None:
    key = ApiKey(id="k_1", name="shop", hash="h1", scopes=("decide",), created=1)
    with store.write() as unit:
        unit.keys.add(key)
        assert unit.keys.find("h1") == key
        assert unit.keys.find("h2") is None
        assert unit.keys.revoke("k_1", 9)
        assert unit.keys.revoke("k_1", 10)
        assert not unit.keys.revoke("k_2", 10)
        assert [k.revoked for k in unit.keys.all()] == [9]


def test_a_reply_is_kept_for_two_days(store: SqlStore) -> None:
    with store.write() as unit:
        unit.replies.put("decide", "a", "hash", b"reply", 0)
        assert unit.replies.get("decide", "a") == ("hash", b"reply")
        assert unit.replies.get("outcomes", "a") is None
        unit.replies.put("decide", "b", "hash", b"reply", KEPT_MS)
        assert unit.replies.get("decide", "a") is not None
        unit.replies.put("decide", "c", "hash", b"reply", KEPT_MS + 1)
        assert unit.replies.get("decide", "a") is None


def test_an_import_is_kept_and_can_be_marked_as_undone(store: SqlStore) -> None:
    row = ImportRow(
        id="i_1", file="a.csv", fingerprint="f", mapping={"mail": "email"}, summary={"n": 2}, added=("p",), time=3
    )
    undone = ImportRow(id="i_1", file="a.csv", fingerprint="f", mapping={}, summary={}, added=(), time=3, undone=4)
    with store.write() as unit:
        unit.imports.put(row)
        assert unit.imports.get("i_1") == row
        unit.imports.put(undone)
        assert unit.imports.all() == [undone]
        assert unit.imports.get("none") is None
