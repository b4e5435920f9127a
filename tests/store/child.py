"""A worker process for tests: `child.py WHAT URL NAME` decides for people through its own group committer.

`decide` until told to stop on standard input; every acknowledged item is told on standard output, one id a line.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from itertools import count

from gale import ledger
from gale.adapters.store import GroupCommit, open_store
from gale.ports.store import Unit
from gale.records.decision import Decision

KEY = bytes(range(32))
THREADS = 3


def decision(name: str, number: int, person: str, version: int) -> Decision:
    return Decision(
        id=f"{name}_{number}", time=number, person=person, campaign="eveil", touchpoint="letter", eligible=("a",),
        eligible_digest="", variant="a", reason="explore", propensity=1.0, snapshot="s", draw=(0.5,), basis=(),
        inputs={"version": version},
    )  # fmt: skip


def commit(unit: Unit, asked: list[Decision]) -> list[Decision | None]:
    """What any committer must do: read again, inside the transaction, what binds."""
    states = unit.people.states([d.person for d in asked])
    good = [d for d in asked if states[d.person].version == d.inputs["version"]]
    leaves = [hashlib.sha256(d.id.encode()).hexdigest() for d in good]
    if good:
        body = {"count": len(good), "root": ledger.root(leaves)}
        line = ledger.entry(unit.ledger.head(), time=0, kind="decisions", body=body)
        unit.ledger.append(line)
        unit.decisions.append(good, leaves, line.seq)
    kept = {d.id for d in good}
    return [d if d.id in kept else None for d in asked]


def main(url: str, name: str) -> None:
    store = open_store(url, vault_key=KEY)
    group: GroupCommit[Decision, Decision | None] = GroupCommit(store, commit)
    people = [f"p_{i}" for i in range(1, 6)]
    numbers = count()
    stop = threading.Event()
    say = threading.Lock()

    def work() -> None:
        while not stop.is_set():
            asked = []
            for person in people:
                state = store.look(person)
                assert state is not None
                if state.version == 0:  # she has not withdrawn, as far as this worker can see
                    asked.append(group.submit(decision(name, next(numbers), person, state.version)))
            done = [d for d in (f.result() for f in asked) if d is not None]
            with say:
                sys.stdout.write("".join(f"{d.id}\n" for d in done))
                sys.stdout.flush()
            if not asked:
                return

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for one in threads:
        one.start()
    sys.stdin.readline()
    stop.set()
    for one in threads:
        one.join()
    group.close()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
