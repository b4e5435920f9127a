"""A decision names the pictures of what she declared, and the server hands them out to whoever holds a key."""

from __future__ import annotations

import hashlib

import httpx
import msgspec
import pytest
import yaml
from serving import live_workspace, serve
from test_personal_words import POSTER

pytest.importorskip("uharfbuzz")

from gale.adapters.words import load
from gale.engine import pictures as pictures_verb
from gale.engine.picture_people import personal_pictures
from gale.engine.workspace import Workspace

WORDS = {locale: load(locale) for locale in ("fr", "en")}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures") / "shop"
    (folder / "frameworks").mkdir(parents=True)
    document = POSTER | {"pictures": {"by": "crust", "choices": {"dark": {"scene": "moon"}}}}
    (folder / "frameworks" / "poster.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    key = live_workspace(folder, 20, wanted=20)
    ws = Workspace.open(folder)
    names = [f"p_{i:05d}" for i in range(20)]
    with ws.store.write() as unit:
        unit.people.put(
            msgspec.structs.replace(s, profile=msgspec.structs.replace(s.profile, attributes={"crust": "dark"}))
            for p, s in unit.people.states(names).items()
            if p < "p_00010"
        )
    papers = ws.read_documents()
    touchpoint = next(t.id for t in papers.campaign.touchpoints if t.placement == "banner")
    ws.close()
    server = serve(folder)
    yield folder, server, {"authorization": f"Bearer {key}"}, names, touchpoint, papers.campaign.id
    server.end()


def decided(server, headers, names, touchpoint):
    for person in names:
        told = httpx.post(
            server.address + "/v1/decide",
            json={"person": person, "touchpoint": touchpoint},
            headers=headers,
            timeout=30,
        ).json()
        if told["variant"] is not None:
            yield person, told


def test_decisions_name_her_pictures_and_the_server_hands_them_out_for_good(shop):
    folder, server, headers, names, touchpoint, campaign = shop
    before = [told for _, told in decided(server, headers, names, touchpoint)]
    assert before
    assert all("pictures" not in told for told in before)  # nothing drawn, nothing named
    ws = Workspace.open(folder)
    wish = pictures_verb.Wish(count=8, sizes=("300x250", "320x100"), processes=1, sign=False)
    personal_pictures(
        ws.store, ws.catalogue, campaign, wish=wish, root=ws.root, state=ws.state, out=folder / "out" / "p",
        now=ws.clock.now(), words=WORDS, say=WORDS["en"],
    )  # fmt: skip
    ws.close()
    import time

    time.sleep(0.7)  # names are read again every half second
    seen: dict[bool, set[str]] = {True: set(), False: set()}
    for person, told in decided(server, headers, names, touchpoint):
        assert set(told["pictures"]) <= {"300x250", "320x100"}
        assert "300x250" in told["pictures"]
        seen[person < "p_00010"].add(told["pictures"]["300x250"])
    assert seen[True]
    assert seen[False]
    assert not seen[True] & seen[False]
    name = min(seen[True])
    got = httpx.get(f"{server.address}/v1/pictures/{name}", headers=headers, timeout=30)
    assert (got.status_code, got.headers["content-type"]) == (200, "image/jpeg")
    assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert hashlib.sha256(got.content).hexdigest() == name.removesuffix(".jpg")


@pytest.mark.parametrize(
    "name", ["0" * 64 + ".jpg", "..%2F..%2Fvault.key", "vault.key", "people", "%00.jpg", "0" * 64 + ".jpg%0a"]
)
def test_no_other_file_leaves_and_nothing_without_a_key(shop, name):
    _, server, headers, *_ = shop
    assert httpx.get(f"{server.address}/v1/pictures/{name}", headers=headers, timeout=30).status_code == 404
    assert httpx.get(f"{server.address}/v1/pictures/{name}", timeout=30).status_code in (401, 404)


def test_without_a_key_a_picture_stays_here(shop):
    folder, server, *_ = shop
    name = next((folder / ".gale" / "pictures" / "files").rglob("*.jpg")).name
    assert httpx.get(f"{server.address}/v1/pictures/{name}", timeout=30).status_code == 401
