"""Plain words: what must not stand in a text that people are shown, since nobody would see it, or everybody would.

Hidden characters are those of Unicode's general categories Cc and Cf that no language of ours needs, the bidirectional
marks foremost: they reverse what is read, and split a banned word for whoever looks for it (Unicode Technical Report 36).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from gale.records.faults import Fault

MARK = re.compile(
    r"<[^>]*>?|\{[^}]*\}*|\}|\*\|.*?\|\*|%%[^%\s]+%%|\[\[.*?\]\]|\[[^\[\]|]*\|[^\[\]]*\]",
    re.DOTALL,
)
"""HTML, and the places of a template, ours or of a sending tool (Liquid, Mailchimp, Salesforce)."""

HIDDEN = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff]"
    r"|(?<=[^\W\d_])[\u200c\u200d](?=[^\W\d_])"
)
"""What has no shape of its own; the joiners of an emoji are none."""


Told = str | Mapping[str, str] | Mapping[str, list[str]]
"""A text of a document: one, one a language, or several a language."""


def faults(where: str, text: str) -> Iterator[Fault]:
    """What is wrong with a text of a document, before it goes into a thousand others: `text.mark`, `text.hidden`,
    `text.line_break`, `text.wordless` (neither a letter nor a figure); each `passes` is the text without.

    >>> [f.code for f in faults("brief.yaml benefit.fr", "cuit {ici}\\u200b")]
    ['text.mark', 'text.hidden']
    >>> list(faults("brief.yaml benefit.fr", "cuit chaque matin 🥖"))
    []
    """
    if not text.strip():
        return
    clean = " ".join(HIDDEN.sub("", MARK.sub(" ", text)).split())
    if mark := MARK.search(text):
        yield Fault(code="text.mark", values={"found": mark.group()[:60], "passes": clean or "…"}, where=where)
    if hidden := HIDDEN.search(text):
        yield Fault(
            code="text.hidden", values={"character": _named(hidden.group()), "passes": clean or "…"}, where=where
        )
    if "\n" in text.strip() or "\t" in text:
        yield Fault(code="text.line_break", values={"passes": clean or "…"}, where=where)
    if not any(c.isalnum() for c in text):
        yield Fault(code="text.wordless", values={"found": HIDDEN.sub("", text)[:60]}, where=where)


def all_faults(texts: Mapping[str, Told]) -> Iterator[Fault]:
    """As `faults`, of texts by their place."""
    for where, told in texts.items():
        if isinstance(told, str):
            yield from faults(where, told)
            continue
        for locale, said in told.items():
            if isinstance(said, str):
                yield from faults(f"{where}.{locale}", said)
                continue
            for number, one in enumerate(said):
                yield from faults(f"{where}.{locale}.{number}", one)


def _named(character: str) -> str:
    """`U+202E RIGHT-TO-LEFT OVERRIDE`."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
