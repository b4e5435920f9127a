"""What the law wants said and what it forbids to say, as data of a language; `creative.legal` makes lines of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that stands in every text of a regime, with its source.

    `binding`: the law of that place gives these very words. Otherwise they are usage, where the law asks for nothing
    certain, and lines of the brief's own take their place.
    """

    text: str
    source: str
    binding: bool = True


@dataclass(frozen=True, slots=True)
class Law:
    """The law's words in one language.

    `lines` maps a regime to its line a locale (`fr`, `fr-BE`). `example` says a credit's figures (places `amount`,
    `rate`, `apr`, `kind`, `repaid`, `months`, `total`), `cash` the price it pays for (`price`, `deposit`) and `lender`
    who lends; `kinds` names a fixed and a variable rate, `months` a duration (`one`, `other`, each with `{n}`).

    `words` maps a check's code to regular expressions (whole words in any case, apostrophes and spaces plain).
    `nouns` maps a regime or a forbidden sector to how a product's noun begins that falls under it. `strict` names the
    locales where an alcoholic drink may only be described (France).
    """

    lines: Mapping[str, Mapping[str, Line]] = field(default_factory=dict)
    example: str = ""
    cash: str = ""
    lender: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    months: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    nouns: Mapping[str, str] = field(default_factory=dict)
    strict: Sequence[str] = ()

    def line(self, regime: str, locale: str) -> Line | None:
        """The line of a regime where this locale is spoken, or that of its language; none where there is none."""
        lines = self.lines.get(regime, {})
        return lines.get(locale) or lines.get(locale[:2])
