"""One slate's learning: a fold over closed decisions, and the snapshots made of it.

`Learner` is a value: `learn` gives the next one. Its state is sums by time (`Spans`) and the fronts found in them, so
that two servers' learning adds up and a restart begins where the state was stored (`stored`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray

from gale.decision import change, policies, shift
from gale.decision.batch import Arm, Batch, Prior
from gale.decision.change import Front
from gale.decision.features import FeatureEncoder
from gale.decision.gate import Evidence
from gale.decision.model import Design, Fit, fit
from gale.decision.snapshot import Body, Snapshot, record
from gale.decision.spans import Spans, width_for
from gale.decision.tally import Tally
from gale.decision.terms import Terms, under
from gale.decision.traits import Levels
from gale.records.decision import PolicySnapshot
from gale.records.documents import FeatureSpec, PolicyLimits
from gale.records.faults import Fault, Faults, raise_if
from gale.stats import Moments
from gale.stats.robust import scores

__all__ = ["Arm", "Batch", "Joint", "Learner", "Prior", "together"]

Floats = NDArray[np.float64]
LEAST_PAST = 300  # closed decisions before a model is worth evaluating


@dataclass(frozen=True, eq=False)
class Learner:
    """What one slate has learned so far, within the signed limits."""

    arms: tuple[Arm, ...]
    specs: tuple[FeatureSpec, ...]
    limits: PolicyLimits
    seed: int
    spans: Spans = field(repr=False)
    fronts: tuple[Front, ...] = ()
    joined: tuple[str, ...] = ()
    prior: Prior | None = None
    joint: Joint | None = field(default=None, repr=False, compare=False)

    @classmethod
    def start(
        cls,
        arms: Sequence[Arm],
        specs: Sequence[FeatureSpec],
        limits: PolicyLimits,
        seed: int,
        *,
        prior: Prior | None = None,
    ) -> Learner:
        """Nothing learned yet. Raises `Faults` `policy.no_arms`, `policy.arm_twice`, `policy.prior` (no rate)."""
        if not arms:
            raise Faults.one("policy.no_arms")
        ids = [a.id for a in arms]
        raise_if(
            Fault(code="policy.arm_twice", values={"arm": x}) for x in sorted({x for x in ids if ids.count(x) > 1})
        )
        if prior is not None and not (0 < prior.rate < 1 and 0 <= prior.decisions < np.inf):
            raise Faults.one("policy.prior", rate=prior.rate, decisions=prior.decisions)
        size = FeatureEncoder(specs).size
        spans = Spans.empty(tuple(ids), size, width_for(limits.live_max, size))
        return cls(tuple(arms), tuple(specs), limits, seed, spans, prior=prior)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(a.id for a in self.arms)

    @property
    def n(self) -> int:
        """Closed decisions learned from."""
        return self.tally.n

    @property
    def tally(self) -> Tally:
        """The sums of everything learned, old and new."""
        return self.spans.tally

    @cached_property
    def recent(self) -> Tally:
        """The sums that a person-level model is made of, arms in order: since tastes last changed, and of an arm with a
        front of its own since that."""
        width, ids = self.spans.width, self.ids
        since = max((f.tick for f in self.fronts if not f.arm), default=None)
        own = {f.arm: f.tick for f in self.fronts if f.arm}  # the newest stays, as they are in order of time
        total = Tally.empty(ids, self.spans.size).ordered(ids)
        for epoch, tally in self.spans.epochs.items():
            first, last = epoch * width, (epoch + 1) * width - 1
            if since is not None and first < since:
                continue
            part = tally.ordered(ids)
            keep = np.array([last >= own.get(a, 0) for a in ids], dtype=np.float64)
            total.gram[:] += part.gram * keep[:, None, None]
            total.cross[:] += part.cross * keep[:, None]
            total.squares[:] += part.squares * keep
        return total

    @cached_property
    def weighted(self) -> tuple[Floats, Floats]:
        """How often each arm was shown and what it earned, as it counts today for the campaign-level rule: (K,) each."""
        counts, sums = self.spans.by_tick(self.ids)
        weight = change.weights(self.ids, self.spans.ticks, self.fronts)
        return (counts * weight).sum(axis=0), (sums * weight).sum(axis=0)

    @property
    def tired(self) -> tuple[str, ...]:
        """Arms that earn less than they did, and less than another: they rest, but for their explored share."""
        counts, sums = self.weighted
        return change.tired(self.ids, (sums + 1) / (counts + 2), self.fronts) if len(self.arms) > 1 else ()

    @cached_property
    def encoder(self) -> FeatureEncoder:
        return FeatureEncoder(self.specs)

    @cached_property
    def _shared(self) -> Joint:
        return self.joint or Joint({"": self})

    @cached_property
    def _rows(self) -> slice:
        return self._shared.rows(self)

    @property
    def fitted(self) -> Fit:
        """The posterior of the slates fitted together (or of this one alone)."""
        return self._shared.fitted

    @cached_property
    def _weights(self) -> Floats:
        """Expected reward is `x @ weights[a]`, shape (K, d), of this slate's arms."""
        return self.fitted.weights[self._rows]

    def add_arms(self, arms: Sequence[Arm]) -> Learner:
        """The same with more arms behind those there are; known ids are left as they are.

        A newcomer starts from what its traits have taught, at the campaign level (`before`) as in the shared model.
        """
        fresh = [a for a in arms if a.id not in self.ids]
        if not fresh:
            return self
        joined = self.joined if not self.n else tuple(sorted({*self.joined, *(a.id for a in fresh)}))
        return replace(self, arms=(*self.arms, *fresh), joined=joined, joint=None)

    def retire_arms(self, ids: Sequence[str]) -> Learner:
        """The same without some arms; what they taught of their traits stays in the sums, should they come back.

        Raises `Faults` `policy.no_arms` where none would be left. (To set one aside for a while, pause it.)
        """
        left = tuple(a for a in self.arms if a.id not in ids)
        if not left:
            raise Faults.one("policy.no_arms")
        return replace(self, arms=left, joint=None)

    def learn(self, batch: Batch) -> Learner:
        """The learner after one more batch; fronts that it shows are found at once."""
        if not len(batch):
            return self
        width = self.spans.width
        tick = batch.tick
        if tick is None:
            tick = np.full(len(batch), int(self.spans.ticks[-1]) + 1 if len(self.spans.ticks) else 0, dtype=np.intp)
        more = Spans.of(self.ids, tick, batch.arm, batch.features, batch.reward, width, batch.personal)
        return replace(self, spans=self.spans + more, joint=None)._watched()

    def merge(self, other: Learner) -> Learner:
        """Two servers' learning of one slate: sums add, fronts unite; raises `Faults` `policy.unlike` for another frame
        of features."""
        if (self.specs, self.limits, self.spans.width) != (other.specs, other.limits, other.spans.width):
            raise Faults.one("policy.unlike")
        known = [a for a in other.arms if a.id not in self.ids]
        return replace(
            self,
            arms=(*self.arms, *known),
            spans=self.spans + other.spans,
            fronts=tuple(sorted({*self.fronts, *other.fronts})),
            joined=tuple(sorted({*self.joined, *other.joined})),
            joint=None,
        )

    def _watched(self) -> Learner:
        """With the fronts that the sums show and that are not known yet."""
        counts, sums = self.spans.by_tick(self.ids)
        found = change.find(self.ids, self.spans.ticks, counts, sums, self.fronts)
        if self.limits.personal and len(self.arms) > 1 and self.n >= shift.LEAST:
            since = max((f.tick for f in self.fronts if not f.arm), default=-1)
            epochs = [e for e in self.spans.epochs if e * self.spans.width >= since]
            design = Design.of([("", a.id, a.traits) for a in self.arms], self.spans.size)
            at = shift.moment(design, [self.spans.epochs[e].ordered(self.ids) for e in epochs])
            if at is not None:
                found.append(Front(epochs[at] * self.spans.width, "", "tastes", self.n))
        return replace(self, fronts=tuple(sorted({*self.fronts, *found}))) if found else self

    def evidence(self, batch: Batch, terms: Terms | None = None) -> Evidence:
        """What this batch says of "personal against the best constant", judged with what was known *before* it.

        Both are judged as the campaign's `terms` let them be served: with a cap on shares the personal choice is
        charged for, and the best that is the same for everybody is a mixture (ADR 8). Call it before `learn(batch)`.
        Empty while fewer than 300 decisions were learned, where no personal policy is a candidate, or with one arm.
        """
        if self.n < LEAST_PAST or not self.limits.personal or len(self.arms) < 2 or not len(batch):
            return Evidence()
        asked = terms or Terms()
        target = self.personal(asked).shares(batch.features, batch.allowed)
        same = self.constant(asked.most)
        keep = np.ones(len(batch), dtype=bool) if batch.allowed is None else batch.allowed[:, same > 0].all(axis=1)
        target -= same
        found = scores(
            target[keep],
            np.clip(batch.features[keep] @ self._weights.T, 0.0, 1.0),
            batch.arm[keep],
            batch.reward[keep],
            batch.propensity[keep],
        )
        return Evidence(Moments.of(found), float((np.abs(target[keep]).sum(axis=1) / 2).sum()))

    def constant(self, most: float = 1.0) -> Floats:
        """The best choice that is the same for everybody seen so far, shape (K,): of the best arm as much as one arm may
        take, then of the next. With `most` 1 it is one arm.
        """
        k = len(self.arms)
        found, left = np.zeros(k), 1.0
        for arm in np.argsort(-self.constant_values, kind="stable"):
            found[arm] = min(left, max(most, 1 / k))
            left -= found[arm]
        return found

    @property
    def constant_values(self) -> Floats:
        """Expected reward of each arm shown to everybody seen so far, shape (K,): the model averaged over their
        features."""
        recent = self.recent
        people = recent.gram[:, 0].sum(axis=0) / max(1, recent.n)
        people[0] = 1.0
        return np.asarray(self._weights @ people, dtype=np.float64)

    def explored(self, personal: bool) -> float:
        """The share that a snapshot spreads before any floor asks for more."""
        if personal and self.limits.personal and len(self.arms) > 1:
            return self.limits.explore_after
        return self.limits.explore_before if self.limits.personal else policies.FLOOR

    def snapshot(
        self,
        campaign: str,
        kind: str,
        version: int,
        time: int,
        *,
        personal: bool = False,
        terms: Terms | None = None,
    ) -> PolicySnapshot:
        """The policy to serve from now on, as a record. `personal` says that the campaign's gate has opened.

        Before, the campaign-level rule serves, with `explore_before` spread evenly where a personal policy is a
        candidate (so that the log can answer) and 2 % where it is not. `terms` are what the campaign's limits ask. The
        same sums, version, seed and terms give the same record.
        """
        rng = np.random.default_rng([self.seed, version, self.n])
        explore, unit = self.explored(personal), 1.0
        if personal and self.limits.personal and len(self.arms) > 1:
            body = policies.personal(self.fitted, self._rows, self.encoder.names, rng, explore=explore)
            unit = float(self.fitted.rates[self._rows][0])  # the pool's scores are relative to the slate's rate
        else:
            body = self._campaign_level(rng, explore)
        asked, rests = terms or Terms(), self.tired
        asked = msgspec.structs.replace(asked, resting=tuple(dict.fromkeys((*asked.resting, *rests))))
        if not asked.plain:
            body = under(body, asked, self.ids, unit)
        return record(body, campaign=campaign, kind=kind, version=version, time=time, arms=self.ids)

    def _campaign_level(self, rng: np.random.Generator, explore: float) -> Body:
        counts, sums = self.weighted
        if len(self.arms) > policies.MANY:
            return policies.by_traits(self.levels, counts, sums, rng, explore=explore)
        return policies.thompson(counts, sums, rng, explore=explore, prior=self.before)

    def drawn(self, draws: int, rng: np.random.Generator) -> Floats:
        """Draws of the arms' expected rewards as the campaign-level rule makes them, shape (draws, K)."""
        counts, sums = self.weighted
        if len(self.arms) > policies.MANY:
            return policies.trait_scores(self.levels, counts, sums, draws, rng)
        return policies.thompson_scores(counts, sums, draws, rng, prior=self.before)

    @cached_property
    def levels(self) -> Levels:
        """What the arms' traits say of their rates."""
        return Levels.of([a.traits for a in self.arms], *self.weighted)

    @cached_property
    def before(self) -> Floats:
        """Answers and silences of each arm that count as known beforehand, shape (K, 2): one of each, or the rehearsal's;
        of an arm that joined later what its traits say, unsharpened."""
        known = np.tile(self.prior.beta if self.prior is not None else (1.0, 1.0), (len(self.arms), 1))
        if self.joined:
            rates, worth = self.levels.priors()
            late = np.array([a in self.joined for a in self.ids])
            said = np.column_stack([worth * rates, worth * (1 - rates)]) / policies.SHARPEN
            known[late] = said[late]
        return known

    def personal(self, terms: Terms) -> Snapshot:
        """The personal policy as it would be served now, charges and all; what the gate judges."""
        rng = np.random.default_rng([self.seed, self.n])
        body = policies.personal(self.fitted, self._rows, self.encoder.names, rng, explore=self.limits.explore_after)
        if terms.charge:
            unit = float(self.fitted.rates[self._rows][0])  # the pool's scores are relative to the slate's rate
            body = under(body, Terms(charge=terms.charge), self.ids, unit)
        return Snapshot(self.ids, body)


