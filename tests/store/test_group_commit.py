"""Answers of a group: an event loop is woken once for all, and nobody is answered before the commit."""

from __future__ import annotations

import asyncio

import pytest

from gale.adapters.store import GroupCommit, SqlStore
from gale.adapters.store.database import Rows
from gale.ports.store import Unit
from gale.records.faults import Faults
from gale.records.people import Profile


def write(unit: Unit, names: list[str]) -> list[int]:
    if "bad" in names:
        raise ValueError("bad")
    return [unit.people.add([Profile(id=name)]) for name in names]


def test_coroutines_are_answered_once_their_items_are_stored_and_a_bad_one_fails_alone(store: SqlStore) -> None:
    group: GroupCommit[str, int] = GroupCommit(store, write)

    async def ask() -> list[object]:
        waiting = [group.submit_here(name) for name in ("q_91", "bad", "q_92", "q_91")]
        return await asyncio.gather(*waiting, return_exceptions=True)

    answers = asyncio.run(ask())
    group.close()
    assert [a for a in answers if isinstance(a, int)] == [1, 1, 0]
    assert [str(a) for a in answers if isinstance(a, Exception)] == ["bad"]
    with store.read() as unit:
        assert set(unit.people.states(["q_91", "q_92", "bad"])) == {"q_91", "q_92"}


def test_who_gives_up_or_has_gone_stops_nobody_else(store: SqlStore) -> None:
    group: GroupCommit[str, int] = GroupCommit(store, write)

    async def give_up() -> int:
        group.submit_here("q_91").cancel()
        return await group.submit_here("q_92")

    async def leave() -> None:
        group.submit_here("q_93")

    assert asyncio.run(give_up()) == 1
    asyncio.run(leave())  # its loop has closed when the answer comes
    assert group.submit("q_94").result(10) == 1
    group.close()
    with pytest.raises(Faults, match=r"store\.closed"):
        asyncio.run(give_up())


@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 200])
def test_rows_are_split_into_a_few_statements_without_losing_any(count: int) -> None:
    rows = [(i, -i) for i in range(count)]
    made: list[int] = []
    rest: list[int] = []
    for _, values in Rows(2, lambda size: None).parts(rows):  # type: ignore[arg-type, return-value]
        made.append(len(values) // 2)
        rest += values
    assert rest == [value for row in rows for value in row]
    assert all(size & (size - 1) == 0 and size <= 64 for size in made)


@pytest.mark.parametrize("count", [1, 3, 130])
def test_many_people_are_written_back_whole(store: SqlStore, count: int) -> None:
    names = [f"p {i}\n|{i}" for i in range(count)]
    with store.write() as unit:
        assert unit.people.add(Profile(id=n) for n in names) == count
    with store.write() as unit:
        held = unit.people.with_keys([*names, "p_none"])
        assert set(held) == set(names)
        assert {n: key for n, (_, key) in held.items()} == unit.people.keys(names)
        states = [s for s, _ in held.values()]
        unit.people.put([type(s)(profile=s.profile, version=i + 7, suppressed=True) for i, s in enumerate(states)])
    with store.read() as unit:
        again = unit.people.states(names)
    assert [again[s.profile.id].version for s in states] == [i + 7 for i in range(count)]
    assert all(s.suppressed for s in again.values())
