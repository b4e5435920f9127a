"""What we say on screen, in which language (floor 0).

English sentences are their own message ids; codes (`consent.withdrawn`, `fact.no_such_offer`) are ids with a text in
both catalogues. The catalogues are read by `adapters.words`; here they are a plain mapping.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

LOCALES = ("fr", "en")

NNBSP = "\u202f"
NBSP = "\u00a0"


class Told(Protocol):
    """What a fault looks like from here: a code, what fills its template, and where."""

    @property
    def code(self) -> str: ...
    @property
    def values(self) -> dict[str, Any]: ...
    @property
    def where(self) -> str: ...


class Words:
    """The words of one language.

    >>> fr = Words("fr", {"{n} people": "{n} personnes"})
    >>> fr("{n} people", n=fr.number(16086))
    '16\\u202f086 personnes'
    """

    def __init__(self, locale: str, messages: Mapping[str, str]) -> None:
        self.locale = locale
        self._messages = messages

    def __call__(self, message: str, /, **values: Any) -> str:
        """The message in this language; `{name}` places are filled. An unknown message is said as it is."""
        text = self._messages.get(message) or message
        return text.format_map(_Kind(values)) if values else text

    def has(self, message: str) -> bool:
        return bool(self._messages.get(message))

    def text(self, texts: Mapping[str, str]) -> str:
        """Of a text written once a language, the one in this language, or the first there is."""
        return texts.get(self.locale) or next(iter(texts.values()), "")

    def fault(self, fault: Told) -> str:
        """One fault as a sentence, its place first."""
        values = {k: self.exact(x) if isinstance(x, Decimal) else x for k, x in fault.values.items()}
        if self.has(title := f"{values.get('check')}.title"):
            values["check"] = self(title)  # a check by its name, as on the wall, not by its code
        said = self(fault.code, **values) if self.has(fault.code) else f"{fault.code} {fault.values or ''}".strip()
        if not fault.where:
            return said
        where = self(fault.where)  # a place is a file's line, or a name that has words of its own (a role)
        return f"{where}{NBSP}: {said}" if self.locale == "fr" else f"{where}: {said}"

    def number(self, value: float, digits: int = 0) -> str:
        """A number with the language's separators: `16 086` with a narrow space in French, `16,086` in English."""
        said = f"{value:,.{digits}f}".replace("-", "\u2212")
        if self.locale != "fr":
            return said
        return said.replace(",", "\0").replace(".", ",").replace("\0", NNBSP)

    def exact(self, value: Decimal) -> str:
        """A number with the decimals it is given with.

        >>> Words("fr", {}).exact(Decimal("0.0021"))
        '0,0021'
        """
        exponent = value.as_tuple().exponent
        return self.number(float(value), max(0, -exponent) if isinstance(exponent, int) else 0)

    def percent(self, share: float, digits: int = 0, sign: bool = False) -> str:
        """A share (0.3) as per cent; with `sign`, a gain says its plus."""
        said = self.number(share * 100, digits)
        if sign and share > 0:
            said = "+" + said
        return f"{said}{NNBSP}%" if self.locale == "fr" else f"{said}%"

    def money(self, amount: float, currency: str = "EUR", digits: int = 2) -> str:
        symbol = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF", "CAD": "$"}.get(currency, currency)
        if self.locale == "fr":
            return f"{self.number(amount, digits)}{NBSP}{symbol}"
        sign = "\u2212" if amount < 0 else ""
        return f"{sign}{symbol}{self.number(abs(amount), digits)}"


class _Kind(dict[str, Any]):
    """A place that has no value stays visible instead of raising in front of a user."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
