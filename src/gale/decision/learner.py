"""One slate's learning: a fold over closed decisions, and the snapshots made of it.

`Learner` is a value: `learn` gives the next one. Its state is the sums of `Tally`, so that two servers' learning adds up
and a restart begins where the state was stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray

from gale.decision import policies
from gale.decision.features import FeatureEncoder
from gale.decision.gate import Evidence
from gale.decision.model import Design, Fit, fit
from gale.decision.snapshot import Snapshot, record
from gale.decision.tally import Tally
from gale.records.decision import PolicySnapshot
from gale.records.documents import FeatureSpec, PolicyLimits
from gale.records.faults import Fault, Faults, raise_if
from gale.stats import Moments
from gale.stats.robust import scores

Floats = NDArray[np.float64]
FORM = 1
LEAST_PAST = 300  # closed decisions before a model is worth evaluating


class Arm(msgspec.Struct, frozen=True):
    """A live variant and the traits through which it shares what it teaches (angle, audience, length)."""

    id: str
    traits: dict[str, str] = {}


@dataclass(frozen=True)
class Batch:
    """Closed decisions of one slate, in the order they closed; `n` rows.

    `arm` (n,) indexes the learner's arms; `features` (n, d) encoded; `reward` (n,) in [0, 1]; `propensity` (n,) as
    logged; `allowed` (n, K) which arms were eligible (all, where left out). Raises `Faults`: `batch.reward` (not in
    [0, 1]), `batch.propensity` (not in (0, 1]), `batch.features` (not finite), each with the first bad row.
    """

    arm: NDArray[np.intp]
    features: Floats
    reward: Floats
    propensity: Floats
    allowed: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        bad = {
            "batch.reward": ~((self.reward >= 0) & (self.reward <= 1)),
            "batch.propensity": ~((self.propensity > 0) & (self.propensity <= 1)),
            "batch.features": ~np.isfinite(self.features).all(axis=1),
        }
        raise_if(
            Fault(code=code, values={"rows": int(rows.sum()), "first": int(rows.argmax())})
            for code, rows in bad.items()
            if rows.any()
        )

    def __len__(self) -> int:
        return len(self.arm)


@dataclass(frozen=True, eq=False)
class Learner:
    """What one slate has learned so far, within the signed limits."""

    arms: tuple[Arm, ...]
    specs: tuple[FeatureSpec, ...]
    limits: PolicyLimits
    seed: int
    tally: Tally = field(repr=False)
    joint: Joint | None = field(default=None, repr=False, compare=False)

    @classmethod
    def start(cls, arms: Sequence[Arm], specs: Sequence[FeatureSpec], limits: PolicyLimits, seed: int) -> Learner:
        """Nothing learned yet. Raises `Faults` `policy.no_arms`, `policy.arm_twice`."""
        if not arms:
            raise Faults.one("policy.no_arms")
        ids = [a.id for a in arms]
        raise_if(
            Fault(code="policy.arm_twice", values={"arm": x}) for x in sorted({x for x in ids if ids.count(x) > 1})
        )
        size = FeatureEncoder(specs).size
        return cls(tuple(arms), tuple(specs), limits, seed, Tally.empty(tuple(ids), size))

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(a.id for a in self.arms)

    @property
    def n(self) -> int:
        """Closed decisions learned from."""
        return self.tally.n

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
        """The same with more arms behind those there are; known ids are left as they are."""
        fresh = [a for a in arms if a.id not in self.ids]
        return replace(self, arms=(*self.arms, *fresh), joint=None) if fresh else self

    def learn(self, batch: Batch) -> Learner:
        """The learner after one more batch."""
        if not len(batch):
            return self
        return replace(self, tally=self.tally + Tally.of(self.ids, batch.arm, batch.features, batch.reward), joint=None)

    def merge(self, other: Learner) -> Learner:
        """Two servers' learning of one slate: sums add; raises `Faults` `policy.unlike` for another frame of features."""
        if self.specs != other.specs or self.limits != other.limits:
            raise Faults.one("policy.unlike")
        both = self.add_arms(other.arms)
        return replace(both, tally=self.tally + other.tally, joint=None)

    def evidence(self, batch: Batch) -> Evidence:
        """What this batch says of "personal against the best constant", judged with what was known *before* it.

        Call it before `learn(batch)`. Empty while fewer than 300 decisions were learned, where no personal policy is a
        candidate, or with one arm.
        """
        if self.n < LEAST_PAST or not self.limits.personal or len(self.arms) < 2 or not len(batch):
            return Evidence()
        snapshot = self._personal_snapshot
        target = snapshot.shares(batch.features, batch.allowed)
        best = self.best_constant
        keep = np.ones(len(batch), dtype=bool) if batch.allowed is None else batch.allowed[:, best].copy()
        target[:, best] -= 1.0
        found = scores(
            target[keep],
            np.clip(batch.features[keep] @ self._weights.T, 0.0, 1.0),
            batch.arm[keep],
            batch.reward[keep],
            batch.propensity[keep],
        )
        return Evidence(Moments.of(found), float((np.abs(target[keep]).sum(axis=1) / 2).sum()))

    @property
    def best_constant(self) -> int:
        """Index of the arm with the highest expected reward over the people seen so far."""
        return int(self.constant_values.argmax())

    @property
    def constant_values(self) -> Floats:
        """Expected reward of each arm shown to everybody seen so far, shape (K,): the model averaged over their features."""
        gram = self.tally.gram
        people = gram[:, 0].sum(axis=0) / max(1, self.n)
        people[0] = 1.0
        return np.asarray(self._weights @ people, dtype=np.float64)

    def snapshot(self, campaign: str, kind: str, version: int, time: int, *, personal: bool = False) -> PolicySnapshot:
        """The policy to serve from now on, as a record. `personal` says that the campaign's gate has opened.

        Before, the campaign-level rule serves, with `explore_before` spread evenly where a personal policy is a
        candidate (so that the log can answer) and 2 % where it is not. The same sums, version and seed give the same
        record.
        """
        rng = np.random.default_rng([self.seed, version, self.n])
        if personal and self.limits.personal and len(self.arms) > 1:
            body = policies.personal(
                self.fitted, self._rows, self.encoder.names, rng, explore=self.limits.explore_after
            )
        else:
            known = self.tally.ordered(self.ids)
            explore = self.limits.explore_before if self.limits.personal else policies.FLOOR
            body = policies.thompson(known.counts, known.sums, rng, explore=explore)
        return record(body, campaign=campaign, kind=kind, version=version, time=time, arms=self.ids)

    def to_bytes(self) -> bytes:
        """The state, to be stored; `from_bytes` reads it back exactly."""
        state = _State(
            arms=self.arms,
            specs=[s.model_dump() for s in self.specs],
            limits=self.limits.model_dump(),
            seed=self.seed,
            ids=self.tally.arms,
            size=self.tally.size,
            gram=self.tally.gram.astype("<f8").tobytes(),
            cross=self.tally.cross.astype("<f8").tobytes(),
            squares=self.tally.squares.astype("<f8").tobytes(),
        )
        return msgspec.msgpack.encode(state)

    @classmethod
    def from_bytes(cls, data: bytes) -> Learner:
        """Raises `Faults` `learner.newer` (a later Gale wrote it), `learner.unreadable`."""
        try:
            form = msgspec.msgpack.decode(data, type=_Form).form
            if form > FORM:
                raise Faults.one("learner.newer", found=form, known=FORM)
            state = msgspec.msgpack.decode(data, type=_State)
            k, d = len(state.ids), state.size
            tally = Tally(
                state.ids,
                np.frombuffer(state.gram, dtype="<f8").reshape(k, d, d),
                np.frombuffer(state.cross, dtype="<f8").reshape(k, d),
                np.frombuffer(state.squares, dtype="<f8").reshape(k),
            )
        except (msgspec.DecodeError, ValueError) as problem:
            raise Faults.one("learner.unreadable", problem=str(problem)) from problem
        specs = tuple(FeatureSpec.model_validate(s) for s in state.specs)
        return cls(state.arms, specs, PolicyLimits.model_validate(state.limits), state.seed, tally)

    @cached_property
    def _personal_snapshot(self) -> Snapshot:
        """The personal policy as it would be served now; what the gate judges."""
        rng = np.random.default_rng([self.seed, self.n])
        return Snapshot(
            self.ids,
            policies.personal(self.fitted, self._rows, self.encoder.names, rng, explore=self.limits.explore_after),
        )


class Joint:
    """Slates of one campaign fitted together, once, when first asked; made by `together`."""

    def __init__(self, learners: Mapping[str, Learner]) -> None:
        self._learners = dict(learners)

    @cached_property
    def fitted(self) -> Fit:
        arms = [(name, a.id, a.traits) for name, learner in self._learners.items() for a in learner.arms]
        parts = [learner.tally.ordered(learner.ids) for learner in self._learners.values()]
        return fit(Tally.beside(parts), Design.of(arms, parts[0].size))

    def rows(self, learner: Learner) -> slice:
        """Where this learner's arms stand in the fit."""
        first = 0
        for other in self._learners.values():
            if other.tally is learner.tally:
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


class _Form(msgspec.Struct):
    form: int


class _State(msgspec.Struct, frozen=True, kw_only=True):
    arms: tuple[Arm, ...]
    specs: list[Mapping[str, object]]
    limits: Mapping[str, object]
    seed: int
    ids: tuple[str, ...]
    size: int
    gram: bytes
    cross: bytes
    squares: bytes
    form: int = FORM
