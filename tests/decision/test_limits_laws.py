"""The choice under limits: propensities stay exact, floors hold for everybody of the group, what is shut stays shut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gale.campaign.limits import Rules, guaranteed
from gale.decision.bounds import Bounds, follows, refused
from gale.decision.features import FeatureEncoder
from gale.decision.learner import Arm, Batch, Learner
from gale.decision.snapshot import Snapshot
from gale.decision.terms import Terms, under
from gale.records.decision import Decision
from gale.records.documents import Brief, Campaign, FeatureSpec, Floor, PolicyLimits
from gale.records.spending import Spent, Used

SPECS = [FeatureSpec(name="rhythm", kind="category", values=["early", "late"])]
ENCODER = FeatureEncoder(SPECS)
IDS = tuple(f"v_{i}" for i in range(6))
FLOORS = [
    Floor(id="late", who={"rhythm": ["late"]}, variants=["v_0", "v_1"], at_least=0.15),
    Floor(id="new", who={"since": ["new"]}, variants=["v_5"], at_least=0.05),
]
RULES = Rules(
    ((({"age": ["young"]}), frozenset(), frozenset({"v_2", "v_3"})),),
    tuple((f.id, f.who, frozenset(), frozenset(f.variants)) for f in FLOORS),
    ("age", "rhythm", "since"),
)


def a_learner() -> Learner:
    """Six variants of which the floors' are the worst: nobody would choose them without a floor."""
    learner = Learner.start([Arm(a, {"angle": a[-1]}) for a in IDS], SPECS, PolicyLimits(), seed=1)
    rng = np.random.default_rng(4)
    x = ENCODER.encode_many([{"rhythm": str(r)} for r in rng.choice(["early", "late"], 6000)])
    arm = rng.integers(0, 6, 6000)
    rate = np.array([0.02, 0.02, 0.1, 0.2, 0.25, 0.02])[arm] * np.where((x[:, 1] > 0) == (arm == 3), 1.5, 0.7)
    reward = (rng.random(6000) < rate).astype(np.float64)
    return learner.learn(Batch(arm.astype(np.intp), x, reward, np.full(6000, 1 / 6)))


def a_snapshot(personal: bool, charge: dict[str, float]) -> Snapshot:
    learner = a_learner()
    floors = guaranteed(RULES, FLOORS, IDS, learner.explored(personal))
    terms = Terms(charge=charge, floors=floors)
    return Snapshot.load(learner.snapshot("c", "letter/fr", 1, 0, personal=personal, terms=terms))


SNAPSHOTS = {
    "campaign": a_snapshot(False, {"v_4": 0.08}),
    "personal": a_snapshot(True, {}),
    "personal, charged": a_snapshot(True, {"v_4": 0.1}),
}
GROUPS = {"": [], "late": FLOORS[:1], "new": FLOORS[1:], "late+new": FLOORS}


