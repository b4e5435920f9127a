"""Sample-ratio mismatch: are the groups as large as they were drawn to be? A test that may be looked at any time."""

from __future__ import annotations

import math

import msgspec

from gale.stats.evalues import average

# Weights of the prior in people, half of the evidence each: a bug that moves a share by some percent shows in a large
# test, one that loses half of a group must show among the first hundreds.
CONCENTRATIONS = (10_000.0, 100.0)


class Split(msgspec.Struct, frozen=True):
    """`evidence` is the e-value (1 says nothing; 1/alpha or more is an alarm); `share` what was seen."""

    n: int
    share: float
    planned: float
    evidence: float
    alarm: bool


def split_alarm(in_group: int, others: int, planned: float, *, alpha: float = 0.001) -> Split:
    """Whether `in_group` of `in_group + others` people fit a planned share in (0, 1).

    The e-value is the average of two beta-binomial likelihoods (Beta priors around the planned share) over the binomial
    one; under the planned share it reaches 1/alpha with probability at most alpha, ever (Ville; Lindon and Malek,
    *Anytime-valid inference for multinomial count data*, 2022). alpha defaults to 0.001: an alarm means "do not read
    the lift".
    Raises `ValueError` for a planned share outside (0, 1) or a negative count.

    >>> split_alarm(2_000, 8_000, 0.2).alarm, split_alarm(2_300, 7_700, 0.2).alarm
    (False, True)
    """
    if not 0 < planned < 1 or min(in_group, others) < 0:
        raise ValueError(
            f"planned share {planned} must lie in (0, 1), counts {in_group}, {others} must not be negative"
        )
    n = in_group + others
    evidence = average([_evidence(in_group, others, planned, weight) for weight in CONCENTRATIONS])
    return Split(n, in_group / n if n else math.nan, planned, evidence, evidence >= 1 / alpha)


def _evidence(in_group: int, others: int, planned: float, weight: float) -> float:
    a, b = weight * planned, weight * (1 - planned)
    log_e = (
        _log_beta(a + in_group, b + others)
        - _log_beta(a, b)
        - in_group * math.log(planned)
        - others * math.log1p(-planned)
    )
    return math.exp(min(log_e, 700.0))


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
