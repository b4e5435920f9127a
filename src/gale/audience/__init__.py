"""Who is there? Contact files: what their columns mean, what each row says, what an import would write (floor 2).

`recognise` proposes what each column becomes, `read_contacts` reads the rows by a mapping, `propose` sets them against
who is known; `recognise_outcomes` and `read_outcomes` do the same for what a sending tool or a shop reports back.
Nothing here touches a file or a store.
"""

from gale.audience.columns import IGNORE, REFUSED, ColumnGuess, check_mapping, mapping_of, recognise
from gale.audience.contacts import ContactFile, NewContact, OptOut, Told, address_key, read_contacts
from gale.audience.happenings import (
    KINDS,
    OUTCOME_DESTINATIONS,
    Happening,
    Kind,
    content_of,
    outcome_of,
    read_outcomes,
    recognise_outcomes,
)
from gale.audience.proposal import Entry, Known, Proposal, act_of, email_purpose, person_of, propose

__all__ = [
    "IGNORE",
    "KINDS",
    "OUTCOME_DESTINATIONS",
    "REFUSED",
    "ColumnGuess",
    "ContactFile",
    "Entry",
    "Happening",
    "Kind",
    "Known",
    "NewContact",
    "OptOut",
    "Proposal",
    "Told",
    "act_of",
    "address_key",
    "check_mapping",
    "content_of",
    "email_purpose",
    "mapping_of",
    "outcome_of",
    "person_of",
    "propose",
    "read_contacts",
    "read_outcomes",
    "recognise",
    "recognise_outcomes",
]
