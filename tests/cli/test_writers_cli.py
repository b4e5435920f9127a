"""`gale propose` and `gale proposals`, as a person or a script runs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from replaying import Replaying, phrases, replaying
from terminal import BAKERY, Ran, here

SAID = ("La croûte chante avant vous", "Le quartier se lève à l’odeur", "La tourte à −50 % ce matin")
WHERE = ("--placement", "email", "--slot", "subject", "--angle", "story", "--locale", "fr", "--wanted", "3")


@dataclass
class Shop:
    folder: Path
    server: Replaying

    def gale(self, *arguments: str) -> Ran:
        return here("-C", str(self.folder), "--lang", "en", *arguments)

    def settings(self, **told: str) -> None:
        lines = "".join(f"  {k}: {v}\n" for k, v in told.items())
        file = self.folder / "gale.yaml"
        file.write_text(file.read_text().split("writer:")[0] + f"writer:\n{lines}")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    folder = tmp_path / "fournil"
    options = [x for pair in BAKERY.items() for x in pair]
    with replaying(phrases(*SAID, read=1000, written=100)) as server:
        made = Shop(folder, server)
        assert here("init", str(folder), "--yes", *options).code == 0
        assert made.gale("create", "--wanted", "8").code == 0
        made.settings(kind="local", model="brise-8b", base_url=server.address, price_in="1", price_out="4")
        yield made


def test_a_dry_run_shows_the_request_and_its_cost_and_sends_nothing(shop: Shop) -> None:
    told = shop.gale("propose", *WHERE, "--dry-run", "--json").json
    assert "cuit chaque matin" in told["body"]["messages"][1]["content"]
    assert 0 < float(told["at_most"]) < 0.1
    assert shop.server.asked == []
    said = shop.gale("propose", *WHERE, "--dry-run")
    assert "Nothing was sent." in said.out
    assert '"role": "system"' in said.out


def test_asked_decided_and_written(shop: Shop) -> None:
    told = shop.gale("propose", *WHERE, "--yes", "--json").json
    assert [p["status"] for p in told["proposals"]] == ["proposed", "proposed", "refused"]
    assert (told["cost"], told["currency"]) == ("0.0014", "EUR")
    first, second, third = (p["id"] for p in told["proposals"])
    listed = shop.gale("proposals", "list")
    assert "−50" in listed.out
    assert "Would pass" in listed.out
    assert shop.gale("proposals", "accept", third, "--json").codes[0] == "proposal.refused"
    assert shop.gale("proposals", "accept", first, "--json").json["proposals"][0]["decided_by"] == "me"
    assert shop.gale("proposals", "edit", second, "La rue se lève à l’odeur", "--json").json["status"] == "edited"
    assert shop.gale("proposals", "reject", third, "--json").code == 0
    assert shop.gale("proposals", "undo", "--json").json["status"] == "refused"
    assert shop.gale("create", "--wanted", "200").code == 0
    everything = shop.gale("proposals", "list", "--all", "--json").json
    assert [p["status"] for p in everything["proposals"]] == ["accepted", "edited", "refused"]
    assert everything["spent"] == "0.0014"
    assert shop.gale("ledger", "verify", "--json").json["verified"]


def test_a_call_that_costs_something_is_asked_about(shop: Shop) -> None:
    assert shop.gale("propose", *WHERE, "--json").codes == ["answer.needed"]
    assert shop.server.asked == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--slot", "price"), "propose.slot_closed"),
        (("--slot", "poem"), "propose.slot_unknown"),
        (("--slot", "subject"), "propose.angle_missing"),
        (("--slot", "subject", "--angle", "story", "--placement", "moon"), "creative.no_placement"),
        (("--slot", "subject", "--angle", "story", "--locale", "de"), "propose.language"),
        (("--slot", "subject", "--angle", "story", "--wanted", "400"), "usage.between"),
    ],
)
def test_what_cannot_be_asked_is_said_and_not_sent(shop: Shop, arguments: tuple[str, ...], code: str) -> None:
    ran = shop.gale("propose", *arguments, "--yes", "--json")
    assert ran.code == 2
    assert ran.codes == [code]
    assert shop.server.asked == []


def test_without_a_writer_and_with_a_key_in_the_wrong_place(shop: Shop) -> None:
    shop.settings(kind="openai", model="m", key_env="sk-proj-abc123", price_in="1", price_out="1")
    ran = shop.gale("propose", *WHERE, "--json")
    assert ran.codes == ["writer.key_env_bad"]
    assert "sk-proj" not in ran.out + ran.err
    file = shop.folder / "gale.yaml"
    file.write_text(file.read_text().split("writer:")[0])
    assert shop.gale("propose", *WHERE, "--json").codes == ["writer.none"]
    assert shop.gale("create", "--wanted", "8").code == 0


def test_a_wish_goes_with_the_request_as_data(shop: Shop) -> None:
    asked = shop.gale(
        "propose", *WHERE, "--wish", "for night owls", "--start", "Rien ne presse.", "--dry-run", "--json"
    )
    told = asked.json["body"]["messages"][1]["content"]
    assert '"wish": "for night owls"' in told
    assert '"start": "Rien ne presse."' in told
    assert "night owls" not in asked.json["body"]["messages"][0]["content"]
    assert shop.server.asked == []
    assert shop.gale("propose", *WHERE, "--wish", "x" * 161, "--json").codes == ["wish.long"]
