"""The asset folder: pictures by language and size, their sources, typefaces, manifest and contact sheet.

out/fr/300x250/v_….jpg  .webp  source/v_….svg  source/v_….html  ·  fonts/  ·  manifest.json  ·  contact-sheet.pdf
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from gale.adapters.media import intake, marks, press, sheet
from gale.adapters.media.credentials import identity_of
from gale.adapters.media.fonts import BUNDLED, FOLDER
from gale.adapters.media.raster import Shown, drawing_pixels
from gale.creative.design import Copy, Look
from gale.creative.design.formats import BY_NAME
from gale.creative.design.markup import file_name
from gale.records.creative import Variant
from gale.records.documents import Brand
from gale.records.faults import Fault, Faults
from gale.words import Words

MANIFEST, SHEET = "manifest.json", "contact-sheet.pdf"


@dataclass(frozen=True, slots=True)
class Asked:
    """One picture that is wanted."""

    variant: Variant
    copy: Copy
    look: Look
    size: str

    @property
    def name(self) -> str:
        return f"{self.variant.id}-{self.size}"


@dataclass(frozen=True, slots=True)
class Means:
    """What the folder is made with."""

    root: Path
    state: Path
    now: int
    photo: Shown | None
    webp: bool
    sign: bool
    processes: int


@dataclass(frozen=True, slots=True)
class Made:
    """One picture that was written. `line` is what the ledger keeps of it: name, SHA-256 of the JPEG and of the WebP
    (or empty), of the pixels, the look, the source."""

    name: str
    variant: str
    size: str
    layout: str
    source: str
    line: tuple[str, str, str, str, str, str]


def fill(
    out: Path,
    asked: Sequence[Asked],
    *,
    brand: Brand,
    title: str,
    landing: str,
    wish: Means,
    words: Mapping[str, Words],
    say: Words,
    told: list[Fault],
    progress: Callable[[int, int], None],
) -> list[Made]:
    """Write everything into `out`; what could not be made is added to `told`. Without one picture there is no sheet."""
    photo = wish.photo
    jobs = {
        a.name: press.Job(
            a.name, a.copy, a.look, a.size, marks.source_of(a.variant.provenance, photo=a.look.layout == "photo")
        )
        for a in asked
    }
    drawn, own = with_typeface(brand, wish.root, press.texts_of(jobs.values()), told)
    identity = identity_of(wish.state, brand=brand.name, now=wish.now) if wish.sign else None
    setup = press.Setup(
        drawn, own, photo, identity=identity, webp=wish.webp, sources=True, landing=landing, fonts="../../../fonts"
    )
    out.mkdir(parents=True, exist_ok=True)
    _typefaces(out / "fonts", own)
    if photo:
        (out / "photo.jpg").write_bytes(marks.jpeg(photo[0]))
    by_name = {a.name: a for a in asked}
    made: list[Made] = []
    rows: list[dict[str, object]] = []
    thumbs: dict[str, list[sheet.Thumb]] = {}
    for printed in press.run(setup, list(jobs.values()), processes=wish.processes):
        one = by_name[printed.job.name]
        if printed.faults:
            told += printed.faults
            continue
        rows.append(_write(out, one, printed, words))
        jpg = printed.files["jpg"]
        webp = marks.file_hash(printed.files["webp"]) if "webp" in printed.files else ""
        line = (one.name, marks.file_hash(jpg), webp, printed.pixels, printed.looks, printed.job.source)
        made.append(Made(one.name, one.variant.id, one.size, one.look.layout, printed.job.source, line))
        f = BY_NAME[one.size]
        told += printed.told
        thumbs.setdefault(one.variant.id, []).append(sheet.thumb(f.name, f.width, f.height, marks.opened(jpg)))
        progress(len(rows), len(asked))
    if not made:
        return []
    rows.sort(key=lambda r: str(r["file"]))
    listed = {"schema": 1, "brand": brand.name, "title": title, "made": wish.now, "pictures": rows}
    (out / MANIFEST).write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (out / SHEET).write_bytes(_sheet(asked, thumbs, len(rows), brand, title, wish.now, say))
    return made


def supplied(path: Path, told: list[Fault]) -> Image.Image | None:
    """A photograph or a drawing that people bring, made safe, whatever its name says it is; None where it is refused.
    What was wrong, or done to it, is added to `told`."""
    try:
        if intake.is_drawing(path):
            with path.open("rb") as file:  # no more than decides whether it is too heavy
                return drawing_pixels(intake.drawing(file.read(intake.SVG_MOST + 1), where=path.name), intake.KEPT_SIDE)
        image, warnings = intake.photo(path)
    except Faults as problem:
        told += problem.faults
        return None
    told += warnings
    return image


def _write(out: Path, one: Asked, printed: press.Printed, words: Mapping[str, Words]) -> dict[str, object]:
    """The files of one picture, and its row of the manifest."""
    place = Path(one.variant.locale) / one.size
    paths = {
        kind: place / ("source" if kind in ("svg", "html") else "") / f"{one.variant.id}.{kind}"
        for kind in printed.files
    }
    for kind, data in printed.files.items():
        path = out / paths[kind]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    f = BY_NAME[one.size]
    return {
        "file": paths["jpg"].as_posix(),
        "sha256": marks.file_hash(printed.files["jpg"]),
        "pixels_sha256": printed.pixels,
        "files": {k: {"file": p.as_posix(), "sha256": marks.file_hash(printed.files[k])} for k, p in paths.items()},
        "variant": one.variant.id,
        "placement": one.variant.placement,
        "locale": one.variant.locale,
        "size": one.size,
        "width": f.width,
        "height": f.height,
        "layout": one.look.layout,
        "scene": one.look.scene,
        "digital_source_type": marks.address_of(printed.job.source),
        "text_source_type": marks.address_of(one.variant.provenance),
        "alt": {
            locale: printed.alt
            if one.variant.locale.startswith(locale)
            else say(
                "pictures.alt",
                brand=one.copy.brand,
                language=say(f"language.{one.variant.locale[:2]}"),
                text=printed.alt,
            )
            for locale, say in words.items()
        },
    }


def with_typeface(brand: Brand, root: Path, texts: set[str], told: list[Fault]) -> tuple[Brand, dict[str, bytes]]:
    """The brand as it is drawn, and its own font's bytes; with the typeface that stands in where its own cannot be
    used."""
    own = _own_typeface(brand, root, texts, told)
    usable = brand.typeface in BUNDLED or own
    return (brand if usable else brand.model_copy(update={"typeface": intake.INSTEAD})), own


def _own_typeface(brand: Brand, root: Path, texts: set[str], told: list[Fault]) -> dict[str, bytes]:
    """The brand's own font from the workspace's `fonts/`, tried on everything that will be said."""
    if brand.typeface in BUNDLED:
        return {}
    for suffix in (".ttf", ".otf"):
        path = root / "fonts" / (brand.typeface.replace(" ", "") + suffix)
        if path.is_file():
            try:
                return {brand.typeface: intake.typeface(path, brand.typeface, texts)}
            except Faults as problem:
                told += problem.faults
                return {}
    where = f"fonts/{file_name(brand.typeface)}"
    values = {"family": brand.typeface, "known": ", ".join(BUNDLED), "path": where, "instead": intake.INSTEAD}
    told.append(Fault(code="font.unknown", values=values, where="brand.yaml"))
    return {}


def _typefaces(folder: Path, own: dict[str, bytes]) -> None:
    """The fonts that the sources name, each with its licence."""
    folder.mkdir(exist_ok=True)
    for path in FOLDER.iterdir():
        if path.suffix in (".ttf", ".txt"):
            (folder / path.name).write_bytes(path.read_bytes())
    for family, data in own.items():
        (folder / file_name(family)).write_bytes(data)


def _sheet(
    asked: Sequence[Asked],
    thumbs: Mapping[str, list[sheet.Thumb]],
    count: int,
    brand: Brand,
    title: str,
    now: int,
    say: Words,
) -> bytes:
    """The contact sheet, in the language of whoever asked."""
    order = list(BY_NAME)
    entries = []
    for one in {a.variant.id: a for a in asked if a.variant.id in thumbs}.values():
        look, v = one.look, one.variant
        angle = v.traits.get("angle", "")
        notes = (
            " · ".join(
                x
                for x in (
                    say(f"language.{v.locale[:2]}"),
                    say(f"layout.{look.layout}"),
                    angle and say(f"angle.{angle}"),
                )
                if x
            ),
            say("pictures.text_source", source=say(f"source.{v.provenance}")),
        )
        small = tuple(sorted(thumbs[v.id], key=lambda t: order.index(t.size)))
        entries.append(sheet.Entry(v.id, one.copy.headline, one.copy.texts[0], notes, small))
    lines = (
        say("{n} pictures of {v} variants, each in every size.", n=say.number(count), v=say.number(len(entries))),
        say("Every file is in the ledger: gale pictures --check FILE says whether it is yours and unchanged."),
    )
    return sheet.sheet(
        entries, brand=brand.name, typeface=brand.typeface, palette=brand.palette, title=title, lines=lines, now=now
    )
