"""The policies a person can name, as probabilities a row; those that learn do so on other people's rows.

`uniform`, `constant:ACTION`, `epsilon-greedy` (or `epsilon-greedy:0.2`), `thompson`, `personal`, and, where the caller
brings them, `snapshot:ID` (a policy as it was served) and `column:NAME` (probabilities written in the log).

What is valued under a learning policy's name is the policy as it would be served after having learned from the rest of
this log (the product's own rules, with their explored share and the campaign's floors), not the way it would have gone
about learning. `uniform` and `constant` are what they say, for everybody: they keep no floor.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from gale.decision import policies
from gale.decision.model import Design, Fit, fit
from gale.decision.snapshot import Body, Snapshot
from gale.decision.tally import Tally
from gale.decision.terms import Terms, under
from gale.measurement.offpolicy_log import Log
from gale.records.faults import Fault, Faults, raise_if

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]
Kind = Literal["uniform", "constant", "epsilon-greedy", "thompson", "personal", "snapshot", "column"]

Floors = Callable[[str, Sequence[str], float], Mapping[str, Mapping[str, float]]]
"""Least probabilities by floor group and action, for a place, its actions and the share that is explored there."""

KINDS: tuple[Kind, ...] = ("uniform", "constant", "epsilon-greedy", "thompson", "personal", "snapshot", "column")
LEARNED = frozenset({"epsilon-greedy", "thompson", "personal"})
PERSONAL_EXPLORE = 0.05
LARGEST = 3000  # coefficients of a person-level model; above, the model looks at actions only
LEVEL = 0.1  # rewards are scaled to this mean, whatever their unit


class Asked(msgspec.Struct, frozen=True):
    """A policy as it was asked for: its kind, what follows the colon, and the whole text."""

    kind: Kind
    argument: str
    name: str

    @property
    def learns(self) -> bool:
        return self.kind in LEARNED

    @property
    def explore(self) -> float:
        """Share spread evenly of `epsilon-greedy`; 0.1 where none is given."""
        return float(self.argument) if self.argument else 0.1


def spelled(texts: Sequence[str]) -> list[Fault]:
    """What is wrong with the policies' names whatever log they are asked of: `ope.policy_none`, `ope.policy_unknown`
    (with those there are), `ope.policy_share` (not in [0, 1]), `ope.policy_twice`.

    >>> [f.code for f in spelled(["best", "epsilon-greedy:2", "uniform", "uniform"])]
    ['ope.policy_unknown', 'ope.policy_share', 'ope.policy_twice']
    """
    known = ", ".join(KINDS)
    if not texts:
        return [Fault(code="ope.policy_none", values={"known": known})]
    faults = []
    for text in texts:
        kind, _, argument = text.strip().partition(":")
        needs = kind in ("constant", "snapshot", "column")
        if kind not in KINDS or (needs and not argument.strip()):
            faults.append(Fault(code="ope.policy_unknown", values={"policy": text, "known": known}))
        elif kind == "epsilon-greedy" and argument.strip() and not _is_share(argument.strip()):
            faults.append(Fault(code="ope.policy_share", values={"share": argument.strip()}))
    names = [text.strip() for text in texts]
    twice = sorted({x for x in names if names.count(x) > 1})
    return faults + [Fault(code="ope.policy_twice", values={"policy": x}) for x in twice]


def asked(texts: Sequence[str], log: Log, *, snapshots: Sequence[str] = (), columns: Sequence[str] = ()) -> list[Asked]:
    """Read the policies' names against what there is.

    Raises `Faults`, all at once: those of `spelled`, `ope.policy_action` (an action never declared),
    `ope.policy_snapshot`, `ope.policy_column`, `ope.policy_features` (a personal policy without any feature),
    `ope.policy_large`.
    """
    found, faults = [], spelled(texts)
    unread = {f.values["policy"] for f in faults if f.code == "ope.policy_unknown"}
    for text in texts:
        kind, _, argument = text.strip().partition(":")
        argument = argument.strip()
        if text in unread:
            continue
        if kind == "constant" and argument not in log.actions:
            known = ", ".join(log.actions[:12]) + (" …" if len(log.actions) > 12 else "")
            faults.append(Fault(code="ope.policy_action", values={"action": argument, "known": known}))
        elif kind == "snapshot" and argument not in snapshots:
            faults.append(Fault(code="ope.policy_snapshot", values={"snapshot": argument}))
        elif kind == "column" and argument not in columns:
            faults.append(Fault(code="ope.policy_column", values={"column": argument}))
        elif kind == "personal" and log.features.shape[1] < 2:
            faults.append(Fault(code="ope.policy_features"))
        elif kind == "personal" and _coefficients(log) > LARGEST:
            faults.append(Fault(code="ope.policy_large", values={"count": _coefficients(log), "most": LARGEST}))
        else:
            found.append(Asked(kind, argument, text.strip()))  # type: ignore[arg-type]  # spelled right
    raise_if(faults)
    return found


@dataclass(frozen=True)
class Fitted:
    """What some rows of the log teach: sums and a model of each group's actions.

    `arms` lists (group, action) pairs in the model's order; `floor` and `scale` turn the model's rewards back.
    """

    arms: tuple[tuple[int, int], ...]
    tally: Tally
    model: Fit
    floor: float
    scale: float
    ceiling: float
    wide: bool

    @classmethod
    def on(cls, log: Log, rows: Bools) -> Fitted:
        """Learn from the rows marked; shape (n,)."""
        wide = _coefficients(log) <= LARGEST
        arms = tuple((int(g), int(k)) for g, k in zip(*np.nonzero(log.open), strict=True))
        place = np.full(log.open.shape, -1, dtype=np.intp)
        for i, (g, k) in enumerate(arms):
            place[g, k] = i
        reward = log.reward[rows]
        floor = min(0.0, float(reward.min())) if len(reward) else 0.0
        mean = float(reward.mean()) - floor if len(reward) else 0.0
        # A yes or no is left as it is; amounts are brought to a rate that the model's priors know.
        scale = 1.0 if log.bounded else (mean / LEVEL if mean > 0 else 1.0)
        x = log.features[rows] if wide else log.features[rows][:, :1]
        ids = tuple(f"{i:06d}" for i in range(len(arms)))
        tally = Tally.of(ids, place[log.group[rows], log.action[rows]], x, (reward - floor) / scale)
        common = len(log.groups) > 1
        design = Design.of(
            [
                (log.groups[g], ids[i], log.traits.get(log.actions[k], {"action": log.actions[k]} if common else {}))
                for i, (g, k) in enumerate(arms)
            ],
            x.shape[1],
        )
        ceiling = float(reward.max()) if len(reward) else 0.0
        return cls(arms, tally, fit(tally, design), floor, scale, ceiling, wide)

    def of_group(self, g: int) -> tuple[slice, list[int]]:
        """Where a group's arms stand in the model, and the actions they are."""
        at = [i for i, (group, _) in enumerate(self.arms) if group == g]
        return slice(at[0], at[-1] + 1), [self.arms[i][1] for i in at]

    def predict(self, log: Log, rows: Bools) -> Floats:
        """Predicted reward of every action for the rows marked, shape (m, K), within the range of rewards learned from;
        0 for actions that are never open in the row's group."""
        x = log.features[rows] if self.wide else log.features[rows][:, :1]
        found = np.zeros((len(x), len(log.actions)))
        group = log.group[rows]
        for g in np.unique(group):
            part, actions = self.of_group(int(g))
            mine = group == g
            rates = x[mine] @ self.model.weights[part].T
            found[np.ix_(mine, actions)] = np.clip(self.floor + self.scale * rates, self.floor, self.ceiling)
        return found


