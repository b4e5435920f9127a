"""A newsletter that exists, HTML or MJML, read into a framework: every text block a proposed slot, the rest kept as it
is.

What sending tools put into letters stays untouched: Liquid and HubL (`{{ … }}`, `{% … %}`), Braze (`{{${…}}}`), Mautic
(`{contactfield=…}`), merge tags (`*|…|*`, `%%…%%`). Scripts, forms and tracking pixels are left out and counted.
Parsed as HTML by Beautiful Soup, so that a broken page gives what a mail client would show of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Literal

import msgspec
from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, NavigableString

from gale.adapters.files.encodings import decode
from gale.creative.language import COMMON
from gale.records.faults import Fault, Faults, raise_if
from gale.records.framework import MOST_SLOTS, FrameworkDocument

LARGEST = 5_000_000  # bytes
DEEPEST = 200  # elements within each other; a letter of nested tables has thirty
_TOKEN = re.compile(
    r"\{\{.*?\}\}\}?|\{%.*?%\}|\{#.*?#\}|\{[a-z_]+=[^{}]*\}|\{[a-z_]+_(?:url|text|link)\}|\*\|.*?\|\*|%%.*?%%",
    re.DOTALL,
)
_OPENING = re.compile(r"\{\{|\{%")
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_MARKUP = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
_UNREAD = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)  # braces of their own: not a tool's
_PAIRED = re.compile(r"\{%-?\s*(end)?(if|unless|for|case)\b")
_BLOCKS = ("h1", "h2", "h3", "h4", "p", "li", "td", "th", "div", "body", "button", "mj-text", "mj-button", "mj-preview")
_BUTTON = re.compile(r"\b(?:btn|button|cta|bouton)\b", re.IGNORECASE)
_LEGAL = re.compile(r"unsubscri|désinscri|désabonn|opt[- ]?out|siret|rcs |all rights|tous droits|mentions légales|privacy|view in browser|voir (?:dans|en) ligne", re.IGNORECASE)  # fmt: skip

Role = Literal["subject", "preheader", "headline", "opening", "middle", "closing", "cta"]
_BANK: dict[Role, str] = {
    "subject": "hooks", "preheader": "lines", "headline": "shorts", "opening": "openings", "middle": "middles",
    "closing": "closings", "cta": "calls",
}  # fmt: skip


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """A newsletter as read: the proposed framework, the page with `[[slot]]` in place of each text, and what was left
    out.

    `kept` are texts that stay as they are (legal lines, unsubscribing, what the sending tool fills in); `tokens` the
    sending tool's own, in order.
    """

    framework: FrameworkDocument
    html: str
    locale: str
    slots: dict[str, str]
    kept: tuple[str, ...]
    tokens: tuple[str, ...]
    pixels: int
    scripts: int


def read_newsletter(path: Path, *, name: str, locale: str | None = None, legal: bool = False) -> Read:
    """Read an HTML or MJML file.

    `locale` overrules the language that its words are in; `legal` adds the slot for what the law wants said, under the
    last text. Raises `Faults`: `newsletter.missing`, `file.too_large` (over 5 MB), `file.empty`, those of
    `encodings.decode`, `newsletter.tag_open` and `newsletter.block_open` (a token of the sending tool that nobody
    closed), `newsletter.deep` (more than 200 elements within each other), `newsletter.no_text` (a picture, or no mail
    at all), `newsletter.language` (neither told nor found).
    """
    if not path.is_file():
        raise Faults.one("newsletter.missing", where=path.name, path=str(path))
    raw = path.read_bytes()
    if len(raw) > LARGEST:
        raise Faults.one("file.too_large", where=path.name, limit="5 MB")
    text = decode(raw, path.name, None).text
    if not text.strip():
        raise Faults.one("file.empty", where=path.name)
    raise_if(list(_unclosed(text, path.name)))
    tokens: list[str] = []
    soup = BeautifulSoup(_sheltered(text, tokens), "html.parser")
    if any(next(islice(said.parents, DEEPEST, None), None) for said in soup.find_all(string=True)):
        raise Faults.one("newsletter.deep", where=path.name, limit=DEEPEST)
    scripts, pixels = _cleaned(soup)
    slots, kept = _proposed(soup, tokens, legal)
    if not any(role in slots for role in ("opening", "headline", "middle")):
        raise Faults.one("newsletter.no_text", where=path.name)
    found = locale or _language(" ".join(slots.values()))
    if found is None:
        raise Faults.one("newsletter.language", where=path.name)
    return Read(
        framework=_framework(name, slots, found, f"{name}.html", legal),
        html=_open(str(soup), tokens),
        locale=found,
        slots=slots,
        kept=tuple(kept),
        tokens=tuple(dict.fromkeys(tokens)),
        pixels=pixels,
        scripts=scripts,
    )


def _unclosed(text: str, where: str) -> Iterator[Fault]:
    """Tokens without their end: taken whole they would swallow the letter up to the next token's end."""
    read = _UNREAD.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)

    def fault(code: str, at: int) -> Fault:
        line = read.count("\n", 0, at) + 1
        found = re.split(r"\n|<|(?<=%\})", read[at : at + 60])[0].strip()
        return Fault(code=code, values={"found": found}, where=f"{where}:{line}")

    opened: list[tuple[str, int]] = []
    at = 0
    while (start := _OPENING.search(read, at)) is not None:
        token = _TOKEN.match(read, start.start())
        inside = _QUOTED.sub("", token.group()[2:]) if token else ""
        # Braze writes `{{${first_name}}}`: a single brace inside is a part of it, a second pair never is.
        if token is None or _MARKUP.search(inside) or _OPENING.search(inside):
            yield fault("newsletter.tag_open", start.start())
            at = start.end()
            continue
        at = token.end()
        if (pair := _PAIRED.match(token.group())) is not None:
            end, kind = pair.groups()
            if not end:
                opened.append((kind, start.start()))
            elif opened and opened[-1][0] == kind:
                opened.pop()
            else:
                yield fault("newsletter.block_open", start.start())
    for _, left in opened:
        yield fault("newsletter.block_open", left)


