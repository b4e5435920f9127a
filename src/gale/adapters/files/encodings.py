"""In which encoding a file was written: named with how sure we are, or refused with the first byte that cannot be read.

Order of the questions: a byte order mark settles it; NUL bytes mean UTF-16 or no text at all; what reads as UTF-8 is
UTF-8 (its continuation bytes do not occur by chance); else Windows-1252, if what it reads are letters that Western
languages use. ISO-8859-1 differs from Windows-1252 in bytes that no text uses, so it is read as Windows-1252.
"""

from __future__ import annotations

import codecs
import re
from typing import Literal

import msgspec

from gale.records.faults import Faults

Certainty = Literal["sure", "likely", "told"]

# What text in French, English, German, Spanish, Italian, Portuguese and Dutch writes beyond ASCII.
_LETTERS = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüÿßÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜŸ’‘“”«»…–—€£°ºª·\u00a0\u202f¡¿²³½©®™&§")
_OLD = ("cp1252", "mac_roman", "cp850")
_NAMES = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp850": "DOS 850", "utf-8": "UTF-8", "utf-16": "UTF-16"}
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_MOST_DAMAGED = 0.02  # share of bytes beyond ASCII that may be damaged before the guess itself is in doubt
REPLACED = "\ufffd"


class Decoded(msgspec.Struct, frozen=True):
    """A file's text. A byte that could not be read stands as U+FFFD; `damaged` maps its line (from 1) to the byte."""

    text: str
    encoding: str
    certainty: Certainty
    damaged: dict[int, int]


def decode(raw: bytes, name: str, encoding: str | None = None) -> Decoded:
    """Text of `raw`; `encoding` is what the user says, if she says.

    A few damaged bytes damage their lines only. Raises `Faults`: `file.spreadsheet` (an .xlsx or .ods), `file.binary`,
    `file.encoding_unknown` (no such encoding), `file.undecodable` with the first bad byte, its line and three guesses.
    """
    if encoding is not None:
        return _as_told(raw, name, encoding)
    if raw.startswith(codecs.BOM_UTF8):
        return _with_damage(raw[3:], name, "utf-8", "sure")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _utf16(raw, name, "utf-16", "sure")
    if raw.startswith(b"PK\x03\x04"):
        raise Faults.one("file.spreadsheet", where=name)
    if b"\0" in raw[:4096]:
        head = raw[:4096]
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if max(even, odd) < 0.3 * len(head) / 2 or min(even, odd) > 0.05 * len(head) / 2:
            raise Faults.one("file.binary", where=name)
        return _utf16(raw, name, "utf-16-le" if odd > even else "utf-16-be", "likely")
    try:
        return Decoded(raw.decode("utf-8"), "utf-8", "sure", {})
    except UnicodeDecodeError:
        pass
    return _western(raw, name)


def _western(raw: bytes, name: str) -> Decoded:
    """Not wholly UTF-8: either UTF-8 with damage, or Windows-1252 (perhaps with damage), or refused."""
    beyond = sum(1 for byte in raw if byte > 0x7F)
    utf8 = raw.decode("utf-8", "replace")
    if utf8.count(REPLACED) <= _MOST_DAMAGED * beyond:
        return _with_damage(raw, name, "utf-8", "likely")
    odd = len(_NOT_CP1252.findall(raw))
    if odd <= max(3, _MOST_DAMAGED * beyond) and _plausible(raw, "cp1252") >= 0.6:
        return _with_damage(raw, name, "cp1252", "likely")
    raise _undecodable(raw, name, "utf-8")


def _as_told(raw: bytes, name: str, encoding: str) -> Decoded:
    try:
        codec = codecs.lookup(encoding)
        text_codec = codec._is_text_encoding  # rot13 and its like are codecs and no encodings
    except (LookupError, AttributeError):
        raise Faults.one("file.encoding_unknown", where=name, encoding=encoding) from None
    if not text_codec:
        raise Faults.one("file.encoding_unknown", where=name, encoding=encoding)
    if codec.name.startswith("utf-16"):
        return _utf16(raw, name, encoding, "told")
    if codec.name == "utf-8" and raw.startswith(codecs.BOM_UTF8):
        raw = raw[3:]
    return _with_damage(raw, name, codec.name, "told")


def _utf16(raw: bytes, name: str, encoding: str, certainty: Certainty) -> Decoded:
    try:
        return Decoded(raw.decode(encoding).lstrip("\ufeff"), "utf-16", certainty, {})
    except UnicodeDecodeError as problem:
        raise _fault(raw, name, problem.start, "utf-16") from None


def _with_damage(raw: bytes, name: str, encoding: str, certainty: Certainty) -> Decoded:
    """Line by line, so that a damaged byte costs its line only (in encodings that write ASCII as ASCII)."""
    try:
        return Decoded(raw.decode(encoding), encoding, certainty, {})
    except UnicodeDecodeError as problem:
        if "\r\n,;".encode(encoding) != b"\r\n,;":
            raise _fault(raw, name, problem.start, encoding) from None
    text: list[str] = []
    damaged: dict[int, int] = {}
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", raw), 1):
        try:
            text.append(line.decode(encoding))
        except UnicodeDecodeError as problem:
            damaged[number] = line[problem.start]
            text.append(line.decode(encoding, "replace"))
    if len(damaged) > max(10, 0.2 * len(text)):
        raise _undecodable(raw, name, encoding)
    return Decoded("\n".join(text), encoding, certainty, damaged)


def _plausible(raw: bytes, encoding: str) -> float:
    """How much the bytes beyond ASCII read as a Western text, 0 to 1: capitals with accents are rarer than small ones.

    Bytes that the encoding does not know are damage, not evidence.
    """
    beyond = bytes(byte for byte in raw if byte > 0x7F).decode(encoding, "replace").replace(REPLACED, "")
    if not beyond:
        return 1.0
    return sum((0.6 if c.isupper() else 1.0) for c in beyond if c in _LETTERS) / len(beyond)


def _undecodable(raw: bytes, name: str, encoding: str) -> Faults:
    try:
        raw.decode(encoding)
        start = 0
    except UnicodeDecodeError as problem:
        start = problem.start
    return _fault(raw, name, start, encoding)


def _fault(raw: bytes, name: str, start: int, encoding: str) -> Faults:
    """The first bad byte and what it would be in three encodings, the likeliest first; no other text of the file."""
    byte = raw[start]
    line = len(re.findall(rb"\r\n|\r|\n", raw[:start])) + 1
    ranked = sorted(_OLD, key=lambda e: -_plausible(raw, e))
    guesses = ", ".join(f"{_NAMES[e]} ({_shown(byte, e)})" for e in ranked)
    values = {"byte": f"0x{byte:02x}", "line": line, "encoding": _NAMES.get(encoding, encoding), "guesses": guesses}
    return Faults.one("file.undecodable", where=f"{name}:{line}", **values)


def _shown(byte: int, encoding: str) -> str:
    letter = bytes([byte]).decode(encoding, "replace")
    return letter if letter.isprintable() and letter != REPLACED else "–"
