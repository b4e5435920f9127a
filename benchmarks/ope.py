"""Off-policy evaluation: how wrong is each estimator where the truth is known, and does it hold on real logs?

`synthetic`: logs drawn from five worlds whose truth is summed, not sampled: good overlap; poor overlap (weights up to a
thousand); a reward model that cannot be right (what drives the reward is hidden from it); near-deterministic logging
(97 % on one action); positions on a page. Each is drawn `--runs` times; errors are relative to the truth, `coverage_*`
is how often the 95 % interval holds the truth.

`obd`: two logs of one shop at one time, one drawn evenly, one by Thompson sampling (Open Bandit Dataset; Saito, Aihara,
Matsutani, Narita 2020). From each the rate of the other is estimated, for all positions and for each, and held against
what the other earned itself. The Thompson policy's probabilities are its log's shares of actions in each position, half
a row added to each. `obd_contains`: the estimate's interval holds the other log's own rate, in both directions;
`obd_agrees`: the difference of the two is within what both errors allow. Nothing is tuned on these files.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gale.adapters.files.tables import read_table
from gale.measurement.offpolicy import ESTIMATORS
from gale.measurement.offpolicy_evaluation import Valued, evaluate
from gale.measurement.offpolicy_log import Log
from gale.stats.interval import Interval
from gale.stats.robust import fixed_interval

Floats = NDArray[np.float64]
DATA = Path(__file__).parents[2] / "shared" / "data"
SIZE = 2000
FEATURES = [f"user_feature_{i}" for i in range(4)]


@dataclass(frozen=True)
class World:
    """Contexts (C, d) seen by the model and drawn evenly, expected rewards, logging and target policy, all (C, K); a
    context belongs to a position."""

    seen: Floats
    mu: Floats
    logging: Floats
    target: Floats
    position: NDArray[np.intp]

    @property
    def truth(self) -> float:
        return float((self.target * self.mu).sum(axis=1).mean())

    def draw(self, n: int, rng: np.random.Generator) -> tuple[Log, Floats]:
        """A log of `n` rows and the target's probabilities in each."""
        context = rng.integers(0, len(self.mu), n)
        k = self.mu.shape[1]
        cumulative = self.logging[context].cumsum(axis=1)
        action = np.minimum((rng.random(n)[:, None] > cumulative).sum(axis=1), k - 1)
        reward = (rng.random(n) < self.mu[context, action]).astype(np.float64)
        groups = tuple(str(p) for p in range(int(self.position.max()) + 1))
        log = Log(
            action=action, actions=tuple(f"a{i}" for i in range(k)), reward=reward,
            propensity=self.logging[context, action], features=self.seen[context], group=self.position[context],
            groups=groups, person=np.arange(n), feature_names=tuple("f" * self.seen.shape[1]),
            logging=self.logging[context],
        )  # fmt: skip
        return log, self.target[context]


