"""What did it cause? (floor 5)

`lift` compares people who could hear the campaign with people who could not, `series` is the same over time, `adjust`
takes away what was known before, `among` looks at many audiences without fishing,
`Contrasts` at messages against those that might have been shown instead; `broken_comparison` and
`bent_outcomes` ring before a figure is believed, on what `Heard`, `Delays` and `missingness` say.
"""

from gale.measurement.adjust import Adjusted, adjust
from gale.measurement.alarms import Alarm, bent_outcomes, broken_comparison
from gale.measurement.contrasts import Contrasts
from gale.measurement.delays import Delays, Later, later
from gale.measurement.heard import Heard
from gale.measurement.lift import LiftResult, Moment, Statement, lift, series
from gale.measurement.many import Finding, among
from gale.measurement.missing import Missing, missingness
from gale.measurement.sums import GroupSums

__all__ = [
    "Adjusted",
    "Alarm",
    "Contrasts",
    "Delays",
    "Finding",
    "GroupSums",
    "Heard",
    "Later",
    "LiftResult",
    "Missing",
    "Moment",
    "Statement",
    "adjust",
    "among",
    "bent_outcomes",
    "broken_comparison",
    "later",
    "lift",
    "missingness",
    "series",
]
