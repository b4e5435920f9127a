"""How many of the thousand go live, and which: as many as the expected traffic can tell apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import msgspec

from gale.records.creative import Variant

ALPHA = 0.05
POWER = 0.8
LEAST = 2  # with one variant there is nothing to learn


class Shortlist(msgspec.Struct, frozen=True, kw_only=True):
    """What goes live in one slate. `why` holds the numbers of the reckoning; `why["bound"]` says what decided the
    size: `"traffic"`, `"least"` (traffic alone would have allowed fewer), `"live_max"` or `"variants"`."""

    size: int
    chosen: tuple[str, ...]
    why: dict[str, Any]


def people_per_arm(base_rate: float, mde: float, *, alpha: float = ALPHA, power: float = POWER) -> int:
    """Decisions a variant needs before a relative difference `mde` from `base_rate` shows, two-sided, a pair at a time.

    n = (z(1-α/2) √(2 p̄ q̄) + z(power) √(p₁q₁ + p₂q₂))² / (p₂ - p₁)², with p₂ = p₁ (1 + mde) and p̄ their mean
    (Fleiss, Levin, Paik, *Statistical Methods for Rates and Proportions*, 3rd ed. 2003, eq. 4.14).
    Raises `ValueError` where a rate leaves (0, 1).

    >>> people_per_arm(0.10, 0.20)
    3841
    """
    p1, p2 = base_rate, base_rate * (1 + mde)
    if not 0 < p1 < p2 < 1:
        raise ValueError(f"base_rate {base_rate} and {base_rate} x (1 + {mde}) must lie in (0, 1) and differ")
    mean = (p1 + p2) / 2
    z = NormalDist().inv_cdf
    chance = z(1 - alpha / 2) * math.sqrt(2 * mean * (1 - mean))
    return math.ceil((chance + z(power) * math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))) ** 2 / (p2 - p1) ** 2)


def shortlist(
    variants: Sequence[Variant],
    *,
    decisions_expected: int,
    explore_share: float,
    base_rate: float,
    mde: float,
    live_max: int,
    must: Sequence[str] = (),
) -> Shortlist:
    """Choose from the accepted variants of one slate, which arrive most different first.

    The size is what the evenly spread share of the traffic can tell apart: ⌊decisions × share / people_per_arm⌋, at
    least 2, at most `live_max` and at most the accepted. Pairs are taken one at a time (no correction for many
    comparisons), which is enough to choose what to try and never used to declare a winner. The chosen cover as many
    angles and audiences as fit, then as many pairs of them, then go by difference; the same input gives the same list.
    `must` (ids of accepted variants that a floor promises to somebody) have their place first, whatever the size.
    """
    accepted = [v for v in variants if v.accepted]
    per_arm = people_per_arm(base_rate, mde)
    even = int(decisions_expected * explore_share)
    by_traffic = even // per_arm
    size, bound = (by_traffic, "traffic") if by_traffic >= LEAST else (LEAST, "least")
    if size > live_max:
        size, bound = live_max, "live_max"
    if size > len(accepted):
        size, bound = len(accepted), "variants"
    chosen = _cover(accepted, size, must)
    size = len(chosen)
    live = frozenset(chosen)
    why = {
        "bound": bound,
        "decisions_expected": decisions_expected,
        "explore_share": explore_share,
        "even_decisions": even,
        "base_rate": base_rate,
        "mde": mde,
        "power": POWER,
        "alpha": ALPHA,
        "per_arm": per_arm,
        "by_traffic": by_traffic,
        "live_max": live_max,
        "accepted": len(accepted),
        "angles": len({v.traits.get("angle", "") for v in accepted if v.id in live}),
    }
    return Shortlist(size=size, chosen=chosen, why=why)


def _cover(variants: Sequence[Variant], size: int, must: Sequence[str] = ()) -> tuple[str, ...]:
    """The first of what is new in most ways (an angle and an audience nobody has yet), then new pairs, then the rest."""
    chosen: dict[str, None] = dict.fromkeys(must)
    for ways in (_angle_and_audience, _pair):
        seen = {new for v in variants if v.id in chosen for new in ways(v)}
        while len(chosen) < size:
            best = max(variants, key=lambda v: 0 if v.id in chosen else len(ways(v) - seen), default=None)
            if best is None or best.id in chosen or ways(best) <= seen:
                break
            seen |= ways(best)
            chosen[best.id] = None
    for variant in variants:
        if len(chosen) >= size:
            break
        chosen.setdefault(variant.id)
    return tuple(chosen)


def _angle_and_audience(variant: Variant) -> frozenset[tuple[str, ...]]:
    return frozenset((trait, variant.traits.get(trait, "")) for trait in ("angle", "audience"))


def _pair(variant: Variant) -> frozenset[tuple[str, ...]]:
    return frozenset({(variant.traits.get("angle", ""), variant.traits.get("audience", ""))})
