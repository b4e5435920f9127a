"""Limits are kept by the whole house: money to the cent with many writers, caps, exclusions, floors, and the proofs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gale import settings as files
from gale.adapters.files.yaml_reader import read_yaml, write_yaml
from gale.adapters.store import GroupCommit
from gale.adapters.words import load
from gale.decision.moment import group_of
from gale.decision.snapshot import Snapshot
from gale.engine import budget
from gale.engine.decide import ask, commit, compile_frame, decide_many
from gale.engine.explain import explain
from gale.engine.verify import reproduce, verify_ledger
from gale.engine.workspace import Documents
from gale.records.decision import Decision, Outcome
from gale.records.documents import Budget, Limits, VariantCaps
from gale.records.faults import Faults
from gale.records.spending import Spent
from house import HOUR, START, House

RNG = np.random.default_rng(8)  # one for all examples: a decision's id is drawn too, and must not come twice
CHILD = Path(__file__).with_name("limits_child.py")


def limit(house: House, **limits: Any) -> None:
    """Write limits into the campaign's document, as a marketer would."""
    path = house.ws.root / files.DOCUMENT_FILES["campaign"]
    data, _ = read_yaml(path)
    write_yaml(path, {**data, "limits": limits})


def shown(house: House) -> list[Decision]:
    """Every committed contact, from the log itself."""
    found, after = [], 0
    with house.ws.store.read() as unit:
        while rows := unit.decisions.scan(house.campaign, after=after, shown=True):
            after = rows[-1][0]
            found += [decision for _, decision in rows]
    return found


def cost(house: House) -> int:
    costs = {t.id: t.cost for t in house.ws.read_documents().campaign.touchpoints}
    return sum(costs[d.touchpoint] for d in shown(house))


def kinds(house: House) -> Counter[str]:
    with house.ws.store.read() as unit:
        return Counter(line.kind for line in unit.ledger.scan())


def everybody(house: House, people: list[str], rng: np.random.Generator, day: int = 0) -> list[Decision]:
    now = START + 2 * HOUR + day * 24 * HOUR
    return decide_many(house.ws.store, house.campaign, people, house.daily, now=now, rng=rng, batch=64)


def test_a_budget_is_spent_to_the_cent_and_not_one_further(house: House, rng: np.random.Generator) -> None:
    limit(house, budget={"amount": "0.37", "pacing": "asap"})
    people = house.go_live(120)
    found = everybody(house, people, rng) + everybody(house, people, rng, day=2)
    assert cost(house) == 37
    with house.ws.store.read() as unit:
        assert unit.spending.get(house.campaign).cents == 37
    late = [d for d in found if d.reason == "budget.spent"]
    assert late
    assert kinds(house)["budget_spent"] == 1
    # Both groups meet the same closed door: once the money is gone, nobody enters the experiment any more.
    assert not [d for d in found[found.index(late[-1]) :] if d.reason == "holdout"]


def test_a_channel_keeps_its_part(house: House, rng: np.random.Generator) -> None:
    limit(house, budget={"amount": "9.00", "pacing": "asap", "by_channel": {"web": "0.11"}})
    people = house.go_live(60)
    found = everybody(house, people, rng)
    assert cost(house) == 11
    assert {"budget.channel"} <= {d.reason for d in found}


def test_two_writers_with_old_frames_never_spend_too_much_together(house: House) -> None:
    limit(house, budget={"amount": "0.53", "pacing": "asap"}, each_variant={"most_contacts": 20})
    people = house.go_live(150)
    store = house.ws.store
    with store.read() as unit:
        frame = compile_frame(unit, house.campaign)
    touchpoint = house.daily
    groups = [
        GroupCommit(store, lambda unit, asked: commit(unit, asked, house.clock.now), max_batch=16) for _ in range(2)
    ]

    def work(seed: int) -> None:
        rng = np.random.default_rng(seed)
        waiting = []
        for day in range(0, 8, 2):
            for person in people:
                state = store.look(person)
                assert state is not None
                moment = START + day * 24 * HOUR
                waiting.append(groups[seed].submit(ask(frame, state, touchpoint, now=moment, rng=rng)))
        for future in waiting:
            future.result(60)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for group in groups:
        group.close()
    assert cost(house) == 53
    assert max(Counter(d.variant for d in shown(house)).values()) <= 20


