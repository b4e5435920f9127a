"""The example's own story, in two small simulated cities."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from gale.engine import verify as verify_verb
from gale.studio.sandbox import Sandbox

EXAMPLE = Path(__file__).parents[2] / "examples" / "eveil"


def small(folder: Path, people: int) -> Path:
    place = folder / "eveil"
    shutil.copytree(EXAMPLE, place, ignore=shutil.ignore_patterns(".gale", "out"))
    truth = yaml.safe_load((place / "cities.yaml").read_text())
    for city in truth["cities"]:
        city["people"] = people
    (place / "cities.yaml").write_text(yaml.safe_dump(truth, allow_unicode=True))
    return place


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox.open(small(tmp_path_factory.mktemp("sandbox"), 600), seed=4)
    sandbox.populate()
    sandbox.write(wanted=30)
    sandbox.plan()
    sandbox.sign("fr", everybody=True)
    sandbox.launch()
    yield sandbox
    sandbox.workspace.close()


def test_the_kettle_sends_the_message_she_asked_for_and_falls_silent_when_she_withdraws(box: Sandbox) -> None:
    person = box.kettle_person()
    sent = box.boil(person)
    assert sent.variant is not None
    assert sent.touchpoint == "kettle"
    box.withdraw([person], "device_signals", box.clock.now())
    blocked = box.boil(person)
    assert (blocked.variant, blocked.reason) == (None, "consent.withdrawn")


def test_what_the_kettle_said_never_becomes_a_feature(box: Sandbox) -> None:
    person = box.kettle_person()
    with box.workspace.store.read() as unit:
        before = unit.people.state(person)
    box.boil(person)
    with box.workspace.store.read() as unit:
        after = unit.people.state(person)
    assert before is not None
    assert after is not None
    assert after.profile == before.profile
    assert after.recent == before.recent, "a service she asked for does not use up her week's messages"


def test_fourteen_days_end_in_a_report_that_keeps_its_contract(box: Sandbox) -> None:
    for _ in box.run():
        pass
    told = box.report()
    assert told["sandbox"] is True
    assert told["variants"]["live"] <= told["variants"]["accepted"] <= told["variants"]["generated"]
    assert {a["role"] for a in told["approvals"]} == {
        "creative_strategist",
        "ai_specialist",
        "community_manager",
        "data_ethicist",
    }
    assert told["decisions"]["count"] > 1000
    assert told["decisions"]["blocked_by_consent"] > 0
    assert told["decisions"]["p50_ms"] > 0
    assert [w["name"] for w in told["worlds"]] == ["port-brume", "les-plaines"]
    assert told["power"]["people_needed"] > 0
    assert told["ledger"]["verified"] is True
    interval: dict[str, Any] | None = told["lift"]["relative"]
    assert interval is None or interval["low"] <= interval["estimate"] <= interval["high"]
    again = verify_verb.reproduce(box.workspace.store, box.campaigns["port-brume"])
    assert again.same == again.choices > 300


def test_one_falsified_line_is_named(box: Sandbox) -> None:
    line = box.falsify()
    told = verify_verb.verify_ledger(box.workspace.store)
    assert (told.verified, told.first_bad) == (False, line)