class Joint:
    """Slates of one campaign fitted together, once, when first asked; made by `together`."""

    def __init__(self, learners: Mapping[str, Learner]) -> None:
        self._learners = dict(learners)

    @cached_property
    def fitted(self) -> Fit:
        arms = [(name, a.id, a.traits) for name, learner in self._learners.items() for a in learner.arms]
        parts = [learner.recent for learner in self._learners.values()]
        return fit(Tally.beside(parts), Design.of(arms, parts[0].size))

    def rows(self, learner: Learner) -> slice:
        """Where this learner's arms stand in the fit."""
        first = 0
        for other in self._learners.values():
            if other.spans is learner.spans:
                return slice(first, first + len(other.arms))
            first += len(other.arms)
        raise KeyError(learner.ids)


def together(learners: Mapping[str, Learner]) -> dict[str, Learner]:
    """The same learners, sharing one model: what one slate teaches of a trait, the others know.

    Names are slates (`"letter/fr"`). The sharing ends with the next `learn`; call it again after each round. Raises
    `Faults` `policy.unlike` where the slates' features differ.
    """
    every = list(learners.values())
    if any(learner.specs != every[0].specs for learner in every):
        raise Faults.one("policy.unlike")
    joint = Joint(learners)
    return {name: replace(learner, joint=joint) for name, learner in learners.items()}
