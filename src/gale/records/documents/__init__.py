"""Documents that people write as YAML: brand, brief, campaign, team, purposes, workspace.

Each is a strict pydantic model (unknown keys are faults) with a published JSON Schema (`gale schema NAME`). Text shown
to people is written once a language: `{fr: …, en: …}`.
"""

from gale.records.document import SCHEMA, Document, Locale, Slug, Text
from gale.records.documents.brand import Brand, Claim, Colour, Palette, Phrases, Scene, Voice, contrast
from gale.records.documents.brief import Brief, BriefAudience, Flight, Kind, Offer, Price, Product
from gale.records.documents.campaign import (
    Act,
    Budget,
    Campaign,
    Caps,
    Channel,
    Exclusion,
    Experiment,
    FeatureSpec,
    Floor,
    Limits,
    Named,
    Placement,
    PolicyLimits,
    Quiet,
    Touchpoint,
    VariantCaps,
)
from gale.records.documents.team import Member, Purpose, Purposes, Team
from gale.records.documents.workspace import Workspace, WriterSettings

__all__ = [
    "SCHEMA",
    "Act",
    "Brand",
    "Brief",
    "BriefAudience",
    "Budget",
    "Campaign",
    "Caps",
    "Channel",
    "Claim",
    "Colour",
    "Document",
    "Exclusion",
    "Experiment",
    "FeatureSpec",
    "Flight",
    "Floor",
    "Kind",
    "Limits",
    "Locale",
    "Member",
    "Named",
    "Offer",
    "Palette",
    "Phrases",
    "Placement",
    "PolicyLimits",
    "Price",
    "Product",
    "Purpose",
    "Purposes",
    "Quiet",
    "Scene",
    "Slug",
    "Team",
    "Text",
    "Touchpoint",
    "VariantCaps",
    "Voice",
    "Workspace",
    "WriterSettings",
    "contrast",
]
