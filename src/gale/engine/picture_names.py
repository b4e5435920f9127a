"""Which picture whom: names of what `gale pictures --personal` drew, for exports and the HTTP API."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gale.adapters.media import names
from gale.creative.design.follow import Follow, joined
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow
from gale.records.canonical import content_hash
from gale.records.creative import Variant
from gale.records.people import Scalar

LETTER = "1200x628"  # the picture at the head of a letter
DRAWN = ("banner", "post", "email")


def follows_of(papers: Documents) -> dict[str, Follow]:
    """By placement, what follows people; only placements that pictures are drawn for."""
    return {f.placement: Follow(f) for f in papers.frameworks if f.attributes and f.placement in DRAWN}


def papers_hash(documents: Mapping[str, Any]) -> str:
    """What the pictures of a campaign depend on, hashed: names of pictures drawn from other papers are not given out."""
    return content_hash({k: documents[k] for k in ("brand", "brief", "frameworks", "pages") if k in documents})


class PictureNames:
    """The file names of a person's pictures, as last drawn; nothing is drawn or read again here."""

    def __init__(self, pictures: names.Pictures, follows: Mapping[str, Follow]) -> None:
        self._pictures, self._follows = pictures, follows
        self._nobodys = {placement: joined(("",) * len(f.attributes)) for placement, f in follows.items()}

    @classmethod
    def of_campaign(cls, row: CampaignRow, state: Path) -> PictureNames:
        """Those of a campaign; none where they were drawn from other papers than the campaign has now."""
        index = names.read(state, row.id)
        pictures = index.pictures if index and index.papers == papers_hash(row.documents) else {}
        return cls(pictures, follows_of(Documents.of(row)))

    @property
    def any(self) -> bool:
        """Whether there is a picture to name."""
        return bool(self._pictures)

    def letters(self, variant: Variant, attributes: Mapping[str, Scalar]) -> str:
        """The picture at the head of a person's letter; empty where none was drawn."""
        found = self.of(variant, attributes)
        return found.get(LETTER) or next(iter(found.values()), "")

    def of(self, variant: Variant, attributes: Mapping[str, Scalar]) -> dict[str, str]:
        """By size, the picture of a variant for a person; everybody's where hers was not drawn yet."""
        sizes = self._pictures.get(variant.id)
        follow = self._follows.get(variant.placement)
        if not sizes or follow is None:
            return {}
        hers, nobodys = joined(follow.key(attributes)), self._nobodys[variant.placement]
        found = {size: drawn.get(hers) or drawn.get(nobodys, "") for size, drawn in sizes.items()}
        return {size: name for size, name in found.items() if name}
