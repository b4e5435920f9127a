"""What a cell of a file may mean: addresses, yes or no, dates, amounts. What cannot be told for certain is not read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

Said = Literal["yes", "no", "empty", "out"]
Order = Literal["ymd", "dmy", "mdy"]

# One address, no display name. A first character that a spreadsheet takes for a formula is not accepted.
_EMAIL = re.compile(
    r"^(?=.{6,254}$)(?=[^@]{1,64}@)[^\W][\w.!#$%&'*+/=?^`{|}~-]*(?<!\.)@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]$"
)
_EMPTY = frozenset(("", "-", "–", "null", "none", "n/a", "na", "nan", "nd", "n.d.", "vide", "#n/a"))
_YES = frozenset(
    (
        "oui",
        "yes",
        "y",
        "o",
        "true",
        "vrai",
        "1",
        "1.0",
        "x",
        "ok",
        "on",
        "optin",
        "subscribed",
        "inscrit",
        "inscrite",
        "abonne",
        "abonnee",
    )
)
_NO = frozenset(("non", "no", "n", "false", "faux", "0", "0.0", "off"))
_OUT = frozenset(
    (
        "optout",
        "unsubscribed",
        "unsubscribe",
        "desinscrit",
        "desinscrite",
        "desabonne",
        "desabonnee",
        "blacklisted",
        "blocklisted",
        "blackliste",
        "bloque",
        "stop",
        "cleaned",
    )
)
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(.+))?$")
_TURNED = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ,]+(.+))?$")
_CLOCK = re.compile(r"^(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$")
_OLDEST = 1990


def plain(text: str) -> str:
    """A header or a word without case, accents and punctuation.

    >>> plain("DOUBLE_OPT-IN"), plain("Date d’inscription"), plain("Prénom ")
    ('double_opt_in', 'date_d_inscription', 'prenom')
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "_", bare.casefold()).strip("_")


def as_email(text: str) -> str | None:
    """The address, trimmed, or `None` where it is not one well-formed address (RFC 5321 lengths; IDN allowed).

    >>> as_email(" Lea.Martin@exemple.fr "), as_email("lea@exemple,fr"), as_email("=cmd@exemple.fr")
    ('Lea.Martin@exemple.fr', None, None)
    """
    address = unicodedata.normalize("NFC", text.strip())
    return address if ".." not in address and _EMAIL.match(address) else None


def masked(text: str) -> str:
    """Enough of an address or a number to find it again in the file, and no more.

    >>> masked("camille.lr@exemple.fr"), masked("Zoé")
    ('ca…@exemple.fr', 'Z…')
    """
    local, at, domain = text.strip().rpartition("@")
    return f"{local[: 2 if len(local) > 4 else 1]}…@{domain[:40]}" if at else text.strip()[:1] + "…"


def as_said(text: str) -> Said | None:
    """What a cell about a consent says; `None` where it cannot be told.

    "out" is an opt-out in so many words (`unsubscribed`, `désinscrit`), which is more than a no.

    >>> as_said("OUI"), as_said("0"), as_said(" "), as_said("Unsubscribed"), as_said("peut-être")
    ('yes', 'no', 'empty', 'out', None)
    """
    if text.strip().casefold() in _EMPTY:
        return "empty"
    word = plain(text).replace("_", "") if not re.fullmatch(r"[01]\.0", text.strip()) else text.strip()
    return "yes" if word in _YES else "no" if word in _NO else "out" if word in _OUT else None


def as_flag(text: str) -> bool | None:
    """Is the mark set? A date counts as set (a column "unsubscribed on"); `None` where it cannot be told.

    >>> as_flag("1"), as_flag(""), as_flag("Non"), as_flag("2024-05-01"), as_flag("?")
    (True, False, False, True, None)
    """
    said = as_said(text)
    if said is not None:
        return said in ("yes", "out")
    return True if _ISO.match(text.strip()) or _TURNED.match(text.strip()) else None


