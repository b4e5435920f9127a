"""Who will be contacted and, first, who will not be and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from gale.campaign.rollout import value_of
from gale.consent import may
from gale.records.documents import Campaign, Purpose, Purposes
from gale.records.faults import Fault, raise_if
from gale.records.people import PersonState, Scalar

# The order in which a person who will not be contacted is counted, once: what she decided comes before what we lack.
REASONS = (
    "person.forgotten",
    "person.suppressed",
    "audience.outside",
    "consent.objected",
    "consent.withdrawn",
    "consent.refused",
    "consent.expired",
    "consent.basis",
    "consent.not_prior",
    "consent.channel",
    "consent.none",
    "reach.service_only",
)
_RANK = {reason: i for i, reason in enumerate(REASONS)}


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of people. `sum(excluded.values()) + reachable == total`; `excluded` is in the order of `REASONS` and
    holds no zero.

    `by_touchpoint` counts, for every touchpoint (those opened by a signal too), who may see it; `locales` counts the
    reachable by language; `holdout` is how many of the reachable are expected to wait, `contacted` the rest. `by_value`
    counts the reachable by the attribute that the roll-out's stages go by ("" not known); empty without a roll-out.
    """

    total: int
    excluded: dict[str, int]
    reachable: int
    by_touchpoint: dict[str, int]
    locales: dict[str, int]
    holdout: int
    contacted: int
    by_value: dict[str, int] = {}


def matches(attributes: Mapping[str, Scalar], audience: Mapping[str, Sequence[str]]) -> bool:
    """Is a person of the audience? Every attribute named must have one of its values; not knowing is not matching.

    >>> matches({"city": "port-brume", "vip": True}, {"city": ["port-brume"], "vip": ["true"]}), matches({}, {})
    (True, True)
    >>> matches({}, {"city": ["port-brume"]})
    False
    """
    for name, accepted in audience.items():
        value = attributes.get(name)
        if value is None:
            return False
        said = ("true" if value else "false") if isinstance(value, bool) else str(value)
        if said not in accepted:
            return False
    return True


def purposes_of(campaign: Campaign, purposes: Purposes) -> dict[str, tuple[Purpose, ...]]:
    """The purposes that each touchpoint needs, by touchpoint id, in its order.

    Raises `Faults` `touchpoint.purpose_unknown`, all at once.
    """
    found: dict[str, tuple[Purpose, ...]] = {}
    faults: list[Fault] = []
    for touchpoint in campaign.touchpoints:
        declared = [(name, purposes.get(name)) for name in touchpoint.purposes]
        faults += [unknown_purpose(touchpoint.id, name, purposes) for name, purpose in declared if purpose is None]
        found[touchpoint.id] = tuple(purpose for _, purpose in declared if purpose is not None)
    raise_if(faults)
    return found


def unknown_purpose(touchpoint: str, purpose: str, purposes: Purposes) -> Fault:
    """The fault of a touchpoint that needs a purpose nobody declared."""
    known = ", ".join(p.id for p in purposes.purposes)
    values = {"touchpoint": touchpoint, "purpose": purpose, "known": known}
    return Fault(code="touchpoint.purpose_unknown", values=values, where=f"campaign.yaml {touchpoint}.purposes")


def lacking(
    states: Iterable[PersonState], campaign: Campaign, purposes: Purposes, touchpoints: Sequence[str], *, now: int
) -> dict[str, tuple[str, ...]]:
    """For touchpoints that reach nobody: the purposes for which nobody of the audience may be reached there.

    Where each is allowed by somebody and all by nobody, all of them. Raises `Faults` as `purposes_of`.
    """
    needed = purposes_of(campaign, purposes)
    asked = [(t, purpose) for t in campaign.touchpoints if t.id in touchpoints for purpose in needed[t.id]]
    met: set[tuple[str, str]] = set()
    for state in states:
        if matches(state.profile.attributes, campaign.audience):
            met |= {(t.id, p.id) for t, p in asked if may(state, [p], channel=t.channel, now=now).allowed}
    found: dict[str, tuple[str, ...]] = {}
    for name in touchpoints:
        every = tuple(purpose.id for purpose in needed[name])
        found[name] = tuple(purpose for purpose in every if (name, purpose) not in met) or every
    return found


def reach(states: Iterable[PersonState], campaign: Campaign, purposes: Purposes, *, now: int) -> Reach:
    """Go once through everybody (a stream is fine) and count. Raises `Faults` as `purposes_of`.

    Reachable is who may be contacted at one calendar touchpoint at least. Who may only get a message that a signal of
    her own opens (the kettle) is counted as `reach.service_only`. Hours and caps are not asked: they delay a contact
    and exclude nobody.
    """
    needed = purposes_of(campaign, purposes)
    plan = [(t.id, t.channel, t.trigger is None, needed[t.id]) for t in campaign.touchpoints]
    by_touchpoint = {t.id: 0 for t in campaign.touchpoints}
    excluded: Counter[str] = Counter()
    locales: Counter[str] = Counter()
    by_value: Counter[str] = Counter()
    total = 0
    for state in states:
        total += 1
        if not state.forgotten and not state.suppressed and not matches(state.profile.attributes, campaign.audience):
            excluded["audience.outside"] += 1
            continue
        reason = "consent.none"
        served = invited = False
        for touchpoint, channel, by_calendar, asked in plan:
            permission = may(state, asked, channel=channel, now=now)
            if permission.allowed:
                by_touchpoint[touchpoint] += 1
                invited = invited or by_calendar
                served = True
            elif by_calendar and _RANK[permission.reason] < _RANK[reason]:
                reason = permission.reason
        if invited:
            locales[state.profile.locale] += 1
            if campaign.rollout is not None:
                by_value[value_of(campaign.rollout, state.profile.attributes)] += 1
        else:
            excluded["reach.service_only" if served else reason] += 1
    reachable = total - sum(excluded.values())
    holdout = round(reachable * campaign.experiment.holdout)
    return Reach(
        total=total,
        excluded={reason: excluded[reason] for reason in REASONS if excluded[reason]},
        reachable=reachable,
        by_touchpoint=by_touchpoint,
        locales=dict(sorted(locales.items())),
        holdout=holdout,
        contacted=reachable - holdout,
        by_value=dict(sorted(by_value.items())),
    )
