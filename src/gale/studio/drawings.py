"""A campaign's plots as files: who gets the traffic, how the lift came, what each part contributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gale.adapters.words import load
from gale.engine import learned as learned_verb
from gale.engine import report as report_verb
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Store
from gale.studio import plots
from gale.studio import views as v
from gale.studio.formats import Formats
from gale.studio.gather.live import live
from gale.studio.plots.file import as_file
from gale.studio.standalone import axis
from gale.words import LOCALES, Words

HOURS_6 = 6 * 3_600_000


def write_plots(store: Store, row: CampaignRow, folder: Path, *, now: int) -> list[Path]:
    """Every plot that there is something to draw of, as NAME-LOCALE.svg in `folder`; which files."""
    report = report_verb.report(store, row.id, now=now)
    lesson = learned_verb.learned(store, row.id, now=now)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for locale in LOCALES:
        for name, drawing in drawings(store, row, load(locale), now=now, report=report, lesson=lesson).items():
            path = folder / f"{name}-{locale}.svg"
            path.write_text(drawing, encoding="utf-8")
            written.append(path)
    return written


def drawings(
    store: Store,
    row: CampaignRow,
    words: Words,
    *,
    now: int,
    report: Mapping[str, Any] | None,
    lesson: Mapping[str, Any] | None,
    by: str = "",
) -> dict[str, str]:
    """By name ("allocation", "lift", "contributions"): the SVG in the words' language. What is empty is left out."""
    papers = Documents.of(row)
    formats = Formats(words, papers.campaign.timezone)
    view = live(store, row, words, now=now, report=report, lesson=lesson, by=by)
    seen = v.report_view(report or {}, papers.campaign.timezone)
    title = words.text(papers.brief.title)
    stamp = words("Sandbox").upper() if row.simulated else ""
    end = f" {words('Simulated data.')}" if row.simulated else ""
    found: dict[str, str] = {}
    for name, draw in PLOTS.items():
        drawn, heading, alt, caption = draw(view, seen, formats)
        if drawn:
            found[name] = as_file(
                drawn, title=f"{title}, {heading}", name=alt, caption=caption + end, locale=words.locale, stamp=stamp
            )
    return found


Drawn = tuple[Any, str, str, str]  # the drawing, its heading, its name for a screen reader, its caption


def _allocation(view: v.Live, seen: v.ReportView, f: Formats) -> Drawn:
    w = f.words
    top = sorted((x for x in view.variants if x.colour), key=lambda x: x.colour)
    if view.by == "angle":
        alt = w("Share of messages for each angle, period by period; the table below holds the figures.")
    else:
        alt = w("Share of messages for each variant, period by period; the table below holds the figures.")
    drawn = plots.allocation(
        view.buckets,
        [x.id for x in top],
        others=w("others"),
        names={x.id: (x.short, x.words) for x in top},
        percent=f.share,
        when=f.day if view.period >= HOURS_6 else f.clock,
        title=alt,
        fronts=view.fronts,
        notes=view.notes,
    )
    caption = w("Per cent of messages, period by period ({period} each).", period=w(f"period.{view.period}"))
    told = "".join(f" {f.day(one.time)}, {one.said}." for one in view.events)
    return drawn, w("who gets the traffic"), ", ".join(f"{x.short} {f.percent(x.share)}" for x in top), caption + told


def _lift(view: v.Live, seen: v.ReportView, f: Formats) -> Drawn:
    w = f.words
    if not seen.series:
        return "", "", "", ""
    start, days = axis(seen)
    last = seen.series[-1]
    alt = w("Lift against the holdout by day, now {low} to {high}.", low=f.gain(last.low), high=f.gain(last.high))
    drawn = plots.lift_over_time(
        seen.series,
        start=start,
        days=days,
        percent=f.gain,
        day=f.day_of_month,
        title=alt,
        proven_mark=lambda time: w("proven on the {day}", day=f.day(time)),
    )
    return (
        drawn,
        w("how the lift came"),
        alt,
        f"{alt} {w('The band holds at every moment, so looking never makes a false winner.')}",
    )


def _contributions(view: v.Live, seen: v.ReportView, f: Formats) -> Drawn:
    w, lesson = f.words, view.learned
    if lesson is None:
        return "", "", "", ""
    drawn = plots.contributions(lesson.shelves, percent=f.gain, title=lesson.said, few=w("too few"))
    return drawn, w("what was learned"), lesson.said, f"{lesson.said} {w(f'lesson.axis.{lesson.objective}')}"


PLOTS: Mapping[str, Callable[[v.Live, v.ReportView, Formats], Drawn]] = {
    "allocation": _allocation,
    "lift": _lift,
    "contributions": _contributions,
}
