"""`evaluate` on a campaign's own log and on a file somebody else wrote."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from gale.adapters.files.yaml_reader import read_yaml, write_yaml
from gale.engine import evaluate as evaluate_verb
from gale.engine import learn as learn_verb
from gale.engine import outcomes as outcomes_verb
from gale.engine import report as report_verb
from gale.engine.decide import decide_many
from gale.measurement.offpolicy_evaluation import Evaluation
from gale.records.decision import Decision, Outcome
from gale.records.faults import Faults
from house import HOUR, House


def click(decision: Decision, kind: str = "click") -> Outcome:
    at = decision.time + HOUR
    return Outcome(source="test", source_id=f"{kind}-{decision.id}", person=decision.person, kind=kind,  # type: ignore[arg-type]
                   time=at, received=at, decision=decision.id)  # fmt: skip


def live(house: House, people: list[str], days: int, rng: np.random.Generator) -> list[Decision]:
    """Days in which the first variant of each slate (by id) is clicked by half of those who see it, others by a tenth."""
    shown = []
    for _ in range(days):
        made = decide_many(house.ws.store, house.campaign, people, house.daily, now=house.clock.now(), rng=rng)
        seen = [d for d in made if d.variant is not None]
        house.clock.move_to(house.clock.now() + 25 * HOUR)
        liked = [d for d in seen if rng.random() < (0.5 if d.variant == min(d.eligible) else 0.1)]
        outcomes_verb.tell(house.ws.store, [click(d) for d in liked], now=house.clock.now())
        shown += seen
    return shown


def close(house: House, people: list[str]) -> None:
    """Time passes, and news from behind every window comes in."""
    house.clock.move_to(house.clock.now() + 100 * HOUR)
    now = house.clock.now()
    news = Outcome(source="shop", source_id=f"o{now}", person=people[0], kind="order", time=now, received=now, value=1)
    outcomes_verb.tell(house.ws.store, [news], now=now)


def asked(house: House, *policies: str) -> Evaluation:
    return evaluate_verb.evaluate_campaign(house.ws.store, house.campaign, policies, now=house.clock.now())


def test_a_campaigns_own_log_is_valued_with_its_exact_propensities(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(400)
    with pytest.raises(Faults, match=r"ope\.no_decisions"):
        asked(house, "uniform")
    shown = live(house, people, 3, rng)
    with pytest.raises(Faults, match=r"ope\.no_decisions"):
        asked(house, "uniform")  # no window has closed
    close(house, people)
    french = [d for d in shown if d.inputs["locale"] == "fr"]
    best = min(french[0].eligible)
    told = asked(house, "uniform", f"constant:{best}", "thompson")
    uniform, constant, thompson = told.policies
    assert told.rows == len(shown)
    assert told.people == len({d.person for d in shown})
    assert told.logged.estimate == pytest.approx(np.mean(rewards(house, shown)))
    assert uniform.coverage.mean_weight == pytest.approx(1, abs=0.15)
    assert constant.coverage.as_logged == pytest.approx(1 - len(french) / len(shown))
    assert constant.difference.low > 0
    assert thompson.difference.low > 0
    assert uniform.answer.can_answer != "no"
    assert "ope.propensities_off" not in told.notes
    (slate,) = [p for p in constant.places if p.name.endswith("/fr")]
    assert slate.value.low < 0.5 < slate.value.high


def rewards(house: House, shown: Sequence[Decision]) -> list[float]:
    with house.ws.store.read() as unit:
        found = unit.outcomes.of_decisions([d.id for d in shown])
    return [float(any(o.kind == "click" for o in found.get(d.id, ()))) for d in shown]


def test_with_margin_as_the_objective_the_log_is_valued_in_the_learner_s_own_unit(
    house: House, rng: np.random.Generator
) -> None:
    root = house.ws.root
    for name, key, more in (
        ("brief", "product", {"margin": "2.00"}),
        ("campaign", "policy", {"objective": "order", "value": "margin"}),
    ):
        data, _ = read_yaml(root / f"{name}.yaml")
        write_yaml(root / f"{name}.yaml", {**data, key: {**data.get(key, {}), **more}})
    people = house.go_live(200)
    made = decide_many(house.ws.store, house.campaign, people, house.daily, now=house.clock.now(), rng=rng)
    shown = [d for d in made if d.variant is not None]
    house.clock.move_to(house.clock.now() + 25 * HOUR)
    orders = [msgspec.structs.replace(click(d, "order"), value=400, margin=200) for d in shown[: len(shown) // 2]]
    outcomes_verb.tell(house.ws.store, orders, now=house.clock.now())
    close(house, people)
    told = asked(house, "uniform")
    assert told.logged.estimate == pytest.approx(len(orders) / len(shown) / 3)  # 2.00 of margin is a third of the scale


def test_a_snapshot_is_judged_on_what_came_after_it_only(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(300)
    before = live(house, people, 2, rng)
    close(house, people)
    learned = learn_verb.learn(house.ws.store, house.campaign, now=house.clock.now(), holder="test")
    assert learned.published
    with house.ws.store.read() as unit:
        fresh = next(s for s in unit.snapshots.latest(house.campaign) if s.kind.endswith("/fr") and s.version)
    with pytest.raises(Faults, match=r"ope\.snapshot_young"):
        asked(house, f"snapshot:{fresh.id}")
    after = live(house, people, 2, rng)
    close(house, people)
    told = asked(house, f"snapshot:{fresh.id}", "uniform")
    assert told.rows == len(after)
    assert told.left_out == {"before_snapshot": len(before)}
    served = told.policies[0]
    # The log of those days was this very snapshot's: its value is what the log earned.
    assert served.value.estimate == pytest.approx(told.logged.estimate, abs=0.03)
    assert served.difference.low < 0 < served.difference.high
    with pytest.raises(Faults, match=r"ope\.policy_snapshot"):
        asked(house, "snapshot:s_none")


def test_nothing_is_written_by_asking(house: House, rng: np.random.Generator) -> None:
    people = house.go_live(60)
    live(house, people, 1, rng)
    close(house, people)

    def state() -> tuple[int, int, int]:
        with house.ws.store.read() as unit:
            return unit.ledger.count(), unit.decisions.count(house.campaign), unit.outcomes.count()

    before = state()
    first, again = asked(house, "thompson"), asked(house, "thompson")
    assert first.as_dict() == again.as_dict()
    assert state() == before


def test_whoever_withdrew_from_being_measured_or_was_forgotten_is_valued_no_more(
    house: House, rng: np.random.Generator
) -> None:
    people = house.go_live(120)
    shown = live(house, people, 2, rng)
    close(house, people)
    seen = list(dict.fromkeys(d.person for d in shown))
    withdrew, gone = seen[:10], seen[10:15]
    for person in withdrew:
        house.say(person, "measurement", "withdrawn")
    with house.ws.store.write() as unit:
        for i, person in enumerate(gone):
            unit.people.forget(person, f"gone_{i}")
    count = {name: sum(d.person in names for d in shown) for name, names in (("w", withdrew), ("g", gone))}
    told = asked(house, "uniform")
    assert told.left_out == {"withdrawn": count["w"], "forgotten": count["g"]}
    assert told.rows == len(shown) - count["w"] - count["g"]
    assert told.people == len(seen) - 15
    report = report_verb.report(house.ws.store, house.campaign, now=house.clock.now())
    assert sum(angle["n"] for angle in report["by_angle"]) == told.rows, "nor do they count for an angle"


# --- files -------------------------------------------------------------------------------------------------------------


def a_file(folder: Path, n: int = 3000, seed: int = 1) -> Path:
    rng = np.random.default_rng(seed)
    path = folder / "log.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(["item", "p", "click", "who", "slot", "at", "age", "other"])
        for i in range(n):
            a = int(rng.choice(3, p=(0.5, 0.3, 0.2)))
            hit = rng.random() < (0.1, 0.3, 0.2)[a]
            other = json.dumps({"i1": 0.5, "i2": 0.5}) if i % 2 else "i1"
            rows.writerow(
                [
                    f"i{a}",
                    (0.5, 0.3, 0.2)[a],
                    int(hit),
                    f"w{i}",
                    1 + i % 2,
                    1000 - i,
                    "old" if i % 3 else "young",
                    other,
                ]
            )
    return path  # fmt: skip


COLUMNS = {"action": "item", "reward": "click", "propensity": "p", "person": "who", "position": "slot", "time": "at"}


def test_a_foreign_log_answers_for_a_column_of_probabilities(tmp_path: Path) -> None:
    told = evaluate_verb.evaluate_file(a_file(tmp_path), ["column:other", "personal"], features=["age"], **COLUMNS)
    other = told.policies[0]
    assert other.policy == "column:other"
    assert other.value.low < 0.275 < other.value.high
    assert [p.name for p in other.places] == ["1", "2"]
    assert "ope.positions" in told.notes
    assert "ope.no_person" not in told.notes


def test_a_parquet_log_is_read_like_a_csv(tmp_path: Path) -> None:
    import duckdb

    path = a_file(tmp_path)
    duckdb.sql(f"copy (select * from read_csv('{path}', all_varchar=true)) to '{tmp_path / 'log.parquet'}'")
    one, two = (
        evaluate_verb.evaluate_file(p, ["uniform"], action="item", reward="click", propensity="p").as_dict()
        for p in (path, tmp_path / "log.parquet")
    )
    assert one == two


def test_a_missing_column_and_broken_rows_are_told_with_their_places(tmp_path: Path) -> None:
    path = a_file(tmp_path, 200)
    with pytest.raises(Faults) as told:
        evaluate_verb.evaluate_file(path, ["column:nowhere"], action="things", reward="click")
    assert {f.values["column"] for f in told.value.faults} == {"nowhere", "things"}
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[5] = "i0,0,1,w,1,5,old,i1"
    lines[8] = "i0,0.5,x,w,1,5,old,i9"
    lines[9] += ",too,many"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(Faults) as told:
        evaluate_verb.evaluate_file(path, ["column:other"], **COLUMNS)
    found = {f.code: f for f in told.value.faults}
    assert set(found) == {"csv.fields_many", "ope.propensity_zero", "ope.reward", "ope.distribution_action"}
    assert found["ope.propensity_zero"].values == {"count": 1, "rows": "6"}
    assert found["ope.distribution_action"].values["rows"] == "9"
    assert found["ope.reward"].where == "log.csv"


def test_what_came_of_a_choice_or_how_likely_it_was_is_no_feature_of_it(tmp_path: Path) -> None:
    with pytest.raises(Faults) as told:
        evaluate_verb.evaluate_file(a_file(tmp_path, 200), ["personal"], features=["age", "click", "p"], **COLUMNS)
    assert [(f.code, f.values["column"]) for f in told.value.faults] == [
        ("ope.feature_leaks", "click"),
        ("ope.feature_leaks", "p"),
    ]


def test_a_policy_that_is_misspelled_is_told_before_any_window_has_closed(house: House) -> None:
    house.go_live(20)
    with pytest.raises(Faults) as told:
        asked(house, "best", "epsilon-greedy:7")
    assert [f.code for f in told.value.faults] == ["ope.policy_unknown", "ope.policy_share"]
    with pytest.raises(Faults, match=r"ope\.policy_none"):
        asked(house)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1e300", "ope.reward_large"),
        ('{"i0": 1' + "0" * 400 + "}", "ope.reward"),
    ],
)
def test_an_outcome_too_large_to_add_up_is_refused_with_its_row(tmp_path: Path, cell: str, code: str) -> None:
    path = a_file(tmp_path, 200)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[4] = f'i0,0.5,"{cell.replace(chr(34), chr(34) * 2)}",w,1,5,old,i1'
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(Faults) as told:
        evaluate_verb.evaluate_file(path, ["uniform"], **COLUMNS)
    assert [(f.code, f.values["rows"]) for f in told.value.faults] == [(code, "5")]


def test_probabilities_that_no_number_can_hold_are_refused_with_their_row(tmp_path: Path) -> None:
    path = a_file(tmp_path, 200)
    lines = path.read_text(encoding="utf-8").splitlines()
    for at, cell in ((4, '{"i0": 1' + "0" * 400 + "}"), (6, '{"i0":' * 3000)):
        lines[at] = f'i0,0.5,0,w,1,5,old,"{cell.replace(chr(34), chr(34) * 2)}"'
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(Faults) as told:
        evaluate_verb.evaluate_file(path, ["column:other"], **COLUMNS)
    assert [(f.code, f.values["rows"]) for f in told.value.faults] == [("ope.distribution", "5, 7")]


def test_a_log_without_a_single_answer_has_no_interval_of_no_width(tmp_path: Path) -> None:
    path = tmp_path / "nothing.csv"
    path.write_text("item,p,click\n" + "a,0.5,0\nb,0.5,0\n" * 200, encoding="utf-8")
    told = evaluate_verb.evaluate_file(path, ["constant:a"], action="item", reward="click", propensity="p")
    one = told.policies[0]
    assert not told.logged.known
    assert not one.value.known
    assert not one.difference.known
    assert one.always is not None
    assert one.always.high > 0.05
    assert one.answer.can_answer == "no"
