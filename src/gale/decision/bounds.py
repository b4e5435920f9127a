"""A campaign's limits at the moment of a decision: is there money, is it her turn, what may she be shown.

Everything asked here is answered from the counters as a worker last read them (half a second ago at most) and logged,
so that the decision can be made again. What must never be passed, money and caps, is counted once more in the
transaction that commits (`engine.budget`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gale.campaign.limits import Rules
from gale.campaign.pacing import Pace, cents, lot, overdrawn, paces
from gale.records.decision import Decision
from gale.records.documents import Brief, Campaign, Touchpoint
from gale.records.people import Scalar
from gale.records.spending import Spent

HOUR = 3_600_000
OPEN: frozenset[str] = frozenset()
MONEY = ("budget.spent", "budget.channel")
PACED = ("budget.pace", "value.below_cost")


@dataclass(frozen=True)
class Verdict:
    """`reason` why nothing may be shown, or `None`; `closed` variants that may not; `group` of floors; what to log."""

    reason: str | None
    closed: frozenset[str]
    group: str
    inputs: dict[str, Any]


@dataclass(frozen=True)
class Bounds:
    """Compiled once a frame. `planned` contacts and `values` (expected answers a contact) are by touchpoint."""

    campaign: Campaign
    brief: Brief
    key: bytes
    rules: Rules | None
    spent: Spent
    resting: frozenset[str] = OPEN
    planned: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    _paces: dict[int, dict[str, Pace]] = field(default_factory=dict)

    @cached_property
    def channels(self) -> dict[str, str]:
        """The channel of each touchpoint."""
        return {t.id: t.channel for t in self.campaign.touchpoints}

    def pace(self, touchpoint: str, now: int) -> Pace:
        """The share let through here in this hour."""
        hour = now // HOUR
        if hour not in self._paces:
            self._paces[hour] = paces(
                self.campaign, self.brief, self.spent, now, planned=self.planned, values=self.values
            )
        return self._paces[hour].get(touchpoint) or Pace()

    def judge(
        self,
        person: str,
        about: Mapping[str, Scalar],
        touchpoint: Touchpoint,
        arms: Sequence[str],
        paused: frozenset[str],
        now: int,
    ) -> Verdict:
        """The limits' word on one person at one touchpoint; the same for those who wait in the holdout.

        Reasons, in this order: `budget.spent`, `budget.channel`, `budget.pace`, `value.below_cost`,
        `variants.excluded`, `variant.cap`.
        """
        inputs: dict[str, Any] = {}
        limits = self.campaign.limits
        if limits is not None and limits.budget is not None:
            broke = overdrawn(limits.budget, self.spent, self.channels, touchpoint)
            if broke is not None:
                return Verdict(broke[0], OPEN, "", {"spent": broke[1]})
        if touchpoint.trigger is None:
            pace = self.pace(touchpoint.id, now)
            if pace.share < 1:
                inputs["pace"] = pace.share
                if lot(self.key, person, touchpoint.id, now) >= pace.share:
                    return Verdict(pace.reason, OPEN, "", inputs)
        excluded, group = OPEN, ""
        if self.rules is not None and self.rules.watched:
            inputs["about"] = known = {name: about.get(name) for name in self.rules.watched}
            group = self.rules.group(touchpoint.channel, known) if touchpoint.trigger is None else ""
        if self.rules is not None and self.rules.exclusions:
            excluded = self.rules.excluded(touchpoint.channel, about)
        rests = self.resting
        if excluded or rests:
            here = frozenset(arms)
            excluded, rests = excluded & here, rests & here
        if excluded:
            inputs["excluded"] = sorted(excluded)
        if rests:
            inputs["resting"] = sorted(rests)
        if group:
            inputs["floor_group"] = group
        closed = excluded | rests
        left = [arm for arm in arms if arm not in paused]
        if closed and all(arm in closed for arm in left):
            reason = "variants.excluded" if all(arm in excluded for arm in left) else "variant.cap"
            return Verdict(reason, closed, group, inputs)
        return Verdict(None, closed, group, inputs)


def follows(rules: Rules, campaign: Campaign, decision: Decision, arms: Sequence[str]) -> bool:
    """Whether what a decision logged of exclusions and floors follows again from the signed limits."""
    about = decision.inputs.get("about", {})
    touchpoint = next((t for t in campaign.touchpoints if t.id == decision.touchpoint), None)
    if touchpoint is None:
        return False
    excluded = sorted(rules.excluded(touchpoint.channel, about) & frozenset(arms))
    group = rules.group(touchpoint.channel, about) if touchpoint.trigger is None else ""
    return (excluded, group) == (decision.inputs.get("excluded", []), decision.inputs.get("floor_group", ""))


def refused(key: bytes, campaign: Campaign, decision: Decision) -> bool | None:
    """Whether a refusal by money, pace or cap follows again from what it logged; `None` where it logged nothing."""
    inputs, limits = decision.inputs, campaign.limits
    touchpoint = next((t for t in campaign.touchpoints if t.id == decision.touchpoint), None)
    if touchpoint is None:
        return None
    if decision.reason in PACED and "pace" in inputs:
        return lot(key, decision.person, decision.touchpoint, decision.time) >= float(inputs["pace"])
    if limits is None:
        return None
    if decision.reason in MONEY and "spent" in inputs and limits.budget is not None:
        whole = decision.reason == "budget.spent"
        amount = limits.budget.amount if whole else limits.budget.by_channel.get(touchpoint.channel)
        return amount is not None and int(inputs["spent"]) + touchpoint.cost > cents(amount)
    if decision.reason == "variant.cap" and "contacts" in inputs and limits.each_variant.most_contacts is not None:
        return bool(inputs["contacts"] >= limits.each_variant.most_contacts)
    return None
