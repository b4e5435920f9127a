"""Combination: from the phrases of a placement to as many accepted, distinct and evenly spread variants as wanted."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np

from gale.creative import disclosure, legal
from gale.creative.catalogue import Catalogue, Framework
from gale.creative.checks import Checker
from gale.creative.choice import Choice, Drawn
from gale.creative.diversity import LIMIT, most_unlike_first, near_duplicates
from gale.creative.material import scenes_in, text_in, texts_in
from gale.creative.phrases import Phrase, framework_of, phrases
from gale.records.creative import Finding, Provenance, Variant
from gale.records.documents import Brand, Brief
from gale.records.faults import Fault

KEPT_REFUSED = 300  # refused variants kept to be looked at; all are counted
EVERYBODY = "everybody"  # the trait of a variant that tells no audience's own moment
NO_ROOM = 12  # drawn to be looked at where none can be accepted
PATIENCE = 6  # give up after so many drawn for each one wanted
_STOPS = ".?!…:;,»”"
_ENCODER = msgspec.json.Encoder(order="sorted")
ROUNDS = 4  # times that near-duplicates are taken out and replaced


@dataclass
class Combined:
    """What came out for one placement and language.

    `accepted`: the most unlike first. `refused`: a sample of at most `KEPT_REFUSED`, spread over the reasons, each with
    its findings. `refusals` counts every refused variant under its first reason; `considered` is every distinct variant
    that was written, so that `considered == len(accepted) + sum(refusals.values())`. `no_room` is what keeps every one
    out where the placement cannot hold the line that the law wants. `unsaid` are texts of brand, brief or framework that
    the checks refuse: the variants go without them. `sizes` is how many texts that pass each slot can choose from.
    """

    accepted: list[Variant] = field(default_factory=list)
    refused: list[Variant] = field(default_factory=list)
    refusals: dict[str, int] = field(default_factory=dict)
    considered: int = 0
    no_room: Finding | None = None
    unsaid: tuple[Finding, ...] = ()
    sizes: dict[str, int] = field(default_factory=dict)


def combine(
    brand: Brand,
    brief: Brief,
    catalogue: Catalogue,
    *,
    placement: str,
    locale: str,
    wanted: int,
    seed: int,
    edits: Mapping[str, str] = {},
    banned: frozenset[str] = frozenset(),
    pinned: frozenset[str] = frozenset(),
    taken: frozenset[str] = frozenset(),
) -> Combined:
    """Write `wanted` variants that pass every check and differ, evenly over angles, phrases and lengths.

    The same arguments give the same variants. `edits` maps a phrase's id to the text a person wrote, which is checked
    like any other; `banned` holds ids of phrases to leave out, `pinned` those that alone fill their slots, `taken`
    those that a person took in (`phrases`). Fewer than `wanted` come back where the phrases do not suffice. Raises
    `Faults`: `creative.no_placement`, `creative.no_language`, `creative.text_missing`.
    """
    bank = phrases(
        brand,
        brief,
        catalogue,
        placement=placement,
        locale=locale,
        edits=edits,
        banned=banned,
        pinned=pinned,
        taken=taken,
    )
    there = {p.slot for p in bank}
    bank, unsaid = _sayable(bank)
    checker = Checker(brand, brief, locale, catalogue.language(locale))
    writer = Writer(framework_of(catalogue, placement), bank, checker, locale)
    rng = np.random.default_rng([abs(seed), zlib.crc32(f"{placement}/{locale}".encode())])
    choice = Choice(writer.framework, bank, wanted, rng)
    no_room = next((f for p in bank if p.slot == legal.SLOT for f in p.findings if f.severity == "refuse"), None)
    seen: set[str] = set()
    accepted: list[Variant] = []
    refused: list[Variant] = []
    considered = 0
    for _ in range(ROUNDS):
        while len(accepted) < wanted and considered < (NO_ROOM if no_room else PATIENCE * wanted + 50):
            drawn = choice.draw()
            if drawn is None:
                break
            variant = writer.write(drawn)
            considered += 1
            if variant.id in seen:
                variant = _repeated(variant)
            seen.add(variant.id)
            (accepted if variant.accepted else refused).append(variant)
            choice.count(drawn, variant.accepted)
        repeats = {r: (e, o) for r, e, o in near_duplicates([_parts(v) for v in accepted])}
        refused += [_near(accepted[r], accepted[e], overlap) for r, (e, overlap) in repeats.items()]
        accepted = [v for row, v in enumerate(accepted) if row not in repeats]
        if not repeats or len(accepted) >= wanted:
            break
    order = most_unlike_first([_parts(v) for v in accepted])
    return Combined(
        accepted=[accepted[row] for row in order],
        refused=_sample(refused),
        refusals=dict(Counter(_reason(v) for v in refused).most_common()),
        considered=considered,
        no_room=no_room,
        unsaid=(*unsaid, *_unsayable(checker)),
        sizes={
            slot.name: sum(p.slot == slot.name and not p.refused for p in bank)
            for slot in writer.framework.slots
            if slot.name in there
        },
    )


def too_few(made: Combined, placement: str, locale: str, wanted: int) -> list[Fault]:
    """`creative.few` where fewer came out than wanted: how many, from how many texts a slot, and what refused most."""
    if len(made.accepted) >= wanted or made.no_room is not None:
        return []
    values = {"placement": placement, "locale": locale, "count": len(made.accepted), "wanted": wanted}
    values |= {"slots": ", ".join(f"{name} {count}" for name, count in made.sizes.items()) or "–"}
    return [Fault(code="creative.few", values=values | {"check": next(iter(made.refusals), "–")})]


def _sayable(bank: list[Phrase]) -> tuple[list[Phrase], tuple[Finding, ...]]:
    """The phrases, without those that are copied from the documents and that the checks refuse; and why.

    A free phrase that is refused is one of many and shows on the wall; one that a framework's author wrote is told of
    too. One refused claim, core or call to action would refuse every variant that has it. The legal line is not left
    out: without room for it nothing may be said at all.
    """
    refused = [p for p in bank if p.refused and p.slot != legal.SLOT]
    left = {p.id for p in refused if not p.free}
    told = [p for p in refused if not p.free or (p.template.startswith("own-") and not p.edited)]
    found = (next(f for f in p.findings if f.severity == "refuse") for p in told)
    texts = [msgspec.structs.replace(f, values={**f.values, "text": p.text}) for f, p in zip(found, told, strict=True)]
    return [p for p in bank if p.id not in left], tuple(texts)


def _unsayable(checker: Checker) -> Iterator[Finding]:
    """What the brief gives to the phrases although the checks refuse it: every phrase that holds it is refused with it."""
    brief, locale = checker.brief, checker.locale
    given = [("benefit", text_in(brief.benefit, locale))]
    given += [("scenes", text) for _, text in scenes_in(brief, locale)]
    given += [("sensations", text) for text in texts_in(brief.sensations, locale)]
    for slot, text in given:
        found = next((f for f in checker.text(text, slot) if f.severity == "refuse"), None) if text else None
        if found:
            yield msgspec.structs.replace(found, values={**found.values, "text": text})


class Writer:
    """Puts chosen phrases together to a variant, with its findings."""

    def __init__(self, framework: Framework, bank: list[Phrase], checker: Checker, locale: str) -> None:
        self.framework = framework
        self.checker = checker
        self.locale = locale
        self.audiences = any(p.audience for p in bank)

    def write(self, choice: Drawn) -> Variant:
        """The variant of one choice of phrases, a phrase a slot."""
        framework, drawn = self.framework, choice.phrases
        slots = {name: phrase.text for name, phrase in drawn.items()}
        provenance = provenance_of(drawn.values())
        if said := disclosure.words(framework.placement, provenance, self.checker.tongue):
            slots[disclosure.SLOT] = said
        fields = {name: assemble(rows, slots, framework.joint) for name, rows in framework.fields.items()}
        fields = {name: text for name, text in fields.items() if text}
        findings = [f for phrase in drawn.values() for f in phrase.findings]
        told = {(f.code, f.slot) for f in findings}
        for name, text in fields.items():
            findings += [
                f for f in self.checker.length(text, name, framework.placement) if (f.code, f.slot) not in told
            ]
        findings += self.checker.whole(framework, slots)
        if choice.twice:
            findings.append(self.checker.finding("vary.repeats", framework.hook.name, choice.twice))
        hook = drawn[framework.hook.name]
        size = sum(len(phrase.text) for phrase in drawn.values() if phrase.free)
        low, high = framework.cuts
        return Variant(
            id=variant_id(framework.placement, self.locale, fields),
            framework=framework.id,
            placement=framework.placement,
            locale=self.locale,
            slots=slots,
            phrases={name: phrase.id for name, phrase in drawn.items()},
            fields=fields,
            traits={
                "angle": hook.angle,
                "length": "short" if size < low else "medium" if size < high else "long",
                "hook": hook.id,
            }
            | ({"audience": choice.audience or EVERYBODY} if self.audiences else {}),
            findings=tuple(findings),
            provenance=provenance,
        )


def provenance_of(phrases: Iterable[Phrase]) -> Provenance:
    """Where a variant's words come from (IPTC digital source type), by its free phrases: facts are copied by everybody.

    >>> provenance_of([Phrase(id="1", template="1", slot="a", angle="any", text="A", origin="model"),
    ...     Phrase(id="2", template="2", slot="b", angle="any", text="B")])
    'compositeWithTrainedAlgorithmicMedia'
    """
    free = [p for p in phrases if p.free]
    if free and all(p.origin == "model" and not p.edited for p in free):
        return "trainedAlgorithmicMedia"
    if any(p.origin for p in free):
        return "compositeWithTrainedAlgorithmicMedia"
    return "human" if all(p.edited for p in free) else "algorithmicMedia"


def variant_id(placement: str, locale: str, fields: Mapping[str, str]) -> str:
    """`v_` and 16 hexadecimal characters of the content's SHA-256.

    Sorted JSON of texts in normal form C is the canonical form of `records.canonical`, ten times as fast.
    """
    content = _ENCODER.encode({"placement": placement, "locale": locale, "fields": dict(fields)})
    return "v_" + hashlib.sha256(content).hexdigest()[:16]


def assemble(rows: tuple[tuple[str, ...], ...], slots: Mapping[str, str], joint: str) -> str:
    """A field's text from its rows of slots; a slot that has nothing leaves no gap."""
    paragraphs = (_sentences([slots[name] for name in row if slots.get(name)]) for row in rows)
    return joint.join(p for p in paragraphs if p)


