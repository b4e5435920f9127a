"""Learning while a campaign runs: variants join, answers come late or never, changes are told, two servers take turns."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from gale.engine import learn as learn_verb
from gale.engine import outcomes as outcomes_verb
from gale.engine import verify as verify_verb
from gale.engine.decide import decide_many
from gale.engine.join import join
from gale.engine.launch import set_status
from gale.engine.plan import current_hash
from gale.engine.workspace import Documents
from gale.records.decision import Decision, Outcome
from gale.records.faults import Faults
from house import HOUR, House

DAY = 24 * HOUR


def a_click(decision: Decision, after: int = HOUR, *, name: str = "click") -> Outcome:
    at = decision.time + after
    return Outcome(
        source="test", source_id=f"{name}-{decision.id}", person=decision.person, kind="click", time=at, received=at,
        decision=decision.id,
    )  # fmt: skip


def decided(house: House, people: list[str], rng: np.random.Generator) -> list[Decision]:
    made = decide_many(house.ws.store, house.campaign, people, house.daily, now=house.clock.now(), rng=rng)
    return [d for d in made if d.variant is not None]


def learned(house: House, holder: str = "test") -> learn_verb.Learned:
    return learn_verb.learn(house.ws.store, house.campaign, now=house.clock.now(), holder=holder)


def news(house: House, name: str) -> None:
    """Something is heard from now on, so that windows before it are closed."""
    now = house.clock.now()
    order = Outcome(source="shop", source_id=name, person="p_00000", kind="order", time=now, received=now, value=420)
    outcomes_verb.tell(house.ws.store, [order], now=now)


def tell(house: House, outcomes: list[Outcome]) -> None:
    outcomes_verb.tell(house.ws.store, outcomes, now=house.clock.now())


def rewards(house: House) -> float:
    with house.ws.store.read() as unit:
        state = learn_verb.read_state(unit, house.campaign)
    assert state is not None
    return sum(float(s.tally.sums.sum()) for s in state.learners.values())


def slate_of(house: House) -> str:
    return f"{house.daily}/fr"


def candidates(house: House, slate: str) -> list[str]:
    with house.ws.store.read() as unit:
        row = unit.campaigns.get(house.campaign)
        assert row is not None
        touchpoint = next(t for t in Documents.of(row).campaign.touchpoints if t.id == slate.split("/")[0])
        found = unit.creatives.page(
            house.campaign, placement=touchpoint.placement, locales=[slate.split("/")[1]], accepted=True, limit=1000
        )
        return [v.id for v in found if v.id not in row.live[slate]]


# --- answers that come late, twice, too early or not at all ----------------------------------------------------------


def test_a_decision_teaches_once_its_window_has_closed_and_not_before(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(120)
    shown = decided(house, people, rng)
    house.clock.move_to(house.clock.now() + 2 * HOUR)
    tell(house, [a_click(d) for d in shown])
    house.clock.move_to(house.clock.now() + 3 * DAY)
    assert learned(house).folded == 0, "the six hours that an answer may be late have not passed"
    house.clock.move_to(house.clock.now() + DAY)
    assert learned(house).folded == 0, "and nothing was heard from behind the window yet"
    news(house, "one")
    assert learned(house).folded == len(shown)
    assert rewards(house) == len(shown)
    assert learned(house).folded == 0, "what was folded is not folded again"


def test_no_answer_within_the_window_is_an_answer_of_zero(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(120)
    shown = decided(house, people, rng)
    house.clock.move_to(house.clock.now() + 5 * DAY)
    news(house, "one")
    assert learned(house).folded == len(shown)
    assert rewards(house) == 0


def test_an_answer_told_twice_or_from_two_sources_counts_once(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(120)
    shown = decided(house, people, rng)
    house.clock.move_to(house.clock.now() + 5 * DAY)
    twice = [a_click(d) for d in shown] + [a_click(d) for d in shown]
    tell(house, twice + [a_click(d, 2 * HOUR, name="other") for d in shown])
    news(house, "one")
    learned(house)
    assert rewards(house) == len(shown)


def test_an_answer_behind_the_window_or_months_late_changes_nothing(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(120)
    shown = decided(house, people, rng)
    house.clock.move_to(house.clock.now() + 5 * DAY)
    tell(house, [a_click(d, 4 * DAY) for d in shown])  # the window is three days
    learned(house)
    assert rewards(house) == 0
    house.clock.move_to(house.clock.now() + 90 * DAY)
    tell(house, [a_click(d, HOUR, name="late") for d in shown])
    assert learned(house).folded == 0
    assert rewards(house) == 0, "a closed window stays closed: what it taught is not taught again"


def test_an_answer_from_before_its_decision_is_refused(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(120)
    (first, *_) = decided(house, people, rng)
    house.clock.move_to(house.clock.now() + HOUR)
    with pytest.raises(Faults, match=r"outcome\."):
        tell(house, [a_click(first, -HOUR)])


def test_two_servers_learn_in_turn_and_never_the_same_twice(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(120)
    shown = decided(house, people, rng)
    house.clock.move_to(house.clock.now() + 5 * DAY)
    news(house, "one")
    with house.ws.store.write() as unit:
        assert unit.lease(f"learner:{house.campaign}", "elsewhere", house.clock.now(), 60_000) is not None
    with pytest.raises(Faults, match=r"learner\.busy"):
        learned(house, "here")
    with pytest.raises(Faults, match=r"learner\.busy"):
        join(house.ws.store, house.campaign, slate_of(house), ["v_x"], now=house.clock.now(), holder="here")
    house.clock.move_to(house.clock.now() + 120_000)
    assert learned(house, "here").folded == len(shown)
    assert learned(house, "elsewhere").folded == 0


# --- fronts ----------------------------------------------------------------------------------------------------------


def test_a_variant_that_tires_is_told_in_the_ledger_and_rests(house: House, rng: np.random.Generator) -> None:
    """Everybody answers everything with one in two for six days; then one variant with hardly any."""
    people = house.go_live(700)
    counts: dict[str, int] = {}
    tired, told = "", []
    for day in range(14):
        shown = [d for d in decided(house, people, rng) if d.inputs["locale"] == "fr"]
        for d in shown:
            counts[d.variant or ""] = counts.get(d.variant or "", 0) + 1
        if day == 6:
            tired = max(counts, key=counts.__getitem__)
        house.clock.move_to(house.clock.now() + DAY)
        tell(house, [a_click(d) for d in shown if rng.random() < (0.02 if d.variant == tired else 0.5)])
    house.clock.move_to(house.clock.now() + 5 * DAY)
    news(house, "one")
    found = learned(house)
    told = [(slate, f.arm, f.direction) for slate, f in found.fronts if f.arm]
    assert (slate_of(house), tired, "down") in told
    assert tired in found.tired[slate_of(house)]
    with house.ws.store.read() as unit:
        lines = [e.body for e in unit.ledger.scan() if e.kind == "front"]
        state = learn_verb.read_state(unit, house.campaign)
    assert any(
        (b["variant"], b["direction"], b["slate"]) == (tired, "down", slate_of(house)) and b["n"] > 0 for b in lines
    )
    assert state is not None
    assert state.learners[slate_of(house)].fronts
    assert learned(house).fronts == (), "told once"


# --- joining ---------------------------------------------------------------------------------------------------------


def test_an_accepted_variant_joins_a_running_campaign_and_its_choices_can_be_made_again(
    house: House, rng: np.random.Generator
) -> None:
    people = house.go_live(300)
    decided(house, people, rng)
    slate = slate_of(house)
    new = candidates(house, slate)[0]
    row = join(house.ws.store, house.campaign, slate, [new], now=house.clock.now(), holder="test", by="ada")
    assert row.live[slate][-1] == new
    with house.ws.store.read() as unit:
        assert current_hash(unit, row) == row.plan, "what was signed stays signed"
        (line,) = [e.body for e in unit.ledger.scan() if e.kind == "joined"]
        state = learn_verb.read_state(unit, house.campaign)
        assert next(s for s in unit.snapshots.latest(house.campaign) if s.kind == slate).arms[-1] == new
    assert (line["slate"], line["variant"], line["by"]) == (slate, new, "ada")
    assert state is not None
    assert state.learners[slate].ids[-1] == new
    variants = set()
    for _ in range(4):
        house.clock.move_to(house.clock.now() + 25 * HOUR)
        variants |= {d.variant for d in decided(house, people, rng)}
    assert new in variants
    house.clock.move_to(house.clock.now() + 5 * DAY)
    news(house, "one")
    assert learned(house).folded > 0
    told = verify_verb.reproduce(house.ws.store, house.campaign)
    assert told.same == told.choices
    assert verify_verb.verify_ledger(house.ws.store).verified


def test_only_what_was_accepted_for_this_slate_joins_and_every_problem_is_told_at_once(house: House) -> None:
    house.go_live(60)
    slate, other = slate_of(house), slate_of(house).replace("/fr", "/en")
    foreign = candidates(house, other)[0]
    with house.ws.store.read() as unit:
        row = unit.campaigns.get(house.campaign)
        assert row is not None
        refused = [v.id for v in unit.creatives.scan(house.campaign) if not v.accepted and v.locale == "fr"]
    wanted = ["v_nobody", row.live[slate][0], foreign, *candidates(house, slate)[:9]]
    with pytest.raises(Faults) as problem:
        join(house.ws.store, house.campaign, slate, wanted, now=house.clock.now(), holder="test")
    codes = {f.code for f in problem.value.faults}
    assert {"join.unknown", "join.live", "join.elsewhere", "join.full"} <= codes
    if refused:
        with pytest.raises(Faults, match=r"join\.(refused|elsewhere)"):
            join(house.ws.store, house.campaign, slate, refused[:1], now=house.clock.now(), holder="test")
    for slate_asked, variants, code in ((slate, [], "join.none"), ("nowhere/fr", ["v"], "join.slate")):
        with pytest.raises(Faults) as problem:
            join(house.ws.store, house.campaign, slate_asked, variants, now=house.clock.now(), holder="test")
        assert [f.code for f in problem.value.faults] == [code]
    with house.ws.store.read() as unit:
        assert unit.campaigns.get(house.campaign) == row, "nothing was changed"
    set_status(house.ws.store, house.campaign, "stopped", now=house.clock.now())
    with pytest.raises(Faults, match=r"join\.not_running"):
        join(house.ws.store, house.campaign, slate, ["v"], now=house.clock.now(), holder="test")


# --- priors ----------------------------------------------------------------------------------------------------------


def test_a_rehearsal_enters_only_where_the_campaign_lets_it_and_only_what_it_foresees(house: House) -> None:
    house.people(50)
    house.create()
    house.plan()
    with house.ws.store.read() as unit:
        row = unit.campaigns.get(house.campaign)
    assert row is not None
    documents = Documents.of(row)
    told = {"plan": row.plan, "contacts": 1000, "orders_anyway": 30, "extra_orders": 10}
    row = msgspec.structs.replace(row, facts={**row.facts, "rehearsal": told})
    assert documents.campaign.policy.prior == "none"
    assert learn_verb.rehearsed(row, documents) is None, "it foresees orders, and clicks are what is learned from"
    policy = documents.campaign.policy.model_copy(update={"objective": "order", "prior": "rehearsal"})
    campaign = documents.campaign.model_copy(update={"policy": policy})
    asked = Documents(documents.brand, documents.brief, campaign, documents.team, documents.purposes)
    prior = learn_verb.rehearsed(row, asked)
    assert prior is not None
    assert (prior.rate, prior.decisions) == (0.04, learn_verb.REHEARSED)
    stale = msgspec.structs.replace(row, facts={**row.facts, "rehearsal": {**told, "plan": "another"}})
    assert learn_verb.rehearsed(stale, asked) is None
    with house.ws.store.read() as unit:
        for papers, expected in ((documents, None), (asked, prior)):
            state = learn_verb.first_state(unit, row, papers, seed=1)
            assert {s.prior for s in state.learners.values()} == {expected}
