"""What a sceptical finance director tries on the report: money that decides alone, the past, the future, silence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gale.adapters.words import load
from gale.engine import outcomes as outcomes_verb
from gale.engine import report as report_verb
from gale.engine.decide import decide_many
from gale.records.decision import Outcome
from gale.studio.standalone import standalone
from house import HOUR, House

DAY = 24 * HOUR
PEOPLE = 700


def order(i: int, person: str, time: int, value: int = 420, **more: Any) -> Outcome:
    told = {"kind": "order", "received": time + HOUR, **more}
    return Outcome(source="shop", source_id=f"o{i}", person=person, time=time, value=value, **told)


@pytest.fixture
def entered(house: House, rng: np.random.Generator) -> tuple[House, dict[str, str], int]:
    """Everybody has entered; who is in which group; the hour of entry."""
    people = house.go_live(PEOPLE)
    at = house.clock.now()
    decide_many(house.ws.store, house.campaign, people, house.daily, now=at, rng=rng)
    with house.ws.store.read() as unit:
        groups = {a.person: a.group for a in unit.assignments.scan(house.campaign)}
    assert len(groups) == PEOPLE
    return house, groups, at


def told(house: House, outcomes: list[Outcome], at: int) -> dict[str, Any]:
    house.clock.move_to(at + 40 * DAY)
    outcomes_verb.tell(house.ws.store, outcomes, now=house.clock.now())
    return report_verb.report(house.ws.store, house.campaign, now=house.clock.now())


def some(groups: dict[str, str], at: int, treated: float, holdout: float) -> list[Outcome]:
    """Orders two days after entry, by this share of each group."""
    rng = np.random.default_rng(61)
    rate = {"treated": treated, "holdout": holdout}
    return [order(i, p, at + 2 * DAY + i * 1000) for i, (p, g) in enumerate(groups.items()) if rng.random() < rate[g]]


def test_a_revenue_of_a_billion_neither_breaks_the_report_nor_wins_the_campaign(entered):
    house, groups, at = entered
    lucky = next(p for p, g in groups.items() if g == "treated")
    report = told(house, [*some(groups, at, 0.4, 0.4), order(99_999, lucky, at + 3 * DAY, value=10**11)], at)
    assert not report["lift"]["proven"]
    assert report["lift"]["money"]["low"] < 0, "a billion proves nothing"
    assert report["lift"]["value_unbounded"]["estimate"] > 100 * report["lift"]["value"]["estimate"]
    assert (report["lift"]["bound"], report["lift"]["bound_rule"], report["lift"]["beyond"]) == (42_000, "price", 1)
    alarm = next(a for a in report["alarms"] if a["code"] == "revenue.outlier")
    assert alarm["values"]["source_id"] == "o99999"
    assert "o99999" in alarm["said"]["fr"]
    assert lucky in alarm["said"]["en"]
    for locale in ("fr", "en"):
        page = standalone(report, locale, load(locale))
        assert "o99999" in page
        assert "€" in page


def test_nothing_that_happens_after_entry_can_enter_the_adjustment(entered):
    house, groups, at = entered
    outcomes = some(groups, at, 0.5, 0.4)
    before = told(house, outcomes, at)
    assert before["known"]["history"] == 0
    assert before["lift"]["adjusted"] is None
    assert before["lift"]["absolute"] is not None
    # At the very hour of entry, and after: counted as an outcome, never as something known before.
    late = [order(50_000 + i, p, at + i % 3) for i, p in enumerate(groups)]
    after = told(house, late, at)
    assert after["known"]["history"] == 0
    assert after["lift"]["adjusted"] is None
    page = standalone(after, "en", load("en"))
    assert "Nothing known before" in page


def test_a_past_that_is_known_narrows_what_is_said(entered):
    house, groups, at = entered
    rng = np.random.default_rng(62)
    regular = {p for p in groups if rng.random() < 0.5}
    past = [order(70_000 + i, p, at - 30 * DAY, received=at - DAY) for i, p in enumerate(sorted(regular))]
    rate = {True: 0.85, False: 0.05}
    now = [order(i, p, at + 2 * DAY + i) for i, p in enumerate(groups) if rng.random() < rate[p in regular]]
    report = told(house, past + now, at)
    assert report["known"]["history"] == len(regular)
    assert report["lift"]["leads"] == "adjusted"
    assert report["lift"]["reduction"] > 0.4
    raw, adjusted = report["lift"]["raw"]["absolute"], report["lift"]["absolute"]
    assert adjusted["high"] - adjusted["low"] < 0.8 * (raw["high"] - raw["low"])
    assert "variance reduced by" in standalone(report, "en", load("en"))


def test_what_is_not_proven_says_what_it_rules_out_in_orders_and_money(entered):
    house, groups, at = entered
    report = told(house, some(groups, at, 0.45, 0.45), at)
    assert not report["lift"]["proven"]
    above = report["power"]["ruled_out_above"]
    assert above["orders"] == report["lift"]["orders"]["high"]
    assert above["money"] == report["lift"]["money"]["high"]
    assert report["power"]["detectable"] > 0
    assert any("exclu" in line["fr"] for line in report["learned"])
    assert "In revenue" in report_verb.headline(report, load("en")), (
        "a shop that tells no margin is read by its revenue"
    )


def test_harm_is_told_as_plainly_as_gain(entered):
    house, groups, at = entered
    report = told(house, some(groups, at, 0.2, 0.7), at)
    assert report["lift"]["harm"]
    assert "cost between" in report_verb.headline(report, load("en"))
    assert "It did harm" in standalone(report, "en", load("en"))
    assert report["cost"]["per_extra_order"] is None


def test_groups_that_are_not_as_drawn_withhold_the_verdict_everywhere(entered):
    house, groups, at = entered
    with house.ws.store.write() as unit:  # half of those who were contacted vanish from the count
        for i, (person, group) in enumerate(groups.items()):
            if group == "treated" and i % 2:
                unit.people.forget(person, f"gone_{i}")
    left = {p: g for i, (p, g) in enumerate(groups.items()) if not (g == "treated" and i % 2)}
    report = told(house, some(left, at, 0.8, 0.3), at)
    assert report["alarms"][0]["severity"] == "stop"
    assert report["lift"]["stopped"] == report["alarms"][0]["code"]
    assert not report["lift"]["proven"]
    assert report["lift"]["orders"] is None
    assert report["lift"]["withheld"]["orders"]["low"] > 0, "who audits may still see what was withheld"
    assert "Withheld" in report_verb.headline(report, load("en"))
    page = standalone(report, "fr", load("fr"))
    assert "Les chiffres sont suspendus" in page
    assert "gagné" not in page


def test_silence_after_the_launch_is_an_alarm_with_a_remedy(entered):
    house, _, at = entered
    report = report_verb.report(house.ws.store, house.campaign, now=at + 3 * DAY)
    assert [a["code"] for a in report["alarms"]] == ["outcomes.silent"]
    assert "importez" in report["alarms"][0]["todo"]["fr"]
    assert report["lift"]["orders"] is None
    assert standalone(report, "en", load("en"))
