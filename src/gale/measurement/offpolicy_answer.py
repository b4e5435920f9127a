"""Can this log answer at all? What a log knows of a policy it did not serve, and the verdict in words.

An interval from a log that hardly ever showed what the policy would show looks as tidy as any other. So the verdict
comes first, from six figures (`Coverage`), by limits that are stated here and not fitted to any data:

* the share of the policy's choices that the log *never* showed in that place: no weighting brings them back (the
  support condition of importance sampling; Sachdeva, Su and Joachims, *Off-policy bandits with deficient support*,
  2020), and those shown fewer than 20 times;
* the number of rows that the weighted log is worth (Kish, *Survey sampling*, 1965), and of rewarded ones among them;
* the share that the heaviest person has in all weight, and in the spread that makes the interval: a normal
  approximation wants nobody to matter alone (Owen, *Monte Carlo theory, methods and examples*, 2013, section 9.3);
* the mean weight, which is 1 wherever propensities are right and nothing is missing (Lefortier et al. 2016).
"""

from __future__ import annotations

import math
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from gale.measurement.offpolicy import Rows
from gale.measurement.offpolicy_log import Log
from gale.stats.robust import effective_size

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Verdict = Literal["yes", "barely", "no"]

RARE = 20  # an action shown fewer times in its place is rare
NAMED = 3
# limit: beyond the first "barely", beyond the second "no"
UNSEEN = (0.001, 0.05)
RARELY = (0.05, 0.5)
EFFECTIVE = (200.0, 30.0)
ANSWERS = (30.0, 5.0)
HEAVIEST = (0.05, 0.25)
SPREAD = (0.1, 0.5)
OFF = (4.0, 12.0)  # standard errors of the mean weight


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What the log knows of a policy.

    `unseen` and `rare` are shares of its choices (0 to 1), `unseen_actions` the most frequent of those; `effective` rows
    and `answers` (effective number of rewarded rows); `largest_weight` of one row; `heaviest` and `spread` are one
    person's share of all weight and of the squared error; `mean_weight`, and `off`, how many standard errors it lies
    from 1; `as_logged` the share of rows in which the policy does what the log did because it has no say there.
    """

    rows: int
    people: int
    unseen: float
    unseen_actions: tuple[str, ...]
    rare: float
    effective: float
    answers: float
    largest_weight: float
    heaviest: float
    spread: float
    mean_weight: float
    off: float
    as_logged: float


class Reason(msgspec.Struct, frozen=True):
    """One reason of a verdict: a code with words in both languages, its values, and how grave it is."""

    code: str
    values: dict[str, Any]
    verdict: Verdict


class Answer(msgspec.Struct, frozen=True):
    """Whether the log can answer for a policy, and why; the gravest reasons first."""

    can_answer: Verdict
    reasons: tuple[Reason, ...]


def coverage(log: Log, target: Floats, as_logged: Bools, rows: Rows) -> Coverage:
    """What the log knows of the policy `target` (n, K)."""
    mass = np.zeros(log.shown.shape)
    np.add.at(mass, log.group[~as_logged], target[~as_logged])
    n = len(log)
    never, seldom = mass * (log.shown == 0), mass * ((log.shown > 0) & (log.shown < RARE))
    by_action = never.sum(axis=0)
    worst = [log.actions[k] for k in np.argsort(-by_action, kind="stable")[:NAMED] if by_action[k] > 0]
    weights = np.bincount(log.person, weights=rows.weight)
    parts = rows.parts("dr")
    errors = np.bincount(log.person, weights=parts - parts.mean()) ** 2
    away = np.bincount(log.person, weights=rows.weight - 1)
    error = math.sqrt(float(away @ away))
    shift = float(away.sum())
    return Coverage(
        rows=n,
        people=log.people,
        unseen=float(never.sum()) / n,
        unseen_actions=tuple(worst),
        rare=float(seldom.sum()) / n,
        effective=rows.effective,
        answers=effective_size(np.abs(rows.weight * rows.reward)),
        largest_weight=float(rows.weight.max()),
        heaviest=float(weights.max() / weights.sum()) if weights.sum() > 0 else 1.0,
        spread=float(errors.max() / errors.sum()) if errors.sum() > 0 else 0.0,
        mean_weight=float(rows.weight.mean()),
        off=abs(shift) / error if error > 1e-9 * n else 0.0,
        as_logged=float(as_logged.mean()),
    )


def answer(found: Coverage) -> Answer:
    """The verdict: the gravest of the reasons; with none of them the log can answer.

    >>> well = Coverage(rows=9000, people=9000, unseen=0.0, unseen_actions=(), rare=0.0, effective=4000.0, answers=300.0,
    ...     largest_weight=4.0, heaviest=0.001, spread=0.002, mean_weight=1.01, off=0.4, as_logged=0.0)
    >>> answer(well).can_answer
    'yes'
    >>> never = msgspec.structs.replace(well, unseen=0.3, unseen_actions=("blue",))
    >>> answer(never).can_answer, [r.code for r in answer(never).reasons]
    ('no', ['ope.unseen'])
    """
    reasons: list[Reason] = []

    def over(code: str, value: float, limits: tuple[float, float], **values: Any) -> None:
        if value > limits[0]:
            reasons.append(Reason(code, values, "no" if value > limits[1] else "barely"))

    def under(code: str, value: float, limits: tuple[float, float], **values: Any) -> None:
        if value < limits[0]:
            reasons.append(Reason(code, values, "no" if value < limits[1] else "barely"))

    over("ope.unseen", found.unseen, UNSEEN, share=found.unseen, actions=", ".join(found.unseen_actions))
    over("ope.rare", found.rare, RARELY, share=found.rare, least=RARE)
    under("ope.thin", found.effective, EFFECTIVE, count=found.effective, rows=found.rows)
    under("ope.few_answers", found.answers, ANSWERS, count=found.answers)
    over("ope.heavy", found.heaviest, HEAVIEST, share=found.heaviest)
    over("ope.one_decides", found.spread, SPREAD, share=found.spread)
    over("ope.weights_off", found.off, OFF, mean=found.mean_weight)
    reasons.sort(key=lambda r: r.verdict != "no")
    worst: Verdict = reasons[0].verdict if reasons else "yes"
    return Answer(worst, tuple(reasons) or (Reason("ope.enough", {}, "yes"),))
