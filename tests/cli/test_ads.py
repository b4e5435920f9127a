"""From a signed campaign to the sheet that Google Ads Editor imports."""

from __future__ import annotations

import csv

import msgspec
import pytest
import yaml
from terminal import ROLES, bakery, change, here, open_today, populate

from gale.engine.ads import export_ads
from gale.engine.workspace import Workspace


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = bakery(tmp_path_factory.mktemp("ads") / "fournil")
    open_today(folder)
    change(folder / "brief.yaml", landing="https://fournil.example/tourte")
    file = folder / "campaign.yaml"
    campaign = yaml.safe_load(file.read_text(encoding="utf-8"))
    touchpoint = {
        "id": "search", "name": {"fr": "La recherche", "en": "Search"}, "channel": "web", "placement": "search",
        "framework": "search", "purposes": ["advertising", "measurement"],
    }  # fmt: skip
    campaign["narrative"] = [{"id": "meet", "name": {"fr": "La rencontre"}, "touchpoints": [touchpoint]}]
    file.write_text(yaml.safe_dump(campaign, allow_unicode=True, sort_keys=False), encoding="utf-8")
    populate(folder, 20)
    assert here("-C", str(folder), "create", "--wanted", "60").code == 0
    return folder


def ads(folder, platform="google"):
    return here("-C", str(folder), "export", "ads", "--for", platform, "--json")


def test_nothing_leaves_before_people_have_signed_and_then_the_sheet_is_paused(shop):
    before = ads(shop)
    assert (before.code, before.codes) == (2, ["sheet.not_signed"])
    here("-C", str(shop), "plan")
    for role in ROLES:
        here("-C", str(shop), "sign", "--role", role, "--as", "me", "--remark", "Read.")
    launched = here("-C", str(shop), "launch", "--json")
    assert launched.code == 0, launched.out + launched.err
    no_touchpoint = ads(shop, "meta")
    assert no_touchpoint.codes == ["sheet.no_placement"]
    done = ads(shop)
    assert done.code == 0, done.out + done.err
    told = done.json
    with open(told["file"], encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == told["rows"] >= 1
    assert {row["Ad status"] for row in rows} == {"Paused"}
    assert (told["by_model"], told["to_set"]) == (0, [])
    assert ads(shop).codes == ["file.exists"]


def test_what_a_model_helped_to_write_is_labelled_and_what_a_person_must_set_is_named(shop, tmp_path):
    with_help = "compositeWithTrainedAlgorithmicMedia"
    ws = Workspace.open(shop)
    try:
        with ws.store.write() as unit:
            campaign = next(iter(unit.campaigns.all())).id
            variants = [msgspec.structs.replace(v, provenance=with_help) for v in unit.creatives.scan(campaign)]
            unit.creatives.replace(campaign, variants)
        told = export_ads(ws.store, campaign, platform="google", out=tmp_path, now=ws.clock.now())
    finally:
        ws.close()
    assert told.by_model == told.variants > 0
    assert told.to_set == ("disclosure.set.search",)
    with open(told.file, encoding="utf-8", newline="") as file:
        assert {row["Labels"] for row in csv.DictReader(file)} == {"gale;gale-ai"}
