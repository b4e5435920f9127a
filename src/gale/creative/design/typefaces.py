"""Which cuts a brand's typeface is set in, and what stands beside it. All are open (SIL Open Font License 1.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gale.creative.design.elements import Face

_TEXT = Face("Instrument Sans", 450, leading=1.38)
_STRONG = replace(_TEXT, weight=600, leading=1.2)


@dataclass(frozen=True, slots=True)
class Faces:
    """The cuts of one brand: `display` for what is read first, `mark` for its name, `figure` for prices."""

    display: Face
    mark: Face
    figure: Face
    text: Face
    strong: Face


FACES: dict[str, Faces] = {
    "Fraunces": Faces(
        Face("Fraunces", 580, optical=72, tracking=-0.016, leading=1.06),
        Face("Fraunces", 680, optical=40, tracking=-0.012, leading=1.08),
        Face("Fraunces", 600, optical=40, tracking=-0.015),
        _TEXT,
        _STRONG,
    ),
    "Lora": Faces(
        Face("Lora", 600, tracking=-0.012, leading=1.14, scale=0.96),
        Face("Lora", 700, tracking=-0.005, leading=1.1),
        Face("Lora", 600, tracking=-0.015),
        _TEXT,
        _STRONG,
    ),
    "Cormorant": Faces(
        Face("Cormorant", 560, tracking=-0.008, leading=0.98, scale=1.18),
        Face("Cormorant", 650, tracking=0.01, leading=0.94, scale=1.25),
        Face("Cormorant", 560, tracking=-0.01, scale=1.2),
        replace(_TEXT, weight=420),
        _STRONG,
    ),
    "Archivo": Faces(
        Face("Archivo", 720, width=104, tracking=-0.022, leading=1.03, scale=0.94),
        Face("Archivo", 800, width=118, tracking=-0.01, leading=1.06),
        Face("Archivo", 760, width=96, tracking=-0.03),
        Face("Archivo", 420, leading=1.38, scale=0.97),
        Face("Archivo", 640, leading=1.2, scale=0.97),
    ),
    "Instrument Sans": Faces(
        Face("Instrument Sans", 640, tracking=-0.025, leading=1.06, scale=0.98),
        Face("Instrument Sans", 700, tracking=-0.02, leading=1.06),
        Face("Instrument Sans", 640, tracking=-0.03),
        _TEXT,
        _STRONG,
    ),
}


def faces(typeface: str) -> Faces:
    """The cuts of a typeface; one that the brand brings itself is set like Fraunces, in its own one weight.

    >>> faces("Lora").display.family
    'Lora'
    """
    if typeface in FACES:
        return FACES[typeface]
    own = Face(typeface, 400, leading=1.1)
    return Faces(own, own, own, _TEXT, _STRONG)