def target(
    one: Asked,
    log: Log,
    rows: Bools,
    fitted: Fitted | None,
    rng: np.random.Generator,
    *,
    snapshots: Mapping[str, tuple[str, Snapshot]],
    columns: Mapping[str, Floats],
    floors: Floors | None = None,
) -> tuple[Floats, Bools]:
    """The policy's probabilities for the rows marked, shape (m, K), and where it has no say and the log's choice stays.

    A constant stays out where it is not open; a snapshot where it was not made for (`snapshots` maps its id to its group
    and itself). Elsewhere rows add up to 1 and only open actions are chosen.
    """
    m, k = int(rows.sum()), len(log.actions)
    group = log.group[rows]
    allowed = log.open[group] if log.allowed is None else log.allowed[rows]
    if one.kind == "uniform":
        return allowed / allowed.sum(axis=1, keepdims=True), np.zeros(m, dtype=bool)
    if one.kind == "column":
        return columns[one.argument][rows], np.zeros(m, dtype=bool)
    found = np.zeros((m, k))
    if one.kind == "constant":
        at = log.actions.index(one.argument)
        found[:, at] = allowed[:, at]
        return found, ~allowed[:, at]
    silent = np.zeros(m, dtype=bool)
    for g in np.unique(group):
        mine = group == g
        if one.kind == "snapshot":
            made_for, snapshot = snapshots[one.argument]
            if log.groups[g] != made_for:
                silent |= mine
                continue
            actions = [log.actions.index(a) for a in snapshot.arms]
        else:
            assert fitted is not None
            part, actions = fitted.of_group(int(g))
            snapshot = _served(one, log, fitted, part, actions, rng, log.groups[int(g)], floors)
        may = allowed[mine][:, actions]
        can = may.any(axis=1)
        silent[np.flatnonzero(mine)[~can]] = True
        at_rows = np.flatnonzero(mine)[can]
        promised = None if log.floor is None else log.floor[rows][at_rows].tolist()
        found[np.ix_(at_rows, actions)] = snapshot.propensities_many(log.features[rows][at_rows], may[can], promised)
    return found, silent


