"""What an answer is worth, what a contact costs and which floors a group has: inside the choice, propensities exact."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gale.decision import kernel
from gale.decision.snapshot import Body, Snapshot, record

ARMS = ("a", "b", "c", "d", "e")
K, M, T, D = 5, 40, 3, 4
GROUPS = ("", "young", "none")


def f4(values):
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


def f8(values):
    return np.ascontiguousarray(values, dtype="<f8").tobytes()


def a_snapshot(seed: int, rule: str, *, asked: bool = True, explore: float = 0.2) -> Snapshot:
    rng = np.random.default_rng(seed)
    terms = {}
    if asked:
        spread = rng.dirichlet(np.ones(K), 2)
        spread[1] = [0.5, 0.5, 0, 0, 0]
        terms = {"worth": f8(rng.uniform(0.5, 2, K)), "charge": f8(rng.uniform(0, 0.3, K))}
        terms |= {"spread": f8(spread), "groups": GROUPS[:2]}
    if rule == "personal":
        terms |= {"draws": f4(rng.normal(size=(M, T, D))), "blocks": ("x", "y", "z"), "features": ("", "f", "g", "h")}
        terms |= {"member": rng.integers(0, 2, (K, T)).astype(np.uint8).tobytes(), "mean": f8(np.zeros((T, D)))}
    return Snapshot(ARMS, Body(rule=rule, explore=explore, scores=f4(rng.normal(size=(M, K))), **terms))


cases = st.tuples(
    st.integers(0, 50),
    st.sampled_from(["personal", "campaign"]),
    st.booleans(),
    st.lists(st.booleans(), min_size=K, max_size=K).filter(any) | st.none(),
    st.sampled_from(GROUPS),
)
unit = st.floats(0, 1, exclude_max=True)


@settings(max_examples=150, deadline=None)
@given(cases, unit, unit)
def test_the_chosen_arms_propensity_is_one_of_those_that_sum_to_one(case, one, two):
    seed, rule, asked, mask, group = case
    snapshot, allowed = a_snapshot(seed, rule, asked=asked), None if mask is None else np.array(mask)
    x = np.random.default_rng(seed + 1).normal(size=D)
    p = snapshot.propensities(x, allowed, group)
    assert p.sum() == pytest.approx(1, abs=1e-12)
    assert allowed is None or (p[~allowed] == 0).all()
    choice = snapshot.choose(x, allowed, (one, two), group)
    assert choice.propensity == pytest.approx(p[choice.arm], abs=1e-12)
    assert choice.propensity > 0
    many = None if allowed is None else allowed[None]
    arms, chances = snapshot.choose_many(x[None], many, np.array([[one, two]]), [group])
    assert arms.tolist() == [choice.arm]
    assert chances == pytest.approx([choice.propensity], abs=1e-12)
    arms, chances = snapshot.choose_many(x[None], many, np.array([[one, two]]), [group], exact=False)
    assert (arms.tolist(), chances) == ([choice.arm], None)


@pytest.mark.parametrize("rule", ["personal", "campaign"])
@pytest.mark.parametrize("mask", [None, [True, True, False, True, False]])
@pytest.mark.parametrize("group", GROUPS)
def test_arms_come_as_often_as_their_propensities_say(rule, mask, group):
    """40,000 draws with a fixed seed; each frequency within four standard errors."""
    snapshot, allowed = a_snapshot(3, rule, explore=0.4), None if mask is None else np.array(mask)
    n, x = 40_000, np.array([1.0, 0.3, 0.0, -1.0])
    draws = np.random.default_rng(7).random((n, 2))
    every = None if allowed is None else np.broadcast_to(allowed, (n, K))
    arms, chances = snapshot.choose_many(np.broadcast_to(x, (n, D)), every, draws, [group] * n)
    p = snapshot.propensities(x, allowed, group)
    error = np.sqrt(p * (1 - p) / n)
    assert (np.abs(np.bincount(arms, minlength=K) / n - p) <= 4 * error).all()
    assert chances == pytest.approx(p[arms], abs=1e-12)
    one_by_one = [snapshot.choose(x, allowed, (a, b), group).arm for a, b in draws[:500].tolist()]
    assert one_by_one == arms[:500].tolist()


def test_worth_and_charge_change_the_winner_as_worked_out_by_hand():
    scores = f4([[0.10, 0.12]])  # 0.10 x 3 - 0.05 = 0.25 against 0.12 x 2 - 0 = 0.24
    plain = Snapshot(("a", "b"), Body(rule="campaign", explore=0.0, scores=scores))
    asked = Snapshot(
        ("a", "b"), Body(rule="campaign", explore=0.0, scores=scores, worth=f8([3, 2]), charge=f8([0.05, 0]))
    )
    dearer = Snapshot(
        ("a", "b"), Body(rule="campaign", explore=0.0, scores=scores, worth=f8([3, 2]), charge=f8([0.07, 0]))
    )
    x = np.ones(1)
    assert [s.choose(x, None, (0.5, 0.5)).arm for s in (plain, asked, dearer)] == [1, 0, 1]
    assert asked.propensities(x).tolist() == [1.0, 0.0]


def test_a_floor_is_kept_among_the_arms_allowed_and_falls_back_to_even_where_it_has_none():
    snapshot, x = a_snapshot(1, "campaign", explore=1.0), np.ones(1)
    assert snapshot.propensities(x, None, "young").tolist() == [0.5, 0.5, 0, 0, 0]
    assert snapshot.propensities(x, np.array([True, False, True, True, False]), "young").tolist() == [1, 0, 0, 0, 0]
    assert snapshot.propensities(x, np.array([False, False, True, True, False]), "young").tolist() == [
        0,
        0,
        0.5,
        0.5,
        0,
    ]
    assert snapshot.propensities(x, None, "unheard of").tolist() == [0.2] * 5
    assert snapshot.choose(x, None, (np.nextafter(1, 0), 0.0), "young").arm == 1


def test_a_snapshot_stored_before_there_were_terms_chooses_as_it_did():
    made = a_snapshot(2, "personal", asked=False)
    kept = msgspec.msgpack.decode(record(made.body, campaign="c", kind="k", version=1, time=0, arms=ARMS).body)
    old = {name: value for name, value in kept.items() if name not in ("worth", "charge", "spread", "groups")}
    body = msgspec.msgpack.encode({**old, "form": 1})
    stored = record(made.body, campaign="c", kind="k", version=1, time=0, arms=ARMS)
    again = Snapshot.load(msgspec.structs.replace(stored, body=body))
    x = np.random.default_rng(0).normal(size=(20, D))
    assert (again.propensities_many(x) == made.propensities_many(x)).all()


def test_without_a_compiler_numpy_gives_the_same_choices(monkeypatch):
    x, draws = np.random.default_rng(0).normal(size=(50, D)), np.random.default_rng(1).random((50, 2))
    for rule in ("personal", "campaign"):
        here = a_snapshot(4, rule)
        with monkeypatch.context() as patched:
            patched.setattr(kernel, "_kernel", None)
            there = a_snapshot(4, rule)
        assert (here.propensities_many(x) == there.propensities_many(x)).all()
        assert here.choose_many(x, None, draws)[0].tolist() == there.choose_many(x, None, draws)[0].tolist()
        assert [here.choose(p, None, tuple(u)) for p, u in zip(x, draws.tolist(), strict=True)] == [
            there.choose(p, None, tuple(u)) for p, u in zip(x, draws.tolist(), strict=True)
        ]


def test_numbers_that_are_none_make_no_policy():
    stored = record(
        Body(rule="campaign", explore=0.1, scores=f4([[0.1, np.nan]])),
        campaign="c",
        kind="k",
        version=1,
        time=0,
        arms=("a", "b"),
    )
    with pytest.raises(Exception, match=r"policy\.unreadable"):
        Snapshot.load(stored)
