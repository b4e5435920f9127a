"""Whom the report counts: people whose window has closed, with what they did in it and what was known of them before."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from gale.consent import measurable
from gale.engine.workspace import Documents
from gale.measurement import GroupSums
from gale.ports.store import Unit
from gale.records.decision import Outcome
from gale.records.documents import FeatureSpec
from gale.records.people import Assignment, PersonState, Scalar

DAY = 24 * 3_600_000
PAST = 365 * DAY  # how far back what was bought before counts
LATELY = 60 * DAY
TIMES_PRICE = 100  # the bound of one person's money where the campaign states none, in prices of the product
LEAST_PAST = 20  # orders before launch, before their size may set the bound


class Bound(msgspec.Struct, frozen=True):
    """Cents beyond which one person's money counts no more, and what it follows from; all of it settled before entry."""

    cents: int | None
    rule: str  # declared, price, past or none


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """One person whose window has closed. `time` is when it closed; `money` cents, as they came; `known` what was known
    before she entered, `largest` the outcome that brought most, `audience` her value at her entry of the attribute that
    the report cuts by (`None`: not known)."""

    person: str
    time: int
    group: str
    orders: int
    money: int
    known: tuple[float, ...]
    largest: Outcome | None
    audience: str | None


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody counted, in the order in which the windows closed, and on what terms.

    `entered` and `left` count people by group: those whose window is over, and those of them who may no longer be
    measured; `gone` names everybody who entered and may not. `money` says which amount counts: the margin where the
    shop tells one, else the revenue. `history` are the people of whom an earlier order is known, `attributes` the
    declared ones, as they stood at each entry; `redescribed` says that they cannot be trusted to (people of an earlier
    Gale, and a contact file since).
    """

    closed: list[Closed]
    entered: dict[str, int]
    left: dict[str, int]
    gone: frozenset[str]
    money: str
    bound: Bound
    history: int
    attributes: tuple[str, ...]
    redescribed: bool

    def sums(self, people: Iterable[Closed], group: str) -> GroupSums:
        """One group's sums over some of the people."""
        mine = [c for c in people if c.group == group]
        return GroupSums.of(
            [(c.orders, c.money) for c in mine],
            bound=self.bound.cents,
            known=[c.known for c in mine] if mine and mine[0].known else None,
        )

    def both(self, people: Sequence[Closed]) -> tuple[GroupSums, GroupSums]:
        return self.sums(people, "treated"), self.sums(people, "holdout")

    @property
    def missing(self) -> dict[str, float]:
        """The share of each group that may no longer be measured."""
        return {g: round(self.left[g] / n, 4) if n else 0.0 for g, n in self.entered.items()}


def counted(unit: Unit, papers: Documents, outcomes: Sequence[Outcome], *, launched: int, now: int) -> Counted:
    """Who counts now. `outcomes` are the orders and refunds there are. Measuring is a purpose of its own: whoever
    withdrew it is left out, and her share is told."""
    bought: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        bought[outcome.person].append(outcome)
    money = "margin" if any(o.margin is not None for o in outcomes if o.kind == "order") else "revenue"
    window = papers.campaign.experiment.order_window_days * DAY
    everybody = list(unit.assignments.scan(papers.campaign.id))
    due = [a for a in everybody if a.time + window <= now]
    # Of people who entered under an earlier Gale only what is declared now is known, and a contact file read after the
    # first of them entered may have changed it: then nothing rests on what is declared.
    first = min((a.time for a in everybody if a.attributes is None), default=now)
    redescribed = any(i.undone is None and i.time > first for i in unit.imports.all())
    features = [] if redescribed else papers.campaign.features
    past = {a.person: _before(bought.get(a.person, ()), a) for a in due}
    history = sum(any(p) for p in past.values())
    cut = cut_by(papers)
    closed: list[Closed] = []
    gone: set[str] = set()
    entered, left = {"treated": 0, "holdout": 0}, {"treated": 0, "holdout": 0}
    for one, state in _with_states(unit, everybody):
        out = state is None or not measurable(state, now)
        if out:
            gone.add(one.person)
        if one.time + window > now:
            continue
        entered[one.group] += 1
        if state is None or out:
            left[one.group] += 1
            continue
        at_entry = state.profile.attributes if one.attributes is None else one.attributes
        known = (*(past[one.person] if history else ()), *_declared(at_entry, features))
        value = at_entry.get(cut.name) if cut is not None else None
        audience = None if value is None else str(value)
        closed.append(_close(one, audience, bought.get(one.person, ()), window, money, known))
    closed.sort(key=lambda c: c.time)
    return Counted(
        closed=closed,
        entered=entered,
        left=left,
        gone=frozenset(gone),
        money=money,
        bound=_bound(papers, [o for o in outcomes if o.kind == "order" and o.time < launched]),
        history=history,
        attributes=tuple(f.name for f in features),
        redescribed=redescribed,
    )


