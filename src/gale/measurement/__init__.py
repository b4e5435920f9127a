"""What did it cause? (floor 5)

`lift` compares people who could hear the campaign with people who could not; `series` is the same over time;
`missingness` and `stats.split_alarm` say when the comparison itself is broken.
"""

from gale.measurement.lift import GroupSums, LiftResult, Missing, Moment, lift, missingness, series

__all__ = ["GroupSums", "LiftResult", "Missing", "Moment", "lift", "missingness", "series"]
