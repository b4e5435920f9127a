"""Content credentials (C2PA 2.x): made with the official library, signed by the workspace's own key.

The workspace makes its own small certificate chain, once: a root whose private key is thrown away after it has signed
one leaf, and the leaf that signs pictures. Nobody's list of trusted roots holds it, so a reader says "valid, signer not
known"; who is given `pictures-root.pem` reads "trusted". A company with a certificate of its own puts chain and key in
the same two files.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gale import __version__
from gale.adapters.media.marks import address_of
from gale.records.faults import Faults

KEY, CHAIN, ROOT = "pictures.key", "pictures-chain.pem", "pictures-root.pem"
ROOT_DAYS, LEAF_DAYS = 3650, 825
State = Literal["trusted", "valid", "invalid"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs: private key and certificate chain (leaf first), and the root to trust, all PEM."""

    key: str
    chain: str
    root: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a file's credentials say. `state` is "trusted" only with the root at hand; `codes` are what the official
    reader reports against it."""

    state: State
    source: str
    author: str
    issuer: str
    actions: tuple[str, ...]
    codes: tuple[str, ...]


def identity_of(state: Path, *, brand: str, now: int) -> Identity:
    """The workspace's identity in its state folder, made where there is none (files of mode 0600).

    Raises `Faults`: `pictures.key_readable` where others may read the key, `pictures.key_incomplete` where one of the
    two files is missing.
    """
    key, chain, root = state / KEY, state / CHAIN, state / ROOT
    if not key.exists() or not chain.exists():
        with _alone(state):  # two processes that draw for the first time at once share one key
            if not key.exists() and not chain.exists():
                made = _issue(brand, datetime.fromtimestamp(now / 1000, UTC))
                for path, text in ((root, made.root), (chain, made.chain), (key, made.key)):
                    _write(path, text)
                return made
    if not key.exists() or not chain.exists():
        raise Faults.one("pictures.key_incomplete", where=str(state), missing=(chain if key.exists() else key).name)
    mode = key.stat().st_mode
    if mode & 0o077:
        raise Faults.one("pictures.key_readable", where=str(key), path=str(key), mode=f"{mode & 0o777:03o}")
    trusted = root.read_text(encoding="ascii") if root.exists() else ""
    return Identity(key.read_text(encoding="ascii"), chain.read_text(encoding="ascii"), trusted)


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    with (state / f"{KEY}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)


def _issue(brand: str, now: datetime) -> Identity:
    """A root and one leaf after the C2PA certificate profile (digitalSignature, e-mail protection, P-256)."""
    root_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    start = now - timedelta(minutes=5)
    name = brand[:58]
    root = (
        _certificate(f"{name} root", name, None, root_key, start, ROOT_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        _certificate(name, name, root.subject, leaf_key, start, LEAF_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(leaf_key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    key = leaf_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    own = root.public_bytes(pem).decode()
    return Identity(key.decode(), leaf.public_bytes(pem).decode() + own, own)


def _certificate(
    name: str, organisation: str, issuer: x509.Name | None, key: ec.EllipticCurvePrivateKey, start: datetime, days: int
) -> x509.CertificateBuilder:
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
    )


def _usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(not sign, False, False, False, False, sign, sign, False, False)


class Signer:
    """Puts credentials into JPEG and WebP files; about 1 ms a file on one core."""

    def __init__(self, identity: Identity, *, author: str) -> None:
        info = c2pa.C2paSignerInfo(
            alg=b"es256", sign_cert=identity.chain.encode(), private_key=identity.key.encode(), ta_url=None
        )
        self._signer = c2pa.Signer.from_info(info)
        self._context = c2pa.Context.from_dict(_settings(identity.root))
        self._author = author

    def sign(self, data: bytes, kind: str, *, title: str, source: str) -> bytes:
        """The file with its credentials. `kind` is `image/jpeg` or `image/webp`."""
        agent = {"name": "Gale", "version": __version__}
        action = {"action": "c2pa.created", "digitalSourceType": address_of(source), "softwareAgent": agent}
        metadata = {
            "@context": {
                "dc": "http://purl.org/dc/elements/1.1/",
                "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
            },
            "dc:creator": [self._author],
            "Iptc4xmpExt:DigitalSourceType": address_of(source),
        }
        manifest = {
            "claim_generator_info": [agent],
            "title": title,
            "format": kind,
            "assertions": [
                {"label": "c2pa.actions.v2", "data": {"actions": [action]}},
                {"label": "cawg.metadata", "data": metadata},
            ],
        }
        builder = c2pa.Builder(manifest, context=self._context)
        signed = io.BytesIO()
        try:
            builder.sign(self._signer, kind, io.BytesIO(data), signed)
        finally:
            builder.close()
        return signed.getvalue()


def read(data: bytes, kind: str, *, root: str = "") -> Credentials | None:
    """What the official reader says of a file, trusting `root` where it is given; None where it holds no credentials."""
    try:
        reader = c2pa.Reader(kind, io.BytesIO(data), context=c2pa.Context.from_dict(_settings(root)))
    except c2pa.C2paError as problem:
        if "ManifestNotFound" in str(problem) or "no JUMBF" in str(problem):
            return None
        raise
    with reader:
        told = json.loads(reader.json())
        state = str(reader.get_validation_state() or "Invalid").lower()
    active: Mapping[str, Any] = told["manifests"][told["active_manifest"]]
    said = {a["label"]: a["data"] for a in active.get("assertions", ())}
    actions = said.get("c2pa.actions.v2", {}).get("actions", [])
    return Credentials(
        state=state if state in ("trusted", "valid") else "invalid",  # type: ignore[arg-type]
        source=next((str(a["digitalSourceType"]).rpartition("/")[2] for a in actions if "digitalSourceType" in a), ""),
        author=", ".join(said.get("cawg.metadata", {}).get("dc:creator", [])),
        issuer=str(active.get("signature_info", {}).get("issuer", "")),
        actions=tuple(a["action"] for a in actions),
        codes=tuple(s["code"] for s in told.get("validation_status", ())),
    )


def _settings(root: str) -> dict[str, Any]:
    """No thumbnail inside the file, nothing fetched from anywhere; what we sign is checked by whoever reads it."""
    return {
        "version": 1,
        "builder": {"thumbnail": {"enabled": False}},
        "verify": {"verify_after_sign": False, "remote_manifest_fetch": False, "ocsp_fetch": False},
        **({"trust": {"user_anchors": root}} if root else {}),
    }
