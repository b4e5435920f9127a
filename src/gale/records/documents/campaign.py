"""The campaign: what is told to whom and when, and the frame in which the machine may decide."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gale.records.document import SCHEMA, Document, Slug, Text
from gale.records.stages import Rollout

Placement = Literal["email", "banner", "post", "search", "meta", "tiktok", "linkedin", "sms", "push", "kettle"]
Channel = Literal["email", "web", "social", "sms", "push", "device"]


class Quiet(Document):
    """Hours without messages, local time, 24-hour clock; may cross midnight."""

    start: int = Field(21, ge=0, le=23)
    end: int = Field(6, ge=0, le=23)


class Caps(Document):
    """Frequency caps over every touchpoint of the campaign."""

    per_week: int = Field(4, ge=1, le=50)
    per_day: int = Field(1, ge=1, le=20)


class Touchpoint(Document):
    """One planned meeting of a person and the story."""

    id: Slug
    name: Text
    channel: Literal["email", "web", "social", "sms", "push", "device"]
    placement: Placement = Field(description="post is X; search are Google responsive search ads")
    framework: Slug
    purposes: list[Slug] = Field(min_length=1)
    trigger: Slug | None = Field(None, description="a signal that opens it (kettle_boiled); none: by calendar")
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field(default=[], description="0 is Monday; empty: every day")
    cost: int = Field(0, ge=0, description="cost of one contact, in cents")


class Act(Document):
    """A part of the story and the touchpoints that tell it."""

    id: Slug
    name: Text
    touchpoints: list[Touchpoint] = Field(min_length=1)


class FeatureSpec(Document):
    """One attribute a personal policy may look at. `number` is scaled as (x - centre) / scale and clipped to ±3."""

    name: Slug
    kind: Literal["number", "category"]
    values: list[str] = []
    centre: float = 0.0
    scale: float = Field(1.0, gt=0)

    @model_validator(mode="after")
    def _has_values(self) -> FeatureSpec:
        if self.kind == "category" and not self.values:
            raise ValueError("a category names its values")
        return self


class PolicyLimits(Document):
    """The frame in which the machine may decide; part of what is signed."""

    objective: Literal["click", "order"] = "click"
    value: Literal["count", "margin"] = Field(
        "count",
        description="margin: an order counts by what it leaves (needs objective: order and the product's margin)",
        exclude_if=lambda value: value == "count",
    )
    window_hours: int = Field(72, ge=1, le=24 * 60, description="how long after a decision an outcome counts for it")
    explore_before: float = Field(0.2, ge=0.2, le=1, description="spread evenly until the gate has decided")
    explore_after: float = Field(0.05, ge=0.02, le=1)
    personal: bool = True
    live_max: int = Field(8, ge=1, le=200, description="at most so many variants live for each touchpoint and language")
    prior: Literal["none", "rehearsal"] = Field(
        "none",
        description="rehearsal: what was simulated counts like a few decisions per variant, at most 50; none: nothing does",
        exclude_if=lambda value: value == "none",  # as with value: a policy without a prior keeps its hash
    )


class Experiment(Document):
    """The holdout: people who see nothing, to whom the others are compared."""

    holdout: float = Field(0.2, ge=0.01, le=0.9, description="share that waits; without one nothing could be proven")
    order_window_days: int = Field(14, ge=1, le=120, description="a person's window, from her first opportunity")
    base_rate: float = Field(0.06, gt=0, lt=1, description="orders per person expected without the campaign")
    mde: float = Field(0.2, gt=0, description="smallest relative lift worth knowing")
    most_value: Decimal | None = Field(
        None,
        gt=0,
        max_digits=12,
        decimal_places=2,
        description="money of one person beyond which more counts no more (default: 100 prices of the product)",
    )


class Budget(Document):
    """Money for the contacts of the whole campaign, in the currency of the brief's price. Never exceeded."""

    amount: Decimal = Field(gt=0, max_digits=11, decimal_places=2, description="money for all contacts together")
    pacing: Literal["even", "asap"] = Field(
        "even", description="even: made to last to the last day; asap: first come, first served"
    )
    by_channel: dict[Channel, Annotated[Decimal, Field(gt=0, max_digits=11, decimal_places=2)]] = Field(
        default={}, description="at most so much of it a channel: {email: 200, web: 300}"
    )


class VariantCaps(Document):
    """How much one variant may take, so that no single message becomes the campaign."""

    most_share: float | None = Field(None, gt=0, le=1, description="of what its touchpoint shows in its language")
    most_contacts: int | None = Field(None, ge=1, description="contacts over the whole campaign, never exceeded")


class Named(Document):
    """Variants named by what they are: their ids, their angles, or the phrases in them; any one is enough."""

    variants: list[str] = []
    angles: list[Slug] = []
    phrases: list[str] = Field(default=[], description="ids in the phrase bank")


class Exclusion(Named):
    """What is never shown to whom, or on which channel; without `who` and `channels`: to nobody."""

    who: dict[Slug, list[str]] = Field(default={}, description="attribute: values; a person must match every one")
    channels: list[Channel] = []


class Floor(Named):
    """A group that is guaranteed its share of certain variants, whatever the machine believes of it."""

    id: Slug
    who: dict[Slug, list[str]] = Field(min_length=1, description="declared attribute: values; all must match")
    channels: list[Channel] = Field(default=[], description="where it holds; empty: everywhere but on a signal of hers")
    at_least: float = Field(gt=0, le=1, description="probability, for each person of the group, at each contact")


class Limits(Document):
    """What the machine must respect whatever it learns. Nothing written, nothing limited."""

    budget: Budget | None = None
    each_variant: VariantCaps = VariantCaps()
    exclusions: list[Exclusion] = []
    floors: list[Floor] = Field(default=[], max_length=4)


class Campaign(Document):
    """What is told to whom and when: narrative of acts, caps, limits of the policy, the experiment."""

    schema_: int = Field(SCHEMA, alias="schema")
    id: Slug
    brief: Slug
    narrative: list[Act] = Field(min_length=1)
    audience: dict[Slug, list[str]] = Field(default={}, description="attribute: accepted values; empty: everybody")
    caps: Caps = Caps()
    quiet: Quiet = Quiet()
    timezone: str = "Europe/Paris"
    features: list[FeatureSpec] = []
    policy: PolicyLimits = PolicyLimits()
    limits: Limits | None = Field(
        None,
        description="budget, caps per variant, exclusions and floors; none: nothing is limited",
        exclude_if=lambda value: value is None,  # so that a campaign without limits keeps the hash it was signed under
    )
    experiment: Experiment = Experiment()
    rollout: Rollout | None = Field(
        None,
        description="stages from one city to everybody, with guardrails; none: everybody at once",
        exclude_if=lambda value: value is None,  # as with limits: a plan without stages keeps its hash
    )

    @property
    def touchpoints(self) -> list[Touchpoint]:
        return [t for act in self.narrative for t in act.touchpoints]
