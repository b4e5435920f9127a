"""Records to views: read what is stored, ask the verbs where they know, choose nothing.

Each function opens one consistent view of the store and returns what one page shows.
"""

from gale.studio.gather.imports import imported
from gale.studio.gather.live import Reports, kettle, live
from gale.studio.gather.people import contacts, person
from gale.studio.gather.plan import plan
from gale.studio.gather.shelf import campaigns, tab, wall, why

__all__ = ["Reports", "campaigns", "contacts", "imported", "kettle", "live", "person", "plan", "tab", "wall", "why"]
