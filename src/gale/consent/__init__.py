"""May we? Purposes, legal bases, withdrawal and suppression (floor 1).

`admissible` and `stand` are the door for an act (a consent, a refusal, a withdrawal, an objection); `may` is the door
for a decision; `usable` says what a model
may look at; what holds the kettle out today is the check of the documents (`campaign.documents`), which needs no data.
"""

from gale.consent.acts import admissible, fold, from_file, received, stand
from gale.consent.features import usable
from gale.consent.permission import Permission, may

__all__ = ["Permission", "admissible", "fold", "from_file", "may", "received", "stand", "usable"]
