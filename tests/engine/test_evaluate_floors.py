"""`evaluate` on a campaign with floors: whoever is guaranteed a share is valued with that share."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest
import yaml

from gale.engine import evaluate as evaluate_verb
from gale.engine import learn as learn_verb
from gale.engine import outcomes as outcomes_verb
from gale.engine.decide import decide_many
from gale.measurement.offpolicy_log import Log
from gale.measurement.offpolicy_targets import Asked, Fitted, target
from gale.records.decision import Decision, Outcome
from house import HOUR, House

FLOOR = {"id": "evening", "who": {"rhythm": ["late"]}, "angles": ["problem", "proof"], "at_least": 0.4}


def begin(house: House, n: int) -> list[str]:
    """A campaign in which half of the people are promised two of the angles."""
    file = house.ws.root / "campaign.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    features = [{"name": "rhythm", "kind": "category", "values": ["early", "late"]}]
    told = {**data, "features": features, "limits": {"floors": [FLOOR]}}
    file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    people = house.people(n)
    with house.ws.store.write() as unit:
        for i, state in enumerate(list(unit.people.scan())):
            profile = msgspec.structs.replace(state.profile, attributes={"rhythm": "late" if i % 2 else "early"})
            unit.people.put([msgspec.structs.replace(state, profile=profile)])
    house.create()
    house.plan()
    house.sign()
    house.launch()
    return people


def evenings(house: House, people: list[str], days: int, rng: np.random.Generator) -> list[Decision]:
    shown = []
    for _ in range(days):
        made = decide_many(house.ws.store, house.campaign, people, house.daily, now=house.clock.now(), rng=rng)
        seen = [d for d in made if d.variant is not None]
        house.clock.move_to(house.clock.now() + 25 * HOUR)
        clicks = [
            Outcome(source="t", source_id=d.id, person=d.person, kind="click", time=d.time + HOUR,
                    received=d.time + HOUR, decision=d.id)
            for d in seen if rng.random() < (0.5 if d.variant == min(d.eligible) else 0.1)
        ]  # fmt: skip
        outcomes_verb.tell(house.ws.store, clicks, now=house.clock.now())
        shown += seen
    house.clock.move_to(house.clock.now() + 100 * HOUR)
    now = house.clock.now()
    news = Outcome(source="shop", source_id=f"o{now}", person=people[0], kind="order", time=now, received=now, value=1)
    outcomes_verb.tell(house.ws.store, [news], now=now)
    return shown


def test_the_snapshot_that_served_is_worth_what_was_logged(house: House, rng: np.random.Generator) -> None:
    people = begin(house, 300)
    evenings(house, people, 2, rng)
    learn_verb.learn(house.ws.store, house.campaign, now=house.clock.now(), holder="test")
    with house.ws.store.read() as unit:
        fresh = next(s for s in unit.snapshots.latest(house.campaign) if s.kind == f"{house.daily}/fr" and s.version)
    after = evenings(house, people, 2, rng)
    french = [d for d in after if d.snapshot == fresh.id]
    assert sum("floor_group" in d.inputs for d in french) > 100
    told = evaluate_verb.evaluate_campaign(
        house.ws.store, house.campaign, [f"snapshot:{fresh.id}", "uniform"], now=house.clock.now()
    )
    served, _ = told.policies
    # It did what it would do: every weight is one, for the promised half as for the others.
    assert served.coverage.mean_weight == pytest.approx(1, abs=1e-9)
    assert served.coverage.effective == pytest.approx(told.rows, abs=1e-6)
    assert abs(served.difference.estimate) < 0.02
    assert "ope.floors" in told.notes, "uniform keeps no promise, and the answer says so"


def test_a_policy_that_learns_is_valued_as_the_campaign_would_serve_it(rng: np.random.Generator) -> None:
    n, promised = 4000, np.array([True, False] * 2000)
    action = rng.integers(0, 3, n)
    plain, _ = Log.of(
        action=[("a", "b", "c")[i] for i in action],
        reward=[str(int(x)) for x in rng.random(n) < np.array([0.4, 0.1, 0.05])[action]],
        propensity=["0.3333333333"] * n,
    )
    log = replace(plain, floor=np.where(promised, "evening", ""))
    rows = np.ones(n, dtype=bool)
    asked = Asked("thompson", "", "thompson")
    chances, _ = target(
        asked, log, rows, Fitted.on(log, rows), rng, snapshots={}, columns={},
        floors=lambda slate, arms, explore: {"evening": {"c": 0.3}},
    )  # fmt: skip
    worst = log.actions.index("c")
    assert (chances[promised, worst] >= 0.3 - 1e-9).all()
    assert (chances[~promised, worst] < 0.3).all()
    assert np.allclose(chances.sum(axis=1), 1)
