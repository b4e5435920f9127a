"""What must be looked at before a figure is believed. An alarm has a code, a severity and the values it rang for.

`stop` withholds the verdict: the comparison itself is broken. `watch` leaves it standing and says what bends it.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from gale.measurement.delays import HOUR
from gale.measurement.heard import Heard
from gale.measurement.missing import Missing
from gale.stats import Split

QUIET = 48 * HOUR  # silence that is worth a word, unless longer ones were usual before
SETTLED = 0.9  # share of the orders of those counted that should have reached us
CLOCKS = 0.01  # share of outcomes on a wrong clock, and
CLOCKS_LEAST = 5  # never for fewer


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    severity: Literal["stop", "watch"]
    values: dict[str, Any]


def broken_comparison(split: Split, missing: Missing) -> list[Alarm]:
    """Groups that are not as drawn, or of which one is heard of less: then the lift must not be read."""
    found = []
    if split.alarm:
        values = {"share": split.share, "planned": split.planned, "n": split.n, "evidence": split.evidence}
        found.append(Alarm(code="split.mismatch", severity="stop", values=values))
    if missing.alarm:
        shares = {"treated": missing.treated, "holdout": missing.holdout, "evidence": missing.evidence}
        found.append(Alarm(code="missing.unlike", severity="stop", values=shares))
    return found


def bent_outcomes(
    heard: Heard, *, early: int, decisions_since: int, settled: float | None, launched: int, now: int
) -> list[Alarm]:
    """Outcomes that are late, silent, on a wrong clock or told twice.

    `early` outcomes lie before the decision they answer; `decisions_since` messages were shown since we last heard
    anything; `settled` is the share of the counted people's orders that should have reached us (`Delays.settled`).
    """
    found: list[Alarm] = []

    def ring(code: str, **values: Any) -> None:
        found.append(Alarm(code=code, severity="watch", values=values))

    silence = now - (launched if heard.last is None else heard.last)
    if decisions_since and silence > max(QUIET, 2 * heard.longest_gap):
        ring("outcomes.silent", hours=silence // HOUR, decisions=decisions_since, ever=heard.last is not None)
    if heard.later is not None and heard.later.alarm:
        slow = heard.later
        ring("outcomes.late", n=slow.n, slow=slow.slow, usual_hours=slow.usual / HOUR, evidence=slow.evidence)
    if settled is not None and settled < SETTLED:
        ring("outcomes.unsettled", share=settled)
    wrong = early + heard.ahead
    if wrong > max(CLOCKS_LEAST, CLOCKS * heard.n):
        ring("outcomes.clock", early=early, ahead=heard.ahead, n=heard.n)
    if heard.months_late:
        ring("outcomes.months_late", n=heard.months_late)
    if heard.twice:
        ring("outcomes.twice", n=heard.twice)
    return found
