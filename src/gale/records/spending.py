"""What a campaign with limits has used up so far: one row a campaign, written with the decisions it counts."""

from __future__ import annotations

import msgspec


class Used(msgspec.Struct, frozen=True):
    """At one touchpoint: `contacts` made, `cents` they cost, and `asked`, how many would have been made unpaced.

    `asked` adds 1 / share for each contact that was let through with probability `share`: an unbiased count of the
    demand (Horvitz and Thompson, JASA 47, 1952) that somebody who asks again all day cannot inflate.

    >>> Used(1, 2, 4.0) + Used(1, 2, 1.0)
    Used(contacts=2, cents=4, asked=5.0)
    """

    contacts: int = 0
    cents: int = 0
    asked: float = 0.0

    def __add__(self, other: Used) -> Used:
        return Used(self.contacts + other.contacts, self.cents + other.cents, self.asked + other.asked)


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """The counters of one campaign. `touchpoints` by id; `variants` counts contacts a variant, where variants are capped.

    `told` names the budgets whose end the ledger has told already (`""` the whole, else a channel).
    """

    campaign: str
    touchpoints: dict[str, Used] = {}
    variants: dict[str, int] = {}
    told: tuple[str, ...] = ()
    schema: int = 1

    @property
    def cents(self) -> int:
        """Spent on all contacts together."""
        return sum(used.cents for used in self.touchpoints.values())

    @property
    def contacts(self) -> int:
        return sum(used.contacts for used in self.touchpoints.values())
