"""`gale export ads`: the signed campaign's variants as a sheet that an advertising platform imports."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from gale.adapters.files.tables import write_csv
from gale.creative.disclosure import to_set
from gale.creative.sheets import NEEDS, Platform, sheet
from gale.engine.notes import note, the_campaign
from gale.engine.workspace import Documents
from gale.ports.store import Store
from gale.records.faults import Faults


class AdsSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What was written: the file, its rows, and from how many variants.

    `by_model` counts those that a model helped to write; `to_set` names, by code, what a person then sets or looks at on
    the platform, because no file can.
    """

    campaign: str
    platform: Platform
    file: str
    rows: int
    variants: int
    by_model: int = 0
    to_set: tuple[str, ...] = ()


def export_ads(store: Store, campaign: str, *, platform: Platform, out: Path, now: int) -> AdsSummary:
    """Write `ads-CAMPAIGN-PLATFORM` into the folder `out`: live variants of that platform's placement, all of them
    paused.

    Raises `Faults`: `campaign.unknown`, `sheet.no_placement` (no touchpoint of the campaign is for this platform),
    `sheet.not_signed` (nothing is live: people sign before anything leaves), those of `creative.sheets.sheet`,
    `file.exists`, `file.not_writable`.
    """
    placement = NEEDS[platform]
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        papers = Documents.of(row)
        mine = {t.id for t in papers.campaign.touchpoints if t.placement == placement}
        if not mine:
            raise Faults.one("sheet.no_placement", platform=platform, placement=placement)
        if row.status != "live":
            raise Faults.one("sheet.not_signed", campaign=campaign, status=row.status)
        ids = [v for slate, live in row.live.items() if slate.split("/")[0] in mine for v in live]
        found = unit.creatives.get(campaign, ids)
    variants = [found[v] for v in dict.fromkeys(ids) if v in found and v not in row.paused_variants]
    header, rows = sheet(platform, variants, papers.brand, papers.brief, campaign)
    path = out / f"ads-{campaign}-{platform}.{'tsv' if platform == 'merchant' else 'csv'}"
    if path.exists():
        raise Faults.one("file.exists", where=path.name, path=str(path))
    separator: Literal[",", "\t"] = "\t" if platform == "merchant" else ","
    written = write_csv(path, header, rows, separator=separator)
    with store.write() as unit:
        note(unit, now=now, kind="export", body={"campaign": campaign, "platform": platform, "rows": written})
    helped = sum(v.by_model for v in variants)
    return AdsSummary(
        campaign=campaign,
        platform=platform,
        file=str(path),
        rows=written,
        variants=len(variants),
        by_model=helped,
        to_set=to_set(placement) if helped else (),
    )
