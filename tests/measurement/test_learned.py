"""What was learned: unbiased whatever the policy did, silent where nothing differs, and never twice the same thing."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gale.measurement.learned import (
    Answers,
    Cell,
    Contribution,
    Option,
    comparable,
    contributions,
    day,
    options_of,
)
from gale.records.creative import Variant
from gale.stats import Interval

SLATE = tuple(f"v{i}" for i in range(6))
A, B, C = Option("angle", "a"), Option("angle", "b"), Option("slot:cta", "cta.1")
HELD = {"v0": {A, C}, "v1": {A}, "v2": {A}, "v3": {B, C}, "v4": {B}, "v5": {B}}
OPTIONS = {name: frozenset(held) for name, held in HELD.items()}


def cells_of(rows: list[tuple[int, str, bool, float]], slate: tuple[str, ...] = SLATE) -> dict[Cell, Answers]:
    """(day, variant, answered, propensity) rows as sums."""
    cells: dict[Cell, Answers] = {}
    for at, variant, hit, p in rows:
        cells.setdefault(Cell(at, "letter/fr", slate, variant), Answers()).see(hit, p)
    return cells


def simulated(
    rates: dict[str, float], rng: np.random.Generator, *, days: int = 14, a_day: int = 400
) -> list[dict[Cell, Answers]]:
    """A campaign that favours what was answered so far, a fifth of it spread evenly: its sums after each day."""
    hits, shown = np.ones(len(SLATE)), np.full(len(SLATE), 20.0)
    so_far: dict[Cell, Answers] = {}
    told = []
    for at in range(days):
        share = (
            0.2 / len(SLATE)
            + 0.8
            * np.bincount(rng.beta(hits, shown - hits, (64, len(SLATE))).argmax(axis=1), minlength=len(SLATE))
            / 64
        )
        for arm in rng.choice(len(SLATE), a_day, p=share):
            hit = bool(rng.random() < rates[SLATE[arm]])
            hits[arm] += hit
            shown[arm] += 1
            so_far.setdefault(Cell(at, "letter/fr", SLATE, SLATE[arm]), Answers()).see(hit, float(share[arm]))
        told.append({cell: answers + Answers() for cell, answers in so_far.items()})
    return told


def test_the_scores_are_unbiased_whatever_the_policy_favours() -> None:
    """Over all ways one message can go, their means are the rates of evenly chosen messages, with and without."""
    rates = dict(zip(SLATE, (0.1, 0.2, 0.3, 0.02, 0.04, 0.06), strict=True))
    favours = dict(zip(SLATE, (0.5, 0.3, 0.1, 0.05, 0.03, 0.02), strict=True))
    past = cells_of([(0, v, i % 7 == 0, 1 / 6) for i, v in enumerate(SLATE * 60)])
    found = {}
    for variant, hit in itertools.product(SLATE, (True, False)):
        probability = favours[variant] * (rates[variant] if hit else 1 - rates[variant])
        after = contributions(past | cells_of([(1, variant, hit, favours[variant])]), OPTIONS, planned_n=100)
        for one in after:
            found.setdefault(one.option, []).append((probability, one.rate, one.average))
    base = {one.option: one for one in contributions(past, OPTIONS, planned_n=100)}
    truth = {A: 0.2, B: 0.04, C: 0.06}
    for option, seen in found.items():
        # One new message among many old ones moves the mean by a little, and by the same weight for each outcome.
        moved = sum(p * rate for p, rate, _ in seen)
        average = sum(p * mean for p, _, mean in seen)
        n = sum(a.n for a in past.values())
        weight = (average - base[option].average) / (0.12 - base[option].average)
        assert 0 < weight < 3 / n
        assert moved - base[option].rate == pytest.approx(weight * (truth[option] - base[option].rate), rel=1e-6)


def test_a_real_difference_is_found_and_its_interval_holds_the_truth() -> None:
    rng = np.random.default_rng(3)
    rates = {v: 0.18 if A in OPTIONS[v] else 0.09 for v in SLATE}
    last = simulated(rates, rng)[-1]
    found = {c.option: c for c in contributions(last, OPTIONS, planned_n=5_600)}
    assert found[A].verdict == "proven"
    assert found[B].verdict == "harm"
    assert found[C].verdict == "not_apart"
    for option, truth in ((A, 0.18 / 0.135 - 1), (B, 0.09 / 0.135 - 1), (C, 0.0)):
        value = found[option].relative
        assert value is not None
        assert value.low <= truth <= value.high


def test_looking_every_day_at_everything_makes_no_false_winner() -> None:
    """120 campaigns where nothing differs, 8 looks each: something is claimed in 5 % of them at most, give or take what
    120 draws allow (two standard errors: 4 points)."""
    rng = np.random.default_rng(11)
    false = 0
    for _ in range(120):
        rates = dict.fromkeys(SLATE, 0.12)
        false += any(
            any(c.proven for c in contributions(cells, OPTIONS, planned_n=2_800))
            for cells in simulated(rates, rng, days=8, a_day=300)
        )
    assert false / 120 <= 0.05 + 0.04


def test_what_a_busy_place_answers_is_no_merit_of_what_is_shown_there() -> None:
    """A letter is answered ten times as often as a banner; the angle that only the letter favours gains nothing by it."""
    rng = np.random.default_rng(5)
    rows: dict[Cell, Answers] = {}
    for slate, rate, share in (("letter/fr", 0.3, (0.9, 0.1)), ("banner/fr", 0.03, (0.1, 0.9))):
        for at in range(4):
            for arm in rng.choice(2, 1_500, p=share):
                cell = Cell(at, slate, ("v0", "v3"), ("v0", "v3")[arm])
                rows.setdefault(cell, Answers()).see(bool(rng.random() < rate), share[arm])
    angles = {"v0": frozenset({A}), "v3": frozenset({B}), "w0": frozenset({A}), "w3": frozenset({B})}
    found = {c.option: c for c in contributions(rows, angles, planned_n=12_000)}
    assert found[A].verdict == "not_apart"
    assert found[A].average == pytest.approx(0.165, abs=0.02)
    raw = {o: sum(a.answered for c, a in rows.items() if o in angles[c.variant]) for o in (A, B)}
    assert raw[A] > 3 * raw[B]  # what a plain count would have called a winner


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(SLATE), st.booleans(), st.sampled_from([0.1, 0.25, 0.5])),
        max_size=60,
    ),
    st.integers(0, 60),
)
def test_sums_of_two_servers_add_up(rows: list[tuple[int, str, bool, float]], cut: int) -> None:
    one, two, both = cells_of(rows[:cut]), cells_of(rows[cut:]), cells_of(rows)
    merged = {c: one.get(c, Answers()) + two.get(c, Answers()) for c in one | two}
    assert {c: (a.n, a.answered) for c, a in merged.items()} == {c: (a.n, a.answered) for c, a in both.items()}
    for cell, answers in merged.items():
        assert answers.squares == pytest.approx(both[cell].squares, rel=1e-12)


def test_options_that_the_same_variants_have_are_one_comparison() -> None:
    held = {"v0": frozenset({A, C}), "v1": frozenset({A, C}), "v2": frozenset({B}), "v3": frozenset({B})}
    assert comparable(held, [("v0", "v1", "v2", "v3")]) == {A: (C,), B: ()}


def test_what_every_variant_has_or_only_one_is_not_compared() -> None:
    held = {"v0": frozenset({A, B}), "v1": frozenset({A}), "v2": frozenset({A})}
    assert comparable(held, [("v0", "v1", "v2")]) == {}
    assert contributions(cells_of([(0, "v0", True, 1.0)], ("v0",)), {"v0": frozenset({A})}, planned_n=10) == []
    assert contributions({}, {}, planned_n=10) == []


def test_a_few_messages_say_nothing() -> None:
    found = contributions(cells_of([(0, v, True, 1 / 6) for v in SLATE * 10]), OPTIONS, planned_n=100)
    assert {c.verdict for c in found} == {"few"}
    assert all(c.relative is None and not c.proven for c in found)


def test_angles_are_compared_within_each_declared_group_and_slots_are_not() -> None:
    rows: dict[Cell, Answers] = {}
    for i, variant in enumerate(SLATE * 200):
        group = ("early", "office")[i // 6 % 2]
        rows.setdefault(Cell(0, "letter/fr", SLATE, variant, group), Answers()).see(i % 9 == 0, 1 / 6)
    names = {c.name for c in contributions(rows, OPTIONS, planned_n=1_200)}
    assert {(A, ""), (A, "early"), (A, "office"), (C, "")} <= names
    assert (C, "early") not in names


def test_a_hook_asks_where_its_sentence_ends_with_a_question_mark() -> None:
    def made(subject: str) -> Variant:
        return Variant(
            id="v", framework="f", placement="email", locale="fr", slots={"subject": subject, "tail": "Et vous ?"},
            phrases={"subject": "hooks.1", "tail": "tails.1"}, fields={}, traits={"hook": "hooks.1", "angle": "story"},
        )  # fmt: skip

    asks = Option("hook", "asks")
    assert asks in options_of(made("On commence en douceur\u202f?"))
    assert asks not in options_of(made("On commence en douceur."))
    assert Option("hook", "hooks.1") not in options_of(made("x"))


def one(option: Option, verdict: str, evidence: float = 50.0) -> Contribution:
    return Contribution(
        option=option, n=900, answered=90, rate=0.12, average=0.1, relative=Interval(0.2, 0.05, 0.4),
        verdict=verdict, evidence=evidence, level=0.05,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_day_is_new_lost_still_nothing_or_early() -> None:
    assert day([], []).state == "early"
    assert day([one(A, "not_apart")], []).state == "nothing"
    assert day([one(A, "proven")], [one(A, "not_apart")]).state == "new"
    assert day([one(A, "proven")], [one(A, "proven")]).state == "still"
    assert day([one(A, "not_apart")], [one(A, "proven")]).state == "lost"


def test_a_verdict_that_turned_round_is_news() -> None:
    told = day([one(A, "harm")], [one(A, "proven")])
    assert told.new == told.stands
    assert told.state == "new"
