"""What a learner is given: the variants, closed decisions about them, and what was thought of them before."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from gale.records.faults import Fault, raise_if

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
MOST_PRIOR = 50.0  # decisions an arm that a rehearsal may be worth


class Arm(msgspec.Struct, frozen=True):
    """A live variant and the traits through which it shares what it teaches (angle, audience, length)."""

    id: str
    traits: dict[str, str] = {}


class Prior(msgspec.Struct, frozen=True):
    """What is thought of every arm's reward before anything was learned: `rate` in (0, 1), as if seen in `decisions`
    decisions an arm. It counts for at most `MOST_PRIOR` of them, whatever it claims; it enters policies, never sums."""

    rate: float
    decisions: float

    @property
    def beta(self) -> tuple[float, float]:
        """The answers and silences that it is worth.

        >>> Prior(0.1, 1_000.0).beta
        (5.0, 45.0)
        """
        worth = min(self.decisions, MOST_PRIOR)
        return worth * self.rate, worth * (1 - self.rate)


@dataclass(frozen=True)
class Batch:
    """Closed decisions of one slate, in the order they closed; `n` rows.

    `arm` (n,) indexes the learner's arms; `features` (n, d) encoded; `reward` (n,) in [0, 1]; `propensity` (n,) as
    logged; `allowed` (n, K) which arms were eligible (all, where left out); `tick` (n,) in which stretch of the
    campaign's time each was made (a batch is a stretch of its own where left out); `personal` (n,) whether the arm was
    chosen for this person rather than for everybody or by chance (nowhere, where left out). Raises `Faults`:
    `batch.reward` (not in [0, 1]), `batch.propensity` (not in (0, 1]), `batch.features` (not finite), each with the
    first bad row.
    """

    arm: NDArray[np.intp]
    features: Floats
    reward: Floats
    propensity: Floats
    allowed: NDArray[np.bool_] | None = None
    tick: Ints | None = None
    personal: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        bad = {
            "batch.reward": ~((self.reward >= 0) & (self.reward <= 1)),
            "batch.propensity": ~((self.propensity > 0) & (self.propensity <= 1)),
            "batch.features": ~np.isfinite(self.features).all(axis=1),
        }
        raise_if(
            Fault(code=code, values={"rows": int(rows.sum()), "first": int(rows.argmax())})
            for code, rows in bad.items()
            if rows.any()
        )

    def __len__(self) -> int:
        return len(self.arm)
