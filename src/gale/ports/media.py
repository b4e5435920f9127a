"""Media turn a variant into a picture (later: voice, music, video, 3D)."""

from typing import Protocol

from gale.records.creative import Variant


class Pictures(Protocol):
    name: str

    def svg(self, variant: Variant, width: int, height: int) -> str: ...
