"""Which phrases go together next: the least used ones that fit, under the hook's angle.

Drawing the least used phrase of each slot spreads a thousand variants evenly over the bank; remembering which pairs of
phrases have met keeps two variants from sharing more than they must.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from gale.creative.catalogue import ANY, Framework, Slot
from gale.creative.phrases import Phrase

ONCE = frozenset({"benefit", "scene", "sensation", "until", "city", "descriptor"})
"""Materials that a reader meets once in one variant."""

ONCE_A_ZONE = frozenset({"name", "brand", "noun"})
"""Materials that a reader meets once in one zone (a headline and its text, a letter's body)."""

APART = 1000.0  # cost of two phrases that must not meet
MET = 2.0  # cost of two phrases that have met already, in uses
PULL = 150.0  # how much cheaper a phrase is that tells this variant's audience its own moment, unless it had its share
FULL = 300.0  # cost of a phrase that has had its share
WITHOUT_BENEFIT = 1.8  # a phrase that says the benefit is used so many times as often as one that does not
MOST = 0.035  # share of a thousand that one phrase of the bank may have
TIE = 0.9  # at most so much does chance add, in uses
SIZE = 1.5  # cost of a phrase of another length than this variant is to have, in uses


@dataclass(frozen=True, slots=True)
class Drawn:
    """One combination: a phrase a slot, in the framework's order; `twice` is a phrase that repeats another, or empty;
    `audience` is the one whose moment it tells, `aimed` the one it was to be for (empty: everybody)."""

    phrases: Mapping[str, Phrase]
    twice: str
    aimed: str = ""

    @property
    def audience(self) -> str:
        return next((p.audience for p in self.phrases.values() if p.audience), "")


class Choice:
    """Draws one combination after the other; the generator passed in decides ties."""

    def __init__(self, framework: Framework, bank: Sequence[Phrase], wanted: int, rng: np.random.Generator) -> None:
        self.framework = framework
        self.rng = rng
        self.most = max(1, int(MOST * wanted))
        self.phrases = {s.name: [p for p in bank if p.slot == s.name] for s in framework.slots}
        told = bool(self.phrases.get("legal"))
        self.free: list[Slot] = [
            s
            for s in framework.slots
            if (s.free or s is framework.hook) and self.phrases[s.name] and not (told and s.yields)
        ]  # a hook that is locked begins every combination
        self.fixed: list[Slot] = [
            s for s in framework.slots if not s.free and s not in self.free and self.phrases[s.name]
        ]
        self.same = {s.name: self._same(s.name) for s in self.free}
        self.used = {name: np.zeros(len(same)) for name, same in self.same.items()}
        self.cost = {name: rng.random(len(same)) * TIE for name, same in self.same.items()}
        self.size = self._sizes()
        self.angles = sorted({p.angle for p in self.phrases[framework.hook.name]})
        self.by_angle = {s.name: self._of_angles(s) for s in self.free}
        self.against = {(a.name, b.name): self._apart(a, b) for a in self.free for b in self.free if a.name < b.name}
        self.audiences = sorted({p.audience for p in bank} | {""})
        self.by_audience = {s.name: self._of_audiences(s) for s in self.free}
        self.tells = {
            s.name: {a: np.array([p.audience == a for p in self.phrases[s.name]]) for a in self.audiences}
            for s in self.free
        }
        self.aim_uses = dict.fromkeys(product(self.angles, self.audiences), 0.0)
        self.drawn = 0

    def draw(self) -> Drawn | None:
        """The next combination; none where there is no hook to begin with."""
        if self.framework.hook not in self.free:
            return None
        angle, audience = min(self.aim_uses, key=lambda aim: (self.aim_uses[aim], aim))
        teller = self._teller(angle, audience)
        chosen: dict[str, int] = {}
        twice = ""
        for slot in self.free:
            name = slot.name
            cost = self.cost[name] + self.by_angle[name][angle] + self.by_audience[name][audience]
            if name == teller:
                cost -= PULL * self.tells[name][audience]
            if name == self.framework.measured:
                cost += SIZE * np.abs(self.size - self.drawn % 3)
            between = np.zeros(len(cost), dtype=np.float32)
            for other, row in chosen.items():
                between += self._between(other, row, name)
            row = int((cost + between).argmin())
            if between[row] >= APART:
                twice = self.phrases[name][row].text
            chosen[name] = row
        self.drawn += 1
        self._remember(chosen)
        drawn = {name: self.phrases[name][row] for name, row in chosen.items()}
        fixed = [s for s in self.fixed if s.angle in ("", angle)]
        if any(s.name == "offer" for s in fixed):
            fixed = [s for s in fixed if s.name != "price"]  # the offer says the price it starts from
        for slot in fixed:
            options = self.phrases[slot.name]
            drawn[slot.name] = options[int(self.rng.integers(len(options)))]
        return Drawn({s.name: drawn[s.name] for s in self.framework.slots if s.name in drawn}, twice, audience)

    def count(self, drawn: Drawn, accepted: bool) -> None:
        """Count what an accepted combination was for, so that every angle and audience has its share of what stays."""
        angle = drawn.phrases[self.framework.hook.name].angle
        self.aim_uses[angle, drawn.aimed] += 1.0 if accepted else 0.25

    def _teller(self, angle: str, audience: str) -> str:
        """The slot that tells the audience's moment: the one whose phrases of it were used least; none for everybody."""
        least = {}
        for name, tells in self.tells.items():
            rows = np.flatnonzero(tells[audience] & (self.by_angle[name][angle] < APART)) if audience else ()
            if len(rows):
                least[name] = float(self.cost[name][rows].min())
        return min(least, key=lambda name: least[name], default="")

    def _remember(self, chosen: Mapping[str, int]) -> None:
        """Make the phrases drawn, all of their template, and their pairs dearer for the next time."""
        for name, row in chosen.items():
            rows = self.same[name][row]
            self.used[name][rows] += 1
            used = self.used[name][row]
            slow = 1.0 if "benefit" in self.phrases[name][row].uses else WITHOUT_BENEFIT
            # A fresh tie each time a phrase is used, so that no two phrases march in step.
            self.cost[name][rows] = used * slow + FULL * (used >= self.most) + self.rng.random(len(rows)) * TIE
            for other, other_row in chosen.items():
                if other < name:
                    self.against[other, name][other_row, row] += MET

    def _between(self, one: str, row: int, other: str) -> NDArray[np.float32]:
        """What each phrase of the other slot costs beside this one."""
        against = self.against[one, other][row] if one < other else self.against[other, one][:, row]
        return np.asarray(against, dtype=np.float32)

    def _same(self, slot: str) -> list[NDArray[np.int64]]:
        """For each phrase of a slot, the rows of all that are of its template."""
        found = _rows(self.phrases[slot], lambda p: frozenset({p.template}))
        rows = {template: np.array(mine, dtype=np.int64) for template, mine in found.items()}
        return [rows[p.template] for p in self.phrases[slot]]

    def _sizes(self) -> NDArray[np.float64]:
        """0, 1 or 2 for the short, middle and long third of the measured slot."""
        lengths = np.array([len(p.text) for p in self.phrases[self.framework.measured]])
        if not len(lengths):
            return np.zeros(0)
        return np.searchsorted(np.quantile(lengths, [1 / 3, 2 / 3]), lengths).astype(np.float64)

    def _of_angles(self, slot: Slot) -> dict[str, NDArray[np.float64]]:
        own = [p.angle for p in self.phrases[slot.name]]
        if not (slot.tied or slot is self.framework.hook):
            return {a: np.zeros(len(own)) for a in self.angles}
        fits = {a: np.array([a in o.split() or o == ANY for o in own], dtype=bool) for a in self.angles}
        return {a: np.where(fits[a], 0.0, 2 * APART) for a in self.angles}

    def _of_audiences(self, slot: Slot) -> dict[str, NDArray[np.float64]]:
        """A moment that belongs to others is not told; an audience with moments of its own is told no general one."""
        mine = self.phrases[slot.name]
        strange = {
            a: np.array([p.audience != a and (bool(p.audience) or "scene" in p.uses) for p in mine], dtype=bool)
            for a in self.audiences
            if a
        } | {"": np.array([bool(p.audience) for p in mine], dtype=bool)}
        return {a: np.where(rows, 2 * APART, 0.0) for a, rows in strange.items()}

    def _apart(self, one: Slot, other: Slot) -> NDArray[np.float32]:
        """The cost of two phrases in one variant: `APART` where they are one, or say the same word or material."""
        a, b = self.phrases[one.name], self.phrases[other.name]
        shared = _marks(a, b, lambda p: p.stems | {p.template})  # « Ça ira ? Pas sûr » has no telling word
        shared += _marks(a, b, lambda p: p.uses & (ONCE | ONCE_A_ZONE if one.zone == other.zone else ONCE))
        return np.where(shared > 0, np.float32(APART), np.float32(0))


def _marks(
    one: Sequence[Phrase], other: Sequence[Phrase], of: Callable[[Phrase], frozenset[str]]
) -> NDArray[np.float32]:
    """How many marks each phrase of one slot shares with each of another: shape (len(one), len(other))."""
    table = np.zeros((len(one), len(other)), dtype=np.float32)
    left, right = _rows(one, of), _rows(other, of)
    for mark in left.keys() & right.keys():
        table[np.ix_(left[mark], right[mark])] += 1
    return table


def _rows(phrases: Sequence[Phrase], of: Callable[[Phrase], frozenset[str]]) -> dict[str, list[int]]:
    """The rows of the phrases that bear a mark, by mark."""
    rows: dict[str, list[int]] = {}
    for row, phrase in enumerate(phrases):
        for mark in of(phrase):
            rows.setdefault(mark, []).append(row)
    return rows
