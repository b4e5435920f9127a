"""Of whom we cannot hear, and whether that is alike in both groups."""

from __future__ import annotations

import msgspec

from gale.measurement.sums import GroupSums
from gale.stats import split_alarm


class Missing(msgspec.Struct, frozen=True):
    """People of each group of whom we cannot hear, as shares; `evidence` against "the same in both", `alarm` at 1000."""

    treated: float | None
    holdout: float | None
    evidence: float
    alarm: bool


def missingness(treated: GroupSums, holdout: GroupSums) -> Missing:
    """Whether outcomes go missing alike in both groups; if not, the lift compares unlike people.

    `n` counts everybody of a group, `unheard` the part not heard of. Given that a person is unheard, her group should be
    as drawn: the same sequential test as for the split itself.
    """
    both = treated.n + holdout.n
    if not (treated.n and holdout.n):
        return Missing(None, None, 1.0, False)
    split = split_alarm(holdout.unheard, treated.unheard, holdout.n / both)
    return Missing(treated.unheard / treated.n, holdout.unheard / holdout.n, split.evidence, split.alarm)
