"""`gale replay`: a randomised test's log, valued out of sample; the sceptic's verb."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gale.adapters.files.tables import read_table
from gale.decision.replay import Table, replay
from gale.records.faults import Fault, raise_if


def replay_file(
    file: Path,
    *,
    person: str,
    arm: str,
    outcome: str,
    features: Sequence[str],
    propensity: str | None,
    seed: int,
) -> dict[str, Any]:
    """Read the log and value its policies. Raises `Faults`: a missing column, broken rows, odd propensities."""
    raw = read_table(file)
    header = list(raw.header)
    wanted = [person, arm, outcome, *features, *([propensity] if propensity else [])]
    raise_if(
        Fault(code="csv.column_missing", where=file.name, values={"column": c, "known": ", ".join(header)})
        for c in dict.fromkeys(wanted)
        if c not in header
    )
    at = {c: header.index(c) for c in wanted}
    columns: dict[str, list[str]] = {c: [] for c in wanted}
    lines: list[int] = []
    for line, row in raw.rows():
        lines.append(line)
        for c, i in at.items():
            columns[c].append(row[i])
    raise_if(raw.faults)
    table = Table.of(
        person=columns[person],
        arm=columns[arm],
        outcome=columns[outcome],
        features={f: columns[f] for f in features},
        propensity=columns[propensity] if propensity else None,
        lines=lines,
    )
    return replay(table, seed=seed).as_dict()
