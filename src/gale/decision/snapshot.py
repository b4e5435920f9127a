"""What a worker decides with: an immutable pool of score draws, from which every propensity follows exactly.

With probability `explore` the choice is spread evenly over the allowed arms; else one draw of the pool is picked and
its best allowed arm shown. So P(arm) = (1 - explore) * (draws whose best arm it is) / M + explore / k, with nothing
estimated and nothing sampled: the logged propensity is the probability with which the logged choice was made.
"""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from gale.decision.explain import Term, of_campaign, of_person
from gale.records.decision import PolicySnapshot
from gale.records.faults import Faults

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
By = Literal["explore", "campaign", "constant", "personal"]
FORM = 1
CHUNK = 50_000  # scores held at once when many people are decided for: what fits a processor's cache


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What is inside `PolicySnapshot.body`. Arrays are raw little-endian bytes, C order.

    `rule` is `"campaign"` (`scores` float32 (M, K), the same for everybody) or `"personal"` (`scores` float32 (M, K) are
    the arms' own intercepts, `draws` float32 (M, T, d) the blocks, `member` uint8 (K, T) which arm has which block,
    `mean` float64 (T, d)); `blocks` and `features` name them, `rates` float64 (K,) are the arms' expected rewards.
    """

    rule: Literal["campaign", "personal"]
    explore: float
    scores: bytes
    draws: bytes = b""
    member: bytes = b""
    mean: bytes = b""
    blocks: tuple[str, ...] = ()
    features: tuple[str, ...] = ("",)
    rates: bytes = b""
    form: int = FORM


class Choice(msgspec.Struct, frozen=True):
    """`arm` indexes the snapshot's arms; `propensity` is exact; `by` says which rule chose."""

    arm: int
    propensity: float
    explored: bool
    by: By


