"""A campaign's limits at work: compiled for the choice, counted in the committing transaction, told to people.

Money and caps are counted where they bind: `Till` reads the counters of a campaign once a batch, inside the transaction
that commits the batch, and writes them back with the decisions they count. No other writer commits in between, so no
number of workers spends a cent too much; a killed process leaves either both or neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from gale.campaign import limits as rules_of
from gale.campaign import pacing
from gale.campaign.limits import Rules
from gale.campaign.reach import Reach
from gale.decision.bounds import MONEY, Bounds
from gale.decision.learner import Learner
from gale.decision.moment import Frame, Slate, turned
from gale.decision.snapshot import Snapshot
from gale.decision.terms import Terms
from gale.engine.notes import note, the_campaign
from gale.engine.plan import by_touchpoint
from gale.engine.workspace import Documents
from gale.measurement.offpolicy_targets import Floors
from gale.ports.store import CampaignRow, Unit
from gale.records.creative import Variant
from gale.records.decision import Decision, Outcome
from gale.records.documents import Campaign
from gale.records.spending import Spent, Used

DRAWS = 512  # of the posterior, to find what a variant that takes too much is charged


def bounds(
    unit: Unit, row: CampaignRow, documents: Documents, slates: Mapping[str, Slate], key: bytes
) -> Bounds | None:
    """The limits of a campaign, compiled with its counters as they stand; `None` where it has none."""
    campaign = documents.campaign
    if rules_of.plain(campaign):
        return None
    spent = unit.spending.get(campaign.id)
    limits = campaign.limits
    return Bounds(
        campaign=campaign,
        brief=documents.brief,
        key=key,
        rules=compiled(unit, row, campaign),
        spent=spent,
        resting=rules_of.resting(limits.each_variant, spent.variants, row.live) if limits else frozenset(),
        planned=planned(row, documents),
        values=values({name: slate.snapshot.rates for name, slate in slates.items()}),
    )


def compiled(unit: Unit, row: CampaignRow, campaign: Campaign) -> Rules | None:
    """Exclusions and floors over the live variants; `None` where there are neither."""
    limits = campaign.limits
    if limits is None or not (limits.exclusions or limits.floors):
        return None
    live = list(dict.fromkeys(v for ids in row.live.values() for v in ids))
    return rules_of.rules(limits, unit.creatives.get(row.id, live).values())


def planned(row: CampaignRow, documents: Documents) -> dict[str, float]:
    """The contacts that the plan expects at each calendar touchpoint over the whole flight."""
    told = row.facts.get("plan", {}).get("reach")
    if told is None:
        return {}
    return by_touchpoint(msgspec.convert(told, Reach), documents)


def values(rates: Mapping[str, Any]) -> dict[str, float]:
    """What a contact is expected to bring at each touchpoint: the best variant's rate, averaged over its languages."""
    found: dict[str, list[float]] = {}
    for slate, arms in rates.items():
        found.setdefault(slate.split("/")[0], []).append(float(np.max(arms)))
    return {touchpoint: sum(best) / len(best) for touchpoint, best in found.items()}


class Till:
    """The counters of a batch's campaigns, open for one transaction. Campaigns without limits are not looked at."""

    def __init__(self, unit: Unit, frames: Iterable[Frame]) -> None:
        self._unit = unit
        self._open = {f.campaign.id: _Drawer(unit, f) for f in frames if f.bounds is not None}

    def settle(self, decision: Decision) -> Decision:
        """The decision as money and caps let it stand, counted; "none" with its reason where they do not."""
        drawer = self._open.get(decision.campaign)
        return decision if drawer is None else drawer.settle(decision)

    def close(self, now: int) -> None:
        """Write the counters back, and tell the ledger, once, of a budget that is used up."""
        for drawer in self._open.values():
            drawer.close(self._unit, now)


