"""One byte form for one content: what hashes, signatures and the ledger are computed over.

RFC 8785 (JSON Canonicalization Scheme) after Unicode normalisation form C, so that "é" typed on two keyboards is the
same content.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """Canonical JSON of plain data (dicts, lists, str, int, float, bool, None).

    >>> canonical({"b": 1, "a": "e\\u0301"}) == canonical({"a": "é", "b": 1})
    True
    """
    return rfc8785.dumps(_nfc(value))


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical form, 64 hexadecimal characters."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _nfc(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_nfc(str(k)): _nfc(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_nfc(v) for v in value]
    return value
