"""The phrase bank and the frameworks, as values. `adapters.catalogue` reads them from the package's YAML.

A *bank* holds templates of one role (hooks, openings, lines …) in one language. A *framework* says, for one placement,
which slots there are, which bank fills each, and how the slots make up the fields that are shown. A further language is
a further folder of banks; nothing here knows which languages there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from gale.creative.language import Language
from gale.records.canonical import content_hash
from gale.records.faults import Faults

ANY = "any"
"""The angle of a template that goes with every angle; several angles stand in one string, with spaces between."""

FIXED = ("price", "offer", "claim", "core", "brand", "cta", "legal")
"""Slots that are not free: copied from the documents, or the call to action."""


@dataclass(frozen=True, slots=True)
class Template:
    """One phrase of the bank before brand and brief fill it.

    `text` may hold places (`{name}`, `{du_noun}`, `{Benefit}`), a choice of register (`{vous prenez|tu prends}`) and
    one of number (`[attend|attendent]`), which follows the product's noun or, in English, its name where that is said.
    `tone` is empty, or a tone that the brand's voice must have for the template to be used. `kinds` are the kinds of
    product it suits; empty: every kind. `origin` is empty for what a person wrote, "model" for a language model's
    words, "edited" for those that a person changed. `moment` is empty, or what the phrase supposes of the reader's hour
    (morning, evening, weekend): such a phrase waits until somebody asks for it.
    """

    id: str
    bank: str
    angle: str
    text: str
    tone: str = ""
    kinds: tuple[str, ...] = ()
    origin: str = ""
    moment: str = ""


def template_id(bank: str, text: str) -> str:
    """The id of a template: its bank and a short hash of its text, so that adding phrases moves no id.

    >>> template_id("hooks", "Rien ne presse.") == template_id("hooks", "Rien ne presse.")
    True
    """
    return f"{bank}.{hashlib.sha256(text.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a framework.

    `bank` fills it (empty for a fixed slot). Slots of one `zone` are read together: the product's name appears at most
    once in a zone. A `tied` slot takes only templates of the hook's angle (or of every angle); a slot with an `angle`
    is there only under that one.

    What a strategist designs adds `own` templates a language; a `locked` slot holds one of them and never varies; `by`
    is a declared attribute whose values have their own text in `choices` (value: language: text). A slot that `yields`
    is left out where a legal line takes its room.
    """

    name: str
    bank: str = ""
    zone: str = "body"
    tied: bool = False
    angle: str = ""
    own: Mapping[str, tuple[Template, ...]] = field(default_factory=dict)
    locked: bool = False
    by: str = ""
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    yields: bool = False

    @property
    def free(self) -> bool:
        return self.name not in FIXED and not self.locked


@dataclass(frozen=True, slots=True)
class Framework:
    """What a placement is made of. The first slot is the hook: its angle is the variant's.

    `fields` maps a field to its paragraphs, each a row of slots; `joint` goes between paragraphs, a space between the
    slots of one. `measured` names the slot whose length sets whether the variant is short, medium or long; `cuts` are
    the two limits, in characters over the free slots.
    """

    id: str
    placement: str
    slots: tuple[Slot, ...]
    fields: Mapping[str, tuple[tuple[str, ...], ...]]
    joint: str
    measured: str
    cuts: tuple[int, int]

    @property
    def hook(self) -> Slot:
        return self.slots[0]


@dataclass(frozen=True, slots=True)
class WishWords:
    """How a wish is said in one language (`say`), and what in a phrase shows it (`marks`).

    Both are regular expressions: whole words, in any case, without accents, apostrophes plain.
    """

    say: tuple[str, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Frameworks by placement; languages by code; templates by language and bank.

    `waiting` holds, as `banks` does, templates that suppose an hour or a voice: they fill a slot only where a person has
    taken them in. `wishes` says, a language, how people ask for a phrase (`creative.wishes`).
    """

    frameworks: Mapping[str, Framework]
    banks: Mapping[str, Mapping[str, tuple[Template, ...]]]
    tongues: Mapping[str, Language]
    waiting: Mapping[str, Mapping[str, tuple[Template, ...]]] = field(default_factory=dict)
    wishes: Mapping[str, Mapping[str, WishWords]] = field(default_factory=dict)

    def language(self, locale: str) -> Language:
        """The language of a locale. Raises `Faults`: `creative.no_language`."""
        found = self.tongues.get(locale[:2])
        if found is None:
            raise Faults.one("creative.no_language", locale=locale, known=", ".join(self.languages))
        return found

    def bank(self, language: str, name: str) -> tuple[Template, ...]:
        """The templates of one bank, empty where the language has none."""
        return self.banks.get(language, {}).get(name, ())

    def waits(self, language: str, name: str) -> tuple[Template, ...]:
        """The templates of one bank that wait to be asked for."""
        return self.waiting.get(language, {}).get(name, ())

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages there are."""
        return tuple(sorted(self.tongues))

    @property
    def angles(self) -> frozenset[str]:
        """Every angle that a variant can have, in any language and framework."""
        banks = [*(bank for tongue in self.banks.values() for bank in tongue.values())]
        banks += [own for f in self.frameworks.values() for s in f.slots for own in s.own.values()]
        return frozenset(a for bank in banks for t in bank for a in t.angle.split()) - {ANY}

    @property
    def version(self) -> str:
        """Changes whenever a word that the checks look for changes."""
        return content_hash({code: tongue.version for code, tongue in self.tongues.items()})[:8]
