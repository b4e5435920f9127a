"""One kind of message against the others that might have been shown in its stead: what neither place nor hour can bend.

A kind that stands mostly in the letter is answered more often than one that stands mostly on a banner, whatever either
says. So a message counts for a kind only where the choice lay between this kind and another. With p the propensity of
the variant V that was shown, k how many of those eligible are of the kind and l how many are not,

    1(V of the kind) R / (p k)    and    1(V of another) R / (p l)

are expected to be the mean answer to the kind's variants and to the others', at the same moments and places (Horvitz and
Thompson, *J. Am. Stat. Assoc.* 47, 1952). Since each choice was drawn anew, their difference is expected to be zero at
every message while the kind makes none, whoever is asked how often, and however the propensities came about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

import msgspec

from gale.stats import Pair


class Contrast(msgspec.Struct, frozen=True, kw_only=True):
    """`n` choices between the kind and others: `shown` messages of the kind and `answered` among them, the same of the
    others, and the two means side by side."""

    n: int
    shown: int
    answered: int
    others_shown: int
    others_answered: int
    pair: Pair


class _Sums(msgspec.Struct):
    """Weights of the answered messages, and their squares."""

    answered: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, weight: float) -> None:
        self.answered += 1
        self.total += weight
        self.squares += weight * weight

    def mean(self, n: int) -> float:
        return self.total / n

    def variance(self, n: int) -> float:
        """Of the mean."""
        return max(0.0, self.squares / n - self.mean(n) ** 2) / n


class Contrasts:
    """Sums over messages, added one at a time."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, ...], Counter[str]] = {}
        self._shown: dict[tuple[tuple[str, ...], str], int] = defaultdict(int)
        self._mine: dict[str, _Sums] = defaultdict(_Sums)
        self._others: dict[str, _Sums] = defaultdict(_Sums)

    def see(
        self, eligible: tuple[str, ...], kinds: Mapping[str, str], variant: str, propensity: float, hit: bool
    ) -> None:
        """One message. `kinds` says of which kind a variant is; of no kind ("" or missing) is never compared."""
        made = self._made.get(eligible)
        if made is None:
            made = self._made[eligible] = Counter(kind for v in eligible if (kind := kinds.get(v, "")))
        kind = kinds.get(variant, "")
        if not kind or len(made) < 2:
            return
        self._shown[eligible, kind] += 1
        if hit:
            everything = made.total()
            self._mine[kind].add(1 / (propensity * made[kind]))
            for other, k in made.items():
                if other != kind:
                    self._others[other].add(1 / (propensity * (everything - k)))

    def found(self) -> dict[str, Contrast]:
        """Each kind that ever stood beside another, against the others.

        >>> seen = Contrasts()
        >>> for variant, hit in (("a", True), ("b", False), ("a", False), ("b", False)):
        ...     seen.see(("a", "b"), {"a": "proof", "b": "gain"}, variant, 0.5, hit)
        >>> proof = seen.found()["proof"]
        >>> proof.n, proof.shown, proof.pair.one, proof.pair.other
        (4, 2, 0.5, 0.0)
        """
        n: Counter[str] = Counter()
        shown: Counter[str] = Counter()
        for (eligible, kind), count in self._shown.items():
            shown[kind] += count
            for one in self._made[eligible]:
                n[one] += count
        return {kind: self._contrast(kind, n[kind], shown[kind]) for kind in n}

    def _contrast(self, kind: str, n: int, shown: int) -> Contrast:
        mine, others = self._mine[kind], self._others[kind]
        return Contrast(
            n=n,
            shown=shown,
            answered=mine.answered,
            others_shown=n - shown,
            others_answered=others.answered,
            pair=Pair(
                one=mine.mean(n),
                other=others.mean(n),
                var_one=mine.variance(n),
                var_other=others.variance(n),
                covariance=-mine.mean(n) * others.mean(n) / n,  # a message is of one kind: the product is always 0
            ),
        )
