"""Why this variant for this person: the model's own terms, as codes and values that the faces put into words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from gale.decision.model import Fit

Floats = NDArray[np.float64]
SMALLEST = 1e-4  # a hundredth of a percentage point of the answer rate is not worth a word


class Term(msgspec.Struct, frozen=True):
    """One part of the difference between this variant and the slate's average, in points of expected reward.

    `trait` is `"angle=ritual"` or a variant's id (its own part); `feature` is `"rhythm=early"`, `"months"`, or empty
    where the part is the same for everybody. `name` is both together.
    """

    name: str
    weight: float
    trait: str
    feature: str


def of_person(
    blocks: tuple[str, ...], features: tuple[str, ...], member: Floats, mean: Floats, x: Floats, arm: int
) -> list[Term]:
    """Terms of the person-level model: `member` (K, T), `mean` (T, d), `x` (d,), in order of size."""
    apart = member[arm] - member.mean(axis=0)
    parts = apart[:, None] * mean * x[None, :]
    terms = [
        Term(_name(blocks[t], features[j]), float(parts[t, j]), blocks[t], features[j])
        for t, j in zip(*np.nonzero(np.abs(parts) >= SMALLEST), strict=True)
    ]
    return sorted(terms, key=lambda term: (-abs(term.weight), term.name))


def of_campaign(arms: tuple[str, ...], rates: Floats, arm: int) -> list[Term]:
    """The one term of a rule that is the same for everybody: the arm's expected reward against the average."""
    return [Term(arms[arm], float(rates[arm] - rates.mean()), arms[arm], "")]


def believed(fit: Fit, arms: Sequence[str], having: Collection[str], people: Floats) -> tuple[float, float] | None:
    """What the person-level model expects of arms that have something in common: mean and standard deviation of their
    expected reward relative to all arms of their slates, over people whose average features are `people` (d,).

    `arms` (K,) are the fit's own, in its order. Only slates count that have arms with and without. `None` where there is
    none. A shrunk belief, on which the policy acts; no proof.
    """
    slates, mine = fit.design.slate, np.array([arm in having for arm in arms])
    apart: list[Floats] = []
    for slate in np.unique(slates):
        here = slates == slate
        if mine[here].any() and not mine[here].all():
            member = fit.design.member
            apart.append(member[here & mine].mean(axis=0) - member[here].mean(axis=0))
    if not apart:
        return None
    contrast = np.mean(apart, axis=0)[:, None] * people[None, :]
    half = np.linalg.solve(fit.factor, contrast[fit.design.use])
    return float((contrast * fit.mean).sum()), float(np.sqrt(half @ half))


def _name(trait: str, feature: str) -> str:
    return f"{trait} × {feature}" if feature else trait
