"""Why this, or why nothing: true to the model, exact about chance, and plain to the person herself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pytest

import gale
from gale.adapters.clock import SteppedClock
from gale.adapters.words import load
from gale.decision.explain import believed
from gale.decision.learner import Arm, Batch, Learner
from gale.engine.decide import decide_many
from gale.engine.explain import _odds, _refused, explain
from gale.engine.init import Answers, init_workspace
from gale.engine.workspace import Workspace
from gale.records.decision import Decision
from gale.records.documents import FeatureSpec, PolicyLimits
from house import START, House

HOUR = 3_600_000
ROOT = Path(gale.__file__).parent
PLACES = ("campaign", "consent", "decision", "engine/decide.py", "engine/budget.py")
FAMILIES = "campaign|person|audience|consent|rollout|flight|touchpoint|hours|cap|trigger|variants|variant|budget|value"
REASON = re.compile(rf"({FAMILIES})\.[a-z_]+$")


def reasons() -> Iterator[str]:
    """Every code in the rooms that decide which reads like a reason and has words: what a person may be told."""
    words = load("en")
    for place in PLACES:
        path = ROOT / place
        for file in [path] if path.is_file() else path.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and REASON.match(node.value):
                    said = words(node.value)
                    if said.startswith(("Nothing shown", "Nothing sent")):
                        yield node.value
    yield from ("holdout", *(f"campaign.{s}" for s in ("draft", "paused", "stopped", "ended")))


@dataclass
class Shop:
    house: House
    decisions: list[Decision]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Three hundred people, a web touchpoint, one morning."""
    root = tmp_path_factory.mktemp("fournil")
    said = ("Le Fournil", "Tourte", "le pain", "bread", "cuit chaque matin", "baked every morning", "4.20")
    answers = Answers(*said, touchpoints="letter, banner, post")
    init_workspace(root, answers, today=date(2026, 9, 2))
    clock = SteppedClock(START)
    house = House(Workspace.open(root, clock=clock), clock)
    people = house.go_live(300)
    rng = np.random.default_rng(4)
    made = decide_many(house.ws.store, house.campaign, people, house.daily, now=START + 2 * HOUR, rng=rng)
    yield Shop(house, made)
    house.ws.close()


