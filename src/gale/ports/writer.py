"""A writer proposes ingredients for a slot; it never writes offers, prices or claims."""

from typing import Protocol


class Writer(Protocol):
    name: str

    def propose(self, slot: str, locale: str, examples: list[str], wanted: int) -> list[str]: ...
