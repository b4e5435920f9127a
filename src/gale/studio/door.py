"""The Studio's door until sign-in exists: a link that opens once, then a session cookie.

The link's secret is kept as a hash in a 0600 file and is spent by removing that file, which only one request can do.
A session is a random name signed with a key that lives as long as the server; nothing is stored.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

COOKIE = "gale_session"


@dataclass(frozen=True)
class Door:
    """`state` is the workspace's state folder; `key` signs sessions and CSRF tokens (32 bytes)."""

    state: Path
    key: bytes

    @classmethod
    def fresh(cls, state: Path) -> Door:
        """A door with a new key: sessions of an earlier server end with it."""
        return cls(state, secrets.token_bytes(32))

    @property
    def _file(self) -> Path:
        return self.state / "link"

    def link(self, address: str) -> str:
        """A new one-time link; an earlier one no longer opens."""
        token = secrets.token_urlsafe(24)
        with os.fdopen(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(hashlib.sha256(token.encode()).hexdigest())
        return f"{address}/open/{token}"

    def spend(self, token: str) -> str | None:
        """A session for the right token, once; `None` for a wrong or spent one."""
        try:
            wanted = self._file.read_text()
        except FileNotFoundError:
            return None
        if not hmac.compare_digest(wanted, hashlib.sha256(token.encode()).hexdigest()):
            return None
        try:
            self._file.unlink()
        except FileNotFoundError:
            return None
        name = secrets.token_urlsafe(16)
        return f"{name}.{self._sign('session', name)}"

    def knows(self, session: str | None) -> bool:
        """Is this the cookie of an open session?"""
        if not session or "." not in session:
            return False
        name, signed = session.rsplit(".", 1)
        return hmac.compare_digest(signed.encode(), self._sign("session", name).encode())

    def csrf(self, session: str) -> str:
        """The token that every change of this session must bring along."""
        return self._sign("csrf", session)

    def _sign(self, what: str, text: str) -> str:
        return hmac.new(self.key, f"{what}:{text}".encode(), hashlib.sha256).hexdigest()
