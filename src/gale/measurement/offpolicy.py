"""Off-policy evaluation: what would another policy have earned on this log, and how sure may one be of it?

Everything here looks at a policy through four numbers a row (`Rows`): the weight w = pi(A|x) / p(A|x) of the logged
action, the reward R, the predicted reward mu(A, x) of the logged action, and the predicted reward of the policy,
sum_a pi(a|x) mu(a, x). Predictions come from a model that did not see the row. The estimators:

* `ips`, mean of w R (Horvitz and Thompson 1952; Strehl, Langford, Li and Kakade 2010): right on average whatever the
  world, wide where weights are large.
* `snips`, sum of w R / sum of w (Hajek; Swaminathan and Joachims, *The self-normalized estimator for counterfactual
  learning*, 2015): does not move with the reward's zero, never leaves the range of the rewards.
* `dm`, mean of the predicted reward: as good as the model; its error is the model's, so that it gets no interval.
* `dr`, mean of dm + w (R - mu) (Dudik, Langford and Li, *Doubly robust policy evaluation and learning*, 2011): right
  if the propensities are, tighter the better the model. The answer, where one number is asked for.
* `switch`, SWITCH-DR: dr where w <= tau, dm where it is not (Wang, Agarwal and Dudik, *Optimal and adaptive off-policy
  evaluation in contextual bandits*, 2017, section 4), tau chosen by their rule: least estimated variance plus squared
  bound of the bias.
* `capped`, dr of the reward cut at a cap, for amounts of money whose largest few would decide everything; what the cut
  leaves out is said.

Intervals are asymptotic (large n, normal), two-sided, and count rows of one person as one draw; for yes or no they are
never narrower than the weights and the predicted rates lead one to expect. Those of `switch` are widened by the bound of
its bias. `always_valid` is exact at any size and at every look, for rewards in a known range.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from gale.stats.interval import Interval
from gale.stats.normal import quantile
from gale.stats.robust import effective_size, fixed_interval

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]
Name = Literal["ips", "snips", "dm", "dr", "switch", "capped"]

ESTIMATORS: tuple[Name, ...] = ("ips", "snips", "dm", "dr", "switch")
THRESHOLDS = 30  # candidates of tau, spread exponentially between the 5 % quantile of the weights and the largest
CAP = 0.99  # amounts are cut at this quantile of those above zero, where no cap is named
BET = 0.5  # the largest bet of the always-valid interval


@dataclass(frozen=True)
class Rows:
    """One policy on one log, as the estimators see it; `n` rows, in the order of time.

    `weight` (n,) >= 0; `reward` (n,); `predicted` (n,) of the logged action; `direct` (n,) of the policy; `person` (n,)
    codes; `reach` what could have been shown. Where a policy does what the log did, weight is 1 and both predictions
    are the reward itself.
    """

    weight: Floats
    reward: Floats
    predicted: Floats
    direct: Floats
    person: Ints
    reach: Reach

    @classmethod
    def of(
        cls, target: Floats, mu: Floats, action: Ints, reward: Floats, propensity: Floats, person: Ints,
        as_logged: Bools | None = None, logging: Floats | None = None,
    ) -> Rows:  # fmt: skip
        """From the policy's probabilities and the predicted rewards, both (n, K); `as_logged` (n,) marks rows in which
        the policy does what the log did; `logging` (n, K) are the log's probabilities of every action, where known.

        >>> always_first, half = np.array([[1.0, 0.0]]), np.full(1, 0.5)
        >>> one = Rows.of(always_first, np.zeros((1, 2)), np.array([0]), np.ones(1), half, np.arange(1))
        >>> one.weight.tolist(), one.ips
        ([2.0], 2.0)
        """
        at = np.arange(len(action))
        weight, predicted = target[at, action] / propensity, mu[at, action]
        direct: Floats = np.einsum("nk,nk->n", target, mu)
        if as_logged is not None:
            weight = np.where(as_logged, 1.0, weight)
            predicted, direct = np.where(as_logged, reward, predicted), np.where(as_logged, reward, direct)
        if logging is None:
            reach = Reach.seen(weight, predicted)
        else:
            reach = Reach.whole(target, logging, mu)
            if as_logged is not None:
                reach = reach.beside(np.ones(int(as_logged.sum())), reward[as_logged])
        return cls(weight, reward, predicted, direct, person, reach)

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def _rates(self) -> bool:
        return bool(self.reward.min() >= 0 and self.reward.max() <= 1)

    @property
    def _spreadless(self) -> bool:
        return bool(self.reward.min() == self.reward.max())

    @property
    def ips(self) -> float:
        return float((self.weight * self.reward).mean())

    @property
    def snips(self) -> float:
        total = float(self.weight.sum())
        return float(self.weight @ self.reward) / total if total > 0 else math.nan

    @property
    def dm(self) -> float:
        return float(self.direct.mean())

    @property
    def dr(self) -> float:
        return float(self.parts("dr").mean())

    @property
    def switch(self) -> float:
        return float(self.parts("switch").mean())

    def parts(self, name: Name) -> Floats:
        """One number a row whose mean is the estimate and whose spread, by person, is its error; shape (n,).

        For the ratio `snips` these are v + w (R - v) / mean(w), its linearisation (the delta method).
        """
        if name == "ips":
            return self.weight * self.reward
        if name == "snips":
            mean = float(self.weight.mean())
            value = self.snips
            return value + self.weight / mean * (self.reward - value) if mean > 0 else np.full(len(self), math.nan)
        if name == "dm":
            return self.direct
        kept = self.weight <= self.threshold if name == "switch" else np.ones(len(self), dtype=bool)
        return self.direct + np.where(kept, self.weight, 0.0) * (self.reward - self.predicted)

    @cached_property
    def threshold(self) -> float:
        """Tau of `switch`: infinite where switching does not pay.

        The least of Var(parts) / n + (bound of the bias)^2 over the candidates. Above tau the model stands in for the
        log: there its error is at most the rewards' range, times how often the policy goes there.
        """
        positive = self.weight[self.weight > 0]
        if not len(positive):
            return math.inf
        low, high = float(np.quantile(positive, 0.05)), float(positive.max())
        best, best_loss = math.inf, float(self.parts("dr").var()) / len(self)
        for tau in np.geomspace(low, high, THRESHOLDS):
            above = self.weight > tau
            values = self.direct + np.where(above, 0.0, self.weight) * (self.reward - self.predicted)
            loss = float(values.var()) / len(self) + self._beyond(float(tau)) ** 2
            if loss < best_loss:
                best, best_loss = float(tau), loss
        return best

    @property
    def bias_bound(self) -> float:
        """How far `switch` can be off on average, in the reward's unit (estimated on the log)."""
        return self._beyond(self.threshold)

    def _beyond(self, tau: float) -> float:
        spread = float(self.reward.max() - min(0.0, self.reward.min()))
        return spread * self.reach.beyond(tau) / len(self)

    def foreseen(self, name: Name) -> float:
        """The variance of one part that the weights and the predicted rewards lead one to expect; 0 where rewards are
        not in [0, 1].

        Rare answers under large weights carry most of the spread: while they fail to come, the sample looks surer than
        it is. What to expect of a yes or no follows from its rate, mu (1 - mu), and from the weights alone.
        """
        if not self._rates:
            return 0.0
        n = len(self)
        if name == "ips":
            return self.reach.expect(lambda mu: mu) / n - self.ips**2
        if name == "snips":
            value = self.snips
            return self.reach.expect(lambda mu: mu * (1 - mu) + (mu - value) ** 2) / n
        below = self.threshold if name == "switch" else math.inf
        return float(self.direct.var()) + self.reach.expect(lambda mu: mu * (1 - mu), below) / n

    def interval(self, name: Name, *, alpha: float = 0.05) -> Interval:
        """The estimate and its asymptotic interval, by the larger of the variances seen and `foreseen`.

        That of `switch` is widened by `bias_bound`; `dm` has none, nor has any where all rewards are the same: of what
        they would spread nothing is known then, least of all that it is nothing.
        """
        if name == "dm" or self._spreadless:
            return Interval.unknown(float(self.parts(name).mean()))
        found = self._widened(self.parts(name), self.foreseen(name), alpha)
        if name == "switch":
            found = Interval(found.estimate, found.low - self.bias_bound, found.high + self.bias_bound)
        if self._rates and found.known:  # a rate lies between 0 and 1; an estimate of it need not
            return Interval(
                found.estimate, max(found.low, min(0.0, found.estimate)), min(found.high, max(1.0, found.estimate))
            )
        return found

    def against_log(self, *, alpha: float = 0.05) -> Interval:
        """The policy's value (`dr`) minus the log's own mean reward, on the same rows."""
        if self._spreadless and (self.weight != 1).any():
            return Interval.unknown(self.dr - float(self.reward.mean()))
        foreseen = 0.0
        if self._rates:
            noise = self.predicted * (1 - self.predicted)
            # E[(w - 1)^2 s^2] = E[w^2 s^2] - 2 E[w s^2] + E[s^2]
            twice = self.reach.expect(lambda mu: mu * (1 - mu)) - 2 * float(self.weight @ noise)
            foreseen = float((self.direct - self.predicted).var() + twice / len(self) + noise.mean())
        return self._widened(self.parts("dr") - self.reward, foreseen, alpha)

    def _widened(self, parts: Floats, foreseen: float, alpha: float) -> Interval:
        found = fixed_interval(parts, alpha=alpha, cluster=self.person)
        reach = quantile(1 - alpha / 2) * math.sqrt(max(0.0, foreseen) / len(self))
        if not found.known or found.high - found.estimate >= reach:
            return found
        return Interval(found.estimate, found.estimate - reach, found.estimate + reach)

    def capped(self, cap: float) -> Capped:
        """`dr` of the reward cut at `cap`, and how much of the value the cut leaves out.

        The cut value lies below the true one by E[w (R - cap)+], estimated on the log as `left_out`; that estimate
        leans on the few largest rewards, which is why the cut was made (winsorising: Tukey 1962; for weighted logs
        Bottou et al., *Counterfactual reasoning and learning systems*, 2013, section 4.4).
        """
        reward = np.minimum(self.reward, cap)
        cut = Rows(self.weight, reward, self.predicted, self.direct, self.person, self.reach)
        left_out = float((self.weight * (self.reward - reward)).mean())
        return Capped(cap, cut.interval("dr"), left_out, int((self.reward > cap).sum()))

    @property
    def effective(self) -> float:
        """How many rows of the policy's own the log is worth (Kish 1965)."""
        return effective_size(self.weight)


