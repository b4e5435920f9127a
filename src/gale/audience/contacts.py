"""A contact file, read: who would enter, who opted out, and what stays outside, with its line and reason.

Rules, in the order in which they bind. An opt-out always wins over a yes, wherever in the file it stands. A yes without
date and source was never asked (GDPR 7(1): consent must be shown). Nobody under 18 enters. Whatever cannot be read for
certain stays outside.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Literal

import msgspec

from gale.audience.columns import ATTRIBUTE, IGNORE, speaks_of_special
from gale.audience.values import (
    Order,
    as_cents,
    as_day,
    as_email,
    as_flag,
    as_number,
    as_said,
    as_time,
    date_order,
    masked,
    plain,
)  # fmt: skip
from gale.records.faults import Fault
from gale.records.people import Scalar

ADULT = 18
LONGEST = 60  # characters of an attribute; longer is free text
_DATES = ("consent_date", "last_order_date", "birth_date")
_FORMULA = ("=", "+", "@", "\t", "\r")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a file cannot say and a person must: where its consents were collected, under which notice, how its dates
    are written (`None`: as they tell themselves), in which time zone."""

    source: str = ""
    notice: str = ""
    dates: Order | None = None
    zone: str = "Europe/Paris"


class NewContact(msgspec.Struct, frozen=True, kw_only=True):
    """One person of the file. `consent` is `None` where she was never asked (or it cannot be shown that she was)."""

    line: int
    email: str
    own_id: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    phone: str | None = None
    locale: str | None = None
    attributes: dict[str, Scalar] = {}
    consent: Literal["given", "refused"] | None = None
    consent_time: int = 0
    consent_source: str = ""


