"""Nothing acknowledged is lost, nothing commits after a withdrawal, one holder a lock: with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gale import ledger
from gale.adapters.store import GroupCommit, SqlStore, WorkspaceLock, open_store
from gale.ports.store import Unit
from gale.records.decision import Decision
from gale.records.faults import Faults
from gale.records.people import Profile

KEY = bytes(range(32))
CHILD = str(Path(__file__).with_name("child.py"))


def start(url: str, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, CHILD, url, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def until(true: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def decided(store: SqlStore) -> int:
    with store.read() as unit:
        return unit.decisions.count("eveil")


def newest(store: SqlStore) -> list[Decision]:
    with store.read() as unit:
        return unit.decisions.of_person("p_1", limit=20)


def chain_holds(store: SqlStore) -> None:
    with store.read() as unit:
        assert ledger.verify(unit.ledger.scan()) is None
        for line in unit.ledger.scan():
            if line.kind == "decisions":
                leaves = [one for one, _ in unit.decisions.leaves(line.seq)]
                assert line.body == {"count": len(leaves), "root": ledger.root(leaves)}


def test_after_kill_9_every_acknowledged_decision_is_there_exactly_once(store: SqlStore, url: str) -> None:
    child = start(url, "w")
    until(lambda: decided(store) > 300)
    child.kill()  # signal 9, in the middle of its group commits
    told = child.communicate()[0].split("\n")[:-1]  # the last line may be cut off
    assert child.returncode == -signal.SIGKILL
    store.close()
    again = open_store(url, vault_key=KEY)
    with again.read() as unit:
        kept = [d.id for _, d in unit.decisions.scan("eveil", limit=10**6)]
    assert len(told) > 100
    assert len(set(told)) == len(told)
    assert set(told) <= set(kept)
    assert len(set(kept)) == len(kept)
    chain_holds(again)
    again.close()


def test_no_decision_commits_after_a_withdrawal_whatever_worker_it_came_from(store: SqlStore, url: str, make) -> None:  # type: ignore[no-untyped-def]
    """Two processes of three threads decide as fast as they can; people withdraw in the midst."""
    workers = [start(url, "a"), start(url, "b")]
    until(lambda: {d.id[0] for d in newest(store)} == {"a", "b"} and decided(store) > 200)
    last_before: dict[str, int] = {}
    for i in range(1, 6):
        with store.write() as unit:
            unit.consents.append([make.act(i, person=f"p_{i}", state="withdrawn")])
            last_before[f"p_{i}"] = unit.decisions.scan("eveil", limit=10**6)[-1][0]
        time.sleep(0.1)
    told: list[str] = []
    for worker in workers:
        out, _ = worker.communicate("stop\n", timeout=20)
        assert worker.returncode == 0
        told += out.split()
    with store.read() as unit:
        rows = unit.decisions.scan("eveil", limit=10**6)
    assert sorted(told) == sorted(d.id for _, d in rows)
    assert {d.id[0] for _, d in rows} == {"a", "b"}
    late = [d.id for row, d in rows if row > last_before[d.person]]
    assert late == []
    chain_holds(store)


def test_threads_and_readers_do_not_disturb_each_other(store: SqlStore) -> None:
    def write(unit: Unit, names: list[str]) -> list[int]:
        return [unit.people.add([Profile(id=n)]) for n in names]

    group: GroupCommit[str, int] = GroupCommit(store, write)
    problems: list[BaseException] = []

    def work(worker: int) -> None:
        try:
            futures = [group.submit(f"q_{worker}_{i % 150}") for i in range(200)]
            assert store.look("p_1") is not None
            with store.read() as unit:
                before = unit.people.count()
                assert sum(1 for _ in unit.people.scan()) == before
            assert sum(f.result(10) for f in futures) == 150
            assert store.look(f"q_{worker}_149") is not None
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    group.close()
    assert problems == []
    with store.read() as unit:
        assert unit.people.count() == 5 + 20 * 150


def test_one_bad_item_fails_alone(store: SqlStore) -> None:
    held = threading.Event()

    def write(unit: Unit, numbers: list[int]) -> list[int]:
        held.wait(5)
        for n in numbers:
            unit.people.add([Profile(id=f"q_{n}")])
            if n == 3:
                raise ValueError("three")
        return [n * 2 for n in numbers]

    group: GroupCommit[int, int] = GroupCommit(store, write)
    futures = [group.submit(n) for n in range(6)]
    held.set()
    assert [f.result(5) for n, f in enumerate(futures) if n != 3] == [0, 2, 4, 8, 10]
    with pytest.raises(ValueError, match="three"):
        futures[3].result(5)
    group.close()
    with store.read() as unit:
        assert set(unit.people.states([f"q_{n}" for n in range(6)])) == {f"q_{n}" for n in (0, 1, 2, 4, 5)}


def test_an_answer_comes_after_the_commit_and_close_answers_all(store: SqlStore) -> None:
    seen: list[bool] = []

    def write(unit: Unit, names: list[str]) -> list[str]:
        unit.people.add(Profile(id=n) for n in names)
        return names

    group: GroupCommit[str, str] = GroupCommit(store, write, max_batch=10)
    futures = [group.submit(f"q_{i}") for i in range(100)]
    futures[0].add_done_callback(lambda f: seen.append(store.look(f.result()) is not None))
    group.close()
    group.close()
    assert [f.result(0) for f in futures] == [f"q_{i}" for i in range(100)]
    assert seen == [True]
    with pytest.raises(Faults, match=r"store\.closed"):
        group.submit("late")


def test_too_many_waiting_are_refused_rather_than_kept_forever(store: SqlStore) -> None:
    go = threading.Event()

    def write(unit: Unit, numbers: list[int]) -> list[int]:
        go.wait(5)
        return numbers

    group: GroupCommit[int, int] = GroupCommit(store, write, max_batch=1, max_waiting=3)
    taken = group.submit(0)
    until(taken.running)
    waiting = [group.submit(n) for n in (1, 2, 3)]
    with pytest.raises(Faults, match=r"store\.overloaded"):
        group.submit(4)
    assert waiting[1].cancel()
    go.set()
    group.close()
    assert [waiting[0].result(5), waiting[2].result(5)] == [1, 3]


def test_a_second_supervisor_is_refused_with_the_first_one_s_number(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with WorkspaceLock(path):
        with pytest.raises(Faults, match=r"workspace\.locked") as refused:
            WorkspaceLock(path).acquire()
        assert refused.value.faults[0].values["pid"] == str(os.getpid())
    with WorkspaceLock(path):
        pass


def test_the_lock_ends_with_its_holder_even_if_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = (
        "import sys, time; from pathlib import Path; from gale.adapters.store import WorkspaceLock\n"
        "WorkspaceLock(Path(sys.argv[1])).acquire(); print('held', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    with pytest.raises(Faults, match=r"workspace\.locked") as refused:
        WorkspaceLock(path).acquire()
    assert refused.value.faults[0].values["pid"] == str(child.pid)
    child.kill()
    child.communicate()
    with WorkspaceLock(path):
        pass
