"""Inclusive writing: one way of naming everybody, the brand's own (`voice.inclusive`); without a choice nothing is
said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from gale.creative import facts
from gale.creative.checks.context import Context, Rule
from gale.creative.inclusive import FORMS, Inclusive, singular
from gale.creative.typography import capital
from gale.records.creative import Finding


def chosen(c: Context, text: str, slot: str) -> Iterator[Finding]:
    """What is not the brand's form: shortened forms, generic masculines, gendered words, an address to two genders.

    *plain* refuses shortened forms alone. A doublet passes under every form: it leaves nobody out.
    """
    form, words = c.brand.voice.inclusive, c.tongue.inclusive
    if form is None:
        return
    plain = c.names.sub(lambda m: " " * len(m.group()), facts.plain(text))
    short = list(_found("|".join(words.short), plain))
    for match in short:
        if not (form == "points" and words.points and re.fullmatch(words.points, match.group())):
            yield c.finding(
                "inclusive.short", slot, text[slice(*match.span())], _lengthened(words, form, match.group())
            )
            break
    if form == "plain":
        return
    for match in (*short, *_found("|".join(words.things), plain)):
        plain = plain[: match.start()] + " " * len(match.group()) + plain[match.end() :]
    yield from _generic(c, words, form, text, plain, slot)
    gendered = {p: told if isinstance(told, str) else told[FORMS.index(form)] for p, told in words.gendered.items()}
    binary = {} if form == "doublets" else words.binary
    for code, table in (("inclusive.gendered", gendered), ("inclusive.binary", binary)):
        if any(_found("|".join(p for p, passes in table.items() if passes), plain)):
            yield from _listed(c, code, table, text, plain, slot)


def _listed(c: Context, code: str, table: Mapping[str, str], text: str, plain: str, slot: str) -> Iterator[Finding]:
    """The words of a table that stand in the text; an entry without an answer passes."""
    for pattern, passes in table.items():
        told = next(_found(pattern, plain), None) if passes else None
        if told:
            found = text[slice(*told.span())]
            yield c.finding(code, slot, found, capital(passes) if found[0].isupper() else passes)


def _generic(c: Context, words: Inclusive, form: str, text: str, plain: str, slot: str) -> Iterator[Finding]:
    """A plural that means everybody, or a singular after *chaque*, where the other gender stands nowhere beside it."""
    if not words.persons:
        return
    several = "|".join(words.persons)
    each = rf"|{words.each} (?P<one>{'|'.join(map(singular, words.persons))})" if words.each else ""
    lower, nouns = plain.lower(), {noun.lower(): noun for noun in words.persons}
    for match in _found(f"(?P<several>{several}){each}", plain):
        one = match.groupdict().get("one")
        noun = nouns[f"{one}s".lower() if one else match["several"].lower()]
        feminine = words.persons[noun][0].lower()
        if re.search(rf"(?<!\w){singular(feminine) if one else feminine}(?!\w)", lower):
            continue
        passes = words.passes(form, noun, one=bool(one))
        found = text[slice(*match.span())]
        yield c.finding("inclusive.generic", slot, found, capital(passes) if found[0].isupper() else passes)
        break


def _lengthened(words: Inclusive, form: str, found: str) -> str:
    """The brand's form for a shortened one; empty for a noun that the table lacks."""
    start = re.split(r"\W|(?<=[a-zäöüß])Innen", found)[0].lower()
    several = found.rstrip(")").endswith("s") or found.lower().endswith("innen")
    for noun, (_, _, short) in words.persons.items():
        if start in (singular(noun).lower(), re.split(r"[·:]", short)[0].lower()):
            return words.passes(form, noun, one=not several)
    if form == "points" and "·" in words.points:
        parts = [p for p in re.split(r"[^\w]+", found) if p]
        return "·".join(parts[:2]) + ("s" if several and not parts[1].endswith("s") else "") if len(parts) > 1 else ""
    return ""


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])", re.IGNORECASE)


def _found(pattern: str, text: str) -> Iterator[re.Match[str]]:
    return _pattern(pattern).finditer(text) if pattern else iter(())


RULES: tuple[Rule, ...] = (chosen,)
SOURCES = {
    "inclusive.short": "Circulaire du 21 novembre 2017 (JORF du 22); Conseil d’État, 28 février 2019, n° 417128",
    "inclusive.generic": "Haut Conseil à l’Égalité, Pour une communication publique sans stéréotype de sexe, 2022",
    "inclusive.gendered": "United Nations, Guidelines for gender-inclusive language in English",
    "inclusive.binary": "CJEU, C-394/23 Mousse, 9 January 2025",
}
CODES = tuple(SOURCES)