class OptOut(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who must not be written to; the address if it can be read, her id if there is one."""

    line: int
    reason: Literal["unsubscribed", "bounced"]
    email: str | None
    own_id: str | None


class ContactFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds. Every row is in exactly one of `contacts`, `opt_outs`, `left_out` (duplicates are there too).

    `notes` counts what was not taken of rows that enter: `yes_without_date`, `yes_without_source`, `consent_unclear`,
    `value_special`, `value_long`. `asks` names what a person must still say: "consent" (no column
    holds a yes), "dates", "source".
    """

    contacts: list[NewContact]
    opt_outs: list[OptOut]
    left_out: list[Fault]
    notes: dict[str, int]
    asks: tuple[str, ...]


def read_contacts(
    header: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    mapping: Mapping[str, str],
    *,
    told: Told,
    file: str,
    now: int,
) -> ContactFile:
    """Read every row by a mapping of columns to destinations (checked by `columns.check_mapping`).

    `rows` are (line, cells) with as many cells as the header; `file` is what faults call it. Raises nothing: what is
    wrong with a row is in `left_out`.
    """
    return _Reading(header, list(rows), mapping, told, file, now).done()


def address_key(email: str) -> str:
    """The form in which two spellings of an address are the same person."""
    return unicodedata.normalize("NFC", email.strip()).casefold()


class _Refused(Exception):  # noqa: N818  (a row that stays outside, not an error)
    def __init__(self, code: str, **values: str | int) -> None:
        self.code, self.values = code, values


class _Reading:
    """One pass over the rows, then duplicates are merged."""

    def __init__(
        self,
        header: Sequence[str],
        rows: list[tuple[int, Sequence[str]]],
        mapping: Mapping[str, str],
        told: Told,
        file: str,
        now: int,
    ) -> None:
        at = {column: i for i, column in enumerate(header)}
        self._rows, self._told, self._file, self._now = rows, told, file, now
        self._places: dict[str, list[int]] = {}
        for column, to in mapping.items():
            if to != IGNORE:
                self._places.setdefault(to, []).append(at[column])
        self._double = any(to == "consent_email" and "double" in plain(c) for c, to in mapping.items())
        self._left_out: list[Fault] = []
        self._notes: Counter[str] = Counter()
        self._asks: set[str] = set() if "consent_email" in self._places else {"consent"}
        self._orders: dict[str, Order] = {to: self._order(to) for to in _DATES if to in self._places}

    def done(self) -> ContactFile:
        read: list[NewContact] = []
        outs: list[OptOut] = []
        for line, cells in self._rows:
            try:
                out = self._opt_out(line, cells)
                if out is not None:
                    outs.append(out)
                else:
                    read.append(self._contact(line, cells))
            except _Refused as why:
                self._leave(line, why.code, **why.values)
        contacts = self._merged(read, outs)
        self._left_out.sort(key=lambda fault: int(fault.values["line"]))
        return ContactFile(
            contacts=contacts,
            opt_outs=outs,
            left_out=self._left_out,
            notes=dict(self._notes),
            asks=tuple(sorted(self._asks)),
        )

    def _order(self, to: str) -> Order:
        place = self._places[to][0]
        order = self._told.dates or date_order(cells[place] for _, cells in self._rows)
        if order is None:  # the other date columns of the same file were written by the same hand
            others = [self._places[d][0] for d in _DATES if d in self._places]
            order = date_order(cells[i] for _, cells in self._rows for i in others)
        if order is None:
            self._asks.add("dates")
        return order or "dmy"

    def _cell(self, cells: Sequence[str], to: str) -> str:
        places = self._places.get(to)
        return cells[places[0]].strip() if places else ""

    def _opt_out(self, line: int, cells: Sequence[str]) -> OptOut | None:
        reasons: list[Literal["unsubscribed", "bounced"]] = ["unsubscribed", "bounced"]
        for reason in reasons:
            for place in self._places.get(reason, ()):
                set_ = as_flag(cells[place])
                if set_ is None:
                    raise _Refused("contact.opt_out_unclear")
                if set_:
                    return self._out(line, cells, reason)
        if as_said(self._cell(cells, "consent_email")) == "out":
            return self._out(line, cells, "unsubscribed")
        return None

    def _out(self, line: int, cells: Sequence[str], reason: Literal["unsubscribed", "bounced"]) -> OptOut:
        email, own_id = as_email(self._cell(cells, "email")), self._cell(cells, "own_id") or None
        if email is None and own_id is None:
            raise _Refused("contact.opt_out_nobody")
        return OptOut(line=line, reason=reason, email=email, own_id=own_id)

    def _contact(self, line: int, cells: Sequence[str]) -> NewContact:
        written = self._cell(cells, "email")
        email = as_email(written)
        if not written:
            raise _Refused("contact.email_missing")
        if email is None:
            raise _Refused("contact.email", found=masked(written))
        own_id = self._cell(cells, "own_id") or None
        if own_id is not None and (len(own_id) > 100 or own_id.startswith(_FORMULA) or not own_id.isprintable()):
            raise _Refused("contact.own_id")
        self._adult(cells)
        consent, time, source = self._consent(cells)
        locale = plain(self._cell(cells, "locale"))[:2]
        return NewContact(
            line=line,
            email=email,
            own_id=own_id,
            given_name=self._name(cells, "given_name"),
            family_name=self._name(cells, "family_name"),
            phone=self._name(cells, "phone"),
            locale=locale if len(locale) == 2 and locale.isalpha() else None,
            attributes=self._attributes(cells),
            consent=consent,
            consent_time=time,
            consent_source=source,
        )

    def _name(self, cells: Sequence[str], to: str) -> str | None:
        text = " ".join(self._cell(cells, to).split())
        return text[:LONGEST] or None

    def _adult(self, cells: Sequence[str]) -> None:
        born, age = self._cell(cells, "birth_date"), self._cell(cells, "age")
        if born:
            found = as_day(born, self._orders["birth_date"])
            if found is None:
                raise _Refused("contact.date", found=born[:20], destination="birth_date")
            today = datetime.fromtimestamp(self._now / 1000, UTC).date()
            if _years(found[0], today) < ADULT:
                raise _Refused("contact.minor", adult=ADULT)
        if age:
            years = as_number(age)
            if years is None or years < ADULT:
                raise _Refused("contact.minor", adult=ADULT)

    def _consent(self, cells: Sequence[str]) -> tuple[Literal["given", "refused"] | None, int, str]:
        """What she said, when, and where; a date that cannot be keeps the whole row outside."""
        written = self._cell(cells, "consent_date")
        time = as_time(written, self._orders["consent_date"], self._told.zone) if written else None
        if written and time is None:
            raise _Refused("contact.date", found=written[:20], destination="consent_date")
        if time is not None and time > self._now:
            raise _Refused("contact.date_future", found=written[:20])
        said = as_said(self._cell(cells, "consent_email"))
        source = self._source(cells)
        if self._double and said != "yes":
            return None, 0, ""  # an address that was not confirmed by a second step has not said no
        if said == "no":
            return "refused", time or self._now, source or "unknown"
        if said is None:
            self._notes["consent_unclear"] += 1
        if said != "yes":
            return None, 0, ""
        if not source:
            self._asks.add("source")
            self._notes["yes_without_source"] += 1
            return None, 0, ""
        if time is None:
            self._notes["yes_without_date"] += 1
            return None, 0, ""
        return "given", time, source

    def _source(self, cells: Sequence[str]) -> str:
        """Where the consent was collected: the row's own word, or what the user told of the whole file."""
        own = " ".join(self._cell(cells, "consent_source").split())
        if not own or len(own) > LONGEST or "@" in own or speaks_of_special(own):
            own = " ".join(self._told.source.split())[:LONGEST]
        return own

    def _attributes(self, cells: Sequence[str]) -> dict[str, Scalar]:
        found: dict[str, Scalar] = {}
        ordered = self._cell(cells, "last_order_date")
        if ordered:
            day = as_day(ordered, self._orders["last_order_date"])
            if day is None:
                raise _Refused("contact.date", found=ordered[:20], destination="last_order_date")
            found["last_order_date"] = day[0].isoformat()
        count, value = self._cell(cells, "orders_count"), self._cell(cells, "orders_value")
        if count:
            number = as_number(count)
            if not isinstance(number, int) or number < 0:
                raise _Refused("contact.number", found=count[:20], destination="orders_count")
            found["orders_count"] = number
        if value:
            cents = as_cents(value)
            if cents is None:
                raise _Refused("contact.number", found=value[:20], destination="orders_value")
            found["orders_value"] = cents
        for to, places in self._places.items():
            if to.startswith(ATTRIBUTE) and (text := cells[places[0]].strip()):
                if len(text) > LONGEST or as_email(text) is not None:
                    self._notes["value_long"] += 1
                elif speaks_of_special(text):
                    self._notes["value_special"] += 1
                else:
                    number = as_number(text)
                    found[to.removeprefix(ATTRIBUTE)] = text if number is None else number
        return found

    def _merged(self, read: Sequence[NewContact], outs: Sequence[OptOut]) -> list[NewContact]:
        """One contact a person: opt-outs first, then same address merged, then same id with another address refused."""
        gone = {address_key(out.email): out.line for out in outs if out.email is not None}
        gone_ids = {out.own_id: out.line for out in outs if out.own_id is not None}
        by_address: dict[str, NewContact] = {}
        by_id: dict[str, str] = {}
        for one in read:
            key = address_key(one.email)
            first = gone.get(key) or (gone_ids.get(one.own_id) if one.own_id else None)
            if first is not None:
                self._leave(one.line, "contact.opted_out_elsewhere", other=first)
                continue
            if one.own_id is not None and by_id.setdefault(one.own_id, key) != key:
                other = by_address[by_id[one.own_id]].line
                self._leave(one.line, "contact.same_id", other=other)
                continue
            before = by_address.get(key)
            if before is not None:
                self._leave(one.line, "contact.duplicate", other=before.line)
            by_address[key] = one if before is None else merge(before, one)
        return list(by_address.values())

    def _leave(self, line: int, code: str, **values: str | int) -> None:
        self._left_out.append(Fault(code=code, values={"line": line, **values}, where=f"{self._file}:{line}"))


def merge(one: NewContact, other: NewContact) -> NewContact:
    """Two rows about one person: a refusal wins over a yes, of two yeses the newer; the later row fills and replaces
    facts, the first keeps its line and id."""
    refused = [c for c in (one, other) if c.consent == "refused"]
    given = [c for c in (one, other) if c.consent == "given"]
    said = max(refused or given or [one], key=lambda c: c.consent_time)
    return msgspec.structs.replace(
        one,
        own_id=one.own_id or other.own_id,
        given_name=other.given_name or one.given_name,
        family_name=other.family_name or one.family_name,
        phone=other.phone or one.phone,
        locale=other.locale or one.locale,
        attributes={**one.attributes, **other.attributes},
        consent=said.consent,
        consent_time=said.consent_time,
        consent_source=said.consent_source,
    )


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
