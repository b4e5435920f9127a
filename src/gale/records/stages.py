"""The stages of a roll-out and its guardrails, as people write them in campaign.yaml."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from gale.records.approval import Role
from gale.records.document import Document, Slug, Text

Measure = Literal["complained", "unsubscribed", "bounced", "lift_orders", "click"]
AT_LEAST: tuple[Measure, ...] = ("lift_orders", "click")  # harm is too little of these, and too much of the others

# Limit and worst bearable value where a guardrail names none. Complaints: Gmail's sender guidelines ask for a spam rate
# below 0.10 % that never reaches 0.30 %; Amazon SES reviews an account from 0.1 % complaints and from 5 % bounces on.
# No mailbox provider publishes a limit for unsubscribing: 0.5 % is ours, told as such.
GUARDS: dict[str, tuple[float, float | None]] = {
    "complained": (0.001, 0.003),
    "unsubscribed": (0.005, 0.01),
    "bounced": (0.02, 0.05),
    "lift_orders": (0.0, None),
    "click": (0.01, None),
}


class RolloutStage(Document):
    """One step of a roll-out: it opens `share` of the people with these values, besides what earlier stages opened."""

    id: Slug
    name: Text
    values: list[str] = Field(default=[], description="values of the attribute `by`; empty: everybody")
    share: float = Field(1.0, ge=0.01, le=1, description="of these people, drawn by a keyed hash; who is in stays in")
    least_hours: int = Field(24, ge=0, le=24 * 90, description="the next stage begins no sooner")
    least_decisions: int = Field(500, ge=0, description="… nor before so many messages to people this stage let in")
    approval: Role = Field("community_manager", description="the role that lets this stage begin")


class Guardrail(Document):
    """A measure that must not get worse than `limit`: crossed for certain, the campaign goes back a stage by itself.

    complained, unsubscribed, bounced: share of messages, at most. click: share of messages, at least. lift_orders:
    relative difference of people who order against the holdout, at least. The next stage begins only once the measure is
    shown to be no worse than `worst`; without `worst` it only ever stops.
    """

    measure: Measure
    limit: float = Field(0.0, ge=-1, le=1, validate_default=False)
    worst: float | None = Field(None, ge=-1, le=1)

    @model_validator(mode="before")
    @classmethod
    def _filled(cls, data: object) -> object:
        """Limits that are not written are the ones of `GUARDS`, kept with the document so that they are signed too."""
        if not isinstance(data, dict) or data.get("measure") not in GUARDS:
            return data
        limit, worst = GUARDS[data["measure"]]
        return {"limit": limit, **({} if "limit" in data else {"worst": worst}), **data}


class Rollout(Document):
    """From one city to everybody, in steps: who is in at each, and what takes the campaign a step back."""

    by: Slug | None = Field(None, description="declared attribute whose values the stages name: city, region, …")
    advance: Literal["person", "auto"] = Field(
        "person", description="who takes the next step once it is allowed: a person of the stage's role, or the clock"
    )
    stages: list[RolloutStage]
    guardrails: list[Guardrail] = Field(
        default=[
            Guardrail.model_validate({"measure": m}) for m in ("complained", "unsubscribed", "bounced", "lift_orders")
        ],
        min_length=1,
        max_length=5,
    )
    settle_hours: int = Field(24, ge=1, le=240, description="after so long a message's harm has been heard of")
    alpha: float = Field(
        0.05, gt=0, le=0.2, description="chance that a harmless campaign is ever taken back on its way up"
    )
