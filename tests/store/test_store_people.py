"""People, consents, assignments: what is kept of somebody, and what is left once she is forgotten."""

from __future__ import annotations

import msgspec
import pytest

from gale.adapters.store import SqlStore
from gale.ports.store import ImportRow
from gale.records.faults import Faults
from gale.records.people import Assignment, Profile


def drawn(person: str, group: str = "treated") -> Assignment:
    return Assignment(experiment="eveil", person=person, group=group, probability=0.8, time=5)  # type: ignore[arg-type]


def test_a_person_known_already_is_not_added_again_and_keeps_her_key(store: SqlStore) -> None:
    with store.write() as unit:
        before = unit.people.keys(["p_1"])
        assert unit.people.add([Profile(id="p_1", locale="en"), Profile(id="p_9"), Profile(id="p_9")]) == 1
        assert unit.people.keys(["p_1"]) == before
        assert unit.people.count() == 6
        state = unit.people.state("p_1")
        assert state is not None
        assert state.profile.locale == "fr"


def test_everybody_has_a_key_of_her_own(store: SqlStore) -> None:
    with store.read() as unit:
        keys = unit.people.keys([f"p_{i}" for i in range(1, 6)] + ["p_nobody"])
    assert len(set(keys.values())) == len(keys) == 5
    assert {len(k) for k in keys.values()} == {32}


def test_states_are_found_for_any_number_of_people(store: SqlStore) -> None:
    with store.write() as unit:
        unit.people.add(Profile(id=f"q_{i:05}") for i in range(2500))
        assert len(unit.people.states([f"q_{i:05}" for i in range(3000)])) == 2500
        assert [s.profile.id for s in unit.people.scan(batch=700)] == sorted(
            [f"q_{i:05}" for i in range(2500)] + [f"p_{i}" for i in range(1, 6)]
        )


def test_what_is_put_is_what_is_read(store: SqlStore) -> None:
    with store.write() as unit:
        state = unit.people.state("p_1")
        assert state is not None
        changed = msgspec.structs.replace(state, version=7, recent=((10, "letter"), (20, "wall")), suppressed=True)
        unit.people.put([changed])
    assert store.look("p_1") == changed
    assert store.look("p_nobody") is None


def test_each_consent_act_raises_her_version_and_sets_where_she_stands(store: SqlStore, make) -> None:  # type: ignore[no-untyped-def]
    with store.write() as unit:
        unit.consents.append([make.act(1), make.act(2, state="withdrawn"), make.act(3, person="p_2")])
    first, second = store.look("p_1"), store.look("p_2")
    assert first is not None
    assert second is not None
    assert (first.version, first.standings["letters"].state) == (2, "withdrawn")
    assert (second.version, second.standings["letters"].state) == (1, "given")
    with store.read() as unit:
        assert [c.id for c in unit.consents.history("p_1")] == ["c_1", "c_2"]
        assert unit.consents.count() == 3


def test_a_consent_of_somebody_unknown_stores_none_of_them(store: SqlStore, make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Faults, match=r"person\.unknown"), store.write() as unit:
        unit.consents.append([make.act(1), make.act(2, person="p_nobody")])
    with store.read() as unit:
        assert unit.consents.count() == 0


def test_an_assignment_is_drawn_once_and_never_again(store: SqlStore) -> None:
    with store.write() as unit:
        assert unit.assignments.append([drawn("p_1"), drawn("p_2"), drawn("p_2", "holdout")]) == 2
        assert unit.assignments.append([drawn("p_1", "holdout"), drawn("p_3")]) == 1
    with store.read() as unit:
        assert unit.assignments.get("eveil", "p_1") == drawn("p_1")
        assert unit.assignments.get("other", "p_1") is None
        assert set(unit.assignments.of("eveil", ["p_1", "p_3", "p_5"])) == {"p_1", "p_3"}
        assert [a.person for a in unit.assignments.scan("eveil")] == ["p_1", "p_2", "p_3"]


def test_forgetting_leaves_her_decisions_without_her(store: SqlStore, make) -> None:  # type: ignore[no-untyped-def]
    hers, other = make.decision(1), make.decision(2, person="p_2")
    with store.write() as unit:
        unit.consents.append([make.act(1), make.act(2, person="p_2")])
        unit.assignments.append([drawn("p_1"), drawn("p_2")])
        unit.decisions.append([hers, other], [make.leaf(hers), make.leaf(other)], 1)
        unit.outcomes.append([make.outcome(1), make.outcome(2, person="p_2")])
        unit.replies.put("decide", "k1", "r", msgspec.json.encode(hers), 5)
        unit.replies.put("decide", "k2", "r", msgspec.json.encode(other), 5)
        done = ImportRow(id="i", file="f", fingerprint="x", mapping={}, summary={}, added=("p_1", "p_2"), time=1)
        unit.imports.put(done)
    with store.write() as unit:
        unit.people.forget("p_1", "gone_1")
    assert store.look("p_1") is None
    with store.read() as unit:
        assert unit.people.keys(["p_1", "p_2"]).keys() == {"p_2"}
        assert unit.people.count() == 4
        assert unit.consents.history("p_1") == []
        assert unit.consents.count() == 1
        assert unit.outcomes.of_person("p_1") == []
        assert unit.outcomes.count() == 1
        bare = msgspec.structs.replace(hers, person="gone_1", inputs={}, basis=())
        assert unit.decisions.leaves(1) == [(make.leaf(hers), bare), (make.leaf(other), other)]
        assert unit.decisions.of_person("p_1") == []
        assert unit.decisions.of_person("gone_1") == [bare]
        assert [a.person for a in unit.assignments.scan("eveil")] == ["gone_1", "p_2"]
        assert unit.replies.get("decide", "k1") is None
        assert unit.replies.get("decide", "k2") is not None
        found = unit.imports.get("i")
        assert found is not None
        assert found.added == ("p_2",)


def test_a_new_person_never_meets_the_key_of_one_forgotten(store: SqlStore) -> None:
    with store.write() as unit:
        unit.people.forget("p_5", "gone_5")
        unit.people.add([Profile(id="p_6")])
        assert set(unit.people.keys(["p_5", "p_6"])) == {"p_6"}


def test_taking_an_import_back_removes_only_people_whom_nothing_happened_to(store: SqlStore, make) -> None:  # type: ignore[no-untyped-def]
    decided = make.decision(1)
    with store.write() as unit:
        unit.decisions.append([decided], [make.leaf(decided)], 1)
        unit.outcomes.append([make.outcome(1, person="p_2")])
        unit.consents.append([make.act(1, person="p_3")])
        assert unit.imports.take_back(["p_1", "p_2", "p_3", "p_4", "p_nobody"]) == 2
        assert [s.profile.id for s in unit.people.scan()] == ["p_1", "p_2", "p_5"]
        assert unit.consents.count() == 0
