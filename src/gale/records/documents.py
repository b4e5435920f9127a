"""Documents that people write as YAML: brand, brief, campaign, team, purposes, workspace.

Each is a strict pydantic model (unknown keys are faults) with a published JSON Schema (`gale schema NAME`). Text shown
to people is written once a language: `{fr: …, en: …}`.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from gale.records.approval import Role
from gale.records.document import SCHEMA as SCHEMA
from gale.records.document import Document as Document
from gale.records.document import Locale as Locale
from gale.records.document import Slug as Slug
from gale.records.document import Text as Text
from gale.records.legal import Credit, Regime
from gale.records.people import LegalBasis
from gale.records.stages import Rollout

Placement = Literal["email", "banner", "post", "search", "meta", "tiktok", "linkedin", "sms", "push", "kettle"]
Kind = Literal["goods", "food", "care", "service"]
Channel = Literal["email", "web", "social", "sms", "push", "device"]
Scene = Literal["sun", "rings", "bands", "waves", "moon", "stack"]
Phrases = Annotated[dict[Locale, list[str]], Field(description="several short texts a language")]


def _hex(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError("a colour is # and six hexadecimal digits, for example #2a1c33")
    return value.lower()


Colour = Annotated[str, AfterValidator(_hex)]


# --- brand -----------------------------------------------------------------------------------------------------------


class Palette(Document):
    """Five colours of the brand; text on its ground must reach a contrast of 4.5 (WCAG 2.2, 1.4.3)."""

    ink: Colour = "#2a1c33"
    paper: Colour = "#fdf4e6"
    accent: Colour = "#f0a04f"
    second: Colour = "#a84c4e"
    third: Colour = "#5a2c49"

    @model_validator(mode="after")
    def _readable(self) -> Palette:
        ratio = contrast(self.ink, self.paper)
        if ratio < 4.5:
            raise ValueError(f"ink on paper has a contrast of {ratio:.1f}; text needs at least 4.5")
        return self


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance).

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    def linear(c: float) -> float:
        return c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4)

    r, g, b = (linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


class Claim(Document):
    """Something the brand may say because it can be shown: `substantiation` says how."""

    id: Slug
    text: Text
    substantiation: str = Field(min_length=3)


class Voice(Document):
    """How the brand speaks. `address` is French only: tu or vous, never mixed."""

    address: Literal["tu", "vous"] = "vous"
    tone: list[Literal["warm", "plain", "playful", "precise", "poetic"]] = ["warm", "plain"]
    inclusive: Literal["doublets", "neutral", "points", "plain"] | None = Field(
        None,
        description="how everybody is named: doublets (clientes et clients), neutral (la clientèle), points (client·es), "
        "plain (no points and no brackets); nothing written, nothing checked",
        exclude_if=lambda value: value is None,  # a brand that chose nothing keeps the hash it was signed under
    )


class Brand(Document):
    """Who speaks: identity, palette, voice, what may be claimed and what is never said."""

    schema_: int = Field(SCHEMA, alias="schema")
    id: Slug
    name: str = Field(min_length=1, max_length=40)
    descriptor: Text = Field(description="what it is, without article: {fr: torréfacteur, en: coffee roaster}")
    city: str | None = None
    url: str | None = None
    palette: Palette = Palette()
    typeface: str = "Fraunces"
    scenes: list[Scene] = Field(
        default=["rings", "bands", "waves"], min_length=1, description="drawn scenes that suit this brand"
    )
    voice: Voice = Voice()
    claims: list[Claim] = []
    banned: Phrases = {}
    locales: list[Locale] = Field(default=["fr", "en"], min_length=1)
    emotional_core: Text | None = Field(None, description="one sentence that a person wrote and no machine changes")


# --- brief -----------------------------------------------------------------------------------------------------------


class Price(Document):
    """A price as it is charged."""

    amount: Decimal = Field(gt=0, max_digits=9, decimal_places=2)
    currency: Literal["EUR", "USD", "GBP", "CHF", "CAD"] = "EUR"
    per: Text | None = Field(None, description="for how much: {fr: 250 g, en: 250 g}")


class Product(Document):
    """What is offered. `noun` carries its French article, from which gender, number and elision follow."""

    name: str = Field(min_length=1, max_length=40)
    names: dict[Locale, str] = Field(
        default={},
        description="its name in a language where it is another, in the singular, with its article where it is an "
        "ordinary noun: {fr: la révision de printemps, en: the spring tune-up}",
    )
    kind: Kind = Field("goods", description="what may be said of it: food is tasted, care is worn, a service is booked")
    noun: Text = Field(description="{fr: le café, en: coffee}")
    gender: Literal["m", "f"] | None = Field(None, description="French gender, only where l’ or les hides it")
    price: Price | None = None
    margin: Decimal | None = Field(None, ge=0, description="what is left of one order, in the price's currency")
    regime: Regime | None = Field(
        None,
        description="a law that wants something said: alcohol, or credit with its figures; none: no such law",
        exclude_if=lambda value: value is None,  # so that a brief that says nothing of it keeps the hash it had
    )
    credit: Credit | None = Field(
        None, description="the representative example, with regime: credit", exclude_if=lambda value: value is None
    )


class Offer(Document):
    """A reduction, only if there is one. The reference is the lowest price of the last 30 days (Dir. 98/6, 6a)."""

    percent: int = Field(gt=0, lt=100)
    until: date
    lowest_30_days: Decimal = Field(gt=0)
    conditions: Text | None = None


class Flight(Document):
    """Dates in which the campaign runs: `days` from `start`, both ends included."""

    start: date
    days: int = Field(14, ge=1, le=366)


class BriefAudience(Document):
    """People the brief speaks to besides everybody, by moments of their own. Who sees what is decided elsewhere."""

    id: Slug
    name: Text
    scenes: Phrases = Field(min_length=1, description="their moments of use: {fr: [la fin du service de nuit]}")


class Brief(Document):
    """What the advertiser wants told, to whom, by when."""

    schema_: int = Field(SCHEMA, alias="schema")
    id: Slug
    brand: Slug
    title: Text
    product: Product
    benefit: Text = Field(description="one true benefit, as a short clause: {fr: torréfié le mardi, …}")
    proofs: list[Claim] = Field(default=[], description="facts that support the benefit, each with its substantiation")
    scenes: Phrases = Field(default={}, description="moments of use, short: {fr: [le premier matin de septembre]}")
    sensations: Phrases = Field(default={}, description="what the senses get: {fr: [une odeur d'abricot]}")
    audiences: list[BriefAudience] = Field(
        default=[],
        max_length=6,
        description="people who get variants with moments of their own, in equal shares: id, name, scenes",
        exclude_if=lambda value: not value,  # a brief that names none keeps the hash it was signed under
    )
    offer: Offer | None = None
    flight: Flight
    landing: str | None = Field(None, description="address the links lead to")
    calls: Phrases = Field(default={}, description="calls to action of your own: {fr: [Goûter Aube], en: [Taste Aube]}")
    legal: Phrases = Field(
        default={},
        description="lines that must stand in every text, word for word: {fr: [Photo non contractuelle.], en: [...]}",
        exclude_if=lambda value: not value,
    )
    locales: list[Locale] = Field(default=["fr", "en"], min_length=1)


# --- campaign --------------------------------------------------------------------------------------------------------


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
    live_max: int = Field(8, ge=1, le=200, description="at most so many variants live a touchpoint and language")
    prior: Literal["none", "rehearsal"] = Field(
        "none",
        description="rehearsal: what was simulated counts like a few decisions a variant, at most 50; none: nothing does",
        exclude_if=lambda value: value == "none",  # as with value: a policy without a prior keeps its hash
    )


class Experiment(Document):
    """The holdout: people who see nothing, to whom the others are compared."""

    holdout: float = Field(0.2, ge=0.01, le=0.9, description="share that waits; without one nothing could be proven")
    order_window_days: int = Field(14, ge=1, le=120, description="a person's window, from her first opportunity")
    base_rate: float = Field(0.06, gt=0, lt=1, description="orders a person expected without the campaign")
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
        description="budget, caps a variant, exclusions and floors; none: nothing is limited",
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


# --- team and purposes -----------------------------------------------------------------------------------------------


class Member(Document):
    """One person of the team and the hats she wears."""

    id: Slug
    name: str = Field(min_length=1)
    roles: list[Role] = Field(min_length=1)
    sandbox: bool = Field(False, description="an invented colleague who signs in the example only")


class Team(Document):
    """Who holds which role and how many must sign; `solo` says "one person, four hats" wherever it is read."""

    schema_: int = Field(SCHEMA, alias="schema")
    mode: Literal["solo", "team"] = "solo"
    members: list[Member] = Field(min_length=1)
    required: list[Role] = ["creative_strategist", "ai_specialist", "community_manager", "data_ethicist"]


class Purpose(Document):
    """Why data is used, on which legal basis, what the person is told and what she gets for it."""

    id: Slug
    name: Text
    basis: list[LegalBasis] = Field(min_length=1, description="bases that may carry it; any one suffices")
    channels: list[Literal["email", "web", "social", "sms", "push", "device"]] = []
    direct_marketing: bool = True
    notice: Text
    notice_version: str = "1"
    value_to_customer: Text
    expires_days: int | None = Field(None, ge=1, description="a consent lapses after so many days; none: never")
    features: bool = Field(True, description="false: its data never enters features, segments or models")


class Purposes(Document):
    """Every purpose of the workspace; a consent for any other is refused."""

    schema_: int = Field(SCHEMA, alias="schema")
    purposes: list[Purpose] = Field(min_length=1)

    def get(self, purpose: str) -> Purpose | None:
        return next((p for p in self.purposes if p.id == purpose), None)


class WriterSettings(Document):
    """The language model that proposes phrases, if there is one. Without it everything works.

    The key itself never stands here: `key_env` names the environment variable that holds it. Prices are those of your
    provider for a million tokens, so that what a call costs is known before it is made.
    """

    kind: Literal["openai", "anthropic", "local"] = Field(
        description="local: any server that speaks OpenAI's protocol (llama.cpp, Ollama, vLLM) at base_url"
    )
    model: str = Field(min_length=1, max_length=200)
    base_url: str | None = Field(None, description="http://127.0.0.1:8080/v1")
    key_env: str | None = Field(None, description="NAME of the environment variable that holds the key, never the key")
    currency: Literal["EUR", "USD", "GBP", "CHF", "CAD"] = "EUR"
    price_in: Decimal | None = Field(None, ge=0, description="for a million tokens read")
    price_out: Decimal | None = Field(None, ge=0, description="for a million tokens written")
    monthly_budget: Decimal = Field(Decimal(5), ge=0, description="all calls of a calendar month together")
    call_budget: Decimal | None = Field(None, ge=0, description="one call; none: what is left of the month")
    timeout_s: int = Field(60, ge=1, le=600)


class Workspace(Document):
    """`gale.yaml`: how this workspace is set up."""

    schema_: int = Field(SCHEMA, alias="schema")
    name: str
    locale: Locale = "fr"
    timezone: str = "Europe/Paris"
    database_url: str | None = Field(None, description="none: SQLite in .gale/gale.db")
    sandbox: bool = Field(False, description="true: every person is simulated and every figure says so")
    writer: WriterSettings | None = Field(None, description="a language model that proposes phrases; none: not needed")
