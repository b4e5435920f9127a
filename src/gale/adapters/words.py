"""Read the message catalogues that come with the package (compiled by `make setup`)."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from gale import words
from gale.words import Words

CATALOGUES = Path(words.__file__).parent / "catalogues"


@cache
def load(locale: str) -> Words:
    """The words of a language; English stands in for a language that has no folder."""
    messages: dict[str, str] = {}
    folder = CATALOGUES / (locale if (CATALOGUES / locale).is_dir() else "en") / "LC_MESSAGES"
    for compiled in sorted(folder.glob("*.mo")):
        with compiled.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        messages.update({k: v for k, v in catalogue.items() if isinstance(k, str) and k})
    return Words(locale if folder.parent.name == locale else "en", messages)