class _Drawer:
    def __init__(self, unit: Unit, frame: Frame) -> None:
        self.campaign = frame.campaign
        self.touchpoints = frame.touchpoints
        self.channels = {t.id: t.channel for t in frame.campaign.touchpoints}
        limits = frame.campaign.limits
        self.budget = limits.budget if limits else None
        self.caps = limits.each_variant if limits else None
        self.counts = self.caps is not None and (self.caps.most_share or self.caps.most_contacts)
        self.before = unit.spending.get(frame.campaign.id)
        self.used = dict(self.before.touchpoints)
        self.variants = Counter(self.before.variants)
        self.total = self.before.cents
        self.by_channel = Counter[str]()
        for name, used in self.used.items():
            self.by_channel[self.channels.get(name, "")] += used.cents
        self.told = self.before.told

    def settle(self, decision: Decision) -> Decision:
        if decision.variant is None and decision.reason != "holdout":
            self._tell(decision)
            return decision
        touchpoint = self.touchpoints[decision.touchpoint]
        broke = self._broke(touchpoint.cost, touchpoint.channel)
        if broke is not None:
            decision = turned(decision, broke[0], {"spent": broke[1]})
            self._tell(decision)
            return decision
        if decision.variant is None:
            return decision
        most = self.caps.most_contacts if self.caps else None
        if most is not None and self.variants[decision.variant] >= most:
            # She came through every door and was drawn to see: by intention to treat she counts in her group.
            told = {"variant": decision.variant, "contacts": self.variants[decision.variant]}
            group = {"group": decision.inputs["group"]} if "group" in decision.inputs else {}
            return turned(decision, "variant.cap", {**told, **group})
        asked = 1 / decision.inputs.get("pace", 1.0)
        self.used[touchpoint.id] = self.used.get(touchpoint.id, Used()) + Used(1, touchpoint.cost, asked)
        self.total += touchpoint.cost
        self.by_channel[touchpoint.channel] += touchpoint.cost
        if self.counts:
            self.variants[decision.variant] += 1
        return decision

    def _broke(self, cost: int, channel: str) -> tuple[str, int] | None:
        """As `pacing.overdrawn`, on the running sums of the batch."""
        if self.budget is None or cost == 0:
            return None
        if self.total + cost > pacing.cents(self.budget.amount):
            return "budget.spent", self.total
        limit = self.budget.by_channel.get(channel)  # type: ignore[call-overload]
        if limit is not None and self.by_channel[channel] + cost > pacing.cents(limit):
            return "budget.channel", self.by_channel[channel]
        return None

    def _tell(self, decision: Decision) -> None:
        if decision.reason in MONEY:
            name = "" if decision.reason == "budget.spent" else self.channels[decision.touchpoint]
            if name not in self.told:
                self.told = (*self.told, name)

    def close(self, unit: Unit, now: int) -> None:
        after = Spent(campaign=self.campaign.id, touchpoints=self.used, variants=dict(self.variants), told=self.told)
        if after == self.before:
            return
        unit.spending.put(after)
        for name in self.told[len(self.before.told) :]:
            body = {
                "campaign": self.campaign.id,
                "channel": name,
                "cents": self.by_channel[name] if name else self.total,
            }
            note(unit, now=now, kind="budget_spent", body=body)


def reward(documents: Documents, outcomes: Sequence[Outcome], start: int, window: int) -> float:
    """What a decision brought, in [0, 1]: 1 for any answer of the objective's kind, or the margin of its orders.

    With `value: margin`: margins of the orders in the window, refunds taken off, over three times the product's margin,
    at least 0 and at most 1; an order that names no margin counts the product's. The contact's own cost is the same for
    all variants of a slate, so it does not enter the choice between them: it enters whether she is contacted at all
    (`campaign.pacing`).
    """
    policy, margin = documents.campaign.policy, documents.brief.product.margin
    inside = [o for o in outcomes if o.time < start + window]
    if policy.value == "count" or margin is None:
        return float(any(o.kind == policy.objective for o in inside))
    usual = pacing.cents(margin)
    earned = sum(
        (1 if o.kind == "order" else -1) * (usual if o.margin is None else o.margin)
        for o in inside
        if o.kind in ("order", "refund")
    )
    return min(1.0, max(0.0, earned / (pacing.WORTH_ORDERS * usual))) if usual else 0.0


def terms(unit: Unit, campaign: str, learners: Mapping[str, Learner], *, personal: bool) -> dict[str, Terms]:
    """What the limits ask of the next snapshots, by slate; a slate of which they ask nothing is left out.

    Floors become least probabilities an arm for each group (`limits.guaranteed`), and a cap on shares becomes a charge
    found on draws of the posterior (`limits.charges`). `personal` says that the campaign's gate has opened.
    """
    row = the_campaign(unit, campaign)
    if not row.documents["campaign"].get("limits"):
        return {}
    documents = Documents.of(row)
    limits, rules = documents.campaign.limits, compiled(unit, row, documents.campaign)
    assert limits is not None
    found: dict[str, Terms] = {}
    for slate, learner in learners.items():
        explore = learner.explored(personal)
        floors = {} if rules is None else _floors(documents.campaign, rules, slate, learner.ids, explore)
        most = _of_rule(limits.each_variant.most_share, len(learner.ids), explore)
        asked = Terms(charge=_charge(most, learner), floors=floors, most=most)
        if not asked.plain:
            found[slate] = asked
    return found


