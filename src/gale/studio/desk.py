"""What the Studio's buttons do: the same verbs as the terminal's. One desk for a workspace, one for the sandbox.

In the sandbox two cities tell the same words, so that whatever is written, planned, signed or launched happens in both;
the story itself goes on in a thread of its own, hour by simulated hour.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, get_args

from gale.campaign import parse
from gale.engine import create as create_verb
from gale.engine import launch as launch_verb
from gale.engine import phrases as phrases_verb
from gale.engine import plan as plan_verb
from gale.engine import rehearse as rehearse_verb
from gale.engine import sign as sign_verb
from gale.engine.init import Answers
from gale.engine.init import documents as documents_of
from gale.engine.notes import the_campaign
from gale.engine.workspace import Documents, Workspace
from gale.engine.written import since_planned
from gale.ports.store import Store
from gale.records.approval import Role
from gale.records.creative import Finding
from gale.records.decision import Decision
from gale.records.documents import Brand, Brief
from gale.records.faults import Fault, Faults
from gale.studio.sandbox import Sandbox

WANTED = 1000
KEEPS = get_args(phrases_verb.Keep)
HOURS_SHOWN = 16 * 24
RUN_S = 150.0  # the fourteen days, and two more for late answers, take about so long
SEED = 42


@dataclass
class Writing:
    """How far the writing is; shared with the pages that ask."""

    accepted: int = 0
    by_placement: Counter[str] = field(default_factory=Counter)
    running: bool = False
    seconds: float | None = None
    problem: Faults | None = None


class Desk:
    """The verbs on one workspace."""

    sandbox: Sandbox | None = None

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.writing = Writing()
        self.papers: Documents | None = None  # what is being written, or was last
        self._lock = threading.Lock()

    @property
    def store(self) -> Store:
        return self.workspace.store

    def now(self) -> int:
        return self.workspace.clock.now()

    # writing

    def begin(self, answers: Answers | None) -> str:
        """Start to write the thousand in the background; which campaign. `answers` are of one's own brand.

        Raises `Faults` of the documents before anything is written.
        """
        documents = self.papers = self._documents(answers)
        with self._lock:
            if not self.writing.running:
                self.writing = Writing(running=True)
                threading.Thread(target=self._write, args=(documents,), daemon=True).start()
        return documents.campaign.id

    def _documents(self, answers: Answers | None) -> Documents:
        papers = self.workspace.read_documents()
        return papers if answers is None else with_answers(papers, answers, today=_today(self.now()))

    def _write(self, documents: Documents) -> None:
        writing, began = self.writing, time.perf_counter()
        try:
            self._create(documents)
            writing.seconds = time.perf_counter() - began
        except Faults as problem:
            writing.problem = problem
        finally:
            writing.running = False

    def _create(self, documents: Documents) -> None:
        create_verb.create(
            self.store,
            self.workspace.catalogue,
            documents,
            now=self.now(),
            seed=SEED,
            wanted=WANTED,
            simulated=self.workspace.settings.sandbox,
            progress=self.progress,
        )

    @property
    def expected(self) -> int:
        """How many variants the writing will accept at most, over placements and languages."""
        if self.papers is None:
            return WANTED
        slates = {(t.placement, x) for t in self.papers.campaign.touchpoints for x in self.papers.brief.locales}
        return sum(create_verb.SERVICE_WANTED if p == "kettle" else WANTED for p, _ in slates)

    def progress(self, placement: str, locale: str, accepted: int) -> None:
        self.writing.by_placement[placement] += accepted - self.writing.accepted
        self.writing.accepted = accepted

    def edit(self, campaign: str, phrase: Mapping[str, str], text: str | None) -> list[Finding]:
        """Put a person's words in place of one phrase, or (`None`) take them back; the findings that refuse it."""
        findings, _ = phrases_verb.edit_phrase(
            self.store,
            self.workspace.catalogue,
            campaign,
            phrase=phrase["phrase"],
            text=text,
            slot=phrase["slot"],
            placement=phrase["placement"],
            locale=phrase["locale"],
            now=self.now(),
            wanted=WANTED,
            by=phrase.get("by") or None,
        )
        return [f for f in findings if f.severity == "refuse"]

    def keep(self, campaign: str, form: Mapping[str, str]) -> None:
        """Ban or pin a phrase, take one in, or let it be one of many again. Raises `Faults` of
        `engine.phrases.keep_phrase`."""
        keep = form.get("keep", "")
        if keep not in KEEPS:
            raise Faults.one("document.choice", found=keep, allowed=", ".join(KEEPS), near="free")
        phrases_verb.keep_phrase(
            self.store,
            self.workspace.catalogue,
            campaign,
            phrase=form.get("phrase", ""),
            keep=keep,  # type: ignore[arg-type]  # one of them, as was just asked
            now=self.now(),
            wanted=WANTED,
            by=form.get("by") or None,
        )

    def write_again(self, campaign: str, by: str | None = None) -> None:
        """Write the thousand anew from the documents and the bank as they are: with what was let in since."""
        with self.store.read() as unit:
            row = the_campaign(unit, campaign)
        create_verb.create(
            self.store,
            self.workspace.catalogue,
            Documents.of(row),
            now=self.now(),
            seed=int(row.facts.get("seed", SEED)),
            wanted=WANTED,
            simulated=row.simulated,
            by=by,
        )

    # plan and signatures

    def ensure_plan(self, campaign: str) -> None:
        """Work out plan and rehearsal where the content has none yet; what is there stays as it is."""
        with self._lock:
            with self.store.read() as unit:
                row = unit.campaigns.get(campaign)
            if row is None or row.status != "draft" or not row.facts.get("created"):
                return
            if not row.plan:
                plan_verb.plan(self.store, campaign, now=self.now(), documents=self.on_disk(campaign))
            rehearsed = row.facts.get("rehearsal") or {}
            if not row.plan or rehearsed.get("plan") != row.plan:
                rehearse_verb.rehearse(self.store, campaign, now=self.now(), seed=SEED)

    def on_disk(self, campaign: str) -> Documents | None:
        """The workspace's documents where this campaign was made from them; a person's own brand has no files."""
        papers = self.workspace.read_documents()
        return papers if papers.campaign.id == campaign else None

    def changed(self, campaign: str) -> tuple[Fault, ...]:
        """What changed since a draft was written and planned, or why the documents cannot be read."""
        try:
            papers = self.on_disk(campaign)
        except Faults as problem:
            return problem.faults
        with self.store.read() as unit:
            row = the_campaign(unit, campaign)
            return tuple(since_planned(unit, row, papers)) if row.status == "draft" else ()

    def sign(self, campaign: str, *, role: Role, person: str, verdict: str, remark: str) -> None:
        sign_verb.sign(
            self.store,
            campaign,
            role=role,
            person=person,
            verdict=verdict,
            remark=remark,
            now=self.now(),
            id="a_" + secrets.token_hex(10),
            sandbox=self.workspace.settings.sandbox,
            documents=self.on_disk(campaign) if verdict == "signed" else None,
        )

    def launch(self, campaign: str) -> None:
        launch_verb.launch(
            self.store,
            campaign,
            now=self.now(),
            experiment_key=secrets.token_bytes(32),
            seed=secrets.randbits(32),
            documents=self.on_disk(campaign),
        )

    def set_status(self, campaign: str, status: str, reason: str = "") -> None:
        launch_verb.set_status(self.store, campaign, status, now=self.now(), reason=reason)

    def pause_variant(self, campaign: str, variant: str, *, paused: bool) -> None:
        launch_verb.pause_variant(self.store, campaign, variant, paused=paused, now=self.now())

    # the kettle

    @property
    def kettle_touchpoint(self) -> str | None:
        return None

    def boil(self, campaign: str, person: str) -> Decision:
        raise Faults.one("sandbox.only")


