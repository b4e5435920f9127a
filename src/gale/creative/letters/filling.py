"""What stands in a letter's places: a tool's merge tags, or one person's words."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from gale.creative.letters.landing import Landing
from gale.creative.letters.parts import Letter, piece_names
from gale.creative.letters.tools import Tool


class Filling(Protocol):
    """How a page is filled. `html` and `text` give a part's words, `said` and `words` the page's own words as HTML and
    plain, `around` what goes before and after a paragraph that not everybody has, `None` where it is to be left out."""

    def html(self, name: str) -> str: ...
    def text(self, name: str) -> str: ...
    def said(self, words: str) -> str: ...
    def words(self, words: str) -> str: ...
    def around(self, name: str) -> tuple[str, str] | None: ...
    def link(self, landing: Landing) -> str: ...


@dataclass(frozen=True)
class Tagged:
    """The template of one tool: what varies is its tag, what does not stands there word for word.

    `columns` maps a field of the sends file to the tool's own column, `counts` a part to the fields it is cut into.
    """

    tool: Tool
    letter: Letter
    columns: Mapping[str, str]
    counts: Mapping[str, int]

    def html(self, name: str) -> str:
        """A part as HTML.

        Fixed words are escaped here and now; a tag as `Tool.escapes` says.
        """
        if name in self.letter.fixed:
            return self.said(self.letter.fixed[name])
        return self._tags(self.tool.html, name)

    def text(self, name: str) -> str:
        """A part in the plain part."""
        if name in self.letter.fixed:
            return self.tool.words(self.letter.fixed[name])
        return self._tags(self.tool.text, name)

    def subject(self, name: str) -> str:
        """A part in the tool's own subject field."""
        return (
            self.tool.words(self.letter.fixed[name])
            if name in self.letter.fixed
            else self._tags(self.tool.subject, name)
        )

    def _tags(self, pattern: str, name: str) -> str:
        # The whole default stands in the first tag; the fields after it are empty for whoever lacks the first.
        names = piece_names(name, self.counts.get(name, 1))
        default = "" if name in self.letter.optional else self.letter.default[name]
        first = self.tool.tag(pattern, self.columns[names[0]], default)
        return " ".join([first, *(self.tool.tag(pattern, self.columns[n]) for n in names[1:])])

    def said(self, words: str) -> str:
        return html.escape(self.tool.words(words), quote=False)

    def words(self, words: str) -> str:
        return self.tool.words(words)

    def around(self, name: str) -> tuple[str, str] | None:
        if name not in self.letter.optional:
            return "", ""
        before, after = self.tool.when
        return before.replace("NAME", self.columns[name]), after

    def link(self, landing: Landing) -> str:
        """The tracked link with both ids as tags."""
        return landing.tagged(*(self.tool.tag(self.tool.bare, self.columns[n]) for n in ("variant", "decision_id")))


@dataclass(frozen=True)
class Said:
    """One person's letter: her own words, as a tool makes it of the template; without a decision, a preview whose link
    counts for nobody."""

    values: Mapping[str, str]
    variant: str = ""
    decision: str = ""

    def html(self, name: str) -> str:
        return html.escape(self.values.get(name, ""), quote=False)

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def said(self, words: str) -> str:
        return html.escape(words, quote=False)

    def words(self, words: str) -> str:
        return words

    def around(self, name: str) -> tuple[str, str] | None:
        return ("", "") if self.values.get(name) else None

    def link(self, landing: Landing) -> str:
        return landing.link(self.variant, self.decision) if self.decision else landing.address
