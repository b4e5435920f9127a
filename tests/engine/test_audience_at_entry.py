"""A person's audience is what she was when she entered: what the campaign caused, or a file said later, moves nobody."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import yaml

from gale.engine import people as people_verb
from gale.engine.decide import decide_many
from gale.engine.report import report
from gale.ports.store import ImportRow
from gale.records.people import Assignment, Scalar
from house import HOUR, House

DAY = 24 * HOUR
FEATURES = [
    {"name": "rhythm", "kind": "category", "values": ["early", "late"]},
    {"name": "months", "kind": "number", "centre": 12, "scale": 6},
]


def declare(house: House, **attributes: Scalar) -> None:
    """What a later contact file would write over everybody's row."""
    with house.ws.store.write() as unit:
        for state in list(unit.people.scan()):
            told = {**state.profile.attributes, **attributes}
            unit.people.put(
                [msgspec.structs.replace(state, profile=msgspec.structs.replace(state.profile, attributes=told))]
            )


def a_file_was_read(house: House) -> None:
    with house.ws.store.write() as unit:
        unit.imports.put(
            ImportRow(id="i", file="f.csv", fingerprint="x", mapping={}, summary={}, added=(), time=house.clock.now())
        )


def open_house(house: House, n: int = 60) -> list[str]:
    file = house.ws.root / "campaign.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**data, "features": FEATURES}, allow_unicode=True), encoding="utf-8")
    people = house.people(n)
    declare(house, rhythm="early", months=3, secret="x")
    house.create()
    house.plan()
    house.sign()
    house.launch()
    return people


def enter(house: House, people: list[str]) -> None:
    decide_many(
        house.ws.store, house.campaign, people, house.daily, now=house.clock.now(), rng=np.random.default_rng(1)
    )
    house.clock.move_to(house.clock.now() + HOUR)


def entries(house: House) -> dict[str, Assignment]:
    with house.ws.store.read() as unit:
        return {a.person: a for a in unit.assignments.scan(house.campaign)}


def audiences(told: dict[str, Any]) -> dict[str, int]:
    return {group["name"]["en"]: group["n"] for group in told["by_audience"]}


def told_later(house: House) -> dict[str, Any]:
    return report(house.ws.store, house.campaign, now=house.clock.now() + 40 * DAY)


def test_both_groups_keep_what_they_were_at_their_entry_and_nothing_else(house: House) -> None:
    people = open_house(house)
    enter(house, people)
    kept = entries(house)
    assert {a.group for a in kept.values()} == {"treated", "holdout"}
    assert all(a.attributes == {"rhythm": "early", "months": 3} for a in kept.values()), "no column that nothing names"


def test_a_file_read_later_withholds_no_cut_and_moves_nobody(house: House) -> None:
    people = open_house(house)
    enter(house, people)
    before = told_later(house)
    declare(house, rhythm="late", months=30)
    a_file_was_read(house)
    enter(house, people)  # a second opportunity is no second entry
    after = told_later(house)
    assert sum(audiences(before).values()) == 60
    assert audiences(after) == audiences(before)
    assert after["known"] == before["known"]
    assert not after["known"]["redescribed"]
    assert after["known"]["attributes"] == ["rhythm", "months"]


def test_entries_of_an_earlier_gale_keep_its_rule(house: House) -> None:
    """Nobody kept what they were: after a contact file their cuts stay withheld, as before."""
    people = open_house(house)
    enter(house, people)
    assert msgspec.msgpack.decode(
        msgspec.msgpack.encode({"experiment": "e", "person": "p", "group": "treated", "probability": 0.8, "time": 1}),
        type=Assignment,
    ).attributes is None  # fmt: skip
    older = [msgspec.structs.replace(a, attributes=None) for a in entries(house).values()]
    with house.ws.store.write() as unit:
        rewrite(unit, older)
    assert sum(audiences(told_later(house)).values()) == 60
    a_file_was_read(house)
    told = told_later(house)
    assert told["known"]["redescribed"]
    assert told["by_audience"] == []


def rewrite(unit: Any, entries_: list[Assignment]) -> None:
    """As the earlier release wrote them: the same rows without the new field."""
    cursor = unit.assignments._db._cursor
    for one in entries_:
        body = {k: v for k, v in msgspec.to_builtins(one).items() if k != "attributes"}
        cursor.execute("update assignments set body = ? where person = ?", (msgspec.msgpack.encode(body), one.person))


def test_withdrawing_measurement_erases_what_she_was(house: House) -> None:
    people = open_house(house)
    enter(house, people)
    house.say(people[0], "measurement", "withdrawn")
    house.say(people[1], "email_marketing", "withdrawn")
    kept = entries(house)
    assert kept[people[0]].attributes == {}
    assert kept[people[1]].attributes, "measuring goes on: she took back something else"
    house.say(people[0], "measurement", "given")
    assert entries(house)[people[0]].attributes == {}, "what was erased stays erased"
    assert sum(audiences(told_later(house)).values()) == 59


def test_whoever_takes_everything_back_is_not_described_any_more(house: House) -> None:
    people = open_house(house)
    enter(house, people)
    for purpose in ("advertising", "email_marketing", "measurement"):
        house.say(people[2], purpose, "withdrawn")
    assert entries(house)[people[2]].attributes == {}


def test_forgetting_her_takes_it_along(house: House) -> None:
    people = open_house(house)
    enter(house, people)
    people_verb.forget(house.ws.store, people[3], now=house.clock.now(), tombstone="gone_1")
    assert entries(house)["gone_1"].attributes == {}


def test_she_is_told_what_is_kept_of_her_entry(house: House) -> None:
    people = open_house(house)
    enter(house, people)
    (entry,) = people_verb.show(house.ws.store, people[4]).entries
    assert entry.attributes == {"rhythm": "early", "months": 3}
