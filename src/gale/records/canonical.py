"""One byte form for one content: what hashes, signatures and the ledger are computed over.

RFC 8785 (JSON Canonicalization Scheme) after Unicode normalisation form C, so that "é" typed on two keyboards is the
same content.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

import msgspec
import rfc8785

_sorted = msgspec.json.Encoder(order="sorted").encode
_EXACT = 2**53 - 1  # the largest whole number that JSON holds exactly


def canonical(value: Any) -> bytes:
    """Canonical JSON of plain data (dicts, lists, str, int, float, bool, None).

    >>> canonical({"b": 1, "a": "e\\u0301"}) == canonical({"a": "é", "b": 1})
    True
    """
    # Where there is only plain ASCII and no number but whole ones, every way of writing sorted JSON is the canonical one.
    return _sorted(value) if _plain(value) else rfc8785.dumps(_nfc(value))


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical form, 64 hexadecimal characters."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _plain(value: Any) -> bool:
    kind = type(value)
    if kind is str:
        return bool(value.isascii() and value.isprintable())
    if kind is int:
        return bool(-_EXACT <= value <= _EXACT)
    if kind is dict:
        return all(type(k) is str and _plain(k) and _plain(v) for k, v in value.items())
    if kind is list or kind is tuple:
        return all(map(_plain, value))
    return value is None or kind is bool


def _nfc(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_nfc(str(k)): _nfc(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_nfc(v) for v in value]
    return value
