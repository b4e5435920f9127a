"""Audiences of a brief: each has its share of a thousand, told in moments of its own, and nobody else's."""

from __future__ import annotations

from collections import Counter

import pytest

from gale.adapters.catalogue import load
from gale.creative import combine
from gale.records.documents import Brief

NIGHT = {
    "id": "night",
    "name": {"fr": "les noctambules", "en": "night owls"},
    "scenes": {
        "fr": ["la dernière page d’un roman", "le retour du dernier tram"],
        "en": ["the last page of a novel", "the last tram home"],
    },
}
PARENTS = {
    "id": "parents",
    "name": {"fr": "les parents", "en": "parents"},
    "scenes": {"fr": ["le cartable enfin bouclé"], "en": ["the school bag packed at last"]},
}


@pytest.fixture
def spoken_to(example):
    """Éveil's brief, speaking to everybody and to two audiences."""
    brand, brief = example("eveil")
    told = brief.model_dump(mode="json", by_alias=True) | {"audiences": [NIGHT, PARENTS]}
    return brand, Brief.model_validate(told)


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("placement", ["email", "banner", "post"])
def test_each_audience_has_its_share_of_a_thousand(spoken_to, placement, locale):
    made = combine(*spoken_to, load(), placement=placement, locale=locale, wanted=1000, seed=5).accepted
    assert len(made) == 1000
    shares = Counter(v.traits["audience"] for v in made)
    assert set(shares) == {"everybody", "night", "parents"}
    assert min(shares.values()) >= 250, shares


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_nobody_is_told_the_moment_of_others(spoken_to, locale):
    made = combine(*spoken_to, load(), placement="banner", locale=locale, wanted=300, seed=5).accepted
    # Without their article, which contracts (« du retour du dernier tram »).
    moments = {a["id"]: [m.lower().split(" ", 1)[1] for m in a["scenes"][locale]] for a in (NIGHT, PARENTS)}
    for variant in made:
        said = " ".join(variant.slots.values()).lower().replace("'", "’")
        told = {name for name, texts in moments.items() if any(text in said for text in texts)}
        assert told == {variant.traits["audience"]} - {"everybody"}


def test_a_brief_that_names_no_audience_gives_no_such_trait(example):
    brand, brief = example("eveil")
    made = combine(brand, brief, load(), placement="banner", locale="fr", wanted=20, seed=5).accepted
    assert all("audience" not in v.traits for v in made)
    assert "audiences" not in brief.model_dump(by_alias=True)
