"""The sceptic's question to a randomised log: would choosing for each person have been better than one arm for all?

Every policy is valued on people it was not learned from (cross-fitting by person, repeated and averaged so that no seed
decides), by doubly robust scores. The learned policy is recommended only if the lower end of the two-sided 95 %
interval of its difference to the best constant lies above zero. To be asked once: for a log that grows there is `Gate`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from gale.decision.columns import encode, number
from gale.decision.model import Design, fit
from gale.decision.tally import Tally
from gale.records.faults import Fault, raise_if
from gale.stats.interval import Interval
from gale.stats.robust import effective_size, fixed_interval, scores

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

LEAST_ARM = 50  # people an arm needs before anything can be learned and checked on others
LEAST_APART = 200  # rows in which policy and constant must differ before their difference is worth an interval
REPEATS = 4  # times the folds are drawn; scores are averaged
MOST_ARMS = 200
NAMED = 5  # so many bad rows are named, the others counted


@dataclass(frozen=True)
class Table:
    """A log as arrays: `person` and `arm` are codes into `people` (how many) and `arms` (names, sorted); `features`
    (n, d) with an intercept first; `propensity` (n,) of the logged arm; `given` says whether the log brought it."""

    person: Ints
    people: int
    arm: Ints
    arms: tuple[str, ...]
    outcome: Floats
    features: Floats
    feature_names: tuple[str, ...]
    propensity: Floats
    given: bool

    @classmethod
    def of(
        cls,
        *,
        person: Sequence[str],
        arm: Sequence[str],
        outcome: Sequence[str],
        features: Mapping[str, Sequence[str]],
        propensity: Sequence[str] | None = None,
        lines: Sequence[int] | None = None,
    ) -> Table:
        """Read columns of text, all of one length; `lines` are the rows' numbers in the file, for the faults.

        Without propensities each arm's share of the rows is taken (a test that was randomised alike for everybody).
        Raises `Faults`, all at once: `replay.empty`, `replay.person`, `replay.arm`, `replay.outcome`,
        `replay.propensity` (cells that cannot be, with their rows), `replay.one_arm`, `replay.many_arms`,
        `replay.arm_small`.
        """
        rows = list(lines) if lines is not None else list(range(2, len(arm) + 2))
        values = [number(c) for c in outcome]
        chances = [number(c) for c in propensity] if propensity is not None else None
        faults: list[Fault] = []
        if not arm:
            faults.append(Fault(code="replay.empty"))
        wrong = {
            "replay.person": [not p.strip() for p in person],
            "replay.arm": [not a.strip() for a in arm],
            "replay.outcome": [v is None for v in values],
            "replay.propensity": [c is None or not 0 < c <= 1 for c in chances or ()],
        }
        for code, bad in wrong.items():
            named = [row for row, is_bad in zip(rows, bad, strict=False) if is_bad]
            if named:
                told = ", ".join(str(r) for r in named[:NAMED]) + (" …" if len(named) > NAMED else "")
                faults.append(Fault(code=code, values={"count": len(named), "rows": told}, where=f"row {named[0]}"))
        names = sorted({a.strip() for a in arm if a.strip()})
        if len(names) == 1:
            faults.append(Fault(code="replay.one_arm", values={"arm": names[0]}))
        if len(names) > MOST_ARMS:
            faults.append(Fault(code="replay.many_arms", values={"count": len(names), "most": MOST_ARMS}))
        else:
            held = Counter(a for a, _ in {(a.strip(), p.strip()) for a, p in zip(arm, person, strict=True)})
            faults += [
                Fault(code="replay.arm_small", values={"arm": a, "count": held[a], "least": LEAST_ARM})
                for a in names
                if held[a] < LEAST_ARM
            ]
        raise_if(faults)
        place = {a: i for i, a in enumerate(names)}
        codes = np.array([place[a.strip()] for a in arm], dtype=np.intp)
        known, who = np.unique(np.array([p.strip() for p in person]), return_inverse=True)
        x, feature_names = encode(features) if features else (np.ones((len(arm), 1)), ("",))
        shares = np.bincount(codes, minlength=len(names)) / len(codes)
        logged = shares[codes] if chances is None else np.array(chances, dtype=np.float64)
        reward = np.array(values, dtype=np.float64)
        return cls(
            who.astype(np.intp), len(known), codes, tuple(names), reward, x, feature_names, logged, chances is not None
        )


class Valued(msgspec.Struct, frozen=True):
    """One policy's value, in the outcome's unit a row, and its two-sided 95 % interval."""

    arm: str
    value: float
    low: float
    high: float
    rows: int


class ReplayResult(msgspec.Struct, frozen=True, kw_only=True):
    """`recommendation` is an arm's name or `"policy"`. `difference` is policy minus best constant; its `low` is the
    lowest of the lower ends against every constant, since the policy has to beat them all. `apart` is the share of rows
    in which policy and best constant differ, `shows` how often the policy shows each arm. `effective_rows` says what the
    log is worth for the policy's value. `warnings` are codes."""

    recommendation: str
    reason: str
    best_constant: Valued
    policy: Valued
    difference: Interval
    constants: tuple[Valued, ...]
    shows: dict[str, float]
    apart: float
    rows: int
    people: int
    effective_rows: float
    features: tuple[str, ...]
    folds: int
    seed: int
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def replay(table: Table, *, seed: int, folds: int = 5, alpha: float = 0.05) -> ReplayResult:
    """Value every constant and the learned policy on the log; recommend what is proven.

    Fixed sample, two-sided `1 - alpha`; rows of one person are one cluster and stay in one fold. Reproducible by `seed`.
    """
    n, k = len(table.arm), len(table.arms)
    rng = np.random.default_rng(seed)
    target = np.zeros((n, k))
    policy_scores, constant_scores = np.zeros(n), np.zeros((n, k))
    for _ in range(REPEATS):
        fold = rng.permutation(np.arange(table.people) % folds)[table.person]
        for held in range(folds):
            test = fold == held
            mu = _predicted(table, ~test, table.features[test])
            chosen = np.eye(k)[mu.argmax(axis=1)]
            logged = (table.arm[test], table.outcome[test], table.propensity[test])
            target[test] += chosen / REPEATS
            policy_scores[test] += scores(chosen, mu, *logged) / REPEATS
            for a in range(k):
                one = np.zeros((int(test.sum()), k))
                one[:, a] = 1.0
                constant_scores[test, a] += scores(one, mu, *logged) / REPEATS

    def valued(name: str, of: Floats, rows: int) -> Valued:
        interval = fixed_interval(of, alpha=alpha, cluster=table.person)
        return Valued(name, interval.estimate, interval.low, interval.high, rows)

    counts = np.bincount(table.arm, minlength=k)
    constants = tuple(valued(table.arms[a], constant_scores[:, a], int(counts[a])) for a in range(k))
    best = int(np.argmax([c.value for c in constants]))
    against = [
        fixed_interval(policy_scores - constant_scores[:, a], alpha=alpha, cluster=table.person) for a in range(k)
    ]
    difference = Interval(against[best].estimate, min(a.low for a in against), against[best].high)
    apart = 1.0 - target[:, best]
    alike = int((apart > 0).sum()) < LEAST_APART
    better = difference.low > 0 and not alike
    weights = target[np.arange(n), table.arm] / table.propensity
    return ReplayResult(
        recommendation="policy" if better else table.arms[best],
        reason="replay.policy_better" if better else "replay.policy_same" if alike else "replay.not_better",
        best_constant=constants[best],
        policy=valued("policy", policy_scores, n),
        difference=difference,
        constants=constants,
        shows={name: float(target[:, a].mean()) for a, name in enumerate(table.arms)},
        apart=float(apart.mean()),
        rows=n,
        people=table.people,
        effective_rows=effective_size(weights),
        features=table.feature_names[1:],
        folds=folds,
        seed=seed,
        warnings=_warnings(table, weights),
    )


