"""A decision left to the transaction that commits it: the row is read once, where it binds."""

from __future__ import annotations

import numpy as np
import pytest

from gale.engine.decide import ask, commit, commit_each, compile_frame, want
from gale.records.decision import Decision
from gale.records.faults import Faults
from house import House


def test_a_wanted_decision_is_the_one_that_would_have_been_prepared(house: House) -> None:
    people = house.go_live(40)
    with house.ws.store.read() as unit:
        frame = compile_frame(unit, house.campaign)
        states = unit.people.states(people)
    now = house.clock.now()
    one, two = np.random.default_rng(3), np.random.default_rng(3)
    wanted = [want(frame, p, house.daily, now=now, rng=one) for p in people]
    prepared = [ask(frame, states[p], house.daily, now=now, rng=two) for p in people]
    with house.ws.store.write() as unit:
        settled = commit_each(unit, wanted, house.clock.now)
    assert settled == [a.decision for a in prepared]
    assert any(isinstance(d, Decision) and d.variant is not None for d in settled)


def test_a_wanted_decision_sees_the_withdrawal_that_committed_before_it(house: House) -> None:
    people = house.go_live(12)
    rng = np.random.default_rng(1)
    with house.ws.store.read() as unit:
        frame = compile_frame(unit, house.campaign)
    wanted = [want(frame, p, house.daily, now=house.clock.now(), rng=rng) for p in people]
    for person in people:
        house.say(person, "advertising", "withdrawn")
    with house.ws.store.write() as unit:
        settled = commit(unit, wanted, house.clock.now)
    assert {(d.variant, d.reason) for d in settled} == {(None, "consent.withdrawn")}


def test_two_wanted_for_one_person_in_one_group_keep_to_her_cap(house: House) -> None:
    people = house.go_live(30)
    rng = np.random.default_rng(1)
    with house.ws.store.read() as unit:
        frame = compile_frame(unit, house.campaign)
    cap = frame.campaign.caps.per_day
    wanted = [want(frame, p, house.daily, now=house.clock.now(), rng=rng) for p in people for _ in range(cap + 1)]
    with house.ws.store.write() as unit:
        settled = commit(unit, wanted, house.clock.now)
    shown = [d.person for d in settled if d.variant is not None]
    assert shown
    assert max(shown.count(p) for p in people) == cap


def test_somebody_unknown_gets_her_fault_alone_and_an_unknown_touchpoint_is_refused_at_once(house: House) -> None:
    people = house.go_live(3)
    rng = np.random.default_rng(1)
    with house.ws.store.read() as unit:
        frame = compile_frame(unit, house.campaign)
    now = house.clock.now()
    wanted = [want(frame, p, house.daily, now=now, rng=rng) for p in (people[0], "p_nobody", people[1])]
    with house.ws.store.write() as unit:
        first, unknown, last = commit_each(unit, wanted, house.clock.now)
    assert isinstance(first, Decision)
    assert isinstance(last, Decision)
    assert isinstance(unknown, Faults)
    assert unknown.faults[0].code == "person.unknown"
    with pytest.raises(Faults, match=r"touchpoint\.unknown"):
        want(frame, people[0], "smoke signals", now=now, rng=rng)
