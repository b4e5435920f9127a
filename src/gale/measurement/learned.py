"""What was learned, by angle and by slot: does what a message is made of change how it is answered?

An option is one thing that several variants share: an angle, a length, a hook that asks a question, one phrase in one
slot. Its contribution is an answer to: had a message with it been shown each time, evenly among those there were, how
many more answers than had any message been shown evenly? Only moments at which there was a choice count, so that a busy
hour, a better placement or a policy's favourite cannot pass for a good phrase.

For a decision with eligible variants E of which O have the option, the scores

    a = m + [A in O] (r - m) / (|O| p),   b = m + (r - m) / (|E| p)

of the variant A shown with propensity p, the answer r and a guess m made on earlier days have just these two means,
whatever the policy did (doubly robust scores with a constant model: Dudik, Langford and Li, 2011). Their difference
minus its mean is a martingale difference, so that evidence and intervals hold whenever one looks; days are weighted by
what the days before lead one to expect (see `stats.Weighted`). All options are looked at together and share one error
(`many.among`): looking never makes a false winner.

Everything follows from sums a day, slate, eligible set and variant, which add up.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import msgspec

from gale.measurement.many import Verdict, among
from gale.records.creative import Variant
from gale.stats import Interval, Pair

LEAST_SHOWN, LEAST_ANSWERED = 300, 20  # on each side, before a comparison says anything
GUESS = 100.0  # messages that the usual answer rate is worth in a slate's own
USUAL = 0.05  # answer rate that a first day is weighed by
FIRST = ("angle", "hook", "length")  # kinds in the order in which people ask for them; slots follow

State = Literal["early", "nothing", "new", "lost", "still"]


class Option(NamedTuple):
    """`kind` is a trait ("angle", "length"), "hook", or "slot:NAME"; `value` the trait's value, "asks", a phrase's id."""

    kind: str
    value: str


class Cell(NamedTuple):
    """Where a sum belongs: the day (any growing number), `"touchpoint/locale"`, the eligible variants, the one shown, and
    the declared group of those who saw it ("" where none is known)."""

    day: int
    slate: str
    eligible: tuple[str, ...]
    variant: str
    group: str = ""


class Answers(msgspec.Struct):
    """Messages of one cell: `n`, those `answered`, and sums over them of 1/p, 1/p^2, r/p and r/p^2 (r is 0 or 1)."""

    n: int = 0
    answered: int = 0
    inverse: float = 0.0
    squares: float = 0.0
    hits: float = 0.0
    hit_squares: float = 0.0

    def see(self, hit: bool, propensity: float) -> None:
        inverse = 1 / propensity
        self.n += 1
        self.inverse += inverse
        self.squares += inverse * inverse
        if hit:
            self.answered += 1
            self.hits += inverse
            self.hit_squares += inverse * inverse

    def __add__(self, other: Answers) -> Answers:
        return Answers(
            *(x + y for x, y in zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True))
        )


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """What one option did, with everybody or with one declared `group`. `n` messages with it and `answered` among them
    (moments with a choice only); `rate` and `average` are the two means; `relative` is rate / average - 1 at the level
    that all comparisons together leave, or `None`; `verdict` what may be said; `alike` are options that the very same
    variants have, so that nothing could tell them from this one."""

    option: Option
    n: int
    answered: int
    rate: float
    average: float
    relative: Interval | None
    verdict: Verdict
    evidence: float
    level: float
    alike: tuple[Option, ...] = ()
    group: str = ""

    @property
    def name(self) -> tuple[Option, str]:
        """What is compared: the option, and with whom."""
        return self.option, self.group

    @property
    def proven(self) -> bool:
        return self.verdict in ("proven", "harm") and self.relative is not None


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day's lesson: `new` are proven since the day before, `lost` no longer; `stands` is all that is proven now;
    `leads` what comes closest among the rest; `state` which of the sentences is true."""

    state: State
    new: tuple[Contribution, ...] = ()
    lost: tuple[Contribution, ...] = ()
    stands: tuple[Contribution, ...] = ()
    leads: Contribution | None = None


@dataclass(frozen=True)
class Learned:
    """The last lesson of a campaign: `until` is the midnight (ms) up to which windows had closed; `over`: it sends no
    more."""

    until: int
    day: Day
    contributions: tuple[Contribution, ...]
    messages: int
    answered: int
    over: bool


def options_of(variant: Variant) -> frozenset[Option]:
    """What a variant is made of. A hook "asks" where its sentence ends with a question mark.

    >>> variant = Variant(id="v", framework="f", placement="email", locale="en", fields={}, traits={"angle": "ritual"},
    ...                   slots={"subject": "Awake?"}, phrases={"subject": "hooks.1"})
    >>> sorted(options_of(variant))
    [Option(kind='angle', value='ritual'), Option(kind='slot:subject', value='hooks.1')]
    """
    found = {Option(name, value) for name, value in variant.traits.items() if name != "hook" and value}
    found |= {Option(f"slot:{slot}", phrase) for slot, phrase in variant.phrases.items()}
    hook = variant.traits.get("hook")
    if any(
        p == hook and variant.slots.get(s, "").rstrip("\u00a0\u202f ").endswith("?") for s, p in variant.phrases.items()
    ):
        found.add(Option("hook", "asks"))
    return frozenset(found)


