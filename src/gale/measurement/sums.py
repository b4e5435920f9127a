"""One group's people as sums: all that a lift needs to know of them, and it adds up over days, cities and servers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from gale.stats import Moments

Floats = tuple[float, ...]


class GroupSums(msgspec.Struct, frozen=True):
    """People of one group whose windows have closed. Orders are counts, money cents; both a person. Adds up.

    `ordering` are people with at least one order, `unheard` those of whom no outcome source has told anything (see
    `missingness`). `margin` is the money as it came, `bounded` the same with each person's money held within the bound
    that was stated before; `beyond` counts the people it held, `largest` is the largest amount of one person as it came.

    `known` are sums of what was known of each person before she entered (d numbers each, in one order for everybody),
    `known_squares` of their products (d x d, by rows), `known_orders` and `known_bounded` of their products with the
    response: what `adjust` needs. All are empty where nothing was known.
    """

    n: int = 0
    ordering: int = 0
    orders: float = 0.0
    orders_squared: float = 0.0
    margin: float = 0.0
    margin_squared: float = 0.0
    largest: float = 0.0
    unheard: int = 0
    bounded: float = 0.0
    bounded_squared: float = 0.0
    beyond: int = 0
    known: Floats = ()
    known_squares: Floats = ()
    known_orders: Floats = ()
    known_bounded: Floats = ()

    @classmethod
    def of(
        cls,
        people: Iterable[tuple[int, int]],
        unheard: int = 0,
        *,
        bound: float | None = None,
        known: Sequence[Sequence[float]] | None = None,
    ) -> GroupSums:
        """Sums over `(orders, money in cents)` of each person; a person without any order is `(0, 0)`.

        `bound` holds a person's money within ±bound cents; it must have been stated before, or follow from what was.
        `known` has one row a person of numbers known before she entered, finite and of the order of 1.

        >>> GroupSums.of([(0, 0), (2, 820)]).orders
        2.0
        >>> GroupSums.of([(1, 10**11)], bound=75_000).bounded
        75000.0
        """
        rows = np.asarray(list(people), dtype=np.float64).reshape(-1, 2)
        count, money = rows[:, 0], rows[:, 1]
        if not len(rows):
            return cls(unheard=unheard)
        held = money if bound is None else np.clip(money, -bound, bound)
        x = np.asarray(known, dtype=np.float64) if known else np.zeros((len(rows), 0))
        return cls(
            n=len(rows),
            ordering=int((count > 0).sum()),
            orders=float(count.sum()),
            orders_squared=float(count @ count),
            margin=float(money.sum()),
            margin_squared=float(money @ money),
            largest=float(np.abs(money).max()),
            unheard=unheard,
            bounded=float(held.sum()),
            bounded_squared=float(held @ held),
            beyond=int((held != money).sum()),
            known=_floats(x.sum(axis=0)),
            known_squares=_floats(x.T @ x),
            known_orders=_floats(x.T @ count),
            known_bounded=_floats(x.T @ held),
        )

    def __add__(self, other: GroupSums) -> GroupSums:
        """Counts add exactly, sums to 1e-12. Raises `ValueError` where two groups know different things."""
        return GroupSums(
            self.n + other.n,
            self.ordering + other.ordering,
            self.orders + other.orders,
            self.orders_squared + other.orders_squared,
            self.margin + other.margin,
            self.margin_squared + other.margin_squared,
            max(self.largest, other.largest),
            self.unheard + other.unheard,
            self.bounded + other.bounded,
            self.bounded_squared + other.bounded_squared,
            self.beyond + other.beyond,
            *(self._with(other, name) for name in ("known", "known_squares", "known_orders", "known_bounded")),
        )

    def _with(self, other: GroupSums, name: str) -> Floats:
        mine: Floats = getattr(self, name)
        theirs: Floats = getattr(other, name)
        if not (self.n and other.n):
            return mine if self.n else theirs
        if len(mine) != len(theirs):
            raise ValueError(f"groups that know {len(self.known)} and {len(other.known)} things of a person do not add")
        return tuple(a + b for a, b in zip(mine, theirs, strict=True))

    @property
    def order_moments(self) -> Moments:
        return Moments(self.n, self.orders, self.orders_squared)

    @property
    def margin_moments(self) -> Moments:
        """Money as it came."""
        return Moments(self.n, self.margin, self.margin_squared)

    @property
    def bounded_moments(self) -> Moments:
        """Money within the bound."""
        return Moments(self.n, self.bounded, self.bounded_squared)


def _floats(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Floats:
    return tuple(float(v) for v in values.ravel())
