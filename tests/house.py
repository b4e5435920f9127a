"""A real workspace on disk with a real database, for stories that walk through several rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from gale.adapters.clock import SteppedClock
from gale.engine import consent as consent_verb
from gale.engine import create as create_verb
from gale.engine import launch as launch_verb
from gale.engine import plan as plan_verb
from gale.engine import sign as sign_verb
from gale.engine.workspace import Workspace
from gale.records.people import Consent, Profile

MONDAY = date(2026, 9, 7)
HOUR = 3_600_000
START = int(datetime(2026, 9, 7, 8, tzinfo=UTC).timestamp() * 1000)
GIVEN = ("advertising", "email_marketing", "measurement")


@dataclass
class House:
    """A bakery's workspace and the few steps every story begins with."""

    ws: Workspace
    clock: SteppedClock

    @property
    def campaign(self) -> str:
        return self.ws.read_documents().campaign.id

    def people(self, n: int, *, given: tuple[str, ...] = GIVEN, prefix: str = "p_") -> list[str]:
        """Add people who gave these consents yesterday."""
        names = [f"{prefix}{i:05d}" for i in range(n)]
        yesterday = self.clock.now() - 24 * HOUR
        with self.ws.store.write() as unit:
            unit.people.add(
                Profile(id=p, locale="fr" if i % 4 else "en", attributes={}, created=yesterday)
                for i, p in enumerate(names)
            )
        purposes = self.ws.read_documents().purposes
        acts = [self.act(p, purpose, "given", yesterday) for p in names for purpose in given]
        consent_verb.record(self.ws.store, purposes, acts, now=self.clock.now())
        return names

    def act(self, person: str, purpose: str, state: str, time: int) -> Consent:
        return Consent(
            id=f"c_{person}_{purpose}_{state}_{time}",
            person=person,
            purpose=purpose,
            state=state,  # type: ignore[arg-type]
            basis="consent",
            source="checkout",
            notice="1",
            time=time,
        )

    def say(self, person: str, purpose: str, state: str) -> None:
        purposes = self.ws.read_documents().purposes
        now = self.clock.now()
        consent_verb.record(self.ws.store, purposes, [self.act(person, purpose, state, now)], now=now)

    def create(self, wanted: int = 40) -> create_verb.Created:
        return create_verb.create(
            self.ws.store, self.ws.catalogue, self.ws.read_documents(), now=self.clock.now(), seed=1, wanted=wanted
        )

    def plan(self) -> plan_verb.Planned:
        return plan_verb.plan(self.ws.store, self.campaign, now=self.clock.now(), documents=self.ws.read_documents())

    def sign(self) -> None:
        team = self.ws.read_documents().team
        for member in team.members:
            for role in member.roles:
                sign_verb.sign(
                    self.ws.store,
                    self.campaign,
                    role=role,
                    person=member.id,
                    verdict="signed",
                    remark="Lu, et d’accord.",
                    now=self.clock.now(),
                    id=f"a_{role}_{self.clock.now()}",
                )

    def launch(self) -> None:
        launch_verb.launch(self.ws.store, self.campaign, now=self.clock.now(), experiment_key=b"k" * 32, seed=3)

    def go_live(self, people: int = 200) -> list[str]:
        names = self.people(people)
        self.create()
        self.plan()
        self.sign()
        self.launch()
        return names

    @property
    def daily(self) -> str:
        """A touchpoint that is open every day."""
        return next(t.id for t in self.ws.read_documents().campaign.touchpoints if not t.weekdays and t.trigger is None)
