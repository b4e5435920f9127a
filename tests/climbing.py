"""A bakery that opens city by city, for the stories of the roll-out."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import yaml

from gale.engine import consent as consent_verb
from gale.engine import outcomes as outcomes_verb
from gale.engine import scale
from gale.engine.decide import decide_many
from gale.engine.init import Answers
from gale.records.decision import Decision, Outcome
from gale.records.people import Profile
from house import HOUR, House

CITIES = ("brume", "rade", "cap")
DAY = 24 * HOUR
PEOPLE = 600
BAKERY = Answers(
    name="Le Fournil",
    product="Tourte",
    noun_fr="le pain",
    noun_en="bread",
    benefit_fr="cuit chaque matin",
    benefit_en="baked every morning",
    price="4.20",
    touchpoints="letter, banner, post",
)


def stage(id: str, values: list[str], share: float, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": {"fr": id, "en": id}, "values": values, "share": share} | more


def stages() -> list[dict[str, Any]]:
    return [
        stage("brume-half", ["brume"], 0.5, least_hours=24, least_decisions=50),
        stage("brume", ["brume"], 1, least_hours=24, least_decisions=50),
        stage("everywhere", [], 1, approval="data_ethicist"),
    ]


def rollout(**more: Any) -> dict[str, Any]:
    return {"by": "city", "stages": stages(), "settle_hours": 12} | more


class Climbing:
    """A launched campaign with people in three cities, its letters and what comes back."""

    def __init__(self, house: House, *, team: bool = False, launched: bool = False, **more: Any) -> None:
        """Write `rollout` with `more` into the house's campaign and launch it; or walk on from one that is `launched`."""
        self.house = house
        self.rng = np.random.default_rng(7)
        self.people = [f"p_{i:05d}" for i in range(PEOPLE)]
        self._count = 0
        if not launched:
            self._launch(team, more)
        found = house.ws.read_documents()
        assert found.campaign.rollout is not None
        self.rollout = found.campaign.rollout
        self.member = found.team.members[0].id

    def _launch(self, team: bool, more: dict[str, Any]) -> None:
        house = self.house
        file = house.ws.root / "campaign.yaml"
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        data["audience"] = {"city": list(CITIES)}
        data["caps"] = {"per_day": 5, "per_week": 30}
        data["quiet"] = {"start": 0, "end": 0}
        data["rollout"] = rollout(**more)
        file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        if team:
            members = [
                {"id": "ana", "name": "Ana", "roles": ["creative_strategist", "ai_specialist", "community_manager"]},
                {"id": "noe", "name": "Noé", "roles": ["data_ethicist"]},
            ]
            text = yaml.safe_dump({"schema": 1, "mode": "team", "members": members}, allow_unicode=True)
            (house.ws.root / "team.yaml").write_text(text, encoding="utf-8")
        self._move_in()
        house.create()
        house.plan()
        house.sign()
        house.launch()

    def _move_in(self) -> None:
        names = self.people
        yesterday = self.house.clock.now() - DAY
        with self.house.ws.store.write() as unit:
            unit.people.add(
                Profile(id=p, locale="fr", attributes={"city": CITIES[i % 3]}, created=yesterday)
                for i, p in enumerate(names)
            )
        purposes = self.house.ws.read_documents().purposes
        acts = [
            self.house.act(p, purpose, "given", yesterday)
            for p in names
            for purpose in ("advertising", "email_marketing", "measurement")
        ]
        consent_verb.record(self.house.ws.store, purposes, acts, now=self.house.clock.now())

    def now(self) -> int:
        return self.house.clock.now()

    def letters(self) -> list[Decision]:
        """A letter to everybody who may get one now."""
        return decide_many(
            self.house.ws.store, self.house.campaign, self.people, "letter", now=self.now(), rng=self.rng
        )

    def later(self, hours: float) -> None:
        self.house.clock.move_to(self.now() + int(hours * HOUR))

    def tell(self, decisions: list[Decision], kind: str, share: float, *, of: int | None = None) -> int:
        """A share of these messages is answered with `kind`; how many."""
        shown = [d for d in decisions if d.variant is not None]
        chosen = shown[: round(share * len(shown))]
        outcomes = []
        for d in chosen:
            self._count += 1
            outcomes.append(
                Outcome(
                    source="test", source_id=f"{kind}-{self._count}", person=d.person, kind=kind,  # type: ignore[arg-type]
                    time=d.time + 60_000, received=self.now(), decision=d.id,
                )
            )  # fmt: skip
        if outcomes:
            outcomes_verb.tell(self.house.ws.store, outcomes, now=self.now() + HOUR)
        return len(outcomes)

    def tell_without_a_message(self, person: str, kind: str, **more: Any) -> None:
        """Something a person did that names no message of ours."""
        self._count += 1
        told = Outcome(
            source="test", source_id=f"{kind}-{self._count}", person=person, kind=kind,  # type: ignore[arg-type]
            time=self.now(), received=self.now(), **more,
        )  # fmt: skip
        outcomes_verb.tell(self.house.ws.store, [told], now=self.now())

    def order(self, person: str) -> None:
        self.tell_without_a_message(person, "order", value=420, margin=200)

    def news(self) -> None:
        """Something is heard from now, so that silence before says something."""
        self.tell_without_a_message(self.people[-1], "opened")

    def watch(self) -> scale.Watched | None:
        return scale.watch(self.house.ws.store, self.house.campaign, now=self.now())

    def standing(self) -> scale.Scale:
        found = scale.standing(self.house.ws.store, self.house.campaign, now=self.now())
        assert found is not None
        return found

    def row(self) -> Any:
        with self.house.ws.store.read() as unit:
            return unit.campaigns.get(self.house.campaign)

    def ledger(self, *kinds: str) -> list[Any]:
        with self.house.ws.store.read() as unit:
            return [e for e in unit.ledger.scan() if e.kind in kinds]

    def city_of(self, person: str) -> str:
        return CITIES[int(person.removeprefix("p_")) % 3]

    def city(self, decision: Decision) -> str:
        return self.city_of(decision.person)

    def days(self, n: int) -> None:
        """Quiet days: letters go out, nobody complains, something is heard."""
        for _ in range(n):
            self.letters()
            self.later(24)
            self.news()

    def advance(self, reason: str = "") -> Any:
        return scale.advance(self.house.ws.store, self.house.campaign, by=self.member, reason=reason, now=self.now())

    def back(self, reason: str) -> Any:
        return scale.back(self.house.ws.store, self.house.campaign, by=self.member, reason=reason, now=self.now())


def replaced(record: Any, **more: Any) -> Any:
    return msgspec.structs.replace(record, **more)
