"""`/v1/events`: a signal about one person opens the touchpoint that waits for it, and does nothing else.

A kettle's event is never stored as an attribute: its purpose says `features: false`, so it triggers that message only
and cannot reach features, segments or models.
"""

from __future__ import annotations

from gale.decision.moment import Frame
from gale.engine.decide import Asked, Rng, ask
from gale.records.decision import Event
from gale.records.people import PersonState


def trigger_of(event: Event) -> str:
    """The trigger's name of a track event: "Kettle Boiled" and "kettle_boiled" are the same.

    >>> trigger_of(Event(id="1", person="p", type="track", name="Kettle Boiled", time=0))
    'kettle_boiled'
    """
    return event.name.strip().lower().replace(" ", "_").replace("-", "_")


def react(frame: Frame, state: PersonState, event: Event, *, now: int, rng: Rng) -> list[Asked]:
    """The decisions that an event asks for: one for each touchpoint that waits for it."""
    if event.type != "track":
        return []
    trigger = trigger_of(event)
    return [
        ask(frame, state, t.id, now=now, rng=rng, trigger=trigger)
        for t in frame.touchpoints.values()
        if t.trigger == trigger
    ]