def comparable(
    options: Mapping[str, frozenset[Option]], slates: Iterable[Sequence[str]]
) -> dict[Option, tuple[Option, ...]]:
    """The options worth comparing, each with those that the very same variants have.

    Worth comparing is what at least two variants share and some slate has both with and without. Of options that the
    same variants have, the one stands first that people ask for first.
    """
    holders: dict[Option, set[str]] = defaultdict(set)
    for variant, held in options.items():
        for option in held:
            holders[option].add(variant)
    shelves = [set(slate) for slate in slates]
    groups: dict[frozenset[str], list[Option]] = defaultdict(list)
    for option in sorted(holders, key=_place):
        mine = holders[option]
        if len(mine) > 1 and any(mine & shelf and shelf - mine for shelf in shelves):
            groups[frozenset(mine)].append(option)
    return {first: tuple(rest) for first, *rest in groups.values()}


def contributions(
    cells: Mapping[Cell, Answers], options: Mapping[str, frozenset[Option]], *, planned_n: int, alpha: float = 0.05
) -> list[Contribution]:
    """Every option's contribution, in the order of `kind` and then of estimate; `options` says what each variant has.

    Angles are also compared within each group, since that is what a personal choice lives on. `planned_n` is how many
    messages were foreseen. Of those called proven (or harm) at most a share `alpha` is expected
    to be wrong, at whatever moment one looks.
    """
    wanted = comparable(options, {cell.eligible for cell in cells})
    guesses = _guesses(cells)
    groups = sorted({cell.group for cell in cells} - {""})
    asked = [(o, "") for o in wanted] + [(o, g) for o in wanted if o.kind == "angle" for g in groups if len(groups) > 1]
    sums = [_Sums.over(cells, guesses, _holders(options, option), group) for option, group in asked]
    found = among([s.pair for s in sums], planned_n=max(2_000, planned_n), alpha=alpha)
    told = [
        Contribution(
            option=option,
            n=mine.with_n,
            answered=mine.with_answered,
            rate=mine.one,
            average=mine.other,
            relative=_possible(finding.relative),
            verdict=finding.verdict,
            evidence=finding.evidence,
            level=finding.level,
            alike=wanted[option],
            group=group,
        )
        for (option, group), mine, finding in zip(asked, sums, found, strict=True)
        if mine.n
    ]
    return sorted(
        told, key=lambda c: (c.group, *_place(c.option)[:2], -c.rate / c.average if c.average > 0 else 0, c.option)
    )


def day(now: Sequence[Contribution], before: Sequence[Contribution]) -> Day:
    """What the last day taught: what all days say (`now`) against what all but the last one said (`before`)."""

    def strongest(found: Iterable[Contribution]) -> tuple[Contribution, ...]:
        return tuple(sorted(found, key=lambda c: (-c.evidence, c.name)))

    stood = {c.name: c for c in before if c.proven}
    stands = strongest(c for c in now if c.proven)
    new = tuple(c for c in stands if c.name not in stood or stood[c.name].verdict != c.verdict)
    lost = strongest(c for c in now if not c.proven and c.name in stood)
    open_ = [c for c in now if not c.proven and c.relative is not None]
    leads = max(open_, key=lambda c: (c.evidence, c.name), default=None)
    state: State = (
        "new" if new else "lost" if lost else "still" if stands else "nothing" if leads is not None else "early"
    )
    return Day(state=state, new=new, lost=lost, stands=stands, leads=leads)


def _possible(relative: Interval | None) -> Interval | None:
    """A rate cannot fall by more than all of it; the large-sample interval does not know that."""
    return relative and Interval(max(-1.0, relative.estimate), max(-1.0, relative.low), relative.high)


def _place(option: Option) -> tuple[int, str, str]:
    """The order of kinds: what people ask for first, other traits, then slots."""
    slot = option.kind.startswith("slot:")
    at = FIRST.index(option.kind) if option.kind in FIRST else len(FIRST) + slot
    return at, option.kind, option.value


def _holders(options: Mapping[str, frozenset[Option]], option: Option) -> frozenset[str]:
    return frozenset(variant for variant, held in options.items() if option in held)


def _guesses(cells: Mapping[Cell, Answers]) -> dict[tuple[int, str], float]:
    """The answer rate expected of a slate on a day, from earlier days only: the slate's, else all slates', else 0."""
    daily: dict[int, dict[str, Answers]] = defaultdict(lambda: defaultdict(Answers))
    for cell, answers in cells.items():
        daily[cell.day][cell.slate] += answers
    past: dict[str, Answers] = defaultdict(Answers)
    guesses: dict[tuple[int, str], float] = {}
    for at in sorted(daily):
        everything = sum(past.values(), Answers())
        usual = everything.answered / everything.n if everything.n else 0.0
        for slate in daily[at]:
            known = past[slate] if slate in past else Answers()
            guesses[at, slate] = (known.answered + GUESS * usual) / (known.n + GUESS)
        for slate, answers in daily[at].items():
            past[slate] += answers
    return guesses