@pytest.mark.parametrize("name", SNAPSHOTS)
@settings(max_examples=60, deadline=None)
@given(
    rhythm=st.sampled_from(["early", "late", None]),
    group=st.sampled_from(list(GROUPS)),
    closed=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_the_floor_holds_for_every_person_of_the_group_whatever_is_shut(
    name: str, rhythm: str | None, group: str, closed: list[bool]
) -> None:
    snapshot, allowed = SNAPSHOTS[name], ~np.array(closed)
    for floor in GROUPS[group]:  # where all of a floor's variants are shut, nobody can keep it
        allowed[int(floor.variants[0][-1])] |= not any(allowed[int(v[-1])] for v in floor.variants)
    if not allowed.any():
        return
    x = ENCODER.encode({"rhythm": rhythm})
    p = snapshot.propensities(x, allowed, group)
    assert p.sum() == pytest.approx(1, abs=1e-12)
    assert (p[~allowed] == 0).all()
    for floor in GROUPS[group]:
        assert sum(p[int(v[-1])] for v in floor.variants) >= floor.at_least - 1e-9


@pytest.mark.parametrize("name", SNAPSHOTS)
@pytest.mark.parametrize("group", GROUPS)
def test_the_told_propensity_is_the_frequency_over_all_draws(name: str, group: str) -> None:
    """Brute force over a grid of 2,000 × M draws; the grid's step bounds the error."""
    snapshot = SNAPSHOTS[name]
    x, allowed = ENCODER.encode({"rhythm": "late"}), np.array([True, True, True, False, True, True])
    steps, counted, told = 2000, np.zeros(6), np.zeros(6)
    pool = (np.arange(snapshot.m) + 0.5) / snapshot.m
    late = [snapshot.choose(x, allowed, (0.999, float(v)), group) for v in pool]
    for u in (np.arange(steps) + 0.5) / steps:
        found = [snapshot.choose(x, allowed, (float(u), 0.5), group)] if u < snapshot.explore else late
        for choice in found:
            counted[choice.arm] += 1 / (steps * len(found))
            told[choice.arm] = choice.propensity
    assert counted[3] == told[3] == 0
    assert np.abs(counted - told).max() <= 2 / steps


def test_nobody_but_the_group_is_shown_the_worst_variants_more_often() -> None:
    snapshot = SNAPSHOTS["campaign"]
    x, every = ENCODER.encode({}), np.ones(6, dtype=bool)
    others, late = (snapshot.propensities(x, every, group) for group in ("", "late"))
    assert late[:2].sum() > 2 * others[:2].sum()


def test_a_charge_takes_traffic_from_the_charged_and_an_empty_one_from_nobody() -> None:
    learner = a_learner()
    plain = Snapshot.load(learner.snapshot("c", "k", 1, 0))
    charged = Snapshot.load(learner.snapshot("c", "k", 1, 0, terms=Terms(charge={"v_4": 0.08})))
    x = ENCODER.encode({})
    assert charged.propensities(x)[4] < plain.propensities(x)[4]
    assert learner.snapshot("c", "k", 1, 0, terms=Terms()) == learner.snapshot("c", "k", 1, 0)


def test_worth_multiplies_and_resting_leaves_only_the_spread() -> None:
    learner, x = a_learner(), ENCODER.encode({})
    worth = Snapshot.load(learner.snapshot("c", "k", 1, 0, terms=Terms(worth={"v_2": 50.0})))
    assert worth.propensities(x)[2] == pytest.approx(0.8 + 0.2 / 6)
    rests = Snapshot.load(learner.snapshot("c", "k", 1, 0, terms=Terms(resting=("v_4",))))
    assert rests.propensities(x)[4] == pytest.approx(0.2 / 6)


def test_floors_raise_the_explored_share_only_as_far_as_they_need() -> None:
    learner = a_learner()
    body = Snapshot.load(learner.snapshot("c", "k", 1, 0, personal=True)).body
    asked = Terms(floors=guaranteed(RULES, FLOORS[:1], IDS, body.explore))
    assert under(body, asked, IDS).explore == pytest.approx(0.15)


# --- what a decision logs of its limits is enough to make it again ---

CAMPAIGN = Campaign.model_validate(
    {
        "schema": 1, "id": "c", "brief": "b",
        "limits": {
            "budget": {"amount": "0.10"},
            "exclusions": [{"variants": ["v_2", "v_3"], "who": {"age": ["young"]}}],
            "floors": [f.model_dump() for f in FLOORS],
        },
        "narrative": [{"id": "a", "name": {"en": "A"}, "touchpoints": [
            {"id": "t", "name": {"en": "T"}, "channel": "web", "placement": "banner", "framework": "f",
             "purposes": ["p"], "cost": 1}]}],
    }
)  # fmt: skip
BRIEF = Brief.model_validate(
    {
        "schema": 1, "id": "b", "brand": "x", "title": {"en": "T"}, "benefit": {"en": "b"},
        "product": {"name": "N", "noun": {"en": "n"}}, "flight": {"start": "2026-09-01", "days": 10},
    }
)  # fmt: skip
KEY = b"k" * 32
NOW = 1_788_250_000_000


def bounds(cents: int = 0, resting: frozenset[str] = frozenset()) -> Bounds:
    used = {"t": Used(cents, cents, float(cents))}
    return Bounds(CAMPAIGN, BRIEF, KEY, RULES, Spent(campaign="c", touchpoints=used), resting, {"t": 5.0}, {"t": 0.1})


def logged(inputs: dict[str, object], reason: str = "campaign", person: str = "p_1") -> Decision:
    return Decision(
        id="d", time=NOW, person=person, campaign="c", touchpoint="t", eligible=(), eligible_digest="", variant=None,
        reason=reason, propensity=1.0, snapshot="", draw=(), basis=(), inputs=dict(inputs),
    )  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "age": st.sampled_from(["young", "old", None]),
            "rhythm": st.sampled_from(["early", "late", None]),
            "since": st.sampled_from(["new", None]),
        }
    ),
    st.sets(st.sampled_from(IDS)),
)
def test_exclusions_and_groups_follow_again_from_what_was_logged(about: dict[str, str | None], rests: set[str]) -> None:
    verdict = bounds(resting=frozenset(rests)).judge("p_1", about, CAMPAIGN.touchpoints[0], IDS, frozenset(), NOW)
    young = about["age"] == "young"
    assert ({"v_2", "v_3"} <= verdict.closed) == (young or {"v_2", "v_3"} <= rests)
    assert rests <= verdict.closed
    left = set(IDS) - verdict.closed
    assert (verdict.reason is None) == bool(left)
    assert follows(RULES, CAMPAIGN, logged(verdict.inputs), IDS)
    forged = {**verdict.inputs, "floor_group": "somebody-else"}
    assert not follows(RULES, CAMPAIGN, logged(forged), IDS)


def test_a_refusal_for_money_or_pace_follows_again_and_a_forged_one_does_not() -> None:
    spent = bounds(10).judge("p_1", {}, CAMPAIGN.touchpoints[0], IDS, frozenset(), NOW)
    assert spent.reason == "budget.spent"
    assert refused(KEY, CAMPAIGN, logged(spent.inputs, "budget.spent")) is True
    assert refused(KEY, CAMPAIGN, logged({"spent": 9}, "budget.spent")) is False
    slow = [
        (f"p_{i}", bounds(7).judge(f"p_{i}", {}, CAMPAIGN.touchpoints[0], IDS, frozenset(), NOW)) for i in range(60)
    ]
    paced = [(person, v) for person, v in slow if v.reason == "budget.pace"]
    assert 0 < len(paced) < 60
    for person, verdict in paced:
        assert refused(KEY, CAMPAIGN, logged(verdict.inputs, "budget.pace", person)) is True
    passed = next((person, v) for person, v in slow if v.reason is None)
    assert refused(KEY, CAMPAIGN, logged(passed[1].inputs, "budget.pace", passed[0])) is False
    assert refused(KEY, CAMPAIGN, logged({}, "consent.none")) is None