def floors_of(documents: Documents, variants: Iterable[Variant]) -> Floors | None:
    """What the campaign's floors promise over these variants, a slate at a time; `None` where it has none."""
    campaign = documents.campaign
    if campaign.limits is None or not campaign.limits.floors:
        return None
    rules = rules_of.rules(campaign.limits, variants)
    return lambda slate, arms, explore: _floors(campaign, rules, slate, arms, explore)


def _floors(
    campaign: Campaign, rules: Rules, slate: str, arms: Sequence[str], explore: float
) -> dict[str, dict[str, float]]:
    """Least probabilities by floor group and arm on one slate; a signal of hers opens no floor."""
    touchpoint = next(t for t in campaign.touchpoints if t.id == slate.split("/")[0])
    floors = campaign.limits.floors if campaign.limits else []
    mine = [f for f in floors if not f.channels or touchpoint.channel in f.channels]
    return rules_of.guaranteed(rules, mine, arms, explore) if mine and touchpoint.trigger is None else {}


def _of_rule(most: float | None, k: int, explore: float) -> float:
    """The share of what the rule itself chooses that one of `k` arms may take: the spread gives each its even part."""
    if most is None or k < 2 or explore >= 1:
        return 1.0
    return min(1.0, max((most - explore / k) / (1 - explore), 1 / k))


def _charge(most: float, learner: Learner) -> dict[str, float]:
    """What each arm is charged so that none is expected to take more than this share of what the rule chooses."""
    if most >= 1:
        return {}
    draws = learner.drawn(DRAWS, np.random.default_rng([learner.seed, learner.n]))
    return {a: float(price) for a, price in zip(learner.ids, rules_of.charges(draws, most), strict=True) if price > 0}


class ChannelStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One channel's part of the budget, in cents."""

    channel: str
    spent: int
    amount: int


class BudgetStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Where a budget stands. Money in cents; `time` and `share` in [0, 1].

    `time` is how much of the flight's open hours is over (weighted by what the plan expected), `share` how many of the
    contacts asked for are let through now, `ends` when the money runs out at today's pace (ms UTC), `None` where it
    lasts to the end. `currency` is the brief's.
    """

    spent: int
    amount: int
    contacts: int
    time: float
    share: float
    pacing: str
    ends: int | None
    currency: str
    by_channel: tuple[ChannelStanding, ...] = ()
    over: bool = False


def standing(unit: Unit, row: CampaignRow, documents: Documents, now: int) -> BudgetStanding | None:
    """The budget of a campaign as people see it while it runs; `None` where it has none."""
    limits, campaign = documents.campaign.limits, documents.campaign
    budget = limits.budget if limits else None
    if budget is None:
        return None
    slates = {s.kind: Slate(s.id, Snapshot.load(s)) for s in unit.snapshots.latest(row.id)}
    held = bounds(unit, row, documents, slates, b"")
    assert held is not None  # it has a budget
    spent, channels = held.spent, {t.id: t.channel for t in campaign.touchpoints}
    passed = {t.id: held.pace(t.id, now).share for t in campaign.touchpoints if t.trigger is None}
    demands = pacing.demands_of(campaign, documents.brief, spent, now, planned=held.planned, values=held.values)
    left = sum(d.left for d in demands if d.cost)
    gone = [pacing.elapsed(t, campaign, documents.brief, now) for t in campaign.touchpoints if t.trigger is None]
    price = documents.brief.product.price
    running = row.status in ("live", "paused")
    return BudgetStanding(
        spent=spent.cents,
        amount=pacing.cents(budget.amount),
        contacts=spent.contacts,
        time=sum(g for g, _ in gone) / max(1, sum(n for _, n in gone)),
        share=sum(d.left * passed[d.touchpoint] for d in demands if d.cost) / left if left else 1.0,
        pacing=budget.pacing,
        ends=pacing.runs_out(campaign, documents.brief, demands, passed, spent, now) if running else None,
        currency=price.currency if price else "EUR",
        by_channel=tuple(
            ChannelStanding(channel=c, spent=pacing.of_channel(spent, channels, c), amount=pacing.cents(amount))
            for c, amount in budget.by_channel.items()
        ),
        over="" in spent.told,
    )
