"""The contact vault: addresses encrypted, found by keyed HMAC only; and where its key comes from.

Each contact is sealed with AES-256-GCM under a key of its own, derived (HKDF-SHA256, RFC 5869) from the vault's key,
which is not in the database, and 32 random bytes in `contact_keys`, which are overwritten when she is forgotten. What
is searched is an HMAC-SHA256 under another derived key, never a plain hash: without the key nobody can try addresses.
"""

from __future__ import annotations

import base64
import hmac
import os
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gale.adapters.store import tables as t
from gale.adapters.store.database import Prepared, Session, Within, insert
from gale.records.faults import Faults
from gale.records.people import Contact

KEY_BYTES = 32
NONCE_BYTES = 12
DESTROYED = bytes(KEY_BYTES)
VARIABLE = "GALE_VAULT_KEY"

C, K, S = t.contacts.c, t.contact_keys.c, t.suppressions.c

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Contact).decode


def vault_key(path: Path, environment: Mapping[str, str]) -> bytes:
    """The vault's 32-byte key: from `GALE_VAULT_KEY` (base64), else from the file, which is made where there is none.

    The file stays outside the database and outside its backups; without it no address can be read again. Raises
    `Faults` `vault.key_invalid` (not 32 bytes in base64), `vault.key_readable` (others may read the file).
    """
    given = environment.get(VARIABLE)
    if given:
        return _key_of(given, VARIABLE)
    if not path.exists():
        _create(path)
    mode = path.stat().st_mode
    if mode & 0o077:
        raise Faults.one("vault.key_readable", where=str(path), path=str(path), mode=f"{mode & 0o777:03o}")
    return _key_of(path.read_text(encoding="ascii", errors="replace"), str(path))


def _key_of(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise Faults.one("vault.key_invalid", where=where, found=len(key))
    return key


def _create(path: Path) -> None:
    """Written whole under another name, then linked: two processes that start at once agree on one key."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    file = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.write(file, base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
        os.fsync(file)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.close(file)
        os.unlink(draft)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name itself must survive a crash, or every address is lost
    finally:
        os.close(folder)


def normal_email(address: str) -> str:
    """The form in which two spellings of one address are the same: trimmed, NFC, case folded, domain in IDNA.

    >>> normal_email("  Lea.Martin@Éxample.FR "), normal_email("lea.martin@xn--xample-9ua.fr")
    ('lea.martin@xn--xample-9ua.fr', 'lea.martin@xn--xample-9ua.fr')
    """
    local, at, domain = unicodedata.normalize("NFC", address.strip()).casefold().rpartition("@")
    try:
        domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        pass  # not a domain that DNS knows; it is still compared with itself
    return unicodedata.normalize("NFC", local) + at + domain


class Cipher:
    """What the vault's key gives: seals for contacts, HMACs for look-ups. Raises `Faults` `vault.key_invalid`."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise Faults.one("vault.key_invalid", found=len(key))
        self._key = key
        self._looking = _derive(key, b"gale vault look-up")
        self.check = hmac.digest(_derive(key, b"gale vault check"), b"the same key", "sha256")

    def mac(self, kind: Literal["email", "own_id"], value: str) -> bytes:
        normal = normal_email(value) if kind == "email" else unicodedata.normalize("NFC", value.strip())
        return hmac.digest(self._looking, f"{kind}\0{normal}".encode(), "sha256")

    def seal(self, contact: Contact, secret: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._of(secret).encrypt(nonce, _encode(contact), contact.person.encode())

    def open(self, person: str, sealed: bytes, secret: bytes) -> Contact:
        """Raises `Faults` `vault.wrong_key` for a record sealed under another key, altered, or moved to another row."""
        try:
            text = self._of(secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], person.encode())
        except InvalidTag:
            raise Faults.one("vault.wrong_key") from None
        return _decode(text)

    def _of(self, secret: bytes) -> AESGCM:
        return AESGCM(_derive(self._key, b"gale vault contact", secret))


def _derive(key: bytes, purpose: bytes, salt: bytes | None = None) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, purpose).derive(key)


