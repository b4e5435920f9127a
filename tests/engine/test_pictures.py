"""From accepted variants to an asset folder, and back from a file to the ledger."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

pytest.importorskip("uharfbuzz")
from PIL import Image

from gale import ledger
from gale.adapters import media
from gale.adapters.media import credentials, marks
from gale.adapters.words import load
from gale.engine import create as create_verb
from gale.engine import pictures as verb
from gale.engine import verify as verify_verb
from gale.records.canonical import content_hash
from gale.records.faults import Faults
from house import House

WORDS = {locale: load(locale) for locale in ("fr", "en")}
SIZES = ("300x250", "728x90", "1080x1080")


@pytest.fixture
def house(make_house: Callable[[], House]) -> House:
    house = make_house()
    ws = house.ws
    create_verb.create(ws.store, ws.catalogue, ws.read_documents(), now=house.clock.now(), seed=3, wanted=12)
    return house


def draw(house: House, out: Path, **wish: object) -> verb.Pictured:
    ws = house.ws
    asked = verb.Wish(**{"count": 2, "sizes": SIZES, "webp": False, "processes": 1, **wish})  # type: ignore[arg-type]
    return verb.pictures(
        ws.store, ws.catalogue, house.campaign, wish=asked, root=ws.root, state=ws.state, out=out,
        now=house.clock.now(), words=WORDS, say=WORDS["fr"],
    )  # fmt: skip


def manifest_of(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["pictures"]
    return found


def look_up(house: House, file: Path) -> verb.Checked:
    root = (house.ws.state / credentials.ROOT).read_text(encoding="ascii")
    return verb.check(house.ws.store, file, root=root)


def test_the_folder_holds_pictures_sources_fonts_manifest_and_contact_sheet(house: House, tmp_path: Path) -> None:
    out = tmp_path / "pictures"
    told = draw(house, out, webp=True)
    rows = manifest_of(out)
    assert told.pictures == len(rows) == sum(told.sizes.values())
    assert set(told.sizes) <= set(SIZES)
    for row in rows:
        for one in row["files"].values():
            assert marks.file_hash((out / one["file"]).read_bytes()) == one["sha256"]
        assert set(row["files"]) == {"jpg", "webp", "svg", "html"}
        assert set(row["alt"]) == {"fr", "en"}
        assert row["digital_source_type"].endswith("algorithmicMedia")
        image = Image.open(out / row["file"])
        assert f"{image.width}x{image.height}" == row["size"]
    assert (out / "contact-sheet.pdf").read_bytes().startswith(b"%PDF")
    assert (out / "fonts" / "Fraunces.ttf").exists()
    assert (out / "fonts" / "Fraunces-OFL.txt").exists()


def test_the_page_of_each_picture_leads_on_with_utm_of_its_own(house: House, tmp_path: Path) -> None:
    brief = house.ws.root / "brief.yaml"
    told = brief.read_text(encoding="utf-8")
    brief.write_text(told + "landing: https://fournil.example/?utm_source=site&a=1\n", encoding="utf-8")
    house.create(wanted=12)
    draw(house, tmp_path / "p", sizes=("300x250",))
    contents = set()
    rows = manifest_of(tmp_path / "p")
    for row in rows:
        page = (tmp_path / "p" / row["files"]["html"]["file"]).read_text(encoding="utf-8")
        link = unescape(re.search(r'href="(https://[^"]+)"', page).group(1))  # type: ignore[union-attr]
        query = parse_qsl(urlsplit(link).query)
        assert [k for k, _ in query] == ["a", "utm_source", "utm_medium", "utm_campaign", "utm_content"]
        assert dict(query)["utm_medium"] == "display"
        contents.add(dict(query)["utm_content"])
    assert len(contents) == len(rows) > 0


def test_the_ledger_holds_the_hash_of_every_picture_under_one_root(house: House, tmp_path: Path) -> None:
    told = draw(house, tmp_path / "a")
    with house.ws.store.read() as unit:
        (line,) = [e for e in unit.ledger.scan() if e.kind == "pictures"]
    assert line.body["root"] == told.root == ledger.root([content_hash(p) for p in line.body["pictures"]])
    assert len(line.body["pictures"]) == told.pictures
    assert verify_verb.verify_ledger(house.ws.store).verified
    assert WORDS["fr"].has("log.pictures")


def test_a_file_is_told_unchanged_stripped_alike_or_unknown(house: House, tmp_path: Path) -> None:
    out = tmp_path / "b"
    draw(house, out, sizes=("1080x1080",) if _posts(house) else SIZES[:1])
    row = manifest_of(out)[0]
    mine = out / row["file"]
    assert (look_up(house, mine).state, look_up(house, mine).credentials) == ("unchanged", "trusted")
    lossless = tmp_path / "resaved.png"
    marks.opened(mine.read_bytes()).save(lossless)
    stripped = look_up(house, lossless)
    assert (stripped.state, stripped.credentials, stripped.distance) == ("stripped", "none", 0)
    assert stripped.picture == f"{row['variant']}-{row['size']}"
    again = tmp_path / "again.jpg"
    image = marks.opened(mine.read_bytes())
    image.resize((image.width * 3 // 4, image.height * 3 // 4)).save(again, quality=60)
    assert look_up(house, again).state == "alike"
    other = tmp_path / "other.jpg"
    Image.linear_gradient("L").save(other)
    assert look_up(house, other).state == "unknown"


def _posts(house: House) -> bool:
    return any(t.placement == "post" for t in house.ws.read_documents().campaign.touchpoints)


def test_the_same_wish_draws_the_same_pixels(house: House, tmp_path: Path) -> None:
    draw(house, tmp_path / "one", sign=False)
    draw(house, tmp_path / "two", sign=False)
    one, two = (manifest_of(tmp_path / n) for n in ("one", "two"))
    assert [r["sha256"] for r in one] == [r["sha256"] for r in two]


def test_words_of_a_model_are_marked_in_picture_metadata_and_manifest(house: House, tmp_path: Path) -> None:
    with house.ws.store.write() as unit:
        every = [
            msgspec.structs.replace(v, provenance="compositeWithTrainedAlgorithmicMedia")
            for v in unit.creatives.scan(house.campaign)
        ]
        unit.creatives.replace(house.campaign, every)
    out = tmp_path / "c"
    told = draw(house, out, sizes=SIZES[:1])
    assert set(told.sources) == {"compositeWithTrainedAlgorithmicMedia"}
    for row in manifest_of(out):
        mark = WORDS[row["locale"]]("pictures.ai_label")
        assert mark in row["alt"][row["locale"]]
        assert mark in (out / row["files"]["svg"]["file"]).read_text(encoding="utf-8")
    draw(house, tmp_path / "d", sizes=SIZES[:1], label=False)
    row = manifest_of(tmp_path / "d")[0]
    assert WORDS[row["locale"]]("pictures.ai_label") not in row["alt"][row["locale"]]
    assert "compositeWithTrained" in row["digital_source_type"]


def test_a_photograph_of_yours_makes_a_composite_and_keeps_no_exif(house: House, tmp_path: Path) -> None:
    photo = tmp_path / "loaf.jpg"
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    Image.effect_noise((900, 700), 40).convert("RGB").save(photo, exif=exif)
    told = draw(house, tmp_path / "e", sizes=SIZES[:1], photo=photo)
    assert set(told.sources) == {"composite"}
    assert set(told.layouts) == {"photo"}
    row = manifest_of(tmp_path / "e")[0]
    assert b"A camera" not in (tmp_path / "e" / row["file"]).read_bytes()


def test_a_drawing_of_yours_stands_where_a_photograph_would_and_one_with_a_script_does_not(
    house: House, tmp_path: Path
) -> None:
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
    good, bad = tmp_path / "good.svg", tmp_path / "bad.svg"
    good.write_text(f'{head}<rect width="40" height="40" fill="#12ab34"/></svg>')
    bad.write_text(f"{head}<script>x()</script></svg>")
    draw(house, tmp_path / "s", sizes=SIZES[:1], photo=good, sign=False)
    image = Image.open(tmp_path / "s" / manifest_of(tmp_path / "s")[0]["file"]).convert("RGB")
    assert any(abs(c[1] - 0xAB) < 6 and abs(c[0] - 0x12) < 6 for _, c in image.getcolors(100_000) or ())  # type: ignore[index]
    told = draw(house, tmp_path / "t", sizes=SIZES[:1], photo=bad)
    assert [t["code"] for t in told.told] == ["svg.unsafe"]
    assert "photo" not in told.layouts


def test_without_the_extra_the_verb_says_what_to_install(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(media.NEEDED, "no_such_module", "no-such-package")
    with pytest.raises(Faults, match=r"pictures\.extra_missing") as caught:
        draw(house, tmp_path / "f")
    for say in WORDS.values():
        assert "pip install --require-hashes -r locks/media.txt" in say.fault(caught.value.faults[0])


def test_an_unknown_size_and_an_unreadable_file_are_refused_with_words(house: House, tmp_path: Path) -> None:
    with pytest.raises(Faults, match=r"pictures\.size_unknown"):
        draw(house, tmp_path / "g", sizes=("12x12",))
    file = tmp_path / "x.jpg"
    file.write_bytes(io.BytesIO(b"x").read())
    with pytest.raises(Faults, match=r"photo\.unknown"):
        verb.check(house.ws.store, file)


def test_a_typeface_that_is_not_here_is_told_and_the_rest_is_made(house: House, tmp_path: Path) -> None:
    brand = house.ws.root / "brand.yaml"
    said = brand.read_text(encoding="utf-8")
    kept = "".join(line for line in said.splitlines(keepends=True) if not line.startswith("typeface"))
    brand.write_text(kept + "\ntypeface: Nowhere Sans\n", encoding="utf-8")
    ws = house.ws
    create_verb.create(ws.store, ws.catalogue, ws.read_documents(), now=house.clock.now(), seed=3, wanted=12)
    told = draw(house, tmp_path / "h", sizes=SIZES[:1])
    assert told.pictures > 0
    assert [t["code"] for t in told.told] == ["font.unknown"]
