"""A newsletter that a framework came from: its page with `[[slot]]` marks, filled with one person's words."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Container, Mapping

import msgspec

from gale.creative import legal
from gale.creative.disclosure import SLOT, footed
from gale.records.creative import Variant

LINK_MARK = "link"
"""`[[link]]`, which a designer may write into the page: the tracked link."""

FOOT = (legal.SLOT, SLOT)
"""Slots that must be read wherever they have words: a page that does not mark them gets them at its foot."""

_MARK = re.compile(r"\[\[(\w+)\]\]")


class Page(msgspec.Struct, frozen=True):
    """A newsletter with its marks, and the language of what stands around them; empty where there is none."""

    html: str = ""
    language: str = ""

    def speaks(self, locale: str) -> bool:
        """Whether letters in this language go out on the page."""
        return bool(self.html) and locale[:2] == self.language

    def letter(self, variant: Variant, slots: Mapping[str, str], link: str = "") -> str:
        """The whole letter, or nothing for a variant in another language than the page."""
        page = shown(self.html, [slot for slot in FOOT if slots.get(slot)])
        return letter_of(page, slots, link) if self.speaks(variant.locale) else ""


def shown(page: str, slots: Container[str]) -> str:
    """The page, with the marks at its foot of what must be read and is not marked.

    >>> shown("<p>[[legal]]</p>", ["legal"]), "[[legal]]" in shown("<p>[[opening]]</p>", ["opening", "legal"])
    ('<p>[[legal]]</p>', True)
    """
    for slot in FOOT:
        page = footed(page, slot) if slot in slots else page
    return page


def letter_of(page: str, slots: Mapping[str, str], link: str = "") -> str:
    """The page with each `[[slot]]` filled, and `[[link]]` where it has one; words are text, never markup.

    >>> letter_of("<p>[[opening]]</p><p>[[other]]</p>", {"opening": "Tea & <toast>"})
    '<p>Tea &amp; &lt;toast&gt;</p><p></p>'
    """
    return filled(page, lambda slot: html.escape(slots.get(slot, ""), quote=False), html.escape(link))


def filled(page: str, fill: Callable[[str], str], link: str) -> str:
    """The page with what `fill` says in place of each slot's mark; both come as HTML already."""
    return _MARK.sub(lambda m: link if m.group(1) == LINK_MARK else fill(m.group(1)), page)


def marks_of(page: str) -> tuple[str, ...]:
    """The slots that a page shows, in order, each once.

    >>> marks_of("<h1>[[subject]]</h1><a href='[[link]]'>[[cta]]</a>")
    ('subject', 'cta')
    """
    return tuple(dict.fromkeys(m for m in _MARK.findall(page) if m != LINK_MARK))