class SandboxDesk(Desk):
    """The same over two simulated cities."""

    def __init__(self, box: Sandbox) -> None:
        super().__init__(box.workspace)
        self.sandbox: Sandbox = box
        self._locale = "fr"
        self._populated = False
        self.told: dict[str, Any] | None = None  # the report of both cities, once their days are over
        self._kettle: str | None = None

    def on_disk(self, campaign: str) -> None:
        """The cities' documents are not the folder's: each has its own audience, and the brand may be one's own."""

    def speak(self, locale: str) -> None:
        """The language in which the invented colleagues write their remarks."""
        self._locale = locale

    def _documents(self, answers: Answers | None) -> Documents:
        self._only_before_launch()
        today = _today(self.now())
        if answers is not None:
            self.sandbox.documents = with_answers(self.sandbox.papers, answers, today=today, keep_flight=True)
        return self.sandbox.city_documents(self.sandbox.truths[0])

    def _only_before_launch(self) -> None:
        with self.store.read() as unit:
            running = [r.id for r in unit.campaigns.all() if r.status != "draft"]
        if running:
            raise Faults.one("sandbox.told", campaign=running[0])

    def _create(self, documents: Documents) -> None:
        if not self._populated:
            self.sandbox.populate()
            self._populated = True
        self.sandbox.write(progress=self.progress, wanted=WANTED)

    def edit(self, campaign: str, phrase: Mapping[str, str], text: str | None) -> list[Finding]:
        refused = super().edit(campaign, phrase, text)
        if not refused:
            self._told_elsewhere()
        return refused

    def keep(self, campaign: str, form: Mapping[str, str]) -> None:
        super().keep(campaign, form)
        self._told_elsewhere()

    def write_again(self, campaign: str, by: str | None = None) -> None:
        super().write_again(campaign, by)
        self._told_elsewhere()

    def _told_elsewhere(self) -> None:
        """The other cities tell the same words."""
        first = self.sandbox.truths[0]
        for truth in self.sandbox.truths[1:]:
            create_verb.adopt(
                self.store, self.sandbox.campaigns[first.id], self.sandbox.city_documents(truth), now=self.now()
            )

    def ensure_plan(self, campaign: str) -> None:
        for name in self.sandbox.campaigns.values():
            super().ensure_plan(name)
        with self.store.read() as unit:
            drafts = [r for name in self.sandbox.campaigns.values() if (r := unit.campaigns.get(name)) is not None]
        if drafts and all(r.status == "draft" and r.plan for r in drafts):
            with self._lock:
                self.sandbox.sign(self._locale, everybody=False)

    def sign(self, campaign: str, *, role: Role, person: str, verdict: str, remark: str) -> None:
        for name in self.sandbox.campaigns.values():
            super().sign(name, role=role, person=person, verdict=verdict, remark=remark)

    def launch(self, campaign: str) -> None:
        self.sandbox.launch()
        threading.Thread(target=self._go_on, daemon=True).start()

    def _go_on(self) -> None:
        """The story, an hour at a time, at a pace that can be watched."""
        pace = RUN_S / HOURS_SHOWN
        began = time.monotonic()
        try:
            for i, _ in enumerate(self.sandbox.run()):
                time.sleep(max(0.0, began + (i + 1) * pace - time.monotonic()))
            self.told = self.sandbox.report()
        except Faults as problem:
            self.writing.problem = problem  # a campaign that was stopped cannot end once more; the others go on

    @property
    def kettle_touchpoint(self) -> str | None:
        return next((t.id for t in self.sandbox.papers.campaign.touchpoints if t.trigger == "kettle_boiled"), None)

    def kettle_person(self) -> str | None:
        """The person whose kettle it is, the same one until the sandbox ends."""
        if self._kettle is None and self._populated:
            self._kettle = self.sandbox.kettle_person()
        return self._kettle

    def boil(self, campaign: str, person: str) -> Decision:
        return self.sandbox.boil(person)

    def withdraw_kettle(self, person: str) -> None:
        """She withdraws what lets her kettle speak: the last purpose of the touchpoint that waits for it."""
        waiting = self.kettle_touchpoint
        purposes = next((t.purposes for t in self.sandbox.papers.campaign.touchpoints if t.id == waiting), [])
        for purpose in purposes[-1:]:
            self.sandbox.withdraw([person], purpose, self.now())


def with_answers(papers: Documents, answers: Answers, *, today: date, keep_flight: bool = False) -> Documents:
    """The workspace's documents with one's own brand and brief in them. Raises `Faults` with every bad answer."""
    made = documents_of(answers, today)
    brand = parse("brand", made["brand"], {})
    brief = parse("brief", made["brief"], {})
    assert isinstance(brand, Brand)
    assert isinstance(brief, Brief)
    if keep_flight:
        brief = brief.model_copy(update={"flight": papers.brief.flight})
    campaign = papers.campaign.model_copy(update={"id": f"{brand.id}-1", "brief": brief.id})
    return Documents(brand, brief, campaign, papers.team, papers.purposes)


def _today(now: int) -> date:
    return datetime.fromtimestamp(now / 1000, UTC).date()
