"""What do these numbers allow us to say? (floor 1)

`Moments` add up and `Interval` is what is said of them; `Sequence` keeps an interval true however often it is looked
at, also for `Weighted` scores under adaptive allocation; `people_needed` says in advance how many people a verdict takes; `split_alarm` watches the split of two groups;
`robust` values policies from logs; `ridge` fits the models they lean on.
"""

from gale.stats.interval import Interval, Moments
from gale.stats.power import people_needed
from gale.stats.sequence import Sequence, mean_interval
from gale.stats.split import Split, split_alarm
from gale.stats.weighted import Weighted

__all__ = ["Interval", "Moments", "Sequence", "Split", "Weighted", "mean_interval", "people_needed", "split_alarm"]
