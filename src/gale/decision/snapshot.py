"""What a worker decides with: an immutable pool of score draws, from which every propensity follows exactly.

With probability `explore` the choice is spread over the allowed arms (evenly, or as a group's floors ask); else one draw
of the pool is picked and its best allowed arm shown. So P(arm) = (1 - explore) * (draws whose best arm it is) / M +
explore * spread(arm), with nothing estimated and nothing sampled: the logged propensity is the probability with which
the logged choice was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from gale.decision import kernel
from gale.decision.explain import Term, of_campaign, of_person
from gale.records.decision import PolicySnapshot
from gale.records.faults import Faults

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
By = Literal["explore", "campaign", "constant", "personal"]
FORM = 2  # 2 brought worth, charge and spread; what was stored in form 1 reads on


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What is inside `PolicySnapshot.body`. Arrays are raw little-endian bytes, C order.

    `rule` is `"campaign"` (`scores` float32 (M, K), the same for everybody) or `"personal"` (`scores` float32 (M, K) are
    the arms' own intercepts, `draws` float32 (M, T, d) the blocks, `member` uint8 (K, T) which arm has which block,
    `mean` float64 (T, d)); `blocks` and `features` name them, `rates` float64 (K,) are the arms' expected rewards.

    An arm's score is multiplied by its `worth` and lessened by its `charge`, both float64 (K,), empty for 1 and 0. The
    explored share goes by the row of `spread` float64 (G, K) that `groups` names: probabilities over the arms, taken over
    the allowed ones; evenly where no row has the name, or where none of its arms is allowed.
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
    worth: bytes = b""
    charge: bytes = b""
    spread: bytes = b""
    groups: tuple[str, ...] = ()
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
        "_frozen",
        "_mean",
        "_member",
        "_pool",
        "_spread",
        "_tally",
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
        own = np.frombuffer(body.scores, dtype="<f4").reshape(-1, k)
        self.m = len(own)
        self.rates: Floats = (
            np.frombuffer(body.rates, dtype="<f8") if body.rates else own.mean(axis=0, dtype=np.float64)
        )
        d, t = len(body.features), len(body.blocks)
        draws = np.frombuffer(body.draws, dtype="<f4").reshape(self.m, t, d if t else 0)
        self._member = np.frombuffer(body.member, dtype=np.uint8).reshape(k, t)
        self._mean: Floats = np.frombuffer(body.mean, dtype="<f8").reshape(-1, d)
        worth, charge = _numbers(body.worth, k, 1.0), _numbers(body.charge, k, 0.0)
        spread = np.frombuffer(body.spread, dtype="<f8").reshape(len(body.groups), k)
        if any(not np.isfinite(a).all() for a in (own, draws, worth, charge, spread)) or (spread < 0).any():
            raise ValueError("a number that is none")
        self._spread = dict(zip(body.groups, spread, strict=True))
        terms = (worth.astype("f4"), charge.astype("f4")) if body.worth or body.charge else (None, None)
        self._pool = kernel.pool(draws, self._member, own if own.any() else None, *terms)
        # A rule that is the same for everybody has its winners ready, and how many draws each arm wins.
        self._frozen: list[int] | None = None
        self._tally: list[int] = []
        if body.rule == "campaign":
            scores = own if terms[0] is None or terms[1] is None else own * terms[0] - terms[1]
            winners = scores.argmax(axis=1)
            self._frozen, self._tally = winners.tolist(), np.bincount(winners, minlength=k).tolist()

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

    def choose(self, x: Floats, allowed: Bools | None, draw: tuple[float, float], group: str = "") -> Choice:
        """The arm for one person: `x` (d,), `allowed` (K,) or all, `draw` two uniform numbers in [0, 1).

        The first number decides between spreading and policy (and which arm, when spreading), the second picks the
        pool's draw; `group` names the spread. Raises `Faults` `policy.none_allowed`.
        """
        explore = self.explore
        k = len(self.arms) if allowed is None else int(np.count_nonzero(allowed))
        if k == 0:
            raise Faults.one("policy.none_allowed", arms=len(self.arms))
        if k == 1:
            return Choice(0 if allowed is None else int(allowed.argmax()), 1.0, False, "constant")
        spread = self._spread_of(group, allowed) if self._spread else None
        explored = draw[0] < explore
        at = -1 - _explored(draw[0] / explore, k, allowed, spread) if explored else int(draw[1] * self.m)
        if self._frozen is not None and allowed is None:
            arm = self._frozen[at] if at >= 0 else -1 - at
            count = self._tally[arm]
        else:
            arm, count = self._pool.pick(self._seen(x), allowed, at)
        by: By = (
            "explore" if explored else "personal" if self._frozen is None else "campaign" if self.m > 1 else "constant"
        )
        even = explore / k if spread is None else explore * float(spread[arm])
        return Choice(arm, (1 - explore) * (count / self.m) + even, explored, by)

    def choose_many(
        self,
        features: Floats,
        allowed: Bools | None,
        draws: Floats,
        groups: Sequence[str] | None = None,
        *,
        exact: bool = True,
    ) -> tuple[NDArray[np.int64], Floats | None]:
        """`choose` for many: `features` (n, d), `allowed` (n, K) or all, `draws` (n, 2); arms (n,) and propensities (n,).

        Without `exact` the propensities are left out (`None`), and the arms come several times faster: snapshot, features
        and draw give them again whenever they are asked for.
        """
        n, k = len(features), len(self.arms)
        self._some(allowed)
        counts = np.full(n, k) if allowed is None else np.count_nonzero(allowed, axis=1)
        at = (draws[:, 1] * self.m).astype(np.int64)
        spread = self._spread_many(n, allowed, groups) if self._spread or exact else None
        explored = np.flatnonzero((draws[:, 0] < self.explore) & (counts > 1))
        for i in explored.tolist():
            mine = None if allowed is None else allowed[i]
            row = spread[i] if spread is not None and self._spread else None
            at[i] = -1 - _explored(draws[i, 0] / self.explore, int(counts[i]), mine, row)
        arms, wins = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64) if exact else None
        self._pool.pick_many(self._seen(features), _bools(allowed), at, arms, wins)
        if wins is None or spread is None:
            return arms, None
        chances = (1 - self.explore) * (wins / self.m) + self.explore * np.take_along_axis(spread, arms[:, None], 1)[
            :, 0
        ]
        return arms, np.where(counts == 1, 1.0, chances)

    def propensities(self, x: Floats, allowed: Bools | None = None, group: str = "") -> Floats:
        """The probability of every arm for one person, shape (K,); sums to 1."""
        return np.asarray(self.propensities_many(x[None], None if allowed is None else allowed[None], [group])[0])

    def propensities_many(
        self, features: Floats, allowed: Bools | None = None, groups: Sequence[str] | None = None
    ) -> Floats:
        """The same for many: `features` (n, d), `allowed` (n, K) or all, `groups` n names; shape (n, K)."""
        self._some(allowed)
        spread = self.explore * self._spread_many(len(features), allowed, groups)
        total: Floats = spread + (1 - self.explore) * self.shares(features, allowed)
        return total

    def shares(self, features: Floats, allowed: Bools | None = None) -> Floats:
        """The policy itself, without the spreading: share of the pool in which each arm is best, shape (n, K)."""
        counted = np.zeros((len(features), len(self.arms)))
        if self._frozen is not None and allowed is None:
            counted += self._tally
        else:
            self._pool.count_many(self._seen(features), _bools(allowed), counted)
        found: Floats = counted / self.m
        return found

    def explain(self, x: Floats, arm: int) -> list[Term]:
        """Why this arm scores above or below the others for this person: the model's own terms, the strongest first."""
        if self._frozen is not None:
            return of_campaign(self.arms, self.rates, arm)
        return of_person(self.body.blocks, self.body.features, self._member.astype(np.float64), self._mean, x, arm)

    def _seen(self, x: Floats) -> Floats:
        """The features as the pool reads them: none where the rule is the same for everybody."""
        return np.ascontiguousarray(x if self.body.blocks else x[..., :0], dtype=np.float64)

    def _some(self, allowed: Bools | None) -> None:
        if allowed is not None and not allowed.any(axis=1).all():
            raise Faults.one("policy.none_allowed", arms=len(self.arms))

    def _spread_of(self, group: str, allowed: Bools | None) -> Floats | None:
        """The group's probabilities over the allowed arms; `None` for even ones."""
        row = self._spread.get(group)
        if row is None:
            return None
        mine: Floats = row if allowed is None else np.where(allowed, row, 0.0)
        total = mine.sum()
        return mine / total if total > 0 else None

    def _spread_many(self, n: int, allowed: Bools | None, groups: Sequence[str] | None) -> Floats:
        """How the explored share goes over the arms, shape (n, K) or one row for all; each row sums to 1."""
        k = len(self.arms)
        even = np.full((n, k), 1 / k) if allowed is None else allowed / np.count_nonzero(allowed, axis=1)[:, None]
        if self._spread:
            for i in range(n):
                row = self._spread_of(groups[i] if groups is not None else "", None if allowed is None else allowed[i])
                if row is not None:
                    even[i] = row
        return np.asarray(even, dtype=np.float64)


