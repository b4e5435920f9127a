"""Requests to a language model that run in the background: one at a time for each campaign, shared by two pages."""

from __future__ import annotations

import secrets
import threading
import time
from typing import Any

from gale.engine import propose as propose_verb
from gale.engine.workspace import Workspace
from gale.records.faults import Faults
from gale.studio.gather.proposals import Inquiry
from gale.words import Words


class Inquiries:
    """What is being asked, by campaign, and how the last request ended."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._known: dict[str, Inquiry] = {}
        self._turn = threading.Lock()

    def of(self, campaign: str) -> Inquiry:
        return self._known.setdefault(campaign, Inquiry())

    def seconds(self, campaign: str) -> float:
        """How long the present request has run; 0 where none does."""
        inquiry = self.of(campaign)
        return time.monotonic() - inquiry.began if inquiry.running else 0.0

    def forget(self, campaign: str) -> None:
        """Whoever goes on has read how it ended."""
        inquiry = self.of(campaign)
        if not inquiry.running:
            inquiry.problem, inquiry.notes = None, ()

    def ask(self, campaign: str, words: Words, **request: Any) -> None:
        """Send a request of `engine.propose`; nothing is sent where one runs already."""
        inquiry = self.of(campaign)
        with self._turn:
            if inquiry.running:
                return
            inquiry.running, inquiry.began = True, time.monotonic()
            inquiry.problem, inquiry.notes = None, ()
        threading.Thread(target=self._run, args=(campaign, words, inquiry, request), daemon=True).start()

    def _run(self, campaign: str, words: Words, inquiry: Inquiry, request: dict[str, Any]) -> None:
        try:
            ws = self._workspace
            writer, settings = ws.writer()
            made = propose_verb.propose(
                ws.store, ws.catalogue, writer, settings, campaign, now=ws.clock.now(),
                timezone=ws.settings.timezone, id="q_" + secrets.token_hex(10), **request,
            )  # fmt: skip
            inquiry.notes = tuple(words.fault(n) for n in made.notes)
        except Faults as problem:
            inquiry.problem = problem
        finally:
            inquiry.running = False
