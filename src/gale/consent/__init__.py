"""May we? Purposes, legal bases, withdrawal and suppression (floor 1).

`admissible` and `stand` are the door for an act (a consent, a refusal, a withdrawal, an objection); `may` is the door
for a decision. What keeps a signal's data out of features is the check of the documents (`campaign.documents`).
"""

from gale.consent.acts import admissible, fold, from_file, received, stand
from gale.consent.permission import Permission, described, may, measurable

__all__ = ["Permission", "admissible", "described", "fold", "from_file", "may", "measurable", "received", "stand"]
