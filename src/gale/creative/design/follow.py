"""Which picture follows what a person declared: the combinations a framework allows, and how each one looks.

Nothing inferred is looked at. A value that changes neither a text nor the picture is not a combination of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace

from gale.creative.design.layout import Look, looks
from gale.records.creative import Variant
from gale.records.documents import Brand
from gale.records.framework import FrameworkDocument, PictureChoice
from gale.records.people import Scalar

Key = tuple[str, ...]


def joined(key: Key) -> str:
    """A combination as one string, as files write it.

    >>> joined(("dry", "")), joined(("a/b", "c"))
    ('dry/', 'a%2Fb/c')
    """
    return "/".join([v.replace("%", "%25").replace("/", "%2F") for v in key])


class Follow:
    """What one framework lets follow a person: `attributes` in the order of its keys."""

    def __init__(self, framework: FrameworkDocument) -> None:
        self.framework = framework
        values: dict[str, dict[str, None]] = {name: {} for name in framework.attributes}
        for slot in framework.slots:
            if slot.by is not None:
                values[slot.by].update(dict.fromkeys(slot.choices))
        if framework.pictures:
            values[framework.pictures.by].update(dict.fromkeys(framework.pictures.choices))
        self.attributes = tuple(values)
        self._values = tuple((name, frozenset(known)) for name, known in values.items())
        self._in_order = tuple(tuple(known) for known in values.values())

    def key(self, attributes: Mapping[str, Scalar]) -> Key:
        """The combination of a person: her values, each empty where she declared none that matters."""
        said = ((str(attributes.get(name, "")), known) for name, known in self._values)
        return tuple([value if value in known else "" for value, known in said])

    def allowed(self) -> Iterator[Key]:
        """Every combination that the framework tells apart, nothing declared first."""
        return itertools.product(*(("", *known) for known in self._in_order))

    def declared(self, key: Key) -> dict[str, str]:
        """The attributes of a combination."""
        return {name: value for name, value in zip(self.attributes, key, strict=True) if value}

    def choice(self, key: Key) -> PictureChoice | None:
        """What the picture of a combination shows; None: what everybody's shows."""
        pictures = self.framework.pictures
        return pictures.choices.get(self.declared(key).get(pictures.by, "")) if pictures else None

    def look(self, key: Key, brand: Brand, variant: Variant, seed: int, *, layout: str | None, photo: bool) -> Look:
        """The look of a variant for a combination: layout and colours stay, the scene or the photograph follows.

        `photo` says that a photograph stands in this picture. A sentence alone has no scene to change: two fields then.
        """
        choice, everybody = self.choice(key), looks(brand, variant, seed, layout=layout)
        if photo:
            return looks(brand, variant, seed, layout="photo")
        if layout is None and everybody.layout == "poster" and self._scenes():
            everybody = looks(brand, variant, seed, layout="split")
        return replace(everybody, scene=choice.scene) if choice is not None and choice.scene else everybody

    def _scenes(self) -> bool:
        pictures = self.framework.pictures
        return pictures is not None and any(c.scene for c in pictures.choices.values())
