"""Pictures that follow the person: each distinct one drawn once, kept in the cache, named for exports and for the web.

out/pictures/CAMPAIGN/personal/HASH.jpg · personal.json · personal-sheet.pdf
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gale.adapters.media import marks, press
from gale.adapters.media.cache import Cache, Kept, Recipes
from gale.adapters.media.credentials import identity_of
from gale.adapters.media.folder import Means, with_typeface
from gale.adapters.media.raster import Shown
from gale.creative.design import Copy, Look
from gale.records.creative import Variant
from gale.records.documents import Brand
from gale.records.faults import Fault, Faults

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One picture of one combination. `photo` names its photograph among those given, or is empty."""

    variant: Variant
    key: Key
    copy: Copy
    look: Look
    size: str
    photo: str = ""

    @property
    def name(self) -> str:
        return f"{self.variant.id}-{self.size}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of it: the picture of each wish; `fresh` those that had to be drawn, `damaged` how many of the cache were
    no longer whole."""

    pictures: list[tuple[Wanted, Kept]]
    fresh: list[tuple[Wanted, Kept]]
    damaged: int


def draw(
    wanted: Sequence[Wanted],
    *,
    brand: Brand,
    means: Means,
    photos: Mapping[str, Shown],
    told: list[Fault],
    progress: Callable[[int, int], None],
) -> Drawn:
    """Every distinct picture, from the cache or drawn now. What could not be made is added to `told`."""
    jobs = [_job(w, means.photo) for w in wanted]
    drawn, own = with_typeface(brand, means.root, press.texts_of(jobs), told)
    identity = identity_of(means.state, brand=brand.name, now=means.now) if means.sign else None
    setup = press.Setup(drawn, own, means.photo, photos=dict(photos), identity=identity)
    composer, cache = press.Press(setup), Cache(means.state)
    recipes = Recipes(own, identity.chain if identity else "")
    asked: dict[str, list[Wanted]] = {}
    missing: dict[str, press.Job] = {}
    found: dict[str, Kept] = {}
    for one, job in zip(wanted, jobs, strict=True):
        try:
            picture, left_out = composer.compose(job)
        except Faults as problem:
            told += problem.faults
            continue
        told += left_out
        photo = photos.get(one.photo, means.photo)
        recipe = recipes.of(picture, title=one.name, source=job.source, photo=photo)
        asked.setdefault(recipe, []).append(one)
        if recipe not in found and recipe not in missing:
            kept = cache.find(recipe)
            if kept is None:
                missing[recipe] = replace(job, name=f"{job.name} {recipe}")
            else:
                found[recipe] = kept
    fresh = []
    for done, printed in enumerate(press.run(setup, list(missing.values()), processes=means.processes), 1):
        recipe = printed.job.name.rpartition(" ")[2]
        kept = found[recipe] = cache.keep(
            recipe, printed.files["jpg"], pixels=printed.pixels, looks=printed.looks, source=printed.job.source,
            alt=printed.alt,
        )  # fmt: skip
        fresh.append((asked[recipe][0], kept))
        progress(done, len(missing))
    pictures = [(one, found[recipe]) for recipe, ones in asked.items() for one in ones]
    return Drawn(pictures, fresh, cache.damaged)


def _job(one: Wanted, photo: Shown | None) -> press.Job:
    shown = one.look.layout == "photo" and (bool(one.photo) or photo is not None)
    source = marks.source_of(one.variant.provenance, photo=shown)
    return press.Job(one.name, one.copy, one.look, one.size, source, one.photo)


def deliver(folder: Path, drawn: Drawn, *, state: Path) -> None:
    """The pictures' files into `folder`, those that are there already left as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    cache = Cache(state)
    for kept in {k.sha256: k for _, k in drawn.pictures}.values():
        path = folder / kept.name
        if path.is_file() and marks.file_hash(path.read_bytes()) == kept.sha256:
            continue
        data = cache.read(kept.name)
        if data is not None:
            beside = path.with_suffix(f".{os.getpid()}")
            beside.write_bytes(data)
            beside.replace(path)


def write_manifest(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """The list that goes with the folder."""
    path.write_text(json.dumps({"schema": 1, "pictures": list(rows)}, ensure_ascii=False, indent=1) + "\n", "utf-8")
