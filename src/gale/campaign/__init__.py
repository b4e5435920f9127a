"""What do people want told, to whom, when? (floor 3)

`documents` reads and compares what people wrote; `calendar` and `caps` say when a touchpoint is open; `reach` says who
will not be contacted and why; `shortlist` says how many variants go live; `plan_hash` is what signatures are bound to.
"""

from gale.campaign.calendar import contacts_per_person, is_quiet, open_days, open_now
from gale.campaign.caps import capped
from gale.campaign.documents import check, parse
from gale.campaign.plan import plan_hash
from gale.campaign.reach import Reach, lacking, matches, purposes_of, reach
from gale.campaign.shortlist import Shortlist, people_per_arm, shortlist

__all__ = [
    "Reach",
    "Shortlist",
    "capped",
    "check",
    "contacts_per_person",
    "is_quiet",
    "lacking",
    "matches",
    "open_days",
    "open_now",
    "parse",
    "people_per_arm",
    "plan_hash",
    "purposes_of",
    "reach",
    "shortlist",
]
