"""Several policies on one log, side by side: values, differences to what the log earned, and whether it can answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from gale.decision.snapshot import Snapshot
from gale.measurement.offpolicy import Capped, Name, Rows, always_valid, cap_of, estimates
from gale.measurement.offpolicy_answer import Answer, Coverage, answer, coverage
from gale.measurement.offpolicy_log import Log
from gale.measurement.offpolicy_targets import Asked, Fitted, Floors, asked, folds_of, target
from gale.stats.interval import Interval
from gale.stats.robust import fixed_interval

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

# What long work tells whoever waits: a code of what it does, how many are done, of how many.
Progress = Callable[[str, int, int], None]

FOLDS = 5
REPEATS = 2  # times the folds are drawn; probabilities and predictions are averaged


class Place(msgspec.Struct, frozen=True):
    """One position (or touchpoint in a language): its rows, the policy's value there, and what the log earned there."""

    name: str
    rows: int
    value: Interval
    logged: Interval


class Valued(msgspec.Struct, frozen=True, kw_only=True):
    """One policy. `value` is the doubly robust answer in the reward's unit a decision; `difference` is to what the log
    earned on the same rows, its interval shared out over all policies asked for (Bonferroni). `always` holds at any
    size and look, for rewards in [0, `most`]; `None` where the policy learned from this log or no range is known.
    `capped` is there for amounts of money. `places` are empty where there is one place only."""

    policy: str
    value: Interval
    difference: Interval
    estimates: dict[Name, Interval]
    threshold: float
    bias_bound: float
    always: Interval | None
    capped: Capped | None
    shows: dict[str, float]
    coverage: Coverage
    answer: Answer
    places: tuple[Place, ...]


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer. `logged` is what the log earned a decision; `notes` are codes (`ope.propensities_off` …);
    `alpha` is that of each value, `alpha_difference` that of each difference. `most` is the range of `always`;
    `left_out` counts decisions of a campaign that could not be judged, by reason."""

    rows: int
    people: int
    actions: int
    groups: tuple[str, ...]
    logged: Interval
    policies: tuple[Valued, ...]
    alpha: float
    alpha_difference: float
    most: float | None
    notes: tuple[str, ...]
    misfits: tuple[str, ...]
    seed: int
    left_out: dict[str, int] = {}

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def evaluate(
    log: Log,
    policies: Sequence[str],
    *,
    seed: int = 42,
    alpha: float = 0.05,
    cap: float | None = None,
    snapshots: Mapping[str, tuple[str, Snapshot]] | None = None,
    columns: Mapping[str, Floats] | None = None,
    floors: Floors | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Evaluation:
    """Value each policy named in `policies` (see `offpolicy_targets`) on the log.

    Policies that learn and the reward model are fitted on other people's rows than those they are judged on
    (cross-fitting by person: Chernozhukov et al. 2018), so nobody marks her own work. Fixed sample, to be asked once;
    only `always` may be looked at again and again. `cap` cuts amounts; without it they are cut at the 99 % quantile of
    those above zero for the `capped` value alone. `floors` are what the campaign promises to the groups of `log.floor`
    whatever it learns. Reproducible by `seed`. Raises `Faults` of `asked` and
    `ope.few_people`.

    >>> rng = np.random.default_rng(0)
    >>> shown = rng.choice(["red", "blue"], 20_000)
    >>> click = rng.random(20_000) < np.where(shown == "blue", 0.3, 0.2)
    >>> log, _ = Log.of(action=list(shown), reward=[str(int(c)) for c in click], propensity=["0.5"] * 20_000)
    >>> found = evaluate(log, ["constant:blue", "uniform"])
    >>> for one in found.policies:
    ...     print(one.policy, round(one.value.estimate, 2), one.difference.above(0), one.answer.can_answer)
    constant:blue 0.3 True yes
    uniform 0.25 False yes
    """
    known, given = snapshots or {}, columns or {}
    wanted = asked(policies, log, snapshots=list(known), columns=list(given))
    rng = np.random.default_rng(seed)
    most = 1.0 if log.bounded else cap if float(log.reward.min()) >= 0 else None
    mu = np.zeros((len(log), len(log.actions)))
    fits: list[tuple[Bools, Fitted]] = []
    for repeat in range(REPEATS):
        fold = folds_of(log, FOLDS, rng)
        for held in range(FOLDS):
            test = fold == held
            fitted = Fitted.on(log, ~test)
            mu[test] += fitted.predict(log, test) / REPEATS
            fits.append((test, fitted))
            progress("ope.fitting", repeat * FOLDS + held + 1, REPEATS * FOLDS)
    each = alpha / len(wanted)
    valued = []
    for done, one in enumerate(wanted):
        progress("ope.valuing", done + 1, len(wanted))
        chances, as_logged = _probabilities(one, log, fits, rng, known, given, floors)
        valued.append(_valued(one, log, chances, mu, as_logged, alpha, each, most, cap))
    return Evaluation(
        rows=len(log),
        people=log.people,
        actions=len(log.actions),
        groups=log.groups,
        logged=_logged(log.reward, log.person, alpha),
        policies=tuple(valued),
        alpha=alpha,
        alpha_difference=each,
        most=most,
        notes=_notes(log, wanted),
        misfits=log.misfits() if not log.assumed else (),
        seed=seed,
    )


def _probabilities(
    one: Asked,
    log: Log,
    fits: Sequence[tuple[Bools, Fitted]],
    rng: np.random.Generator,
    snapshots: Mapping[str, tuple[str, Snapshot]],
    columns: Mapping[str, Floats],
    floors: Floors | None,
) -> tuple[Floats, Bools]:
    """The policy's probabilities (n, K), and the rows (n,) where it does what the log did."""
    if not one.learns:
        every = np.ones(len(log), dtype=bool)
        return target(one, log, every, None, rng, snapshots=snapshots, columns=columns, floors=floors)
    chances, silent = np.zeros((len(log), len(log.actions))), np.zeros(len(log), dtype=bool)
    for test, fitted in fits:
        part, quiet = target(one, log, test, fitted, rng, snapshots=snapshots, columns=columns, floors=floors)
        chances[test] += part / REPEATS
        silent[test] |= quiet
    return chances, silent