def _predicted(table: Table, learn: NDArray[np.bool_], features: Floats) -> Floats:
    """Expected outcome of each arm, from the rows in `learn`, for other people; shape (n, K).

    Rows count by their inverse propensity (scaled to mean 1), so that a log that favoured some people teaches about all.
    """
    weight = 1 / table.propensity[learn]
    root = np.sqrt(weight / weight.mean())
    x, r, arm = table.features[learn] * root[:, None], table.outcome[learn] * root, table.arm[learn]
    names = tuple(f"{a:04d}" for a in range(len(table.arms)))
    tally = Tally.of(names, arm, x, r)
    fitted = fit(tally, Design.of([("", name, {}) for name in names], features.shape[1]))
    return np.asarray(features @ fitted.weights.T, dtype=np.float64)


def _warnings(table: Table, weights: Floats) -> tuple[str, ...]:
    """Codes: `replay.thin` (the log is worth few rows for this policy), `replay.weights` (propensities do not fit how
    often the arms were shown: their inverses should add up to the number of rows)."""
    found = []
    if effective_size(weights) < 0.01 * len(weights):
        found.append("replay.thin")
    if table.given:
        inverse = 1 / table.propensity
        sums = np.bincount(table.arm, weights=inverse)
        errors = np.sqrt(np.bincount(table.arm, weights=inverse**2))
        if (np.abs(sums - len(weights)) > 5 * errors).any():
            found.append("replay.weights")
    return tuple(found)
