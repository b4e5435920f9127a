"""Doubly robust values: what a policy would have earned on a log that another policy wrote.

The score of one logged row for a target policy pi is

    sum_a pi(a|x) mu(a, x)  +  pi(A|x) / p(A|x) * (R - mu(A, x))

(Dudik, Langford and Li, *Doubly robust policy evaluation and learning*, 2011). Its mean is the policy's value whenever
the logged propensities p are right, whatever the model mu, as long as mu did not see the row (cross-fitting:
Chernozhukov et al., *Double/debiased machine learning*, 2018).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gale.stats.interval import Interval
from gale.stats.normal import quantile

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def scores(target: Floats, mu: Floats, arm: Ints, reward: Floats, propensity: Floats) -> Floats:
    """One doubly robust score a row, shape `(n,)`.

    `target` and `mu` have shape `(n, K)`: probabilities of the target policy (or a difference of two policies, then the
    scores estimate the difference of their values) and predicted rewards; `propensity` is that of the logged `arm`.
    """
    rows = np.arange(arm.size)
    direct = np.einsum("nk,nk->n", target, mu)
    return np.asarray(direct + target[rows, arm] / propensity * (reward - mu[rows, arm]), dtype=np.float64)


def fixed_interval(values: Floats, *, alpha: float = 0.05, cluster: Ints | None = None) -> Interval:
    """Fixed-sample two-sided interval for the mean of `values`; rows of one cluster (a person) count as one draw.

    Variance by the linearised ratio of cluster sums, m/(m-1) * sum (s_c - mean n_c)^2 / n^2 over m clusters (the usual
    cluster-robust form). To be looked at once: for repeated looks use `Sequence`.
    """
    n = values.size
    if n < 2:
        return Interval.unknown()
    mean = float(values.mean())
    residual = values - mean
    if cluster is not None:
        sums: Floats = np.bincount(cluster, weights=residual).astype(np.float64)
        residual = sums[np.bincount(cluster) > 0]
    m = residual.size
    if m < 2:
        return Interval.unknown(mean)
    error = math.sqrt(float(residual @ residual) * m / (m - 1)) / n
    reach = quantile(1 - alpha / 2) * error
    return Interval(mean, mean - reach, mean + reach)


def effective_size(weights: Floats) -> float:
    """How many unweighted rows the weighted ones are worth: (sum w)^2 / sum w^2 (Kish 1965).

    >>> effective_size(np.ones(10))
    10.0
    """
    squares = float(weights @ weights)
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0