def _sheltered(text: str, tokens: list[str]) -> str:
    """The sending tool's tokens out of the parser's way: U+E000, a number, U+E001."""

    def keep(match: re.Match[str]) -> str:
        tokens.append(match.group())
        return f"\ue000{len(tokens) - 1}\ue001"

    return _TOKEN.sub(keep, text)


def _holds_token(text: str) -> bool:
    return "\ue000" in text


def _open(text: str, tokens: list[str]) -> str:
    return re.sub("\ue000(\\d+)\ue001", lambda m: tokens[int(m.group(1))], text)


def _cleaned(soup: BeautifulSoup) -> tuple[int, int]:
    """Take out what may not be in a letter of ours; how many scripts (and forms), how many tracking pixels."""
    scripts = soup.find_all(["script", "noscript", "iframe", "object", "embed", "form"])
    for tag in scripts:
        tag.decompose()
    for tag in soup.find_all(True):
        for attribute in [a for a in tag.attrs if a.lower().startswith("on")]:
            del tag[attribute]
        if str(tag.get("href", "")).strip().lower().startswith(("javascript:", "data:")):
            del tag["href"]
    pixels = [i for i in soup.find_all(["img", "mj-image"]) if _is_pixel(i)]
    for tag in pixels:
        tag.decompose()
    return len(scripts), len(pixels)


def _is_pixel(image: Tag) -> bool:
    style = re.sub(r"\s", "", str(image.get("style", "")).lower())
    sides = [re.sub(r"\D", "", str(image.get(side, ""))) for side in ("width", "height")]
    hidden = "display:none" in style or re.search(r"(?:^|;)(?:width|height):[01](?:px)?(?:;|$)", style)
    return bool(hidden) or any(s in ("0", "1") for s in sides)


def _proposed(soup: BeautifulSoup, tokens: list[str], legal: bool) -> tuple[dict[str, str], list[str]]:
    """Slots by name with the text that stood there; each text is replaced in the tree by `[[name]]`."""
    found: list[tuple[Role | None, Tag, str]] = []
    title = soup.find("title") or soup.find("mj-title")
    if isinstance(title, Tag) and title.get_text(strip=True):
        said = _text(title)
        found.append((None if _holds_token(said) else "subject", title, said))
    for tag in _blocks(soup):
        found.append((_role(tag, tokens), tag, _text(tag)))
    paragraphs = [n for n, (role, _, _) in enumerate(found) if role == "middle"]
    last = paragraphs[-1] if len(paragraphs) > 2 else None
    slots: dict[str, str] = {}
    kept: list[str] = []
    foot: Tag | None = None
    for n, (role, tag, text) in enumerate(found):
        if role is None or len(slots) >= MOST_SLOTS - 2:  # room for a subject and the law's line
            kept.append(_open(text, tokens))
            continue
        if paragraphs and n == paragraphs[0]:
            role = "opening"
        elif n == last:
            role = "closing"
        name = next(x for x in (role, *(f"{role}_{k}" for k in range(2, 1000))) if x not in slots)
        slots[name] = _open(text, tokens)
        _replace(tag, name)
        if role not in ("subject", "preheader", "cta"):
            foot = tag
    if legal and foot is not None:
        foot.extend([soup.new_tag("br"), soup.new_tag("br"), NavigableString("[[legal]]")])
    return slots, kept


