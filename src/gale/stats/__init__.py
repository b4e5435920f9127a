"""What do these numbers allow us to say? (floor 1)

`Moments` add up and `Interval` is what is said of them; `Sequence` keeps an interval true however often it is looked
at, for two groups as a `Pair`, and for `Weighted` scores under adaptive allocation; `Mixture` weighs evidence and
`select` picks among many without fishing; `people_needed` says in advance how many people a verdict takes, `detectable`
afterwards what could have been seen; `split_alarm` watches the split of two groups; `robust` values policies from logs.
"""

from gale.stats.evalues import Mixture, average, select, selected_level
from gale.stats.interval import Interval, Moments
from gale.stats.pair import Pair
from gale.stats.power import detectable, people_needed
from gale.stats.sequence import Sequence, mean_interval
from gale.stats.split import Split, split_alarm
from gale.stats.weighted import Weighted

__all__ = [
    "Interval",
    "Mixture",
    "Moments",
    "Pair",
    "Sequence",
    "Split",
    "Weighted",
    "average",
    "detectable",
    "mean_interval",
    "people_needed",
    "select",
    "selected_level",
    "split_alarm",
]
