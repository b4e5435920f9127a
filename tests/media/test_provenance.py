"""Credentials are read back by the official reader; what strips them is found."""

from __future__ import annotations

import io
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from media_house import papers
from PIL import Image

from gale.adapters.catalogue import load
from gale.adapters.media import credentials, marks
from gale.adapters.media.press import Job, Press, Setup
from gale.creative.design import copy_of, looks
from gale.records.creative import Variant
from gale.records.faults import Faults

NOW = 1_795_000_000_000
Written = dict[tuple[str, str, str], list[Variant]]


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> credentials.Identity:
    return credentials.identity_of(tmp_path_factory.mktemp("state"), brand="Éveil", now=NOW)


def printed(written: Written, identity: credentials.Identity | None, source: str = "algorithmicMedia", **more: bool):  # type: ignore[no-untyped-def]
    brand, brief = papers("eveil")
    variant = written["eveil", "fr", "banner"][0]
    copy = copy_of(variant, brand, brief, load().language("fr"))
    job = Job(f"{variant.id}-300x250", copy, looks(brand, variant, 1), "300x250", source)
    return Press(Setup(brand, identity=identity, **more)).print(job)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["jpg", "webp"])
def test_the_official_reader_finds_credentials_valid_and_with_our_root_trusted(
    written: Written, identity: credentials.Identity, kind: str
) -> None:
    data = printed(written, identity, webp=True).files[kind]
    mime = "image/jpeg" if kind == "jpg" else "image/webp"
    told = credentials.read(data, mime)
    assert told is not None
    assert told.state == "valid"
    assert told.codes == ("signingCredential.untrusted",)  # nobody else's list holds our root, and it says so
    assert told.actions == ("c2pa.created",)
    assert (told.author, told.issuer, told.source) == ("Éveil", "Éveil", "algorithmicMedia")
    known = credentials.read(data, mime, root=identity.root)
    assert known is not None
    assert (known.state, known.codes) == ("trusted", ())


@pytest.mark.parametrize("source", ["composite", "compositeWithTrainedAlgorithmicMedia"])
def test_file_and_credentials_name_the_same_source(
    written: Written, identity: credentials.Identity, source: str
) -> None:
    data = printed(written, identity, source).files["jpg"]
    told = credentials.read(data, "image/jpeg")
    assert told is not None
    assert told.source == source
    packet = Image.open(io.BytesIO(data)).info["xmp"].decode()
    assert f"digitalsourcetype/{source}<" in packet
    assert "AltTextAccessibility" in packet


def test_where_a_model_wrote_the_words_the_picture_says_so() -> None:
    assert marks.source_of("trainedAlgorithmicMedia") == "compositeWithTrainedAlgorithmicMedia"
    assert marks.source_of("compositeWithTrainedAlgorithmicMedia", photo=True) == "compositeWithTrainedAlgorithmicMedia"
    assert marks.source_of("human") == "algorithmicMedia"
    assert marks.address_of("human").endswith("digitalCreation")


def test_one_changed_pixel_breaks_the_credentials(written: Written, identity: credentials.Identity) -> None:
    data = bytearray(printed(written, identity).files["jpg"])
    data[-200] ^= 0xFF
    told = credentials.read(bytes(data), "image/jpeg")
    assert told is not None
    assert told.state == "invalid"


def test_an_unsigned_and_a_stripped_file_hold_no_credentials(written: Written, identity: credentials.Identity) -> None:
    assert credentials.read(printed(written, None).files["jpg"], "image/jpeg") is None
    out = io.BytesIO()
    marks.opened(printed(written, identity).files["jpg"]).save(out, "JPEG", quality=70)
    assert credentials.read(out.getvalue(), "image/jpeg") is None


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = credentials.identity_of(tmp_path, brand="Éveil", now=NOW)
    assert credentials.identity_of(tmp_path, brand="Éveil", now=NOW) == first
    key = tmp_path / credentials.KEY
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    with pytest.raises(Faults, match=r"pictures\.key_readable"):
        credentials.identity_of(tmp_path, brand="Éveil", now=NOW)
    key.chmod(0o600)
    (tmp_path / credentials.CHAIN).unlink()
    with pytest.raises(Faults, match=r"pictures\.key_incomplete"):
        credentials.identity_of(tmp_path, brand="Éveil", now=NOW)


def test_whoever_draws_first_at_the_same_time_as_others_signs_with_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: credentials.identity_of(tmp_path, brand="Éveil", now=NOW), range(8)))
    assert len({one.key for one in made}) == 1


def test_another_encoding_keeps_the_look_and_another_picture_does_not(written: Written) -> None:
    brand, brief = papers("eveil")
    press, tongue = Press(Setup(brand)), load().language("fr")
    made = []
    for variant in written["eveil", "fr", "banner"]:
        job = Job(variant.id, copy_of(variant, brand, brief, tongue), looks(brand, variant, 1), "1200x628")
        made.append(marks.opened(press.jpeg(job)))
    hashes = [marks.look_hash(m) for m in made]
    for image, known in zip(made, hashes, strict=True):
        out = io.BytesIO()
        image.resize((800, 419)).save(out, "JPEG", quality=60)
        assert marks.distance(marks.look_hash(marks.opened(out.getvalue())), known) <= marks.ALIKE
    apart = sorted(marks.distance(a, b) for i, a in enumerate(hashes) for b in hashes[i + 1 :])
    assert apart[len(apart) // 20] > marks.ALIKE, apart[:20]
