"""What one worker process holds: compiled frames, the group committer, the keys it has seen lately.

Nothing that binds is cached: campaign status, consent version and caps are read again in the transaction that commits.
A frame that is a second old can only choose among older snapshots, never decide for somebody who withdrew. A revoked
key is refused within one second.
"""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from gale.adapters.media import names
from gale.adapters.store import GroupCommit
from gale.decision.moment import Frame
from gale.engine.consent import declared
from gale.engine.decide import Wanted, commit_each, compile_frame, want
from gale.engine.keys import digest
from gale.engine.notes import the_campaign
from gale.engine.personal import Personaliser
from gale.engine.picture_names import PictureNames
from gale.engine.workspace import Documents, Workspace
from gale.ports.store import ApiKey, Unit
from gale.records.creative import Variant
from gale.records.decision import Decision
from gale.records.documents import Purposes
from gale.records.faults import Faults
from gale.records.people import PersonState, Scalar

FRESH_MS = 500
KEY_FRESH_MS = 1000


class Service:
    """Decisions for HTTP: decided and committed in groups, answered after the commit."""

    def __init__(self, workspace: Workspace, seed: Sequence[int]) -> None:
        self.workspace = workspace
        self.rng = np.random.default_rng(list(seed))
        self._frames: dict[str, tuple[int, Frame]] = {}
        self._variants: dict[str, Variant] = {}
        self._live: tuple[int, list[str]] = (0, [])
        self._personal: dict[str, Personaliser] = {}
        self._pictures: dict[str, tuple[int, int, PictureNames]] = {}
        self._keys: dict[str, tuple[int, ApiKey | None]] = {}
        self._lock = threading.Lock()
        # What is loaded now stays: the collector need not walk through it again in the midst of an answer.
        gc.collect()
        gc.freeze()
        self.group: GroupCommit[Wanted, Decision | Faults] = GroupCommit(workspace.store, self._apply)

    def _apply(self, unit: Unit, asked: list[Wanted]) -> list[Decision | Faults]:
        return commit_each(unit, asked, self.workspace.clock.now)

    def frame(self, campaign: str) -> Frame:
        """The campaign compiled, at most half a second old."""
        now = self.workspace.clock.now()
        held = self._frames.get(campaign)
        if held is not None and 0 <= now - held[0] < FRESH_MS:
            return held[1]
        with self._lock, self.workspace.store.read() as unit:
            frame = compile_frame(unit, campaign)
            self._frames[campaign] = (now, frame)
        return frame

    def live_campaign(self, asked: str | None) -> str:
        """The campaign asked for, or the only live one. Raises `Faults` `campaign.which`."""
        if asked is not None:
            return asked
        now = self.workspace.clock.now()
        if not (0 <= now - self._live[0] < FRESH_MS and self._live[1]):
            with self.workspace.store.read() as unit:
                self._live = (now, [r.id for r in unit.campaigns.all() if r.status in ("live", "paused")])
        if len(self._live[1]) != 1:
            raise Faults.one("campaign.which", known=", ".join(self._live[1]) or "–")
        return self._live[1][0]

    def waiting_for(self, trigger: str) -> list[tuple[str, str]]:
        """(campaign, touchpoint) of every live campaign that a signal opens."""
        with self.workspace.store.read() as unit:
            live = [r.id for r in unit.campaigns.all() if r.status in ("live", "paused")]
        return [(c, t.id) for c in live for t in self.frame(c).touchpoints.values() if t.trigger == trigger]

    def purposes(self) -> Purposes:
        """Every purpose that a campaign or the workspace's file declares; a broken file stops no withdrawal."""
        with self.workspace.store.read() as unit:
            return declared(unit, lambda: self.workspace.read_documents().purposes)

    def state(self, person: str) -> PersonState:
        """One person's row. Raises `Faults` `person.unknown`."""
        state = self.workspace.store.look(person)
        if state is None:
            raise Faults.one("person.unknown", person=person)
        return state

    def decide(
        self,
        person: str,
        touchpoint: str,
        *,
        campaign: str | None = None,
        trigger: str | None = None,
        context: Mapping[str, Scalar] | None = None,
        key: str | None = None,
        request: str = "",
    ) -> asyncio.Future[Decision | Faults]:
        """Ask, on the event loop, for a decision: made and committed in one transaction, then the future is done."""
        frame = self.frame(self.live_campaign(campaign))
        wanted = want(
            frame,
            person,
            touchpoint,
            now=self.workspace.clock.now(),
            rng=self.rng,
            trigger=trigger,
            context=context,
            key=key,
            request=request,
        )
        return self.group.submit_here(wanted)

    def fields(self, campaign: str, variant: str | None, person: str = "") -> dict[str, str]:
        """The words of a variant, in her own version where the framework has one.

        A variant's id is its content, so it may be kept for good; what people declared is read each time.
        """
        if variant is None:
            return {}
        held = self._variants.get(variant)
        if held is None:
            with self.workspace.store.read() as unit:
                held = unit.creatives.get(campaign, [variant])[variant]
            self._variants[variant] = held
        personaliser = self._personaliser(campaign)
        if not personaliser.needed:
            return held.fields
        with self.workspace.store.read() as unit:
            state = unit.people.state(person)
        return held.fields if state is None else dict(personaliser.fields(held, state.profile.attributes))

    def pictures(self, campaign: str, variant: str | None, person: str) -> dict[str, str]:
        """File names by size of the pictures drawn for what she declared (`gale pictures --personal`)."""
        drawn = self._names(campaign) if variant is not None else None
        if drawn is None or not drawn.any:
            return {}
        with self.workspace.store.read() as unit:
            state = unit.people.state(person)
        return drawn.of(self._variants[variant or ""], state.profile.attributes if state else {})

    def _names(self, campaign: str) -> PictureNames:
        """The names as last written, at most half a second old."""
        now = self.workspace.clock.now()
        held = self._pictures.get(campaign)
        if held is not None and 0 <= now - held[0] < FRESH_MS:
            return held[2]
        age = names.age(self.workspace.state, campaign)
        if held is None or held[1] != age:
            with self.workspace.store.read() as unit:
                drawn = PictureNames.of_campaign(the_campaign(unit, campaign), self.workspace.state)
        else:
            drawn = held[2]
        self._pictures[campaign] = (now, age, drawn)
        return drawn

    def _personaliser(self, campaign: str) -> Personaliser:
        """Made once: a campaign that was launched is not rewritten."""
        if campaign not in self._personal:
            with self.workspace.store.read() as unit:
                self._personal[campaign] = Personaliser(Documents.of(the_campaign(unit, campaign)))
        return self._personal[campaign]

    def key(self, secret: str) -> ApiKey | None:
        """The API key behind a bearer secret, unless it was revoked."""
        name, now = digest(secret), self.workspace.clock.now()
        held = self._keys.get(name)
        if held is None or not 0 <= now - held[0] < KEY_FRESH_MS:
            with self.workspace.store.read() as unit:
                held = (now, unit.keys.find(name))
            if len(self._keys) > 1000:
                self._keys.clear()  # unknown secrets must not fill the memory
            self._keys[name] = held
        key = held[1]
        return None if key is None or key.revoked is not None else key

    def close(self) -> None:
        """Commit what waits."""
        self.group.close()


def request_digest(body: bytes) -> str:
    """What an idempotency key is bound to."""
    return digest(body.decode("utf-8", "replace"))


encode = msgspec.json.Encoder().encode
