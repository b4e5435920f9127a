"""Choosing a look for a variant and composing its picture."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from gale.creative.design import families, strips
from gale.creative.design.colours import schemes
from gale.creative.design.copy import Copy
from gale.creative.design.elements import Picture, Type
from gale.creative.design.formats import Format
from gale.creative.design.scenes import TURNS
from gale.creative.design.setting import Stage
from gale.creative.design.typefaces import faces
from gale.records.creative import Variant
from gale.records.documents import Brand
from gale.records.faults import Faults

LAYOUTS = (*families.FAMILIES, "photo")
SUITED: dict[str, tuple[str, ...]] = {
    "proof": ("folio", "poster", "label"),
    "scarcity": ("ticket", "poster"),
    "maker": ("label", "folio", "split"),
    "sensation": ("horizon", "window", "split"),
    "question": ("poster", "horizon", "folio"),
    "problem": ("poster", "split", "folio"),
    "gift": ("label", "window", "ticket"),
    "invitation": ("window", "ticket", "horizon"),
}
# Pairs of grounds, words first, for each family: what sits well together with a dark ink and a light paper.
PAIRS: dict[str, tuple[tuple[str, str], ...]] = {
    "horizon": (("ink", "ink"), ("paper", "paper"), ("third", "third"), ("accent", "accent")),
    "split": (("paper", "accent"), ("ink", "accent"), ("paper", "ink"), ("paper", "second"), ("accent", "ink")),
    "photo": (("paper", "ink"), ("ink", "paper")),
    "poster": (("accent", "ink"), ("ink", "accent"), ("second", "ink"), ("third", "ink")),
    "label": (("paper", "second"), ("paper", "ink"), ("paper", "accent"), ("ink", "accent")),
    "ticket": (("paper", "accent"), ("paper", "second"), ("paper", "ink"), ("accent", "ink")),
    "folio": (("paper", "accent"), ("paper", "ink"), ("paper", "second"), ("ink", "accent")),
    "window": (("paper", "ink"), ("ink", "accent"), ("accent", "ink"), ("third", "accent")),
}


@dataclass(frozen=True, slots=True)
class Look:
    """A family with its colours, scene and way of drawing it."""

    layout: str
    words: str
    art: str
    scene: str
    turn: int


def looks(brand: Brand, variant: Variant, seed: int, *, layout: str | None = None) -> Look:
    """The look of a variant: a family that suits its angle, then colours and scene; the same each time for a seed.

    Where there is no price the ticket is not used, for it would have an empty stub.
    """
    draw = hashlib.sha256(f"{seed}/{variant.id}".encode()).digest()
    suited = SUITED.get(variant.traits.get("angle", ""), tuple(families.FAMILIES))
    chosen = layout or suited[draw[0] % len(suited)]
    found = schemes(brand.palette)
    pairs = [p for p in PAIRS[chosen] if p[0] in found and p[1] in found] or [(next(iter(found)), next(iter(found)))]
    words, art = pairs[draw[1] % len(pairs)]
    scene = brand.scenes[draw[2] % len(brand.scenes)]
    return Look(chosen, words, art, scene, _turn(chosen, words, art, scene))


def _turn(*of: str) -> int:
    """One way of looking at a scene for each layout and pair, so that pictures share their drawn grounds."""
    return sum("/".join(of).encode()) % TURNS


def compose(brand: Brand, copy: Copy, look: Look, format_: Format, type_: Type) -> Picture:
    """Lay one picture out; where it would be too crowded to read, without its price.

    Raises `Faults`: `pictures.too_long` where a text cannot be read in the format, `pictures.no_room` where it could
    without the small print, `pictures.legal_needed` where a strip would show a reduction.
    """
    for said in (copy, replace(copy, price="")) if copy.price and not copy.offer else (copy,):
        try:
            return _composed(brand, said, look, format_, type_)
        except Faults as problem:
            if [f.code for f in problem.faults] != ["pictures.too_long"]:
                raise
            refused = problem
    bare = replace(said, legal="", mark="")
    if bare != said:
        _composed(brand, bare, look, format_, type_)  # raises what is too long anyway
        small = " ".join(copy.small(reduced=True))
        raise Faults.one("pictures.no_room", where=format_.name, size=format_.name, text=small) from refused
    raise refused


def _composed(brand: Brand, copy: Copy, look: Look, format_: Format, type_: Type) -> Picture:
    found = schemes(brand.palette)
    own, other = found[look.words], found[look.art]
    warm = bool({"warm", "playful"} & set(brand.voice.tone))
    stage = Stage(format_, copy, own, faces(brand.typeface), type_, rounded=warm)
    if format_.shape == "ribbon":
        back, items = strips.ribbon(stage, other, look.scene, look.turn, look.layout)
    elif look.layout == "photo":
        back, items = families.photo(stage, other, look.scene, look.turn)
    else:
        back, items = families.FAMILIES[look.layout](stage, other, look.scene, look.turn)
    return Picture(
        format=format_,
        layout=look.layout,
        scene=look.scene,
        ground=own.ground,
        back=back,
        items=tuple(items),
        locale=copy.locale,
        alt=copy.alt,
    )
