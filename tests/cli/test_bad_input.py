"""Whatever is wrong is told in the user's language, all at once, with its place; and nothing is half-done."""

from __future__ import annotations

import os
import socket
import sqlite3
from pathlib import Path

import pytest
from terminal import BAKERY, Story, bakery, change, gale, here

from gale.adapters.store import WorkspaceLock
from gale.words import LOCALES

FRENCH = ("é", "è", "ê", "à", "’", "«", " est ", " n’", " la ", " le ")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return bakery(tmp_path / "shop")


def state(folder: Path) -> dict[str, bytes]:
    """Every file that people or Gale wrote, and its bytes (the database's working files left out)."""
    files = [p for p in folder.rglob("*") if p.is_file() and ".gale" not in p.parts]
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def refused(folder: Path, *arguments: str) -> list[str]:
    """Codes of a refused run: exit code 2, one sentence a fault in each language, no file changed."""
    before, codes = state(folder), []
    for lang in LOCALES:
        ran = here("-C", str(folder), "--lang", lang, *arguments, "--json")
        assert ran.code == 2, ran.err
        codes.append(ran.codes)
        told = [fault["message"] for fault in ran.json["faults"]]
        assert ran.err.splitlines()[-len(told) :] == told
        for message, fault in zip(told, ran.json["faults"], strict=True):
            assert fault["code"] not in message, "a code is not a sentence"
            assert "{" not in message
            assert any(sign in message for sign in FRENCH) == (lang == "fr") or lang == "en", message
    assert state(folder) == before
    assert codes[0] == codes[1]
    return codes[0]


def test_a_yaml_with_a_tab(shop: Path) -> None:
    file = shop / "brief.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("  days", "\tdays"), encoding="utf-8")
    assert refused(shop, "create") == ["yaml.tab"]
    assert "brief.yaml:" in here("-C", str(shop), "create").err


def test_an_unknown_key(shop: Path) -> None:
    change(shop / "brand.yaml", colour="red")
    assert refused(shop, "create") == ["document.unknown_key"]


def test_a_palette_without_contrast(shop: Path) -> None:
    change(shop / "brand.yaml", palette={"ink": "#777777", "paper": "#888888", "accent": "#999999"})
    codes = refused(shop, "create")
    assert codes
    assert {code.split(".")[0] for code in codes} == {"palette"}


@pytest.mark.parametrize(
    "flight", [{"start": "2026-13-01", "days": 14}, {"start": "2026-09-07", "days": 0}, {"start": "soon", "days": -3}]
)
def test_an_impossible_flight(shop: Path, flight: dict[str, object]) -> None:
    change(shop / "brief.yaml", flight=flight)
    assert refused(shop, "create")


def test_two_files_broken_at_once_are_told_at_once(shop: Path) -> None:
    change(shop / "brand.yaml", colour="red")
    change(shop / "team.yaml", mode="crowd", boss="me")
    refused(shop, "create")
    places = {f["where"].split(":")[0] for f in here("-C", str(shop), "create", "--json").json["faults"]}
    assert places == {"brand.yaml", "team.yaml"}


def test_an_undeclared_purpose_of_a_touchpoint(shop: Path) -> None:
    file = shop / "campaign.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("- email_marketing", "- astrology"), encoding="utf-8")
    assert refused(shop, "create")
    assert "astrology" in here("-C", str(shop), "create").err


def test_a_consent_for_an_undeclared_purpose(story: Story) -> None:
    said = ("consent", "record", "--person", story.people[0], "--purpose", "astrology", "--state", "given")
    assert refused(story.folder, *said, "--source", "till") == ["consent.purpose_unknown"]


def test_a_document_of_a_newer_version(shop: Path) -> None:
    change(shop / "brief.yaml", schema=99)
    assert refused(shop, "create") == ["document.newer"]


