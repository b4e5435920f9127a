"""Pairing the brand's five colours: what reads on what, and what is left to draw with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from gale.records.documents import Palette, contrast

READABLE = 4.5  # WCAG 2.2, 1.4.3; the tests measure it again on the rendered pixels
SHADES = (0.9, 0.34, 0.62)  # from the ground to the words, for a palette too small to draw with
SHAPE = 1.25  # a drawn shape must at least be seen against its ground


@dataclass(frozen=True, slots=True)
class Scheme:
    """Colours of one picture: words and button on the ground, `accent` for what may be seen but need not be read."""

    name: str
    ground: str
    words: str
    quiet: str
    accent: str
    button: str
    label: str
    art: tuple[str, str, str, str]
    light: str
    dark: str

    def without(self, colour: str) -> Scheme:
        """The scheme with one colour less to draw with."""
        return replace(self, art=_four([c for c in dict.fromkeys(self.art) if c != colour] or list(self.art)))


GROUNDS = ("ink", "paper", "accent", "second", "third")


def mix(one: str, other: str, share: float) -> str:
    """A colour between two: `share` of the other, in sRGB.

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def scheme(palette: Palette, ground: str) -> Scheme | None:
    """The colours on one of the brand's grounds; None where neither ink nor paper reads on it."""
    base: str = getattr(palette, ground)
    words = max((palette.ink, palette.paper), key=lambda c: contrast(base, c))
    if contrast(base, words) < READABLE:
        return None
    others = [c for c in (palette.accent, palette.second, palette.third, palette.ink, palette.paper) if c != base]
    seen = [c for c in dict.fromkeys(others) if contrast(base, c) >= SHAPE]
    seen += [
        mix(base, words, share) for share in SHADES[len(seen) :]
    ]  # a palette of two colours is drawn in their shades
    accent = max(
        (palette.accent, palette.second, palette.third), key=lambda c: _liveliness(c) * min(contrast(base, c), 3)
    )
    button, label = _button(palette, base, words, accent)
    quiet = mix(words, base, 0.22)
    return Scheme(
        name=ground,
        ground=base,
        words=words,
        quiet=quiet if contrast(base, quiet) >= READABLE + 0.6 else words,
        accent=accent if contrast(base, accent) >= 1.6 else words,
        button=button,
        label=label,
        art=_four(seen),
        light=palette.paper if base != palette.paper else palette.accent,
        dark=palette.ink if base != palette.ink else palette.third,
    )


def _button(palette: Palette, base: str, words: str, accent: str) -> tuple[str, str]:
    """Fill and label: the accent where it stands out and can be read on, else the words' colour."""
    for fill in (accent, words):
        label = max((palette.ink, palette.paper), key=lambda c: contrast(fill, c))
        if fill != base and contrast(fill, label) >= READABLE + 0.3 and contrast(fill, base) >= 2.2:
            return fill, label
    return words, base


def _liveliness(colour: str) -> float:
    r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.25 + max(r, g, b) - min(r, g, b)


@lru_cache(maxsize=64)
def schemes(palette: Palette) -> Mapping[str, Scheme]:
    """Every ground that words can stand on, by name."""
    found = {name: scheme(palette, name) for name in GROUNDS}
    return {name: s for name, s in found.items() if s is not None}


def _four(colours: list[str]) -> tuple[str, str, str, str]:
    a, b, c, d = (colours * 4)[:4]
    return a, b, c, d
