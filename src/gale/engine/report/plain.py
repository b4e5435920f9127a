"""Small turns from values to plain data and names."""

from __future__ import annotations

from gale.stats import Interval
from gale.words import Words


def interval(found: Interval | None) -> dict[str, float] | None:
    """An interval as plain data; `None` where it says nothing."""
    if found is None or not found.known:
        return None
    return {"estimate": found.estimate, "low": found.low, "high": found.high}


def said(words: Words, kind: str, name: str) -> str:
    """A name of the brand's own data in words where there are some, else as it is (`audience.early`, or `B2B`)."""
    code = f"{kind}.{name}"
    return words(code) if words.has(code) else name
