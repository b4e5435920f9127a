"""A bakery that asks a server for phrases for the subject of an e-mail, in French, unless a test says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from replaying import Replaying

from gale.adapters.writers import open_writer
from gale.engine import propose as propose_verb
from gale.engine.propose import Asking, Proposed
from gale.records.documents import WriterSettings
from house import House


@dataclass
class Ask:
    house: House
    count: int = 0

    def __call__(
        self, server: Replaying, *, settings: dict[str, Any] | None = None, by: str = "me", **more: Any
    ) -> Proposed:
        self.count += 1
        found: Proposed = self._run(propose_verb.propose, server, settings, id=f"q_{self.count}", by=by, **more)
        return found

    def dry(self, server: Replaying, *, settings: dict[str, Any] | None = None, **more: Any) -> Asking:
        found: Asking = self._run(propose_verb.ask, server, settings, **more)
        return found

    def _run(self, verb: Any, server: Replaying, settings: dict[str, Any] | None, **more: Any) -> Any:
        told = WriterSettings.model_validate(
            {"kind": "local", "model": "brise-8b", "base_url": server.address, "timeout_s": 2, **(settings or {})}
        )
        where = {"placement": "email", "slot": "subject", "angle": "story", "locale": "fr", **more}
        ws, writer = self.house.ws, open_writer(told, {"WRITER_KEY": "s3cret"})
        return verb(
            ws.store,
            ws.catalogue,
            writer,
            told,
            self.house.campaign,
            now=ws.clock.now(),
            timezone="Europe/Paris",
            **where,
        )
