"""What the campaign caused: people who could hear it against people who could not, by intention to treat.

Groups are sums over people (`GroupSums`), so that they add up over days, cities and servers. Everything said of them is
a confidence sequence: it may be looked at at any moment, and stopping because it looks good does not make it false.
Three statements are made (absolute, relative, value), each true at every moment with probability 1 - alpha; `proven` is
the first of them alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from gale.stats import Interval, Moments, people_needed, split_alarm
from gale.stats import Sequence as Boundary

LEAST_ORDERING = 20  # people with an order in each group before a large-n statement is trusted
HEAVY = 0.1  # one person carrying more of the margin's squares than this is worth a word


class GroupSums(msgspec.Struct, frozen=True):
    """One group's people whose windows have closed. Orders are counts, margins cents; both a person. Adds up.

    `ordering` are people with at least one order, `unheard` those of whom no outcome source has told anything (see
    `missingness`), `largest` the largest margin of one person in absolute value (for the word on heavy tails).
    """

    n: int = 0
    ordering: int = 0
    orders: float = 0.0
    orders_squared: float = 0.0
    margin: float = 0.0
    margin_squared: float = 0.0
    largest: float = 0.0
    unheard: int = 0

    @classmethod
    def of(cls, people: Iterable[tuple[int, int]], unheard: int = 0) -> GroupSums:
        """Sums over `(orders, margin in cents)` of each person; a person without any order is `(0, 0)`.

        >>> GroupSums.of([(0, 0), (2, 820)]).orders
        2.0
        """
        n = ordering = orders = squared = margin = margin_squared = largest = 0
        for count, cents in people:
            n += 1
            ordering += count > 0
            orders += count
            squared += count * count
            margin += cents
            margin_squared += cents * cents
            largest = max(largest, abs(cents))
        return cls(
            n, ordering, float(orders), float(squared), float(margin), float(margin_squared), float(largest), unheard
        )

    def __add__(self, other: GroupSums) -> GroupSums:
        return GroupSums(
            self.n + other.n,
            self.ordering + other.ordering,
            self.orders + other.orders,
            self.orders_squared + other.orders_squared,
            self.margin + other.margin,
            self.margin_squared + other.margin_squared,
            max(self.largest, other.largest),
            self.unheard + other.unheard,
        )

    @property
    def order_moments(self) -> Moments:
        return Moments(self.n, self.orders, self.orders_squared)

    @property
    def margin_moments(self) -> Moments:
        return Moments(self.n, self.margin, self.margin_squared)


class LiftResult(msgspec.Struct, frozen=True, kw_only=True):
    """What may be said at this moment; an interval is `None` where nothing is said yet (`waiting_for` says why).

    `absolute`: orders a person more than in the holdout. `relative`: the same as a share of the holdout's rate (0.18 is
    18 % more). `value`: cents of margin a person more. `orders`: additional orders among all treated people so far.
    `proven`: the absolute lift lies above zero. `harm`: it lies below. `people_needed`: people in
    both groups together with whom a lift of the size worth knowing is proven with probability 0.8, at the holdout's rate
    and spread as measured so far (before that, at the expected rate); `heavy`: one person carries so much of the margin that `value` rests on her.
    """

    absolute: Interval | None
    relative: Interval | None
    value: Interval | None
    orders: Interval | None
    n_treated: int
    n_holdout: int
    rate_treated: float | None
    rate_holdout: float | None
    proven: bool
    harm: bool
    people_needed: int
    heavy: bool
    waiting_for: str | None


def lift(
    treated: GroupSums,
    holdout: GroupSums,
    *,
    planned_n: int,
    alpha: float = 0.05,
    base_rate: float = 0.06,
    mde: float = 0.2,
    share: float = 0.2,
) -> LiftResult:
    """The lift so far. `planned_n` (both groups) is stated at launch: the most people expected to enter.

    `base_rate`, `mde` and `share` are those of the experiment, for `people_needed`. `waiting_for` says what is missing
    where nothing is said yet: `"people"` (before the first look) or `"orders"` (fewer than 20 people with an order in a
    group, where a large-n statement would not hold).
    """
    boundary = Boundary.plan(max(2, planned_n), alpha=alpha)
    one, other = treated.order_moments, holdout.order_moments
    waiting: str | None = None
    if treated.n + holdout.n < boundary.first or not (treated.n and holdout.n):
        waiting = "people"
    elif min(treated.ordering, holdout.ordering) < LEAST_ORDERING:
        waiting = "orders"
    absolute = relative = value = None
    if waiting is None:
        absolute = _known(boundary.difference(one, other))
        relative = _known(boundary.ratio(one, other))
        value = _known(boundary.difference(treated.margin_moments, holdout.margin_moments))
    measured = waiting is None and 0 < other.mean < 1
    needed = people_needed(
        other.mean if measured else base_rate, mde, share, alpha=alpha, spread=other.variance if measured else None
    )
    squares = treated.margin_squared + holdout.margin_squared
    return LiftResult(
        absolute=absolute,
        relative=relative,
        value=value,
        orders=None if absolute is None else absolute.scaled(float(treated.n)),
        n_treated=treated.n,
        n_holdout=holdout.n,
        rate_treated=one.mean if one.n else None,
        rate_holdout=other.mean if other.n else None,
        proven=absolute is not None and absolute.low > 0,
        harm=absolute is not None and absolute.high < 0,
        people_needed=needed,
        heavy=squares > 0 and max(treated.largest, holdout.largest) ** 2 > HEAVY * squares,
        waiting_for=waiting,
    )


def _known(interval: Interval) -> Interval | None:
    return interval if interval.known else None


class Moment(msgspec.Struct, frozen=True):
    """The lift as it stood at one time (ms UTC), for the plot."""

    time: int
    n: int
    absolute: Interval | None
    relative: Interval | None


def series(steps: Sequence[tuple[int, GroupSums, GroupSums]], *, planned_n: int, alpha: float = 0.05) -> list[Moment]:
    """The sequence over time: `steps` are `(time, treated, holdout)` of the people whose windows closed *since* the
    step before, in time order."""
    treated, holdout = GroupSums(), GroupSums()
    told: list[Moment] = []
    for time, more_treated, more_holdout in steps:
        treated, holdout = treated + more_treated, holdout + more_holdout
        now = lift(treated, holdout, planned_n=planned_n, alpha=alpha)
        told.append(Moment(time, treated.n + holdout.n, now.absolute, now.relative))
    return told


class Missing(msgspec.Struct, frozen=True):
    """People of each group of whom we cannot hear, as shares; `evidence` against "the same in both", `alarm` at 1000."""

    treated: float | None
    holdout: float | None
    evidence: float
    alarm: bool


def missingness(treated: GroupSums, holdout: GroupSums) -> Missing:
    """Whether outcomes go missing alike in both groups; if not, the lift compares unlike people.

    Given that a person is unheard, her group should be as drawn: the same sequential test as for the split itself.
    """
    both = treated.n + holdout.n
    if not (treated.n and holdout.n):
        return Missing(None, None, 1.0, False)
    split = split_alarm(holdout.unheard, treated.unheard, holdout.n / both)
    return Missing(treated.unheard / treated.n, holdout.unheard / holdout.n, split.evidence, split.alarm)
