"""What the choice must respect whatever is learned: exclusions, floors for groups, caps a variant.

Compiled once a campaign (`Rules`), asked once a decision. Money is in `pacing`; what contradicts what, in `conflicts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gale.campaign.reach import matches
from gale.records.creative import Variant
from gale.records.documents import Campaign, Floor, Limits, Named, Touchpoint, VariantCaps
from gale.records.people import Scalar

Floats = NDArray[np.float64]
Who = Mapping[str, Sequence[str]]
JOINT = "+"  # between the names of the floors that one person has: not a letter of an id
SLACK = 20  # contacts that a slate makes before a cap on shares can rest a variant
STEPS = 300  # of the dual ascent for shares
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rules:
    """Exclusions and floors with the live variants they name.

    `exclusions` are (who, channels, variants), `floors` (id, who, channels, variants); no channels: on every one.
    `watched` are the attributes that any of them looks at, which is what a decision logs of a person to be made again.
    """

    exclusions: tuple[tuple[Who, frozenset[str], frozenset[str]], ...]
    floors: tuple[tuple[str, Who, frozenset[str], frozenset[str]], ...]
    watched: tuple[str, ...]

    def excluded(self, channel: str, about: Mapping[str, Scalar]) -> frozenset[str]:
        """The variants that are never shown to this person on this channel. Not knowing is not matching."""
        found = _NOTHING
        for who, channels, arms in self.exclusions:
            if (not channels or channel in channels) and matches(about, who):
                found = found | arms
        return found

    def group(self, channel: str, about: Mapping[str, Scalar]) -> str:
        """The name of the group whose floors this person has here, `""` for none: ids in the document's order."""
        return JOINT.join(
            floor
            for floor, who, channels, _ in self.floors
            if (not channels or channel in channels) and matches(about, who)
        )


def rules(limits: Limits, live: Iterable[Variant]) -> Rules:
    """The rules of a campaign over the variants that are live."""
    variants = list(live)
    whos = [*(e.who for e in limits.exclusions), *(f.who for f in limits.floors)]
    watched = [name for who in whos for name in who]
    return Rules(
        tuple((e.who, frozenset(e.channels), named(e, variants)) for e in limits.exclusions),
        tuple((f.id, f.who, frozenset(f.channels), named(f, variants)) for f in limits.floors),
        tuple(dict.fromkeys(watched)),
    )


def named(one: Named, variants: Iterable[Variant]) -> frozenset[str]:
    """Of these variants, those that an exclusion or a floor means: by id, by angle or by a phrase in them."""
    ids, angles, phrases = frozenset(one.variants), frozenset(one.angles), frozenset(one.phrases)
    return frozenset(
        v.id
        for v in variants
        if v.id in ids or not angles.isdisjoint(v.traits.get("angle", "").split()) or phrases & set(v.phrases.values())
    )


def never(limits: Limits | None, channel: str, variants: Sequence[Variant]) -> frozenset[str]:
    """The variants that exclusions keep from everybody on a channel: they need no place on the shortlist."""
    found = _NOTHING
    for one in limits.exclusions if limits else ():
        if not one.who and (not one.channels or channel in one.channels):
            found |= named(one, variants)
    return found


def promised(limits: Limits | None, touchpoint: Touchpoint, variants: Sequence[Variant]) -> tuple[str, ...]:
    """One variant for each floor that holds at a touchpoint, the first that it names: these go live in any case."""
    found: dict[str, None] = {}
    for floor in limits.floors if limits and touchpoint.trigger is None else ():
        if not floor.channels or touchpoint.channel in floor.channels:
            mine = named(floor, variants)
            first = next((v.id for v in variants if v.id in mine), None)
            if first is not None:
                found[first] = None
    return tuple(found)


def groups(floors: Sequence[Floor]) -> list[tuple[Floor, ...]]:
    """Every combination of floors that one person can have, those that exclude each other left out.

    Two floors that ask for different values of one attribute are never one person's.
    """
    found: list[tuple[Floor, ...]] = [()]
    for floor in floors:
        found += [(*group, floor) for group in found if all(together(floor.who, f.who) for f in group)]
    return [group for group in found if group]


def together(one: Who, other: Who) -> bool:
    """Whether one person can match both."""
    return all(set(one[name]) & set(other[name]) for name in one.keys() & other.keys())


