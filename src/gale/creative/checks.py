"""The checks: small rules that say of a text what is not true, not allowed or not fitting, and what would pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from gale.creative import facts
from gale.creative.catalogue import Catalogue
from gale.creative.facts import Corpus
from gale.creative.language import COMMON, Language
from gale.creative.lengths import LIMITS, measure
from gale.creative.sms import message, simplified
from gale.creative.typography import typeset
from gale.records.canonical import content_hash
from gale.records.creative import Finding
from gale.records.documents import Brand, Brief

RULES_VERSION = "2"  # counted up by hand when a rule changes; words and limits are hashed

SOURCES = {
    "fact.no_such_offer": "Directive 2005/29/EC, art. 6(1)(d); Directive 98/6/EC, art. 6a",
    "fact.free": "Directive 2005/29/EC, annex I, 20",
    "fact.price": "Directive 98/6/EC, art. 3",
    "fact.number": "Directive 2005/29/EC, art. 6 and 12",
    "fact.date": "Directive 2005/29/EC, art. 6 and 12",
    "fact.superlative": "Directive 2005/29/EC, art. 6 and 12",
    "fact.claim": "Directive 2005/29/EC, art. 6 and 12",
    "health.claim": "Regulation (EC) 1924/2006, art. 10; Regulation (EC) 1223/2009, art. 20",
    "green.claim": "Directive (EU) 2024/825, annex I, 4a",
    "green.offset": "Directive (EU) 2024/825, annex I, 4c",
    "style.urgency": "Directive 2005/29/EC, annex I, 7",
    "style.wounding": "ICC Advertising and Marketing Communications Code, art. 2",
    "style.vulnerable": "Directive 2005/29/EC, art. 5(3)",
    "sms.alphabet": "3GPP TS 23.038, 6.2.1",
}
"""The rule behind each code, where there is one outside the house."""

CODES = (
    *SOURCES,
    "style.banned", "style.register", "style.exclamation", "style.capitals", "style.emoji", "style.long_sentence",
    "language.wrong", "text.empty", "text.markup", "text.link", "typography.spaces", "length.over", "length.long", "sms.alphabet",
    "vary.near_duplicate", "vary.repeats",
)  # fmt: skip

Rule = Callable[["Checker", str, str], Iterator[Finding]]


class Checker:
    """The checks of one brand, brief and language, with what they need laid out once."""

    def __init__(self, brand: Brand, brief: Brief, locale: str, tongue: Language) -> None:
        self.language, self.tongue = tongue.code, tongue
        risky = tuple((code, tuple(patterns)) for code, patterns in tongue.risky.items())
        self.patterns, self.any_risky = _patterns(risky), _any_risky(risky)
        self.brand, self.brief, self.locale = brand, brief, locale
        self.corpus = Corpus.of(brand, brief, locale, tongue)
        banned = [facts.plain(b) for b in brand.banned.get(locale, brand.banned.get(self.language, [])) if b.strip()]
        self.banned = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, banned))})(?!\w)", re.I) if banned else None
        names = {n for n in (brand.name, brief.product.name, *brief.product.names.values(), brand.city or "") if n}
        self.names = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(facts.plain(n)) for n in names)})(?!\w)")

    def finding(self, code: str, slot: str, found: str, passes: str = "", **values: object) -> Finding:
        """A finding that refuses, with what was found and what would pass."""
        shown = {"found": found, "passes": passes or self.corpus.passes, **values}
        return Finding(code=code, severity="refuse", slot=slot, values=shown, source=SOURCES.get(code, ""))

    def warning(self, code: str, slot: str, found: str, passes: str, **values: object) -> Finding:
        shown = {"found": found, "passes": passes, **values}
        return Finding(code=code, severity="warn", slot=slot, values=shown, source=SOURCES.get(code, ""))

    def text(self, text: str, slot: str) -> list[Finding]:
        """Everything but length: what the words say and how."""
        return [finding for rule in RULES for finding in rule(self, text, slot)]

    def length(self, text: str, slot: str, placement: str) -> list[Finding]:
        """Length of a whole field, or of a slot that is a part of one."""
        limits = limit_of(placement, slot)
        if limits is None:
            return []
        warn, refuse = limits
        count = measure(text, placement)
        found = []
        if placement == "sms" and (sent := message(text)).odd:
            found.append(self.warning("sms.alphabet", slot, sent.odd, simplified(text), segments=sent.segments))
        if count > refuse:
            shorter = _shorter(text, refuse, placement)
            found.append(self.finding("length.over", slot, text, shorter, count=count, limit=refuse))
        elif count > warn:
            shorter = _shorter(text, warn, placement)
            found.append(self.warning("length.long", slot, text, shorter, count=count, limit=warn))
        return found


def checks_version(catalogue: Catalogue) -> str:
    """Changes whenever a rule, a list of words or a limit changes; kept with what was checked."""
    limits = content_hash({".".join(k): list(v) for k, v in LIMITS.items()})[:8]
    return f"{RULES_VERSION}-{limits}-{catalogue.version}"


def check(
    text: str, *, slot: str, placement: str, locale: str, brand: Brand, brief: Brief, catalogue: Catalogue
) -> list[Finding]:
    """What the checks say of one phrase in one slot; an empty list is a phrase that passes.

    Each finding's `values` hold `found` (the words it means, or the text) and `passes` (what would pass). Raises `Faults`:
    `creative.no_language`.
    """
    checker = Checker(brand, brief, locale, catalogue.language(locale))
    return checker.text(text, slot) + checker.length(text, slot, placement)


_FIELD_OF = {
    ("banner", "line"): "text", ("banner", "tail"): "text", ("email", "opening"): "body", ("email", "middle"): "body",
    ("email", "closing"): "body", ("post", "opener"): "post", ("post", "story"): "post", ("post", "line"): "post",
    ("kettle", "line"): "text", ("kettle", "tail"): "text", ("meta", "line"): "text", ("meta", "tail"): "text",
    ("tiktok", "opener"): "text", ("tiktok", "line"): "text", ("linkedin", "line"): "intro", ("linkedin", "tail"): "intro",
    ("sms", "opener"): "text", ("sms", "line"): "text", ("sms", "tail"): "text", ("push", "line"): "text",
    ("push", "tail"): "text",
}  # fmt: skip


def limit_of(placement: str, slot: str) -> tuple[int, int] | None:
    """(warn above, refuse above) of a field, or of the field a slot is part of."""
    return LIMITS.get((placement, slot)) or LIMITS.get((placement, _FIELD_OF.get((placement, slot), "")))


def _shorter(text: str, limit: int, placement: str) -> str:
    """The first words that fit, for a person to start from."""
    words: list[str] = []
    for word in text.split(" "):
        if measure(" ".join([*words, word]), placement) > limit - 1:
            break
        words.append(word)
    return " ".join(words).rstrip(" ,;:\u00a0\u202f") + "…"


# --- rules -----------------------------------------------------------------------------------------------------------


def _empty(c: Checker, text: str, slot: str) -> Iterator[Finding]:
    if not text.strip():
        yield c.finding("text.empty", slot, "")


def _markup(c: Checker, text: str, slot: str) -> Iterator[Finding]:
    match = re.search(r"<[^>]*>?|\{[^}]*\}?|[\u202a-\u202e\u2066-\u2069\u0000-\u0008]", text)
    if match:
        yield c.finding("text.markup", slot, match.group().encode("unicode_escape").decode(), _without(text, match))


def _link(c: Checker, text: str, slot: str) -> Iterator[Finding]:
    match = re.search(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|net|org|fr|io|shop|info|biz)\b\S*", text, re.I)
    if match and not any(match.group() in (known or "") for known in (c.brief.landing, c.brand.url)):
        yield c.finding("text.link", slot, match.group(), _without(text, match))


def _banned(c: Checker, text: str, slot: str) -> Iterator[Finding]:
    match = c.banned.search(facts.plain(text)) if c.banned else None
    if match:
        yield c.finding("style.banned", slot, text[match.start() : match.end()], _without(text, match))


def _risky(c: Checker, text: str, slot: str) -> Iterator[Finding]:
    """Words that need a proof, and words that none can carry."""
    plain = c.names.sub(lambda m: "·" * len(m.group()), facts.plain(text))
    if not c.any_risky.search(plain):
        return
    for code, pattern in c.patterns:
        for match in pattern.finditer(plain):
            if not c.corpus.carries(code, match.group()):
                yield c.finding(code, slot, text[match.start() : match.end()])
                break


def _facts(c: Checker, text: str, slot: str) -> Iterator[Finding]:
    for code, found, passes in facts.unknown(c.corpus, c.tongue, c.names, text):
        yield c.finding(code, slot, found, passes)


def _register(c: Checker, text: str, slot: str) -> Iterator[Finding]:
    vous = c.brand.voice.address == "vous"
    pattern = c.tongue.tu if vous else c.tongue.vous
    match = re.search(pattern, c.names.sub("·", facts.plain(text)), re.I) if pattern else None
    if match:
        yield c.finding(
            "style.register",
            slot,
            match.group(),
            c.tongue.registers.get(c.brand.voice.address, ""),
            address=c.brand.voice.address,
        )


def _language(c: Checker, text: str, slot: str) -> Iterator[Finding]:
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", c.names.sub("", facts.plain(text)).lower())
    if not words:
        return
    other_script = sum(not w[0].isascii() and not "à" <= w[0] <= "ÿ" and w[0] not in "œæ" for w in words)
    votes = {name: sum(w in common for w in words) for name, common in COMMON.items()}
    own = votes.get(c.language, 0)
    best = max(votes, key=lambda name: (votes[name], name == c.language))
    foreign = votes[best] - sum(w in COMMON[best] and w in c.tongue.common for w in words)
    if other_script * 2 > len(words) or (best != c.language and foreign >= 2 and votes[best] > own):
        yield c.finding("language.wrong", slot, text, wanted=c.language)


def _loud(c: Checker, text: str, slot: str) -> Iterator[Finding]:
    if "!" in text:
        yield c.warning("style.exclamation", slot, "!", re.sub(r"[\s\u202f\u00a0]*!+", ".", text))
    shouted = re.search(r"\b[A-ZÀ-Þ]{4,}\b", c.names.sub("", text))
    if shouted:
        yield c.warning("style.capitals", slot, shouted.group(), text.replace(shouted.group(), shouted.group().lower()))
    emoji = re.search(r"[\u2600-\u27bf\U0001f000-\U0001faff]", text)
    if emoji:
        yield c.warning("style.emoji", slot, emoji.group(), _without(text, emoji))


def _readable(c: Checker, text: str, slot: str) -> Iterator[Finding]:
    for sentence in re.split(r"(?<=[.?!…])\s+", text):
        if len(sentence.split()) > 32:
            yield c.warning("style.long_sentence", slot, sentence, _shorter(sentence, 140, "email"))


def _typography(c: Checker, text: str, slot: str) -> Iterator[Finding]:
    good = typeset(text, c.language)
    if good != text:
        yield c.warning("typography.spaces", slot, text, good)


RULES: tuple[Rule, ...] = (
    _empty, _markup, _link, _banned, _facts, _risky, _register, _language, _loud, _readable, _typography,
)  # fmt: skip


def _without(text: str, match: re.Match[str]) -> str:
    """The text without the words that a rule met."""
    rest = text[: match.start()] + text[match.end() :]
    return re.sub(r"\s{2,}", " ", rest).strip(" ,;:") or "…"


_Risky = tuple[tuple[str, tuple[str, ...]], ...]


@cache
def _patterns(risky: _Risky) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (code, re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?![\w])", re.IGNORECASE)) for code, patterns in risky
    )


@cache
def _any_risky(risky: _Risky) -> re.Pattern[str]:
    every = "|".join(p for _, patterns in risky for p in patterns)
    return re.compile(rf"(?<![\w-])(?:{every})(?![\w])", re.IGNORECASE)