def personal(shop: Shop) -> Decision:
    """A decision as a personal policy makes it, among six variants of two angles, the first one's liked by early
    risers."""
    store, name = shop.house.ws.store, shop.house.campaign
    shown = next(d for d in shop.decisions if d.variant is not None)
    with store.read() as unit:
        first = unit.creatives.get(name, [shown.variant or ""])[shown.variant or ""]
        page = unit.creatives.page(name, placement=first.placement, locales=[first.locale], accepted=True, limit=200)
    by_angle: dict[str, list[str]] = {}
    for variant in page:
        by_angle.setdefault(variant.traits["angle"], []).append(variant.id)
    two = sorted(by_angle, key=lambda a: -len(by_angle[a]))[:2]
    ids = [v for angle in two for v in by_angle[angle][:3]]
    arms = [Arm(v, {"angle": two[i // 3]}) for i, v in enumerate(ids)]
    specs = [FeatureSpec(name="rhythm", kind="category", values=["early", "office"])]
    rng, n = np.random.default_rng(2), 6000
    arm, early = rng.integers(6, size=n), rng.random(n) < 0.5
    features = np.stack([np.ones(n), early, ~early, np.zeros(n)], axis=1).astype(float)
    reward = (rng.random(n) < 0.1 + 0.2 * ((arm < 3) & early)).astype(float)
    learner = Learner.start(arms, specs, PolicyLimits(), 1).learn(Batch(arm, features, reward, np.full(n, 1 / 6)))
    record = learner.snapshot(name, "other/fr", 7, START, personal=True)
    with store.write() as unit:
        unit.snapshots.put(record)
        row = unit.campaigns.get(name)
        assert row is not None
        told = {**row.documents["campaign"], "features": [s.model_dump() for s in specs]}
        unit.campaigns.put(msgspec.structs.replace(row, documents={**row.documents, "campaign": told}))
    return msgspec.structs.replace(
        shown,
        variant=ids[0],
        eligible=tuple(ids),
        reason="personal",
        snapshot=record.id,
        propensity=1 / 3,
        inputs={**shown.inputs, "features": {"rhythm": "early"}},
    )


def test_every_refusal_has_its_words_for_the_team_and_for_the_person() -> None:
    found = sorted(set(reasons()))
    assert len(found) > 25
    for locale in ("fr", "en"):
        words = load(locale)
        for reason in found:
            assert words.has(reason), reason
            told = _refused(reason, words)
            assert told != words("you.none"), f"{reason} has no plain words"
            assert not re.search(r"\b(she|her|propensit)", told), told


def test_a_shown_message_says_how_it_was_chosen_and_its_exact_chance(shop: Shop) -> None:
    one = next(d for d in shop.decisions if d.variant is not None)
    told = explain(shop.house.ws.store, one, load("en"))
    assert told.sentence.startswith("“")
    assert f"propensity {one.propensity:.3f} among {len(one.eligible)} variants" in told.because[-1]


def test_the_explorers_turn_says_its_share_and_that_nothing_of_her_was_used(shop: Shop) -> None:
    one = next(d for d in shop.decisions if d.reason == "explore")
    told = explain(shop.house.ws.store, one, load("en"))
    share = re.search(r"(\d+)% of choices are left to chance", told.because[0])
    assert share is not None
    assert f"we leave {share[1]}% of our choices to chance" in told.customer[0]
    assert "Nothing about you was used" in told.customer[0]


def test_a_personal_choice_names_the_models_strongest_terms_in_words(shop: Shop) -> None:
    decision = personal(shop)
    for locale, because in (("en", "Because messages with the angle"), ("fr", "Parce que les messages d’angle")):
        told = explain(shop.house.ws.store, decision, load(locale))
        assert told.because[1].startswith(because)
        assert ("early risers (+" if locale == "en" else "lève-tôt (+") in told.because[1]


def test_the_person_reads_only_what_she_declared_and_her_chance(shop: Shop) -> None:
    decision = personal(shop)
    told = explain(shop.house.ws.store, decision, load("en"))
    whole = " ".join(told.customer)
    assert "from what you told us or ordered: rhythm: early risers." in whole
    assert "about 1 in 3 see this one" in whole
    assert "You get it because you agreed to" in whole
    for jargon in ("model", "propensity", "policy", "angle", "variant", "%"):
        assert jargon not in whole


def test_what_rests_on_no_consent_never_claims_one(shop: Shop) -> None:
    shown = next(d for d in shop.decisions if d.variant is not None)
    lawful = msgspec.structs.replace(shown, basis=tuple("advertising:legitimate_interest" for _ in shown.basis))
    whole = " ".join(explain(shop.house.ws.store, lawful, load("en")).customer)
    assert "agreed" not in whole
    assert "without asking you first (legitimate interest)" in whole


@pytest.mark.parametrize(
    ("propensity", "words"),
    [
        (1.0, "Everybody like you"),
        (0.97, "Nearly everybody"),
        (0.33, "1 in 3"),
        (0.6, "3 in 5"),
        (0.02, "1 in 50"),
        (0.004, "1 in 250"),
    ],
)
def test_a_chance_is_said_as_people_say_it(propensity: float, words: str) -> None:
    assert words in _odds(propensity, load("en"))


def test_what_the_model_believes_of_an_angle_leans_with_the_data_and_says_how_sure_it_is() -> None:
    arms = [Arm(f"v{i}", {"angle": "ab"[i % 2]}) for i in range(6)]
    learner = Learner.start(arms, [], PolicyLimits(), 1)
    rng = np.random.default_rng(0)

    def after(n: int) -> tuple[float, float]:
        arm = rng.integers(6, size=n)
        reward = (rng.random(n) < np.where(arm % 2, 0.1, 0.2)).astype(float)
        fitted = learner.learn(Batch(arm, np.ones((n, 1)), reward, np.full(n, 1 / 6)))
        told = believed(fitted.fitted, fitted.ids, {"v0", "v2", "v4"}, np.ones(1))
        assert told is not None
        return told

    (_, unsure), (many, sure) = after(200), after(20_000)
    assert sure < unsure
    assert many == pytest.approx(1 / 3, abs=3 * sure + 0.05)
    assert believed(learner.fitted, learner.ids, set(learner.ids), np.ones(1)) is None
