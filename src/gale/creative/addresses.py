"""Addresses: where a link may lead, what it may carry, and how a visit says where it came from (UTM).

UTM parameters are told apart by case and by every letter (Google Analytics, "URL builders"): values are in lower case,
without accents and spaces, and the same touchpoint always gives the same ones. Look-alike names after Unicode Technical
Standard 39, 5.2 (mixed scripts). What names a person does not belong in an address, where browsers, logs and every
measuring tool keep it (Regulation (EU) 2016/679, art. 5(1)(c) and (f)).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import quote, unquote_plus, urlsplit, urlunsplit

from gale.creative.language import words_of
from gale.records.faults import Fault

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content")
"""What every exported link carries, in this order."""

SHORTENERS = words_of(
    """bit.ly tinyurl.com t.co goo.gl ow.ly is.gd v.gd buff.ly cutt.ly rebrand.ly t.ly lnkd.in shorturl.at rb.gy urlr.me
    tiny.cc s.id dub.sh bl.ink trib.al lc.cx u.nu qrco.de tr.im"""
)

_PERSONAL = re.compile(
    r"(?:user_?|customer_?)?e[-_]?mail(?:_?address)?|courriel|(?:first|last|full|user)[-_]?name|prenom|phone(?:_?number)?|telephone|"
    r"birth\w*|date_?naissance|iban"
)
_PLATFORM_TAG = re.compile(
    r"\{\{ ?(?:campaign|adset|ad)\.(?:id|name) ?\}\}|\{\{(?:placement|site_source_name)\}\}|__[A-Z_]+__|"
    r"\{(?:campaignid|adgroupid|creative|keyword|matchtype|network|device|placement|targetid|gclid|lpurl)\}"
)
"""Marks that an advertising platform fills itself: Meta, TikTok, Google (ValueTrack)."""
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\*\|.*?\|\*|%%.*?%%|\[\[.*?\]\]|\{\w+[=|}][^{}]*\}?|__[A-Z_]+__")
_LIKE_LATIN = str.maketrans("аеорсухіѕјԁһԛԝӏ" + "οανρτικυχ", "aeopcyxisjdhqwl" + "oavptikux")  # Cyrillic, then Greek


def utm(*, source: str, medium: str, campaign: str, content: str) -> dict[str, str]:
    """The four parameters, each value as `utm_value` writes it.

    >>> utm(source="Café", medium="email", campaign="autumn", content="v_1")["utm_source"]
    'cafe'
    """
    return {k: utm_value(v) for k, v in zip(UTM, (source, medium, campaign, content), strict=True)}


def utm_value(text: str) -> str:
    """In lower case, without accents, everything that an address would have to escape as a hyphen.

    >>> utm_value("Été 2026 / fr-CA")
    'ete-2026-fr-ca'
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9._]+", "-", bare).strip("-")


def tracked(address: str, tags: Mapping[str, str]) -> str:
    """The address with these parameters, which replace any of the same name; everything else stays as it is written.

    >>> tracked("https://cafe.example/a?x=1%20b&utm_source=old#y", {"utm_source": "new", "gale": "d_1"})
    'https://cafe.example/a?x=1%20b&utm_source=new&gale=d_1#y'
    """
    parts = urlsplit(untracked(address, tags))
    ours = [f"{name}={quote(value, safe='')}" for name, value in tags.items()]
    return urlunsplit(parts._replace(query="&".join(([parts.query] if parts.query else []) + ours)))


def untracked(address: str, names: Collection[str] = UTM) -> str:
    """The address without these parameters: what goes where a platform adds them itself.

    >>> untracked("https://cafe.example/a?utm_source=old&x=1")
    'https://cafe.example/a?x=1'
    """
    parts = urlsplit(address)
    kept = [pair for pair in parts.query.split("&") if pair and _pair(pair)[0].lower() not in names]
    return urlunsplit(parts._replace(query="&".join(kept)))


def host_of(address: str) -> str:
    """The host in lower case, without `www.`; empty where there is none.

    >>> host_of("https://www.Cafe.example:8443/a"), host_of("cafe.example/a"), host_of("mailto:a@b.example")
    ('cafe.example', 'cafe.example', '')
    """
    whole = address if "//" in address else f"//{address}" if not re.match(r"[a-z]+:(?!\d)", address, re.I) else ""
    try:
        return (urlsplit(whole).hostname or "").removeprefix("www.").rstrip(".")
    except ValueError:  # a bracket without its other half
        return ""