def _explored(u: float, k: int, allowed: Bools | None, spread: Floats | None) -> int:
    """The arm that the uniform number `u` in [0, 1) falls on, among `k` allowed ones."""
    if spread is not None:
        steps = spread.cumsum()
        # Rounding must not let it fall behind the last arm that has any probability.
        return min(int(np.searchsorted(steps, u * steps[-1], side="right")), int(spread.nonzero()[0][-1]))
    step = min(k - 1, int(u * k))
    return step if allowed is None else int(np.flatnonzero(allowed)[step])


def _bools(allowed: Bools | None) -> Bools | None:
    return None if allowed is None else np.ascontiguousarray(allowed, dtype=np.bool_)


def _numbers(raw: bytes, k: int, empty: float) -> Floats:
    return np.frombuffer(raw, dtype="<f8").reshape(k) if raw else np.full(k, empty)


def record(
    snapshot_of: Body, *, campaign: str, kind: str, version: int, time: int, arms: tuple[str, ...]
) -> PolicySnapshot:
    """The body as a stored record; `id` is the hash of all the rest."""
    body = msgspec.msgpack.encode(snapshot_of)
    head = msgspec.msgpack.encode((campaign, kind, version, time, arms, FORM))
    name = "s_" + hashlib.sha256(head + body).hexdigest()[:40]
    return PolicySnapshot(id=name, campaign=campaign, version=version, kind=kind, time=time, arms=arms, body=body)
