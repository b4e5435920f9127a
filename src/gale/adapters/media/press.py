"""The press: jobs in, finished files out, on as many processes as it is given, in the order of the jobs."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from PIL import Image

from gale.adapters.media import marks
from gale.adapters.media.credentials import Identity, Signer
from gale.adapters.media.fonts import Fonts
from gale.adapters.media.raster import Renderer, Shown
from gale.creative.addresses import tracked, utm_value
from gale.creative.design import Copy, Look, Picture, compose
from gale.creative.design.formats import BY_NAME
from gale.creative.design.letters import drawable
from gale.creative.design.markup import html, svg
from gale.creative.design.typefaces import faces
from gale.records.documents import Brand
from gale.records.faults import Fault, Faults


@dataclass(frozen=True, slots=True)
class Setup:
    """What all jobs share. `photo` is what stands where a picture has a photograph, `photos` those that single jobs
    name instead; `identity` signs, None leaves unsigned. `sources` also writes SVG and HTML, `webp` a second encoding;
    `landing` is where the HTML leads."""

    brand: Brand
    own: dict[str, bytes] = field(default_factory=dict)
    photo: Shown | None = None
    photos: dict[str, Shown] = field(default_factory=dict)
    identity: Identity | None = None
    webp: bool = False
    sources: bool = False
    landing: str = ""
    fonts: str = "../../fonts"


@dataclass(frozen=True, slots=True)
class Job:
    """One picture: its name (also its title), what it says, how it looks, in which format, how it came about, and the
    photograph of its own among the setup's, or none."""

    name: str
    copy: Copy
    look: Look
    format: str
    source: str = "algorithmicMedia"
    photo: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """The files of one job and the hashes by which they are known again; or the faults that kept it from being made.
    `pixels` and `looks` are of the JPEG as it decodes; `told` is what was left out of its words."""

    job: Job
    files: dict[str, bytes]
    alt: str = ""
    pixels: str = ""
    looks: str = ""
    faults: tuple[Fault, ...] = ()
    told: tuple[Fault, ...] = ()


class Press:
    """One process's typefaces, grounds and signer."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._fonts = Fonts(setup.own)
        self._faces = faces(setup.brand.typeface)
        self._renderer = Renderer(self._fonts, setup.photo)
        self._signer = Signer(setup.identity, author=setup.brand.name) if setup.identity else None

    def jpeg(self, job: Job) -> bytes:
        """The delivered JPEG alone, signed where there is an identity. Raises `Faults` as `compose` does."""
        picture = compose(self._setup.brand, job.copy, job.look, BY_NAME[job.format], self._fonts)
        return self._file(self._renderer.draw(picture), job, picture.alt, "jpeg")

    def compose(self, job: Job) -> tuple[Picture, list[Fault]]:
        """A job laid out, and what was left out of its words. Raises `Faults` as `drawable` and `compose` do."""
        copy, told = drawable(job.copy, self._faces, self._fonts)
        return compose(self._setup.brand, copy, job.look, BY_NAME[job.format], self._fonts), told

    def print(self, job: Job) -> Printed:
        """Every file of a job; a text that does not fit is told in `faults` and the others are still made."""
        setup = self._setup
        try:
            picture, told = self.compose(job)
        except Faults as problem:
            return Printed(job, {}, faults=problem.faults)
        image = self._renderer.draw(picture, setup.photos.get(job.photo))
        files = {"jpg": self._file(image, job, picture.alt, "jpeg")}
        if setup.webp:
            files["webp"] = self._file(image, job, picture.alt, "webp")
        if setup.sources:
            shown = "../../photo.jpg" if setup.photo else ""
            files["svg"] = svg(picture, fonts=setup.fonts, photo=shown).encode()
            files["html"] = html(picture, fonts=setup.fonts, photo=shown, landing=self._landing(job)).encode()
        decoded = marks.opened(files["jpg"])
        looks = marks.look_hash(decoded)
        return Printed(job, files, picture.alt, marks.pixel_hash(decoded), looks, told=tuple(told))

    def _landing(self, job: Job) -> str:
        """Where this picture's page leads: the UTM content is its own name."""
        landing = self._setup.landing
        return tracked(landing, {"utm_content": utm_value(job.name)}) if landing else ""

    def _file(self, image: Image.Image, job: Job, alt: str, kind: str) -> bytes:
        packet = marks.xmp(
            creator=self._setup.brand.name, title=job.name, alt=alt, locale=job.copy.locale, source=job.source
        )
        data = marks.jpeg(image, packet) if kind == "jpeg" else marks.webp(image, packet)
        if self._signer is None:
            return data
        return self._signer.sign(data, f"image/{kind}", title=job.name, source=job.source)


def run(setup: Setup, jobs: Sequence[Job], *, processes: int = 1) -> Iterator[Printed]:
    """Print every job, those that share a ground together; each as it is ready, whatever its place among the jobs."""
    queue = sorted(jobs, key=alike)
    if processes <= 1 or len(queue) < 8:
        press = Press(setup)
        yield from map(press.print, queue)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(setup,)) as pool:
        yield from pool.map(_print, queue, chunksize=4)


def alike(job: Job) -> tuple[str, str, str, str, str, int]:
    """What jobs must share for their ground to be drawn once."""
    look = job.look
    return job.format, look.layout, look.words, look.art, look.scene, look.turn


_here: list[Press] = []


def _begin(setup: Setup) -> None:
    _here[:] = [Press(setup)]


def _print(job: Job) -> Printed:
    return _here[0].print(job)


def texts_of(jobs: Iterable[Job]) -> set[str]:
    """Everything that will be said, for a font to be tried on."""
    found: set[str] = set()
    for c in (job.copy for job in jobs):
        found |= {
            c.brand,
            c.descriptor,
            c.headline,
            *c.texts,
            c.call,
            c.subject,
            c.price,
            c.offer,
            c.legal,
            c.terms,
            c.mark,
        }
    return found
