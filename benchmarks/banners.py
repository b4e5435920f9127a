"""A thousand different banners of 1200 x 628, designed, on two processes; plain Pillow text as a peer in the same run.

    python -m benchmarks banners --json [--wanted 1000] [--seed 1]

Ours: layout, shaping, drawing and JPEG, from finished words to bytes in memory. The peer: a flat colour, the same three
texts at a fixed size in the same typeface with Pillow's own text, the same JPEG settings. Both run on the same two
processes, in turns of a tenth each. A second run of ours signs every file (content credentials). What is compared for
being different are the decoded pixels.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

SIZE = "1200x628"
PROCESSES = 2
TURNS = 10
_press: dict[bool, Any] = {}
_peer: dict[str, Any] = {}


def main(argv: Sequence[str] = ()) -> dict[str, Any]:
    """Run and return the figures; print them as one JSON object with `--json`."""
    parser = argparse.ArgumentParser(prog="banners")
    parser.add_argument("--wanted", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--brand", type=Path, default=Path(__file__).parent.parent / "examples" / "eveil")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(list(argv))

    from gale.adapters.media import marks, press

    brand, jobs = _jobs(options.brand, options.wanted, options.seed)
    jobs.sort(key=press.alike)
    parts = [jobs[i * len(jobs) // TURNS : (i + 1) * len(jobs) // TURNS] for i in range(TURNS)]
    context = multiprocessing.get_context("spawn")
    ours = peer = cpu = 0.0
    files: list[bytes] = []
    with ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=_begin, initargs=(brand,)) as pool:
        list(pool.map(_warm, range(PROCESSES * 4)))
        for part in parts:
            halves = _shares(part)
            start = time.perf_counter()
            for done, spent in pool.map(_ours, halves):
                files += done
                cpu += spent
            ours += time.perf_counter() - start
            start = time.perf_counter()
            list(pool.map(_plain, halves))
            peer += time.perf_counter() - start
        start = time.perf_counter()
        signed = [f for done in pool.map(_signed, _shares(jobs)) for f in done]
        signed_seconds = time.perf_counter() - start
        different = len(set(pool.map(_pixels, files, chunksize=25)))
    from gale.adapters.media.credentials import read

    told = read(signed[0], "image/jpeg")
    result: dict[str, Any] = {
        "benchmark": "banners",
        "seed": options.seed,
        "pictures": len(files),
        "different": different,
        "processes": PROCESSES,
        "seconds": round(ours, 2),
        "cpu_seconds": round(cpu, 2),  # of both processes: tells a slow engine from a busy machine
        "per_second": round(len(files) / ours, 1),
        "peer_per_second": round(len(jobs) / peer, 1),
        "ratio_vs_peer": round(peer / ours, 3),
        "signed_seconds": round(signed_seconds, 2),
        "signed_reads": told.state if told else "none",
        "mean_kilobytes": round(sum(map(len, files)) / len(files) / 1000, 1),
    }
    result["passed"] = bool(
        len(files) == different == options.wanted
        and result["seconds"] <= 8
        and result["ratio_vs_peer"] >= 0.5
        and result["signed_seconds"] <= 12
        and result["signed_reads"] == "valid"
        and marks.file_hash(signed[0]) != marks.file_hash(files[0])
    )
    if options.json:
        print(json.dumps(result))
    return result


def _shares(jobs: Sequence[Any]) -> list[Sequence[Any]]:
    """One run of neighbours for each process, for they share their grounds."""
    return [jobs[i * len(jobs) // PROCESSES : (i + 1) * len(jobs) // PROCESSES] for i in range(PROCESSES)]


def _jobs(folder: Path, wanted: int, seed: int) -> tuple[Any, list[Any]]:
    """Brand and one job a variant: half of them French, half English."""
    import yaml

    from gale import creative
    from gale.adapters.catalogue import load
    from gale.adapters.media.press import Job
    from gale.creative.design import copy_of, looks
    from gale.records.documents import Brand, Brief

    raw = {n: yaml.safe_load((folder / f"{n}.yaml").read_text(encoding="utf-8")) for n in ("brand", "brief")}
    brand, brief, catalogue = Brand.model_validate(raw["brand"]), Brief.model_validate(raw["brief"]), load()
    jobs = []
    for locale, share in (("fr", wanted // 2), ("en", wanted - wanted // 2)):
        made = creative.combine(brand, brief, catalogue, placement="banner", locale=locale, wanted=share, seed=seed)
        tongue = catalogue.language(locale)
        jobs += [
            Job(v.id, copy_of(v, brand, brief, tongue), looks(brand, v, seed), SIZE) for v in made.accepted[:share]
        ]
    return brand, jobs


# --- in each process ---------------------------------------------------------------------------------------------------


def _begin(brand: Any) -> None:
    import tempfile

    from PIL import ImageFont

    from gale.adapters.media.credentials import identity_of
    from gale.adapters.media.fonts import BUNDLED, FOLDER
    from gale.adapters.media.press import Press, Setup

    with tempfile.TemporaryDirectory() as state:
        identity = identity_of(Path(state), brand=brand.name, now=int(time.time() * 1000))
    _press[False], _press[True] = Press(Setup(brand)), Press(Setup(brand, identity=identity))
    path = str(FOLDER / BUNDLED[brand.typeface])
    _peer["large"], _peer["small"] = ImageFont.truetype(path, 72), ImageFont.truetype(path, 28)
    _peer["colours"] = (brand.palette.ink, brand.palette.paper)


def _warm(_: int) -> None:
    time.sleep(0.05)


def _ours(jobs: Sequence[Any]) -> tuple[list[bytes], float]:
    start = time.process_time()
    return [_press[False].jpeg(job) for job in jobs], time.process_time() - start


def _signed(jobs: Sequence[Any]) -> list[bytes]:
    return [_press[True].jpeg(job) for job in jobs]


def _plain(jobs: Sequence[Any]) -> list[bytes]:
    from PIL import Image, ImageDraw

    from gale.adapters.media.raster import QUALITY

    ground, ink = _peer["colours"]
    done = []
    for job in jobs:
        image = Image.new("RGB", (1200, 628), ground)
        draw = ImageDraw.Draw(image)
        draw.text((64, 64), job.copy.headline, font=_peer["large"], fill=ink)
        draw.text((64, 240), job.copy.texts[0], font=_peer["small"], fill=ink)
        draw.text((64, 520), job.copy.call, font=_peer["small"], fill=ink)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=QUALITY, subsampling=0)
        done.append(out.getvalue())
    return done


def _pixels(data: bytes) -> str:
    from gale.adapters.media import marks

    return marks.pixel_hash(marks.opened(data))
