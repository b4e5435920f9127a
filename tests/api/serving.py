"""Start a real `gale serve` on a real workspace whose campaign is live today, at any hour."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml

from gale.adapters.clock import SystemClock
from gale.engine import consent as consent_verb
from gale.engine import create as create_verb
from gale.engine import keys as keys_verb
from gale.engine import launch as launch_verb
from gale.engine import plan as plan_verb
from gale.engine import sign as sign_verb
from gale.engine.init import Answers, init_workspace
from gale.engine.workspace import Workspace
from gale.records.people import Consent, Profile

GIVEN = ("advertising", "email_marketing", "measurement")
GALE = Path(sys.executable).parent / "gale"


def live_workspace(folder: Path, people: int, *, wanted: int = 30) -> str:
    """A workspace with a live campaign and consenting people; its API key."""
    answers = Answers(
        name="Le Fournil",
        product="Tourte",
        noun_fr="le pain",
        noun_en="bread",
        benefit_fr="cuit chaque matin",
        benefit_en="baked every morning",
        price="4.20",
        touchpoints="letter, banner, post",
    )
    init_workspace(folder, answers, today=date.today())
    brief = yaml.safe_load((folder / "brief.yaml").read_text())
    brief["flight"] = {"start": str(date.today() - timedelta(days=1)), "days": 30}
    (folder / "brief.yaml").write_text(yaml.safe_dump(brief, allow_unicode=True))
    campaign = yaml.safe_load((folder / "campaign.yaml").read_text())
    campaign["quiet"] = {"start": 3, "end": 3}
    campaign["caps"] = {"per_day": 20, "per_week": 50}
    (folder / "campaign.yaml").write_text(yaml.safe_dump(campaign, allow_unicode=True))
    ws = Workspace.open(folder, clock=SystemClock())
    try:
        now = ws.clock.now()
        papers = ws.read_documents()
        names = [f"p_{i:05d}" for i in range(people)]
        with ws.store.write() as unit:
            unit.people.add(Profile(id=p, created=now) for p in names)
        consent_verb.record(ws.store, papers.purposes, [given(p, x, now) for p in names for x in GIVEN], now=now)
        create_verb.create(ws.store, ws.catalogue, papers, now=now, seed=1, wanted=wanted)
        plan_verb.plan(ws.store, papers.campaign.id, now=now, documents=papers)
        for member in papers.team.members:
            for role in member.roles:
                sign_verb.sign(
                    ws.store,
                    papers.campaign.id,
                    role=role,
                    person=member.id,
                    verdict="signed",
                    remark="Lu.",
                    now=now,
                    id=f"a_{role}",
                )
        launch_verb.launch(ws.store, papers.campaign.id, now=now, experiment_key=b"x" * 32, seed=1)
        return keys_verb.issue(ws.store, name="test", scopes=keys_verb.SCOPES, secret=os.urandom(32), now=now)
    finally:
        ws.close()


def given(person: str, purpose: str, time: int, state: str = "given") -> Consent:
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


@dataclass
class Served:
    process: subprocess.Popen[str]
    address: str
    link: str

    def workers(self) -> list[int]:
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [int(x) for x in found.stdout.split()]

    def kill(self) -> None:
        """kill -9 of the supervisor and its workers, children of this test only."""
        for pid in self.workers():
            os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait(10)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


def serve(folder: Path, *, workers: int = 1) -> Served:
    import httpx  # here, so that benchmarks can use the rest with the base install alone

    process = subprocess.Popen(
        [str(GALE), "-C", str(folder), "--lang", "en", "serve", "--port", "0", "--workers", str(workers)],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    address = link = ""
    while not link:
        line = process.stderr.readline()
        assert line, f"the server ended: {process.poll()}"
        if found := re.search(r"API: (http://\S+)/v1", line):
            address = found[1]
        if found := re.search(r"opens once: (http://\S+)", line):
            link = found[1]
    for _ in range(200):
        try:
            httpx.get(f"{address}/v1/health", timeout=2)
            return Served(process, address, link)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")