def test_a_database_of_a_newer_version(shop: Path) -> None:
    assert here("-C", str(shop), "keys", "list").code == 0
    with sqlite3.connect(shop / ".gale" / "gale.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert refused(shop, "plan") == ["store.newer"]
    assert refused(shop, "migrate", "--yes") == ["store.newer"]


def test_a_file_that_is_no_database(shop: Path) -> None:
    assert here("-C", str(shop), "keys", "list").code == 0
    for file in (shop / ".gale").glob("gale.db*"):
        file.unlink()
    (shop / ".gale" / "gale.db").write_bytes(b"not a database, " * 300)
    assert refused(shop, "plan") == ["store.damaged"]


def test_a_folder_without_a_workspace(tmp_path: Path) -> None:
    assert refused(tmp_path, "create") == ["workspace.missing"]
    assert not (tmp_path / ".gale").exists()


def test_init_into_a_folder_that_has_a_workspace(shop: Path) -> None:
    assert refused(shop, "init", str(shop), "--yes") == ["init.exists"]


def test_every_wrong_answer_of_init_is_told_at_once(tmp_path: Path) -> None:
    wrong = BAKERY | {"--price": "a lot", "--noun-fr": "pain", "--benefit-en": " "}
    folder = tmp_path / "shop"
    codes = refused(tmp_path, "init", str(folder), "--yes", *(x for pair in wrong.items() for x in pair))
    assert sorted(codes) == ["init.article", "init.empty", "init.price"]
    assert not folder.exists()


@pytest.mark.parametrize("price", ["0", "-3", "9,80,1", "∞", "nan", "1e40"])
def test_a_price_that_is_no_price(tmp_path: Path, price: str) -> None:
    assert refused(tmp_path, "init", str(tmp_path / "x"), "--yes", f"--price={price}") == ["init.price"]


def test_a_place_that_cannot_hold_a_folder(tmp_path: Path, shop: Path) -> None:
    (tmp_path / "file").write_text("here already")
    assert refused(tmp_path, "init", str(tmp_path / "file" / "shop"), "--yes") == ["system.refused"]
    (shop / ".gale").write_text("a file where the state should be")
    assert refused(shop, "plan") == ["system.refused"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    assert refused(tmp_path, "init", str(tmp_path / "locked" / "shop"), "--yes") == ["system.refused"]


@pytest.mark.parametrize(
    ("verb", "rest"),
    [
        ("plan", ()),
        ("rehearse", ()),
        ("sign", ("--role", "data_ethicist", "--as", "me")),
        ("launch", ()),
        ("pause", ()),
        ("stop", ("--yes",)),
        ("stop", ()),
        ("decide", ("--person", "p_00000", "--touchpoint", "banner")),
        ("learn", ()),
        ("report", ()),
        ("reproduce", ()),
    ],
)
def test_a_campaign_that_does_not_exist(story: Story, verb: str, rest: tuple[str, ...]) -> None:
    assert refused(story.folder, verb, "--campaign", "none", *rest) == ["campaign.unknown"]


def test_verbs_that_come_too_early_say_what_comes_first(shop: Path) -> None:
    assert refused(shop, "plan") == ["campaign.which"]
    assert here("-C", str(shop), "create", "--wanted", "6").code == 0
    for verb in (("rehearse",), ("launch",), ("sign", "--role", "data_ethicist", "--as", "me", "--remark", "x")):
        assert refused(shop, *verb) == ["plan.missing"]
    assert refused(shop, "learn") == ["campaign.unlaunched"]
    assert refused(shop, "pause") == ["campaign.transition"]
    change(shop / "brand.yaml", name="Le Four")
    assert refused(shop, "plan") == ["plan.create_first"]


def test_a_decision_for_nobody_and_at_no_touchpoint(story: Story) -> None:
    assert refused(story.folder, "decide", "--person", "p_none", "--touchpoint", "banner") == ["person.unknown"]
    said = ("decide", "--person", story.people[0], "--touchpoint", "nowhere")
    assert refused(story.folder, *said) == ["touchpoint.unknown"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("creat",), "usage.verb_unknown"),
        (("plan", "--colour", "red"), "usage.option_unknown"),
        (("sign", "--as", "me"), "usage.missing"),
        (("sign", "--role", "king", "--as", "me"), "usage.choice"),
        (("schema", "bill"), "usage.choice"),
        (("create", "--wanted", "many"), "usage.between"),
        (("create", "--wanted", "0"), "usage.between"),
        (("create", "--seed", "-1"), "usage.at_least"),
        (("serve", "--port", "99999"), "usage.between"),
        (("plan", "more"), "usage.other"),
    ],
)
def test_a_mistyped_command(tmp_path: Path, arguments: tuple[str, ...], code: str) -> None:
    assert refused(tmp_path, *arguments) == [code]


def test_an_option_without_its_value() -> None:
    told = here("--lang", "fr", "plan", "--campaign")
    assert told.code == 2
    assert "attend une valeur" in told.err


def test_a_log_that_replay_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("id,arm,visit\n1,a,0\n2,b,1\n")
    said = ("--person", "id", "--arm", "arm", "--outcome", "visit", "--features", "recency,history")
    assert refused(tmp_path, "replay", str(tmp_path / "log.csv"), *said) == ["csv.column_missing"] * 2
    assert len(refused(tmp_path, "replay", str(tmp_path / "none.csv"), *said)) == 1
    assert len(refused(tmp_path, "replay", str(tmp_path), *said)) == 1


def test_a_port_in_use(shop: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = gale("-C", str(shop), "--lang", "fr", "serve", "--port", str(port), "--json")
    assert (told.code, told.codes) == (2, ["port.in_use"])
    assert f"Le port {port} est pris" in told.err


def test_a_second_supervisor(shop: Path) -> None:
    assert here("-C", str(shop), "keys", "list").code == 0
    with WorkspaceLock(shop / ".gale" / "lock"):
        told = gale("-C", str(shop), "serve", "--port", "0", "--json")
    assert (told.code, told.codes) == (2, ["workspace.locked"])
    assert str(os.getpid()) in told.err


def test_a_host_that_is_not_this_machines(shop: Path) -> None:
    assert refused(shop, "serve", "--host", "192.0.2.1", "--port", "0") == ["serve.host"]


def test_with_several_campaigns_the_one_written_in_the_folder_is_meant(shop: Path) -> None:
    assert here("-C", str(shop), "create", "--wanted", "6").code == 0
    change(shop / "campaign.yaml", id="winter")
    assert here("-C", str(shop), "create", "--wanted", "6").code == 0
    planned = here("-C", str(shop), "plan", "--json")
    assert planned.code == 0
    change(shop / "campaign.yaml", id="spring")  # not written yet: neither of the two is meant
    assert refused(shop, "plan") == ["campaign.which"]
