"""`/v1/events`: the name by which a signal opens the touchpoints that wait for it.

A kettle's event is never stored as an attribute: its purpose says `features: false`, so it triggers that message only
and cannot reach features, segments or models.
"""

from __future__ import annotations

from gale.records.decision import Event


def trigger_of(event: Event) -> str:
    """The trigger's name of a track event: "Kettle Boiled" and "kettle_boiled" are the same.

    >>> trigger_of(Event(id="1", person="p", type="track", name="Kettle Boiled", time=0))
    'kettle_boiled'
    """
    return event.name.strip().lower().replace(" ", "_").replace("-", "_")
