"""Many lifts at once: which of them are proven, so that whoever looks through twenty audiences finds no false winner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from gale.stats import Interval, Mixture, Pair, select, selected_level

Verdict = Literal["proven", "harm", "not_apart", "few"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One of many: `evidence` is its e-value against "no difference" (1 says nothing), `level` the alpha its intervals
    stand at, `verdict` what may be said."""

    verdict: Verdict
    evidence: float
    level: float
    absolute: Interval | None
    relative: Interval | None


def among(pairs: Sequence[tuple[int, Pair] | None], *, planned_n: int, alpha: float = 0.05) -> list[Finding]:
    """Compare each `(people, means of the two groups)`; `None` stands for too few people, and counts among the many.

    Of those called proven (or harm) at most a share `alpha` is expected to be wrong, however the pairs hang together, at
    whatever moment one looks (e-BH), and of their intervals at most that share is expected to miss (e-BY); see
    `stats.select` and `stats.selected_level`. What is called proven is just what has an interval without zero.
    `planned_n` is the most people expected in one of them.
    """
    evidence = Mixture.plan(max(2, planned_n), alpha=alpha / max(1, len(pairs)))
    weights = [1.0 if p is None else evidence.apart(p[1].z, p[0]) for p in pairs]
    taken = select(weights, alpha=alpha)
    level = selected_level(sum(taken), len(pairs), alpha=alpha)
    found: list[Finding] = []
    for one, weight, chosen in zip(pairs, weights, taken, strict=True):
        if one is None:
            found.append(Finding(verdict="few", evidence=1.0, level=level, absolute=None, relative=None))
            continue
        n, pair = one
        reach = evidence.reach(level, n)
        absolute, relative = pair.difference(reach), pair.ratio(reach)
        # A claim of the wrong sign would need the e-value of that side alone: it is below 1 where z points away.
        verdict: Verdict = "not_apart" if not chosen else "proven" if pair.z > 0 else "harm"
        found.append(
            Finding(
                verdict=verdict,
                evidence=weight,
                level=level,
                absolute=absolute if absolute.known else None,
                relative=relative if relative.known else None,
            )
        )
    return found
