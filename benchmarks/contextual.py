"""Choosing for each person while tastes shift: how much of what is possible is earned, against two peers.

    python -m benchmarks contextual --json [--seeds 3] [--decisions 60000] [--data FILE]

The world is simulated: 20 variants of an angle (5) and an audience (4), eight features, yes-or-no answers at about 8 %
whose log-odds are linear in angle x feature and audience x feature; at half time all tastes are drawn anew, and nobody
is told. Everybody meets the same people with the same luck (common random numbers) and hears answers in batches of 500.

    share_of_possible = (earned - best constant) / (best for each person - best constant), over the whole run

in expected answers. `ours` is the personal learner with the gate open; `gated` has it behind the gate, as a campaign has.
The peers' settings are tuned on another world of the same kind, the best of each goes through the test: Vowpal Wabbit
(`--cb_explore_adf`, features x variant traits) and bayesianbandits (Thompson sampling on a shared model of the same
products, with forgetting).

On real e-mail data (three e-mails at random, visits within two weeks) hardly anything beats the best constant: the
guarded policy learns from the rows whose e-mail it would have sent, and is valued on all rows by inverse propensity.
`real_lost` is what its own choices lost a decision against the best e-mail for everybody, with a 95 % interval, without
the evenly spread share, whose cost is `real_explored`.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gale.decision.gate import Gate
from gale.decision.learner import Arm, Batch, Learner
from gale.decision.snapshot import Snapshot
from gale.records.documents import FeatureSpec, PolicyLimits

Floats = NDArray[np.float64]
DATA = Path(__file__).parents[2] / "shared" / "data" / "hillstrom_email_test.csv.gz"
EACH = 500
TICKS = 240
ANGLES, AUDIENCES, FEATURES = 5, 4, 8
TUNING = 40_000
VW = (
    "--squarecb",
    "--squarecb --gamma_scale 100",
    "--squarecb --gamma_scale 1000",
    "--epsilon 0.02 --cb_type mtr",
    "--epsilon 0.05 --cb_type dr",
    "--squarecb --power_t 0 -l 0.1",
    "--epsilon 0.02 --power_t 0 -l 0.1",
)
BAYES = (
    ("glm", 1.0),
    ("glm", 0.99995),
    ("glm", 0.9999),
    ("glm", 0.9998),
    ("glm", 0.9995),
    ("normal", 0.99995),
    ("normal", 0.9999),
    ("normal", 0.9998),
    ("normal", 0.9995),
)


class World:
    """People, what each variant would earn with each (`chance`, (n, K)), and what luck makes of it (`answer`)."""

    def __init__(self, seed: int, n: int) -> None:
        rng = np.random.default_rng([seed, 77])
        self.n, self.k = n, ANGLES * AUDIENCES
        self.angle = np.arange(self.k) % ANGLES
        self.audience = np.arange(self.k) // ANGLES
        self.people = np.clip(rng.standard_normal((n, FEATURES)), -3, 3)
        self.people[:, FEATURES // 2 :] = np.sign(self.people[:, FEATURES // 2 :])
        logit = np.empty((n, self.k))
        for half in (slice(0, n // 2), slice(n // 2, n)):
            angle, audience = rng.normal(0, 0.3, (FEATURES, ANGLES)), rng.normal(0, 0.15, (FEATURES, AUDIENCES))
            liked = rng.normal(0, 0.15, ANGLES)[self.angle] + rng.normal(0, 0.1, AUDIENCES)[self.audience]
            own = rng.normal(0, 0.05, self.k)
            logit[half] = liked + own + self.people[half] @ (angle[:, self.angle] + audience[:, self.audience]) - 2.85
        self.chance = 1 / (1 + np.exp(-logit))
        self.answer = (rng.random((n, self.k)) < self.chance).astype(np.float64)

    def share(self, chosen: NDArray[np.intp]) -> float:
        """Of the possible personal lift, how much these choices earn."""
        constant, possible = self.chance.sum(axis=0).max(), self.chance.max(axis=1).sum()
        earned = self.chance[np.arange(self.n), chosen].sum()
        return float((earned - constant) / (possible - constant))


def ours(world: World, seed: int, *, gated: bool = False) -> tuple[float, int | None]:
    """The product's own learner and snapshots; with `gated`, its gate too."""
    half = FEATURES // 2
    specs = [FeatureSpec(name=f"n{i}", kind="number") for i in range(half)]
    specs += [FeatureSpec(name=f"c{i}", kind="category", values=["1"]) for i in range(half)]
    arms = [
        Arm(f"v_{i:02d}", {"angle": str(a), "audience": str(b)})
        for i, (a, b) in enumerate(zip(world.angle, world.audience, strict=True))
    ]
    learner = Learner.start(arms, specs, PolicyLimits(live_max=world.k, explore_after=0.02), seed)
    x = np.zeros((world.n, learner.encoder.size))
    x[:, 0] = 1.0
    x[:, 1 : 1 + 2 * half : 2] = world.people[:, :half]
    x[:, 1 + 2 * half :: 2] = world.people[:, half:] > 0
    x[:, 2 + 2 * half :: 2] = world.people[:, half:] <= 0
    rng, gate = np.random.default_rng([seed, 1]), Gate.start(world.n)
    chosen = np.empty(world.n, dtype=np.intp)
    for start in range(0, world.n, EACH):
        rows = np.arange(start, min(world.n, start + EACH))
        personal = gate.opened if gated else True
        snapshot = Snapshot.load(learner.snapshot("c", "k", start, 0, personal=personal))
        draws = rng.random((len(rows), 2))
        arm, chance = snapshot.choose_many(x[rows], None, draws)
        assert chance is not None
        chosen[rows] = arm
        own = (draws[:, 0] >= snapshot.explore) & personal
        batch = Batch(arm, x[rows], world.answer[rows, arm], chance, tick=rows * TICKS // world.n, personal=own)
        if gated:
            gate = gate.update(learner.evidence(batch))
        learner = learner.learn(batch)
    return world.share(chosen), gate.decided_at_n


def vowpal(world: World, seed: int, setting: str) -> float:
    import vowpalwabbit

    model = vowpalwabbit.Workspace(f"--cb_explore_adf -q sa --quiet --random_seed {seed + 1} {setting}")
    rng = np.random.default_rng([seed, 2])
    half = FEATURES // 2
    actions = [
        f"|a v{i} g{a} u{b}" for i, (a, b) in enumerate(zip(world.angle.tolist(), world.audience.tolist(), strict=True))
    ]
    chosen = np.empty(world.n, dtype=np.intp)
    told: list[tuple[str, int, float, float]] = []
    for i in range(world.n):
        person = world.people[i].tolist()
        shared = "shared |s " + " ".join(
            [f"n{j}:{v:.4f}" for j, v in enumerate(person[:half])]
            + [f"c{j}{'y' if v > 0 else 'n'}" for j, v in enumerate(person[half:])]
        )
        chances = np.asarray(model.predict([shared, *actions]), dtype=np.float64)
        chances = np.maximum(chances, 0) / np.maximum(chances, 0).sum()
        arm = min(int(np.searchsorted(chances.cumsum(), rng.random())), world.k - 1)
        chosen[i] = arm
        told.append((shared, arm, float(world.answer[i, arm]), float(chances[arm])))
        if len(told) == EACH:
            for text, a, reward, p in told:
                line = f"0:{-reward:g}:{p:.6f} {actions[a]}"
                model.learn([text, *actions[:a], line, *actions[a + 1 :]])
            told = []
    model.finish()
    return world.share(chosen)


def bayes(world: World, seed: int, setting: tuple[str, float]) -> float:
    from bayesianbandits import (
        Arm as Theirs,
    )
    from bayesianbandits import (
        BayesianGLM,
        ExponentialForgetting,
        FunctionArmFeaturizer,
        LipschitzContextualAgent,
        NormalRegressor,
        ThompsonSampling,
    )

    def products(x: Any, tokens: Any) -> Floats:
        """1, features, and their products with the variant's angle and audience."""
        one = np.column_stack([np.ones(len(x)), np.asarray(x)])
        d, parts = one.shape[1], 1 + ANGLES + AUDIENCES
        out = np.zeros((len(one), d * parts, len(tokens)))
        for i, token in enumerate(tokens):
            for part in (0, 1 + int(world.angle[token]), 1 + ANGLES + int(world.audience[token])):
                out[:, d * part : d * (part + 1), i] = one
        return out

    kind, keep = setting
    forgetting = None if keep == 1.0 else ExponentialForgetting(keep)
    learner: Any = (
        BayesianGLM(alpha=10.0, link="logit", forgetting=forgetting)
        if kind == "glm"
        else NormalRegressor(alpha=1000.0, beta=1 / 0.07, forgetting=forgetting)
    )
    agent: Any = LipschitzContextualAgent(
        arms=[Theirs(i, learner=None) for i in range(world.k)],
        policy=ThompsonSampling(),
        arm_featurizer=FunctionArmFeaturizer(products),
        learner=learner,
        random_seed=seed,
    )
    chosen = np.empty(world.n, dtype=np.intp)
    for start in range(0, world.n, EACH):
        rows = np.arange(start, min(world.n, start + EACH))
        arm = np.concatenate([agent.pull(world.people[part]) for part in np.array_split(rows, 5)]).astype(np.intp)
        chosen[rows] = arm
        for a in np.unique(arm):
            mine = rows[arm == a]
            agent.select_for_update(int(a)).update(world.people[mine], world.answer[mine, a])
    return world.share(chosen)


def _one(job: tuple[str, int, int, Any]) -> float:
    rule, seed, n, setting = job
    rules: dict[str, Callable[[World, int, Any], float]] = {"vw": vowpal, "bayes": bayes}
    return rules[rule](World(seed, n), seed, setting)


def emails(file: Path, seed: int) -> tuple[Batch, Learner]:
    """The real log in an order drawn by the seed: arms, encoded features, visits; a learner that knows nothing yet."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    names = sorted({r["segment"] for r in rows})
    specs = [
        FeatureSpec(name="recency", kind="number", centre=6, scale=3.5),
        FeatureSpec(name="history", kind="number", centre=240, scale=250),
        *(
            FeatureSpec(name=name, kind="category", values=sorted({r[name] for r in rows}))
            for name in ("mens", "womens", "zip_code", "newbie", "channel")
        ),
    ]
    learner = Learner.start([Arm(n) for n in names], specs, PolicyLimits(live_max=len(names)), seed)
    known = [{**r, "recency": float(r["recency"]), "history": float(r["history"])} for r in rows]
    order = np.random.default_rng([seed, 3]).permutation(len(rows))
    arm = np.array([names.index(r["segment"]) for r in rows], dtype=np.intp)
    reward = np.array([float(r["visit"]) for r in rows])
    log = Batch(
        arm[order], learner.encoder.encode_many(known)[order], reward[order], np.full(len(rows), 1 / len(names))
    )
    return log, learner


def real(file: Path, seed: int) -> dict[str, Any]:
    """The guarded policy on the real log."""
    log, learner = emails(file, seed)
    k, rng = len(learner.arms), np.random.default_rng([seed, 4])
    best = int(np.argmax([log.reward[log.arm == a].mean() for a in range(k)]))
    gate, lost, spread = Gate.start(len(log) // k), np.empty(len(log)), np.empty(len(log))
    for start in range(0, len(log), 600):
        rows = np.arange(start, min(len(log), start + 600))
        snapshot = Snapshot.load(learner.snapshot("c", "k", start, 0, personal=gate.opened))
        x, logged = log.features[rows], log.arm[rows]
        mine = snapshot.shares(x)[np.arange(len(rows)), logged]
        lost[rows] = ((logged == best) - mine) * log.reward[rows] * k
        spread[rows] = snapshot.explore * (mine - 1 / k) * log.reward[rows] * k
        draws = rng.random((len(rows), 2))
        arm, chance = snapshot.choose_many(x, None, draws)
        assert chance is not None
        same = arm == logged
        own = (draws[:, 0] >= snapshot.explore) & gate.opened
        batch = Batch(arm[same], x[same], log.reward[rows][same], chance[same], personal=own[same])
        gate = gate.update(learner.evidence(batch))
        learner = learner.learn(batch)
    error = 1.96 * float(lost.std()) / len(lost) ** 0.5
    mean = float(lost.mean())
    return {
        "real_lost": round(mean, 5),
        "real_low": round(mean - error, 5),
        "real_high": round(mean + error, 5),
        "real_explored": round(float(spread.mean()), 5),
        "real_gate_opened": gate.opened,
        "real_rows": len(log),
    }


def main(argv: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="contextual")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--decisions", type=int, default=60_000)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only-ours", action="store_true")
    options = parser.parse_args(argv)
    began = time.perf_counter()
    seeds, n = list(range(1, options.seeds + 1)), options.decisions
    worlds = [World(seed, n) for seed in seeds]
    opened = [ours(w, s)[0] for w, s in zip(worlds, seeds, strict=True)]
    gated = [ours(w, s, gated=True) for w, s in zip(worlds, seeds, strict=True)]
    told: dict[str, Any] = {
        "simulated": True,
        "decisions": n,
        "seeds": len(seeds),
        "base_rate": round(float(worlds[0].chance.mean()), 4),
        "share_of_possible": round(statistics.median(opened), 3),
        "share_each": [round(s, 3) for s in opened],
        "share_gated": round(statistics.median(s for s, _ in gated), 3),
        "gate_opened_at": [at for _, at in gated],
    }
    if not options.only_ours:
        settings: dict[str, tuple[Any, ...]] = {"vw": VW, "bayes": BAYES}
        with ProcessPoolExecutor(2) as pool:
            jobs = [(rule, 1000, TUNING, s) for rule, found in settings.items() for s in found]
            tuned = dict(zip(jobs, pool.map(_one, jobs), strict=True))
            picked = {rule: max((j for j in jobs if j[0] == rule), key=tuned.__getitem__)[3] for rule in settings}
            tests = [(rule, seed, n, picked[rule]) for rule in settings for seed in seeds]
            shares = dict(zip(tests, pool.map(_one, tests), strict=True))
        for rule, setting in picked.items():
            mine = [shares[(rule, seed, n, setting)] for seed in seeds]
            told[f"share_{rule}"] = round(statistics.median(mine), 3)
            told[f"{rule}_setting"] = setting if isinstance(setting, str) else " ".join(map(str, setting))
            told[f"{rule}_tuning"] = {str(j[3]): round(v, 3) for j, v in tuned.items() if j[0] == rule}
    told |= real(options.data, seeds[0]) if options.data.exists() else {"real": f"{options.data.name} is not there"}
    told["seconds"] = round(time.perf_counter() - began, 1)
    return told
