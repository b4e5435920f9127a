"""What another policy would have earned: the estimators' laws, their intervals' promises, and when a log cannot say."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gale.measurement.offpolicy import ESTIMATORS, Rows, always_valid, estimates
from gale.measurement.offpolicy_evaluation import evaluate
from gale.measurement.offpolicy_log import Log, distribution
from gale.records.faults import Faults
from gale.stats.robust import scores

Floats = NDArray[np.float64]


def drawn(
    seed: int, n: int = 400, k: int = 4, *, logging: Floats | None = None, mu: Floats | None = None
) -> tuple[Rows, Floats, Floats]:
    """A log of yes and no under random policies; the rows of a random target, target and predicted rewards."""
    rng = np.random.default_rng(seed)
    chances = rng.dirichlet(np.ones(k) * 3, n) * 0.9 + 0.1 / k if logging is None else logging
    target = rng.dirichlet(np.ones(k), n)
    rates = np.tile(rng.uniform(0.1, 0.6, k), (n, 1)) if mu is None else mu
    action = np.array([rng.choice(k, p=p) for p in chances], dtype=np.intp)
    reward = (rng.random(n) < rates[np.arange(n), action]).astype(np.float64)
    p = chances[np.arange(n), action]
    return Rows.of(target, rates, action, reward, p, np.arange(n), logging=chances), target, rates


def a_log(
    n: int, seed: int, *, shares: tuple[float, ...] = (0.5, 0.3, 0.2), rates: tuple[float, ...] = (0.2, 0.3, 0.1), **more: object
) -> Log:  # fmt: skip
    rng = np.random.default_rng(seed)
    action = rng.choice(len(shares), n, p=shares)
    reward = rng.random(n) < np.array(rates)[action]
    log, _ = Log.of(
        action=[f"v{a}" for a in action],
        reward=[str(int(r)) for r in reward],
        propensity=[str(shares[a]) for a in action],
        **more,  # type: ignore[arg-type]
    )
    return log


# --- laws ------------------------------------------------------------------------------------------------------------


@given(st.integers(0, 1000), st.floats(-50, 50))
@settings(max_examples=20, deadline=None)
def test_snips_moves_with_the_rewards_zero_and_its_spread_does_not(seed: int, shift: float) -> None:
    rows, _, _ = drawn(seed, 60)
    moved = Rows(rows.weight, rows.reward + shift, rows.predicted, rows.direct, rows.person, rows.reach)
    assert moved.snips == pytest.approx(rows.snips + shift, abs=1e-9)
    assert moved.parts("snips").std() == pytest.approx(rows.parts("snips").std(), abs=1e-9)


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_a_perfect_model_of_certain_rewards_leaves_no_residual(seed: int) -> None:
    """Rewards that follow from the action alone, the same target for all: `dr` has no spread, whatever the weights."""
    rng = np.random.default_rng(seed)
    n, k = 80, 3
    value = rng.uniform(0, 5, k)
    mu, target = np.tile(value, (n, 1)), np.tile(rng.dirichlet(np.ones(k)), (n, 1))
    p = rng.uniform(0.01, 1.0, n)
    action = rng.integers(0, k, n)
    rows = Rows.of(target, mu, action, value[action], p, np.arange(n))
    assert rows.parts("dr").std() == pytest.approx(0, abs=1e-9)
    assert rows.dr == pytest.approx(float(target[0] @ value))


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_the_logging_policy_itself_earned_what_the_log_earned(seed: int) -> None:
    rng = np.random.default_rng(seed)
    chances = rng.dirichlet(np.ones(4) * 3, 60) * 0.9 + 0.025
    mu = rng.random((60, 4))
    action = rng.integers(0, 4, 60)
    reward = rng.random(60)
    itself = Rows.of(chances, mu, action, reward, chances[np.arange(60), action], np.arange(60), logging=chances)
    assert itself.ips == pytest.approx(reward.mean())
    assert itself.snips == pytest.approx(reward.mean())
    silent = Rows.of(np.zeros((60, 4)), mu, action, reward, np.full(60, 0.1), np.arange(60), np.ones(60, dtype=bool))
    assert {round(getattr(silent, name), 12) for name in ESTIMATORS} == {round(float(reward.mean()), 12)}
    assert itself.effective == pytest.approx(60)


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_dr_is_the_score_that_the_gate_uses(seed: int) -> None:
    rng = np.random.default_rng(seed)
    target, mu = rng.dirichlet(np.ones(3), 50), rng.random((50, 3))
    action, reward, p = rng.integers(0, 3, 50), rng.random(50), rng.uniform(0.1, 1, 50)
    rows = Rows.of(target, mu, action, reward, p, np.arange(50))
    np.testing.assert_allclose(rows.parts("dr"), scores(target, mu, action, reward, p))


def test_ips_and_dr_are_right_on_average_over_every_log_of_a_small_world() -> None:
    """Two contexts, two actions, rewards 0 or 1, logs of three rows: every log with its probability, summed."""
    mu, logging = np.array([[0.2, 0.7], [0.5, 0.1]]), np.array([[0.9, 0.1], [0.3, 0.7]])
    target = np.array([[0.25, 0.75], [1.0, 0.0]])
    wrong = np.array([[0.9, 0.1], [0.4, 0.4]])  # a model that is no good
    outcomes = [
        (x, a, r, 0.5 * logging[x, a] * (mu[x, a] if r else 1 - mu[x, a]))
        for x in (0, 1)
        for a in (0, 1)
        for r in (0, 1)
    ]
    truth = float((target * mu).sum(axis=1).mean())
    mean = dict.fromkeys(("ips", "dr", "dm"), 0.0)
    for log in itertools.product(outcomes, repeat=3):
        x, a, r = (np.array([row[i] for row in log]) for i in range(3))
        chance = math.prod(row[3] for row in log)
        rows = Rows.of(target[x], wrong[x], a, r.astype(float), logging[x, a], np.arange(3))
        for name in mean:
            mean[name] += chance * getattr(rows, name)
    assert mean["ips"] == pytest.approx(truth, abs=1e-12)
    assert mean["dr"] == pytest.approx(truth, abs=1e-12)
    assert abs(mean["dm"] - truth) > 0.05  # and the model alone is not


def test_switch_leaves_out_one_heavy_row_and_says_how_wrong_that_may_be() -> None:
    n = 2000
    rng = np.random.default_rng(1)
    logging = np.tile([0.99996, 0.00004], (n, 1))
    target = np.tile([0.99, 0.01], (n, 1))
    action = np.zeros(n, dtype=np.intp)
    action[7] = 1
    reward = (rng.random(n) < 0.3).astype(np.float64)
    reward[7] = 1.0
    p = logging[np.arange(n), action]
    rows = Rows.of(target, np.full((n, 2), 0.3), action, reward, p, np.arange(n), logging=logging)
    assert rows.threshold < rows.weight.max() == pytest.approx(250)
    assert rows.bias_bound == pytest.approx(0.01)
    assert rows.interval("switch").high - rows.switch >= 0.01
    blind = Rows.of(target, np.full((n, 2), 0.3), action, reward, p, np.arange(n))
    assert math.isinf(blind.threshold)  # without the log's other probabilities it never pays
    assert blind.switch == blind.dr


def test_an_amount_of_a_billion_is_cut_and_what_the_cut_leaves_out_is_said() -> None:
    reward = np.concatenate([np.full(999, 20.0), [1e9]])
    rows = Rows.of(np.full((1000, 2), 0.5), np.zeros((1000, 2)), np.zeros(1000, dtype=np.intp), reward,
                   np.full(1000, 0.5), np.arange(1000))  # fmt: skip
    cut = rows.capped(100.0)
    assert cut.value.estimate == pytest.approx((999 * 20 + 100) / 1000)
    assert cut.value.estimate + cut.left_out == pytest.approx(rows.dr)
    assert cut.rows == 1


# --- promises (fixed seeds; the error allowed is stated) ---------------------------------------------------------------


def test_intervals_hold_the_truth_as_often_as_they_promise() -> None:
    """200 logs of 400 rows; 95 % promised, four standard errors below (88.8 %) allowed."""
    held = dict.fromkeys(("ips", "snips", "dr", "switch"), 0)
    rng = np.random.default_rng(4)
    mu = np.tile([0.15, 0.3, 0.25], (400, 1))
    logging, target = np.tile([0.6, 0.25, 0.15], (400, 1)), np.tile([0.1, 0.5, 0.4], (400, 1))
    truth = float(target[0] @ mu[0])
    for _ in range(200):
        action = rng.choice(3, 400, p=logging[0])
        reward = (rng.random(400) < mu[0, action]).astype(np.float64)
        rows = Rows.of(target, mu * 0.8, action, reward, logging[0, action], np.arange(400), logging=logging)
        for name in held:
            found = rows.interval(name)  # type: ignore[arg-type]
            held[name] += found.low <= truth <= found.high
    assert min(held.values()) >= 178, held


def test_the_always_valid_interval_holds_at_every_look_even_under_heavy_weights() -> None:
    """100 logs, each looked at after every 50 of 600 rows; 5 % promised at all looks together, 9 of 100 allowed."""
    rng = np.random.default_rng(8)
    lost = 0
    for _ in range(100):
        action = rng.random(600) < 0.02  # shown to 2 %, always by the target
        reward = (rng.random(600) < 0.4).astype(np.float64)
        weight = np.where(action, 50.0, 0.0)
        looks = [always_valid(weight[:n], reward[:n], 1.0) for n in range(50, 601, 50)]
        lost += any(not one.low <= 0.4 <= one.high for one in looks)
    assert lost <= 9


def test_what_the_log_never_showed_only_widens_the_always_valid_interval() -> None:
    """The policy shows a variant the log never showed in half the rows: its value may be anything from .2 to .7."""
    rng = np.random.default_rng(2)
    weight = np.where(rng.random(20_000) < 0.5, 1.0, 0.0)  # half of the mean weight is missing
    found = always_valid(weight, (rng.random(20_000) < 0.4).astype(np.float64), 1.0)
    assert found.low < 0.2
    assert found.high > 0.7


def test_rows_of_one_person_count_as_one_draw() -> None:
    rng = np.random.default_rng(3)
    once = Rows.of(np.full((500, 2), 0.5), np.zeros((500, 2)), rng.integers(0, 2, 500), rng.random(500) * 9,
                   np.full(500, 0.5), np.arange(500))  # fmt: skip
    four = Rows(
        *(np.tile(a, 4) for a in (once.weight, once.reward, once.predicted, once.direct, once.person)), once.reach
    )
    one, many = once.interval("dr"), four.interval("dr")
    assert many.high - many.low == pytest.approx(one.high - one.low, rel=0.01)


# --- a whole evaluation ----------------------------------------------------------------------------------------------


def test_several_policies_are_compared_in_one_table() -> None:
    found = evaluate(a_log(6000, 1), ["constant:v1", "uniform", "thompson", "epsilon-greedy:0.3"])
    constant, uniform, thompson, greedy = found.policies
    assert constant.value.low < 0.3 < constant.value.high
    assert constant.difference.low > 0
    assert uniform.value.low < 0.2 < uniform.value.high
    assert thompson.shows["v1"] > 0.9
    assert greedy.shows["v1"] == pytest.approx(0.8)
    assert {p.answer.can_answer for p in found.policies} == {"yes"}
    assert found.alpha_difference == pytest.approx(0.0125)
    assert {"ope.several", "ope.cross_fitted"} <= set(found.notes)
    assert constant.always is not None
    assert thompson.always is None  # it learned from this log
    assert constant.value.low > constant.always.low


def test_the_same_seed_gives_the_same_answer() -> None:
    first, again = (evaluate(a_log(800, 2), ["thompson"], seed=5).as_dict() for _ in range(2))
    assert first == again


def test_a_policy_that_learns_gains_nothing_where_there_is_nothing_to_learn() -> None:
    """30 logs without any effect; judged on rows it learned from, a learning policy would look better in nearly all."""
    gains = []
    for seed in range(30):
        log = a_log(600, seed, rates=(0.2, 0.2, 0.2))
        gains.append(evaluate(log, ["epsilon-greedy:0"], seed=1).policies[0].difference.estimate)
    assert abs(float(np.mean(gains))) < 3 * float(np.std(gains)) / math.sqrt(30)


def test_a_personal_policy_finds_tastes_that_differ() -> None:
    rng = np.random.default_rng(6)
    young = rng.random(6000) < 0.5
    action = rng.integers(0, 2, 6000)
    reward = rng.random(6000) < np.where(young == (action == 0), 0.4, 0.1)
    log, _ = Log.of(
        action=[f"v{a}" for a in action], reward=[str(int(r)) for r in reward], propensity=["0.5"] * 6000,
        features={"age": ["young" if y else "old" for y in young]},
    )  # fmt: skip
    (found,) = evaluate(log, ["personal"]).policies
    assert found.value.low > 0.35
    assert found.difference.low > 0.1


def test_positions_are_valued_one_by_one() -> None:
    rng = np.random.default_rng(7)
    n = 6000
    position, action = rng.integers(1, 4, n), rng.integers(0, 3, n)
    reward = rng.random(n) < np.array([0.3, 0.2, 0.1])[position - 1] * np.where(action == 0, 1.5, 0.75)
    log, _ = Log.of(
        action=[f"v{a}" for a in action], reward=[str(int(r)) for r in reward], propensity=[str(1 / 3)] * n,
        position=[str(p) for p in position],
    )  # fmt: skip
    (found,) = evaluate(log, ["constant:v0"]).policies
    truths = (0.45, 0.30, 0.15)
    assert [p.name for p in found.places] == ["1", "2", "3"]
    assert all(p.value.low < t < p.value.high for p, t in zip(found.places, truths, strict=True))
    assert found.value.low < 0.30 < found.value.high


# --- when the log cannot answer --------------------------------------------------------------------------------------


def test_an_action_that_was_declared_and_never_shown_cannot_be_answered_for() -> None:
    log = a_log(2000, 3, actions=["v0", "v1", "v2", "v3"])
    never, even = evaluate(log, ["constant:v3", "uniform"]).policies
    assert never.answer.can_answer == "no"
    assert never.answer.reasons[0].code == "ope.unseen"
    assert never.answer.reasons[0].values["actions"] == "v3"
    assert even.answer.can_answer == "no"
    assert even.coverage.unseen == pytest.approx(0.25)


def test_a_log_that_hardly_showed_an_action_barely_answers_or_not_at_all() -> None:
    log = a_log(3000, 4, shares=(0.98, 0.015, 0.005))
    verdicts = {p.policy: p for p in evaluate(log, ["constant:v0", "constant:v1", "constant:v2"]).policies}
    assert verdicts["constant:v0"].answer.can_answer == "yes"
    assert verdicts["constant:v1"].answer.can_answer == "barely"
    assert verdicts["constant:v2"].answer.can_answer == "no"
    assert verdicts["constant:v1"].coverage.largest_weight == pytest.approx(1 / 0.015)


def test_a_log_without_a_single_answer_says_so() -> None:
    log = a_log(1000, 5, rates=(0.0, 0.0, 0.0))
    (found,) = evaluate(log, ["uniform"]).policies
    assert found.answer.can_answer == "no"
    assert "ope.few_answers" in [r.code for r in found.answer.reasons]


def test_propensities_that_do_not_fit_the_log_are_noticed() -> None:
    rng = np.random.default_rng(9)
    action = rng.choice(2, 4000, p=(0.8, 0.2))
    log, _ = Log.of(action=[f"v{a}" for a in action], reward=["1"] * 4000, propensity=["0.5"] * 4000)
    found = evaluate(log, ["constant:v1"])
    assert "ope.propensities_off" in found.notes
    assert found.misfits == ("v0", "v1")
    assert found.policies[0].answer.can_answer == "no"
    assert a_log(4000, 1).misfits() == ()


# --- bad logs --------------------------------------------------------------------------------------------------------


def test_every_row_that_cannot_be_is_named_and_all_faults_come_at_once() -> None:
    with pytest.raises(Faults) as told:
        Log.of(
            action=["a", "", "zz", "b", "a", "b", "a"],
            reward=["1", "0", "0", "inf", "0", "1", "0"],
            propensity=["0.5", "0.5", "0.5", "0.5", "0", "1.5", ""],
            person=["p", "p", "", "p", "p", "p", "p"],
            position=["1", "1", "1", "1", "1", "1", " "],
            time=["1", "soon", "2026-11-24T20:00:00Z", "2", "3", "4", "5"],
            actions=["a", "b"],
        )
    found = {f.code: f.values for f in told.value.faults}
    assert {code: values["rows"] for code, values in found.items()} == {
        "ope.action": "3",
        "ope.undeclared": "4",
        "ope.reward": "5",
        "ope.propensity_zero": "6",
        "ope.propensity_above": "7",
        "ope.propensity_missing": "8",
        "ope.person": "4",
        "ope.position": "8",
        "ope.time": "3",
    }
    assert {values["count"] for values in found.values()} == {1}
    assert found["ope.undeclared"]["names"] == "a, b"


def test_only_the_first_bad_rows_are_named_and_the_rest_counted() -> None:
    with pytest.raises(Faults) as told:
        Log.of(action=["a", "b"] * 50, reward=["1"] * 100, propensity=["0"] * 100)
    assert told.value.faults[0].values == {"count": 100, "rows": "2, 3, 4, 5, 6 …"}


def test_an_empty_log_one_action_and_too_many_are_refused() -> None:
    with pytest.raises(Faults, match=r"ope\.empty"):
        Log.of(action=[], reward=[])
    with pytest.raises(Faults, match=r"ope\.one_action"):
        Log.of(action=["a", "a"], reward=["1", "0"])
    with pytest.raises(Faults, match=r"ope\.many_actions"):
        Log.of(action=[str(i) for i in range(501)], reward=["1"] * 501)
    with pytest.raises(Faults, match=r"ope\.few_people"):
        evaluate(a_log(8, 1), ["uniform"])


def test_a_log_without_propensities_takes_each_actions_share_and_says_so() -> None:
    log, _ = Log.of(action=["a"] * 60 + ["b"] * 40, reward=["1", "0"] * 50)
    assert log.propensity[0] == pytest.approx(0.6)
    assert "ope.propensities_assumed" in evaluate(log, ["uniform"]).notes


def test_propensities_of_all_actions_may_be_given_in_the_cell() -> None:
    cells = ['{"a": 0.2, "b": 0.8}', '{"a": 0.5, "b": 0.5}']
    log, _ = Log.of(action=["a", "b"], reward=["1", "0"], propensity=cells)
    assert log.propensity.tolist() == [0.2, 0.5]
    assert log.logging is not None
    with pytest.raises(Faults, match=r"ope\.propensity_zero"):
        Log.of(action=["a", "b"], reward=["1", "0"], propensity=['{"b": 1.0}', '{"b": 1.0}'])


def test_rows_are_taken_in_the_order_of_time() -> None:
    log, order = Log.of(action=["a", "b", "a"], reward=["1", "2", "3"], time=["2026-02-01", "2026-01-01", "2026-03-01"])
    assert order.tolist() == [1, 0, 2]
    assert log.reward.tolist() == [2, 1, 3]


def test_policies_that_are_not_there_are_refused_together() -> None:
    with pytest.raises(Faults) as told:
        evaluate(
            a_log(200, 1),
            ["best", "constant", "constant:v9", "epsilon-greedy:2", "snapshot:s_1", "column:c", "personal", "uniform",
             "uniform"],
        )  # fmt: skip
    assert sorted({f.code for f in told.value.faults}) == [
        "ope.policy_action",
        "ope.policy_column",
        "ope.policy_features",
        "ope.policy_share",
        "ope.policy_snapshot",
        "ope.policy_twice",
        "ope.policy_unknown",
    ]
    with pytest.raises(Faults, match=r"ope\.policy_none"):
        evaluate(a_log(200, 1), [])


@pytest.mark.parametrize("cell", ["", "{}", '{"a": 0.5}', '{"a": 1.5, "b": -0.5}', '{"a": NaN}', "{not json", "[1]"])
def test_a_distribution_that_is_none_is_refused(cell: str) -> None:
    with pytest.raises(Faults, match=r"ope\.distribution"):
        distribution(["a", cell], ["a", "b"], [2, 3], "target")


def test_every_estimator_agrees_where_the_log_is_the_policy() -> None:
    rows, _, _ = drawn(1, 300)
    told = estimates(rows)
    assert list(told) == list(ESTIMATORS)
    assert not told["dm"].known
    assert all(told[name].known for name in ("ips", "snips", "dr", "switch"))