class Snapshot:
    """A published policy, ready to choose. `choose` is a pure function of snapshot, features, allowed arms and draw."""

    __slots__ = (
        "_draws",
        "_even",
        "_frozen",
        "_mean",
        "_member",
        "_own",
        "_t",
        "arms",
        "body",
        "explore",
        "id",
        "m",
        "rates",
    )

    def __init__(self, arms: tuple[str, ...], body: Body, id: str = "") -> None:
        k = len(arms)
        if k == 0:
            raise Faults.one("policy.no_arms")
        self.id, self.arms, self.body, self.explore = id, arms, body, body.explore
        own = np.frombuffer(body.scores, dtype="<f4").reshape(-1, k).astype(np.float64)
        self.m = len(own)
        self.rates: Floats = np.frombuffer(body.rates, dtype="<f8") if body.rates else own.mean(axis=0)
        self._own: Floats | None = own if own.any() or body.rule == "campaign" else None
        self._even = body.explore / k
        # A rule that is the same for everybody has its winners ready.
        self._frozen = own.argmax(axis=1) if body.rule == "campaign" else None
        d, self._t = len(body.features), len(body.blocks)
        self._draws: Floats = np.frombuffer(body.draws, dtype="<f4").astype(np.float64).reshape(-1, d)
        member = np.frombuffer(body.member, dtype=np.uint8).astype(np.float64).reshape(k, -1)
        self._member: Floats = np.ascontiguousarray(member.T)
        self._mean: Floats = np.frombuffer(body.mean, dtype="<f8").reshape(-1, d)

    @classmethod
    def load(cls, record: PolicySnapshot) -> Snapshot:
        """Compile a stored record. Raises `Faults` `policy.newer` (a later Gale wrote it), `policy.unreadable`."""
        try:
            body = msgspec.msgpack.decode(record.body, type=Body)
            if body.form > FORM or record.schema > 1:
                raise Faults.one("policy.newer", snapshot=record.id, found=max(body.form, record.schema), known=FORM)
            return cls(record.arms, body, record.id)
        except (msgspec.DecodeError, ValueError) as problem:
            raise Faults.one("policy.unreadable", snapshot=record.id, problem=str(problem)) from problem

    @property
    def personal(self) -> bool:
        """Whether the choice depends on the person."""
        return self.body.rule == "personal"

    def choose(self, x: Floats, allowed: Bools | None, draw: tuple[float, float]) -> Choice:
        """The arm for one person: `x` (d,), `allowed` (K,) or all, `draw` two uniform numbers in [0, 1).

        The first number decides between spreading and policy (and which arm, when spreading), the second picks the
        pool's draw. Raises `Faults` `policy.none_allowed`.
        """
        if allowed is None:
            k, even = len(self.arms), self._even
            winners = self._frozen if self._frozen is not None else self._scores(x).argmax(axis=1)
        else:
            open_arms = np.flatnonzero(allowed)
            k = len(open_arms)
            if k == 0:
                raise Faults.one("policy.none_allowed", arms=len(self.arms))
            even = self.explore / k
            winners = np.where(allowed, self._scores(x), -np.inf).argmax(axis=1)
        explored = draw[0] < self.explore
        if explored:
            step = min(k - 1, int(draw[0] / self.explore * k))
            arm = step if allowed is None else int(open_arms[step])
        else:
            arm = int(winners[int(draw[1] * self.m)])
        if k == 1:
            return Choice(arm, 1.0, False, "constant")
        share = np.count_nonzero(winners == arm) / self.m
        by: By = (
            "explore" if explored else "personal" if self._frozen is None else "campaign" if self.m > 1 else "constant"
        )
        return Choice(arm, (1 - self.explore) * share + even, explored, by)

    def propensities(self, x: Floats, allowed: Bools | None = None) -> Floats:
        """The probability of every arm for one person, shape (K,); sums to 1."""
        return np.asarray(self.propensities_many(x[None], None if allowed is None else allowed[None])[0])

    def propensities_many(self, features: Floats, allowed: Bools | None = None) -> Floats:
        """The same for many: `features` (n, d), `allowed` (n, K) or all; shape (n, K)."""
        n, k = len(features), len(self.arms)
        if allowed is not None and not allowed.any(axis=1).all():
            raise Faults.one("policy.none_allowed", arms=k)
        open_arms = np.ones((n, k)) if allowed is None else allowed.astype(np.float64)
        spread: Floats = self.explore * open_arms / open_arms.sum(axis=1, keepdims=True)
        total: Floats = spread + (1 - self.explore) * self.shares(features, allowed)
        return total

    def shares(self, features: Floats, allowed: Bools | None = None) -> Floats:
        """The policy itself, without the spreading: share of the pool in which each arm is best, shape (n, K)."""
        n, k = len(features), len(self.arms)
        counted = np.zeros((n, k))
        if self._frozen is not None and allowed is None:
            counted += np.bincount(self._frozen, minlength=k)
            return counted / self.m
        step = max(1, CHUNK // (self.m * k))
        for start in range(0, n, step):
            part = slice(start, min(n, start + step))
            scores = self._scores_many(features[part])
            if allowed is not None:
                scores = np.where(allowed[part, None, :], scores, -np.inf)
            winners = scores.argmax(axis=2)
            rows = np.arange(winners.shape[0])[:, None] * k + winners
            counted[part] = np.bincount(rows.ravel(), minlength=winners.shape[0] * k).reshape(-1, k)
        found: Floats = counted / self.m
        return found

    def explain(self, x: Floats, arm: int) -> list[Term]:
        """Why this arm scores above or below the others for this person: the model's own terms, the strongest first."""
        if self._frozen is not None:
            return of_campaign(self.arms, self.rates, arm)
        return of_person(self.body.blocks, self.body.features, self._member.T, self._mean, x, arm)

    def _scores(self, x: Floats) -> Floats:
        if self._frozen is not None:
            assert self._own is not None
            return self._own
        scores: Floats = (self._draws @ x).reshape(self.m, self._t) @ self._member
        if self._own is not None:
            scores += self._own
        return scores

    def _scores_many(self, features: Floats) -> Floats:
        n = len(features)
        if self._frozen is not None:
            assert self._own is not None
            return np.broadcast_to(self._own, (n, *self._own.shape))
        scores: Floats = (features @ self._draws.T).reshape(n * self.m, self._t) @ self._member
        scores = scores.reshape(n, self.m, -1)
        return scores if self._own is None else np.asarray(scores + self._own)


def record(
    snapshot_of: Body, *, campaign: str, kind: str, version: int, time: int, arms: tuple[str, ...]
) -> PolicySnapshot:
    """The body as a stored record; `id` is the hash of all the rest."""
    body = msgspec.msgpack.encode(snapshot_of)
    head = msgspec.msgpack.encode((campaign, kind, version, time, arms, FORM))
    name = "s_" + hashlib.sha256(head + body).hexdigest()[:40]
    return PolicySnapshot(id=name, campaign=campaign, version=version, kind=kind, time=time, arms=arms, body=body)
