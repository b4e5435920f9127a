"""How a brand looks in previews: a style sheet from its palette, and flat scenes for banners and posts.

The Studio's own colours never enter a preview and the brand's never leave it. Scenes are drawn with fill attributes,
which a strict content security policy allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from gale.records.documents import Palette, contrast

SCENES = ("sun", "rings", "bands", "waves", "moon", "stack")
GROUNDS: Mapping[str, str] = {
    "sun": "ink", "rings": "paper", "bands": "accent", "waves": "second", "moon": "third", "stack": "paper",
}  # fmt: skip
READABLE = 4.5


PLAIN = ("rings", "bands", "waves")  # shapes that suit any trade; the others are of a morning, a window, a packet


def scene_of(variant: str, scenes: Sequence[str] = PLAIN) -> str:
    """The scene of a variant, the same each time, from its id; `scenes` are those that the brand asked for."""
    return scenes[sum(variant.encode()) % len(scenes)] if scenes else PLAIN[0]


def ground_of(scene: str, palette: Palette) -> str:
    """The colour behind the words; where the brand's ink and paper are both hard to read on it, its ink."""
    ground = GROUNDS.get(scene, "ink")
    colour = getattr(palette, ground)
    best = max(contrast(colour, palette.ink), contrast(colour, palette.paper))
    return ground if best >= READABLE else "ink"


def text_on(colour: str, palette: Palette) -> str:
    """The brand's ink or paper, whichever reads better on a colour."""
    return palette.ink if contrast(colour, palette.ink) >= contrast(colour, palette.paper) else palette.paper


def brand_css(palette: Palette) -> str:
    """The sheet that gives grounds and words their colours inside `.ev`."""
    rules = []
    for ground in ("ink", "paper", "accent", "second", "third"):
        colour = getattr(palette, ground)
        words = text_on(colour, palette)
        button = palette.paper if words == palette.ink else palette.ink
        rules.append(f".ev.on-{ground}{{background:{colour};color:{words}}}")
        rules.append(
            f".ev.on-{ground} .c{{background:{words};color:{text_on(words, palette) if contrast(words, button) < READABLE else button}}}"
        )
    rules.append(f".leader.ev .logo:not(.long){{color:{text_on(palette.accent, palette)}}}")
    return "\n".join(rules) + "\n"


def avatar(palette: Palette) -> Markup:
    """The brand's round sign beside a post."""
    p = palette
    return Markup(
        '<svg viewBox="0 0 36 36" aria-hidden="true">'
        f'<circle cx="18" cy="18" r="18" fill="{p.ink}"/><circle cx="18" cy="21" r="8" fill="{p.accent}"/>'
        f'<path d="M8 21h20v9H8z" fill="{p.ink}"/><path d="M9 23h18v2H9z" fill="{p.paper}"/></svg>'
    )


def scene(name: str, palette: Palette, *, wide: bool = False) -> Markup:
    """One flat scene on the brand's ground, at the right of the words; `wide` is the leaderboard's."""
    ground = getattr(palette, ground_of(name, palette))
    p = Colours(palette, ground)
    if wide:
        box, fit, body = "0 0 728 90", "xMaxYMid", _wide(p)
    else:
        box, fit, body = "0 0 300 300", "xMaxYMax", _SCENES.get(name, _sun)(p)
    return Markup(
        f'<svg viewBox="{box}" preserveAspectRatio="{fit} slice" aria-hidden="true">'
        f'<path fill="{ground}" d="M0 0h728v300H0z"/>{body}</svg>'
    )


class Colours:
    """The palette without the ground, so that nothing drawn disappears into it."""

    def __init__(self, palette: Palette, ground: str) -> None:
        others = [c for c in (palette.accent, palette.second, palette.third, palette.ink, palette.paper) if c != ground]
        self.a, self.b, self.c, self.d = others[0], others[1], others[2], others[3]
        self.light = palette.paper if ground != palette.paper else palette.accent
        self.dark = palette.ink if ground != palette.ink else palette.third
        self.ground = ground


def _sun(p: Colours) -> str:
    return (
        f'<path fill="{p.c}" d="M0 96h300v204H0z"/><path fill="{p.b}" d="M0 146h300v154H0z"/>'
        f'<path fill="{p.a}" d="M0 180h300v120H0z"/><circle cx="212" cy="204" r="60" fill="{p.light}"/>'
        f'<path fill="{p.ground}" d="M0 204h300v96H0z"/>'
        f'<path fill="{p.light}" d="M158 212h108v4H158zM172 226h80v4h-80zM186 242h52v5h-52zM198 260h28v5h-28z"/>'
    )


def _rings(p: Colours) -> str:
    return (
        f'<circle cx="238" cy="240" r="128" fill="{p.a}" fill-opacity=".35"/><circle cx="238" cy="240" r="94" fill="{p.ground}"/>'
        f'<circle cx="238" cy="240" r="84" fill="{p.dark}"/><circle cx="238" cy="240" r="74" fill="none" stroke="{p.a}" stroke-width="5"/>'
        f'<path d="M188 220a54 54 0 0 1 36-31" fill="none" stroke="{p.ground}" stroke-width="6" stroke-linecap="round"/>'
    )


def _bands(p: Colours) -> str:
    return (
        f'<path fill="{p.c}" d="M300 120 130 300h170z"/><path fill="{p.b}" d="M300 176 184 300h116z"/>'
        f'<path fill="{p.light}" d="M300 232 236 300h64z"/>'
    )


def _waves(p: Colours) -> str:
    rows = []
    for i, colour in enumerate((p.c, p.dark, p.a)):
        y = 186 + i * 38
        rows.append(f'<path fill="{colour}" d="M0 {y}q38-26 75 0t75 0 75 0 75 0v130H0z"/>')
    return "".join(rows)


def _moon(p: Colours) -> str:
    return (
        f'<path fill="{p.b}" d="M150 120h126v136H150z"/><path fill="{p.dark}" d="M156 126h54v59h-54zM216 126h54v59h-54zM156 191h54v59h-54zM216 191h54v59h-54z"/>'
        f'<path fill="{p.light}" d="M236 138a26 26 0 1 1-22 44 30 30 0 0 0 22-44z"/><path fill="{p.a}" d="M140 256h146v9H140z"/>'
    )


def _stack(p: Colours) -> str:
    return (
        f'<path fill="{p.b}" d="M0 248h300v52H0z"/><path fill="{p.dark}" d="M176 92h92l8 168H168z"/>'
        f'<path fill="{p.c}" d="M176 92h92l2 22h-96z"/><path fill="{p.light}" d="M186 146h74v70h-74z"/>'
        f'<circle cx="223" cy="174" r="16" fill="{p.a}"/><path fill="{p.dark}" d="M204 198h38v3h-38zM210 205h26v3h-26z"/>'
    )


def _wide(p: Colours) -> str:
    return (
        f'<path fill="{p.c}" d="M430 0h298v90H404z"/><path fill="{p.b}" d="M474 0h254v90H436z"/>'
        f'<path fill="{p.a}" d="M526 0h202v90H476z"/><circle cx="566" cy="64" r="28" fill="{p.light}"/>'
        f'<path fill="{p.ground}" d="M470 64h258v26H458z"/><path fill="{p.light}" d="M540 69h52v2h-52zM547 75h38v2h-38z"/>'
        f'<path fill="{p.ground}" d="M640 0h88v90h-88z" fill-opacity="0"/>'
    )


_SCENES = {"sun": _sun, "rings": _rings, "bands": _bands, "waves": _waves, "moon": _moon, "stack": _stack}
