"""A simulated city: who lives there, what she agreed to, and how she answers.

The same code runs every city; what differs is the truth in `cities.yaml`. A click has probability
`click_rate x taste[rhythm][angle]`, an order without any message `organic_rate` over the flight, an order after a click
`click_to_order`. Nothing of this is read by the engine, which sees decisions and outcomes only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from pydantic import Field

from gale.records.decision import Decision, Outcome
from gale.records.documents import Document, Slug, Text
from gale.records.people import Consent, Profile

HOUR = 3_600_000
DAY = 24 * HOUR
RHYTHMS = ("early", "office", "evening")
BREWING = ("filter", "espresso", "kettle")


class CityTruth(Document):
    """What is true of one city; rates are probabilities, `tastes` multiply the click rate (1 where not named)."""

    id: Slug
    name: Text
    people: int = Field(ge=100, le=1_000_000)
    click_rate: float = Field(gt=0, lt=1)
    tastes: dict[str, dict[str, float]] = {}
    organic_rate: float = Field(ge=0, lt=1)
    click_to_order: float = Field(ge=0, le=1)
    order_value: int = Field(gt=0, description="cents")
    order_margin: int = Field(ge=0, description="cents")
    agree: dict[str, float] = Field(
        description="purpose (or purpose+purpose, asked together): share of people who gave it"
    )
    withdraw_midway: float = Field(ge=0, le=1, description="share of people who withdraw e-mail during the flight")
    reported_twice: float = Field(ge=0, le=1)
    visits_a_day: dict[str, float] = Field(description="touchpoint: chance a day that a person comes by")


class Cities(Document):
    """`cities.yaml`: the truth of every city of an example."""

    cities: list[CityTruth] = Field(min_length=1)


def read_cities(path: Path) -> list[CityTruth]:
    """The truth of every city. Raises pydantic's `ValidationError` for a file that is not one."""
    return Cities.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).cities


@dataclass
class City:
    """People and their answers, drawn from the truth with one generator."""

    truth: CityTruth
    rng: np.random.Generator

    def __post_init__(self) -> None:
        n = self.truth.people
        self.ids = [f"p_{self.truth.id[:2]}{self.rng.bytes(8).hex()}" for _ in range(n)]
        self.rhythm = self.rng.choice(RHYTHMS, size=n, p=(0.36, 0.34, 0.30))
        self.brewing = self.rng.choice(BREWING, size=n, p=(0.45, 0.35, 0.20))
        self.months = np.round(self.rng.gamma(2.0, 6.0, size=n)).astype(int)
        self.basket = np.round(self.rng.lognormal(2.9, 0.4, size=n), 1)
        self.french = self.rng.random(n) < 0.8
        self.index = {p: i for i, p in enumerate(self.ids)}

    def people(self, created: int) -> Iterator[Profile]:
        """Everybody, as profiles without a name."""
        for i, person in enumerate(self.ids):
            yield Profile(
                id=person,
                locale="fr" if self.french[i] else "en",
                attributes={
                    "city": self.truth.id,
                    "rhythm": str(self.rhythm[i]),
                    "brewing": str(self.brewing[i]),
                    "newsletter_months": int(self.months[i]),
                    "basket": float(self.basket[i]),
                },
                created=created,
                simulated=True,
            )

    def consents(self, time: int, basis: Mapping[str, str], notices: Mapping[str, str]) -> Iterator[Consent]:
        """What each person agreed to at the (simulated) checkout; whoever did not agree has no line."""
        for asked, share in self.truth.agree.items():
            agreeing = np.flatnonzero(self.rng.random(len(self.ids)) < share)
            for purpose, i in ((p, i) for p in asked.split("+") for i in agreeing):
                yield Consent(
                    id="c_" + self.rng.bytes(10).hex(),
                    person=self.ids[i],
                    purpose=purpose,
                    state="given",
                    basis=basis[purpose],  # type: ignore[arg-type]  # checked against the purposes' document
                    source="sandbox checkout",
                    notice=notices[purpose],
                    time=time,
                )

    def organic(self, start: int, days: int, source: str = "sandbox shop") -> list[Outcome]:
        """Orders that happen with or without a campaign, over the whole flight; each reported with a delay."""
        buys = np.flatnonzero(self.rng.random(len(self.ids)) < self.truth.organic_rate)
        return [self._order(source, self.ids[i], start + int(self.rng.random() * days * DAY), None) for i in buys]

    def answer(self, decision: Decision, traits: Mapping[str, str], source: str = "sandbox") -> list[Outcome]:
        """What one person does after one message: perhaps a click, perhaps an order, some of it told twice."""
        i = self.index[decision.person]
        taste = self.truth.tastes.get(str(self.rhythm[i]), {}).get(traits.get("angle", ""), 1.0)
        if self.rng.random() >= self.truth.click_rate * taste:
            return []
        clicked = decision.time + int(self.rng.exponential(2 * HOUR))
        told = [
            Outcome(
                source=source,
                source_id=f"click-{decision.id}",
                person=decision.person,
                kind="click",
                time=clicked,
                received=clicked + int(self.rng.exponential(HOUR)),
                decision=decision.id,
                simulated=True,
            )
        ]
        if self.rng.random() < self.truth.click_to_order:
            told.append(
                self._order(source, decision.person, clicked + int(self.rng.exponential(6 * HOUR)), decision.id)
            )
        if self.rng.random() < self.truth.reported_twice:
            told.append(told[0])
        return told

    def withdrawing(self) -> list[str]:
        """Who will withdraw her consent to e-mail during the flight."""
        chosen = self.rng.random(len(self.ids)) < self.truth.withdraw_midway
        return [self.ids[i] for i in np.flatnonzero(chosen)]

    def _order(self, source: str, person: str, time: int, decision: str | None) -> Outcome:
        size = int(self.rng.choice((1, 1, 1, 2, 3)))
        return Outcome(
            source=source,
            source_id="order-" + self.rng.bytes(8).hex(),
            person=person,
            kind="order",
            time=time,
            received=time + int(self.rng.exponential(6 * HOUR)),
            value=self.truth.order_value * size,
            margin=self.truth.order_margin * size,
            decision=decision,
            simulated=True,
        )
