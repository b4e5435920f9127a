"""The gate: may the choice be made for each person, or is one variant for all as good?

The question is the campaign's, so that all its slates (touchpoint and language) add their evidence. For every closed
decision the doubly robust score of the *difference* between the personal policy and the best constant is taken; both
were chosen, and the response model was fitted, on decisions closed before. Given that past a score's expectation is the
difference itself, whatever the policy that logged it (its propensities are exact and never small: a share is spread
evenly). So the sums are a martingale around the gain, and an always-valid sequence may watch them (Waudby-Smith, Wu,
Ramdas, Karampatziakis, Mineiro, *Anytime-valid off-policy inference for contextual bandits*, 2022).

As a campaign goes on its policy prefers some arms, and the scores spread out. Each batch is therefore weighted by the
inverse of the standard deviation that the batches before it lead one to expect (see `stats.Weighted`). What is estimated
is the weighted mean gain over the batches.
"""

from __future__ import annotations

import math

import msgspec

from gale.stats import Moments, Sequence, Weighted
from gale.stats.boundary import drift_for

ALPHA = 0.05
FIRST = 1_000  # scored decisions before the gate says anything, at least
MEMORY = 2_000.0  # decisions after which the expected spread of scores forgets
VARIANCE, GUESS = 0.1, 100.0  # variance expected before anything is known, and how many decisions that guess is worth


class Evidence(msgspec.Struct, frozen=True):
    """Scores of one batch of one slate: their `moments`, in units of expected reward a decision. Adds up.

    `differ` counts decisions in which the two policies would not do the same.
    """

    moments: Moments = Moments()
    differ: float = 0.0

    def __add__(self, other: Evidence) -> Evidence:
        return Evidence(self.moments + other.moments, self.differ + other.differ)


class GateState(msgspec.Struct, frozen=True, kw_only=True):
    """Where the gate stands. `estimate`, `low`, `high`: gain a decision over the best constant; infinite ends mean that
    nothing is said yet. `needed`: scored decisions at which a gain of the size now estimated would be proven with
    probability 0.8 (the expected size while there is no estimate)."""

    opened: bool
    decided_at_n: int | None
    estimate: float
    low: float
    high: float
    n: int
    needed: int


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """The sequence's state. `expected_n` is stated at launch: the closed decisions expected over the flight.

    Opens when the lower end of the two-sided 95 % sequence lies above 0 for the first time, and stays open: where there
    is no gain it ever opens with a probability of about 2.5 %, at most 5 %, however often it is looked at.
    """

    expected_n: int
    alpha: float = ALPHA
    weighted: Weighted = Weighted()
    differ: float = 0.0
    recent: Moments = Moments()
    decided_at_n: int | None = None

    @classmethod
    def start(cls, expected_n: int, *, alpha: float = ALPHA) -> Gate:
        return cls(expected_n=max(2 * FIRST, expected_n), alpha=alpha)

    @property
    def sequence(self) -> Sequence:
        first = max(FIRST, math.ceil(0.02 * self.expected_n))
        return Sequence.plan(self.expected_n, alpha=self.alpha, first=first)

    def update(self, evidence: Evidence) -> Gate:
        """The gate after one more batch (of all slates together). Functional: `self` stays as it was.

        An open gate has decided and takes no more evidence: the personal policy that then serves hardly ever shows the
        constant, so that later scores would only blur what was proven.
        """
        batch = evidence.moments
        if not batch.n or self.opened:
            return self
        guess = (self.recent.squares + GUESS * VARIANCE) / (self.recent.n + GUESS)
        w = 1 / math.sqrt(guess)
        fading = math.exp(-batch.n / MEMORY)
        old = Moments(round(self.recent.n * fading), self.recent.total * fading, self.recent.squares * fading)
        after = msgspec.structs.replace(
            self,
            weighted=self.weighted + Weighted.of(batch, w),
            differ=self.differ + evidence.differ,
            recent=old + batch,
        )
        return after._checked()

    def merge(self, other: Gate) -> Gate:
        """Two servers' evidence on the same campaign; open if either had opened or both together do."""
        known = [n for n in (self.decided_at_n, other.decided_at_n) if n is not None]
        both = msgspec.structs.replace(
            self,
            weighted=self.weighted + other.weighted,
            differ=self.differ + other.differ,
            recent=self.recent + other.recent,
            decided_at_n=min(known) if known else None,
        )
        return both._checked()

    def _checked(self) -> Gate:
        if self.decided_at_n is None and self.weighted.interval(self.sequence).low > 0:
            return msgspec.structs.replace(self, decided_at_n=self.weighted.n)
        return self

    @property
    def opened(self) -> bool:
        return self.decided_at_n is not None

    @property
    def state(self) -> GateState:
        found = self.weighted
        interval = found.interval(self.sequence)
        needed = self.expected_n
        if found.n >= FIRST and found.mean > 0 and found.variance > 0:
            needed = math.ceil(drift_for(0.9 * self.alpha, 0.8) ** 2 * found.variance / found.mean**2)
        return GateState(
            opened=self.opened,
            decided_at_n=self.decided_at_n,
            estimate=0.0 if math.isnan(interval.estimate) else interval.estimate,
            low=interval.low,
            high=interval.high,
            n=found.n,
            needed=needed,
        )
