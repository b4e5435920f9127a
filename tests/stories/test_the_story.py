"""From brief to report on one machine, and what must hold on the way."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from gale.engine import consent as consent_verb
from gale.engine import create as create_verb
from gale.engine import learn as learn_verb
from gale.engine import outcomes as outcomes_verb
from gale.engine import phrases as phrases_verb
from gale.engine import plan as plan_verb
from gale.engine import report as report_verb
from gale.engine import sign as sign_verb
from gale.engine import verify as verify_verb
from gale.engine.decide import decide_many, decide_one
from gale.engine.launch import set_status
from gale.records.decision import Decision, Outcome
from gale.records.faults import Faults
from house import HOUR, House

DAY = 24 * HOUR


def click(decision: Decision, after: int = HOUR) -> Outcome:
    return Outcome(
        source="test",
        source_id=f"click-{decision.id}",
        person=decision.person,
        kind="click",
        time=decision.time + after,
        received=decision.time + after,
        decision=decision.id,
    )


def live_days(house: House, people: list[str], days: int, rng: np.random.Generator) -> list[Decision]:
    decisions: list[Decision] = []
    for _ in range(days):
        made = decide_many(house.ws.store, house.campaign, people, house.daily, now=house.clock.now(), rng=rng)
        shown = [d for d in made if d.variant is not None]
        decisions += made
        house.clock.move_to(house.clock.now() + 25 * HOUR)
        outcomes_verb.tell(house.ws.store, [click(d) for d in shown if rng.random() < 0.2], now=house.clock.now())
    return decisions


def test_a_brief_becomes_a_report(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(300)
    decisions = live_days(house, people, 4, rng)
    waiting = learn_verb.learn(house.ws.store, house.campaign, now=house.clock.now(), holder="test")
    assert waiting.folded == 0, "a window is not closed before news from behind it has come"
    now = house.clock.now()
    late = Outcome(source="shop", source_id="1", person=people[0], kind="order", time=now, received=now, value=420)
    outcomes_verb.tell(house.ws.store, [late], now=now)
    learned = learn_verb.learn(house.ws.store, house.campaign, now=now, holder="test")
    assert learned.folded > 0
    told = report_verb.report(house.ws.store, house.campaign, now=house.clock.now() + 40 * DAY)
    assert told["decisions"]["count"] == len(decisions)
    assert told["lift"]["n_treated"] + told["lift"]["n_holdout"] == told["people"]["entered"] == 300
    assert told["lift"]["orders"] is None, "with no order at all nothing may be claimed"
    assert not told["lift"]["proven"]
    assert told["power"]["people_needed"] > 300


def test_every_logged_choice_can_be_made_again_from_what_was_logged(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(200)
    live_days(house, people, 3, rng)
    learn_verb.learn(house.ws.store, house.campaign, now=house.clock.now(), holder="test")
    live_days(house, people, 2, rng)
    told = verify_verb.reproduce(house.ws.store, house.campaign)
    assert told.choices > 200
    assert told.same == told.choices
    assert told.differing == []


def test_the_ledger_holds_and_names_a_falsified_line(make_house, rng: np.random.Generator) -> None:
    house = make_house()
    people = house.go_live(60)
    live_days(house, people, 2, rng)
    told = verify_verb.verify_ledger(house.ws.store)
    assert told.verified
    assert told.decisions == 120


def test_one_changed_comma_voids_four_signatures_and_putting_it_back_restores_them(house: House) -> None:
    house.people(50)
    house.create()
    first = house.plan()
    house.sign()
    states = {v.state for v in sign_verb.standing(house.ws.store, house.campaign, now=house.clock.now())}
    assert states == {"signed"}
    with house.ws.store.read() as unit:
        live = unit.creatives.get(house.campaign, [next(iter(first.shortlists.values())).chosen[0]])
    variant = next(iter(live.values()))
    slot, phrase = next((s, p) for s, p in variant.phrases.items() if variant.slots[s].endswith("."))
    said = {"slot": slot, "placement": variant.placement, "locale": variant.locale}
    said |= {"now": house.clock.now(), "wanted": 40}
    changed = variant.slots[slot].rstrip(".") + ", vraiment."
    findings, created = phrases_verb.edit_phrase(
        house.ws.store, house.ws.catalogue, house.campaign, phrase=phrase, text=changed, **said
    )
    assert created is not None, findings
    second = house.plan()
    assert second.plan != first.plan
    assert {v.state for v in sign_verb.standing(house.ws.store, house.campaign, now=house.clock.now())} == {"void"}
    with pytest.raises(Faults) as problem:
        house.launch()
    assert {f.code for f in problem.value.faults} == {"launch.void"}
    assert len(problem.value.faults) == 4
    phrases_verb.edit_phrase(house.ws.store, house.ws.catalogue, house.campaign, phrase=phrase, text=None, **said)
    assert house.plan().plan == first.plan
    assert {v.state for v in sign_verb.standing(house.ws.store, house.campaign, now=house.clock.now())} == {"signed"}
    house.launch()


def test_a_phrase_with_an_offer_that_the_brief_does_not_make_is_refused(house: House) -> None:
    house.create()
    findings = phrases_verb.check_phrase(
        house.ws.store,
        house.ws.catalogue,
        house.campaign,
        text="Tourte à -50 % ce matin.",
        slot="headline",
        placement="banner",
        locale="fr",
    )
    assert "fact.no_such_offer" in {f.code for f in findings if f.severity == "refuse"}


def test_an_outcome_told_twice_counts_once(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(40)
    made = decide_many(house.ws.store, house.campaign, people, house.daily, now=house.clock.now(), rng=rng)
    shown = [d for d in made if d.variant is not None]
    house.clock.move_to(house.clock.now() + 2 * HOUR)
    told = outcomes_verb.tell(house.ws.store, [click(d) for d in shown] * 2, now=house.clock.now())
    assert (told.inserted, told.duplicates) == (len(shown), len(shown))


def test_outcomes_that_cannot_be_are_refused_together_and_nothing_is_stored(
    house: House, rng: np.random.Generator
) -> None:
    people = house.go_live(40)
    made = decide_many(house.ws.store, house.campaign, people, house.daily, now=house.clock.now(), rng=rng)
    shown = next(d for d in made if d.variant is not None)
    good = click(shown, after=0)
    from_nowhere = Outcome(
        source="t", source_id="1", person=people[0], kind="click", time=shown.time, received=0, decision="d_none"
    )
    future = Outcome(source="t", source_id="2", person=people[0], kind="order", time=shown.time + 9 * DAY, received=0)
    with pytest.raises(Faults) as problem:
        outcomes_verb.tell(house.ws.store, [good, from_nowhere, future], now=house.clock.now())
    assert [f.code for f in problem.value.faults] == ["outcome.decision_unknown", "outcome.future"]
    with house.ws.store.read() as unit:
        assert unit.outcomes.count() == 0


def test_a_stopped_campaign_cannot_be_resumed(house: House) -> None:
    house.go_live(10)
    set_status(house.ws.store, house.campaign, "stopped", now=house.clock.now())
    with pytest.raises(Faults) as problem:
        set_status(house.ws.store, house.campaign, "live", now=house.clock.now())
    assert problem.value.faults[0].code == "campaign.transition"


def test_in_a_team_nobody_signs_her_own_change(house: House) -> None:
    papers = house.ws.read_documents()
    two = [
        {"id": "ada", "name": "Ada", "roles": ["creative_strategist", "data_ethicist"]},
        {"id": "bo", "name": "Bo", "roles": ["creative_strategist", "ai_specialist", "community_manager"]},
    ]
    team = papers.team.model_validate({"schema": 1, "mode": "team", "members": two})
    papers = type(papers)(papers.brand, papers.brief, papers.campaign, team, papers.purposes)
    create_verb.create(house.ws.store, house.ws.catalogue, papers, now=house.clock.now(), seed=1, wanted=20, by="ada")
    house_plan = plan_verb.plan(house.ws.store, house.campaign, now=house.clock.now(), by="ada")

    def sign(person: str, read: str) -> None:
        sign_verb.sign(
            house.ws.store,
            house.campaign,
            role="creative_strategist",
            person=person,
            verdict="signed",
            remark="Lu.",
            now=house.clock.now(),
            id=f"a_{person}",
            read=read,
        )

    with pytest.raises(Faults) as problem:
        sign("ada", house_plan.plan)
    assert [f.code for f in problem.value.faults] == ["approval.own_change"]
    with pytest.raises(Faults) as problem:
        sign("bo", "0000000000000000")
    assert [f.code for f in problem.value.faults] == ["plan.other"]
    sign("bo", house_plan.plan[:12])


def test_what_was_launched_is_not_written_again(house: House) -> None:
    house.go_live(20)
    with pytest.raises(Faults) as problem:
        house.create()
    assert problem.value.faults[0].code == "campaign.running"
    set_status(house.ws.store, house.campaign, "stopped", now=house.clock.now())
    with pytest.raises(Faults) as problem:
        house.create()
    assert problem.value.faults[0].code == "campaign.over"


def test_a_broken_document_on_disk_stops_no_withdrawal(house: House) -> None:
    people = house.go_live(5)
    (house.ws.root / "brand.yaml").write_text("name:\tbroken\n")
    with house.ws.store.read() as unit:
        purposes = consent_verb.declared(unit, lambda: house.ws.read_documents().purposes)
    now = house.clock.now()
    act = house.act(people[0], "advertising", "withdrawn", now)
    (standing,) = consent_verb.record(house.ws.store, purposes, [act], now=now)
    assert standing.state == "withdrawn"


def test_a_trigger_named_on_a_calendar_touchpoint_opens_no_side_door(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(30)
    shown = 0
    for _ in range(3):
        for person in people:
            decision = decide_one(
                house.ws.store, house.campaign, person, house.daily, now=house.clock.now(), rng=rng, trigger="anything"
            )
            shown += decision.variant is not None
            assert decision.reason != "trigger.missing"
    assert shown <= 30, "the daily cap holds"


def test_a_decision_that_no_ledger_line_covers_is_found(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(20)
    made = decide_many(house.ws.store, house.campaign, people, house.daily, now=house.clock.now(), rng=rng)
    forged = msgspec.structs.replace(made[0], id="d_forged")
    with house.ws.store.write() as unit:
        unit.decisions.append([forged], ["00" * 32], 999_999)
    told = verify_verb.verify_ledger(house.ws.store)
    assert (told.verified, told.why) == (False, "uncovered")
