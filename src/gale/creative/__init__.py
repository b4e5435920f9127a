"""What could we say? Frameworks, phrase bank, combination, diversity, brand and placement checks (floor 2).

    combine(brand, brief, catalogue, placement=..., locale=..., wanted=1000, seed=42)  ->  Combined
    check(text, slot=..., placement=..., locale=..., brand=brand, brief=brief, catalogue=…) ->  list[Finding]
    phrases(brand, brief, catalogue, placement=..., locale=...)                         ->  list[Phrase]

The catalogue comes from `gale.adapters.catalogue.load()`; everything here is values in, values out.
"""

from gale.creative.catalogue import Catalogue, Framework, Slot, Template
from gale.creative.checks import CODES, check, checks_version
from gale.creative.combine import Combined, combine
from gale.creative.phrases import Phrase, framework_of, free_slots, phrases

__all__ = [
    "CODES",
    "Catalogue",
    "Combined",
    "Framework",
    "Phrase",
    "Slot",
    "Template",
    "check",
    "checks_version",
    "combine",
    "framework_of",
    "free_slots",
    "phrases",
]
