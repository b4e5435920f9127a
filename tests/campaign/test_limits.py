"""Limits: what a marketer writes, what contradicts what, and what the numbers promise."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from campaign_samples import documents, plain, variant
from hypothesis import given, settings
from hypothesis import strategies as st

from gale.campaign import check, parse
from gale.campaign.conflicts import conflicts
from gale.campaign.foreseen import foresee
from gale.campaign.limits import Rules, charges, groups, guaranteed, never, resting, rules
from gale.campaign.pacing import Demand, demands_of, lot, overdrawn, paces, runs_out, shares
from gale.records.documents import Budget, Campaign, Exclusion, Floor, Limits, VariantCaps
from gale.records.faults import Faults
from gale.records.spending import Spent, Used

NOON = int(datetime(2026, 9, 7, 10, tzinfo=UTC).timestamp() * 1000)  # the first day of the flight, noon in Paris
DAY = 86_400_000


def limited(**limits: Any) -> dict[str, Any]:
    data = plain()
    data["campaign"]["limits"] = limits
    for t, cost in zip(data["campaign"]["narrative"][0]["touchpoints"], (1, 2, 0), strict=True):
        t["cost"] = cost
    return data


def codes(data: dict[str, Any]) -> list[str]:
    return [f.code for f in check(*documents(data))]


def campaign_of(data: dict[str, Any]) -> Campaign:
    return documents(data)[2]


# --- what is written ---


def test_a_campaign_without_limits_is_stored_as_it_was_before_there_were_any() -> None:
    stored = campaign_of(plain()).model_dump(mode="json", by_alias=True)
    assert "limits" not in stored
    assert "value" not in stored["policy"]


def test_limits_survive_being_stored() -> None:
    campaign = campaign_of(
        limited(budget={"amount": "5.00", "by_channel": {"email": 2}}, each_variant={"most_share": 0.5})
    )
    assert Campaign.model_validate(campaign.model_dump(mode="json", by_alias=True)) == campaign


def test_every_fault_of_the_limits_is_told_at_once_with_its_place() -> None:
    data = limited(
        budget={"amount": "0.00", "pacing": "evenly", "by_channel": {"emial": 3}},
        each_variant={"most_share": 1.5},
        floors=[{"id": "late", "who": {}, "at_least": 0}],
        budgets=3,
    )
    with pytest.raises(Faults) as problem:
        parse("campaign", data["campaign"], {})
    assert len(problem.value.faults) >= 6
    assert all(f.where.startswith("campaign.yaml:1 limits") for f in problem.value.faults)


def test_limits_that_agree_have_no_fault() -> None:
    data = limited(
        budget={"amount": "5.00", "by_channel": {"email": "2.00"}},
        each_variant={"most_share": 0.5, "most_contacts": 100},
        exclusions=[{"angles": ["treat"], "who": {"age_band": ["under-18"]}, "channels": ["email"]}],
        floors=[{"id": "late", "who": {"rhythm": ["evening"]}, "angles": ["proof"], "at_least": 0.1}],
    )
    assert codes(data) == []


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"budget": {"amount": "0.01", "by_channel": {"email": "0.01"}}}, "limits.budget_below_contact"),
        ({"budget": {"amount": "5", "by_channel": {"social": "1"}}}, "limits.channel_unused"),
        ({"budget": {"amount": "5", "by_channel": {"device": "1"}}}, "limits.budget_without_cost"),
        ({"budget": {"amount": "5", "by_channel": {"email": "6"}}}, "limits.channel_above_whole"),
        ({"exclusions": [{"who": {"rhythm": ["early"]}}]}, "limits.names_nothing"),
        ({"exclusions": [{"angles": ["a"], "channels": ["sms"]}]}, "limits.channel_unused"),
        ({"exclusions": [{"angles": ["a"], "who": {"kettle.boils": ["often"]}}]}, None),
        (
            {"floors": [{"id": "x", "who": {"kettle_boiled": ["1"]}, "angles": ["a"], "at_least": 0.1}]},
            "limits.forbidden",
        ),
        (
            {
                "floors": [
                    {"id": "x", "who": {"a": ["1"]}, "angles": ["p"], "at_least": 0.6},
                    {"id": "y", "who": {"b": ["1"]}, "angles": ["q"], "at_least": 0.6},
                ]
            },
            "limits.floors_sum",
        ),
    ],
)
def test_limits_that_cannot_be_are_refused(limits: dict[str, Any], code: str | None) -> None:
    data = limited(**limits)
    if code is None:  # an attribute of the kettle's purpose: written with a dot, it is no name at all
        with pytest.raises(Faults, match=r"document\.name"):
            parse("campaign", data["campaign"], {})
    else:
        assert code in codes(data)


def test_a_floor_may_not_rest_on_what_the_kettle_told() -> None:
    data = limited(floors=[{"id": "x", "who": {"kettle": ["often"]}, "angles": ["a"], "at_least": 0.1}])
    assert codes(data) == ["limits.forbidden"]


def test_floors_that_no_person_has_together_may_sum_above_one() -> None:
    data = limited(
        floors=[
            {"id": "x", "who": {"a": ["1"]}, "angles": ["p"], "at_least": 0.6},
            {"id": "y", "who": {"a": ["2"]}, "angles": ["q"], "at_least": 0.6},
        ]
    )
    assert codes(data) == []


def test_a_budget_needs_something_that_costs() -> None:
    data = limited(budget={"amount": "5"})
    for t in data["campaign"]["narrative"][0]["touchpoints"]:
        t["cost"] = 0
    assert codes(data) == ["limits.budget_without_cost"]


def test_margin_is_a_value_of_orders_only() -> None:
    data = plain()
    data["campaign"]["policy"] = {"value": "margin"}
    assert codes(data) == ["limits.value_needs_margin"]
    data["campaign"]["policy"] = {"value": "margin", "objective": "order"}
    assert codes(data) == []
    del data["brief"]["product"]["margin"]
    assert codes(data) == ["limits.value_needs_margin"]


# --- what the shortlist cannot keep ---

LIVE = {"banner/fr": [variant("a", "proof"), variant("b", "treat"), variant("c", "treat")]}


def refused(**limits: Any) -> list[str]:
    return [f.code for f in conflicts(campaign_of(limited(**limits)), LIVE, {"proof", "treat", "nothing"})]


def test_an_exclusion_that_leaves_somebody_nothing_is_refused() -> None:
    early, late = {"rhythm": ["early"]}, {"rhythm": ["late"]}
    assert refused(exclusions=[{"angles": ["proof", "treat"], "who": early}]) == ["limits.nothing_left"]
    assert refused(exclusions=[{"angles": ["proof"], "who": early}, {"angles": ["treat"], "who": early}]) == [
        "limits.nothing_left"
    ]
    assert refused(exclusions=[{"angles": ["proof"], "who": early}, {"angles": ["treat"], "who": late}]) == []
    assert refused(exclusions=[{"angles": ["proof", "treat"], "channels": ["email"]}]) == []


def test_a_floor_whose_variants_are_not_live_or_are_excluded_is_refused() -> None:
    who = {"rhythm": ["late"]}
    floor = {"id": "late", "who": who, "angles": ["humour"], "at_least": 0.1}
    assert refused(floors=[floor]) == ["limits.floor_without_variants"]
    assert refused(floors=[floor | {"channels": ["email"]}]) == []
    proof = floor | {"angles": ["proof"]}
    assert refused(floors=[proof], exclusions=[{"angles": ["proof"], "who": who}]) == ["limits.floor_excluded"]
    assert refused(floors=[proof]) == []


def test_a_cap_below_a_floor_or_below_an_even_share_is_refused() -> None:
    floor = {"id": "late", "who": {"rhythm": ["late"]}, "angles": ["proof"], "at_least": 0.5}
    assert refused(floors=[floor], each_variant={"most_share": 0.4}) == ["limits.cap_below_floor"]
    assert refused(each_variant={"most_share": 0.3}) == ["limits.cap_too_low"]


# --- floors ---


def a_group(leasts: list[float], sizes: list[int]) -> tuple[Rules, list[Floor]]:
    floors = [
        Floor(id=f"f{i}", who={f"a{i}": ["1"]}, variants=[f"v{i}_{n}" for n in range(size)], at_least=least)
        for i, (least, size) in enumerate(zip(leasts, sizes, strict=True))
    ]
    return Rules((), tuple((f.id, f.who, frozenset(), frozenset(f.variants)) for f in floors), ()), floors


@settings(max_examples=200, deadline=None)
@given(
    leasts=st.lists(st.floats(0.01, 0.25), min_size=1, max_size=3),
    sizes=st.lists(st.integers(1, 3), min_size=3, max_size=3),
    explore=st.sampled_from([0.02, 0.05, 0.2]),
    closed=st.lists(st.booleans(), min_size=14, max_size=14),
)
def test_a_floor_holds_while_one_of_its_variants_is_open(
    leasts: list[float], sizes: list[int], explore: float, closed: list[bool]
) -> None:
    """Whatever rests: the spread alone, taken over the open arms, gives each floor's variants what it asks."""
    rules_, floors = a_group(leasts, sizes[: len(leasts)])
    arms = [a for f in floors for a in f.variants] + ["x0", "x1", "x2"]
    found = guaranteed(rules_, floors, arms, explore)
    explored = max(explore, *(sum(masses.values()) for masses in found.values()))
    assert explored <= 1 + 1e-9
    masses = found["+".join(f.id for f in floors)]
    even = (1 - sum(masses.values()) / explored) / len(arms)
    row = np.array([masses.get(a, 0.0) / explored + even for a in arms])
    assert row.sum() == pytest.approx(1)
    open_arms = ~np.array(closed[: len(arms)])
    for floor in floors:  # a floor with nothing open cannot be kept by anybody
        open_arms[arms.index(floor.variants[0])] |= not any(open_arms[arms.index(a)] for a in floor.variants)
    spread = np.where(open_arms, row, 0.0)
    spread /= spread.sum()
    # Where the parts would pass the whole even with everything explored, the promise is for all variants open.
    room = sum(a * n / (a * n + 1 - a) for a, n in zip(leasts, sizes, strict=False)) <= 1
    for floor in floors:
        share = explored * sum(spread[arms.index(a)] for a in floor.variants)
        if room or open_arms.all():
            assert share >= floor.at_least - 1e-6


