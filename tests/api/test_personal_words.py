"""A person sees the version of what she declared, over HTTP, from a real server."""

from __future__ import annotations

import httpx
import msgspec
import yaml
from serving import live_workspace, serve

from gale.engine.workspace import Workspace

POSTER = {
    "schema": 1,
    "id": "poster",
    "placement": "banner",
    "slots": [
        {"name": "headline", "bank": "hooks"},
        {
            "name": "line", "phrases": {"fr": ["Une tourte pour chacun."], "en": ["A loaf for each."]}, "by": "crust",
            "choices": {"dark": {"fr": "Bien cuite, comme vous l'aimez.", "en": "Well done, as you like it."}},
        },
        {"name": "cta", "bank": "calls", "zone": "button"},
    ],
    "fields": {"headline": [["headline"]], "text": [["line"]], "cta": [["cta"]]},
}  # fmt: skip


def test_what_she_declared_changes_her_words_and_nobody_else_s(tmp_path):
    folder = tmp_path / "shop"
    (folder / "frameworks").mkdir(parents=True)
    (folder / "frameworks" / "poster.yaml").write_text(yaml.safe_dump(POSTER, allow_unicode=True), encoding="utf-8")
    key = live_workspace(folder, 40, wanted=20)
    ws = Workspace.open(folder)
    names = [f"p_{i:05d}" for i in range(40)]
    with ws.store.write() as unit:
        told = [s for p, s in sorted(unit.people.states(names).items())][:20]
        unit.people.put(
            msgspec.structs.replace(s, profile=msgspec.structs.replace(s.profile, attributes={"crust": "dark"}))
            for s in told
        )
    touchpoint = next(t.id for t in ws.read_documents().campaign.touchpoints if t.placement == "banner")
    ws.close()
    server = serve(folder)
    try:
        seen = {True: set(), False: set()}
        for i, person in enumerate(names):
            reply = httpx.post(
                server.address + "/v1/decide",
                json={"person": person, "touchpoint": touchpoint},
                headers={"authorization": f"Bearer {key}"},
                timeout=30,
            ).json()
            if reply["variant"] is not None:
                seen[i < 20].add(reply["fields"]["text"])
    finally:
        server.end()
    assert seen[True] <= {"Bien cuite, comme vous l’aimez.", "Well done, as you like it."}
    assert seen[False] <= {"Une tourte pour chacun.", "A loaf for each."}
    assert seen[True]
    assert seen[False]
