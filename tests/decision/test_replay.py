"""The sceptic's tool: recommends a policy only if it is proven better than one arm for all."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from gale.decision.columns import encode, number
from gale.decision.replay import Table, replay
from gale.records.faults import Faults

HILLSTROM = Path(__file__).parents[3] / "shared" / "data" / "hillstrom_email_test.csv.gz"
FEATURES = ("recency", "history", "mens", "womens", "zip_code", "newbie", "channel")


def a_log(n: int = 6000, gain: float = 0.1, seed: int = 1, people: int | None = None) -> dict[str, list[str]]:
    rng = np.random.default_rng(seed)
    who = np.arange(n) % (people or n)
    young = rng.random(people or n)[who] < 0.5
    arm = rng.integers(0, 3, n)
    chance = 0.2 + gain * np.where(young, arm == 0, arm == 1)
    return {
        "person": [f"p{i}" for i in who],
        "arm": [f"arm {i}" for i in arm],
        "outcome": [str(int(x)) for x in rng.random(n) < chance],
        "age": ["young" if y else "old" for y in young],
    }


def table(log: dict[str, list[str]], **more: object) -> Table:
    return Table.of(
        person=log["person"],
        arm=log["arm"],
        outcome=log["outcome"],
        features={"age": log["age"]},
        **more,  # type: ignore[arg-type]
    )


def test_a_policy_is_recommended_where_tastes_differ():
    found = replay(table(a_log()), seed=0)
    assert found.recommendation == "policy"
    assert found.reason == "replay.policy_better"
    assert found.difference.low < 0.05 < found.difference.high  # the truth: 0.30 against 0.25
    assert found.policy.value - found.best_constant.value == pytest.approx(found.difference.estimate)
    json.dumps(found.as_dict())


def test_no_policy_is_recommended_where_nobody_differs():
    """Forty logs without any effect; 2.5 % promised each, so that three of forty are allowed."""
    wrong = sum(replay(table(a_log(2000, gain=0.0, seed=s)), seed=0).recommendation == "policy" for s in range(40))
    assert wrong <= 3


def test_the_same_seed_gives_the_same_answer():
    assert replay(table(a_log(2000)), seed=4).as_dict() == replay(table(a_log(2000)), seed=4).as_dict()


def test_rows_of_one_person_count_as_one_draw():
    log = a_log(3000)
    once = replay(table(log), seed=0)
    four = replay(table({k: v * 4 for k, v in log.items()}), seed=0)
    width = once.difference.high - once.difference.low
    assert four.people == 3000
    assert four.rows == 12_000
    assert four.difference.high - four.difference.low > 0.8 * width  # as independent rows it would be half of it


def test_a_log_with_uneven_propensities_is_weighted():
    rng = np.random.default_rng(6)
    log = a_log(8000)
    arm = rng.choice(3, 8000, p=(0.6, 0.3, 0.1))
    young = np.array(log["age"]) == "young"
    chance = 0.2 + 0.1 * np.where(young, arm == 0, arm == 1)
    log["arm"] = [f"arm {a}" for a in arm]
    log["outcome"] = [str(int(x)) for x in rng.random(8000) < chance]
    shares = np.array([0.6, 0.3, 0.1])[arm]
    found = replay(table(log, propensity=[str(p) for p in shares]), seed=0)
    assert found.recommendation == "policy"
    assert not found.warnings
    wrong = replay(table(log, propensity=["0.9"] * 8000), seed=0)
    assert "replay.weights" in wrong.warnings


def test_every_row_that_cannot_be_is_named_and_all_faults_come_at_once():
    log = a_log(600)
    log["person"][3], log["arm"][4], log["outcome"][5] = "", " ", "many"
    chances = ["0.33"] * 600
    chances[7], chances[8] = "0", ""
    with pytest.raises(Faults) as told:
        table(log, propensity=chances, lines=list(range(2, 602)))
    found = {f.code: f for f in told.value.faults}
    assert set(found) == {"replay.person", "replay.arm", "replay.outcome", "replay.propensity"}
    assert found["replay.propensity"].values == {"count": 2, "rows": "9, 10"}
    assert found["replay.outcome"].where == "row 7"


def test_an_arm_with_three_people_one_arm_alone_and_an_empty_log_are_refused():
    log = a_log(600)
    log["arm"] = ["rare" if i < 3 else a for i, a in enumerate(log["arm"])]
    with pytest.raises(Faults) as told:
        table(log)
    assert [(f.code, f.values["arm"], f.values["count"]) for f in told.value.faults] == [
        ("replay.arm_small", "rare", 3)
    ]
    with pytest.raises(Faults, match=r"replay\.one_arm"):
        table({**log, "arm": ["a"] * 600})
    with pytest.raises(Faults, match=r"replay\.empty"):
        Table.of(person=[], arm=[], outcome=[], features={})
    with pytest.raises(Faults, match=r"replay\.many_arms"):
        table({**log, "arm": log["person"]})


def test_columns_become_numbers_without_looking_at_any_outcome():
    x, names = encode(
        {
            "spent": ["0", "1", "10", "1000", "", "2", "3", "4", "5", "6", "7", "8", "9", "11"],
            "zip": ["urban", "rural", "urban", "", *["urban"] * 10],
            "empty": [""] * 14,
        }
    )
    assert names == (
        "",
        "log spent",
        "spent low",
        "spent high",
        "spent=?",
        "zip=urban",
        "zip=rural",
        "zip=?",
        "empty=?",
    )
    assert np.isfinite(x).all()
    assert (x[:, 0] == 1).all()
    assert x[4, 4] == 1
    assert number(" 1.5 ") == 1.5
    assert number("nan") is None


# --- on a real test --------------------------------------------------------------------------------------------------


def real(outcome: str, swapped: bool) -> Table:
    with gzip.open(HILLSTROM, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    other = {"Mens E-Mail": "Womens E-Mail", "Womens E-Mail": "Mens E-Mail"}
    return Table.of(
        person=[r["customer_id"] for r in rows],
        arm=[other.get(r["segment"], r["segment"]) if swapped and r["newbie"] == "1" else r["segment"] for r in rows],
        outcome=[r[outcome] for r in rows],
        features={f: [r[f] for r in rows] for f in FEATURES},
    )


@pytest.mark.skipif(not HILLSTROM.exists(), reason="the real e-mail test is not beside the repository")
@pytest.mark.parametrize("outcome", ["visit", "spend"])
def test_on_the_real_email_test_one_email_for_all_is_as_good(outcome):
    found = replay(real(outcome, swapped=False), seed=0)
    assert found.recommendation == found.best_constant.arm == "Mens E-Mail"


@pytest.mark.skipif(not HILLSTROM.exists(), reason="the real e-mail test is not beside the repository")
def test_with_the_labels_swapped_for_new_customers_the_policy_is_found():
    found = replay(real("visit", swapped=True), seed=0)
    assert found.recommendation == "policy"
    assert found.difference.low > 0
