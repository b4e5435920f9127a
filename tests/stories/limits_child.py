"""A worker process for tests: `limits_child.py FOLDER CAMPAIGN TOUCHPOINT SEED` decides through its own committer.

Once told to go, it asks for half of the people on one day after the other; each acknowledged contact is told on
standard output, one decision id a line.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from gale.adapters.store import GroupCommit
from gale.engine.decide import Asked, ask, commit_each, compile_frame
from gale.engine.workspace import Workspace
from gale.records.decision import Decision
from gale.records.faults import Faults

DAY = 24 * 3_600_000


def main(folder: str, campaign: str, touchpoint: str, seed: str, start: str) -> None:
    ws = Workspace.open(Path(folder))
    rng = np.random.default_rng(int(seed))
    group: GroupCommit[Asked, Decision | Faults] = GroupCommit(
        ws.store, lambda u, a: commit_each(u, a, lambda: int(start))
    )
    with ws.store.read() as unit:
        frame = compile_frame(unit, campaign)  # once: the oldest frame that a worker could decide with
        people = [s.profile.id for s in unit.people.scan()][int(seed) % 2 :: 2]  # each worker its half
    print("ready", flush=True)
    sys.stdin.readline()
    for day in range(9):
        waiting = []
        for person in people:
            state = ws.store.look(person)
            assert state is not None
            asked = ask(frame, state, touchpoint, now=int(start) + day * DAY, rng=rng)
            waiting.append(group.submit(asked))
        told = [d for d in (f.result(60) for f in waiting) if isinstance(d, Decision) and d.variant is not None]
        sys.stdout.write("".join(f"{d.id}\n" for d in told))
        sys.stdout.flush()
    group.close()
    ws.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
