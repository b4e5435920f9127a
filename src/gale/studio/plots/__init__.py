"""Plots as inline SVG, drawn on the server: no script, no style attribute, a sentence for a name.

A solid line is measured, a dashed one rehearsed; a filled dot is proven, an open one is not. What needs its width is
drawn twice (`.only-l` for a desk, `.only-s` for a phone), so that 12 px stay 12 px. Colours are classes of the
style sheet. Every function is pure: values and label functions in, markup out.
"""

from gale.studio.plots.allocation import Front, allocation
from gale.studio.plots.calendar import Strip, calendar
from gale.studio.plots.interval import Interval, forest, interval
from gale.studio.plots.lift import Moment, lift_over_time
from gale.studio.plots.signs import calm_chart, spark, wind

__all__ = [
    "Front",
    "Interval",
    "Moment",
    "Strip",
    "allocation",
    "calendar",
    "calm_chart",
    "forest",
    "interval",
    "lift_over_time",
    "spark",
    "wind",
]
