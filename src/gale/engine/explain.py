"""Why this, or why nothing: one decision in words of the reader's language, from what was logged.

Twice: for the people who run the campaign, with the model's own terms and the exact propensity; and for the customer,
in plain words, from what she declared or agreed to and nothing that was worked out about her.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import msgspec

from gale.decision.explain import Term
from gale.decision.features import FeatureEncoder
from gale.decision.snapshot import Snapshot
from gale.engine.learned_words import named
from gale.engine.notes import the_campaign
from gale.engine.workspace import Documents
from gale.measurement.learned import Option
from gale.ports.store import Store
from gale.records.creative import Variant
from gale.records.decision import Decision, PolicySnapshot
from gale.words import Words

TOLD = 3  # terms that are worth a reader's time
SMALLEST = 0.02  # of the usual answer rate; what is smaller is not worth one
NEAR = 60  # eligible variants that are read for the words of a trait
CERTAIN = 0.995


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """`sentence` says what was decided; `because` adds, for those who run the campaign, the model's own terms and the
    exact propensity; `customer` is what the person herself is told."""

    sentence: str
    because: list[str]
    customer: list[str]


def explain(store: Store, decision: Decision, words: Words) -> Explanation:
    """Put a decision into words. The terms are the snapshot's, the strongest first; nothing is made up afterwards."""
    if decision.variant is None:
        return Explanation(sentence=words(decision.reason), because=[], customer=[_refused(decision.reason, words)])
    with store.read() as unit:
        documents = Documents.of(the_campaign(unit, decision.campaign))
        record = unit.snapshots.get(decision.snapshot)
        variants = unit.creatives.get(decision.campaign, sorted({decision.variant, *decision.eligible[:NEAR]}))
        variant = variants.get(decision.variant)
        acts = {act.id: act.basis for act in unit.consents.history(decision.person)}
    shown = next(iter(variant.fields.values())) if variant else decision.variant
    snapshot = Snapshot.load(record) if record is not None else None
    explored = snapshot.explore if snapshot is not None and decision.reason == "explore" else None
    because = [words("explain.by." + decision.reason)]
    if explored is not None and explored < 1:
        because = [words("explain.explorer", share=words.percent(explored))]
    if snapshot is not None and "features" in decision.inputs and decision.reason == "personal":
        because += _terms(snapshot, documents, decision, variants, words)
    if group := decision.inputs.get("floor_group"):
        because.append(words("explain.floor", floors=str(group).replace("+", ", ")))
    because.append(_chance(decision, record, words))
    return Explanation(
        sentence=words("“{text}”", text=shown),
        because=because,
        customer=_customer(documents, decision, explored, acts, words),
    )


def _chance(decision: Decision, record: PolicySnapshot | None, words: Words) -> str:
    return words(
        "Chosen with propensity {p} among {n} variants, policy {snapshot}.",
        p=words.number(decision.propensity, 3),
        n=len(decision.eligible),
        snapshot=f"v{record.version}" if record is not None else decision.snapshot[:10],
    )


def _terms(
    snapshot: Snapshot, documents: Documents, decision: Decision, variants: Mapping[str, Variant], words: Words
) -> list[str]:
    """Because … (+), because … (+), although … (−): what speaks for it first, each with its size.

    A trait speaks for a message that has it and works for her, and for one that lacks it where it works less well;
    sizes are shares of the slate's usual answer rate.
    """
    encoder = FeatureEncoder(documents.campaign.features)
    x = encoder.encode(decision.inputs["features"])
    values = dict(zip(encoder.names, x.tolist(), strict=True))
    usual = max(float(snapshot.rates.mean()), 1e-9)
    found = snapshot.explain(x, snapshot.arms.index(decision.variant or ""))
    kept = [term for term in found if abs(term.weight) / usual >= SMALLEST][:TOLD]
    variant = variants.get(decision.variant or "")
    parts = []
    for term in sorted(kept, key=lambda t: -t.weight):
        has = variant is None or _has(term, variant)
        side = "explain.because" if term.weight > 0 else "explain.although"
        size = term.weight / usual
        parts.append(
            words(
                side if has else f"{side}.lacking",
                what=_trait(term, variants, words),
                who=_who(term.feature, values.get(term.feature, 0.0), words),
                x=words.percent(size, 0 if abs(size) >= 0.0995 else 1, sign=True),
            )
        )
    said = words("explain.comma").join(parts)
    return [said[:1].upper() + said[1:] + "."] if said else []


def _has(term: Term, variant: Variant) -> bool:
    kind, _, value = term.trait.partition("=")
    return variant.traits.get(kind) == value if value else variant.id == kind


