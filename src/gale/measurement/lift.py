"""What the campaign caused: people who could hear it against people who could not, by intention to treat.

Groups are sums over people (`GroupSums`). Everything said of them is a confidence sequence: it may be looked at at any
moment, and stopping because it looks good does not make it false. Three statements are made (absolute, relative, value),
each true at every moment with probability 1 - alpha; `proven` is the first of them alone.

Money has heavy tails: one order of a million would decide alone, and for such sums no sequence of means is worth its
name. The value is therefore told within a bound a person that was stated before (`GroupSums.of`), with the figure as it
came beside it; a bound turns "the mean" into "the mean of what each person adds, up to the bound" and keeps its promise
(trimming as in Catoni, *Ann. Inst. H. Poincaré* 48, 2012, but at a stated place instead of an estimated one).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gale.measurement.adjust import adjust
from gale.measurement.sums import GroupSums
from gale.stats import Interval, Pair, detectable, people_needed
from gale.stats import Sequence as Boundary

LEAST_ORDERING = 20  # people with an order in each group before a large-n statement is trusted
HEAVY = 0.1  # one person carrying more of the money's squares than this is worth a word


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """The three things said, and the rates they compare; an interval is `None` where nothing is said yet.

    `absolute`: orders a person more than in the holdout. `relative`: the same as a share of the holdout's rate (0.18 is
    18 % more). `value`: cents a person more, within the bound.
    """

    absolute: Interval | None = None
    relative: Interval | None = None
    value: Interval | None = None
    rate_treated: float | None = None
    rate_holdout: float | None = None


class LiftResult(msgspec.Struct, frozen=True, kw_only=True):
    """What may be said at this moment (`waiting_for` says why nothing is).

    `absolute`, `relative`, `value` and the rates are those of the statement that leads: the `adjusted` one where what
    was known before takes at least a hundredth of the variance away (`reduction`, a share), else the `raw` one; both
    are kept. `value_unbounded` is the money as it came; `beyond` people were held at the bound.

    `orders` and `money` (cents): additional ones among all treated people so far. `proven`: the absolute lift lies above
    zero. `harm`: it lies below. `people_needed`: people in both groups together with whom a lift of the size worth
    knowing is proven with probability 0.8, at the holdout's rate and spread as measured so far (before that, at the
    expected rate). `detectable`: the relative lift that the people so far would have shown with that probability.
    `heavy`: one person carries so much of the money as it came that `value_unbounded` rests on her.
    """

    absolute: Interval | None
    relative: Interval | None
    value: Interval | None
    orders: Interval | None
    money: Interval | None
    n_treated: int
    n_holdout: int
    rate_treated: float | None
    rate_holdout: float | None
    proven: bool
    harm: bool
    people_needed: int
    detectable: float | None
    heavy: bool
    waiting_for: str | None
    raw: Statement
    adjusted: Statement | None
    reduction: float | None
    value_unbounded: Interval | None
    beyond: int


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
    n = treated.n + holdout.n
    waiting = _waiting(treated, holdout, boundary.first)
    reach = boundary.multiplier(n) if waiting is None else float("inf")
    orders = Pair.of(treated.order_moments, holdout.order_moments)
    money = Pair.of(treated.bounded_moments, holdout.bounded_moments)
    raw = _state(orders, money, reach, treated, holdout)
    found = adjust(treated, holdout) if waiting is None else None
    adjusted = None
    if found is not None:
        richer = adjust(treated, holdout, money=True)
        adjusted = _state(found.pair, money if richer is None else richer.pair, reach, treated, holdout)
    leads = raw if found is None or adjusted is None or not found.helps else adjusted
    pair = found.pair if found is not None and leads is adjusted else orders
    rate = holdout.order_moments
    measured = waiting is None and 0 < rate.mean < 1
    seen = detectable(boundary, n, pair.error) if measured else None
    squares = treated.margin_squared + holdout.margin_squared
    return LiftResult(
        absolute=leads.absolute,
        relative=leads.relative,
        value=leads.value,
        orders=None if leads.absolute is None else leads.absolute.scaled(float(treated.n)),
        money=None if leads.value is None else leads.value.scaled(float(treated.n)),
        n_treated=treated.n,
        n_holdout=holdout.n,
        rate_treated=leads.rate_treated,
        rate_holdout=leads.rate_holdout,
        proven=leads.absolute is not None and leads.absolute.low > 0,
        harm=leads.absolute is not None and leads.absolute.high < 0,
        people_needed=people_needed(
            rate.mean if measured else base_rate, mde, share, alpha=alpha, spread=rate.variance if measured else None
        ),
        detectable=None if seen is None else seen / rate.mean,
        heavy=squares > 0 and max(treated.largest, holdout.largest) ** 2 > HEAVY * squares,
        waiting_for=waiting,
        raw=raw,
        adjusted=adjusted,
        reduction=None if found is None else found.reduction,
        value_unbounded=_known(Pair.of(treated.margin_moments, holdout.margin_moments).difference(reach)),
        beyond=treated.beyond + holdout.beyond,
    )


def _waiting(treated: GroupSums, holdout: GroupSums, first: int) -> str | None:
    if treated.n + holdout.n < first or not (treated.n and holdout.n):
        return "people"
    return "orders" if min(treated.ordering, holdout.ordering) < LEAST_ORDERING else None


def _state(orders: Pair, money: Pair, reach: float, treated: GroupSums, holdout: GroupSums) -> Statement:
    return Statement(
        absolute=_known(orders.difference(reach)),
        relative=_known(orders.ratio(reach)),
        value=_known(money.difference(reach)),
        rate_treated=_rate(orders.one, treated),
        rate_holdout=_rate(orders.other, holdout),
    )


def _rate(mean: float, group: GroupSums) -> float | None:
    """A group that is alone keeps its rate: the pair knows nothing of it."""
    if not group.n:
        return None
    return group.orders / group.n if mean != mean else mean


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