@dataclass(frozen=True)
class Reach:
    """What a policy would show and how likely the log was to show it, over rows and actions, by growing weight.

    `weight` is pi / p, `mass` the policy's probability (summed over rows: n), `mu` the predicted reward; shapes (m,).
    """

    weight: Floats
    mass: Floats
    mu: Floats

    @classmethod
    def whole(cls, target: Floats, logging: Floats, mu: Floats) -> Reach:
        """Where the log's probabilities of all actions are known; all (n, K). An action never shown weighs infinitely.

        >>> reach = Reach.whole(np.array([[0.5, 0.25, 0.25]]), np.array([[0.75, 0.25, 0.0]]), np.zeros((1, 3)))
        >>> reach.beyond(1.0), reach.beyond(0.9)
        (0.25, 0.5)
        """
        chosen = target > 0
        mass, p = target[chosen], logging[chosen]
        return cls._sorted(np.divide(mass, p, out=np.full(len(mass), math.inf), where=p > 0), mass, mu[chosen])

    @classmethod
    def seen(cls, weight: Floats, predicted: Floats) -> Reach:
        """Where only the logged action's probability is known: its weight stands for its mass, E_p[w f] = E_pi[f].

        With it a threshold below the largest weight never pays: the square of a sum against a sum of squares.
        """
        return cls._sorted(weight, weight, predicted)

    @classmethod
    def _sorted(cls, weight: Floats, mass: Floats, mu: Floats) -> Reach:
        order = np.argsort(weight, kind="stable")
        return cls(weight[order], mass[order], mu[order])

    def beside(self, weight: Floats, reward: Floats) -> Reach:
        """The same with more rows in which the policy does what the log did; both (m,)."""
        return self._sorted(
            np.concatenate([self.weight, weight]),
            np.concatenate([self.mass, weight]),
            np.concatenate([self.mu, reward]),
        )

    @cached_property
    def _above(self) -> Floats:
        return np.asarray(np.cumsum(self.mass[::-1])[::-1])

    def beyond(self, tau: float) -> float:
        """The policy's choices whose weight is above tau, in rows; above infinity: those that the log never shows."""
        at = int(np.searchsorted(self.weight, tau, side="left" if math.isinf(tau) else "right"))
        return float(self._above[at]) if at < len(self.mass) else 0.0

    def expect(self, of: Callable[[Floats], Floats], below: float = math.inf) -> float:
        """The sum of w^2 f(mu) that the log should show, for weights up to `below`; never shown counts nothing."""
        kept = np.isfinite(self.weight) & (self.weight <= below)
        return float((self.mass[kept] * self.weight[kept]) @ of(self.mu[kept]))


