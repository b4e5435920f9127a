"""Letting a variant join a running campaign, on the terminal."""

from __future__ import annotations

import shutil
from pathlib import Path

from terminal import Story, here

from gale.engine.workspace import Workspace


def test_a_variant_joins_by_name_and_is_live_from_then_on(story: Story, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(story.folder, folder)
    ws = Workspace.open(folder)
    try:
        with ws.store.read() as unit:
            (row,) = unit.campaigns.all()
            slate = next(s for s, ids in row.live.items() if 0 < len(ids) < 8 and s.endswith("/fr"))
            shown = unit.creatives.get(row.id, row.live[slate])[row.live[slate][0]]
            others = unit.creatives.page(row.id, placement=shown.placement, locales=["fr"], accepted=True, limit=500)
            new = next(v.id for v in others if v.id not in row.live[slate] and v.framework == shown.framework)
    finally:
        ws.close()
    told = here("-C", str(folder), "launch", "--add", new, "--slate", slate, "--json")
    assert told.json["live"][-1] == new
    assert here("-C", str(folder), "launch", "--add", new, "--slate", slate, "--json").codes == ["join.live"]
    assert here("-C", str(folder), "launch", "--add", new, "--json").codes == ["join.usage"]
    assert here("-C", str(folder), "launch", "--slate", slate, "--json").codes == ["join.usage"]
    french = here("-C", str(folder), "--lang", "fr", "launch", "--add", "v_x", "--slate", slate)
    assert (french.code, "n’est pas une variante" in french.err) == (2, True)
    assert here("-C", str(folder), "ledger", "verify", "--json").json["verified"] is True