def _blocks(soup: BeautifulSoup) -> Iterator[Tag]:
    """Elements with words of their own, in reading order: what one reads as a paragraph, a heading or a button."""
    for tag in soup.find_all(True):
        if _is_block(tag) and not tag.find_parent("title"):
            said = re.sub("\ue000\\d+\ue001", "", _text(tag)).strip(" \u00a0|·-—")
            if len(said) > 1:
                yield tag


def _is_block(tag: Tag) -> bool:
    return tag.name in _BLOCKS or (tag.name == "a" and _looks_like_button(tag))


def _own(tag: Tag) -> list[NavigableString]:
    """Its words without those of the blocks inside it (a page that forgets to close its paragraphs nests them)."""
    strings = [s for s in tag.find_all(string=True) if isinstance(s, NavigableString) and not isinstance(s, Comment)]
    return [
        s for s in strings if next(p for p in s.parents if isinstance(p, Tag) and (p is tag or _is_block(p))) is tag
    ]


def _text(tag: Tag) -> str:
    return re.sub(r"\s+", " ", "".join(_own(tag))).strip()


def _replace(tag: Tag, slot: str) -> None:
    """The slot's mark where its words began; inline emphasis goes with the words."""
    own = [s for s in _own(tag) if s.strip()]
    own[0].replace_with(f"[[{slot}]]")
    for rest in own[1:]:
        rest.extract()


def _role(tag: Tag, tokens: list[str]) -> Role | None:
    # What another tool fills in later cannot be checked here, so such a text stays whole where it stands.
    if _holds_token(_text(tag)):
        return None
    text = _open(_text(tag), tokens)
    around = " ".join([text, *(str(tag.get(a, "")) for a in ("href",))])
    if _LEGAL.search(around):
        return None
    if tag.name == "mj-preview" or _hidden(tag):
        return "preheader"
    if tag.name in ("h1", "h2", "h3", "h4"):
        return "headline"
    if tag.name in ("button", "mj-button") or (tag.name == "a" and _looks_like_button(tag)):
        return "cta"
    # A link inside running text would be lost with the words around it: such a paragraph stays as it is.
    return None if any(p.name == "a" for s in _own(tag) for p in s.parents if isinstance(p, Tag)) else "middle"


def _hidden(tag: Tag) -> bool:
    return any(
        "display:none" in re.sub(r"\s", "", str(t.get("style", "")).lower())
        for t in (tag, *tag.parents)
        if isinstance(t, Tag)
    )


def _looks_like_button(tag: Tag) -> bool:
    said = " ".join([*(tag.get("class") or []), str(tag.get("id", ""))])
    return bool(_BUTTON.search(said)) or "background" in str(tag.get("style", "")).lower()


def _language(text: str) -> str | None:
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text.lower())
    votes = {code: sum(w in common for w in words) for code, common in COMMON.items()}
    best = max(votes, key=lambda code: votes[code])
    return best if votes[best] > 0 else None


def _framework(name: str, slots: dict[str, str], locale: str, page: str, legal: bool) -> FrameworkDocument:
    """The proposal: her own text in each slot, and the bank that could vary it; the first slot is the subject."""
    listed = {"subject": slots.get("subject", "")} | {k: v for k, v in slots.items() if k != "subject"}
    made = []
    for slot, text in listed.items():
        role = slot.split("_")[0]
        entry: dict[str, object] = {"name": slot, "bank": _BANK[role]}  # type: ignore[index]
        if text:
            entry["phrases"] = {locale: [text]}
        if role in ("opening", "middle"):
            entry["tied"] = True
        entry["zone"] = {"subject": "head", "preheader": "head", "cta": "button"}.get(role, "body")
        made.append(entry)
    body = [[s] for s in listed if s.split("_")[0] not in ("subject", "preheader", "cta")]
    fields = {"subject": [["subject"]], "body": body}
    if "preheader" in listed:
        fields["preheader"] = [["preheader"]]
    calls = [s for s in listed if s.split("_")[0] == "cta"]
    if calls:
        fields["cta"] = [calls[:1]]
        body += [[s] for s in calls[1:]]
    if legal:
        made.append({"name": "legal", "zone": "law"})
        body.append(["legal"])
    return FrameworkDocument.model_validate(
        {
            "schema": 1,
            "id": name,
            "placement": "email",
            "slots": made,
            "fields": fields,
            "html": page,
            "language": locale,
        }
    )
