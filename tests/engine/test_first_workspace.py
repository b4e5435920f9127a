"""What `gale init` makes suits the people a shop has; what reaches nobody is said at the plan, with what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from gale.adapters.clock import SteppedClock
from gale.cli.house import QUESTIONS, init
from gale.engine.init import Answers, documents, init_workspace
from gale.engine.people import wanted
from gale.engine.workspace import Workspace
from gale.records.faults import Faults
from gale.records.framework import FrameworkDocument
from house import START, House

BREAD = ("Le Fournil", "Tourte", "le pain", "bread", "cuit chaque matin", "baked every morning", "4.20")


def begun(folder: Path, **more: str) -> House:
    init_workspace(folder, Answers(*BREAD, **more), today=date(2026, 9, 2))
    clock = SteppedClock(START)
    return House(Workspace.open(folder, clock=clock), clock)


def test_the_first_campaign_writes_to_the_people_that_a_contact_file_brings(tmp_path: Path) -> None:
    house = begun(tmp_path / "shop")
    house.people(30, given=("email_marketing", "measurement"))
    house.create(wanted=12)
    planned = house.plan()
    assert planned.reach.by_touchpoint == {"letter": 30}
    assert planned.unreached == {}
    assert house.daily == "letter"
    house.ws.close()


def test_the_language_that_was_spoken_is_the_workspace_s_and_written_first(tmp_path: Path) -> None:
    """Whoever told no language is written to in it: an English shop's people get no French letter."""
    for code, order in (("en", ["en", "fr"]), ("fr", ["fr", "en"])):
        house = begun(tmp_path / code, locale=code)
        assert house.ws.settings.locale == code
        assert list(house.ws.read_documents().brief.locales) == order
        house.ws.close()


def test_a_product_whose_name_begins_with_its_noun_keeps_its_article(tmp_path: Path) -> None:
    balm = Answers("Sève", "Baume de nuit", "le baume", "balm", "souple", "supple", "32")
    assert documents(balm, date(2026, 9, 2))["brief"]["product"]["names"] == {"fr": "le baume de nuit"}
    assert "names" not in documents(Answers(*BREAD), date(2026, 9, 2))["brief"]["product"]


def test_an_answer_that_cannot_be_is_asked_again_and_the_others_are_kept(tmp_path: Path) -> None:
    said = "Sève\nBaume\ncare\nbaume\nle baume\nbalm\nsouple\nsupple\ncher\n32\n\n\n"
    ran = CliRunner().invoke(init, [str(tmp_path / "seve")], input=said, obj={"lang": "fr"})
    assert ran.exit_code == 0, ran.output
    brief = yaml.safe_load((tmp_path / "seve" / "brief.yaml").read_text(encoding="utf-8"))
    assert brief["product"]["price"]["amount"] == "32.00"


def test_the_other_touchpoints_lie_ready_as_comments(tmp_path: Path) -> None:
    """Whoever takes the marks away has a campaign with all three."""
    begun(tmp_path / "shop").ws.close()
    file = tmp_path / "shop" / "campaign.yaml"
    text = file.read_text(encoding="utf-8")
    assert "#   - id: banner" in text or "#     - id: banner" in text
    example = "\n".join(line[2:] for line in text.splitlines() if line.startswith("# ") and line[2:3] in ("-", " "))
    acts = yaml.safe_load(example)
    data = yaml.safe_load(text)
    file.write_text(yaml.safe_dump({**data, "narrative": [*data["narrative"], *acts]}), encoding="utf-8")
    ws = Workspace.open(tmp_path / "shop")
    assert {t.id for t in ws.read_documents().campaign.touchpoints} == {"letter", "banner", "post"}
    ws.close()


def test_other_touchpoints_are_there_when_asked_for_and_unknown_ones_are_told(tmp_path: Path) -> None:
    assert "touchpoints" in QUESTIONS
    house = begun(tmp_path / "all", touchpoints="banner, letter, post")
    assert [t.id for t in house.ws.read_documents().campaign.touchpoints] == ["banner", "post", "letter"]
    house.ws.close()
    for wrong in ("letter, fax", " , "):
        with pytest.raises(Faults, match=r"init\.touchpoints"):
            begun(tmp_path / "none", touchpoints=wrong)


def test_a_touchpoint_that_reaches_nobody_is_told_with_the_consent_that_is_missing(house: House) -> None:
    house.people(30, given=("email_marketing", "measurement"))
    house.create(wanted=12)
    assert house.plan().unreached == {"banner": ("advertising",), "post": ("advertising",)}


def test_consents_that_nobody_gave_together_are_told_together(house: House) -> None:
    house.people(10, given=("advertising",), prefix="a_")
    house.people(10, given=("email_marketing", "measurement"), prefix="b_")
    for person in [f"a_{i:05d}" for i in range(10)]:
        house.say(person, "measurement", "objected")
    house.create(wanted=12)
    assert house.plan().unreached["banner"] == ("advertising", "measurement")


def test_where_nobody_is_known_nothing_is_said_of_touchpoints(house: House) -> None:
    house.create(wanted=12)
    assert house.plan().unreached == {}


def test_a_contact_file_brings_every_attribute_that_a_document_looks_at(house: House) -> None:
    """A floor, an exclusion or a text for those who declared something is worth nothing if its column stays outside."""
    file = house.ws.root / "campaign.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    limits = {
        "exclusions": [{"angles": ["story"], "who": {"skin": ["dry"]}}],
        "floors": [{"id": "late", "angles": ["proof"], "who": {"rhythm": ["late"]}, "at_least": 0.1}],
    }
    told = {**data, "audience": {"city": ["brume"]}, "limits": limits}
    file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    slot = {
        "name": "line",
        "phrases": {"fr": ["Oui."], "en": ["Yes."]},
        "by": "crust",
        "choices": {"dark": {"fr": "Non."}},
    }
    poster = FrameworkDocument.model_validate(
        {"id": "poster", "placement": "banner", "slots": [slot], "fields": {"text": [["line"]]}}
    )
    found = wanted(house.ws.read_documents().campaign, [poster])
    assert found == {"city", "skin", "rhythm", "crust"}
