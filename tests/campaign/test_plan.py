"""The plan's hash, who is reached, and what goes live."""

from __future__ import annotations

import unicodedata
from typing import Any

import msgspec
import numpy as np
import pytest
from campaign_samples import documents, variant
from hypothesis import given, settings
from hypothesis import strategies as st

from gale.campaign import matches, people_per_arm, plan_hash, reach, shortlist
from gale.campaign.reach import REASONS
from gale.consent.permission import REASONS as CONSENT_REASONS
from gale.records.creative import Finding
from gale.records.people import PersonState, Profile, Standing

NOW = 1_790_000_000_000
ONE, TWO = variant("v_1"), variant("v_2", fields={"headline": "Une miche, quatre jours."})


def data() -> dict[str, Any]:
    names = ("brand", "brief", "campaign", "team", "purposes")
    return {name: d.model_dump(mode="json", by_alias=True) for name, d in zip(names, documents(), strict=True)}


def hashed(found: dict[str, Any], live: dict[str, list[Any]] | None = None, checks: str = "1") -> str:
    return plan_hash(documents=found, live=live or {"banner/fr": [ONE, TWO]}, checks_version=checks)


def backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: backwards(value[k]) for k in reversed(list(value))}
    return value


def test_the_order_of_keys_and_of_variants_does_not_matter() -> None:
    assert hashed(backwards(data()), {"banner/fr": [TWO, ONE]}) == hashed(data())


def test_the_same_letter_typed_on_two_keyboards_is_the_same_content() -> None:
    one, other = data(), data()
    one["brief"]["title"]["fr"] = "Pain d’été"
    other["brief"]["title"]["fr"] = unicodedata.normalize("NFD", "Pain d’été")
    assert hashed(one) == hashed(other)