def cut_by(papers: Documents) -> FeatureSpec | None:
    """The first declared category: the audiences that the report tells apart."""
    return next((s for s in papers.campaign.features if s.kind == "category"), None)


def _with_states(unit: Unit, entries: Sequence[Assignment]) -> Iterator[tuple[Assignment, PersonState | None]]:
    """Each entry with its person as she stands now, a part at a time: a million people are not held at once."""
    for part in range(0, len(entries), 500):
        some = entries[part : part + 500]
        states = unit.people.states([a.person for a in some])
        yield from ((a, states.get(a.person)) for a in some)


def _before(bought: Iterable[Outcome], entry: Assignment) -> tuple[float, float, float]:
    """What she had bought in the year before she entered: how often, for how much, and whether lately. Logarithms, so
    that one large customer does not decide what the rest is worth. Nothing at or after her entry is looked at."""
    orders, cents, lately = 0, 0, False
    for outcome in bought:
        if entry.time - PAST <= outcome.time < entry.time:
            orders += outcome.kind == "order"
            cents += (-1 if outcome.kind == "refund" else 1) * (outcome.value or 0)
            lately = lately or (outcome.kind == "order" and outcome.time >= entry.time - LATELY)
    return math.log1p(orders), math.log1p(max(0, cents) / 100), float(lately)


def _declared(attributes: Mapping[str, Scalar], features: Sequence[FeatureSpec]) -> tuple[float, ...]:
    """What was declared at her entry as numbers: a category by its values but the first, a number scaled, and whether
    it is known."""
    numbers: list[float] = []
    for feature in features:
        value = attributes.get(feature.name)
        if feature.kind == "category":
            numbers += [float(str(value) == v) for v in feature.values[1:]]
        elif isinstance(value, int | float) and math.isfinite(value):
            numbers += [max(-3.0, min(3.0, (value - feature.centre) / feature.scale)), 1.0]
        else:
            numbers += [0.0, 0.0]
    return tuple(numbers)


def _close(
    entry: Assignment,
    audience: str | None,
    bought: Iterable[Outcome],
    window: int,
    money: str,
    known: tuple[float, ...],
) -> Closed:
    count = total = most = 0
    largest: Outcome | None = None
    for outcome in bought:
        if entry.time <= outcome.time < entry.time + window:
            amount = (outcome.margin if money == "margin" else outcome.value) or 0
            count += outcome.kind == "order"  # a refund takes the money back; the order was an order
            total += -amount if outcome.kind == "refund" else amount
            if largest is None or abs(amount) > most:
                largest, most = outcome, abs(amount)
    return Closed(
        person=entry.person,
        time=entry.time + window,
        group=entry.group,
        orders=count,
        money=total,
        known=known,
        largest=largest,
        audience=audience,
    )


def _bound(papers: Documents, past: Sequence[Outcome]) -> Bound:
    """The bound of one person's money, from what stood before anybody entered; its rule is told with it."""
    declared = papers.campaign.experiment.most_value
    if declared is not None:
        return Bound(int(declared * 100), "declared")
    price = papers.brief.product.price
    if price is not None:
        return Bound(int(price.amount * 100) * TIMES_PRICE, "price")
    values = sorted(o.value for o in past if o.value)
    if len(values) >= LEAST_PAST:
        return Bound(values[len(values) // 2] * TIMES_PRICE, "past")
    return Bound(None, "none")
