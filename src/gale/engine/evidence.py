"""What has happened under a roll-out's stages: the log folded into counts, from where it was read last time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from gale.campaign.rollout import LETTERS, entry, value_of
from gale.consent import measurable
from gale.engine.workspace import Documents
from gale.measurement.guardrails import HOUR, Counts, Tally
from gale.ports.store import CampaignRow, Unit
from gale.records.decision import Decision, Outcome
from gale.records.rollout import Climb

KIND = "rollout"  # the name under which the counts are kept beside the learner's state
PAGE = 20_000
OF_PERSON = 500  # her outcomes and decisions looked at, newest first
DAY = 24 * HOUR
ONCE_A_PERSON = ("complained", "unsubscribed")
ONCE_A_MESSAGE = ("bounced", "click")
Key = TypeVar("Key", int, str)
Found = Counter[tuple[str, int | str, str]]  # (where, hour or value, what) -> how many


def kept(unit: Unit, campaign: str) -> Counts | None:
    """The counts as they were last kept; `None` before the first."""
    blob = unit.snapshots.learner(campaign, KIND)
    return None if blob is None else msgspec.msgpack.decode(blob, type=Counts)


def keep(unit: Unit, campaign: str, counts: Counts) -> None:
    """Keep the counts, inside the caller's transaction."""
    unit.snapshots.put_learner(campaign, KIND, msgspec.msgpack.encode(counts), 0)


def fold(unit: Unit, row: CampaignRow, papers: Documents, counts: Counts) -> Counts:
    """The counts with everything that was logged and told since; reads only what is new.

    A complaint or an unsubscription counts once a person and a bounce or a click once a message, with the earliest one
    known; a complaint that names no message counts for the last letter before it. An order counts with a person's first
    one in her window, by intention to treat; who withdrew her consent to be measured is left out.
    """
    climb, rollout = row.climb, papers.campaign.rollout
    assert climb is not None
    assert rollout is not None
    counts = counts.under(climb)
    reader = _Reader(unit, row, papers, climb)
    last = counts.decisions
    while rows := unit.decisions.scan(row.id, after=last, limit=PAGE, shown=True):
        last = rows[-1][0]
        for _, decision in rows:
            reader.message(decision)
    heard = counts.outcomes
    while told := unit.outcomes.scan(after=heard, limit=PAGE):
        heard = told[-1][0]
        reader.answers([o for _, o in told])
        reader.orders([o for _, o in told if o.kind == "order"])
    return msgspec.structs.replace(
        counts,
        decisions=last,
        outcomes=heard,
        everyone=_added(counts.everyone, reader.found, "everyone"),
        newcomers=_added(counts.newcomers, reader.found, "newcomers"),
        regions=_added(counts.regions, reader.found, "regions"),
    )


class _Reader:
    """One pass over what is new."""

    def __init__(self, unit: Unit, row: CampaignRow, papers: Documents, climb: Climb) -> None:
        self.unit, self.row, self.climb = unit, row, climb
        self.campaign = papers.campaign
        self.key = bytes.fromhex(row.facts.get("experiment_key", ""))
        self.letters = {t.id for t in papers.campaign.touchpoints if t.channel in LETTERS}
        self.found: Found = Counter()

    def message(self, decision: Decision) -> None:
        where = self._where(decision)
        if where is not None:
            self._count(*where, decision.time, "shown")
            if decision.touchpoint in self.letters:
                self._count(*where, decision.time, "letters")

    def answers(self, outcomes: list[Outcome]) -> None:
        """Complaints, unsubscriptions, bounces and clicks, each with the message it answers."""
        wanted = [o for o in outcomes if o.kind in (*ONCE_A_PERSON, *ONCE_A_MESSAGE)]
        named = self.unit.decisions.get_many(list({o.decision for o in wanted if o.decision is not None}))
        for outcome in wanted:
            decision = named.get(outcome.decision) if outcome.decision is not None else self._last_letter(outcome)
            where = self._where(decision) if decision is not None else None
            if decision is None or where is None or not self._first(outcome):
                continue
            if outcome.kind == "click" or decision.touchpoint in self.letters:
                self._count(*where, decision.time, outcome.kind)

    def orders(self, orders: list[Outcome]) -> None:
        """First orders of people who were drawn, whatever they saw."""
        people = list({o.person for o in orders})
        drawn = self.unit.assignments.of(self.row.id, people) if people else {}
        states = self.unit.people.states(list(drawn)) if drawn else {}
        window = self.campaign.experiment.order_window_days * DAY
        for order in orders:
            assignment, state = drawn.get(order.person), states.get(order.person)
            if assignment is None or state is None or not measurable(state, order.time):
                continue
            start = max(self.climb.began, assignment.time)
            if start <= order.time < assignment.time + window and self._first(order, start):
                rollout = self.campaign.rollout
                assert rollout is not None
                at = entry(rollout, self.key, state.profile.id, state.profile.attributes)
                new = at == self.climb.stage and assignment.time >= self.climb.since
                self._count(value_of(rollout, state.profile.attributes), new, order.time, assignment.group)

    def _where(self, decision: Decision) -> tuple[str, bool] | None:
        """(value, whether this stage let her in) of a message under the evidence in force; `None` for any other."""
        logged = decision.inputs.get("rollout")
        if decision.campaign != self.row.id or decision.variant is None or not logged:
            return None
        if logged["step"] < self.climb.first:
            return None
        rollout = self.campaign.rollout
        assert rollout is not None
        at = entry(rollout, self.key, decision.person, {rollout.by or "": logged["value"] or None})
        return logged["value"], at == self.climb.stage and logged["step"] == self.climb.number

    def _count(self, value: str, new: bool, time: int, what: str) -> None:
        self.found["everyone", time // HOUR, what] += 1
        self.found["regions", value, what] += 1
        if new:
            self.found["newcomers", time // HOUR, what] += 1

    def _first(self, outcome: Outcome, start: int | None = None) -> bool:
        """Whether this is the earliest of its kind that is known: of the person's, or of the message's."""
        if outcome.kind in ONCE_A_MESSAGE and outcome.decision is not None:
            others = self.unit.outcomes.of_decisions([outcome.decision]).get(outcome.decision, [])
        else:
            others = self.unit.outcomes.of_person(outcome.person, OF_PERSON)
        start = self.climb.began if start is None else start
        same = [_rank(o) for o in others if o.kind == outcome.kind and o.time >= start]
        return not same or _rank(outcome) == min(same)

    def _last_letter(self, outcome: Outcome) -> Decision | None:
        """The last letter of this campaign before an answer that names none."""
        if outcome.kind == "click":
            return None
        return next(
            (
                d
                for d in self.unit.decisions.of_person(outcome.person, OF_PERSON)
                if d.campaign == self.row.id and d.variant is not None and d.touchpoint in self.letters
                and d.time <= outcome.time
            ),
            None,
        )  # fmt: skip


def _rank(outcome: Outcome) -> tuple[int, str, str]:
    return outcome.time, outcome.source, outcome.source_id


def _added(before: Mapping[Key, Tally], found: Found, where: str) -> dict[Key, Tally]:
    """The tallies of one place (`where`) with what was found there."""
    more: dict[Key, dict[str, int]] = {}
    for (place, key, what), n in found.items():
        if place == where:
            more.setdefault(key, {})[what] = n  # type: ignore[arg-type]  # hours in two places, values in the third
    added = {key: before.get(key, Tally()) + Tally(**counts) for key, counts in more.items()}
    return {**before, **added}