CHANGES: list[Any] = [
    lambda d: d["campaign"]["caps"].update(per_week=9),
    lambda d: d["campaign"]["quiet"].update(start=22),
    lambda d: d["campaign"]["audience"].update(city=["brume", "plaine"]),
    lambda d: d["campaign"]["policy"].update(explore_after=0.06),
    lambda d: d["campaign"]["experiment"].update(holdout=0.1),
    lambda d: d["campaign"]["narrative"][0]["touchpoints"][1].update(weekdays=[2]),
    lambda d: d["purposes"]["purposes"][0]["notice"].update(fr="texte."),
    lambda d: d["purposes"]["purposes"][0].update(notice_version="2"),
    lambda d: d["brief"]["product"]["price"].update(amount="4.90"),
    lambda d: d["brand"].update(name="Mie!"),
    lambda d: d["team"].update(required=["ai_specialist"]),
    lambda d: d["team"].update(mode="team"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_a_signer_answers_for_changes_the_hash_and_putting_it_back_restores_it(change: Any) -> None:
    changed = data()
    change(changed)
    assert hashed(changed) != hashed(data())
    assert hashed(data()) == hashed(data())


@pytest.mark.parametrize(
    "other",
    [
        msgspec.structs.replace(ONE, fields={"headline": "Bonjour du pain."}),
        msgspec.structs.replace(ONE, provenance="human"),
        msgspec.structs.replace(ONE, locale="en"),
        msgspec.structs.replace(ONE, id="v_3"),
    ],
)
def test_one_comma_in_one_live_variant_changes_the_hash(other: Any) -> None:
    assert hashed(data(), {"banner/fr": [other, TWO]}) != hashed(data())


def test_a_variant_added_taken_out_or_moved_and_new_checks_change_the_hash() -> None:
    hashes = {
        hashed(data()),
        hashed(data(), {"banner/fr": [ONE]}),
        hashed(data(), {"banner/fr": [ONE, TWO, variant("v_3")]}),
        hashed(data(), {"banner/en": [ONE, TWO]}),
        hashed(data(), checks="2"),
    }
    assert len(hashes) == 5


def test_who_is_on_the_team_does_not_change_what_was_signed() -> None:
    changed = data()
    changed["team"]["members"][0]["name"] = "Ana María"
    assert hashed(changed) == hashed(data())


def test_a_hash_over_less_than_five_documents_is_refused() -> None:
    less = data()
    del less["purposes"]
    with pytest.raises(KeyError):
        hashed(less)


# --- reach -------------------------------------------------------------------------------------------------------------


def person(
    n: int, city: str | None = "brume", *, gave: tuple[str, ...] = (), no: tuple[tuple[str, str], ...] = (), **more: Any
) -> PersonState:
    acts = dict.fromkeys(gave, "given") | dict(no)
    standings = {
        p: Standing(purpose=p, state=s, basis="consent", consent=f"c{n}", since=1)  # type: ignore[arg-type]
        for p, s in acts.items()
    }
    attributes = {"city": city} if city else {}
    return PersonState(
        profile=Profile(id=f"p_{n}", attributes=attributes, locale="fr" if n % 2 else "en"),
        version=1,
        standings=standings,
        **more,
    )


CROWD = [
    person(1, gave=("ads",)),
    person(2, gave=("ads", "mail", "measure")),
    person(3, gave=("mail",)),
    person(4, gave=("kettle",)),
    person(5, no=(("ads", "withdrawn"),)),
    person(6, no=(("mail", "refused"),)),
    person(7, no=(("mail", "objected"),), gave=("ads",)),
    person(8, city="plaine", gave=("ads",)),
    person(9, city=None, gave=("ads",)),
    person(10, gave=("ads",), suppressed=True),
    person(11, city="plaine", forgotten=True),
    person(12),
]


def test_everybody_is_counted_once_with_the_strongest_reason() -> None:
    _, _, campaign, _, purposes = documents()
    found = reach(iter(CROWD), campaign, purposes, now=NOW)
    assert found.total == 12
    assert found.reachable == 2
    assert found.excluded == {
        "person.forgotten": 1,
        "person.suppressed": 1,
        "audience.outside": 2,
        "consent.objected": 1,
        "consent.withdrawn": 1,
        "consent.refused": 1,
        "consent.none": 2,
        "reach.service_only": 1,
    }
    assert list(found.excluded) == [r for r in REASONS if r in found.excluded]
    assert found.by_touchpoint == {"banner": 2, "letter": 1, "kettle": 1}
    assert found.locales == {"en": 1, "fr": 1}


@given(st.lists(st.sampled_from(CROWD), max_size=40))
@settings(max_examples=60, deadline=None)
def test_excluded_and_reachable_sum_to_everybody(crowd: list[PersonState]) -> None:
    _, _, campaign, _, purposes = documents()
    found = reach(crowd, campaign, purposes, now=NOW)
    assert sum(found.excluded.values()) + found.reachable == found.total == len(crowd)
    assert sum(found.locales.values()) == found.reachable
    assert found.holdout + found.contacted == found.reachable
    assert max(found.by_touchpoint["banner"], found.by_touchpoint["letter"]) <= found.reachable


def test_every_reason_of_consent_has_its_place_in_the_order() -> None:
    assert set(CONSENT_REASONS) <= set(REASONS)


def test_not_knowing_an_attribute_is_not_matching_it() -> None:
    assert matches({"size": 3}, {"size": ["3"]})
    assert not matches({"size": None}, {"size": ["None", ""]})
    assert not matches({"city": "brume"}, {"city": ["brume"], "size": ["3"]})


# --- shortlist ---------------------------------------------------------------------------------------------------------


def many(n: int) -> list[Any]:
    angles = ("proof", "ritual", "story", "gift")
    return [variant(f"v_{i}", angles[(i // 5) % 4], f"a{i % 3}") for i in range(n)]


def size_for(decisions: int, n: int = 40, live_max: int = 8) -> tuple[int, str]:
    found = shortlist(
        many(n), decisions_expected=decisions, explore_share=0.5, base_rate=0.1, mde=0.2, live_max=live_max
    )
    assert len(found.chosen) == found.size == len(set(found.chosen))
    return found.size, found.why["bound"]


@pytest.mark.parametrize(("base", "mde"), [(0.10, 0.20), (0.05, 0.30), (0.4, 0.1)])
def test_so_many_people_an_arm_find_the_difference_four_times_in_five(base: float, mde: float) -> None:
    # 20,000 simulated tests, pooled two-sided z at 5 %: the share that finds it has a standard error of 0.3 points.
    n, rng = people_per_arm(base, mde), np.random.default_rng(7)
    one, other = rng.binomial(n, base, 20_000) / n, rng.binomial(n, base * (1 + mde), 20_000) / n
    mean = (one + other) / 2
    found = np.abs(other - one) / np.sqrt(2 * mean * (1 - mean) / n) > 1.96
    assert abs(found.mean() - 0.8) < 0.012


def test_a_rate_that_cannot_be_is_refused() -> None:
    for base, mde in ((0.0, 0.2), (0.9, 0.2), (0.1, 0.0)):
        with pytest.raises(ValueError, match="base_rate"):
            people_per_arm(base, mde)


def test_as_many_go_live_as_the_traffic_can_tell_apart() -> None:
    assert size_for(0) == (2, "least")
    assert size_for(2 * 3841 * 3) == (3, "traffic")
    assert size_for(2 * 3841 * 4 - 1) == (3, "traffic")
    assert size_for(10**7) == (8, "live_max")
    assert size_for(10**7, n=1) == (1, "variants")
    assert size_for(10**7, n=0) == (0, "variants")
    assert size_for(0, live_max=1) == (1, "live_max")


def test_angles_are_covered_first_then_angle_and_audience_then_difference() -> None:
    found = shortlist(many(40), decisions_expected=10**7, explore_share=1, base_rate=0.1, mde=0.2, live_max=8)
    assert found.chosen == ("v_0", "v_5", "v_10", "v_15", "v_1", "v_2", "v_6", "v_7")
    assert found.why["angles"] == 4


def test_a_refused_variant_never_goes_live() -> None:
    refused = variant("v_no", "unseen", findings=(Finding(code="fact.free", severity="refuse", slot="hook"),))
    found = shortlist(
        [refused, *many(9)], decisions_expected=10**7, explore_share=1, base_rate=0.1, mde=0.2, live_max=8
    )
    assert "v_no" not in found.chosen


def test_an_audience_of_the_brief_is_not_crowded_out_by_angles() -> None:
    kinds = [(angle, audience) for audience in ("everybody", "night", "parents") for angle in "abcdefgh"]
    written = [
        variant(f"v_{n}", traits={"angle": angle, "audience": audience}) for n, (angle, audience) in enumerate(kinds)
    ]
    found = shortlist(written, decisions_expected=10**7, explore_share=1, base_rate=0.1, mde=0.2, live_max=4)
    live = [v.traits for v in written if v.id in found.chosen]
    assert {t["audience"] for t in live} == {"everybody", "night", "parents"}
    assert len({t["angle"] for t in live}) == 4
