"""A version for each person inside the frame: slots whose text follows what she declared, rendered once each.

A variant stays one arm for the policy; what a declared attribute changes is written once for each distinct combination
and read from memory afterwards. Nothing inferred is looked at: only values that people told of themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

from gale.creative.catalogue import Catalogue, Framework
from gale.creative.checks import Checker
from gale.creative.combine import assemble
from gale.creative.lengths import LIMITS, as_sent, measure
from gale.creative.material import fill, material
from gale.creative.typography import capital
from gale.records.creative import Variant
from gale.records.documents import Brand, Brief
from gale.records.faults import Fault, raise_if
from gale.records.people import Scalar

Fields = Mapping[str, str]


class Personal:
    """Renders the variants of one framework and language for people; `renders` and `hits` count the work."""

    def __init__(self, framework: Framework, brand: Brand, brief: Brief, catalogue: Catalogue, locale: str) -> None:
        """Raises `Faults` `framework.choice_refused` for every choice that a check refuses, with what would pass."""
        tongue = catalogue.language(locale)
        filled, checker = material(brand, brief, locale, tongue), Checker(brand, brief, locale, tongue)
        self.framework = framework
        self.by = [s for s in framework.slots if s.by]
        self.choices: dict[str, dict[str, str]] = {}
        faults: list[Fault] = []
        for slot in self.by:
            mine = self.choices.setdefault(slot.name, {})
            for value, texts in slot.choices.items():
                made = fill(texts.get(locale) or texts.get(locale[:2]) or "", filled)
                if not made:
                    continue
                text = as_sent(capital(made[0].text), framework.placement)
                refused = [f for f in checker.text(text, slot.name) if f.severity == "refuse"]
                faults += [
                    Fault(
                        code="framework.choice_refused",
                        values={
                            "value": value,
                            "found": f.values["found"],
                            "passes": f.values["passes"],
                            "check": f.code,
                        },
                        where=f"frameworks/{framework.id}.yaml {slot.name}",
                    )
                    for f in refused
                ]
                mine[value] = text
        raise_if(faults)
        self._made: dict[tuple[str, tuple[str, ...]], Fields] = {}
        self.renders = self.hits = 0

    def fields(self, variant: Variant, attributes: Mapping[str, Scalar]) -> Fields:
        """What one person sees of a variant; the variant's own words where she declared nothing that matters here."""
        values = tuple(str(attributes.get(s.by, "")) for s in self.by)
        return self._of(
            variant, tuple(v if v in self.choices[s.name] else "" for s, v in zip(self.by, values, strict=True))
        )

    def slots(self, variant: Variant, attributes: Mapping[str, Scalar]) -> Mapping[str, str]:
        """Her text of each slot; the variant's own where hers would break a limit, as in `fields`."""
        made = dict(variant.slots) | {
            s.name: self.choices[s.name][value]
            for s in self.by
            if (value := str(attributes.get(s.by, ""))) in self.choices[s.name]
        }
        return made if self._fits(self._fields(made)) else variant.slots

    def _of(self, variant: Variant, values: tuple[str, ...]) -> Fields:
        key = (variant.id, values)
        held = self._made.get(key)
        if held is not None:
            self.hits += 1
            return held
        self.renders += 1
        slots = dict(variant.slots)
        for slot, value in zip(self.by, values, strict=True):
            if value:
                slots[slot.name] = self.choices[slot.name][value]
        fields = self._fields(slots)
        if not self._fits(fields):
            fields = dict(variant.fields)
        self._made[key] = fields
        return fields

    def _fields(self, slots: Mapping[str, str]) -> dict[str, str]:
        made = {name: assemble(rows, slots, self.framework.joint) for name, rows in self.framework.fields.items()}
        return {name: text for name, text in made.items() if text}

    def _fits(self, fields: Fields) -> bool:
        """A personal text never breaks the placement's limit: the variant's own words stand in."""
        placement = self.framework.placement
        limits = ((text, LIMITS.get((placement, name))) for name, text in fields.items())
        return all(limit is None or measure(text, placement) <= limit[1] for text, limit in limits)