def _trait(term: Term, variants: Mapping[str, Variant], words: Words) -> str:
    """What the model looks at in the message: an angle, a length, a hook, or this very message."""
    kind, _, value = term.trait.partition("=")
    if not value:
        return words("explain.this")
    if kind == "hook":  # the trait is a phrase's id; people read the phrase
        slots = {slot for v in variants.values() for slot, phrase in v.phrases.items() if phrase == value}
        if slots:
            return named(Option(f"slot:{min(slots)}", value), variants, words)
    return named(Option(kind, value), variants, words)


def _who(feature: str, value: float, words: Words) -> str:
    """Whom the model knows this of: everybody, a declared group, or people with more or less of something than usual."""
    if not feature:
        return words("explain.everybody")
    name, _, group = feature.partition("=")
    attribute = words(f"attribute.{name}") if words.has(f"attribute.{name}") else name.replace("_", " ")
    if group == "?":
        return words("explain.unknown", attribute=attribute.lower())
    if group:
        if words.has(f"among.{group}"):
            return words(f"among.{group}")
        return words("explain.group", attribute=attribute.lower(), value=group)
    return words("explain.more" if value > 0 else "explain.less", attribute=attribute.lower())


def _customer(
    documents: Documents, decision: Decision, explored: float | None, acts: Mapping[str, str], words: Words
) -> list[str]:
    """For the person herself: why, how likely it was, and what it rests on."""
    told: list[str] = []
    if "trigger" in decision.inputs:
        told.append(words("you.asked"))
    elif decision.reason == "personal":
        declared = _declared(documents, decision.inputs.get("features", {}), words)
        told.append(words("you.told", what=declared) if declared else words("you.best"))
        told.append(_odds(decision.propensity, words))
    elif decision.reason == "explore":
        told.append(words("you.lot", share=words.percent(explored) if explored is not None else words("you.some")))
    else:
        told.append(words("you.best"))
    told += _grounds(documents, decision, acts, words)
    told.append(words("you.name"))
    return told


def _declared(documents: Documents, features: Mapping[str, Any], words: Words) -> str:
    """What the choice looked at, of what she declared or bought, by its everyday name."""
    said = []
    for spec in documents.campaign.features:
        value = features.get(spec.name)
        if value is None or value == "":
            continue
        attribute = words(f"attribute.{spec.name}") if words.has(f"attribute.{spec.name}") else spec.name
        plain = words(f"value.{value}") if words.has(f"value.{value}") else value
        said.append(words("{name}: {value}", name=attribute.replace("_", " ").lower(), value=_plain(plain, words)))
    return ", ".join(said)


def _plain(value: Any, words: Words) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return words.number(value, 0 if float(value).is_integer() else 1)


def _odds(propensity: float, words: Words) -> str:
    """A chance as people say it: one in three, nearly always."""
    if propensity >= CERTAIN:
        return words("you.always")
    near = (
        Fraction(propensity).limit_denominator(5) if propensity >= 0.15 else Fraction(1, max(1, round(1 / propensity)))
    )
    if near >= 1:
        return words("you.nearly")
    return words("you.odds", a=words.number(near.numerator), b=words.number(near.denominator))


def _grounds(documents: Documents, decision: Decision, acts: Mapping[str, str], words: Words) -> list[str]:
    """What the message rests on: what she agreed to, and what the law allows without asking first.

    `acts` holds the legal basis of each of her consent acts, by id; a basis without an act names itself.
    """
    touchpoint = next((t for t in documents.campaign.touchpoints if t.id == decision.touchpoint), None)
    by_basis: dict[str, list[str]] = {}
    for name, ground in zip(touchpoint.purposes if touchpoint else (), decision.basis, strict=False):
        purpose = documents.purposes.get(name)
        if purpose is not None:
            basis = acts.get(ground, ground.rpartition(":")[2] if ":" in ground else "consent")
            by_basis.setdefault(basis, []).append(words.text(purpose.name))
    told = []
    for basis, purposes in by_basis.items():
        listed = ", ".join(purposes)
        if basis == "consent":
            told.append(words("you.agreed", purposes=listed))
        else:
            code = f"basis.{basis}"
            told.append(words("you.rests", purposes=listed, basis=words(code) if words.has(code) else basis))
    return told


def _refused(reason: str, words: Words) -> str:
    """A reason for nothing, in plain words for the person; its family's where it has none of its own."""
    family = reason.partition(".")[0]
    return next((words(c) for c in (f"you.{reason}", f"you.{family}") if words.has(c)), words("you.none"))
