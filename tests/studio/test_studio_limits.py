"""Pages of a campaign with limits: what they will do before the launch, where the money is while it runs."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from studio_samples import DAY, START, pages

from gale.campaign.foreseen import FloorForeseen, Foreseen
from gale.engine.budget import BudgetStanding, ChannelStanding
from gale.studio.render import page

STANDING = BudgetStanding(
    spent=41_230,
    amount=90_000,
    contacts=31_200,
    time=0.62,
    share=0.42,
    pacing="even",
    ends=None,
    currency="EUR",
    by_channel=(
        ChannelStanding(channel="email", spent=18_010, amount=40_000),
        ChannelStanding(channel="web", spent=9_150, amount=20_000),
    ),
)
FORESEEN = Foreseen(
    contacts=74_300,
    cost=112_400,
    budget=90_000,
    currency="EUR",
    timezone="Europe/Paris",
    pacing="even",
    paid=60_100,
    share=0.81,
    ends=None,
    capped=240_000,
    excluded=3,
    floors=(FloorForeseen(floor="evening-people", people=2140, at_least=0.1, variants=4, answers_at_most=12.4),),
)


def shown(name: str, locale: str, **changed: Any) -> str:
    """A sample page with its view changed, as words only."""
    template, shell, values = pages()[name]
    html = page(template, locale, shell=shell, **{**values, "view": replace(values["view"], **changed)})
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


@pytest.mark.parametrize(
    ("locale", "spent", "sentence"),
    [
        ("en", "€412.30 of €900.00 spent", "42% of the contacts asked for are let through"),
        ("fr", "412,30 € dépensés sur 900,00 €", "des contacts demandés passent, tirés au sort chaque jour"),
    ],
)
def test_the_live_page_says_where_the_money_is(locale: str, spent: str, sentence: str) -> None:
    said = shown("live", locale, budget=STANDING)
    assert spent in said
    assert sentence in said


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"over": True, "spent": 90_000}, "Budget spent: nothing more that it pays for is sent."),
        ({"share": 1.0}, "Everybody who may be contacted is: there is money enough."),
        ({"pacing": "asap", "share": 1.0, "ends": START + 6 * DAY}, "At this pace it is used up about"),
    ],
)
def test_a_budget_that_is_over_enough_or_running_out_says_so(changed: dict[str, Any], sentence: str) -> None:
    import msgspec

    assert sentence in shown("live", "en", budget=msgspec.structs.replace(STANDING, **changed))


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_a_campaign_without_limits_does_not_speak_of_them(locale: str) -> None:
    assert "Budget" not in shown("live", locale)
    assert ("limits" if locale == "en" else "limites") not in shown("plan", locale)


@pytest.mark.parametrize(
    ("locale", "sentences"),
    [
        (
            "en",
            ("The budget of €900.00 pays for about 60,100 of 74,300 contacts", "Floor evening-people: 2,140 people"),
        ),
        ("fr", ("Le budget de 900,00", "Plancher evening-people", "environ 12,4 réponses")),
    ],
)
def test_the_plan_says_what_the_limits_will_do(locale: str, sentences: tuple[str, ...]) -> None:
    said = shown("plan", locale, limits=FORESEEN)
    for sentence in sentences:
        assert sentence in said
