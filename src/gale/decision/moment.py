"""What does this person see now? One pure function from what was read to a `Decision`, made again by `reproduce`.

The order of the questions is the order in which a refusal is told: is the campaign running, does she exist, may we,
is it the hour, has she heard enough, was she drawn to wait, is there anything to show.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gale.campaign import capped, is_quiet, matches, open_now
from gale.consent import may
from gale.decision.features import FeatureEncoder
from gale.decision.snapshot import Snapshot
from gale.records.decision import Decision
from gale.records.documents import Brief, Campaign, Purpose, Touchpoint
from gale.records.people import PersonState, Scalar

NONE_SNAPSHOT = ""


@dataclass(frozen=True)
class Slate:
    """The live variants of one touchpoint in one language, and the policy snapshot that chooses among them."""

    snapshot_id: str
    snapshot: Snapshot

    @property
    def arms(self) -> tuple[str, ...]:
        return self.snapshot.arms


@dataclass(frozen=True)
class Frame:
    """Everything about a campaign that a decision needs, compiled once for many decisions.

    `slates` maps `"touchpoint/locale"` to its slate; `experiment_key` (32 bytes) decides who is held out;
    `paused` are variant ids set aside by a person.
    """

    campaign: Campaign
    brief: Brief
    status: str
    touchpoints: Mapping[str, Touchpoint]
    purposes: Mapping[str, tuple[Purpose, ...]]
    slates: Mapping[str, Slate]
    encoder: FeatureEncoder
    experiment_key: bytes
    locales: tuple[str, ...]
    paused: frozenset[str] = frozenset()
    simulated: bool = False
    feature_names: tuple[str, ...] = field(default=())


def group_of(key: bytes, person: str, holdout: float) -> str:
    """In which group a person is drawn: a keyed hash, so that every worker draws the same without asking.

    >>> group_of(b"k" * 32, "p_1", 1.0), group_of(b"k" * 32, "p_1", 0.0)
    ('holdout', 'treated')
    """
    number = int.from_bytes(hashlib.blake2b(person.encode(), key=key, digest_size=8).digest(), "big")
    return "holdout" if number / 2**64 < holdout else "treated"


def screen(frame: Frame, state: PersonState, touchpoint: Touchpoint, now: int) -> tuple[str | None, tuple[str, ...]]:
    """The reason why nothing may be shown (or `None`), and the consents it stands on."""
    if frame.status != "live":
        return f"campaign.{frame.status}", ()
    if state.forgotten:
        return "person.forgotten", ()
    if not matches(state.profile.attributes, frame.campaign.audience):
        return "audience.outside", ()
    permission = may(state, frame.purposes[touchpoint.id], channel=touchpoint.channel, now=now)
    if not permission.allowed:
        return permission.reason, ()
    if touchpoint.trigger is None:
        # A service she asked for answers at once; everything the brand begins by itself keeps to hours and caps.
        closed = open_now(touchpoint, frame.campaign, frame.brief, now)
        if closed is not None:
            return closed, permission.basis
        if is_quiet(now, frame.campaign):
            return "hours.quiet", permission.basis
        reached = capped(state.recent, frame.campaign.caps, now)
        if reached is not None:
            return reached, permission.basis
    return None, permission.basis


def decide(
    frame: Frame,
    state: PersonState,
    touchpoint: Touchpoint,
    *,
    now: int,
    draw: tuple[float, float],
    id: str,
    trigger: str | None = None,
    context: Mapping[str, Scalar] | None = None,
) -> Decision:
    """One decision. Pure: the same frame, row, moment and draw give the same decision.

    `draw` are two uniform numbers in [0, 1); `context` are features known only now (they win over the profile's, and
    only declared ones count). Raises nothing: every refusal is a decision with its reason.
    """
    reason, basis = screen(frame, state, touchpoint, now)
    inputs: dict[str, Any] = {"version": state.version, "recent": [time for time, _ in state.recent]}
    if touchpoint.trigger is not None:
        inputs["trigger"] = trigger
        if reason is None and trigger != touchpoint.trigger:
            reason = "trigger.missing"
    locale = state.profile.locale if state.profile.locale in frame.locales else frame.locales[0]
    slate = frame.slates.get(f"{touchpoint.id}/{locale}")
    if reason is None and not _open(frame, slate):
        reason = "variants.none"
    if reason is None and touchpoint.trigger is None:
        # Last, so that both groups have come through the same doors when one of them waits.
        group = group_of(frame.experiment_key, state.profile.id, frame.campaign.experiment.holdout)
        inputs |= {"group": group, "locale": locale}
        if group == "holdout":
            reason = "holdout"
    if reason is not None or slate is None:
        return _none(
            frame, state, touchpoint, now=now, id=id, reason=reason or "variants.none", basis=basis, inputs=inputs
        )

    known = state.profile.attributes if context is None else {**state.profile.attributes, **context}
    attributes = {name: known.get(name) for name in frame.feature_names}
    paused = sorted(arm for arm in slate.arms if arm in frame.paused)
    inputs |= {"features": attributes, "locale": locale, "paused": paused}
    allowed: NDArray[np.bool_] | None = None
    eligible = slate.arms
    if frame.paused:
        allowed = np.array([arm not in frame.paused for arm in slate.arms])
        eligible = tuple(arm for arm in slate.arms if arm not in frame.paused)
        allowed = None if len(eligible) == len(slate.arms) else allowed
    choice = slate.snapshot.choose(frame.encoder.encode(attributes), allowed, draw)
    return Decision(
        id=id,
        time=now,
        person=state.profile.id,
        campaign=frame.campaign.id,
        touchpoint=touchpoint.id,
        eligible=eligible,
        eligible_digest=digest(eligible),
        variant=slate.arms[choice.arm],
        reason=choice.by,
        propensity=float(choice.propensity),
        snapshot=slate.snapshot_id,
        draw=draw,
        basis=basis,
        inputs=inputs,
        simulated=frame.simulated,
    )


def recheck(frame: Frame, decision: Decision, fresh: PersonState, touchpoint: Touchpoint, now: int) -> Decision:
    """The decision as it may be committed, given the row as it stands in the committing transaction.

    A changed consent version or a reached cap turns it into "none" with its reason (nothing that binds is cached).
    """
    if decision.variant is None and decision.reason != "holdout":
        return decision
    reason, _ = screen(frame, fresh, touchpoint, now)
    if reason is None and fresh.version != decision.inputs["version"]:
        reason = "consent.changed"
    if reason is None and decision.variant in frame.paused:
        reason = "variants.paused"
    if reason is None and decision.reason == "holdout":
        slate = frame.slates.get(f"{touchpoint.id}/{decision.inputs['locale']}")
        reason = None if _open(frame, slate) else "variants.none"
    if reason is None:
        return decision
    inputs = {"version": fresh.version, "turned": True}
    return _none(frame, fresh, touchpoint, now=decision.time, id=decision.id, reason=reason, basis=(), inputs=inputs)


def again(snapshot: Snapshot, encoder: FeatureEncoder, decision: Decision) -> tuple[str, float]:
    """Variant and propensity that the logged snapshot, inputs and draw give: what `reproduce` compares."""
    features = encoder.encode(decision.inputs["features"])
    allowed: NDArray[np.bool_] | None = np.array([arm in decision.eligible for arm in snapshot.arms])
    if allowed is not None and bool(allowed.all()):
        allowed = None
    draw = (decision.draw[0], decision.draw[1])
    choice = snapshot.choose(features, allowed, draw)
    return snapshot.arms[choice.arm], float(choice.propensity)


def _open(frame: Frame, slate: Slate | None) -> bool:
    """Is there anything to show?"""
    return slate is not None and any(arm not in frame.paused for arm in slate.arms)


def eligible_again(snapshot: Snapshot, decision: Decision) -> tuple[str, ...]:
    """The eligible set that the snapshot and the logged paused variants give."""
    paused = frozenset(decision.inputs.get("paused", ()))
    return tuple(arm for arm in snapshot.arms if arm not in paused)


def refused_again(frame_key: bytes, campaign: Campaign, decision: Decision) -> bool | None:
    """Whether a logged refusal follows again from what was logged: the holdout's draw, a cap's counters.

    `None` where the log does not hold what it rested on (a consent's standing is in the consent acts, not here).
    """
    if decision.reason == "holdout":
        return group_of(frame_key, decision.person, campaign.experiment.holdout) == "holdout"
    if decision.reason.startswith("cap.") and "recent" in decision.inputs and not decision.inputs.get("turned"):
        recent = [(time, "") for time in decision.inputs["recent"]]
        return capped(recent, campaign.caps, decision.time) == decision.reason
    return None


def digest(eligible: Sequence[str]) -> str:
    """Short digest of the eligible set, in the slate's order."""
    return hashlib.sha256("\n".join(eligible).encode()).hexdigest()[:32]


def _none(
    frame: Frame,
    state: PersonState,
    touchpoint: Touchpoint,
    *,
    now: int,
    id: str,
    reason: str,
    basis: tuple[str, ...],
    inputs: dict[str, Any],
) -> Decision:
    return Decision(
        id=id,
        time=now,
        person=state.profile.id,
        campaign=frame.campaign.id,
        touchpoint=touchpoint.id,
        eligible=(),
        eligible_digest=digest(()),
        variant=None,
        reason=reason,
        propensity=1.0,
        snapshot=NONE_SNAPSHOT,
        draw=(),
        basis=basis,
        inputs=inputs,
        simulated=frame.simulated,
    )
