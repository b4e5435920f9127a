"""The peers of `decide`: each has learned from 2,000 decisions of one world and chooses an arm for one person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEARNED = 2000
EPSILON = 0.05
Floats = NDArray[np.float64]
Call = Callable[[int], object]


def peers_of(arms: int, people: Floats) -> dict[str, Call]:
    """By name, a call that chooses for the i-th of `people`."""
    rng = np.random.default_rng(11)
    seen = np.clip(rng.standard_normal((LEARNED, people.shape[1])), -3, 3)
    arm = rng.integers(0, arms, LEARNED)
    reward = (rng.random(LEARNED) < 0.1 + 0.05 * (seen[:, 1] > 0) * (arm % 2)).astype(np.float64)
    log = (seen, arm, reward)
    return {
        "vw": _vw(arms, people, log),
        "vw_fixed": _vw_fixed(arms, people, log),
        "river": _river(arms, people, log),
        "mabwiser": _mabwiser(arms, people, log),
        "bayesianbandits": _bayesianbandits(arms, people, log),
    }


def _features(x: Floats) -> str:
    return " ".join(f"f{i}:{value:.6g}" for i, value in enumerate(x))


def _traits(arm: int) -> str:
    """The same traits as our variants have: angle, audience, length, and the variant's own name."""
    return f"|a angle_{arm % 6} audience_{arm // 6 % 4} length_{arm // 24 % 3} v_{arm}"


def _vw(arms: int, people: Floats, log: tuple[Floats, Any, Floats]) -> Call:
    """Vowpal Wabbit, `--cb_explore_adf`: one example a variant. It is handed ready text, and parses it."""
    import vowpalwabbit

    vw = vowpalwabbit.Workspace(f"--cb_explore_adf --epsilon {EPSILON} -q sa --quiet --random_seed 1")
    lines = [_traits(a) for a in range(arms)]
    for x, a, r in list(zip(*log, strict=True))[:200]:
        labelled = [f"0:{-r}:{1 / arms} {line}" if i == a else line for i, line in enumerate(lines)]
        vw.learn([f"shared |s {_features(x)}", *labelled])
    shared = [f"shared |s {_features(x)}" for x in people]

    def choose(i: int) -> object:
        return vw.predict([shared[i], *lines])

    return choose


def _vw_fixed(arms: int, people: Floats, log: tuple[Floats, Any, Floats]) -> Call:
    """Vowpal Wabbit, `--cb_explore K`: one example a person. It is handed ready text, and parses it."""
    import vowpalwabbit

    vw = vowpalwabbit.Workspace(f"--cb_explore {arms} --epsilon {EPSILON} -b 20 --quiet --random_seed 1")
    for x, a, r in zip(*log, strict=True):
        vw.learn(f"{a + 1}:{-r}:{1 / arms} |s {_features(x)}")
    text = [f"|s {_features(x)}" for x in people]
    return lambda i: vw.predict(text[i])


def _river(arms: int, people: Floats, log: tuple[Floats, Any, Floats]) -> Call:
    """river, LinUCB with a model an arm; handed its dictionaries ready."""
    from river import bandit

    policy = bandit.LinUCBDisjoint(alpha=0.5, seed=1)
    ids = list(range(arms))
    for x, a, r in zip(*log, strict=True):
        policy.update(int(a), dict(enumerate(x.tolist())), float(r))
    contexts = [dict(enumerate(x.tolist())) for x in people]
    return lambda i: policy.pull(ids, context=contexts[i])


def _mabwiser(arms: int, people: Floats, log: tuple[Floats, Any, Floats]) -> Call:
    """MABWiser, linear models with epsilon-greedy: the quickest of its contextual policies."""
    from mabwiser.mab import MAB, LearningPolicy

    mab = MAB(list(range(arms)), LearningPolicy.LinGreedy(epsilon=EPSILON, l2_lambda=1.0), seed=1)
    seen, arm, reward = log
    mab.fit(decisions=arm, rewards=reward, contexts=seen)
    return lambda i: mab.predict(people[i : i + 1])


def _bayesianbandits(arms: int, people: Floats, log: tuple[Floats, Any, Floats]) -> Call:
    """bayesianbandits, Thompson sampling with a Bayesian linear model an arm."""
    from bayesianbandits import Arm, ContextualAgent, NormalRegressor, ThompsonSampling

    agent = ContextualAgent(
        [Arm(a, learner=NormalRegressor(alpha=1.0, beta=1.0)) for a in range(arms)], ThompsonSampling(), random_seed=1
    )
    seen, arm, reward = log
    for a in range(arms):
        agent.select_for_update(a).update(seen[arm == a][:20], reward[arm == a][:20]) if (arm == a).any() else None
    return lambda i: agent.pull(people[i : i + 1])
