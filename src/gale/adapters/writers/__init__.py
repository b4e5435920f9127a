"""Language models that propose phrases: any server that speaks OpenAI's protocol (here or elsewhere), and Anthropic.

Needs the extra `gale[llm]`. Nothing is imported, and nothing leaves the machine, before somebody asks for phrases.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from ipaddress import ip_address
from urllib.parse import urlsplit

from gale.ports.writer import Writer
from gale.records.documents import WriterSettings
from gale.records.faults import Faults

# In Gale's own folder: a package of this name elsewhere would not be this one.
INSTALL = ".venv/bin/pip install --require-hashes -r locks/llm.txt"
OFFICIAL = {"openai": "https://api.openai.com/v1", "anthropic": "https://api.anthropic.com"}
NEEDED = {"openai": "openai", "anthropic": "anthropic", "local": "openai"}


def open_writer(settings: WriterSettings, environment: Mapping[str, str]) -> Writer:
    """The writer that gale.yaml describes; its key comes from the environment and goes nowhere else.

    Raises `Faults`: `writer.extra_missing` with what to install, `writer.url_missing` (a local server needs its
    address), `writer.url_bad`, `writer.key_env_missing`, `writer.key_env_bad` (what stands there is no variable's
    name, and is not repeated: it may be a key), `writer.key_missing`, `writer.not_https` (a key, or a brief, would
    cross the network in the clear).
    """
    package = NEEDED[settings.kind]
    if find_spec(package) is None:
        raise Faults.one("writer.extra_missing", package=package, command=INSTALL)
    address = (settings.base_url or OFFICIAL.get(settings.kind, "")).rstrip("/")
    if not address:
        raise Faults.one("writer.url_missing", where="gale.yaml writer.base_url")
    here = is_here(address)
    key = _key(settings, environment)
    if not here and urlsplit(address).scheme != "https":
        raise Faults.one("writer.not_https", where="gale.yaml writer.base_url", url=address)
    if settings.kind == "anthropic":
        from gale.adapters.writers.anthropic import Anthropic

        return Anthropic(settings.model, address, key, timeout=settings.timeout_s, here=here)
    from gale.adapters.writers.openai import OpenAI

    return OpenAI(settings.model, address, key, timeout=settings.timeout_s, here=here)


def is_here(address: str) -> bool:
    """Whether an address is on this machine. Raises `Faults`: `writer.url_bad`.

    >>> is_here("http://127.0.0.1:8080/v1"), is_here("https://api.example.com/v1")
    (True, False)
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise Faults.one("writer.url_bad", where="gale.yaml writer.base_url")
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _key(settings: WriterSettings, environment: Mapping[str, str]) -> str:
    name, where = settings.key_env, "gale.yaml writer.key_env"
    if name is None:
        if settings.kind == "local":
            return ""
        raise Faults.one("writer.key_env_missing", where=where)
    if not (name.isascii() and name.isidentifier() and name == name.upper()):
        raise Faults.one("writer.key_env_bad", where=where)
    key = environment.get(name, "").strip()
    if not key:
        raise Faults.one("writer.key_missing", where=where, name=name)
    return key