def test_two_processes_one_of_them_killed_never_spend_too_much(house: House) -> None:
    """More money than either could spend alone, less than both; what the killed one left is spent by a third."""
    limit(house, budget={"amount": "2.60", "pacing": "asap"})
    house.go_live(100)
    campaign, touchpoint, folder = house.campaign, house.daily, str(house.ws.root)

    def worker(seed: int) -> subprocess.Popen[str]:
        command = [sys.executable, str(CHILD), folder, campaign, touchpoint, str(seed), str(START)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    both = worker(1), worker(2)
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in both:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    first, second = both
    assert first.stdout is not None
    told = [first.stdout.readline()]  # in the midst of its work
    first.send_signal(signal.SIGKILL)
    told += first.stdout.readlines()
    said, _ = second.communicate(timeout=60)
    first.wait()
    assert second.returncode == 0
    acknowledged = {line.strip() for line in (*told, *said.splitlines(keepends=True)) if line.endswith("\n")}
    logged = {d.id for d in shown(house)}
    assert len(acknowledged) > 40
    assert acknowledged <= logged  # nothing acknowledged is lost
    with house.ws.store.read() as unit:
        spent = unit.spending.get(campaign)
    assert (spent.cents, spent.contacts) == (cost(house), len(logged))  # counters and log never part
    assert cost(house) <= 260
    others = house.people(80, prefix="z_")
    for day in range(9):
        everybody(house, others, np.random.default_rng(day), day=day)
    assert cost(house) == 260


def _people(house: House) -> list[str]:
    with house.ws.store.read() as unit:
        return [s.profile.id for s in unit.people.scan()]


def test_an_even_pace_leaves_money_for_the_last_day(house: House, rng: np.random.Generator) -> None:
    """Money for a third of the contacts, over the days that are left: a third a day, by lot, and none too much."""
    limit(house, budget={"amount": "3.00"})
    people = house.go_live(150)
    days = []
    for day in range(9):
        days.append(sum(d.variant is not None for d in everybody(house, people, rng, day=day)))
    assert cost(house) <= 300
    assert min(days) > 0
    reasons = Counter(d.reason for d in _all(house))
    assert reasons["budget.pace"] > 100
    drawn = [d for d in _all(house) if d.reason == "holdout"]
    assert 0.1 < len({d.person for d in drawn}) / len(people) < 0.35  # the lot asks nobody for her group
    told = reproduce(house.ws.store, house.campaign)
    assert told.differing == []
    assert told.refused_again >= reasons["budget.pace"] + reasons["holdout"]


def _all(house: House) -> list[Decision]:
    found, after = [], 0
    with house.ws.store.read() as unit:
        while rows := unit.decisions.scan(house.campaign, after=after):
            after = rows[-1][0]
            found += [decision for _, decision in rows]
    return found


def dress(house: House, people: list[str], **attributes: str) -> None:
    """Give these people declared attributes."""
    with house.ws.store.write() as unit:
        states = unit.people.states(people)
        unit.people.put(
            msgspec.structs.replace(s, profile=msgspec.structs.replace(s.profile, attributes=attributes))
            for s in states.values()
        )


def angle_of(house: House) -> dict[str, set[str]]:
    with house.ws.store.read() as unit:
        row = unit.campaigns.get(house.campaign)
        assert row is not None
        live = [v for ids in row.live.values() for v in ids]
        return {v.id: set(v.traits.get("angle", "").split()) for v in unit.creatives.get(row.id, live).values()}


def test_what_is_excluded_for_somebody_is_never_shown_to_her_and_the_log_proves_it(
    house: House, rng: np.random.Generator
) -> None:
    house.people(0)
    house.create()
    house.people(80)
    house.plan()
    angles = angle_of(house)
    with house.ws.store.read() as unit:
        row = unit.campaigns.get(house.campaign)
    assert row is not None
    banners = [[angles[v] for v in ids] for slate, ids in row.live.items() if slate.startswith("banner/")]
    some = {a for slate in banners for each in slate for a in each}
    angle = min(a for a in some if all(any(a not in each for each in slate) for slate in banners))
    who = {"age_band": ["under-18", "unknown"]}
    limit(house, exclusions=[{"angles": [angle], "who": who, "channels": ["web"]}])
    house.plan()
    house.sign()
    house.launch()
    people = _people(house)
    young, others = people[::2], people[1::2]
    dress(house, young, age_band="under-18")
    for day in (0, 2, 4):
        everybody(house, people, rng, day=day)
    seen: dict[bool, Counter[bool]] = {True: Counter(), False: Counter()}
    for decision in shown(house):
        assert decision.variant is not None
        seen[decision.person in young][angle in angles[decision.variant]] += 1
    assert seen[True][True] == 0
    assert seen[True][False] > 30
    assert seen[False][True] > 0
    assert len(others) == 40
    told = reproduce(house.ws.store, house.campaign)
    assert (told.same, told.differing) == (told.choices, [])
    assert verify_ledger(house.ws.store).verified


def test_a_cap_on_contacts_holds_and_the_others_go_on(house: House, rng: np.random.Generator) -> None:
    limit(house, each_variant={"most_contacts": 7})
    people = house.go_live(150)
    everybody(house, people, rng)
    counted = Counter(d.variant for d in shown(house))
    assert max(counted.values()) == 7
    everybody(house, people, rng, day=2)
    everybody(house, people, rng, day=4)
    counted = Counter(d.variant for d in shown(house))
    assert max(counted.values()) == 7
    reasons = Counter(d.reason for d in _all(house))
    assert reasons["variant.cap"] > 0
    assert reproduce(house.ws.store, house.campaign).differing == []


def test_limits_that_the_shortlist_cannot_keep_are_refused_by_the_plan(house: House) -> None:
    house.people(20)
    house.create()
    floor = {"id": "late", "who": {"rhythm": ["evening"]}, "angles": ["no-such-angle"], "at_least": 0.1}
    limit(house, floors=[floor])
    with pytest.raises(Faults) as problem:
        house.plan()
    assert {f.code for f in problem.value.faults} == {"limits.floor_without_variants"}
    assert len(problem.value.faults) > 1  # every slate at once


def test_a_cap_reached_within_an_evening_leaves_both_groups_as_they_were_drawn(
    house: House, rng: np.random.Generator
) -> None:
    limit(house, each_variant={"most_contacts": 2})
    people = house.go_live(200)
    made = decide_many(house.ws.store, house.campaign, people, house.daily, now=house.clock.now(), rng=rng)
    reasons = Counter(d.reason for d in made)
    assert reasons["variant.cap"] > 0
    with house.ws.store.read() as unit:
        entered = unit.assignments.of(house.campaign, people)
    turned_away = {d.person for d in made if d.reason == "variant.cap" and "group" in d.inputs}
    assert turned_away
    assert turned_away <= set(entered)
    assert {entered[p].group for p in turned_away} == {"treated"}


def test_an_exclusion_of_an_angle_that_does_not_exist_is_told_with_those_that_do(house: House) -> None:
    house.people(20)
    house.create()
    limit(house, exclusions=[{"angles": ["scarsity"], "who": {"a": ["yes"]}}])
    with pytest.raises(Faults) as problem:
        house.plan()
    [fault] = problem.value.faults
    assert fault.code == "limits.angle_unknown"
    assert "scarcity" in str(fault.values["known"])


def test_what_was_written_after_create_is_checked_by_the_plan_too(house: House) -> None:
    house.people(20)
    path = house.ws.root / files.DOCUMENT_FILES["purposes"]
    data, _ = read_yaml(path)
    kettle = {**deepcopy(data["purposes"][0]), "id": "kettle", "features": False}
    write_yaml(path, {**data, "purposes": [*data["purposes"], kettle]})
    house.create()
    floors = [
        {"id": id, "who": {about: ["yes"]}, "angles": ["proof"], "at_least": 0.7}
        for id, about in (("one", "kettle_on"), ("two", "b"))
    ]
    limit(house, budget={"amount": "10.00", "by_channel": {"sms": "1.00"}}, floors=floors)
    with pytest.raises(Faults) as problem:
        house.plan()
    codes = {f.code for f in problem.value.faults}
    assert {"limits.channel_unused", "limits.floors_sum", "limits.forbidden"} <= codes, codes
    with house.ws.store.read() as unit:
        row = unit.campaigns.get(house.campaign)
    assert row is not None
    assert not row.plan
    assert "limits" not in row.documents["campaign"], "what contradicts itself is not kept"


def test_the_plan_and_the_live_page_are_told_where_the_money_is(house: House, rng: np.random.Generator) -> None:
    limit(house, budget={"amount": "2.00", "by_channel": {"web": "1.00"}})
    house.people(100)
    house.create()
    planned = house.plan()
    assert planned.limits is not None
    assert planned.limits.budget == 200
    assert planned.limits.paid < planned.contacts_expected
    house.sign()
    house.launch()
    everybody(house, _people(house), rng)
    with house.ws.store.read() as unit:
        row = unit.campaigns.get(house.campaign)
        assert row is not None
        told = budget.standing(unit, row, Documents.of(row), START + 3 * HOUR)
    assert told is not None
    assert told.spent == cost(house) > 0
    assert 0 < told.share < 1
    assert told.ends is None
    assert 0 < told.time < 1
    assert [(c.channel, c.amount, c.spent) for c in told.by_channel] == [("web", 100, told.spent)]


def test_a_campaign_without_limits_keeps_no_counters(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(30)
    everybody(house, people, rng)
    with house.ws.store.read() as unit:
        assert unit.spending.get(house.campaign).contacts == 0
        assert compile_frame(unit, house.campaign).bounds is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amount=st.integers(2, 30),
    web=st.integers(1, 30),
    most=st.integers(1, 12),
    requests=st.lists(
        st.tuples(st.integers(0, 11), st.integers(0, 8), st.sampled_from(["banner", "letter", "post"])), max_size=60
    ),
    cut=st.lists(st.integers(1, 7), min_size=1, max_size=5),
)
def test_no_sequence_of_requests_and_batches_overdraws(
    small: tuple[House, list[str]],
    amount: int,
    web: int,
    most: int,
    requests: list[tuple[int, int, str]],
    cut: list[int],
) -> None:
    house, people = small
    limits = Limits(
        budget=Budget(amount=Decimal(amount) / 100, pacing="asap", by_channel={"web": Decimal(web) / 100}),
        each_variant=VariantCaps(most_contacts=most),
    )
    with house.ws.store.write() as unit:
        frame = compile_frame(unit, house.campaign)
        states = unit.people.states(people)
        unit.people.put(msgspec.structs.replace(s, recent=()) for s in states.values())
        unit.spending.put(Spent(campaign=frame.campaign.id))
        assert frame.bounds is not None
        campaign = frame.campaign.model_copy(update={"limits": limits})
        frame = replace(frame, campaign=campaign, bounds=replace(frame.bounds, campaign=campaign))
        states = unit.people.states(people)
    asked = [
        ask(frame, states[people[i]], touchpoint, now=START + 24 * HOUR * day, rng=RNG)
        for i, day, touchpoint in requests
    ]
    found, at = [], 0
    while at < len(asked):
        size = cut[at % len(cut)]
        with house.ws.store.write() as unit:
            found += commit(unit, asked[at : at + size], house.clock.now)
        at += size
    contacts = [d for d in found if d.variant is not None]
    spent = sum(frame.touchpoints[d.touchpoint].cost for d in contacts)
    assert spent <= amount
    assert sum(d.touchpoint == "banner" for d in contacts) <= web
    assert max(Counter(d.variant for d in contacts).values(), default=0) <= most
    with house.ws.store.read() as unit:
        kept = unit.spending.get(campaign.id)
    assert (kept.cents, kept.contacts) == (spent, len(contacts))


@pytest.fixture
def small(house: House) -> tuple[House, list[str]]:
    """A launched campaign with a budget and twelve people."""
    limit(house, budget={"amount": "9.00", "pacing": "asap"})
    return house, house.go_live(12)


def test_the_lot_does_not_know_the_holdout() -> None:
    """Who is let through today says nothing of who is held out: both groups come through one door."""
    from gale.campaign.pacing import lot

    key, people = b"k" * 32, [f"p_{i}" for i in range(20_000)]
    held = np.array([group_of(key, p, 0.2) == "holdout" for p in people])
    through = np.array([lot(key, p, "letter", START) < 0.5 for p in people])
    assert abs(held[through].mean() - held[~through].mean()) < 4 * np.sqrt(0.16 / 10_000 * 2)


def test_a_floor_holds_for_the_group_and_every_choice_is_made_again(house: House, rng: np.random.Generator) -> None:
    people = house.people(160)
    late = people[::2]
    dress(house, late, rhythm="evening")
    house.create()
    with house.ws.store.read() as unit:
        pages = [
            unit.creatives.page(house.campaign, placement="banner", locales=[x], accepted=True) for x in ("fr", "en")
        ]
    angle = sorted(set.intersection(*({a for v in p for a in v.traits["angle"].split()} for p in pages)))[0]
    limit(
        house,
        floors=[
            {"id": "late", "who": {"rhythm": ["evening"]}, "angles": [angle], "channels": ["web"], "at_least": 0.5}
        ],
    )
    house.plan()
    house.sign()
    house.launch()
    for day in (0, 2, 4):
        everybody(house, people, rng, day=day)
    angles, groups = angle_of(house), Counter[str]()
    named = {v for v, its in angles.items() if angle in its}
    with house.ws.store.read() as unit:
        snapshots = {s.id: s for s in unit.snapshots.latest(house.campaign)}
    for decision in shown(house):
        groups[decision.inputs.get("floor_group", "")] += 1
        if decision.person in late:
            snapshot = Snapshot.load(snapshots[decision.snapshot])
            x = np.ones(1)
            p = snapshot.propensities(x, None, decision.inputs["floor_group"])
            assert sum(p[i] for i, arm in enumerate(snapshot.arms) if arm in named) >= 0.5 - 1e-9
            assert p[snapshot.arms.index(decision.variant or "")] == pytest.approx(decision.propensity, abs=1e-12)
    assert set(groups) == {"", "late"}
    told = reproduce(house.ws.store, house.campaign)
    assert (told.same, told.differing) == (told.choices, [])
    one = next(d for d in shown(house) if d.person in late)
    said = {locale: explain(house.ws.store, one, load(locale)).because for locale in ("en", "fr")}
    assert any("guaranteed a share" in line for line in said["en"])
    assert any("part garantie" in line for line in said["fr"])


def test_an_order_counts_by_its_margin_refunds_taken_off_and_one_huge_order_is_no_taste(house: House) -> None:
    documents = house.ws.read_documents()
    policy = documents.campaign.policy.model_copy(update={"objective": "order", "value": "margin"})
    product = documents.brief.product.model_copy(update={"margin": Decimal("2.00")})
    papers = replace(
        documents,
        campaign=documents.campaign.model_copy(update={"policy": policy}),
        brief=documents.brief.model_copy(update={"product": product}),
    )

    def brought(*outcomes: tuple[str, int | None, int]) -> float:
        found = [
            Outcome(source="s", source_id=str(i), person="p", kind=kind, time=time, received=time, margin=margin)  # type: ignore[arg-type]
            for i, (kind, margin, time) in enumerate(outcomes)
        ]
        return budget.reward(papers, found, 0, 1000)

    assert brought() == brought(("click", None, 5)) == 0
    assert brought(("order", None, 5)) == pytest.approx(1 / 3)
    assert brought(("order", 300, 5)) == pytest.approx(0.5)
    assert brought(("order", 300, 5), ("refund", 300, 6)) == 0
    assert brought(("order", 300, 2000)) == 0
    assert brought(("order", 10**11, 5)) == 1
    assert budget.reward(documents, [], 0, 1000) == 0
