"""Every kind of document that a person writes, by the name of its file."""

from __future__ import annotations

from gale.records.documents import Brand, Brief, Campaign, Document, Purposes, Team, Workspace
from gale.records.framework import FrameworkDocument

DOCUMENTS: dict[str, type[Document]] = {
    "brand": Brand,
    "brief": Brief,
    "campaign": Campaign,
    "team": Team,
    "purposes": Purposes,
    "gale": Workspace,
    "framework": FrameworkDocument,
}
