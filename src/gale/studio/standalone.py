"""The report as one file: styles inside, no request to anywhere, the same to whoever opens it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from gale.studio.formats import Formats
from gale.studio.report_view import ReportView, report_view
from gale.words import Words

DAY_MS = 86_400_000
STYLES = Path(__file__).parent / "static" / "look.css"


def standalone(report: Mapping[str, Any], locale: str, words: Words, *, timezone: str = "Europe/Paris") -> str:
    """The report's HTML in the words' language; `locale` must be theirs.

    The type is what the reader's system has (a serif, a sans): embedding the fonts would triple the file.
    """
    from gale.studio.render import environment  # Jinja is slow to import, and most commands never render

    env = environment(words, timezone=timezone)
    view = report_view(report, timezone)
    return env.get_template("standalone.html").render(
        r=view, styles=styles(), locale=locale, **sheet_values(view, words, timezone)
    )


def sheet_values(view: ReportView, words: Words, timezone: str = "Europe/Paris") -> dict[str, Any]:
    """What the report's sheet needs beside the view: money in its currency, the plot's axis, the mark of the proof."""
    formats = Formats(words, timezone)

    def money_in(currency: str) -> Any:
        return lambda amount: formats.money(amount, currency)

    def proven_mark(time: int) -> str:
        return words("proven on the {day}", day=formats.day(time))

    def coin_in(currency: str) -> Any:
        return lambda amount: formats.coin(amount, currency)

    return {"money_in": money_in, "coin_in": coin_in, "proven_mark": proven_mark, "axis": axis(view)}


def axis(view: ReportView) -> tuple[int, int]:
    """Start and number of days of the proof's plot: from the first closed windows to the last, a day at least."""
    if not view.series:
        return view.start, max(1, view.days)
    first = min(view.series[0].time - DAY_MS, view.series[-1].time - DAY_MS)
    return first, max(1, -(-(view.series[-1].time - first) // DAY_MS))


@cache
def styles() -> Markup:
    """The Studio's sheet without its fonts; a plain page's own where the sheet was not built."""
    if not STYLES.is_file():
        return Markup("main{max-width:60rem;margin:auto;padding:1rem;font:1rem/1.5 Georgia,serif}.only-s{display:none}")
    sheet = re.sub(r"@font-face\{[^}]*\}", "", STYLES.read_text(encoding="utf-8"))
    return Markup(sheet + ".sheet{max-width:64rem;margin:0 auto;padding:1rem}")