def guaranteed(
    rules: Rules, floors: Sequence[Floor], arms: Sequence[str], explore: float
) -> dict[str, dict[str, float]]:
    """Least probabilities an arm for every group of floors, to be given out of the explored share.

    `explore` is the share that is explored anyway. A floor is kept where the explored share gives its variants enough,
    so the masses returned sum to at most max(explore, what the floors need); whoever writes the snapshot explores that
    much. A variant may rest or be paused at any moment, and what is left is renormalised; so a floor with n variants
    gets a part of the explored share of

        α = a n / (a n + 1 - a),    a = at_least / explored share,

    with which it holds as long as one of its variants is open, in the worst case that all the others are closed: then
    α/n of the spread stays with it, against 1 - α elsewhere, and (α/n) / (α/n + 1 - α) = a. Where several floors of one
    person leave no room for that (their parts would pass 1), they share all of the spread in proportion.

    >>> from gale.records.documents import Floor
    >>> floor = Floor(id="late", who={"rhythm": ["evening"]}, angles=["proof"], at_least=0.1)
    >>> found = Rules((), (("late", floor.who, frozenset(), frozenset({"a", "b"})),), ("rhythm",))
    >>> {arm: round(p, 3) for arm, p in guaranteed(found, [floor], ["a", "b", "c"], 0.2)["late"].items()}
    {'a': 0.067, 'b': 0.067}
    >>> guaranteed(found, [floor], ["a", "b", "c"], 0.02)["late"]
    {'a': 0.05, 'b': 0.05}
    """
    here = {name: [arm for arm in arms if arm in members] for name, _, _, members in rules.floors}
    kept = {JOINT.join(f.id for f in g): [f for f in g if here[f.id]] for g in groups(floors)}
    asked = {g: ([f.at_least for f in fs], [len(here[f.id]) for f in fs]) for g, fs in kept.items() if fs}
    share = max((_explored(*needs, explore) for needs in asked.values()), default=explore)
    found: dict[str, dict[str, float]] = {}
    for group, needs in asked.items():
        masses: dict[str, float] = {}
        for floor, part in zip(kept[group], _parts(*needs, share), strict=True):
            for arm in here[floor.id]:
                masses[arm] = masses.get(arm, 0.0) + share * part / len(here[floor.id])
        found[group] = masses
    return found


def _explored(leasts: Sequence[float], sizes: Sequence[int], explore: float) -> float:
    """The smallest explored share, from `explore` up to 1, in which the parts of all floors have room."""
    low = max(explore, min(1.0, sum(leasts)))
    if sum(_alpha(a / low, n) for a, n in zip(leasts, sizes, strict=True)) <= 1:
        return low
    high = 1.0
    if sum(_alpha(a, n) for a, n in zip(leasts, sizes, strict=True)) > 1:
        return high
    for _ in range(60):
        middle = (low + high) / 2
        fits = sum(_alpha(a / middle, n) for a, n in zip(leasts, sizes, strict=True)) <= 1
        low, high = (low, middle) if fits else (middle, high)
    return high


def _parts(leasts: Sequence[float], sizes: Sequence[int], share: float) -> list[float]:
    parts = [_alpha(a / share, n) for a, n in zip(leasts, sizes, strict=True)]
    total = sum(parts)
    if total <= 1 + 1e-9:
        return [p / max(1.0, total) for p in parts]
    return [a / sum(leasts) for a in leasts]


def _alpha(least: float, n: int) -> float:
    least = min(1.0, least)
    return least * n / (least * n + 1 - least)


def resting(caps: VariantCaps, shown: Mapping[str, int], slates: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The variants that have had their part for now.

    `most_contacts` rests a variant for good. `most_share` rests it while it has more than its share of what its slate
    has shown (and twenty more); the others catch up meanwhile. As `most_share` times the variants of a slate is at
    least 1, not all of a slate can rest for their shares.

    >>> caps = VariantCaps(most_share=0.5)
    >>> sorted(resting(caps, {"a": 90, "b": 30}, {"letter/fr": ["a", "b"]}))
    ['a']
    """
    found: set[str] = set()
    for arms in slates.values():
        allowance = caps.most_share * (sum(shown.get(a, 0) for a in arms) + SLACK) if caps.most_share else None
        for arm in arms:
            n = shown.get(arm, 0)
            over = allowance is not None and n > allowance
            if over or (caps.most_contacts is not None and n >= caps.most_contacts):
                found.add(arm)
    return frozenset(found)


def charges(draws: Floats, most: float) -> Floats:
    """What each arm's score is charged so that it wins at most the share `most` of the draws, shape (K,), >= 0.

    `draws` (M, K) are scores of the pool. These are the prices of an assignment of draws to arms with room for
    `most` x M each: a dual ascent, an arm that wins too often is charged more and one that does not, less, down to 0
    (projected subgradient on the Lagrangian dual; Boyd and Vandenberghe, *Convex Optimization*, 5.1, with the step
    falling as 1/√t). Zero for all where the cap does not bind.

    >>> draws = np.random.default_rng(0).normal([1.0, 0.0], 0.5, size=(2000, 2))
    >>> paid = charges(draws, 0.5)
    >>> bool(abs((draws - paid).argmax(axis=1).mean() - 0.5) < 0.02), paid.round(1).tolist()
    (True, [1.0, 0.0])
    """
    m, k = draws.shape
    prices = np.zeros(k)
    if np.bincount(draws.argmax(axis=1), minlength=k).max() <= most * m:
        return prices
    step = max(float(draws.std()), float(np.ptp(draws.mean(axis=0)))) / 2
    for t in range(1, STEPS + 1):
        shares = np.bincount((draws - prices).argmax(axis=1), minlength=k) / m
        prices = np.maximum(0.0, prices + step / np.sqrt(t) * (shares - most))
    return np.asarray(prices - prices.min(), dtype=np.float64)


def plain(campaign: Campaign) -> bool:
    """Whether nothing of this campaign is limited or weighed in money, so that nothing need be counted."""
    return campaign.limits is None and campaign.policy.value == "count"
