"""A channel takes one authorised `Send` and says what became of it."""

from typing import Literal, Protocol

from gale.records.decision import Send

Receipt = Literal["accepted", "refused", "in_doubt"]


class Channel(Protocol):
    name: str

    def send(self, send: Send) -> Receipt: ...
