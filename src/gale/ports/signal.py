"""A signal is an outside event that may open a touchpoint (the weather, a kettle)."""

from collections.abc import Iterator
from typing import Protocol

from gale.records.decision import Event


class Signals(Protocol):
    name: str

    def events(self, since: int) -> Iterator[Event]: ...
