"""A picture follows what people declared, is drawn once for each distinct combination, and is never drawn again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

pytest.importorskip("uharfbuzz")
from PIL import Image

from gale.adapters.media import marks, names
from gale.adapters.words import load
from gale.creative.design.follow import Follow
from gale.creative.frameworks import with_frameworks
from gale.engine import pictures as verb
from gale.engine.notes import the_campaign
from gale.engine.picture_names import LETTER, PictureNames
from gale.engine.picture_people import PersonalPictures, personal_pictures
from gale.engine.workspace import Workspace
from gale.records.faults import Fault, Faults
from gale.records.framework import FrameworkDocument
from gale.records.people import Contact
from house import House

WORDS = {locale: load(locale) for locale in ("fr", "en")}
GALE = Path(sys.executable).parent / "gale"
LETTERS: dict[str, Any] = {
    "schema": 1,
    "id": "crusts",
    "placement": "email",
    "slots": [
        {"name": "subject", "bank": "hooks", "zone": "head"},
        {"name": "opening", "bank": "openings", "tied": True},
        {
            "name": "tip", "phrases": {"fr": ["Une tourte pour chacun."], "en": ["A loaf for each."]}, "by": "crust",
            "choices": {
                "dark": {"fr": "Bien cuite, comme vous l'aimez.", "en": "Well done, as you like it."},
                "pale": {"fr": "Blonde et souple.", "en": "Pale and soft."},
            },
        },
        {"name": "cta", "bank": "calls", "zone": "button"},
    ],
    "fields": {"subject": [["subject"]], "body": [["opening"], ["tip"]], "cta": [["cta"]]},
    "pictures": {"by": "crust", "choices": {"dark": {"scene": "moon"}, "pale": {"scene": "sun"}}},
}  # fmt: skip
CRUSTS = ["dark", "pale", "burnt", None]


def write(root: Path, document: dict[str, Any]) -> None:
    (root / "frameworks").mkdir(exist_ok=True)
    (root / "frameworks" / f"{document['id']}.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")


@pytest.fixture
def house(make_house: Callable[[], House]) -> House:
    house = make_house()
    write(house.ws.root, LETTERS)
    house.people(40)
    declare(house, CRUSTS)
    house.create(20)
    return house


def declare(house: House, crusts: list[str | None]) -> None:
    """Everybody in turn declares one of them, or nothing."""
    with house.ws.store.write() as unit:
        states = sorted(unit.people.states([s.profile.id for s in unit.people.scan()]).items())
        unit.people.put(
            msgspec.structs.replace(
                s, profile=msgspec.structs.replace(s.profile, attributes={"crust": said} if (said := crusts[i % len(crusts)]) else {})
            )
            for i, (_, s) in enumerate(states)
        )  # fmt: skip


def draw(house: House, out: Path, **wish: Any) -> PersonalPictures:
    ws = house.ws
    asked = verb.Wish(**{"count": 2, "webp": False, "processes": 1, "sign": False, **wish})
    return personal_pictures(
        ws.store, ws.catalogue, house.campaign, wish=asked, root=ws.root, state=ws.state, out=out,
        now=house.clock.now(), words=WORDS, say=WORDS["fr"],
    )  # fmt: skip


def again(house: House, change: Callable[[Path], None]) -> None:
    """Change the workspace's files and write the campaign anew, as the same brand."""
    change(house.ws.root)
    house.ws.__dict__.pop("catalogue", None)
    house.create(20)


