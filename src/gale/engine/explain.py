"""Why this, or why nothing: one decision in words of the reader's language, from what was logged."""

from __future__ import annotations

import msgspec

from gale.decision.explain import Term
from gale.decision.features import FeatureEncoder
from gale.decision.snapshot import Snapshot
from gale.engine.notes import the_campaign
from gale.engine.workspace import Documents
from gale.ports.store import Store
from gale.records.decision import Decision
from gale.words import Words


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """`sentence` is for the person; `because` adds the model's own terms and the exact propensity."""

    sentence: str
    because: list[str]


def explain(store: Store, decision: Decision, words: Words) -> Explanation:
    """Put a decision into words. The terms are the snapshot's, the strongest first; nothing is made up afterwards."""
    if decision.variant is None:
        return Explanation(sentence=words(decision.reason), because=[])
    with store.read() as unit:
        documents = Documents.of(the_campaign(unit, decision.campaign))
        record = unit.snapshots.get(decision.snapshot)
        variant = unit.creatives.get(decision.campaign, [decision.variant]).get(decision.variant)
    shown = next(iter(variant.fields.values())) if variant else decision.variant
    quoted = words("“{text}”", text=shown)
    because = [words("explain.by." + decision.reason)]
    if record is not None and "features" in decision.inputs and decision.reason == "personal":
        encoder = FeatureEncoder(documents.campaign.features)
        snapshot = Snapshot.load(record)
        arm = snapshot.arms.index(decision.variant)
        terms = snapshot.explain(encoder.encode(decision.inputs["features"]), arm)
        for term in terms[:3]:
            direction = "explain.for" if term.weight >= 0 else "explain.against"
            because.append(words(direction, name=_name(term, words), weight=words.number(abs(term.weight), 3)))
    because.append(
        words(
            "Chosen with propensity {p} among {n} variants, policy {snapshot}.",
            p=words.number(decision.propensity, 3),
            n=len(decision.eligible),
            snapshot=decision.snapshot[:10],
        )
    )
    return Explanation(sentence=quoted, because=because)


def _name(term: Term, words: Words) -> str:
    """A model's term as a person says it: "the angle of proof, for office hours"."""
    trait = _value(term.trait, "angle", words)
    return trait if not term.feature else f"{trait} × {_value(term.feature, 'audience', words)}"


def _value(name: str, kind: str, words: Words) -> str:
    value = name.partition("=")[2] or name
    code = f"{kind}.{value}"
    return words(code) if words.has(code) else value
