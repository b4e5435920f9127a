"""A log that policies are valued on: what was shown, with which probability, and what came of it."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gale.decision.columns import encode, number
from gale.records.faults import Fault, Faults, raise_if

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

MOST_ACTIONS = 500
MOST_CELLS = 100_000_000  # rows times actions: 0.8 GB for each array of probabilities, of which several stand at once
MOST_AMOUNT = 1e15  # rewards beyond have squares that add up to nothing exact
NAMED = 5  # so many bad rows are named, the others counted
MISFIT = 5.0  # standard errors by which inverse propensities may miss the number of rows


@dataclass(frozen=True, eq=False)
class Log:
    """`n` logged choices among `K` actions.

    `action` (n,) indexes `actions`; `reward` (n,) finite, in the outcome's own unit; `propensity` (n,) in (0, 1], the
    probability with which the logged action was chosen; `features` (n, d), the first of them 1; `group` (n,) indexes
    `groups`, the places where choices are made (a position on a page, or a touchpoint in a language; one where there is
    none); `person` (n,) are codes, rows of one person are not independent; `allowed` (n, K) which actions were open
    (all, where left out). `traits` are what actions have in common (a variant's angle). Rows are in the order of time.
    `assumed` says that propensities are each action's share of its group's rows, for want of better. `logging` (n, K)
    are the probabilities of all actions, where they are known. `floor` (n,) names the group of floors that each row's
    person has, "" for none (no floors at all, where left out).
    """

    action: Ints
    actions: tuple[str, ...]
    reward: Floats
    propensity: Floats
    features: Floats
    group: Ints
    groups: tuple[str, ...]
    person: Ints
    allowed: Bools | None = field(default=None, repr=False)
    feature_names: tuple[str, ...] = ("",)
    traits: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    assumed: bool = False
    logging: Floats | None = field(default=None, repr=False)
    floor: NDArray[np.str_] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.action)

    @cached_property
    def people(self) -> int:
        """How many different people."""
        return len(np.unique(self.person))

    @cached_property
    def shown(self) -> Floats:
        """How often each action was shown in each group, shape (G, K)."""
        counts = np.zeros((len(self.groups), len(self.actions)))
        np.add.at(counts, (self.group, self.action), 1.0)
        return counts

    @cached_property
    def open(self) -> Bools:
        """Which actions could be shown in each group, shape (G, K)."""
        found = np.ones((len(self.groups), len(self.actions)), dtype=bool)
        if self.allowed is not None:
            for g in range(len(self.groups)):
                found[g] = self.allowed[self.group == g].any(axis=0)
        return found

    @cached_property
    def bounded(self) -> bool:
        """Whether every reward lies in [0, 1], as a yes or no does."""
        return bool(len(self)) and float(self.reward.min()) >= 0 and float(self.reward.max()) <= 1

    def misfits(self) -> tuple[str, ...]:
        """Actions whose inverse propensities do not add up to the rows in which they were open (to 5 standard errors).

        Where propensities are right, E[1(A = a) / p(a)] = 1 for every action: the cheapest check there is of a
        propensity column (Lefortier, Swaminathan, Gu, Joachims and de Rijke, *Large-scale validation of counterfactual
        learning methods*, 2016). An action never shown says nothing here.
        """
        found = []
        for g, k in zip(*np.nonzero(self.shown), strict=True):
            mine = (self.group == g) & (self.action == k)
            there = (self.group == g) if self.allowed is None else (self.group == g) & self.allowed[:, k]
            inverse = 1 / self.propensity[mine]
            error = float(np.sqrt((inverse**2).sum()))
            if abs(float(inverse.sum()) - int(there.sum())) > MISFIT * error:
                found.append(self.actions[k])
        return tuple(dict.fromkeys(found))

    @classmethod
    def of(
        cls,
        *,
        action: Sequence[str],
        reward: Sequence[str],
        propensity: Sequence[str] | None = None,
        features: Mapping[str, Sequence[str]] | None = None,
        position: Sequence[str] | None = None,
        person: Sequence[str] | None = None,
        time: Sequence[str] | None = None,
        actions: Sequence[str] = (),
        lines: Sequence[int] | None = None,
    ) -> tuple[Log, Ints]:
        """Read columns of text, all of one length; gives the log and the order in which its rows were taken.

        `actions` declares all that may be shown (those that the log shows, where left out); `lines` are the rows'
        numbers in the file, for the faults. Without propensities each action's share of its position's rows is taken: a
        test that was randomised alike for everybody. A propensity is a number, or a JSON object of the probabilities of
        all actions (`{"a": 0.2, "b": 0.8}`), which says more. Raises `Faults`, all at once: `ope.empty`, `ope.action`,
        `ope.undeclared`, `ope.reward`, `ope.reward_large`, `ope.propensity_missing`, `ope.propensity_zero`,
        `ope.propensity_above`, `ope.person`, `ope.position`, `ope.time` (cells that cannot be, with their rows and how
        many), `ope.one_action`, `ope.many_actions`, `ope.large`.

        >>> log, _ = Log.of(action=["a", "b", "a"], reward=["1", "0", "0"], propensity=["0.5", "0.5", "0.5"])
        >>> log.actions, log.shown.tolist(), log.reward.tolist()
        (('a', 'b'), [[2.0, 1.0]], [1.0, 0.0, 0.0])
        """
        n = len(action)
        if not n:
            raise Faults.one("ope.empty")
        rows = list(lines) if lines is not None else list(range(2, n + 2))
        shown = [a.strip() for a in action]
        rewards = [number(c) for c in reward]
        whole = propensity is not None and any(c.lstrip().startswith("{") for c in propensity)
        chances = [number(c) for c in propensity] if propensity is not None and not whole else None
        times = [_moment(c) for c in time] if time is not None else None
        declared = tuple(dict.fromkeys(a.strip() for a in actions if a.strip()))
        known = frozenset(declared)
        names = declared or tuple(sorted({a for a in shown if a}))
        faults = cells(
            rows,
            {
                "ope.action": [not a for a in shown],
                "ope.reward": [v is None for v in rewards],
                "ope.reward_large": [v is not None and abs(v) > MOST_AMOUNT for v in rewards],
                "ope.propensity_missing": [c is None for c in chances or ()],
                "ope.propensity_zero": [c is not None and c <= 0 for c in chances or ()],
                "ope.propensity_above": [c is not None and c > 1 for c in chances or ()],
                "ope.person": [not p.strip() for p in person or ()],
                "ope.position": [not p.strip() for p in position or ()],
                "ope.time": [t is None for t in times or ()],
            },
        )
        faults += cells(
            rows, {"ope.undeclared": [bool(known and a) and a not in known for a in shown]}, names=_few(names)
        )
        if len(names) == 1:
            faults.append(Fault(code="ope.one_action", values={"action": names[0]}))
        if len(names) > MOST_ACTIONS:
            faults.append(Fault(code="ope.many_actions", values={"count": len(names), "most": MOST_ACTIONS}))
        faults += too_large(n, len(names))
        logging, place = None, {a: i for i, a in enumerate(names)}
        if propensity is not None and whole and not too_large(n, len(names)):
            logging, more = _read_distribution(propensity, names, rows, "propensity")
            none = [a in place and not logging[i, place[a]] > 0 for i, a in enumerate(shown)]
            faults += more or cells(rows, {"ope.propensity_zero": none})
        raise_if(faults)

        order = np.argsort(np.array(times, dtype=np.float64), kind="stable") if times is not None else np.arange(n)
        codes = np.array([place[a] for a in shown], dtype=np.intp)
        groups, group = _codes(position, n, one=True)
        _, who = _codes(person, n, one=False)
        x, feature_names = encode(features) if features else (np.ones((n, 1)), ("",))
        if logging is not None:
            logged = logging[np.arange(n), codes]
        elif chances is None:
            shares = np.zeros((len(groups), len(names)))
            np.add.at(shares, (group, codes), 1.0)
            shares /= shares.sum(axis=1, keepdims=True)
            logged, logging = shares[group, codes], shares[group]
        else:
            logged = np.array(chances, dtype=np.float64)
            logging = _same_for_all(group, codes, logged, (len(groups), len(names)))
        log = cls(
            action=codes[order], actions=names, reward=np.array(rewards, dtype=np.float64)[order],
            propensity=logged[order], features=x[order], group=group[order], groups=groups, person=who[order],
            feature_names=feature_names, assumed=propensity is None,
            logging=None if logging is None else logging[order],
        )  # fmt: skip
        return log, order.astype(np.intp)


def distribution(text: Sequence[str], actions: Sequence[str], lines: Sequence[int], column: str) -> Floats:
    """A column that says what a policy would show: an action's name, or a JSON object of probabilities; shape (n, K).

    Raises `Faults`: `ope.distribution` (rows whose cell is neither, has a negative probability, or does not add up to 1
    to 1e-6), `ope.distribution_action` (rows that name an action never declared).

    >>> distribution(["a", '{"a": 0.25, "b": 0.75}'], ["a", "b"], [2, 3], "other").tolist()
    [[1.0, 0.0], [0.25, 0.75]]
    """
    found, faults = _read_distribution(text, actions, lines, column)
    raise_if(faults)
    return found


def _read_distribution(
    text: Sequence[str], actions: Sequence[str], lines: Sequence[int], column: str
) -> tuple[Floats, list[Fault]]:
    place = {a: i for i, a in enumerate(actions)}
    found = np.zeros((len(text), len(place)))
    wrong, unknown = [False] * len(text), [False] * len(text)
    for i, cell in enumerate(text):
        said = {cell.strip(): 1.0} if not cell.strip().startswith("{") else _object(cell)
        if not said or not cell.strip() or not _is_distribution(said.values()):
            wrong[i] = True
            continue
        unknown[i] = any(a not in place for a in said)
        for a, p in said.items():
            if a in place:
                found[i, place[a]] = p
    faults = cells(lines, {"ope.distribution": wrong}, column=column)
    faults += cells(lines, {"ope.distribution_action": unknown}, column=column, names=_few(tuple(actions)))
    return found, faults


def _same_for_all(group: Ints, action: Ints, propensity: Floats, shape: tuple[int, int]) -> Floats | None:
    """The probabilities of all actions, shape (n, K), where a log gave everybody the same; `None` where it did not."""
    low, high = np.full(shape, math.inf), np.full(shape, -math.inf)
    np.minimum.at(low, (group, action), propensity)
    np.maximum.at(high, (group, action), propensity)
    whole = np.where(high > 0, high, 0.0)
    seen = high > 0
    if (high[seen] - low[seen] > 1e-9).any() or (np.abs(whole.sum(axis=1) - 1) > 1e-6).any():
        return None
    return np.asarray(whole[group], dtype=np.float64)


def _is_distribution(chances: Collection[float]) -> bool:
    return all(p >= 0 for p in chances) and abs(sum(chances) - 1) <= 1e-6


def too_large(rows: int, actions: int) -> list[Fault]:
    """A fault where the tables of a log would not fit into memory.

    >>> too_large(1_000_000, 100), [f.code for f in too_large(1_000_000, 101)]
    ([], ['ope.large'])
    """
    if rows * actions <= MOST_CELLS:
        return []
    return [Fault(code="ope.large", values={"rows": rows, "actions": actions, "most": MOST_CELLS // actions})]


def cells(lines: Sequence[int], bad: Mapping[str, Sequence[bool]], **values: str) -> list[Fault]:
    """One fault a code: how many rows are bad, and the first of them."""
    faults = []
    for code, wrong in bad.items():
        named = [row for row, is_bad in zip(lines, wrong, strict=False) if is_bad]
        if named:
            told = ", ".join(str(r) for r in named[:NAMED]) + (" …" if len(named) > NAMED else "")
            faults.append(Fault(code=code, values={"count": len(named), "rows": told, **values}))
    return faults


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names[:8]) + (" …" if len(names) > 8 else "")


def _codes(column: Sequence[str] | None, n: int, *, one: bool) -> tuple[tuple[str, ...], Ints]:
    """Names and codes of a column; without one, all rows are one (`one`) or each is its own."""
    if column is None:
        return ("",), np.zeros(n, dtype=np.intp) if one else np.arange(n, dtype=np.intp)
    names, codes = np.unique(np.array([c.strip() for c in column]), return_inverse=True)
    return tuple(str(name) for name in names), codes.astype(np.intp)


def _moment(text: str) -> float | None:
    """A time as seconds: a number, or ISO 8601 (UTC where it names no zone)."""
    plain = number(text)
    if plain is not None:
        return plain
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _object(cell: str) -> dict[str, float] | None:
    try:
        said = json.loads(cell)
        return {str(a).strip(): float(p) for a, p in said.items()}
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