def rows(out: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((out / "personal.json").read_text(encoding="utf-8"))["pictures"]
    return found


def drawn_names(house: House) -> PictureNames:
    with house.ws.store.read() as unit:
        return PictureNames.of_campaign(the_campaign(unit, house.campaign), house.ws.state)


def test_each_combination_that_occurs_is_drawn_once_and_a_second_run_draws_nothing(
    house: House, tmp_path: Path
) -> None:
    first = draw(house, tmp_path / "a")
    assert (first.people, first.combinations) == (40, 3)  # "burnt" is no choice of the framework: everybody's picture
    assert first.asked == first.pictures == first.rendered == 2 * 2 * 3
    assert (first.hits, first.mended) == (0, 0)
    second = draw(house, tmp_path / "b")
    assert (second.rendered, second.hits, second.pictures) == (0, 12, 12)
    assert {r["file"] for r in rows(tmp_path / "a")} == {r["file"] for r in rows(tmp_path / "b")}
    for row in rows(tmp_path / "b"):
        data = (tmp_path / "b" / row["file"]).read_bytes()
        assert row["file"] == f"{marks.file_hash(data)}.jpg"
    assert (tmp_path / "b" / "personal-sheet.pdf").read_bytes().startswith(b"%PDF")


def test_scene_and_text_follow_her_and_the_layout_stays(house: House, tmp_path: Path) -> None:
    draw(house, tmp_path / "a")
    told = rows(tmp_path / "a")
    for variant in {r["variant"] for r in told}:
        mine = {r["who"].get("crust", ""): r for r in told if r["variant"] == variant}
        assert set(mine) == {"", "dark", "pale"}
        assert len({r["layout"] for r in mine.values()}) == 1
        assert (mine["dark"]["scene"], mine["pale"]["scene"]) == ("moon", "sun")
        said = {"fr": ("Bien cuite", "Blonde et souple", "Une tourte"), "en": ("Well done", "Pale and soft", "A loaf")}
        for who, text in zip(("dark", "pale", ""), said[mine[""]["locale"]], strict=True):
            assert text in mine[who]["alt"]


def test_only_what_people_declared_is_drawn_and_without_people_all_that_the_framework_allows(
    house: House, tmp_path: Path
) -> None:
    declare(house, ["dark"])
    assert draw(house, tmp_path / "a").combinations == 2  # hers, and that of whoever declares nothing tomorrow
    with house.ws.store.write() as unit:
        unit.people.put(
            msgspec.structs.replace(s, forgotten=True)
            for s in unit.people.states([s.profile.id for s in unit.people.scan()]).values()
        )
    empty = draw(house, tmp_path / "b")
    assert (empty.people, empty.combinations) == (0, 3)


def palette(root: Path) -> None:
    said = yaml.safe_load((root / "brand.yaml").read_text(encoding="utf-8"))
    said["palette"] = {
        "ink": "#101010",
        "paper": "#fafafa",
        "accent": "#30c0a0",
        "second": "#305070",
        "third": "#203040",
    }
    (root / "brand.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")


def typeface(root: Path) -> None:
    said = yaml.safe_load((root / "brand.yaml").read_text(encoding="utf-8"))
    (root / "brand.yaml").write_text(yaml.safe_dump(said | {"typeface": "Archivo"}, allow_unicode=True), "utf-8")


@pytest.mark.parametrize("change", [palette, typeface])
def test_another_palette_or_typeface_is_drawn_anew(
    house: House, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    draw(house, tmp_path / "a")
    again(house, change)
    assert not drawn_names(house).any  # names of pictures in the old colours are not given out
    told = draw(house, tmp_path / "b")
    assert (told.rendered, told.hits) == (told.pictures, 0)


def test_one_changed_sentence_draws_those_who_read_it_and_nobody_else(house: House, tmp_path: Path) -> None:
    draw(house, tmp_path / "a")
    changed = json.loads(json.dumps(LETTERS))
    changed["slots"][2]["choices"]["dark"]["fr"] = "Presque noire, comme vous l'aimez."
    again(house, lambda root: write(root, changed))
    told = draw(house, tmp_path / "b")
    assert (told.rendered, told.hits) == (2, 10)  # two French letters, one combination


def test_a_new_way_of_drawing_is_drawn_anew(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gale.creative.design import scenes

    draw(house, tmp_path / "a")
    monkeypatch.setitem(scenes.SCENES, "moon", scenes.SCENES["rings"])  # type: ignore[index]
    told = draw(house, tmp_path / "b")
    dark = [r for r in rows(tmp_path / "b") if r["scene"] == "moon" and r["layout"] not in ("poster", "folio")]
    assert 1 <= told.rendered <= len({r["file"] for r in rows(tmp_path / "b") if r["scene"] == "moon"})
    assert dark


@pytest.mark.parametrize("harm", ["cut", "other", "gone", "recipe"])
def test_a_damaged_file_in_the_cache_is_noticed_and_made_again(house: House, tmp_path: Path, harm: str) -> None:
    draw(house, tmp_path / "a")
    name = rows(tmp_path / "a")[0]["file"]
    kept = names.file_of(house.ws.state, name)
    whole = kept.read_bytes()
    if harm == "cut":
        kept.write_bytes(whole[:1000])
    elif harm == "other":
        kept.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    elif harm == "gone":
        kept.unlink()
    else:
        recipe = next((house.ws.state / "pictures" / "recipes").rglob("*.json"))
        recipe.write_bytes(recipe.read_bytes()[:20])
    assert harm == "recipe" or names.picture(house.ws.state, name) is None
    told = draw(house, tmp_path / "b")
    assert (told.mended, told.rendered) == (1, 1)
    assert names.picture(house.ws.state, name) == whole
    assert draw(house, tmp_path / "c").rendered == 0


def test_two_processes_at_once_tear_nothing(house: House, tmp_path: Path) -> None:
    command = [str(GALE), "-C", str(house.ws.root), "pictures", "--personal", "--count", "2", "--json"]
    both = [
        subprocess.Popen([*command, "--out", str(tmp_path / n)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for n in ("a", "b")
    ]  # fmt: skip
    told = []
    for process in both:
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, err
        told.append(json.loads(out))
    assert [t["pictures"] for t in told] == [12, 12]
    for n in ("a", "b"):
        for row in rows(tmp_path / n / "personal"):
            data = (tmp_path / n / "personal" / row["file"]).read_bytes()
            assert row["file"] == f"{marks.file_hash(data)}.jpg"
    assert not list(house.ws.state.rglob(".new-*"))
    index = names.read(house.ws.state, house.campaign)
    assert index is not None
    for sizes in index.pictures.values():
        assert all(names.picture(house.ws.state, name) for drawn in sizes.values() for name in drawn.values())


def test_a_person_gets_the_picture_of_what_she_declared_and_a_new_value_everybodys(
    house: House, tmp_path: Path
) -> None:
    declare(house, ["dark", None])
    draw(house, tmp_path / "a")
    found = drawn_names(house)
    by = {(r["variant"], r["who"].get("crust", "")): r["file"] for r in rows(tmp_path / "a")}
    with house.ws.store.read() as unit:
        variants = unit.creatives.get(house.campaign, [v for v, _ in by])
    for variant in variants.values():
        assert found.of(variant, {"crust": "dark"}) == {LETTER: by[variant.id, "dark"]}
        assert found.letters(variant, {"crust": "pale"}) == by[variant.id, ""]  # not drawn yet
        assert found.letters(variant, {}) == by[variant.id, ""]


def test_a_photograph_follows_her_with_its_focus_and_one_changed_after_signing_does_not_go_out(
    house: House, tmp_path: Path
) -> None:
    root = house.ws.root
    (root / "photos").mkdir()
    Image.effect_noise((900, 700), 40).convert("RGB").save(root / "photos" / "crust.jpg")
    document = json.loads(json.dumps(LETTERS))
    document["pictures"]["choices"] = {
        "dark": {"photo": "photos/crust.jpg", "focus": [0.2, 0.5]}, "pale": {"photo": "photos/crust.jpg"},
    }  # fmt: skip
    again(house, lambda root: write(root, document))
    told = draw(house, tmp_path / "a")
    assert told.told == []
    layouts = {(r["who"].get("crust", ""), r["layout"] == "photo") for r in rows(tmp_path / "a")}
    assert layouts == {("", False), ("dark", True), ("pale", True)}
    assert told.pictures == 12
    Image.effect_noise((900, 700), 90).convert("RGB").save(root / "photos" / "crust.jpg")
    later = draw(house, tmp_path / "b")
    assert [t["code"] for t in later.told] == ["pictures.photo_changed"]
    for say in WORDS.values():
        assert "photos/crust.jpg" in say.fault(Fault(**later.told[0]))
    assert {r["layout"] == "photo" for r in rows(tmp_path / "b")} == {False}


def test_the_ledger_knows_each_picture_once(house: House, tmp_path: Path) -> None:
    draw(house, tmp_path / "a")
    draw(house, tmp_path / "b")
    with house.ws.store.read() as unit:
        listed = [p for e in unit.ledger.scan() if e.kind == "pictures" for p in e.body["pictures"]]
    assert len(listed) == 12
    one = tmp_path / "b" / rows(tmp_path / "b")[0]["file"]
    assert verb.check(house.ws.store, one).state == "unchanged"


def test_a_framework_without_pictures_keeps_the_hash_that_people_signed() -> None:
    plain = {k: v for k, v in LETTERS.items() if k != "pictures"}
    assert "pictures" not in FrameworkDocument.model_validate(plain).model_dump(mode="json", by_alias=True)
    assert "pictures" in FrameworkDocument.model_validate(LETTERS).model_dump(mode="json", by_alias=True)


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({}, "framework.picture_choice"),
        ({"scene": "sun", "photo": "a.jpg"}, "framework.picture_choice"),
        ({"photo": "../secret.jpg"}, "framework.picture_path"),
        ({"photo": "/etc/passwd"}, "framework.picture_path"),
    ],
)
def test_a_choice_that_cannot_be_drawn_is_told_where_it_stands(house: House, choice: dict[str, Any], code: str) -> None:
    document = LETTERS | {"pictures": {"by": "crust", "choices": {"dark": choice}}}
    with pytest.raises(Faults) as caught:
        with_frameworks(Workspace.open(house.ws.root).catalogue, [FrameworkDocument.model_validate(document)])
    (fault,) = caught.value.faults
    assert (fault.code, fault.where) == (code, "frameworks/crusts.yaml pictures.choices.dark")
    for say in WORDS.values():
        assert code not in say.fault(fault)


def test_where_nothing_follows_people_the_verb_says_what_would(make_house: Callable[[], House], tmp_path: Path) -> None:
    house = make_house()
    house.create(12)
    with pytest.raises(Faults, match=r"pictures\.not_personal"):
        draw(house, tmp_path / "a")


def test_a_value_that_changes_nothing_is_no_combination() -> None:
    follow = Follow(FrameworkDocument.model_validate(LETTERS))
    assert follow.attributes == ("crust",)
    assert list(follow.allowed()) == [("",), ("dark",), ("pale",)]
    assert follow.key({"crust": "burnt", "city": "Nantes"}) == follow.key({}) == ("",)


def test_the_sends_file_names_the_picture_of_each_person(house: House, tmp_path: Path) -> None:
    import csv

    import numpy as np

    from gale.engine import export as export_verb
    from gale.engine.decide import decide_many

    ws = house.ws
    house.plan()
    house.sign()
    house.launch()
    draw(house, tmp_path / "a")
    with ws.store.write() as unit:
        states = {s.profile.id: s for s in unit.people.scan()}
        unit.vault.put([Contact(person=p, own_id=p, email=f"{p}@mail.example") for p in states])
    letter = next(t.id for t in ws.read_documents().campaign.touchpoints if t.placement == "email")
    rng = np.random.default_rng(3)

    def decide(people: Any, which: str, now: int) -> Any:
        return decide_many(ws.store, house.campaign, people, which, now=now, rng=rng)

    def before(people: Any, which: str, now: int) -> Any:
        return export_verb.committed(ws.store, house.campaign, which, since=0)

    by = {r["file"]: r for r in rows(tmp_path / "a")}
    for tool, column, source in (("generic", "picture", decide), ("brevo", "GALE_PICTURE", before)):
        told = export_verb.export_sends(
            ws.store, house.campaign, letter, tool=tool, out=tmp_path, now=house.clock.now(), decide=source,
            picture=drawn_names(house).letters, stamp=tool,
        )  # fmt: skip
        with open(told.sends_file, encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file, delimiter=";" if tool == "brevo" else ","))
        assert len(lines) > 10
        for line in lines:
            crust = states[line.get("own_id") or line["EXT_ID"]].profile.attributes.get("crust", "")
            row = by[line[column]]
            assert row["variant"] == (line.get("variant") or line["VARIANT"])
            assert row["who"].get("crust", "") == (crust if crust in ("dark", "pale") else "")
            assert (tmp_path / "a" / line[column]).is_file()


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_skin_care_example_has_a_tip_and_a_scene_for_each_skin_type(locale: str) -> None:
    from media_house import EXAMPLES, papers

    from gale.adapters.catalogue import load as catalogue
    from gale.creative import combine
    from gale.creative.personal import Personal

    file = EXAMPLES / "peau" / "frameworks" / "geste.yaml"
    document = FrameworkDocument.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    brand, brief = papers("peau")
    whole = with_frameworks(catalogue(), [document])
    (variant, *_) = combine(brand, brief, whole, placement="email", locale=locale, wanted=12, seed=1).accepted
    renderer, follow = Personal(whole.frameworks["email"], brand, brief, whole, locale), Follow(document)
    skins = [follow.declared(key) for key in follow.allowed()]
    assert [s.get("skin_type") for s in skins] == [None, "dry", "oily", "mixed", "sensitive"]
    assert len({renderer.slots(variant, s)["tip"] for s in skins}) == 5
    assert len({choice.scene for key in follow.allowed() if (choice := follow.choice(key))}) == 4
