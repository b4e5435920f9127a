"""Plots as inline SVG, drawn on the server: no script, no style attribute, a sentence for a name.

A solid line is measured, a dashed one rehearsed; a filled dot is proven, an open one is not. What needs its width is
drawn twice (`.only-l` for a desk, `.only-s` for a phone), so that 12 px stay 12 px. Colours are classes of the
style sheet. Every function is pure: values and label functions in, markup out.
"""

from gale.studio.plots.allocation import Front, Note, allocation
from gale.studio.plots.calendar import Strip, calendar
from gale.studio.plots.contributions import Part, Shelf, contributions
from gale.studio.plots.interval import Interval, forest, interval
from gale.studio.plots.lift import Moment, lift_over_time
from gale.studio.plots.purse import purse
from gale.studio.plots.signs import calm_chart, spark, wind
from gale.studio.plots.stages import guardrail, stages

__all__ = [
    "Front",
    "Interval",
    "Moment",
    "Note",
    "Part",
    "Shelf",
    "Strip",
    "allocation",
    "calendar",
    "calm_chart",
    "contributions",
    "forest",
    "guardrail",
    "interval",
    "lift_over_time",
    "purse",
    "spark",
    "stages",
    "wind",
]
