"""The documents a new workspace starts with, as plain data; `gale init` fills in what the person answered."""

from __future__ import annotations

from importlib import resources
from typing import Any

import yaml


def start_documents() -> dict[str, dict[str, Any]]:
    """Fresh copies by kind: gale, campaign, team, purposes (brand and brief come from the answers)."""
    folder = resources.files(__name__)
    return {
        kind: yaml.safe_load((folder / f"{kind}.yaml").read_text(encoding="utf-8"))
        for kind in ("gale", "campaign", "team", "purposes")
    }
