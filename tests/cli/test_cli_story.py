"""A brand of one's own from `gale init` to a report, on the terminal."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import ROLES, Story, bakery, gale, here

from gale.cli import VERBS


def test_help_teaches_every_verb_in_the_order_of_the_story() -> None:
    told = gale("--help")
    assert told.code == 0
    places = [told.out.index(f"\n  {name} ") for name in VERBS]
    assert places == sorted(places)
    assert "gale init my-brand" in told.out
    assert "Exit codes" in told.out


@pytest.mark.parametrize("name", list(VERBS))
def test_each_verb_explains_itself(name: str) -> None:
    told = here(name, "--help")
    assert told.code == 0
    assert len(told.out.splitlines()) > 5


def test_the_version_is_said() -> None:
    told = gale("--version")
    assert (told.code, told.out.startswith("gale, version "), told.err) == (0, True, "")


def test_the_version_and_the_list_of_verbs_import_nothing_heavy() -> None:
    look = (
        "import sys; from gale.cli import cli; "
        "[cli(x.split(), standalone_mode=False) for x in ('--version', '--help')]; "
        "print(sorted({'numpy', 'sqlalchemy', 'pydantic', 'msgspec', 'yaml', 'fastapi', 'duckdb', 'jinja2'}"
        " & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "[]"


def test_a_brand_goes_from_init_to_a_report(story: Story) -> None:
    failed = {name: ran.err for name, ran in story.steps.items() if ran.code and name not in ("silent", "too early")}
    assert failed == {}
    said = {name: ran.json for name, ran in story.steps.items() if name != "rehearse"}
    assert len(said["init"]["files"]) == 6
    assert said["create"]["accepted"] >= 72
    assert said["plan"]["reach"]["reachable"] == 40
    assert said["data_ethicist"]["standing"] == dict.fromkeys(ROLES, "signed")
    assert said["launch"]["status"] == "live"
    assert said["report"]["decisions"]["count"] == 12
    assert said["report"]["lift"]["proven"] is False
    assert said["verify"]["verified"] is True
    assert said["reproduce"]["same"] == said["reproduce"]["choices"] > 0
    assert "<html" in (story.folder / "out" / "report.html").read_text(encoding="utf-8")


def test_a_decision_says_why(story: Story) -> None:
    told = [story.steps[p].json for p in story.people[:12]]
    assert all(t["explanation"]["sentence"] for t in told)
    assert {t["decision"]["reason"] for t in told} <= {"holdout", "campaign", "explore", "constant"}


def test_progress_speaks_french_on_standard_error_and_the_answer_stays_one_line(story: Story) -> None:
    created = story.steps["create"]
    assert "jusqu’ici" in created.err
    assert created.out.count("\n") == 1


def test_a_rehearsal_says_that_it_is_one(story: Story) -> None:
    assert story.steps["rehearse"].out.startswith("REHEARSAL, not a result")


def test_in_solo_a_signature_needs_a_remark_and_a_launch_needs_all_four(story: Story) -> None:
    for name in ("silent", "too early"):
        assert story.steps[name].code == 2
    assert story.steps["too early"].codes == ["launch.waiting"] * 4


def test_stop_does_nothing_without_yes_and_without_a_terminal(story: Story) -> None:
    refused = gale("-C", str(story.folder), "--lang", "fr", "stop", "--json")
    assert (refused.code, refused.codes) == (2, ["answer.needed"])
    assert "Rien n’a été fait" in refused.err
    report = here("-C", str(story.folder), "report", "--json")
    assert report.json["campaign"]["status"] == "live"


def test_a_paused_campaign_runs_again_and_a_stopped_one_does_not(story: Story, tmp_path: Path) -> None:
    shutil.copytree(story.folder, tmp_path / "copy")
    steps = [("pause",), ("launch", "--resume"), ("stop", "--yes"), ("launch", "--resume")]
    told = [here("-C", str(tmp_path / "copy"), *step, "--json") for step in steps]
    assert [t.json.get("status") for t in told] == ["paused", "live", "stopped", None]
    assert told[-1].codes == ["campaign.transition"]


@pytest.mark.parametrize(
    ("lang", "says"), [("en", "line 3 is the first bad one"), ("fr", "la ligne 3 est la première")]
)
def test_a_falsified_ledger_is_named_and_ends_with_one(story: Story, tmp_path: Path, lang: str, says: str) -> None:
    shutil.copytree(story.folder, tmp_path / "copy")
    with sqlite3.connect(tmp_path / "copy" / ".gale" / "gale.db") as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(ledger)")]
        (key,) = (c for c in columns if c == "seq")
        database.execute(f"UPDATE ledger SET body = replace(body, 'fournil', 'fourniI') WHERE {key} = 3")
    database.close()
    told = gale("-C", str(tmp_path / "copy"), "--lang", lang, "ledger", "verify")
    assert told.code == 1
    assert says in told.out


def test_a_key_is_shown_once_and_can_be_revoked(tmp_path: Path) -> None:
    folder = str(bakery(tmp_path / "shop"))
    made = here("-C", folder, "keys", "add", "--name", "till", "--scopes", "decide,outcomes", "--json").json
    assert made["key"].startswith("gale_")
    (listed,) = here("-C", folder, "keys", "list", "--json").json["keys"]
    assert (listed["name"], listed["revoked"]) == ("till", None)
    assert made["key"] not in str(listed)
    assert here("-C", folder, "keys", "revoke", listed["id"]).code == 0
    assert "(révoquée)" in here("-C", folder, "--lang", "fr", "keys", "list").out
    assert here("-C", folder, "keys", "add", "--name", "x", "--scopes", "everything", "--json").codes == ["key.scope"]
    assert here("-C", folder, "keys", "revoke", "k_none", "--json").codes == ["key.unknown"]


def test_migrate_lists_first_and_applies_on_yes(tmp_path: Path) -> None:
    folder = str(bakery(tmp_path / "shop"))
    assert here("-C", folder, "migrate", "--json").json["pending"]
    assert here("-C", folder, "migrate", "--yes", "--json").json["applied"]
    assert here("-C", folder, "migrate", "--json").json == {"pending": []}


@pytest.mark.parametrize("document", ["brand", "brief", "campaign", "team", "purposes", "gale"])
def test_a_schema_completes_a_document(document: str) -> None:
    assert here("schema", document, "--json").json["type"] == "object"


def test_the_terminals_language_is_followed_and_lang_overrides_it(tmp_path: Path) -> None:
    french = {"LANG": "fr_FR.UTF-8"}
    assert "Il n’y a pas d’espace Gale" in gale("-C", str(tmp_path), "plan", environment=french).err
    assert "There is no Gale workspace" in gale("-C", str(tmp_path), "--lang", "en", "plan", environment=french).err


def test_a_terminal_that_knows_no_accents_still_gets_an_answer(tmp_path: Path) -> None:
    told = gale("-C", str(tmp_path), "--lang", "fr", "plan", environment={"PYTHONIOENCODING": "ascii"})
    assert told.code == 2
    assert "gale init" in told.err


def test_init_answers_nothing_by_itself(tmp_path: Path) -> None:
    told = gale("init", str(tmp_path / "shop"), "--json")
    assert (told.code, told.codes) == (2, ["answer.needed"])
    assert not (tmp_path / "shop").exists()
