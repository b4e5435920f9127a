"""Harm is told soon and seldom wrongly; the next stage waits until harm is ruled out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gale.campaign.rollout import guards
from gale.measurement.guardrails import HOUR, Counts, Guard, Standing, Tally, judge, levels
from gale.records.documents import Campaign
from gale.records.rollout import Climb, Step
from gale.stats.rate import above

DAY = 24
TEXT = {"fr": "t", "en": "t"}


def campaign(**more: Any) -> Campaign:
    """Four stages, letters and a holdout of a fifth."""
    stages = [
        {"id": f"s{i}", "name": TEXT, "values": [], "share": share, "least_hours": 24, "least_decisions": 100}
        for i, share in enumerate((0.1, 0.2, 0.5, 1.0))
    ]
    letter = {"id": "t", "name": TEXT, "channel": "email", "placement": "email", "framework": "f", "purposes": ["p"]}
    act = {"id": "a", "name": TEXT, "touchpoints": [letter]}
    rollout = {"stages": stages} | more
    return Campaign.model_validate(
        {"schema": 1, "id": "c", "brief": "b", "narrative": [act], "rollout": rollout, "experiment": {"holdout": 0.2}}
    )


CAMPAIGN = campaign()


def climb(stage: int = 0) -> Climb:
    step = Step(number=1, time=0, kind="stage", left="", to="s0")
    return Climb(stage=stage, steps=(step,))


def at(tally: Tally, *, hour: int = 0, hours: int = 10 * DAY, heard: int | None = None, **more: Any) -> Standing:
    """The standing ten days later of what happened in one hour, all of it to newcomers."""
    counts = Counts(everyone={hour: tally}, newcomers={hour: tally})
    now = hours * HOUR
    return judge(more.get("of", CAMPAIGN), counts, climb(), now=now, heard=now if heard is None else heard * HOUR)


def guard(standing: Standing, measure: str) -> Guard:
    return next(g for g in standing.guards if g.measure == measure)


def codes(standing: Standing) -> list[str]:
    return [f.code for f in standing.waits]


def test_a_thousand_looks_at_a_campaign_that_keeps_its_limits_alarm_at_most_as_often_as_said() -> None:
    """400 campaigns sit exactly on every limit (the worst case that is no harm), each looked at a thousand times while
    20,000 letters go out: at most alpha = 5 % are ever taken back. The simulation's own error is 1.1 % (one standard
    error), two of which are allowed. The levels are shared out among guardrails, so far fewer are expected."""
    rng = np.random.default_rng(3)
    level, _ = levels(CAMPAIGN)
    limits = {g.measure: g.limit for g in guards(CAMPAIGN) if g.measure != "lift_orders"}
    n = np.linspace(20, 20_000, 1_000, dtype=int)
    alarms = 0
    for runs in range(400):
        events = {m: (rng.random(20_000) < limit).cumsum()[n - 1] for m, limit in limits.items()}
        ordered = rng.random(20_000) < 0.02
        all_orders = ordered.cumsum()[n - 1]
        of_holdout = (ordered & (rng.random(20_000) < 0.2)).cumsum()[n - 1]
        over = np.any([above(events[m], n, limit) >= 1 / level for m, limit in limits.items()], axis=0)
        over |= above(of_holdout, all_orders, 0.2) >= 1 / level
        look = int(over.argmax()) if over.any() else 999
        tally = Tally(
            shown=int(n[look]),
            letters=int(n[look]),
            holdout=int(of_holdout[look]),
            treated=int(all_orders[look] - of_holdout[look]),
            **{m: int(told[look]) for m, told in events.items()},
        )
        if over.any() or runs % 50 == 0:
            assert (at(tally).crossed is not None) == bool(over.any()), "the judge says what the evidence says"
        alarms += bool(over.any())
    assert alarms / 400 <= 0.05 + 2 * 0.011


def test_harm_is_told_within_a_few_complaints() -> None:
    """At five times the limit of complaints, half of 200 campaigns are stopped within 2,500 letters, all within 10,000."""
    rng = np.random.default_rng(5)
    level, _ = levels(CAMPAIGN)
    n = np.arange(1, 10_001)
    over = [above((rng.random(10_000) < 0.005).cumsum(), n, 0.001) >= 1 / level for _ in range(200)]
    assert all(found.any() for found in over)
    assert np.median([found.argmax() for found in over]) < 2_500


def test_a_late_answer_delays_an_alarm_and_never_makes_one() -> None:
    early = at(Tally(shown=4_000, letters=4_000, complained=3))
    late = at(Tally(shown=4_000, letters=4_000, complained=30))
    assert early.crossed is None
    assert late.crossed is not None
    assert late.crossed.measure == "complained"
    assert late.crossed.bound is not None
    assert late.crossed.bound > late.crossed.limit


def test_harm_among_newcomers_does_not_drown_in_the_calm_of_those_before() -> None:
    calm = {h: Tally(shown=50_000, letters=50_000, complained=20) for h in range(4)}
    new = {5: Tally(shown=1_500, letters=1_500, complained=14)}
    everyone = {**calm, **new}
    found = judge(CAMPAIGN, Counts(everyone=everyone, newcomers=new), climb(1), now=10**9, heard=10**9)
    assert found.crossed is not None
    assert found.crossed.view == "newcomers"
    pooled = judge(CAMPAIGN, Counts(everyone=everyone), climb(1), now=10**9, heard=10**9)
    assert pooled.crossed is None


def test_fewer_orders_than_the_holdout_are_harm_and_as_many_are_not() -> None:
    """The holdout is a fifth of the people: of 200 who ordered, about 40 are its own where the campaign does nothing."""
    even = guard(at(Tally(holdout=40, treated=160)), "lift_orders")
    assert not even.crossed
    assert even.estimate == pytest.approx(0.0)
    harm = guard(at(Tally(holdout=80, treated=120)), "lift_orders")
    assert harm.crossed
    assert harm.high is not None
    assert harm.high < 0
    gain = guard(at(Tally(holdout=20, treated=180)), "lift_orders")
    assert not gain.crossed
    assert gain.low is not None
    assert gain.low > 0


def test_the_next_stage_waits_for_time_messages_and_certainty() -> None:
    assert codes(at(Tally(), hours=1)) == ["scale.too_soon", "scale.too_few", "scale.unclear", "scale.unclear", "scale.unclear"]  # fmt: skip
    assert codes(at(Tally(shown=5_000, letters=5_000))) == []
    just = at(Tally(shown=500, letters=500))
    assert codes(just) == ["scale.unclear"]
    assert just.waits[0].where == "guardrail.complained"
    assert just.waits[0].values["more"] == pytest.approx(691, abs=10)


def test_silence_before_any_news_is_no_good_news() -> None:
    assert codes(at(Tally(shown=5_000, letters=5_000), heard=0)) == ["scale.unclear"] * 3
    assert codes(at(Tally(shown=5_000, letters=5_000), hour=239)) == ["scale.unclear"] * 3


def test_missing_clicks_are_held_against_nobody_before_their_time() -> None:
    clicks = campaign(guardrails=[{"measure": "click", "limit": 0.02}])
    fresh = at(Tally(shown=5_000, letters=5_000), hour=239, of=clicks)
    assert fresh.crossed is None
    assert at(Tally(shown=5_000, letters=5_000), of=clicks).crossed is not None
    assert at(Tally(shown=5_000, letters=5_000, click=150), of=clicks).crossed is None


def test_the_last_stage_has_nothing_to_wait_for_but_is_still_guarded() -> None:
    tally = {0: Tally(shown=4_000, letters=4_000, complained=40)}
    found = judge(CAMPAIGN, Counts(everyone=tally, newcomers=tally), climb(3), now=10**9, heard=10**9)
    assert codes(found) == ["scale.last"]
    assert found.crossed is not None


def test_a_new_step_has_new_newcomers_and_new_evidence_starts_from_nothing() -> None:
    tally = {0: Tally(shown=10, letters=10)}
    counts = Counts(everyone=tally, newcomers=tally, regions={"brume": tally[0]}, decisions=7, outcomes=3)
    on = counts.under(Climb(stage=1, number=2, first=1))
    assert (on.everyone, on.newcomers) == (tally, {})
    anew = counts.under(Climb(stage=0, number=3, first=3))
    assert (anew.everyone, anew.newcomers, anew.regions) == ({}, {}, {"brume": tally[0]})
    assert (anew.decisions, anew.outcomes) == (7, 3)


def test_without_a_holdout_or_letters_what_cannot_be_measured_is_not_watched() -> None:
    none = CAMPAIGN.model_copy(update={"experiment": CAMPAIGN.experiment.model_copy(update={"holdout": 0.0})})
    assert [g.measure for g in guards(none)] == ["complained", "unsubscribed", "bounced"]
