"""What the pages about people show: one person, and the contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Text = Mapping[str, str]  # one text a language

# --- person ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """One purpose for one person. `state`: given, refused, withdrawn, objected, expired, none."""

    purpose: str
    name: Text
    value: Text
    state: str
    since: int | None = None
    source: str = ""
    notice: str = ""
    expires: int | None = None


@dataclass(frozen=True)
class Told:
    """One decision or outcome in the person's own log, in words."""

    time: int
    said: str
    because: tuple[str, ...] = ()
    kind: str = "plain"
    locale: str = ""


@dataclass(frozen=True)
class Asked:
    """What she is told when she asks why, in her language: about a message (`shown`), or about nothing."""

    time: int
    shown: str
    told: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    id: str
    locale: str
    known: tuple[tuple[str, str], ...]
    standings: tuple[Standing, ...]
    log: tuple[Told, ...]
    decisions: int
    suppressed: bool = False
    group: str = ""
    recent: int = 0
    asked: tuple[Asked, ...] = ()


# --- contacts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """One column of the file: what it becomes. `certainty`: sure, ask, useless, refused."""

    name: str
    samples: tuple[str, ...]
    becomes: str
    certainty: str
    why: str = ""


@dataclass(frozen=True)
class LeftOut:
    """Why lines stay out: reason code, which lines, an example, what would pass."""

    code: str
    count: int
    lines: tuple[int, ...]
    example: str = ""
    passes: str = ""


@dataclass(frozen=True)
class Import:
    """A file that was read and not yet written."""

    token: str
    file: str
    rows: int
    new: int
    known: int
    out: int
    may_receive: int
    columns: tuple[Column, ...]
    targets: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    opt_outs: int = 0
    asks: tuple[str, ...] = ()  # what a person must still say: "source", "dates"
    source: str = ""
    preset: str = ""
    error: str = ""


@dataclass(frozen=True)
class ImportLine:
    id: str
    file: str
    time: int
    written: int
    undone: bool = False
    can_undo: bool = True


@dataclass(frozen=True)
class Contacts:
    people: int
    addresses: int | None = None
    suppressed: int | None = None
    imports: tuple[ImportLine, ...] = ()
    reading: Import | None = None
    done: ImportLine | None = None
