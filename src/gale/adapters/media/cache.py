"""Pictures kept by what they are made of, so that the same picture is never drawn twice.

    .gale/pictures/files/ab/abcd….jpg        a picture, named by the SHA-256 of its bytes
    .gale/pictures/recipes/12/1234….json     what it was made of, hashed; names the picture and what the ledger keeps of it

A recipe is everything that decides the pixels: the composed picture (words, places, colours), the typefaces' bytes, the
photograph's pixels and focal point, the signer, Gale's version. Whatever changes, another recipe asks for another
picture. Files appear whole or not at all (written beside, then renamed), and each is checked against its name when read.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import msgspec
from PIL import Image

from gale import __version__
from gale.adapters.media import marks, names
from gale.adapters.media.fonts import BUNDLED, FOLDER
from gale.adapters.media.raster import QUALITY, Shown
from gale.creative.design import Picture


class Kept(msgspec.Struct, frozen=True):
    """One picture in the cache: `sha256` of its file, of its pixels, its look, how it came about, what it says."""

    sha256: str
    pixels: str
    looks: str
    source: str
    alt: str

    @property
    def name(self) -> str:
        """Its file name."""
        return f"{self.sha256}.jpg"


class Cache:
    """The pictures of one workspace; `damaged` counts files that no longer were what their names say."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self.damaged = 0

    def find(self, recipe: str) -> Kept | None:
        """The picture of a recipe, whole; None where there is none, or where it has to be made again."""
        path = self._recipe(recipe)
        try:
            kept = msgspec.json.decode(path.read_bytes(), type=Kept)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError:
            self.damaged += 1
            return None
        if self.read(kept.name) is None:
            self.damaged += 1
            return None
        return kept

    def keep(self, recipe: str, data: bytes, *, pixels: str, looks: str, source: str, alt: str) -> Kept:
        """Put a picture in, first its file, then its recipe; of two processes at once the later recipe stays."""
        kept = Kept(marks.file_hash(data), pixels, looks, source, alt)
        _write(names.file_of(self._state, kept.name), data)
        _write(self._recipe(recipe), msgspec.json.encode(kept))
        return kept

    def read(self, name: str) -> bytes | None:
        """The bytes of a picture by its file name, if they still are what the name says."""
        return names.picture(self._state, name)

    def _recipe(self, recipe: str) -> Path:
        return self._state / "pictures" / "recipes" / recipe[:2] / f"{recipe}.json"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class Recipes:
    """Recipes under one setup: the typefaces at hand and whoever signs (the certificates, never the key)."""

    def __init__(self, own: dict[str, bytes], signer: str) -> None:
        self._own, self._signer = own, signer
        self._fonts: dict[str, str] = {}
        self._photos: dict[int, str] = {}

    def of(self, picture: Picture, *, title: str, source: str, photo: Shown | None) -> str:
        """64 hexadecimal characters."""
        families = sorted({w.face.family for w in picture.words})
        made_of = {
            "gale": __version__,
            "quality": QUALITY,
            "picture": picture,
            "fonts": [self._font(family) for family in families],
            "photo": [self._photo(photo[0]), photo[1]] if photo and picture.layout == "photo" else None,
            "title": title,
            "source": source,
            "signer": self._signer,
        }
        return hashlib.sha256(msgspec.json.encode(made_of, order="deterministic")).hexdigest()

    def _font(self, family: str) -> str:
        if family not in self._fonts:
            data = self._own.get(family) or (FOLDER / BUNDLED[family]).read_bytes()
            self._fonts[family] = hashlib.sha256(data).hexdigest()
        return self._fonts[family]

    def _photo(self, image: Image.Image) -> str:
        if id(image) not in self._photos:
            self._photos[id(image)] = marks.pixel_hash(image)
        return self._photos[id(image)]