def _served(
    one: Asked,
    log: Log,
    fitted: Fitted,
    part: slice,
    actions: Sequence[int],
    rng: np.random.Generator,
    place: str,
    floors: Floors | None,
) -> Snapshot:
    """The product's own rule, made of what was learned, as it would be published in a place of the log."""
    names = tuple(log.actions[k] for k in actions)
    body = _learned(one, log, fitted, part, len(actions), rng)
    if floors is not None and len(actions) > 1:
        promised = {group: dict(least) for group, least in floors(place, names, body.explore).items()}
        body = under(body, Terms(floors=promised), names) if promised else body
    return Snapshot(names, body)


def _learned(one: Asked, log: Log, fitted: Fitted, part: slice, k: int, rng: np.random.Generator) -> Body:
    if k == 1:
        return policies.uniform(1)
    if one.kind == "personal":
        return policies.personal(fitted.model, part, log.feature_names, rng, explore=PERSONAL_EXPLORE)
    # These rules know rates: an amount counts as a share of the largest seen.
    whole = (fitted.ceiling - fitted.floor) / fitted.scale
    counts, sums = fitted.tally.counts[part], fitted.tally.sums[part] / (whole if whole > 0 else 1.0)
    if one.kind == "thompson":
        return policies.thompson(counts, np.minimum(sums, counts), rng)
    return policies.epsilon_greedy(counts, sums, explore=one.explore)


def folds_of(log: Log, folds: int, rng: np.random.Generator) -> Ints:
    """Which fold each row is in, shape (n,); the rows of one person share one. Raises `Faults` `ope.few_people`."""
    names, who = np.unique(log.person, return_inverse=True)
    if len(names) < 2 * folds:
        raise Faults.one("ope.few_people", count=len(names), least=2 * folds)
    drawn: Ints = rng.permutation(np.arange(len(names)) % folds)[who].astype(np.intp)
    return drawn


def _coefficients(log: Log) -> int:
    return int(log.open.sum()) * int(log.features.shape[1])


def _is_share(text: str) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    return math.isfinite(value) and 0 <= value <= 1