def _valued(
    one: Asked,
    log: Log,
    chances: Floats,
    mu: Floats,
    as_logged: Bools,
    alpha: float,
    each: float,
    most: float | None,
    cap: float | None,
) -> Valued:
    rows = _rows(log, chances, mu, as_logged)
    found = coverage(log, chances, as_logged, rows)
    cut = cap if cap is not None else None if log.bounded else cap_of(log.reward)
    always = None
    if most is not None and not one.learns:
        always = always_valid(rows.weight, np.minimum(log.reward, most), most, alpha=alpha)
    return Valued(
        policy=one.name,
        value=rows.interval("dr", alpha=alpha),
        difference=rows.against_log(alpha=each),
        estimates=dict(estimates(rows, alpha=alpha)),
        threshold=rows.threshold,
        bias_bound=rows.bias_bound,
        always=always,
        capped=rows.capped(cut) if cut is not None else None,
        shows={a: float(share) for a, share in zip(log.actions, chances.mean(axis=0), strict=True)},
        coverage=found,
        answer=answer(found),
        places=_places(log, chances, mu, as_logged, alpha),
    )


def _places(log: Log, chances: Floats, mu: Floats, as_logged: Bools, alpha: float) -> tuple[Place, ...]:
    """Each place by itself. For positions of one page this is the item-position model: the reward of a position depends
    on what is shown there and on nothing shown elsewhere (Li, Abbasi-Yadkori, Kveton, Muthukrishnan, Vinay and Wen,
    *Offline evaluation of ranking policies with click models*, 2018)."""
    if len(log.groups) == 1:
        return ()
    found = []
    for g, name in enumerate(log.groups):
        mine = log.group == g
        value = _rows(log, chances, mu, as_logged, mine).interval("dr", alpha=alpha)
        logged = _logged(log.reward[mine], log.person[mine], alpha)
        found.append(Place(name, int(mine.sum()), value, logged))
    return tuple(found)


def _logged(reward: Floats, person: Ints, alpha: float) -> Interval:
    """What the log itself earned; rewards that are all the same say nothing of their spread."""
    if reward.min() == reward.max():
        return Interval.unknown(float(reward.mean()))
    return fixed_interval(reward, alpha=alpha, cluster=person)


def _rows(log: Log, chances: Floats, mu: Floats, as_logged: Bools, part: Bools | slice = slice(None)) -> Rows:
    return Rows.of(
        chances[part], mu[part], log.action[part], log.reward[part], log.propensity[part], log.person[part],
        as_logged[part], None if log.logging is None else log.logging[part],
    )  # fmt: skip


def _notes(log: Log, wanted: Sequence[Asked]) -> tuple[str, ...]:
    """What has to be known to read the table."""
    notes = []
    if log.assumed:
        notes.append("ope.propensities_assumed")
    elif log.misfits():
        notes.append("ope.propensities_off")
    if any(one.learns for one in wanted):
        notes.append("ope.cross_fitted")
    if len(wanted) > 1:
        notes.append("ope.several")
    if not log.bounded:
        notes.append("ope.money")
    if log.floor is not None and any(one.kind in ("uniform", "constant") for one in wanted):
        notes.append("ope.floors")
    return tuple(notes)