class Capped(msgspec.Struct, frozen=True):
    """The value of the reward cut at `cap`; the whole value lies about `left_out` above it; `rows` were cut."""

    cap: float
    value: Interval
    left_out: float
    rows: int


def cap_of(reward: Floats) -> float | None:
    """Where amounts are cut: the 99 % quantile of those above zero; `None` where nothing is above zero.

    >>> cap_of(np.array([0.0, 1.0, 2.0, 1e9])) < 1e9
    True
    """
    positive = reward[reward > 0]
    return float(np.quantile(positive, CAP)) if len(positive) else None


def always_valid(weight: Floats, reward: Floats, most: float, *, alpha: float = 0.05) -> Interval:
    """An interval for the policy's value that holds at any size and however often the growing log is looked at.

    For rewards in [0, `most`] and a policy fixed before the log began (the sums are a martingale only then). Both ends
    are lower bounds of a mean of non-negative terms, w R and w (most - R): no bound on the weights is needed, and
    what the log could never show only widens the interval. Rows are taken in the order of time. It speaks of the mean
    over the occasions of this log, whoever came, and stays valid where the logging policy learned as it went.

    Predictable plug-in empirical Bernstein bound: Waudby-Smith and Ramdas, *Estimating means of bounded random variables
    by betting*, 2024; for logs Waudby-Smith, Wu, Ramdas, Karampatziakis and Mineiro, *Anytime-valid off-policy inference
    for contextual bandits*, 2022. Raises `ValueError` for a reward outside [0, most].

    >>> found = always_valid(np.ones(4000), np.tile([0.0, 1.0], 2000), 1.0)
    >>> 0.44 < found.low < 0.5 < found.high < 0.56
    True
    """
    if not len(reward) or reward.min() < 0 or reward.max() > most or most <= 0:
        raise ValueError(f"rewards must lie in [0, {most}]")
    scaled = reward / most
    low = _least(weight * scaled, alpha / 2)
    high = 1 - _least(weight * (1 - scaled), alpha / 2)
    return Interval(float((weight * reward).mean()), max(0.0, low) * most, min(1.0, high) * most)


