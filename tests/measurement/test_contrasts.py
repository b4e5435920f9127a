"""A kind of message is compared with what might have been shown in its stead, never with another place or hour."""

from __future__ import annotations

import math

import numpy as np

from gale.measurement import Contrasts, among

KINDS = {f"{kind}{i}": kind for kind in ("proof", "gain", "ritual") for i in range(4)}
# The letter is answered four times as often as the banner, and has other kinds than the banner has.
PLACES = {
    ("proof0", "proof1", "proof2", "gain0"): 0.08,
    ("proof3", "gain1", "gain2", "gain3", "ritual0"): 0.02,
}


def log(rng: np.random.Generator, n: int, *, effect: dict[str, float] | None = None, sharp: bool = False) -> Contrasts:
    """`n` messages; chosen evenly or, where `sharp`, by a rule that prefers the first and grows surer as time goes by."""
    seen = Contrasts()
    places = list(PLACES.items())
    for i in range(n):
        eligible, rate = places[int(rng.random() < 0.6)]
        chances = np.full(len(eligible), 1 / len(eligible))
        if sharp:
            lean = 0.8 * i / n
            chances = (1 - lean) * chances + lean * np.eye(len(eligible))[0]
        at = int(rng.choice(len(eligible), p=chances))
        rate *= 1 + (effect or {}).get(KINDS[eligible[at]], 0.0)
        seen.see(eligible, KINDS, eligible[at], float(chances[at]), bool(rng.random() < rate))
    return seen


def verdicts(seen: Contrasts, n: int) -> dict[str, str]:
    found = seen.found()
    told = among([(c.n, c.pair) for c in found.values()], planned_n=n)
    return {kind: f.verdict for kind, f in zip(found, told, strict=True)}


def test_a_kind_that_stands_in_the_better_place_is_not_proven_better():
    """60 campaigns in which no kind does anything, looked at twice each, chosen evenly or ever more sharply; by place the
    kinds' rates lie far apart. Allowed error: one in twenty and three standard errors."""
    rng = np.random.default_rng(71)
    wrong = 0
    for i in range(60):
        seen = log(rng, 6_000, sharp=bool(i % 2))
        wrong += any(v != "not_apart" for v in verdicts(seen, 6_000).values())
    assert wrong / 60 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 60)


def test_a_kind_that_is_answered_more_often_in_either_place_is_proven_better():
    seen = log(np.random.default_rng(72), 20_000, effect={"gain": 1.0})
    assert verdicts(seen, 20_000)["gain"] == "proven"
    gain = seen.found()["gain"]
    truth = 0.4 * 0.08 + 0.6 * 0.02  # twice the rate, so that the difference is the rate, over both places
    reach = 3 * gain.pair.error
    assert abs(gain.pair.one - gain.pair.other - truth) < reach


def test_where_there_was_no_choice_nothing_is_compared():
    seen = Contrasts()
    seen.see(("proof0", "proof1"), KINDS, "proof0", 0.5, True)
    seen.see(("proof0", "unnamed"), KINDS, "unnamed", 0.5, True)
    assert seen.found() == {}
