"""`make run`: the sandbox with the Studio, or the whole way by itself (`ONCE=1`), narrated."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from gale import settings
from gale.cli.common import Out
from gale.engine import report as report_verb
from gale.studio.sandbox import Sandbox
from gale.studio.views import standalone


def fresh_state(example: Path) -> None:
    """A sandbox begins anew each time: what is simulated is not worth keeping."""
    shutil.rmtree(example / settings.STATE, ignore_errors=True)


def once(out: Out, example: Path, *, seed: int) -> dict[str, Any]:
    """Brief to proof without a hand on it; writes out/report.html and out/report.json."""
    began = time.perf_counter()
    w = out.words
    fresh_state(example)
    out.progress("SANDBOX. Two simulated cities; nobody real is contacted.")
    box = Sandbox.open(example, seed=seed)
    try:
        people = box.populate()
        out.progress("{n} simulated people; some never agreed to anything.", n=w.number(people))
        created = box.write(
            progress=lambda p, lang, n: out.progress(
                "  {n} variants so far ({placement}, {locale})", n=w.number(n), placement=p, locale=lang
            )
        )
        out.progress(
            "{n} variants accepted, {r} refused, in {s} s.",
            n=w.number(created.accepted),
            r=w.number(sum(created.refused.values())),
            s=w.number(box.timings["create"], 1),
        )
        planned = next(iter(box.plan().values()))
        out.progress("Will not be contacted, and why:")
        for reason, count in planned.reach.excluded.items():
            out.progress("  {n}  {reason}", n=w.number(count), reason=w(reason))
        out.progress("{n} variants go live: as many as the expected traffic can tell apart.", n=planned.live)
        box.sign(w.locale, everybody=True)
        out.progress("Four signatures on plan {hash}.", hash=planned.plan[:16])
        box.launch()
        day = 0
        for ticks in box.run():
            if ticks[0].day != day:
                day = ticks[0].day
                if day <= ticks[0].days:
                    out.progress("  day {day} of {days}", day=day, days=ticks[0].days)
        person = box.kettle_person()
        told = box.report()
        told["kettle"] = {"person": person}
        told["timings"]["total"] = round(time.perf_counter() - began, 1)
        write(box.workspace.out, told, out)
        out.progress(report_verb.headline(told, w))
        for world in told["worlds"]:
            out.progress("  {city}: {sentence}", city=w.text(world["title"]), sentence=w.text(world["sentence"]))
        for stage, seconds in told["timings"].items():
            out.progress("  {stage}: {s} s", stage=w(stage), s=w.number(seconds, 1))
        out.progress("Report: {path}", path=str(box.workspace.out / "report.html"))
        return told
    finally:
        box.workspace.close()


def write(folder: Path, told: dict[str, Any], out: Out) -> None:
    """`report.json` for machines and `report.html` for people."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=1))
    (folder / "report.html").write_text(standalone(told, out.words.locale, out.words), encoding="utf-8")


def studio(out: Out, example: Path, *, seed: int, port: int, open_page: Callable[[str], object] | None) -> None:
    """The Studio on the sandbox; the page opens as soon as the server stands."""
    from gale.cli.serve import serve_sandbox

    fresh_state(example)
    box = Sandbox.open(example, seed=seed)
    try:
        serve_sandbox(out, box, port=port, open_page=open_page)
    finally:
        box.workspace.close()