def softmax(scores: Floats, floor: float) -> Floats:
    """Probabilities by row, a share `floor` of them spread evenly."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (1 - floor) * raised / raised.sum(axis=1, keepdims=True) + floor / scores.shape[1]


def worlds() -> dict[str, World]:
    """The five worlds; fixed by their seed."""
    rng = np.random.default_rng(17)
    contexts, k = 60, 6
    x = np.column_stack([np.ones(contexts), rng.standard_normal((contexts, 3))])
    taste = rng.standard_normal((k, 4)) * (0.3, 0.5, 0.5, 0.5)
    mu = 1 / (1 + np.exp(1.8 - 0.6 * x @ taste.T))
    prefer = x @ (0.5 * taste + 0.6 * rng.standard_normal((k, 4))).T
    target = softmax(3 * x @ taste.T, 0.05)
    here = np.zeros(contexts, dtype=np.intp)
    one = np.zeros((contexts, k))
    one[:, 0] = 1.0
    where = np.arange(contexts) % 3
    lower = mu * np.array([1.0, 0.6, 0.35])[where][:, None]
    return {
        "overlap": World(x, mu, softmax(prefer, 0.5), target, here),
        "poor": World(x, mu, softmax(4 * prefer, 0.005), target, here),
        "misspecified": World(x[:, :1], mu, softmax(prefer, 0.3), target, here),
        "deterministic": World(x, mu, 0.97 * one + 0.03 / k, softmax(x @ taste.T, 0.05), here),
        "positions": World(x, lower, softmax(prefer, 0.3), target, where),
    }


def synthetic(runs: int, seed: int) -> dict[str, Any]:
    """Relative root mean squared error and coverage of each estimator, by world and over all worlds."""
    told: dict[str, Any] = {"runs": runs, "rows": SIZE, "worlds": {}}
    squares: dict[str, list[float]] = {name: [] for name in ESTIMATORS}
    held: dict[str, list[bool]] = {name: [] for name in (*ESTIMATORS, "always")}
    answered: list[bool] = []
    for at, (world_name, world) in enumerate(worlds().items()):
        rng = np.random.default_rng([seed, at])
        errors: dict[str, list[float]] = {name: [] for name in ESTIMATORS}
        inside: dict[str, list[bool]] = {name: [] for name in held}
        verdicts = {"yes": 0, "barely": 0, "no": 0}
        for _ in range(runs):
            log, chances = world.draw(SIZE, rng)
            (found,) = evaluate(log, ["column:target"], columns={"target": chances}, seed=1).policies
            for name in ESTIMATORS:
                interval = found.estimates[name]
                errors[name].append(interval.estimate / world.truth - 1)
                inside[name].append(interval.low <= world.truth <= interval.high)
            assert found.always is not None
            inside["always"].append(found.always.low <= world.truth <= found.always.high)
            verdicts[found.answer.can_answer] += 1
            if found.answer.can_answer == "yes":
                answered.append(inside["dr"][-1])
        told["worlds"][world_name] = {
            "truth": round(world.truth, 4),
            **{f"rmse_{name}": round(_root(errors[name]), 4) for name in ESTIMATORS},
            **{f"bias_{name}": round(float(np.mean(errors[name])), 4) for name in ESTIMATORS},
            **{f"coverage_{name}": round(float(np.mean(inside[name])), 4) for name in inside if name != "dm"},
            **verdicts,
        }
        print(f"{world_name} done", file=sys.stderr)
        for name in ESTIMATORS:
            squares[name] += errors[name]
        for name, values in inside.items():
            held[name] += values
    told |= {f"rmse_{name}": round(_root(squares[name]), 4) for name in ESTIMATORS}
    told |= {f"coverage_{name}": round(float(np.mean(held[name])), 4) for name in held if name != "dm"}
    told["coverage_dr_where_yes"] = round(float(np.mean(answered)), 4) if answered else None
    return told


def _root(errors: list[float]) -> float:
    return math.sqrt(float(np.mean(np.square(errors))))


def read(file: Path) -> Log:
    """One log of the Open Bandit Dataset."""
    raw = read_table(file)
    at = {name: raw.header.index(name) for name in raw.header}
    columns: dict[str, list[str]] = {name: [] for name in raw.header}
    lines = []
    for line, row in raw.rows():
        lines.append(line)
        for name, i in at.items():
            columns[name].append(row[i])
    log, _ = Log.of(
        action=columns["item_id"], reward=columns["click"], propensity=columns["propensity_score"],
        features={name: columns[name] for name in FEATURES if name in columns}, position=columns["position"],
        time=columns.get("timestamp"),
        actions=sorted(set(columns["item_id"])), lines=lines,
    )  # fmt: skip
    return log


def shares(of: Log, actions: tuple[str, ...], on: Log) -> Floats:
    """The share of each action in each position of one log, for the rows of another; shape (n, K)."""
    counts = np.full((len(on.groups), len(actions)), 0.5)
    for g, name in enumerate(on.groups):
        if name in of.groups:
            shown = of.shown[of.groups.index(name)]
            counts[g] += [shown[of.actions.index(a)] if a in of.actions else 0.0 for a in actions]
    return (counts / counts.sum(axis=1, keepdims=True))[on.group]


def obd(folder: Path) -> dict[str, Any]:
    """Each log's policy valued on the other log."""
    files = {name: folder / f"obd_men_{name}.csv.gz" for name in ("random", "bts")}
    if not all(f.exists() for f in files.values()):
        return {"obd_skipped": "the Open Bandit sample is not there"}
    logs = {name: read(file) for name, file in files.items()}
    told: dict[str, Any] = {"obd_rows": {name: len(log) for name, log in logs.items()}}
    contains, agrees = [], []
    for source, other in (("random", "bts"), ("bts", "random")):
        log = logs[source]
        if other == "random":
            chances = np.full((len(log), len(log.actions)), 1 / len(log.actions))
        else:
            chances = shares(logs[other], log.actions, log)
        (found,) = evaluate(log, ["column:target"], columns={"target": chances}).policies
        on_policy = fixed_interval(logs[other].reward)
        one = _direction(found, on_policy)
        one["positions"] = {
            place.name: _against(place.value, _rate(logs[other], place.name))
            for place in found.places
            if place.name in logs[other].groups
        }
        told[f"obd_{other}_from_{source}"] = one
        contains.append(one["contains"])
        agrees.append(one["agrees"])
    told["obd_contains"], told["obd_agrees"] = all(contains), all(agrees)
    return told


def _rate(log: Log, position: str) -> Interval:
    return fixed_interval(log.reward[log.group == log.groups.index(position)])


def _direction(found: Valued, on_policy: Interval) -> dict[str, Any]:
    one = _against(found.value, on_policy)
    one |= {f"contains_{n}": i.low <= on_policy.estimate <= i.high for n, i in found.estimates.items() if i.known}
    one |= {f"estimate_{name}": round(i.estimate, 5) for name, i in found.estimates.items()}
    one["can_answer"] = found.answer.can_answer
    one["reasons"] = [r.code for r in found.answer.reasons]
    one["effective_rows"] = round(found.coverage.effective)
    return one


def _against(value: Interval, on_policy: Interval) -> dict[str, Any]:
    reach = math.hypot(value.high - value.estimate, on_policy.high - on_policy.estimate)
    return {
        "estimate": round(value.estimate, 5),
        "low": round(value.low, 5),
        "high": round(value.high, 5),
        "on_policy": round(on_policy.estimate, 5),
        "on_policy_low": round(on_policy.low, 5),
        "on_policy_high": round(on_policy.high, 5),
        "contains": bool(value.low <= on_policy.estimate <= value.high),
        "agrees": bool(abs(value.estimate - on_policy.estimate) <= reach),
    }


def main(argv: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="ope")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the Open Bandit sample")
    parser.add_argument("--runs", type=int, default=200, help="logs drawn from each world")
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args(argv)
    return {**obd(options.data), **synthetic(options.runs, options.seed)}