class _Sums(msgspec.Struct):
    """Weighted sums of the two scores: `n` moments, their weight, sums of w a, w b, and of their products; `shape` is
    their difference's variance for answers of variance 1, as the propensities foretell it."""

    n: int = 0
    weight: float = 0.0
    a: float = 0.0
    b: float = 0.0
    aa: float = 0.0
    bb: float = 0.0
    ab: float = 0.0
    shape: float = 0.0
    with_n: int = 0
    with_answered: int = 0
    without_n: int = 0
    without_answered: int = 0

    @classmethod
    def over(
        cls,
        cells: Mapping[Cell, Answers],
        guesses: Mapping[tuple[int, str], float],
        holders: frozenset[str],
        group: str,
    ) -> _Sums:
        """Day after day, each under the weight that the days before it give; one `group` alone unless it is ""."""
        days: dict[int, list[tuple[Cell, Answers, int]]] = defaultdict(list)
        for cell, answers in cells.items():
            having = sum(v in holders for v in cell.eligible)
            if 0 < having < len(cell.eligible) and group in ("", cell.group):
                days[cell.day].append((cell, answers, having))
        total = cls()
        spread, seen = 0.0, 0
        for at in sorted(days):
            one = cls()
            for cell, answers, having in days[at]:
                one._add(cell, answers, having, cell.variant in holders, guesses[at, cell.slate])
            # Only what was known before this day may set its weight; on the first one that is how the slates are made.
            made = [len(cell.eligible) / having - 1 for cell, _, having in days[at]]
            guess = spread / seen if seen else USUAL * (1 - USUAL) * sum(made) / len(made)
            total._take(one, 1 / math.sqrt(guess) if guess > 0 else 1.0)
            spread += max(one.aa + one.bb - 2 * one.ab, total.variance * one.shape)
            seen += one.n
        return total

    def _add(self, cell: Cell, s: Answers, having: int, has: bool, m: float) -> None:
        with_it, evenly = (1 / having if has else 0.0), 1 / len(cell.eligible)
        level = s.hits - m * s.inverse  # sum of (r - m) / p
        square = s.hit_squares * (1 - 2 * m) + m * m * s.squares  # and of its square
        self.n += s.n
        self.weight += s.n
        self.a += with_it * level + m * s.n
        self.b += evenly * level + m * s.n
        self.aa += with_it**2 * square + 2 * m * with_it * level + m * m * s.n
        self.bb += evenly**2 * square + 2 * m * evenly * level + m * m * s.n
        self.ab += with_it * evenly * square + m * (with_it + evenly) * level + m * m * s.n
        self.shape += (with_it - evenly) ** 2 * s.squares
        if has:
            self.with_n, self.with_answered = self.with_n + s.n, self.with_answered + s.answered
        else:
            self.without_n, self.without_answered = self.without_n + s.n, self.without_answered + s.answered

    def _take(self, one: _Sums, w: float) -> None:
        self.n += one.n
        self.weight += w * one.n
        self.a, self.b = self.a + w * one.a, self.b + w * one.b
        self.aa, self.bb, self.ab = self.aa + w * w * one.aa, self.bb + w * w * one.bb, self.ab + w * w * one.ab
        self.shape += w * w * one.shape
        self.with_n, self.with_answered = self.with_n + one.with_n, self.with_answered + one.with_answered
        self.without_n, self.without_answered = (
            self.without_n + one.without_n,
            self.without_answered + one.without_answered,
        )

    @property
    def variance(self) -> float:
        """Of one answer, by the plain rate so far."""
        rate = (self.with_answered + self.without_answered + 1) / (self.n + 2)
        return rate * (1 - rate)

    @property
    def one(self) -> float:
        return max(0.0, self.a / self.weight) if self.weight else math.nan

    @property
    def other(self) -> float:
        return max(0.0, self.b / self.weight) if self.weight else math.nan

    @property
    def pair(self) -> tuple[int, Pair] | None:
        """The two means with what is known of their spread; `None` while one side is too small to say anything.

        A variant that is hardly shown carries most of the spread in its rare answers: while they fail to come the sample
        looks surer than it is. The spread that a usual answer rate foretells for the difference is the least believed.
        """
        least_n, least = min(self.with_n, self.without_n), min(self.with_answered, self.without_answered)
        if least_n < LEAST_SHOWN or least < LEAST_ANSWERED:
            return None
        a, b = self.a / self.n, self.b / self.n
        va, vb, cov = self.aa / self.n - a * a, self.bb / self.n - b * b, self.ab / self.n - a * b
        seen = va + vb - 2 * cov
        wider = max(1.0, self.variance * self.shape / self.n / seen) if seen > 0 else 1.0
        scale = wider * self.n / self.weight**2
        return self.n, Pair(
            one=self.one, other=self.other, var_one=va * scale, var_other=vb * scale, covariance=cov * scale
        )
