"""How figures, times and money are said on screen, in the reader's language and the campaign's time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from gale.studio.plots import Interval
from gale.words import NBSP, NNBSP, Words

Said = Callable[[float], str]
MINUS = "\u2212"


class Formats:
    """Words for values. Times are ms UTC; shares are fractions (0.3 is 30 %).

    >>> Formats(Words("fr", {}), "Europe/Paris").moment(1789459200000)
    '15 sept. 2026, 10\xa0h\xa000'
    >>> Formats(Words("en", {}), "Europe/Paris").moment(1789459200000)
    '15 Sept 2026, 10:00'
    """

    def __init__(self, words: Words, timezone: str = "Europe/Paris") -> None:
        self.words = words
        self.zone = ZoneInfo(timezone)
        self.french = words.locale == "fr"
        self._locale = "fr" if self.french else "en_GB"

    # figures

    def number(self, value: float, digits: int = 0) -> str:
        """`16 086` or `16,086`; at most `digits` decimals, trailing zeros kept."""
        return self.words.number(value, digits)

    def figure(self, value: float) -> str:
        """A number of any size with about three digits that count."""
        pattern = "#,##0" if abs(value) >= 100 else "#,##0.#" if abs(value) >= 10 else "#,##0.##"
        said = str(format_decimal(value, format=pattern, locale="fr" if self.french else "en"))
        return said.replace(NBSP, NNBSP).replace("-", MINUS)

    def percent(self, share: float, digits: int | None = None, sign: bool = False) -> str:
        """`30 %`; small shares keep one decimal unless `digits` says otherwise."""
        if digits is None:
            digits = 1 if 0 < abs(share) < 0.1 else 0
        return self.words.percent(share, digits, sign)

    def share(self, share: float) -> str:
        """A share in whole per cent, as on a scale."""
        return self.words.percent(share, 0)

    def gain(self, share: float) -> str:
        """A relative lift with its sign: `+30 %`, `−1 %`, `0`."""
        return "0" if round(share * 100) == 0 else self.words.percent(share, 0, sign=True)

    def points(self, share: float) -> str:
        """A difference of shares in points, with its sign: `+1,9`."""
        said = self.words.number(share * 100, 1)
        if not said.strip("0,." + MINUS):
            return "0"
        return ("+" if share > 0 else "") + said

    def money(self, amount: float, currency: str = "EUR", digits: int | None = None) -> str:
        return self.words.money(amount, currency, digits if digits is not None else (0 if abs(amount) >= 1000 else 2))

    def between(self, of: Interval, said: Said) -> str:
        """The interval in words: `between −1% and +65%`."""
        return self.words("between {low} and {high}", low=said(of.low), high=said(of.high))

    def coin(self, amount: float, currency: str = "EUR") -> str:
        """Money on a scale: no cents where they are zero."""
        return self.words.money(amount, currency, 0 if amount == round(amount) else 2)

    def ms(self, value: float) -> str:
        """A duration in milliseconds: `0.04 ms`."""
        return f"{self.figure(value)}{NBSP}ms"

    def seconds(self, value: float) -> str:
        return f"{self.words.number(value, 1 if value < 100 else 0)}{NBSP}s"

    # times

    def local(self, time: int) -> datetime:
        return datetime.fromtimestamp(time / 1000, UTC).astimezone(self.zone)

    def clock(self, time: int) -> str:
        """`8 h 05` in French, `08:05` in English."""
        at = self.local(time)
        return f"{at.hour}{NBSP}h{NBSP}{at.minute:02d}" if self.french else f"{at:%H:%M}"

    def hour(self, hour: int) -> str:
        """A whole hour of the day: `21 h`, `21:00`."""
        return f"{hour}{NBSP}h" if self.french else f"{hour:02d}:00"

    def date(self, time: int) -> str:
        """`15 sept. 2026`."""
        return str(format_date(self.local(time), "medium", locale=self._locale))

    def day(self, time: int) -> str:
        """`15 sept.`."""
        return str(format_skeleton("MMMd", self.local(time), locale=self._locale))

    def long_day(self, time: int) -> str:
        """`mardi 15 septembre`."""
        return str(format_date(self.local(time), "EEEE d MMMM", locale=self._locale))

    def weekday(self, time: int) -> str:
        """Two letters and the day of the month: `ma 15`, `Tu 15`."""
        at = self.local(time)
        return str(format_date(at, "EEEEEE", locale=self._locale))[:2] + f" {at.day}"

    def day_of_month(self, time: int) -> str:
        return str(self.local(time).day)

    def moment(self, time: int) -> str:
        """Date and time of day."""
        return f"{self.date(time)}, {self.clock(time)}"

    def iso(self, time: int) -> str:
        """For `datetime` attributes."""
        return self.local(time).isoformat(timespec="minutes")

    def span(self, start: int, days: int) -> str:
        """The flight's first and last day: `7 – 20 sept.`."""
        last = start + (days - 1) * 86_400_000
        first, end = self.local(start), self.local(last)
        if (first.year, first.month) == (end.year, end.month):
            return f"{first.day}{NBSP}–{NBSP}{self.day(last)}"
        return f"{self.day(start)} – {self.day(last)}"

    # names of things

    def hash(self, value: str) -> str:
        """A hash that an eye can compare: `9f2c 41d7 a0be 5538 … e7c1`."""
        if len(value) <= 20:
            return value
        return " ".join(value[i : i + 4] for i in range(0, 16, 4)) + f" … {value[-4:]}"

    def short(self, identity: str) -> str:
        """A variant's or a person's id, short enough to say."""
        kind, _, rest = identity.partition("_")
        return f"{kind}_{rest[:4]}{NBSP}{rest[4:8]}" if rest and len(rest) > 8 else identity

    def quoted(self, phrase: str) -> str:
        return f"«{NBSP}{phrase}{NBSP}»" if self.french else f"“{phrase}”"
