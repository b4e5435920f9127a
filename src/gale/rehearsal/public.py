"""A synthetic public: invented people with the attributes that a campaign may look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gale.records.documents import Campaign, FeatureSpec
from gale.records.people import Profile, Scalar


def synthetic_public(
    campaign: Campaign,
    *,
    people: int,
    rng: np.random.Generator,
    shares: Mapping[str, Mapping[str, float]] | None = None,
    locales: Sequence[str] = ("fr",),
) -> list[Profile]:
    """Invented people, marked `simulated`, each attribute drawn by itself (no two attributes hang together).

    A category is drawn by `shares[name]` (weights a value; values not named do not occur), evenly where nothing is
    said; a number is normal around the feature's `centre` with its `scale`; an attribute of the audience evenly from
    its accepted values. Raises `ValueError` for shares that name no declared value.

    >>> from gale.campaign import parse
    >>> document = parse("campaign", {"id": "c", "brief": "b", "narrative": [{"id": "a", "name": {"fr": "A"},
    ...     "touchpoints": [{"id": "t", "name": {"fr": "T"}, "channel": "web", "placement": "banner",
    ...     "framework": "f", "purposes": ["p"]}]}],
    ...     "features": [{"name": "rhythm", "kind": "category", "values": ["early", "evening"]}]}, {})
    >>> crowd = synthetic_public(document, people=3, rng=np.random.default_rng(1), shares={"rhythm": {"early": 1}})
    >>> [p.attributes["rhythm"] for p in crowd]
    ['early', 'early', 'early']
    """
    columns: dict[str, list[Scalar]] = {}
    for name, accepted in campaign.audience.items():
        columns[name] = [str(v) for v in rng.choice(list(accepted), size=people)]
    for feature in campaign.features:
        if feature.name not in columns:
            columns[feature.name] = _column(feature, people, rng, (shares or {}).get(feature.name))
    spoken = rng.choice(list(locales), size=people)
    return [
        Profile(
            id=f"synthetic_{i}",
            locale=str(spoken[i]),
            attributes={name: column[i] for name, column in columns.items()},
            simulated=True,
        )
        for i in range(people)
    ]


def _column(
    feature: FeatureSpec, people: int, rng: np.random.Generator, shares: Mapping[str, float] | None
) -> list[Scalar]:
    if feature.kind == "number":
        return [float(x) for x in rng.normal(feature.centre, feature.scale, size=people)]
    weights = np.array([(shares or dict.fromkeys(feature.values, 1.0)).get(v, 0.0) for v in feature.values])
    if weights.sum() <= 0:
        raise ValueError(f"the shares of {feature.name} name none of its values: {', '.join(feature.values)}")
    return [str(v) for v in rng.choice(feature.values, size=people, p=weights / weights.sum())]
