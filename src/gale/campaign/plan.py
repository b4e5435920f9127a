"""The plan's hash: what the signatures are bound to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gale.records.canonical import content_hash
from gale.records.creative import Variant

PLAN_SCHEMA = 1
WITH_FRAMEWORKS = 2  # a campaign with designed frameworks: what they choose by is shown too, so it is signed


def plan_hash(
    *,
    documents: Mapping[str, Any],
    live: Mapping[str, Sequence[Variant]],
    checks_version: str,
    schema: int = WITH_FRAMEWORKS,
) -> str:
    """SHA-256 over the canonical form (RFC 8785, NFC) of everything that a signer answers for.

    `documents` holds `brand`, `brief`, `campaign`, `team` and `purposes` as plain data (JSON-able); `live` the variants
    that go live a slate (`"letter/fr"`). Covered: each live variant's words, place and origin; what is promised (brief
    and brand, so that a price, a claim or the end of an offer counts); touchpoints, audience, caps, quiet hours, policy
    limits, features and experiment (the campaign); purposes with their notices; who must sign (`team.mode`,
    `team.required`); the version of the checks; and, where there are any, the frameworks that a strategist designed and
    the newsletters they came from (from schema 2 on: without, the hash is that of schema 1). Not covered, because it
    may change while the campaign runs: learned state, paused variants, and who is on the team.

    The order of keys and of variants does not matter; one comma in a phrase does. Raises `KeyError` when one of the
    five documents is missing: a hash over less would still look like one.
    """
    team = documents["team"]
    designed = {x: documents[x] for x in ("frameworks", "pages") if documents.get("frameworks")}
    if schema < WITH_FRAMEWORKS:
        designed = {}
    return content_hash(
        {
            "schema": WITH_FRAMEWORKS if designed else PLAN_SCHEMA,
            "brand": documents["brand"],
            "brief": documents["brief"],
            "campaign": documents["campaign"],
            "purposes": documents["purposes"],
            "team": {"mode": team["mode"], "required": sorted(team["required"])},
            "checks": checks_version,
            "live": {
                slate: [_words(v) for v in sorted(variants, key=lambda v: v.id)] for slate, variants in live.items()
            },
            **designed,
        }
    )


def _words(variant: Variant) -> dict[str, Any]:
    return {
        "id": variant.id,
        "framework": variant.framework,
        "placement": variant.placement,
        "locale": variant.locale,
        "fields": variant.fields,
        "provenance": variant.provenance,
    }
