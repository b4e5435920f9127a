"""Words that cannot stand in a thousand texts are told before any is written; what was written before stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from terminal import bakery, change, here

FORMS = {"subject": [["subject"]], "body": [["opening"]]}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = bakery(tmp_path / "shop")
    assert here("-C", str(folder), "create", "--wanted", "12", "--json").code == 0
    return folder


def framework(folder: Path, *slots: dict[str, Any], fields: dict[str, Any] | None = None) -> None:
    (folder / "frameworks").mkdir(exist_ok=True)
    told = {"schema": 1, "id": "mine", "placement": "email", "slots": list(slots), "fields": fields or FORMS}
    (folder / "frameworks" / "mine.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


def create(folder: Path) -> Any:
    return here("-C", str(folder), "--lang", "fr", "create", "--wanted", "30", "--json")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("cuit {chaque} matin", "text.mark"),
        ("cuit {{ jour }}", "text.mark"),
        ("cuit [ici|là]", "text.mark"),
        ("cuit pour *|FNAME|*", "text.mark"),
        ("cuit pour %%nom%%", "text.mark"),
        ("<b>cuit</b> le matin", "text.mark"),
        ("cuit \u202eniatam", "text.hidden"),
        ("cuit\u200b le matin", "text.hidden"),
        ("cuit le ma\u00adtin", "text.hidden"),
        ("cuit\nle matin", "text.line_break"),
        ("🥖🥖", "text.wordless"),
    ],
)
def test_a_text_of_brand_or_brief_that_no_variant_can_carry(shop: Path, words: str, code: str) -> None:
    change(shop / "brief.yaml", benefit={"fr": words, "en": "baked every morning"}, scenes={"fr": [words]})
    change(shop / "brand.yaml", emotional_core={"fr": words, "en": "Bread."})
    ran = create(shop)
    assert (ran.code, set(ran.codes)) == (2, {code})
    assert {f["where"] for f in ran.json["faults"]} == {
        "brief.yaml benefit.fr",
        "brief.yaml scenes.fr.0",
        "brand.yaml emotional_core.fr",
    }


def test_accents_written_in_two_characters_are_read_as_one(shop: Path) -> None:
    change(shop / "brief.yaml", benefit={"fr": "pe\u0301tri le matin", "en": "baked every morning"})
    assert create(shop).code == 0


def test_a_name_written_twice_and_moments_missing_in_a_language(shop: Path) -> None:
    night = {"id": "night", "name": {"fr": "La nuit", "en": "Night"}, "scenes": {"fr": ["la fin du service"]}}
    change(
        shop / "brief.yaml", audiences=[night, {**night, "scenes": dict(night["scenes"])}], locales=["fr", "fr", "en"]
    )
    file = shop / "brief.yaml"
    text = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.dump(text, Dumper=_NoAlias, allow_unicode=True), encoding="utf-8")
    ran = create(shop)
    assert sorted((f["code"], f["where"]) for f in ran.json["faults"]) == [
        ("document.language_missing", "brief.yaml audiences.night.scenes"),
        ("document.twice", "brief.yaml audiences"),
        ("document.twice", "brief.yaml locales"),
    ]


class _NoAlias(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def test_a_noun_without_its_article_is_told_and_stops_nothing(shop: Path) -> None:
    product = yaml.safe_load((shop / "brief.yaml").read_text(encoding="utf-8"))["product"]
    change(shop / "brief.yaml", product=product | {"noun": {"fr": "pain", "en": "bread"}})
    ran = create(shop)
    assert ran.code == 0
    assert "sans article" in ran.err


def test_an_address_with_a_space(shop: Path) -> None:
    change(shop / "brief.yaml", landing="https://four nil.example")
    assert create(shop).codes == ["landing.scheme"]


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("{nom}, bonjour", "framework.place_unknown"),
        ("{{ prenom }}, bonjour", "text.mark"),
        ("Bon\u200bjour", "text.hidden"),
        ("Bonjour\nà vous", "text.line_break"),
        ("  ", "text.wordless"),
    ],
)
def test_a_phrase_of_her_own_that_nobody_would_see(shop: Path, phrase: str, code: str) -> None:
    framework(
        shop, {"name": "subject", "bank": "hooks", "phrases": {"fr": [phrase]}}, {"name": "opening", "bank": "openings"}
    )
    ran = create(shop)
    assert (ran.code, ran.codes) == (2, [code])
    assert ran.json["faults"][0]["where"] == "frameworks/mine.yaml subject.fr.0"
    assert here("-C", str(shop), "framework", "list", "--json").code == 0


def test_places_that_gale_fills_and_forms_of_address_are_welcome(shop: Path) -> None:
    said = "{Que_name} {vous attende|t’attende}, [il|ils] {est|es} là {chez_brand}"
    framework(
        shop, {"name": "subject", "bank": "hooks", "phrases": {"fr": [said]}}, {"name": "opening", "bank": "openings"}
    )
    assert create(shop).code == 0


def test_her_own_phrase_in_another_language_is_told_and_the_rest_is_written(shop: Path) -> None:
    french = {"fr": ["Das Brot ist fertig und wartet auf dich"]}
    framework(shop, {"name": "subject", "bank": "hooks", "phrases": french}, {"name": "opening", "bank": "openings"})
    ran = create(shop)
    assert ran.json["by_placement"]["email"] == {"fr": 30, "en": 30}
    assert [(f["code"], f["values"]["check"]) for f in ran.json["left_out"]] == [("creative.unsaid", "language.wrong")]


def test_a_framework_that_cannot_fill_what_is_wanted_says_how_far_it_goes(shop: Path) -> None:
    two = {"fr": ["Bonjour à vous", "Le four est chaud"], "en": ["Hello to you", "The oven is hot"]}
    one = {"fr": ["Nous avons pétri toute la nuit."], "en": ["We kneaded all night."]}
    framework(shop, {"name": "subject", "phrases": two}, {"name": "opening", "phrases": one})
    ran = create(shop)
    assert ran.code == 0
    few = sorted((f["values"] for f in ran.json["left_out"] if f["code"] == "creative.few"), key=lambda f: f["locale"])
    assert [(f["locale"], f["count"], f["wanted"], f["slots"]) for f in few] == [
        ("en", 2, 30, "subject 2, opening 1"),
        ("fr", 2, 30, "subject 2, opening 1"),
    ]
    assert ran.json["by_placement"]["banner"] == {"fr": 30, "en": 30}
    assert "2 variantes sur les 30 voulues" in ran.err


def test_where_nothing_at_all_can_be_written_the_campaign_stays_as_it_was(shop: Path) -> None:
    narrative = yaml.safe_load((shop / "campaign.yaml").read_text(encoding="utf-8"))["narrative"]
    letters = [act for act in narrative if act["touchpoints"][0]["channel"] == "email"]
    change(shop / "campaign.yaml", narrative=letters)
    assert create(shop).json["by_placement"] == {"email": {"fr": 30, "en": 30}}
    foreign = {"fr": ["Das Brot ist fertig und wartet auf dich"], "en": ["Le pain est prêt et il vous attend"]}
    framework(shop, {"name": "subject", "phrases": foreign}, {"name": "opening", "bank": "openings"})
    ran = create(shop)
    assert (ran.code, set(ran.codes)) == (2, {"creative.few", "creative.unsaid"})
    (shop / "frameworks" / "mine.yaml").unlink()
    assert here("-C", str(shop), "plan", "--json").code == 0


def test_a_locked_first_slot_begins_every_letter(shop: Path) -> None:
    core = {"fr": ["Le pain, et rien d’autre"], "en": ["Bread, and nothing else"]}
    framework(shop, {"name": "subject", "locked": True, "phrases": core}, {"name": "opening", "bank": "openings"})
    ran = create(shop)
    assert ran.json["by_placement"]["email"] == {"fr": 30, "en": 30}


def test_more_slots_than_a_letter_has(shop: Path) -> None:
    slots = [{"name": f"s{n}", "bank": "hooks"} for n in range(61)]
    framework(shop, *slots, fields={"subject": [["s0"]], "body": [[s["name"]] for s in slots[1:]]})
    assert create(shop).codes == ["document.too_long"]


def test_a_letter_with_more_texts_than_slots_keeps_the_rest_as_they_are(shop: Path) -> None:
    letter = shop / "long.html"
    letter.write_text("<title>Le pain</title>" + "<p>Le pain est là pour vous.</p>" * 1200, encoding="utf-8")
    ran = here("-C", str(shop), "framework", "from-html", str(letter), "--json")
    assert (ran.code, len(ran.json["slots"]), len(ran.json["kept"])) == (0, 58, 1143)


def test_a_letter_of_elements_without_end(shop: Path) -> None:
    letter = shop / "deep.html"
    letter.write_text("<div>" * 5000 + "<p>Le pain est là pour vous.</p>", encoding="utf-8")
    assert here("-C", str(shop), "framework", "from-html", str(letter), "--json").codes == ["newsletter.deep"]
