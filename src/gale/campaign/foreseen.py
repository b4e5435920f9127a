"""What the limits will do, worked out before the launch for those who sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gale.campaign import pacing
from gale.campaign.limits import named
from gale.records.creative import Variant
from gale.records.documents import Brief, Campaign
from gale.records.spending import Spent


class FloorForeseen(msgspec.Struct, frozen=True, kw_only=True):
    """One floor: whom it is for, and at most how many answers it gives up (an expected value, one decimal is noise)."""

    floor: str
    people: int
    at_least: float
    variants: int
    answers_at_most: float


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """The limits in figures, money in cents. `contacts` and `cost` are what the campaign would do without a budget.

    `paid` contacts are what the budget pays for, `share` of the contacts asked for are let through (1: all), `ends` is
    the day on which the money is used up (ms UTC; `None`: it lasts). `capped` is how many contacts the caps a variant
    allow at most, `None` without them; `excluded` how many live variants somebody never sees.
    """

    contacts: int
    cost: int
    budget: int | None
    currency: str
    timezone: str
    pacing: str
    paid: int
    share: float
    ends: int | None
    capped: int | None
    excluded: int
    floors: tuple[FloorForeseen, ...]


def foresee(
    campaign: Campaign,
    brief: Brief,
    slates: Mapping[str, Sequence[Variant]],
    *,
    planned: Mapping[str, float],
    in_floor: Mapping[str, int],
    reachable: int,
    rate: float,
) -> Foreseen | None:
    """What the limits do to a plan; `None` where nothing is limited.

    `planned` contacts by touchpoint, `in_floor` people by floor among the `reachable`. A floor's price is an upper
    bound: its share of the group's contacts, times the expected `rate` of answers, times the smallest difference worth
    knowing; it is paid only if its variants are worse by that much, and nobody knows before the launch.
    """
    limits = campaign.limits
    if limits is None:
        return None
    costs, now = {t.id: t.cost for t in campaign.touchpoints}, pacing.start_of(campaign, brief)
    contacts = sum(planned.values())
    budget, price = limits.budget, brief.product.price
    spent = Spent(campaign=campaign.id)
    even = dict.fromkeys(planned, rate)
    passed = {
        name: pace.share
        for name, pace in pacing.paces(campaign, brief, spent, now, planned=planned, values=even).items()
    }
    demands = pacing.demands_of(campaign, brief, spent, now, planned=planned, values=even)
    ends = pacing.runs_out(campaign, brief, demands, passed, spent, now)
    cost = sum(n * costs[t] for t, n in planned.items())
    paid = sum(n * passed.get(t, 1.0) for t, n in planned.items())
    if budget is not None and budget.pacing == "asap" and cost:
        paid = min(1.0, pacing.cents(budget.amount) / cost) * contacts
    most = limits.each_variant.most_contacts
    live = {v.id: v for variants in slates.values() for v in variants}
    return Foreseen(
        contacts=round(contacts),
        cost=round(cost),
        budget=pacing.cents(budget.amount) if budget else None,
        currency=price.currency if price else "EUR",
        timezone=campaign.timezone,
        pacing=budget.pacing if budget else "asap",
        paid=round(paid),
        share=paid / contacts if contacts else 1.0,
        ends=ends,
        capped=most * len(live) if most is not None else None,
        excluded=len(frozenset[str]().union(*(named(e, live.values()) for e in limits.exclusions))),
        floors=tuple(
            FloorForeseen(
                floor=f.id,
                people=in_floor.get(f.id, 0),
                at_least=f.at_least,
                variants=len(named(f, live.values())),
                answers_at_most=round(
                    f.at_least
                    * contacts
                    * (in_floor.get(f.id, 0) / max(1, reachable))
                    * rate
                    * campaign.experiment.mde,
                    1,
                ),
            )
            for f in limits.floors
        ),
    )
