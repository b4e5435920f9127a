"""Creatives: a framework's slots, a variant made from them, and what the checks found."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Provenance = Literal["human", "algorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia"]

BY_MODEL: tuple[Provenance, ...] = ("compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one check says of one text. `severity` "refuse" keeps the variant out; "warn" tells a person.

    `values` fill the check's words (the offending phrase as `found`, what would pass as `passes`); `source` names the
    rule (a directive's article, a platform's limit).
    """

    code: str
    severity: Literal["refuse", "warn"]
    slot: str
    values: dict[str, Any] = {}
    source: str = ""


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """One finished creative for one placement in one language.

    `id` is the content hash of placement, locale and `fields`. `slots` maps a slot to its finished phrase, `phrases`
    to the phrase's id in the bank (both cover the same slots, but for `disclosure`: the words that say that a model
    helped, which nobody chose); `fields` is what the placement shows (`subject`,
    `preheader`, `body`; `headline`, `text`, `cta`; `post`). `traits` are what learning shares between variants:
    `angle`, `audience`, `length`, …
    """

    id: str
    framework: str
    placement: str
    locale: str
    slots: dict[str, str]
    phrases: dict[str, str]
    fields: dict[str, str]
    traits: dict[str, str]
    findings: tuple[Finding, ...] = ()
    provenance: Provenance = "algorithmicMedia"
    schema: int = 1

    @property
    def accepted(self) -> bool:
        return not any(f.severity == "refuse" for f in self.findings)

    @property
    def by_model(self) -> bool:
        """Whether a language model wrote any part, so that it is marked as such (Regulation (EU) 2024/1689, art. 50)."""
        return self.provenance in BY_MODEL
