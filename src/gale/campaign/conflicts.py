"""Limits that contradict each other, what can never be kept, what rests on data that may not be looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

from gale.campaign.limits import Who, groups, named, together
from gale.campaign.pacing import cents
from gale.records.creative import Variant
from gale.records.documents import Brief, Budget, Campaign, Exclusion, Floor, Purposes
from gale.records.faults import Fault


def check_limits(brief: Brief, campaign: Campaign, purposes: Purposes) -> Iterable[Fault]:
    """Every fault of the limits that the documents alone show, all at once.

    Money that pays for nothing, a channel that the campaign does not use, an exclusion or a floor that names no
    variants, an attribute that the law keeps from the choice (`limits.forbidden`: a floor rests on declared data only),
    floors of one person that sum to more than 1, a cap that nothing can meet, a value without orders or margin.
    """
    policy = campaign.policy
    if policy.value == "margin" and (policy.objective != "order" or brief.product.margin is None):
        yield _fault("limits.value_needs_margin", "campaign.yaml policy.value", objective=policy.objective)
    limits = campaign.limits
    if limits is None:
        return
    if limits.budget is not None:
        yield from _money(limits.budget, campaign)
    for i, exclusion in enumerate(limits.exclusions):
        yield from _names_some(exclusion, f"campaign.yaml limits.exclusions.{i}")
        yield from _may_look(exclusion.who, f"campaign.yaml limits.exclusions.{i}", campaign, purposes)
        yield from _used(exclusion, f"campaign.yaml limits.exclusions.{i}", campaign)
    for i, floor in enumerate(limits.floors):
        yield from _names_some(floor, f"campaign.yaml limits.floors.{i}")
        yield from _may_look(floor.who, f"campaign.yaml limits.floors.{i}", campaign, purposes)
        yield from _used(floor, f"campaign.yaml limits.floors.{i}", campaign)
    for id, n in Counter(f.id for f in limits.floors).items():
        if n > 1:
            yield _fault("document.twice", "campaign.yaml limits.floors", id=id, count=n)
    for group in groups(limits.floors):
        total = sum(f.at_least for f in group)
        if len(group) > 1 and total > 1 + 1e-9:
            floors = ", ".join(f.id for f in group)
            yield _fault("limits.floors_sum", "campaign.yaml limits.floors", floors=floors, total=f"{total:g}")


def _money(budget: Budget, campaign: Campaign) -> Iterable[Fault]:
    costs = {t.id: t.cost for t in campaign.touchpoints if t.cost}
    if not costs:
        yield _fault("limits.budget_without_cost", "campaign.yaml limits.budget")
        return
    least = min(costs.values())
    if cents(budget.amount) < least:
        yield _fault(
            "limits.budget_below_contact", "campaign.yaml limits.budget.amount", amount=str(budget.amount), cost=least
        )
    for channel, amount in budget.by_channel.items():
        where = f"campaign.yaml limits.budget.by_channel.{channel}"
        mine = [t.cost for t in campaign.touchpoints if t.channel == channel]
        if not mine:
            yield _channel(channel, where, campaign)
        elif not any(mine):
            yield _fault("limits.budget_without_cost", where)
        elif cents(amount) < min(c for c in mine if c):
            yield _fault("limits.budget_below_contact", where, amount=str(amount), cost=min(c for c in mine if c))
        if amount > budget.amount:
            yield _fault("limits.channel_above_whole", where, amount=str(amount), whole=str(budget.amount))


def _names_some(one: Exclusion | Floor, where: str) -> Iterable[Fault]:
    if not (one.variants or one.angles or one.phrases):
        yield _fault("limits.names_nothing", where)
    for name, accepted in one.who.items():
        if not accepted:
            yield _fault("audience.empty", f"{where}.who.{name}", attribute=name)


def _may_look(who: Who, where: str, campaign: Campaign, purposes: Purposes) -> Iterable[Fault]:
    closed = {p.id for p in purposes.purposes if not p.features}
    triggers = {t.trigger: p for t in campaign.touchpoints for p in t.purposes if t.trigger and p in closed}
    for name in who:
        purpose = triggers.get(name) or next((p for p in sorted(closed) if name.startswith(p)), None)
        if purpose:
            yield _fault("limits.forbidden", f"{where}.who.{name}", feature=name, purpose=purpose)


def _used(one: Exclusion | Floor, where: str, campaign: Campaign) -> Iterable[Fault]:
    for channel in one.channels:
        if channel not in {t.channel for t in campaign.touchpoints}:
            yield _channel(channel, f"{where}.channels", campaign)


def _channel(channel: str, where: str, campaign: Campaign) -> Fault:
    known = ", ".join(dict.fromkeys(t.channel for t in campaign.touchpoints))
    return _fault("limits.channel_unused", where, channel=channel, known=known)


def conflicts(campaign: Campaign, slates: Mapping[str, Sequence[Variant]], angles: Collection[str]) -> Iterable[Fault]:
    """Every fault that shows once the shortlist is known; `slates` maps `"touchpoint/locale"` to its live variants,
    `angles` are those that a variant can have at all: an exclusion that names another one would protect nobody.

    An exclusion (or several that one person can meet together) that leaves nothing to show, a floor whose variants are
    not live, all of them shut by an exclusion for the same people, a cap below what a floor asks, or below an even
    share. What a cap, an exclusion or a floor means is asked of every slate it reaches.
    """
    limits = campaign.limits
    if limits is None:
        return
    caps = limits.each_variant
    for i, exclusion in enumerate(limits.exclusions):
        for angle in exclusion.angles:
            if angle not in angles:
                known = ", ".join(sorted(angles))
                yield _fault("limits.angle_unknown", f"campaign.yaml limits.exclusions.{i}", angle=angle, known=known)
    for slate, variants in slates.items():
        if not variants:
            continue
        touchpoint = next(t for t in campaign.touchpoints if t.id == slate.split("/")[0])
        everything = {v.id for v in variants}
        shut = [
            (i, e.who, named(e, variants))
            for i, e in enumerate(limits.exclusions)
            if not e.channels or touchpoint.channel in e.channels
        ]
        for i, group in _emptying(shut, everything):
            numbers = ", ".join(str(n + 1) for n in group)
            yield _fault("limits.nothing_left", f"campaign.yaml limits.exclusions.{i}", slate=slate, exclusions=numbers)
        if caps.most_share is not None and caps.most_share * len(variants) < 1 - 1e-9:
            values = {"share": f"{caps.most_share:g}", "n": len(variants), "least": f"{1 / len(variants):.3g}"}
            yield _fault("limits.cap_too_low", "campaign.yaml limits.each_variant.most_share", slate=slate, **values)
        for i, floor in enumerate(limits.floors):
            if touchpoint.trigger is not None or (floor.channels and touchpoint.channel not in floor.channels):
                continue
            mine = named(floor, variants)
            if not mine:
                yield _fault(
                    "limits.floor_without_variants", f"campaign.yaml limits.floors.{i}", slate=slate, floor=floor.id
                )
                continue
            if any(mine <= arms for _, who, arms in shut if _covers(who, floor.who)):
                yield _fault("limits.floor_excluded", f"campaign.yaml limits.floors.{i}", slate=slate, floor=floor.id)
            if caps.most_share is not None and caps.most_share * len(mine) < floor.at_least - 1e-9:
                values = {"floor": floor.id, "share": f"{caps.most_share:g}", "least": f"{floor.at_least:g}"}
                yield _fault("limits.cap_below_floor", f"campaign.yaml limits.floors.{i}", slate=slate, **values)


def _emptying(
    shut: Sequence[tuple[int, Who, frozenset[str]]], everything: set[str]
) -> Iterable[tuple[int, tuple[int, ...]]]:
    """The smallest groups of exclusions, three at most, that one person can meet together and that leave her nothing."""
    found: list[set[int]] = []
    for size in (1, 2, 3):
        for group in combinations(shut, size):
            numbers = {i for i, _, _ in group}
            if any(smaller <= numbers for smaller in found):
                continue
            if all(together(a[1], b[1]) for a, b in combinations(group, 2)) and everything <= set().union(
                *(arms for _, _, arms in group)
            ):
                found.append(numbers)
                yield min(numbers), tuple(sorted(numbers))


def _covers(who: Who, others: Who) -> bool:
    """Whether everybody who matches `others` matches `who` too."""
    return all(name in others and set(others[name]) <= set(values) for name, values in who.items())


def _fault(code: str, where: str, **values: object) -> Fault:
    return Fault(code=code, values=values, where=where)