def is_ip(host: str) -> bool:
    """Whether a host is a number, IPv4, IPv6 or one whole number, which browsers take too."""
    try:
        ip_address(int(host) if host.isdigit() else host)
    except ValueError:
        return False
    return True


def looks_alike(host: str) -> bool:
    """Whether a name mixes scripts, or is written in another one with letters that are read as Latin.

    >>> [looks_alike(h) for h in ("éveil.example", "evеil.example", "xn--80ak6aa92e.com", "кофе.example")]
    [False, True, True, False]
    """
    return any(_odd(label) for label in host.lower().split("."))


def refused(address: str, where: str) -> Iterator[Fault]:
    """What makes a brand's or a brief's own address unfit to lead anybody to; values `found` and `passes`.

    Another scheme than http(s), a user name or password, what names a person, a merge tag that nothing will fill, a name
    that looks like another.
    """
    try:
        parts = urlsplit(address)
        host = host_of(address)
    except ValueError:
        yield _fault("landing.scheme", where, address, "https://…")
        return
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", parts.netloc):
        bare = re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?", address)
        yield _fault("landing.scheme", where, address, f"https://{address}" if bare else "https://…")
        return
    if "@" in parts.netloc:
        mended = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        yield _fault("landing.credentials", where, parts.netloc.rpartition("@")[0], mended)
    if looks_alike(host):
        yield _fault("landing.lookalike", where, host, _in_latin(host))
    for pair in filter(None, parts.query.split("&")):
        name, value = _pair(pair)
        tag = _TAG.search(_PLATFORM_TAG.sub("", f"{name}={value}"))
        if tag:
            yield _fault("landing.tag", where, tag.group(), untracked(address, (name.lower(),)))
        elif _PERSONAL.fullmatch(name.lower()) or re.search(r"[^\s@]@[^\s@]+\.\w", value):
            yield _fault("landing.personal", where, f"{name}={value}", untracked(address, (name.lower(),)))


def remarked(address: str, where: str) -> Iterator[Fault]:
    """What a person is told of her own address and what stops nothing; values `found` and `passes`.

    No https, a shortener (it hides where it leads, and may lose the UTM), a number for a host, UTM of its own.
    """
    if any(refused(address, where)):
        return
    parts, host = urlsplit(address), host_of(address)
    if parts.scheme == "http" and host != "localhost" and not is_ip(host):
        yield _fault("landing.insecure", where, address, urlunsplit(parts._replace(scheme="https")))
    if host in SHORTENERS:
        yield _fault("landing.shortener", where, host, "https://…")
    if is_ip(host):
        yield _fault("landing.number", where, host, "https://…")
    own = [pair for pair in parts.query.split("&") if _pair(pair)[0].lower() in UTM]
    if own:
        yield _fault("landing.utm", where, "&".join(own), untracked(address))


def _pair(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return unquote_plus(name), unquote_plus(value)


def _odd(label: str) -> bool:
    if label.startswith("xn--"):
        try:
            label = label.encode("ascii").decode("idna")
        except UnicodeError:
            return True
    letters = [c for c in unicodedata.normalize("NFC", label) if c.isalpha()]
    if all(c.isascii() for c in letters):
        return False
    scripts = {unicodedata.name(c, "?").split(" ")[0] for c in letters}
    return len(scripts) > 1 or (scripts <= {"CYRILLIC", "GREEK"} and all(ord(c) in _LIKE_LATIN for c in letters))


def _in_latin(host: str) -> str:
    """The name that this one is read as, for a person to compare.

    >>> _in_latin("evеil.example")
    'eveil.example'
    """
    shown = [x.encode("ascii").decode("idna", "replace") if x.startswith("xn--") else x for x in host.split(".")]
    return ".".join(shown).translate(_LIKE_LATIN)


def _fault(code: str, where: str, found: str, passes: str) -> Fault:
    return Fault(code=code, values={"found": found, "passes": passes}, where=where)