_ADD = insert(t.contacts)
_ADD_KEY = insert(t.contact_keys)
_HELD = Prepared(
    sa.select(C.row, K.key).join(t.contact_keys, K.owner == C.row).where(C.person == sa.bindparam("of_person"))
)
_PUT = Prepared(
    sa.update(t.contacts)
    .values(own_id_mac=sa.bindparam("own_id"), email_mac=sa.bindparam("email"), sealed=sa.bindparam("new_sealed"))
    .where(C.row == sa.bindparam("contact_row"))
)
_GET = Within(
    lambda these: sa.select(C.person, C.sealed, K.key).join(t.contact_keys, K.owner == C.row).where(C.person.in_(these))
)
_BY = {
    "email": Within(
        lambda these: sa.select(C.email_mac, C.person).where(C.email_mac.in_(these)).order_by(C.row.desc())
    ),
    "own_id": Within(
        lambda these: sa.select(C.own_id_mac, C.person).where(C.own_id_mac.in_(these)).order_by(C.row.desc())
    ),
}
_DESTROY = Prepared(
    sa.update(t.contact_keys).values(key=sa.bindparam("zeros")).where(K.owner == sa.bindparam("contact_row"))
)
_REMOVE = Prepared(sa.delete(t.contacts).where(C.row == sa.bindparam("contact_row")))
_SUPPRESS = insert(t.suppressions)
_SUPPRESSED = Within(lambda these: sa.select(S.mac).where(S.mac.in_(these)))


class Vault:
    """`ports.store.Vault` on tables."""

    def __init__(self, session: Session, cipher: Cipher) -> None:
        self._db = session
        self._cipher = cipher

    def put(self, contacts: Iterable[Contact]) -> None:
        """Each contact replaces what was kept of the same person."""
        for one in contacts:
            macs = (
                None if one.own_id is None else self._cipher.mac("own_id", one.own_id),
                None if one.email is None else self._cipher.mac("email", one.email),
            )
            held = self._db.one(_HELD, one.person)
            if held is not None:
                self._db.run(_PUT, *macs, self._cipher.seal(one, held[1]), held[0])
                continue
            secret = os.urandom(KEY_BYTES)
            row = self._db.insert(_ADD, one.person, *macs, self._cipher.seal(one, secret))
            self._db.run(_ADD_KEY, row, secret)

    def get(self, people: Sequence[str]) -> dict[str, Contact]:
        rows = self._db.within(_GET, people)
        return {person: self._cipher.open(person, sealed, secret) for person, sealed, secret in rows}

    def find(self, *, email: str | None = None, own_id: str | None = None) -> str | None:
        """By address first, then by the user's own id; of several people with one address, the first kept."""
        if email is not None and (found := self.find_many("email", [email])):
            return found[email]
        return self.find_many("own_id", [own_id]).get(own_id) if own_id is not None else None

    def find_many(self, kind: Literal["email", "own_id"], values: Sequence[str]) -> dict[str, str]:
        macs = {value: self._cipher.mac(kind, value) for value in values}
        found = {bytes(mac): person for mac, person in self._db.within(_BY[kind], macs.values())}
        return {value: found[mac] for value, mac in macs.items() if mac in found}

    def suppress(self, emails: Iterable[str], reason: str, time: int) -> int:
        """How many were not suppressed before; an earlier reason and time stay."""
        macs = dict.fromkeys(self._cipher.mac("email", e) for e in emails)
        for (known,) in self._db.within(_SUPPRESSED, macs):
            del macs[bytes(known)]
        self._db.many(_SUPPRESS, [(mac, reason, time) for mac in macs])
        return len(macs)

    def suppressed(self, emails: Sequence[str]) -> set[str]:
        macs = {e: self._cipher.mac("email", e) for e in emails}
        found = {bytes(mac) for (mac,) in self._db.within(_SUPPRESSED, macs.values())}
        return {e for e, mac in macs.items() if mac in found}

    def forget(self, person: str) -> None:
        self.remove([person])

    def remove(self, people: Sequence[str]) -> None:
        for person in people:
            held = self._db.one(_HELD, person)
            if held is not None:
                self._db.scrub = True
                self._db.run(_DESTROY, DESTROYED, held[0])
                self._db.run(_REMOVE, held[0])
