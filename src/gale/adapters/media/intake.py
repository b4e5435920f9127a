"""What people supply: photographs, drawings, typefaces. Each is made safe and upright, or refused with what would pass.

Nothing of a photograph but its pixels is kept: EXIF, with its place and camera, goes. Orientation is applied first,
colours are brought to sRGB. A drawing may hold no script, no address and no entity (SVG 2, *secure static mode*).
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import uharfbuzz as hb
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from gale.adapters.media.fonts import BUNDLED, FOLDER
from gale.records.faults import Fault, Faults, raise_if

MOST_BYTES = 25_000_000
MOST_PIXELS = 80_000_000  # a 64-megapixel camera passes, a decompression bomb does not
KEPT_SIDE = 2560  # the longest side that any format can use, at its largest crop
SVG_MOST = 2_000_000
INSTEAD = "Fraunces"  # what stands in for a typeface that is not there or lacks letters
KINDS = ("JPEG", "PNG", "WEBP", "TIFF")
_SVG = "{http://www.w3.org/2000/svg}"
_DRAWN = frozenset(
    [
        "svg",
        "g",
        "defs",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "use",
        "symbol",
        "title",
        "desc",
        "style",
        "pattern",
        "marker",
    ]
)
_SOFT = frozenset(["metadata", "text", "tspan", "namedview"])  # dropped quietly: they draw nothing that we would keep


def photo(path: Path) -> tuple[Image.Image, list[Fault]]:
    """An upright sRGB photograph of at most 2,560 px, and what was done to it (warnings, for a person to read).

    Raises `Faults`: `photo.too_heavy`, `photo.unknown`, `photo.unreadable`, `photo.too_large`, `photo.bomb`,
    `photo.kind`, `photo.too_small`.
    """
    where, size = path.name, path.stat().st_size
    if size > MOST_BYTES:
        raise Faults.one("photo.too_heavy", where=where, found=round(size / 1e6), most=MOST_BYTES // 1_000_000)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is stricter and has words
            opened = Image.open(path)
        if opened.format not in KINDS:
            raise Faults.one("photo.kind", where=where, found=opened.format or "?", allowed=", ".join(KINDS))
        width, height = opened.size
        if width * height > MOST_PIXELS:
            raise Faults.one("photo.too_large", where=where, width=width, height=height, most=MOST_PIXELS // 1_000_000)
        if opened.format == "JPEG":
            opened.draft(None, (KEPT_SIDE, KEPT_SIDE))  # decodes at a half or a quarter where that is enough
        told: list[Fault] = []
        image: Image.Image = ImageOps.exif_transpose(opened)
        if min(image.size) < 300:
            raise Faults.one("photo.too_small", where=where, width=image.width, height=image.height, least=300)
        image = _srgb(image, opened.info.get("icc_profile"), where, told)
    except UnidentifiedImageError as problem:
        raise Faults.one("photo.unknown", where=where, allowed=", ".join((*KINDS, "SVG"))) from problem
    except Image.DecompressionBombError as problem:  # refused on its header, before a pixel is read
        raise Faults.one("photo.bomb", where=where, most=MOST_PIXELS // 1_000_000) from problem
    except (OSError, SyntaxError, ValueError) as problem:
        raise Faults.one("photo.unreadable", where=where, problem=str(problem).split("\n")[0][:120]) from problem
    if max(image.size) > KEPT_SIDE:
        image.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    if max(width, height) > KEPT_SIDE:
        told.append(Fault(code="photo.scaled", where=where, values={"width": image.width, "height": image.height}))
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    return clean, told


def _srgb(image: Image.Image, profile: bytes | None, where: str, told: list[Fault]) -> Image.Image:
    """The image in sRGB: by its own profile where it has one; CMYK is always converted and said."""
    mode = image.mode
    if mode in ("RGBA", "LA", "P", "PA"):
        rgba = image.convert("RGBA")
        ground = Image.new("RGBA", rgba.size, "#ffffff")
        image = Image.alpha_composite(ground, rgba).convert("RGB")
    if mode == "CMYK":
        told.append(Fault(code="photo.cmyk", where=where))
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            done = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if done is not None:
                return done
        except (ImageCms.PyCMSError, OSError):
            told.append(Fault(code="photo.profile", where=where))
    return image.convert("RGB")


def is_drawing(path: Path) -> bool:
    """Whether a file is markup by what it holds, whatever its name says."""
    with path.open("rb") as file:
        return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def drawing(data: bytes, *, where: str) -> str:
    """An SVG without anything that acts or fetches. Raises `Faults`: `svg.too_heavy`, `svg.broken`, `svg.other`,
    `svg.unsafe` (scripts, event handlers, addresses, entities, embedded pages: all named at once)."""
    if len(data) > SVG_MOST:
        raise Faults.one("svg.too_heavy", where=where, most=SVG_MOST // 1_000_000)
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", data, re.IGNORECASE):
        raise Faults.one("svg.unsafe", where=where, found="<!DOCTYPE>", passes="<svg>")
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as problem:
        line, column = problem.position
        raise Faults.one("svg.broken", where=where, line=line, column=column + 1) from problem
    if root.tag != f"{_SVG}svg":
        raise Faults.one("svg.other", where=where, found=_local(root.tag))
    raise_if(_unsafe(root, where))
    for parent in root.iter():
        for child in [c for c in parent if _local(c.tag) not in _DRAWN]:
            parent.remove(child)
    ElementTree.register_namespace("", _SVG[1:-1])
    return ElementTree.tostring(root, encoding="unicode")


def _unsafe(root: ElementTree.Element, where: str) -> Iterable[Fault]:
    found: dict[str, str] = {}
    for element in root.iter():
        name = _local(element.tag)
        if name not in _DRAWN and name not in _SOFT:
            found.setdefault(f"<{name}>", name)
        for key, value in element.attrib.items():
            local = _local(key).lower()
            if local.startswith("on"):
                found.setdefault(local, name)
            elif (
                (local == "href" and not value.startswith("#"))
                or re.search(r"url\(\s*['\"]?(?!#|['\"]?#)", value)
                or "javascript:" in value.lower()
            ):
                found.setdefault(value[:60], name)
        if name == "style" and re.search(r"@import|url\(\s*['\"]?(?!#)", element.text or ""):
            found.setdefault("@import" if "@import" in (element.text or "") else "url(…)", name)
    return [
        Fault(code="svg.unsafe", where=where, values={"found": f, "passes": "<path>, <rect>, <circle>"}) for f in found
    ]


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def typeface(path: Path, family: str, texts: Iterable[str]) -> bytes:
    """A brand's own font, if it can draw every letter of what will be said.

    Only letters that the typeface standing in for it has are asked for: another script or an emoji is judged text by
    text. Raises `Faults`: `font.unreadable`, `font.missing` with the letters it lacks.
    """
    data = path.read_bytes()
    face = hb.Face(hb.Blob(data))
    if not face.glyph_count or not face.unicodes:
        raise Faults.one("font.unreadable", where=path.name, path=path.name, allowed="TTF, OTF", instead=INSTEAD)
    known = set(face.unicodes) | {0x0A, 0x20, 0xA0, 0x2009, 0x202F}
    instead = hb.Face(hb.Blob((FOLDER / BUNDLED[INSTEAD]).read_bytes())).unicodes
    missing = sorted({c for text in texts for c in text if ord(c) not in known and ord(c) in instead})
    if missing:
        shown = " ".join(missing)
        raise Faults.one("font.missing", where=path.name, family=family, characters=shown, instead=INSTEAD)
    return data
