"""No consent, no decision: also when she withdraws at the very moment."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from gale.adapters.store import GroupCommit
from gale.engine.decide import ask, commit, compile_frame, decide_many
from gale.records.faults import Faults
from house import HOUR, House


def test_nobody_is_decided_for_without_consent_to_every_purpose(house: House, rng: np.random.Generator) -> None:
    house.go_live(50)
    silent = house.people(30, given=("measurement",), prefix="q_")
    decisions = decide_many(house.ws.store, house.campaign, silent, house.daily, now=house.clock.now(), rng=rng)
    assert len(decisions) == 30
    assert {d.variant for d in decisions} == {None}
    assert {d.reason for d in decisions} == {"consent.none"}


def test_a_decision_prepared_before_a_withdrawal_commits_as_none(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(60)
    with house.ws.store.read() as unit:
        frame = compile_frame(unit, house.campaign)
        states = unit.people.states(people)
    prepared = [ask(frame, states[p], house.daily, now=house.clock.now(), rng=rng) for p in people]
    shown = [a for a in prepared if a.decision.variant is not None]
    assert shown
    person = shown[0].decision.person
    house.say(person, "advertising", "withdrawn")
    with house.ws.store.write() as unit:
        settled = commit(unit, shown, house.clock.now)
    by_person = {d.person: d for d in settled}
    assert by_person[person].variant is None
    assert by_person[person].reason == "consent.withdrawn"
    assert sum(d.variant is not None for d in settled) == len(shown) - 1


def test_giving_another_consent_meanwhile_also_turns_a_prepared_decision_into_none(
    house: House, rng: np.random.Generator
) -> None:
    people = house.go_live(40)
    with house.ws.store.read() as unit:
        frame = compile_frame(unit, house.campaign)
        states = unit.people.states(people)
    prepared = next(
        a
        for p in people
        if (a := ask(frame, states[p], house.daily, now=house.clock.now(), rng=rng)).decision.variant is not None
    )
    house.say(prepared.decision.person, "advertising", "given")
    with house.ws.store.write() as unit:
        (settled,) = commit(unit, [prepared], house.clock.now)
    assert (settled.variant, settled.reason) == (None, "consent.changed")


def test_the_frequency_cap_holds_when_two_requests_for_one_person_commit_together(
    house: House, rng: np.random.Generator
) -> None:
    people = house.go_live(60)
    with house.ws.store.read() as unit:
        frame = compile_frame(unit, house.campaign)
        states = unit.people.states(people)
    prepared = [ask(frame, states[p], house.daily, now=house.clock.now(), rng=rng) for p in people for _ in range(2)]
    with house.ws.store.write() as unit:
        settled = commit(unit, prepared, house.clock.now)
    shown: dict[str, int] = {}
    for decision in settled:
        shown[decision.person] = shown.get(decision.person, 0) + (decision.variant is not None)
    assert max(shown.values()) == 1
    assert any(d.reason == "cap.day" for d in settled)


def test_no_decision_commits_after_a_stop_has_committed(house: House, rng: np.random.Generator) -> None:
    from gale.engine.launch import set_status

    people = house.go_live(30)
    with house.ws.store.read() as unit:
        frame = compile_frame(unit, house.campaign)
        states = unit.people.states(people)
    prepared = [ask(frame, states[p], house.daily, now=house.clock.now(), rng=rng) for p in people]
    set_status(house.ws.store, house.campaign, "stopped", now=house.clock.now(), reason="test")
    with house.ws.store.write() as unit:
        settled = commit(unit, prepared, house.clock.now)
    assert {d.variant for d in settled} == {None}
    assert "campaign.stopped" in {d.reason for d in settled}


def test_under_load_no_decision_is_logged_after_its_persons_withdrawal(house: House) -> None:
    """Two committers and a withdrawing thread; the log's order is the order of commits."""
    people = house.go_live(120)
    store, campaign, touchpoint = house.ws.store, house.campaign, house.daily
    with store.read() as unit:
        frame = compile_frame(unit, campaign)
    groups = [GroupCommit(store, lambda unit, asked: commit(unit, asked, house.clock.now)) for _ in range(2)]
    after: dict[str, int] = {}
    ready = threading.Event()

    def ask_all(seed: int) -> None:
        rng = np.random.default_rng(seed)
        futures = []
        for turn in range(6):
            for person in people:
                state = store.look(person)
                assert state is not None
                moment = house.clock.now() + turn * 25 * HOUR
                futures.append(groups[seed].submit(ask(frame, state, touchpoint, now=moment, rng=rng)))
            ready.set()
        for future in futures:
            future.result(60)

    def withdraw() -> None:
        ready.wait(30)
        for person in people[::3]:
            house.say(person, "advertising", "withdrawn")
            with store.read() as unit:
                after[person] = unit.ledger.count()

    threads = [threading.Thread(target=ask_all, args=(i,)) for i in range(2)] + [threading.Thread(target=withdraw)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for group in groups:
        group.close()
    assert len(after) == 40
    late = 0
    with store.read() as unit:
        for entry in unit.ledger.scan():
            if entry.kind == "decisions":
                for _, decision in unit.decisions.leaves(entry.seq):
                    if decision.person in after and entry.seq > after[decision.person]:
                        late += 1
                        assert decision.variant is None, decision
    assert late > 0, "the load must go on after the withdrawals, or the test shows nothing"


def test_an_undeclared_purpose_is_refused_and_nothing_is_stored(house: House) -> None:
    people = house.people(1)
    with pytest.raises(Faults) as problem:
        house.say(people[0], "astrology", "given")
    assert problem.value.faults[0].code == "consent.purpose_unknown"
    with house.ws.store.read() as unit:
        assert all(c.purpose != "astrology" for c in unit.consents.history(people[0]))
