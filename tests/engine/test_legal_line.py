"""The law's line on the way through `gale create`: told where it has no room, nobody's to take away, faults all at once."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gale.engine import phrases as phrases_verb
from gale.engine import template as template_verb
from gale.engine.init import Answers, documents
from gale.engine.workspace import Documents
from gale.records.faults import Faults
from house import House

CREDIT = {
    "amount": "3000.00", "rate": "5.75", "apr": "5.90", "instalments": 24, "instalment": "132.64", "total": "3183.36",
    "deposit": "200.00",
}  # fmt: skip
LOAN = {"regime": "credit", "credit": CREDIT, "price": {"amount": "3200.00"}, "margin": None}
LINE = "L’abus d’alcool est dangereux pour la santé."


def change(file: Path, change: dict[str, Any]) -> None:
    """Overwrite parts of a YAML document, one level deep."""
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    for key, value in change.items():
        data[key] = {**data[key], **value} if isinstance(value, dict) else value
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def with_sms(house: House) -> None:
    """One more touchpoint, a text message: the shortest placement there is."""
    file = house.ws.root / "campaign.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    letter = next(t for act in data["narrative"] for t in act["touchpoints"] if t["channel"] == "email")
    text = deepcopy(letter) | {"id": "text", "channel": "sms", "placement": "sms", "framework": "text"}
    data["narrative"][0]["touchpoints"].append(text)
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    purposes = house.ws.root / "purposes.yaml"
    data = yaml.safe_load(purposes.read_text(encoding="utf-8"))
    for purpose in data["purposes"]:
        purpose["channels"] = []
    purposes.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def test_what_cannot_hold_the_line_is_left_out_and_told_and_the_rest_is_written(house: House) -> None:
    with_sms(house)
    change(house.ws.root / "brief.yaml", {"product": LOAN, "offer": None})
    created = house.create(wanted=20)
    assert created.by_placement["email"]["fr"] == 20
    assert created.by_placement["sms"]["fr"] == 0
    assert created.by_placement["sms"]["en"] == 20
    [told] = created.left_out
    assert (told.code, told.values["placement"], told.values["locale"]) == ("legal.left_out", "sms", "fr")
    assert told.values["count"] > told.values["limit"]


def test_a_campaign_that_needs_no_line_is_written_and_noted_as_before(house: House) -> None:
    created = house.create(wanted=20)
    assert created.left_out == ()
    with house.ws.store.read() as unit:
        row = unit.campaigns.get(house.campaign)
    assert row is not None
    assert "left_out" not in row.facts["created"]


def test_a_campaign_that_has_room_nowhere_is_refused_whole(house: House) -> None:
    with_sms(house)
    file = house.ws.root / "campaign.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    data["narrative"] = [{**data["narrative"][0], "touchpoints": data["narrative"][0]["touchpoints"][-1:]}]
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    change(house.ws.root / "brief.yaml", {"product": LOAN, "offer": None, "locales": ["fr"]})
    with pytest.raises(Faults) as problem:
        house.create(wanted=20)
    assert [f.code for f in problem.value.faults] == ["legal.left_out", "legal.nowhere"]


def test_nobody_edits_bans_or_pins_the_line(house: House) -> None:
    change(house.ws.root / "brief.yaml", {"product": {"regime": "alcohol"}})
    house.create(wanted=20)
    told: dict[str, Any] = {"phrase": "legal.1", "now": house.clock.now(), "wanted": 20}
    for keep in ("banned", "pinned", "free", "taken"):
        with pytest.raises(Faults) as problem:
            phrases_verb.keep_phrase(house.ws.store, house.ws.catalogue, house.campaign, keep=keep, **told)  # type: ignore[arg-type]
        assert problem.value.faults[0].code == "phrase.legal"
    place = {"slot": "opening", "placement": "email", "locale": "fr"}  # whatever slot the form pretends
    for text in ("Buvez.", None):
        with pytest.raises(Faults) as problem:
            phrases_verb.edit_phrase(house.ws.store, house.ws.catalogue, house.campaign, text=text, **told, **place)  # type: ignore[arg-type]
        assert problem.value.faults[0].code == "phrase.legal"
    with house.ws.store.read() as unit:
        shown = unit.creatives.page(house.campaign, placement="email", locales=["fr"], accepted=True, limit=50)
    assert shown
    assert all(v.fields["body"].endswith(LINE) for v in shown)


HERS = {
    "schema": 1,
    "id": "hers",
    "placement": "email",
    "html": "hers.html",
    "language": "fr",
    "slots": [
        {"name": "subject", "bank": "hooks"},
        {"name": "opening", "bank": "openings"},
        {"name": "closing", "bank": "closings"},
        {"name": "cta", "bank": "calls"},
        {"name": "legal"},
    ],
    "fields": {"subject": [["subject"]], "body": [["opening"], ["closing", "legal"]], "cta": [["cta"]]},
}
PAGE = "<html><body><p>[[opening]]</p><p>[[closing]]</p><a href='[[link]]'>[[cta]]</a></body></html>"


def test_her_own_page_as_a_template_says_the_line_that_shares_its_paragraph(house: House, tmp_path: Path) -> None:
    change(house.ws.root / "brief.yaml", {"product": {"regime": "alcohol"}, "landing": "https://fournil.example/"})
    (house.ws.root / "frameworks").mkdir(exist_ok=True)
    (house.ws.root / "frameworks" / "hers.html").write_text(PAGE, "utf-8")
    (house.ws.root / "frameworks" / "hers.yaml").write_text(yaml.safe_dump(HERS), "utf-8")
    house.ws.__dict__.pop("catalogue", None)  # what another process would read from disk
    house.go_live(20)
    papers = house.ws.read_documents()
    letter = next(t.id for t in papers.campaign.touchpoints if t.channel == "email" and t.trigger is None)
    made = template_verb.export_template(
        house.ws.store, house.campaign, letter, tool="generic", out=tmp_path / "out", now=house.clock.now(),
        pages=house.ws.read_pages(papers.frameworks),
    )  # fmt: skip
    hers = next(one for one in made.letters if one.own_page)
    for file in (hers.html_file, hers.text_file, hers.preview_file):
        assert Path(file).read_text("utf-8").count(LINE) == 1, file


def test_figures_that_contradict_each_other_stand_among_the_other_faults(house: House) -> None:
    wrong = {"product": LOAN | {"credit": CREDIT | {"apr": "5.00"}}, "brand": "somebody-else", "offer": None}
    change(house.ws.root / "brief.yaml", wrong)
    with pytest.raises(Faults) as problem:
        house.create()
    codes = {f.code for f in problem.value.faults}
    assert {"brief.other_brand", "legal.apr_below"} <= codes


def test_a_signed_brief_keeps_its_hash(house: House) -> None:
    house.create(wanted=20)
    with house.ws.store.read() as unit:
        row = unit.campaigns.get(house.campaign)
    assert row is not None
    said = Documents.of(row).data()["brief"]
    assert {"legal", "regime", "credit"}.isdisjoint({*said, *said["product"]})


def test_a_new_workspace_for_a_drink_declares_it() -> None:
    told = {
        "name": "Clos",
        "product": "Tuffeau",
        "benefit_fr": "élevé en barrique",
        "benefit_en": "aged in oak",
        "price": "14",
    }
    made = documents(Answers(**told, noun_fr="le vin", noun_en="wine"), date(2026, 9, 2))
    assert made["brief"]["product"]["regime"] == "alcohol"
    lamp = documents(Answers(**told, noun_fr="la lampe", noun_en="lamp"), date(2026, 9, 2))
    assert "regime" not in lamp["brief"]["product"]


def test_a_drink_that_is_not_declared_is_told_before_anything_is_written(house: House) -> None:
    change(house.ws.root / "brief.yaml", {"product": {"noun": {"fr": "la bière", "en": "beer"}}})
    with pytest.raises(Faults) as problem:
        house.create(wanted=20)
    assert [f.code for f in problem.value.faults] == ["legal.regime_missing"]
