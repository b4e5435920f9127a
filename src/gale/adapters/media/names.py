"""Names of the pictures that follow people, and the files behind them. Needs none of the extra's libraries.

.gale/pictures/people/CAMPAIGN.json         which picture a variant has for which declared values, by size
.gale/pictures/files/ab/abcd….jpg           the pictures, each named by the SHA-256 of its bytes (`cache`)
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import msgspec

Pictures = dict[str, dict[str, dict[str, str]]]
NAME = re.compile(r"[0-9a-f]{64}\.jpg")


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """Which picture whom: `pictures` maps a variant to sizes, a size to combinations (their values joined by `/`), a
    combination to a file name. `papers` is the hash of the documents it was drawn from."""

    papers: str
    pictures: Pictures
    schema: int = 1


def write(state: Path, campaign: str, index: Index) -> None:
    """Put the names in place of the campaign's earlier ones, at once."""
    path = _path(state, campaign)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_bytes(msgspec.json.encode(index))
    beside.replace(path)


def read(state: Path, campaign: str) -> Index | None:
    """The names of a campaign's pictures; None where none were drawn, or the file is damaged."""
    try:
        return msgspec.json.decode(_path(state, campaign).read_bytes(), type=Index)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def age(state: Path, campaign: str) -> int:
    """When the names were last written, in nanoseconds; 0 where there are none."""
    try:
        return _path(state, campaign).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def file_of(state: Path, name: str) -> Path:
    """Where the cache keeps a picture."""
    return state / "pictures" / "files" / name[:2] / name


def picture(state: Path, name: str) -> bytes | None:
    """The bytes of a picture by its file name, if they still are what the name says; None for any other name."""
    if not NAME.fullmatch(name):
        return None
    try:
        data = file_of(state, name).read_bytes()
    except FileNotFoundError:
        return None
    return data if f"{hashlib.sha256(data).hexdigest()}.jpg" == name else None


def _path(state: Path, campaign: str) -> Path:
    return state / "pictures" / "people" / f"{campaign}.json"
