"""API keys: 256 random bits shown once, kept as their SHA-256, with the scopes they open."""

from __future__ import annotations

import base64
import hashlib

from gale.engine.notes import note
from gale.ports.store import ApiKey, Store
from gale.records.faults import Faults

SCOPES = ("decide", "outcomes", "events", "consents", "campaigns", "people")


def issue(store: Store, *, name: str, scopes: tuple[str, ...], secret: bytes, now: int) -> str:
    """Make a key and return it; it cannot be shown again. Raises `Faults` `key.scope` for an unknown scope."""
    unknown = [s for s in scopes if s not in SCOPES]
    if unknown or not scopes:
        raise Faults.one("key.scope", found=", ".join(unknown) or "–", allowed=", ".join(SCOPES))
    key = "gale_" + base64.urlsafe_b64encode(secret).decode().rstrip("=")
    row = ApiKey(id="k_" + digest(key)[:12], name=name, hash=digest(key), scopes=scopes, created=now)
    with store.write() as unit:
        unit.keys.add(row)
        note(unit, now=now, kind="key_issued", body={"key": row.id, "scopes": list(scopes)})
    return key


def revoke(store: Store, key_id: str, *, now: int) -> None:
    """Raises `Faults` `key.unknown`."""
    with store.write() as unit:
        if not unit.keys.revoke(key_id, now):
            raise Faults.one("key.unknown", key=key_id)
        note(unit, now=now, kind="key_revoked", body={"key": key_id})


def digest(key: str) -> str:
    """SHA-256 is enough here: the secret is random, not a password that could be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()
