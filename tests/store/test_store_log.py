"""Decisions, outcomes, ledger: appended in order, counted by the database, each outcome once."""

from __future__ import annotations

import pytest

from gale import ledger
from gale.adapters.store import SqlStore, open_store
from gale.records.faults import Faults


def test_decisions_come_back_in_the_order_of_their_commit(store: SqlStore, make) -> None:  # type: ignore[no-untyped-def]
    first = [make.decision(i) for i in (5, 3, 9)]
    second = [make.decision(1, campaign="other"), make.decision(2, person="p_2", variant=None, reason="holdout")]
    with store.write() as unit:
        unit.decisions.append(first, [make.leaf(d) for d in first], 1)
        unit.decisions.append(second, [make.leaf(d) for d in second], 2)
    with store.read() as unit:
        rows = unit.decisions.scan("eveil")
        assert [d for _, d in rows] == [*first, second[1]]
        assert [d for _, d in unit.decisions.scan("eveil", after=rows[1][0], limit=1)] == [first[2]]
        assert unit.decisions.get("d_9") == first[2]
        assert unit.decisions.get("d_none") is None
        assert unit.decisions.get_many(["d_1", "d_2", "d_none"]) == {"d_1": second[0], "d_2": second[1]}
        assert unit.decisions.of_person("p_1", limit=2) == [second[0], first[2]]
        assert unit.decisions.leaves(2) == [(make.leaf(d), d) for d in second]
        assert unit.decisions.count("eveil") == 4


def test_tallies_and_shares_are_counted_by_the_database(store: SqlStore, make) -> None:  # type: ignore[no-untyped-def]
    made = [make.decision(i, time=i * 100, variant="v_b" if i % 3 == 0 else "v_a") for i in range(1, 13)]
    made.append(make.decision(50, variant=None, reason="holdout"))
    with store.write() as unit:
        unit.decisions.append(made, [make.leaf(d) for d in made], 1)
        assert unit.decisions.tally("eveil") == {("letter", "explore"): 12, ("letter", "holdout"): 1}
        assert unit.decisions.shares("eveil", 600) == [
            (0, "v_a", 4), (0, "v_b", 1), (600, "v_a", 4), (600, "v_b", 2), (1200, "v_b", 1)
        ]  # fmt: skip
        assert unit.decisions.tally("none") == {}


def test_the_same_outcome_told_twice_counts_once(store: SqlStore, make) -> None:  # type: ignore[no-untyped-def]
    with store.write() as unit:
        assert unit.outcomes.append([make.outcome(1), make.outcome(2), make.outcome(1)]) == [True, True, False]
    with store.write() as unit:
        again = [make.outcome(2), make.outcome(2, source="crm"), make.outcome(3, decision="d_7")]
        assert unit.outcomes.append(again) == [False, True, True]
        assert unit.outcomes.count() == 4
        rows = unit.outcomes.scan()
        assert [o.source_id for _, o in rows] == ["o_1", "o_2", "o_2", "o_3"]
        assert [o.source_id for _, o in unit.outcomes.scan(after=rows[2][0])] == ["o_3"]
        assert [o.source_id for o in unit.outcomes.of_person("p_1", limit=1)] == ["o_3"]
        assert unit.outcomes.of_decisions(["d_7", "d_8"]) == {"d_7": [make.outcome(3, decision="d_7")]}


def test_orders_are_summed_by_person_and_refunds_take_their_money_back(store: SqlStore, make) -> None:  # type: ignore[no-untyped-def]
    with store.write() as unit:
        unit.outcomes.append(
            [
                make.outcome(1, value=1200, margin=400),
                make.outcome(2, value=800, margin=None),
                make.outcome(3, kind="refund", value=800, margin=300),
                make.outcome(4, kind="click", value=None),
                make.outcome(5, time=999),
                make.outcome(6, time=2000),
                make.outcome(7, person="p_2", value=None),
            ]
        )
        assert unit.outcomes.orders(1000, 2000) == {"p_1": (2, 1200, 100), "p_2": (1, 0, 0)}


def test_the_chain_kept_is_the_chain_that_verifies(store: SqlStore) -> None:
    bodies = [{"campaign": "éveil", "n": i, "share": 0.1, "list": [1, None, True]} for i in range(5)]
    with store.write() as unit:
        for i, body in enumerate(bodies):
            unit.ledger.append(ledger.entry(unit.ledger.head(), time=i, kind="note", body=body))
    with store.read() as unit:
        assert ledger.verify(unit.ledger.scan(batch=2)) is None
        assert [e.seq for e in unit.ledger.scan(after=3)] == [4, 5]
        assert unit.ledger.count() == 5


def test_the_ledger_can_be_falsified_in_a_sandbox_only_and_it_shows(store: SqlStore, url: str) -> None:
    with store.write() as unit:
        for i in range(3):
            unit.ledger.append(ledger.entry(unit.ledger.head(), time=i, kind="note", body={"n": i}))
    with pytest.raises(Faults, match=r"ledger\.tamper_refused"), store.write() as unit:
        unit.ledger.tamper(2, {"n": 99})
    sandbox = open_store(url, vault_key=bytes(range(32)), sandbox=True)
    with sandbox.write() as unit:
        unit.ledger.tamper(2, {"n": 99})
    with pytest.raises(Faults, match=r"ledger\.no_line"), sandbox.write() as unit:
        unit.ledger.tamper(9, {})
    sandbox.close()
    with store.read() as unit:
        assert ledger.verify(unit.ledger.scan()) == ledger.Broken(seq=2, why="altered")


def test_a_forgotten_person_leaves_chain_and_batch_verifying(store: SqlStore, make) -> None:  # type: ignore[no-untyped-def]
    made = [make.decision(i, person=f"p_{i % 3 + 1}") for i in range(9)]
    with store.write() as unit:
        keys = unit.people.keys(["p_1", "p_2", "p_3"])
        leaves = [ledger.leaf(keys[d.person], d) for d in made]
        line = ledger.entry(None, time=1, kind="decisions", body={"count": 9, "root": ledger.root(leaves)})
        unit.ledger.append(line)
        unit.decisions.append(made, leaves, line.seq)
    with store.write() as unit:
        unit.people.forget("p_2", "gone_2")
    with store.read() as unit:
        kept = unit.decisions.leaves(line.seq)
        keys = unit.people.keys(list({d.person for _, d in kept}))
        assert keys.keys() == {"p_1", "p_3"}
        assert ledger.verify(unit.ledger.scan()) is None
        assert ledger.check_batch(line, kept, keys) is None
