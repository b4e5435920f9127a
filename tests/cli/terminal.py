"""`gale` as a person or a script runs it: a process of its own, or (for the many bad inputs) its entry point in this one."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from gale.cli import main
from gale.engine import consent as consent_verb
from gale.engine.workspace import Workspace
from gale.records.people import Consent, Profile

GALE = Path(sys.executable).parent / "gale"
GIVEN = ("advertising", "email_marketing", "measurement")
ROLES = ("creative_strategist", "ai_specialist", "community_manager", "data_ethicist")
BAKERY = {
    "--name": "Le Fournil",
    "--product": "Tourte",
    "--noun-fr": "le pain",
    "--noun-en": "bread",
    "--benefit-fr": "cuit chaque matin",
    "--benefit-en": "baked every morning",
    "--price": "4.20",
    "--touchpoints": "letter, banner, post",
}


@dataclass(frozen=True)
class Ran:
    """What a run said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on the last line of standard output; nothing on standard error may look like another."""
        assert self.out.count("\n") == 1, self.out
        assert not [line for line in self.err.splitlines() if line.startswith("{")]
        told = json.loads(self.out)
        assert isinstance(told, dict)
        return told

    @property
    def codes(self) -> list[str]:
        return [fault["code"] for fault in self.json["faults"]]


def gale(*arguments: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> Ran:
    """Run `gale` as a process, without a terminal."""
    said = {k: v for k, v in os.environ.items() if k not in ("GALE_LANG", "LC_ALL")} | {"LANG": "en_GB.UTF-8"}
    done = subprocess.run(
        [str(GALE), *arguments],
        cwd=cwd,
        env={**said, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def here(*arguments: str) -> Ran:
    """Run the entry point in this process."""
    out, err, before = io.StringIO(), io.StringIO(), (sys.argv, sys.stdin)
    sys.argv, sys.stdin = ["gale", *arguments], io.StringIO()
    code: Any = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.argv, sys.stdin = before
    return Ran(int(code or 0), out.getvalue(), err.getvalue())


def bakery(folder: Path) -> Path:
    """A fresh workspace, made by `gale init`."""
    made = here("init", str(folder), "--yes", *(x for pair in BAKERY.items() for x in pair))
    assert made.code == 0, made.err
    return folder


def change(file: Path, **keys: Any) -> None:
    """Set keys of a YAML document; `None` takes one away."""
    data = yaml.safe_load(file.read_text(encoding="utf-8")) | keys
    kept = {k: v for k, v in data.items() if v is not None}
    file.write_text(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False), encoding="utf-8")


def open_today(folder: Path) -> None:
    """A flight that is on today, at any hour, with caps that a test does not reach."""
    change(folder / "brief.yaml", flight={"start": str(date.today() - timedelta(days=1)), "days": 30})
    change(folder / "campaign.yaml", quiet={"start": 3, "end": 3}, caps={"per_day": 20, "per_week": 50})


def populate(folder: Path, people: int) -> list[str]:
    """People who agreed to everything."""
    names = [f"p_{i:05d}" for i in range(people)]
    ws = Workspace.open(folder)
    try:
        now = ws.clock.now()
        with ws.store.write() as unit:
            unit.people.add(Profile(id=p, locale="fr", created=now) for p in names)
        acts = [
            Consent(id=f"c_{p}_{x}", person=p, purpose=x, state="given", basis="consent", source="checkout", notice="1",
                    time=now)
            for p in names for x in GIVEN
        ]  # fmt: skip
        consent_verb.record(ws.store, ws.read_documents().purposes, acts, now=now)
    finally:
        ws.close()
    return names


@dataclass(frozen=True)
class Story:
    """The workspace and what each step said."""

    folder: Path
    steps: dict[str, Ran]
    people: list[str]


def tell_story(parent: Path) -> Story:
    folder, steps = parent / "fournil", {}
    steps["init"] = gale(
        "init", "fournil", "--yes", *(x for pair in BAKERY.items() for x in pair), "--json", cwd=parent
    )
    open_today(folder)
    people = populate(folder, 40)

    def step(name: str, *arguments: str) -> None:
        steps[name] = gale("-C", str(folder), *arguments)

    step("create", "--lang", "fr", "create", "--wanted", "12", "--json")
    step("plan", "plan", "--json")
    step("rehearse", "rehearse")
    step("silent", "sign", "--role", ROLES[0], "--as", "me", "--json")
    step("too early", "launch", "--json")
    for role in ROLES:
        step(role, "sign", "--role", role, "--as", "me", "--remark", "Read.", "--json")
    step("launch", "launch", "--json")
    for person in people[:12]:
        steps[person] = here("-C", str(folder), "decide", "--person", person, "--touchpoint", "banner", "--json")
    step("learn", "learn", "--json")
    step("report", "report", "--html", "--json")
    step("verify", "ledger", "verify", "--json")
    step("reproduce", "reproduce", "--json")
    return Story(folder, steps, people)
