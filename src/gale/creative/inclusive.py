"""Inclusive writing as data: which nouns of persons a language has, and the forms that a brand may choose between.

`adapters.catalogue` reads it from `inclusive.yaml` in a language's folder; `checks.inclusive` looks for what is not the
brand's form. Patterns are regular expressions, whole words in any case, apostrophes and spaces plain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

FORMS = ("doublets", "neutral", "points")
"""The forms that name everybody, in the order in which the tables give them; *plain* only refuses shortened forms."""


@dataclass(frozen=True, slots=True)
class Inclusive:
    """One language's words.

    `persons` maps a generic plural to the feminine plural, the neutral word and the shortened form (`clients: [clientes,
    la clientèle, client·es]`); `doublet` joins two of them, in the plural and (`doublet_one`) in the singular. `each`
    finds the words before a singular that means anybody (chaque). `gendered` maps a pattern to what would pass under
    each of `FORMS`, empty where it passes as it is, or to one text for all three. `binary` are addresses to two genders,
    with what would pass. `short` finds shortened forms, `points` those of them that are the brand's where it chose
    points. `things` are blanked out first: words of persons that mean a thing or a fixed expression (un lecteur MP3).
    """

    persons: Mapping[str, Sequence[str]] = field(default_factory=dict)
    doublet: str = "{feminine} {masculine}"
    doublet_one: str = "{feminine} {masculine}"
    each: str = ""
    gendered: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    binary: Mapping[str, str] = field(default_factory=dict)
    short: Sequence[str] = ()
    points: str = ""
    things: Sequence[str] = ()

    def passes(self, form: str, plural: str, *, one: bool = False) -> str:
        """What would pass for this noun, in the singular where `one`.

        >>> words = Inclusive({"clients": ["clientes", "la clientèle", "client·es"]}, doublet="{feminine} et {masculine}")
        >>> words.passes("doublets", "clients"), words.passes("neutral", "clients"), words.passes("points", "clients")
        ('clientes et clients', 'la clientèle', 'client·es')
        """
        feminine, neutral, short = self.persons[plural]
        if form == "neutral":
            return neutral
        if form == "plain":
            return singular(plural) if one else plural
        if form == "points":
            return singular(short) if one else short
        if one:
            return self.doublet_one.format(feminine=singular(feminine), masculine=singular(plural))
        return self.doublet.format(feminine=feminine, masculine=plural)


def singular(plural: str) -> str:
    """A regular noun in the singular; every one of the tables is regular where `each` is used.

    >>> singular("clients"), singular("client·es")
    ('client', 'client·e')
    """
    return plural.removesuffix("s")