def _least(terms: Floats, alpha: float) -> float:
    """The lower end of a sequence for the mean of non-negative terms whose mean is at most 1, after the last of them."""
    n = len(terms)
    t = np.arange(1.0, n + 1)
    before = np.concatenate([[0.0], np.cumsum(terms)[:-1]])
    centre = np.minimum(1.0, (0.5 + before) / t)
    squared = (terms - centre) ** 2
    spread = np.concatenate([[0.25], (0.25 + np.cumsum(squared)[:-1]) / t[1:]])
    bet = np.minimum(BET, np.sqrt(2 * math.log(1 / alpha) / (spread * t * np.log1p(t))))
    psi = -np.log1p(-bet) - bet
    total = float(bet.sum())
    return (float(bet @ terms) - math.log(1 / alpha) - float(psi @ squared)) / total


def estimates(rows: Rows, *, alpha: float = 0.05) -> Mapping[Name, Interval]:
    """Every estimator's value and interval.

    >>> rng = np.random.default_rng(1)
    >>> action = rng.integers(0, 2, 40_000)
    >>> reward = (rng.random(40_000) < np.where(action == 1, 0.3, 0.1)).astype(float)
    >>> always_one = np.tile([0.0, 1.0], (40_000, 1))
    >>> mu, half = np.tile([0.1, 0.3], (40_000, 1)), np.full(40_000, 0.5)
    >>> rows = Rows.of(always_one, mu, action, reward, half, np.arange(40_000))
    >>> {name: round(found.estimate, 2) for name, found in estimates(rows).items()}
    {'ips': 0.29, 'snips': 0.3, 'dm': 0.3, 'dr': 0.3, 'switch': 0.3}
    """
    return {name: rows.interval(name, alpha=alpha) for name in ESTIMATORS}
