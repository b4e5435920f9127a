"""How a workspace is laid out and set up (floor 0): names only; adapters touch the files."""

from __future__ import annotations

DOCUMENT_FILES = {
    "gale": "gale.yaml",
    "brand": "brand.yaml",
    "brief": "brief.yaml",
    "campaign": "campaign.yaml",
    "team": "team.yaml",
    "purposes": "purposes.yaml",
}
FRAMEWORKS = "frameworks"  # what a strategist designed, one YAML file each
STATE = ".gale"  # database, lock and keys of one workspace; never committed
OUT = "out"  # what Gale writes for people: reports, exports


def sqlite_url(state: str) -> str:
    """The default database of a workspace whose state folder is `state`."""
    return f"sqlite:///{state}/gale.db"
