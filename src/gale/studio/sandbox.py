"""The sandbox: two simulated cities taken through the whole story with the same verbs that real people use.

What the page and `make run ONCE=1` both call. It wires the simulated world to the verbs and holds no rule of either.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as of_day
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from gale.adapters.clock import SteppedClock
from gale.adapters.sandbox import City, CityTruth, Drive, Tick, Verbs, read_cities
from gale.decision.moment import Frame
from gale.engine import consent as consent_verb
from gale.engine import create as create_verb
from gale.engine import launch as launch_verb
from gale.engine import learn as learn_verb
from gale.engine import outcomes as outcomes_verb
from gale.engine import plan as plan_verb
from gale.engine import rehearse as rehearse_verb
from gale.engine import report as report_verb
from gale.engine import scale as scale_verb
from gale.engine import sign as sign_verb
from gale.engine import verify as verify_verb
from gale.engine.create import Progress
from gale.engine.decide import ask, commit, compile_frame, decide_one
from gale.engine.workspace import Documents, Workspace
from gale.records.approval import Role
from gale.records.decision import Decision, Outcome
from gale.records.faults import Faults
from gale.records.people import Consent

HOUR = 3_600_000
REMARKS: Mapping[str, dict[str, str]] = {
    "creative_strategist": {
        "fr": "Le ton est le nôtre. La phrase du cœur reste écrite à la main.",
        "en": "The tone is ours. The sentence at the heart stays handwritten.",
    },
    "ai_specialist": {
        "fr": "Un cinquième du trafic reste au hasard jusqu’au verdict. Aucun modèle de langue n’a écrit d’offre.",
        "en": "A fifth of the traffic stays with chance until the verdict. No language model wrote an offer.",
    },
    "community_manager": {
        "fr": "Les plafonds me vont. Personne n’est dérangé le soir.",
        "en": "The caps suit me. Nobody is disturbed in the evening.",
    },
    "data_ethicist": {
        "fr": "Finalités, notices et durées lues. La bouilloire n’entre dans aucun modèle.",
        "en": "Purposes, notices and expiries read. The kettle enters no model.",
    },
}


@dataclass
class Sandbox:
    """Two cities and where their story stands. `clock` is the workspace's own, moved by the drives."""

    workspace: Workspace
    clock: SteppedClock
    truths: list[CityTruth]
    seed: int
    timings: dict[str, float] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    cities: dict[str, City] = field(default_factory=dict)
    campaigns: dict[str, str] = field(default_factory=dict)  # city id -> campaign id
    documents: Documents | None = None

    @classmethod
    def open(cls, root: Path, *, seed: int) -> Sandbox:
        """The sandbox of an example's folder (holds cities.yaml). Raises `Faults` `sandbox.missing`."""
        file = root / "cities.yaml"
        if not file.is_file():
            raise Faults.one("sandbox.missing", path=str(file))
        clock = SteppedClock(0)
        workspace = Workspace.open(root, clock=clock)
        box = cls(workspace, clock, read_cities(file), seed)
        box.documents = workspace.read_documents()
        clock.move_to(box.start - 4 * 24 * HOUR)
        return box

    @property
    def papers(self) -> Documents:
        assert self.documents is not None
        return self.documents

    @property
    def start(self) -> int:
        """Local midnight of the flight's first day."""
        zone = ZoneInfo(self.papers.campaign.timezone)
        return int(datetime.combine(self.papers.brief.flight.start, of_day(), zone).timestamp() * 1000)

    def city_documents(self, truth: CityTruth) -> Documents:
        """The documents for one city: its own audience; the first city keeps the campaign's id."""
        campaign = self.papers.campaign
        name = campaign.id if truth is self.truths[0] else f"{campaign.id}-{truth.id}"
        changed = campaign.model_copy(update={"id": name, "audience": {"city": [truth.id]}})
        return Documents(self.papers.brand, self.papers.brief, changed, self.papers.team, self.papers.purposes)

    def populate(self) -> int:
        """Invent the cities' people and what each agreed to at the checkout; how many people."""
        began = time.perf_counter()
        purposes = self.papers.purposes
        basis = {p.id: p.basis[0] for p in purposes.purposes}
        notices = {p.id: p.notice_version for p in purposes.purposes}
        now = self.clock.now()
        for i, truth in enumerate(self.truths):
            city = City(truth, np.random.default_rng([self.seed, i]))
            self.cities[truth.id] = city
            with self.workspace.store.write() as unit:
                unit.people.add(city.people(now - 30 * 24 * HOUR))
            acts = list(city.consents(now - 30 * 24 * HOUR, basis, notices))
            for part in range(0, len(acts), 5000):
                consent_verb.record(self.workspace.store, purposes, acts[part : part + 5000], now=now)
        self._took("people", began)
        return sum(t.people for t in self.truths)

    def write(
        self, progress: Progress = lambda placement, locale, count: None, wanted: int = 1000
    ) -> create_verb.Created:
        """The thousand, written once; the second city tells the same words."""
        began = time.perf_counter()
        first = self.city_documents(self.truths[0])
        created = create_verb.create(
            self.workspace.store,
            self.workspace.catalogue,
            first,
            now=self.clock.now(),
            seed=self.seed,
            wanted=wanted,
            simulated=True,
            progress=progress,
        )
        self.campaigns[self.truths[0].id] = first.campaign.id
        for truth in self.truths[1:]:
            other = self.city_documents(truth)
            create_verb.adopt(self.workspace.store, first.campaign.id, other, now=self.clock.now())
            self.campaigns[truth.id] = other.campaign.id
        self._took("create", began)
        return created

    def plan(self) -> dict[str, plan_verb.Planned]:
        """Plan and rehearse every city's campaign."""
        began = time.perf_counter()
        planned = {}
        for campaign in self.campaigns.values():
            planned[campaign] = plan_verb.plan(self.workspace.store, campaign, now=self.clock.now())
        self._took("plan", began)
        began = time.perf_counter()
        for campaign in self.campaigns.values():
            rehearse_verb.rehearse(self.workspace.store, campaign, now=self.clock.now(), seed=self.seed)
        self._took("rehearse", began)
        return planned

    def sign(self, locale: str, *, everybody: bool) -> None:
        """The invented colleagues sign; with `everybody`, the fourth hat too (for `ONCE=1`)."""
        began = time.perf_counter()
        for n, campaign in enumerate(self.campaigns.values()):
            signed = {
                v.role
                for v in sign_verb.standing(self.workspace.store, campaign, now=self.clock.now())
                if v.state == "signed"
            }
            for member in self.papers.team.members:
                for role in member.roles:
                    if role in signed or not (member.sandbox or everybody):
                        continue
                    self.clock.move_to(self.clock.now() + HOUR // 2)
                    self._sign(campaign, role, member.id, REMARKS[role][locale if locale in ("fr", "en") else "en"], n)
        self._took("sign", began)

    def _sign(self, campaign: str, role: Role, person: str, remark: str, n: int) -> None:
        sign_verb.sign(
            self.workspace.store,
            campaign,
            role=role,
            person=person,
            verdict="signed",
            remark=remark,
            now=self.clock.now(),
            id=f"a_{n}{role}{self.clock.now()}",
            sandbox=True,
        )

    def launch(self) -> None:
        """Open every city's campaign at the flight's first midnight."""
        self.clock.move_to(self.start)
        rng = np.random.default_rng([self.seed, 77])
        for campaign in self.campaigns.values():
            launch_verb.launch(
                self.workspace.store, campaign, now=self.clock.now(), experiment_key=rng.bytes(32), seed=self.seed
            )

    def run(self) -> Iterator[list[Tick]]:
        """The fourteen days, all cities side by side, hour by hour; stops where nobody iterates."""
        began = time.perf_counter()
        drives = [self._drive(i, truth).run() for i, truth in enumerate(self.truths)]
        for ticks in zip(*drives, strict=True):
            yield list(ticks)
        for campaign in self.campaigns.values():
            launch_verb.set_status(self.workspace.store, campaign, "ended", now=self.clock.now())
        self._took("fourteen days", began)

    def _drive(self, i: int, truth: CityTruth) -> Drive:
        store, campaign = self.workspace.store, self.campaigns[truth.id]
        rng = np.random.default_rng([self.seed, 100 + i])
        papers = self.city_documents(truth)
        held: dict[str, Any] = {"frame": None, "traits": {}}

        def decide(people: Sequence[str], touchpoint: str, now: int) -> list[Decision]:
            frame: Frame | None = held["frame"]
            if frame is None:
                with store.read() as unit:
                    frame = held["frame"] = compile_frame(unit, campaign)
            settled: list[Decision] = []
            for part in range(0, len(people), 2048):
                with store.write() as unit:
                    states = unit.people.states(people[part : part + 2048])
                    asked = []
                    for person in people[part : part + 2048]:
                        if person in states:
                            before = time.perf_counter_ns()
                            asked.append(ask(frame, states[person], touchpoint, now=now, rng=rng))
                            self.latencies.append((time.perf_counter_ns() - before) / 1e6)
                    settled += commit(unit, asked, lambda: now)
            return settled

        def tell(outcomes: Sequence[Outcome], now: int) -> None:
            outcomes_verb.tell(store, outcomes, now=now)

        def withdraw(people: Sequence[str], now: int) -> None:
            self.withdraw(people, "email_marketing", now)

        def learn(now: int) -> None:
            learn_verb.learn(store, campaign, now=now, holder="sandbox")
            scale_verb.watch(store, campaign, now=now)
            held["frame"] = None

        def traits(variant: str) -> Mapping[str, str]:
            if variant not in held["traits"]:
                with store.read() as unit:
                    held["traits"][variant] = unit.creatives.get(campaign, [variant])[variant].traits
            found: Mapping[str, str] = held["traits"][variant]
            return found

        letters = {t.id: t.weekdays for t in papers.campaign.touchpoints if t.channel == "email"}
        offset = ZoneInfo(papers.campaign.timezone).utcoffset(datetime.fromtimestamp(self.start / 1000, UTC))
        return Drive(
            self.cities[truth.id],
            start=self.start,
            days=papers.brief.flight.days,
            local_offset=int((offset or timedelta()).total_seconds() * 1000),
            letters=letters,
            clock=self.clock,
            verbs=Verbs(decide, tell, withdraw, learn, traits),
        )

    def withdraw(self, people: Sequence[str], purpose: str, now: int) -> None:
        """People withdraw one consent on their own page."""
        notice = self.papers.purposes.get(purpose)
        acts = [
            Consent(
                id=f"c_{p[2:]}-{purpose}-{now}",
                person=p,
                purpose=purpose,
                state="withdrawn",
                basis="consent",
                source="her page",
                notice=notice.notice_version if notice else "",
                time=now,
            )
            for p in people
        ]
        consent_verb.record(self.workspace.store, self.papers.purposes, acts, now=now)

    def kettle_person(self) -> str:
        """A simulated person of the first city who asked for the kettle's service."""
        with self.workspace.store.read() as unit:
            for state in unit.people.scan():
                standing = state.standings.get("device_signals")
                if (
                    standing is not None
                    and standing.state == "given"
                    and state.profile.attributes.get("city") == self.truths[0].id
                ):
                    return state.profile.id
        raise Faults.one("sandbox.no_kettle")

    def boil(self, person: str) -> Decision:
        """Her kettle boils: the signal asks for the touchpoint that waits for it."""
        campaign = self.campaigns[self.truths[0].id]
        waiting = next(t for t in self.papers.campaign.touchpoints if t.trigger == "kettle_boiled")
        rng = np.random.default_rng([self.seed, time.time_ns() % 2**63])
        return decide_one(
            self.workspace.store, campaign, person, waiting.id, now=self.clock.now(), rng=rng, trigger="kettle_boiled"
        )

    def worlds(self) -> list[tuple[CityTruth, dict[str, Any]]]:
        """Each city with its own report."""
        now = self.clock.now()
        return [
            (truth, report_verb.report(self.workspace.store, self.campaigns[truth.id], now=now))
            for truth in self.truths
        ]

    def report(self) -> dict[str, Any]:
        """The first city's report with both worlds in it, the ledger verified, and what each stage took."""
        began = time.perf_counter()
        told = self.worlds()
        verified = verify_verb.verify_ledger(self.workspace.store)
        self._took("report and verify", began)
        main = dict(told[0][1])
        main["worlds"] = [report_verb.world(truth.id, truth.name, one) for truth, one in told]
        main["ledger"] = msgspec.to_builtins(verified)
        spent = sorted(self.latencies)
        if spent:
            main["decisions"] = {
                **main["decisions"],
                "p50_ms": round(spent[len(spent) // 2], 4),
                "p99_ms": round(spent[int(len(spent) * 0.99)], 4),
            }
        main["timings"] = {k: round(v, 2) for k, v in self.timings.items()}
        return main

    def falsify(self) -> int:
        """Overwrite one line of the ledger, as somebody with the database in hand could; which one."""
        with self.workspace.store.write() as unit:
            line = max(1, unit.ledger.count() // 2)
            entry = next(iter(unit.ledger.scan(after=line - 1)))
            unit.ledger.tamper(entry.seq, {**entry.body, "count": int(entry.body.get("count", 0)) + 1})
            return entry.seq

    def _took(self, stage: str, began: float) -> None:
        self.timings[stage] = self.timings.get(stage, 0.0) + time.perf_counter() - began
