"""Where a campaign stands on its way from one city to everybody, and the steps that led there."""

from __future__ import annotations

from typing import Literal

import msgspec


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step, up or back. `left` and `to` are ids of stages; `left` is "" at the launch, `to` is "" where the first
    stage was left and the campaign paused.

    `by` is a member of the team, "" for Gale itself; `line` the number of its line in the ledger. A step back by itself
    says which guardrail (`measure`, seen among whom: `view`) and with what: `bound` is what the measure is worse than for
    certain, `limit` what it may be, both in the measure's own unit, from `events` among `n`.
    """

    number: int
    time: int
    kind: Literal["stage", "rolled_back"]
    left: str
    to: str
    by: str = ""
    role: str = ""
    reason: str = ""
    measure: str = ""
    view: str = ""
    bound: float | None = None
    limit: float | None = None
    n: int = 0
    events: int = 0
    line: int = 0
    schema: int = 1


class Climb(msgspec.Struct, frozen=True, kw_only=True):
    """The stage in force (`stage`, its place among the plan's) and since which step (`number`, from 1).

    Evidence begins anew with step `first`: the launch, or the last step back. `held` says that only a person goes on:
    `"back"` after a step back, `"paused"` where there was no stage to go back to.
    """

    stage: int = 0
    number: int = 1
    first: int = 1
    held: Literal["", "back", "paused"] = ""
    steps: tuple[Step, ...] = ()

    @property
    def since(self) -> int:
        """When the stage in force began, ms UTC."""
        return self._time(self.number)

    @property
    def began(self) -> int:
        """When the evidence in force begins, ms UTC."""
        return self._time(self.first)

    def _time(self, number: int) -> int:
        return next((step.time for step in self.steps if step.number == number), 0)