def date_order(values: Iterable[str]) -> Order | None:
    """The order of day, month and year that reads most of a column; `None` where two read as many (no day above 12).

    A few impossible dates do not hide the order of the others. Without any date the answer is "ymd".

    >>> date_order(["14/03/2025", "02/11/2023", "30/02/2026"]), date_order(["2026-09-07"]), date_order(["02/11/2023"])
    ('dmy', 'ymd', None)
    """
    turned = [value for value in values if _TURNED.match(value.strip())]
    if not turned:
        return "ymd"
    day_first = sum(as_day(value, "dmy") is not None for value in turned)
    month_first = sum(as_day(value, "mdy") is not None for value in turned)
    return None if day_first == month_first else "dmy" if day_first > month_first else "mdy"


def as_day(text: str, order: Order) -> tuple[date, str] | None:
    """The day and what follows it (a time of day, or nothing); `None` for a day that does not exist.

    A date that begins with its year is always read so.
    """
    value = text.strip()
    if found := _ISO.match(value):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _TURNED.match(value):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        day, month = (second, first) if order == "mdy" else (first, second)
    else:
        return None
    try:
        return (date(year, month, day), found[4] or "") if year >= _OLDEST - 100 else None
    except ValueError:
        return None


def as_time(text: str, order: Order, zone: str, *, bare: Literal["start", "end"] = "start") -> int | None:
    """Milliseconds UTC of a date, with or without a time of day; `None` where it is not one.

    Without an offset the time is local in `zone`. A bare day is its first moment, or its last second.

    >>> as_time("2026-03-01 10:30", "ymd", "Europe/Paris") == as_time("01/03/2026 09:30:00+00:00", "dmy", "UTC")
    True
    """
    found = as_day(text, order)
    if found is None or found[0].year < _OLDEST:
        return None
    day, rest = found
    if not rest:
        moment = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
        if bare == "end":
            moment += timedelta(hours=23, minutes=59, seconds=59)
        return int(moment.timestamp() * 1000)
    clock = _CLOCK.match(rest.strip())
    if clock is None:
        return None
    try:
        moment = datetime(day.year, day.month, day.day, int(clock[1]), int(clock[2]), int(clock[3] or 0))
    except ValueError:
        return None
    return int(moment.replace(tzinfo=_zone(clock[4], zone)).timestamp() * 1000)


def _zone(offset: str | None, zone: str) -> tzinfo:
    if offset is None:
        return ZoneInfo(zone)
    if offset in ("Z", "UTC"):
        return UTC
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def as_cents(text: str) -> int | None:
    """An amount in whole cents; `None` where it is not one or could be two (`1,234`: a thousand or one and a bit).

    >>> as_cents("128,40 €"), as_cents("1 234.5"), as_cents("1.234,50"), as_cents("-3"), as_cents("1,234")
    (12840, 123450, 123450, -300, None)
    """
    value = re.sub(r"[\s\u00a0\u202f'’]|€|\$|£|EUR|USD|GBP|CHF|CAD", "", text).replace("\u2212", "-")
    if not re.fullmatch(r"-?\d+(?:[.,]\d+)*", value):
        return None
    marks = re.findall(r"[.,]", value)
    if not marks:
        return int(value) * 100 if len(value.lstrip("-")) <= 11 else None
    whole, fraction = value.rsplit(marks[-1], 1)
    if len(set(marks)) == 1 and len(marks) == 1 and len(fraction) == 3:
        return None
    if len(set(marks)) == 1 and len(marks) > 1:
        whole, fraction = value, ""  # the same mark again and again groups thousands
    groups = re.split(r"[.,]", whole.lstrip("-"))
    if len(groups) > 1 and any(len(g) != 3 for g in groups[1:]):
        return None
    number = "".join(groups)
    if len(number) > 11:
        return None
    cents = int(number) * 100 + round(float(f"0.{fraction or 0}") * 100)
    return -cents if value.startswith("-") else cents


def as_number(text: str) -> float | int | None:
    """A plain number; `None` where it is not one or could be two.

    >>> as_number("12"), as_number("12,5"), as_number("1,234"), as_number("01000"), as_number("Rural")
    (12, 12.5, None, None, None)
    """
    value = text.strip()
    if re.fullmatch(r"-?(0|[1-9]\d{0,14})", value):
        return int(value)
    if re.fullmatch(r"-?\d{1,12}\.\d+", value) or re.fullmatch(r"-?\d{1,12},(\d{1,2}|\d{4,})", value):
        return float(value.replace(",", "."))
    return None