def test_every_combination_of_floors_that_a_person_can_have_is_a_group() -> None:
    def floor(id: str, **who: list[str]) -> Floor:
        return Floor(id=id, who=who, angles=["a"], at_least=0.1)

    found = groups([floor("x", a=["1"]), floor("y", a=["2"]), floor("z", b=["1"])])
    assert sorted("+".join(f.id for f in g) for g in found) == ["x", "x+z", "y", "y+z", "z"]


# --- exclusions and caps ---


def test_exclusions_name_variants_by_id_angle_and_phrase() -> None:
    live = [variant("a", "proof"), variant("b", "proof gesture"), variant("c", "treat", phrases={"hook": "h9"})]
    who = {"age_band": ["under-18"]}
    found = rules(Limits(exclusions=[Exclusion(angles=["gesture"], phrases=["h9"], who=who)]), live)
    assert found.excluded("email", {"age_band": "under-18"}) == {"b", "c"}
    assert found.excluded("email", {}) == frozenset()
    limits = Limits(exclusions=[Exclusion(variants=["a"], channels=["email"])])
    assert never(limits, "email", live) == {"a"}
    assert never(limits, "web", live) == frozenset()


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 6), st.integers(0, 2**31))
def test_under_a_cap_on_shares_no_variant_takes_more_and_somebody_is_always_open(k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    arms = [f"v{i}" for i in range(k)]
    caps = VariantCaps(most_share=max(0.4, 1 / k))
    shown = dict.fromkeys(arms, 0)
    for _ in range(400):
        rests = resting(caps, shown, {"s": arms})
        left = [a for a in arms if a not in rests]
        assert left
        shown[left[0] if rng.random() < 0.9 else left[-1]] += 1
    assert caps.most_share is not None
    assert max(shown.values()) <= caps.most_share * (400 + 20) + 1


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 8), st.integers(0, 2**31))
def test_charges_bring_every_arm_below_the_cap(k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    draws = rng.beta(8 * (1 + rng.integers(0, 30, k)), 8 * (1 + rng.integers(30, 300, k)), size=(512, k))
    most = 1 / k + (1 - 1 / k) * 0.4
    paid = charges(draws, most)
    wins = np.bincount((draws - paid).argmax(axis=1), minlength=k) / 512
    assert paid.min() >= 0
    assert wins.max() <= most + 0.06  # 300 steps of an ascent whose step falls as 1/√t


# --- money ---


def test_money_is_refused_before_it_is_overdrawn_and_never_for_what_is_free() -> None:
    campaign = campaign_of(limited(budget={"amount": "0.05", "by_channel": {"web": "0.02"}}))
    banner, letter, kettle = campaign.touchpoints
    channels = {t.id: t.channel for t in campaign.touchpoints}
    budget = Budget(amount=Decimal("0.05"), by_channel={"web": Decimal("0.02")})
    spent = Spent(campaign="c", touchpoints={"banner": Used(2, 2), "letter": Used(1, 2)})
    assert overdrawn(budget, spent, channels, banner) == ("budget.channel", 2)
    assert overdrawn(budget, spent, channels, letter) == ("budget.spent", 4)
    assert overdrawn(budget, spent, channels, kettle) is None


@settings(max_examples=200, deadline=None)
@given(
    left=st.lists(st.floats(1, 1e6), min_size=3, max_size=3),
    values=st.lists(st.floats(0, 1), min_size=3, max_size=3),
    part=st.floats(0.02, 2),
    channel=st.floats(0.05, 1),
)
def test_the_shares_let_through_spend_what_there_is_and_no_more(
    left: list[float], values: list[float], part: float, channel: float
) -> None:
    demands = [
        Demand(f"t{i}", c, i + 1, n, v)
        for i, (c, n, v) in enumerate(zip(("email", "web", "web"), left, values, strict=True))
    ]
    everything = sum(d.left * d.cost for d in demands)
    of_web = channel * sum(d.left * d.cost for d in demands if d.channel == "web")
    price, passed = shares(demands, part * everything, {"web": of_web})
    spending = {d.touchpoint: d.left * d.cost * passed[d.touchpoint] for d in demands}
    least = 0.006 * everything  # no touchpoint is shut
    assert sum(spending.values()) <= part * everything + least
    assert spending["t1"] + spending["t2"] <= of_web + least
    assert all(0 < s <= 1 for s in passed.values())
    if part >= 1 and channel == 1:
        assert price == 0
    best = max(demands, key=lambda d: d.value / d.cost)
    if channel == 1:
        assert passed[best.touchpoint] == max(passed.values())


def test_pacing_corrects_itself_until_the_money_just_lasts() -> None:
    """Twice as many people come as the plan believed; the money still lasts to the last day, and is used."""
    brief, campaign = documents(limited(budget={"amount": "20.00"}))[1:3]
    rng = np.random.default_rng(3)
    used: dict[str, Used] = {}
    planned, days = {"banner": 3000.0, "letter": 600.0}, []
    for day in range(14):
        for hour in range(8, 20):
            now = NOON - 12 * 3_600_000 + day * DAY + hour * 3_600_000
            spent = Spent(campaign="autumn", touchpoints=dict(used))
            share = paces(campaign, brief, spent, now, planned=planned, values={})["banner"].share
            through = int(rng.binomial(2 * 3000 // (14 * 12), share))
            used["banner"] = used.get("banner", Used()) + Used(through, through, through / share)
        days.append(used["banner"].contacts)
    total = days[-1]
    assert 1800 <= total <= 2000
    daily = np.diff([0, *days])
    assert daily[2:].max() < 2 * daily[2:].mean()
    assert daily[-1] > 0.3 * daily.mean()


def test_a_contact_that_costs_more_than_it_earns_passes_one_time_in_ten() -> None:
    data = limited()
    data["campaign"]["policy"] = {"value": "margin", "objective": "order"}
    brief, campaign = documents(data)[1:3]
    spent = Spent(campaign="autumn")
    poor = paces(campaign, brief, spent, NOON, planned={}, values={"banner": 0.0001, "letter": 0.5})
    assert (poor["banner"].share, poor["banner"].reason) == (0.1, "value.below_cost")
    assert poor["letter"].share == 1


def test_the_lot_is_the_same_all_day_and_fair_over_people() -> None:
    key = b"k" * 32
    assert lot(key, "p_1", "t", NOON) == lot(key, "p_1", "t", NOON + 3_600_000)
    assert lot(key, "p_1", "t", NOON) != lot(key, "p_1", "t", NOON + DAY)
    drawn = np.array([lot(key, f"p_{i}", "t", NOON) for i in range(4000)])
    assert abs((drawn < 0.3).mean() - 0.3) < 0.03  # four standard errors


# --- before the launch ---


def test_the_plan_says_what_the_budget_pays_for_and_when_it_ends() -> None:
    floors = [{"id": "late", "who": {"rhythm": ["late"]}, "angles": ["proof"], "at_least": 0.1}]
    for pacing, lasts in (("even", True), ("asap", False)):
        data = limited(budget={"amount": "7.00", "pacing": pacing}, floors=floors)
        brief, campaign = documents(data)[1:3]
        told = foresee(
            campaign, brief, LIVE, planned={"banner": 1000.0, "letter": 200.0}, in_floor={"late": 50},
            reachable=500, rate=0.05,
        )  # fmt: skip
        assert told is not None
        assert (told.contacts, told.cost, told.budget) == (1200, 1400, 700)
        assert (told.ends is None) == lasts
        assert 450 <= told.paid <= 750
        assert told.floors[0].answers_at_most == pytest.approx(0.1 * 120 * 0.05 * 0.2, abs=0.06)


def test_demand_begins_with_the_plan_and_ends_with_what_was_asked() -> None:
    brief, campaign = documents(limited(budget={"amount": "9"}))[1:3]
    first = demands_of(campaign, brief, Spent(campaign="c"), NOON - DAY, planned={"banner": 1400.0}, values={})
    assert next(d.left for d in first if d.touchpoint == "banner") == pytest.approx(1400)
    seen = Spent(campaign="c", touchpoints={"banner": Used(2000, 2000, 2000.0)})
    later = demands_of(campaign, brief, seen, NOON + 9 * DAY + 9 * 3_600_000, planned={"banner": 1400.0}, values={})
    assert next(d.left for d in later if d.touchpoint == "banner") == pytest.approx(200 * 4, rel=0.1)
    assert runs_out(campaign, brief, later, {}, seen, NOON) is not None


def test_money_never_rounds_up() -> None:
    from gale.campaign.pacing import cents

    assert cents(Decimal("0.29")) == 29
    assert cents(Decimal("1.999")) == 199
