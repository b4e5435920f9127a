"""What does this person see now? One pure function from what was read to a `Decision`, made again by `reproduce`.

The order of the questions is the order in which a refusal is told: is the campaign running, does she exist, may we,
is it the hour, has she heard enough, was she drawn to wait, is there anything to show.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from gale.campaign import capped, is_quiet, matches, open_now
from gale.campaign.rollout import entry, value_of
from gale.consent import may
from gale.decision.bounds import Bounds, refused
from gale.decision.features import FeatureEncoder
from gale.decision.snapshot import Snapshot
from gale.records.decision import Decision
from gale.records.documents import Brief, Campaign, Purpose, Touchpoint
from gale.records.people import PersonState, Scalar
from gale.records.rollout import Climb

NONE_SNAPSHOT = ""


@dataclass(frozen=True)
class Slate:
    """The live variants of one touchpoint in one language, and the policy snapshot that chooses among them."""

    snapshot_id: str
    snapshot: Snapshot

    @property
    def arms(self) -> tuple[str, ...]:
        return self.snapshot.arms

    @cached_property
    def digest(self) -> str:
        """Of all its arms, worked out once."""
        return digest(self.arms)


@dataclass(frozen=True)
class Frame:
    """Everything about a campaign that a decision needs, compiled once for many decisions.

    `slates` maps `"touchpoint/locale"` to its slate; `experiment_key` (32 bytes) decides who is held out;
    `paused` are variant ids set aside by a person; `bounds` the campaign's limits, where it has any.
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
    bounds: Bounds | None = None
    climb: Climb | None = None


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
        # A service she asked for answers at once; everything the brand begins by itself keeps to stages, hours and caps.
        if not _let_in(frame.experiment_key, frame.campaign, state.profile.id, state.profile.attributes, frame.climb):
            return "rollout.later", permission.basis
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
    if touchpoint.trigger is None:
        inputs |= _stage(frame, state)
    else:
        inputs["trigger"] = trigger
        if reason is None and trigger != touchpoint.trigger:
            reason = "trigger.missing"
    locale = state.profile.locale if state.profile.locale in frame.locales else frame.locales[0]
    slate = frame.slates.get(f"{touchpoint.id}/{locale}")
    if reason is None and not _open(frame, slate):
        reason = "variants.none"
    known = state.profile.attributes if context is None else {**state.profile.attributes, **context}
    closed, floor_group = frame.paused, ""
    if reason is None and slate is not None and frame.bounds is not None:
        verdict = frame.bounds.judge(state.profile.id, known, touchpoint, slate.arms, frame.paused, now)
        reason, closed, floor_group = verdict.reason, closed | verdict.closed, verdict.group
        inputs |= verdict.inputs
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

    attributes = dict(zip(frame.feature_names, map(known.get, frame.feature_names), strict=True))
    paused = sorted(arm for arm in slate.arms if arm in frame.paused) if frame.paused else []
    inputs |= {"features": attributes, "locale": locale, "paused": paused}
    allowed: NDArray[np.bool_] | None = None
    eligible = slate.arms
    if closed:
        allowed = np.array([arm not in closed for arm in slate.arms])
        eligible = tuple(arm for arm in slate.arms if arm not in closed)
        allowed = None if len(eligible) == len(slate.arms) else allowed
    choice = slate.snapshot.choose(frame.encoder.encode(attributes), allowed, draw, floor_group)
    return Decision(
        id=id,
        time=now,
        person=state.profile.id,
        campaign=frame.campaign.id,
        touchpoint=touchpoint.id,
        eligible=eligible,
        eligible_digest=slate.digest if eligible is slate.arms else digest(eligible),
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
    inputs = {"version": fresh.version, "turned": True, **(_stage(frame, fresh) if reason == "rollout.later" else {})}
    return _none(frame, fresh, touchpoint, now=decision.time, id=decision.id, reason=reason, basis=(), inputs=inputs)


def turned(decision: Decision, reason: str, told: Mapping[str, Any]) -> Decision:
    """The decision as "none": what the limits say in the committing transaction, with what they rest on."""
    return msgspec.structs.replace(
        decision,
        eligible=(),
        eligible_digest=digest(()),
        variant=None,
        reason=reason,
        propensity=1.0,
        snapshot=NONE_SNAPSHOT,
        draw=(),
        basis=(),
        inputs={"version": decision.inputs["version"], "turned": True, **told},
    )


def again(snapshot: Snapshot, encoder: FeatureEncoder, decision: Decision) -> tuple[str, float]:
    """Variant and propensity that the logged snapshot, inputs and draw give: what `reproduce` compares."""
    features = encoder.encode(decision.inputs["features"])
    allowed: NDArray[np.bool_] | None = np.isin(snapshot.arms, decision.eligible)
    if allowed is not None and bool(allowed.all()):
        allowed = None
    draw = (decision.draw[0], decision.draw[1])
    choice = snapshot.choose(features, allowed, draw, decision.inputs.get("floor_group", ""))
    return snapshot.arms[choice.arm], float(choice.propensity)


def _let_in(key: bytes, campaign: Campaign, person: str, attributes: Mapping[str, Scalar], climb: Climb | None) -> bool:
    """Has the roll-out come to her? Without one, it has come to everybody."""
    if campaign.rollout is None or climb is None:
        return True
    at = entry(campaign.rollout, key, person, attributes)
    return at is not None and at <= climb.stage


def _stage(frame: Frame, state: PersonState) -> dict[str, Any]:
    """What a decision logs of the roll-out: the stage it was made under and the value that her place rests on."""
    if frame.campaign.rollout is None or frame.climb is None:
        return {}
    value = value_of(frame.campaign.rollout, state.profile.attributes)
    return {"rollout": {"step": frame.climb.number, "stage": frame.climb.stage, "value": value}}


def _open(frame: Frame, slate: Slate | None) -> bool:
    """Is there anything to show?"""
    return slate is not None and (not frame.paused or any(arm not in frame.paused for arm in slate.arms))


def eligible_again(snapshot: Snapshot, decision: Decision) -> tuple[str, ...]:
    """The eligible set that the snapshot and the logged paused, resting and excluded variants give."""
    closed = frozenset(arm for why in ("paused", "resting", "excluded") for arm in decision.inputs.get(why, ()))
    return tuple(arm for arm in snapshot.arms if arm not in closed)


def refused_again(frame_key: bytes, campaign: Campaign, decision: Decision) -> bool | None:
    """Whether a logged refusal follows again from what was logged: the holdout's draw, a cap's counters, the limits.

    `None` where the log does not hold what it rested on (a consent's standing is in the consent acts, not here).
    """
    if decision.reason == "holdout":
        return group_of(frame_key, decision.person, campaign.experiment.holdout) == "holdout"
    if decision.reason.startswith("cap.") and "recent" in decision.inputs and not decision.inputs.get("turned"):
        recent = [(time, "") for time in decision.inputs["recent"]]
        return capped(recent, campaign.caps, decision.time) == decision.reason
    if decision.reason == "rollout.later" and campaign.rollout is not None and "rollout" in decision.inputs:
        logged = decision.inputs["rollout"]
        about = {campaign.rollout.by or "": logged["value"] or None}
        return not _let_in(frame_key, campaign, decision.person, about, Climb(stage=logged["stage"]))
    return refused(frame_key, campaign, decision)


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