def _sentences(texts: Sequence[str]) -> str:
    """Texts of one paragraph; a headline without a stop gets one before the next text begins."""
    return " ".join(t if t is texts[-1] or t[-1] in _STOPS else t + "." for t in texts)


def _parts(variant: Variant) -> list[str]:
    """What two variants are compared by. A legal line longer than all the rest would make any two alike."""
    told = [text for name, text in variant.slots.items() if name not in (disclosure.SLOT, legal.SLOT)]
    line = variant.slots.get(legal.SLOT, "")
    return [*told, line] if line and len(line) <= sum(map(len, told)) else told


def _reason(variant: Variant) -> str:
    return next(f.code for f in variant.findings if f.severity == "refuse")


def _repeated(variant: Variant) -> Variant:
    return _near(variant, variant, 1.0)


def _near(variant: Variant, other: Variant, overlap: float) -> Variant:
    finding = Finding(
        code="vary.near_duplicate",
        severity="refuse",
        slot=next(iter(variant.fields)),
        values={
            "found": next(iter(variant.fields.values())),
            "other": other.id,
            "overlap": round(overlap, 2),
            "passes": str(LIMIT),
        },
    )
    return msgspec.structs.replace(variant, findings=(*variant.findings, finding))


def _sample(refused: list[Variant]) -> list[Variant]:
    """At most `KEPT_REFUSED`, taking from every reason in turn so that rare ones are seen."""
    by_reason: dict[str, list[Variant]] = {}
    seen: set[str] = set()
    for variant in refused:
        if variant.id not in seen:
            seen.add(variant.id)
            by_reason.setdefault(_reason(variant), []).append(variant)
    kept: list[Variant] = []
    depth = 0
    while len(kept) < KEPT_REFUSED and any(len(v) > depth for v in by_reason.values()):
        kept += [v[depth] for v in by_reason.values() if len(v) > depth]
        depth += 1
    return kept[:KEPT_REFUSED]
