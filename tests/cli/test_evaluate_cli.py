"""`gale evaluate` as it is typed: a table that can be read, in both languages, and refusals in words."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from terminal import Story, here

COLUMNS = ("--action", "item", "--reward", "click", "--propensity", "p", "--features", "age")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(2)
    path = tmp_path_factory.mktemp("log") / "log.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(["item", "p", "click", "age", "spent"])
        for i in range(3000):
            a = int(rng.choice(2, p=(0.7, 0.3)))
            spent = round(float(rng.exponential(40)), 2)
            rows.writerow(["sea" if a else "wood", (0.7, 0.3)[a], int(rng.random() < 0.1 + 0.2 * a), i % 3, spent])
    return path


def test_the_table_says_value_interval_and_verdict_in_both_languages(log: Path) -> None:
    for lang, verdict, log_earned in (
        ("en", "the log can answer", "The log itself earned"),
        ("fr", "le journal peut répondre", "Le journal lui-même a rapporté"),
    ):
        told = here("--lang", lang, "evaluate", "--log", str(log), *COLUMNS,
                    "--policy", "constant:sea", "--policy", "uniform")  # fmt: skip
        assert told.code == 0, told.err
        assert f"constant:sea  –  {verdict}" in told.out
        assert log_earned in told.out
        assert told.out.count("●") + told.out.count("o-") >= 2  # an interval drawn for each
        assert "ope." not in told.out
        assert "{" not in told.out


def test_the_answer_is_one_json_object(log: Path) -> None:
    told = here("evaluate", "--log", str(log), *COLUMNS, "--policy", "constant:sea", "--policy", "personal", "--json")
    assert told.code == 0, told.err
    answer = told.json
    assert [p["policy"] for p in answer["policies"]] == ["constant:sea", "personal"]
    sea = answer["policies"][0]
    assert sea["value"]["low"] < 0.3 < sea["value"]["high"]
    assert sea["answer"]["can_answer"] == "yes"
    assert set(sea["estimates"]) == {"ips", "snips", "dm", "dr", "switch"}
    assert sea["estimates"]["dm"]["low"] is None  # the model's own error has no interval


def test_amounts_of_money_get_a_cut_value_beside(log: Path) -> None:
    told = here("evaluate", "--log", str(log), "--action", "item", "--reward", "spent", "--propensity", "p",
                "--policy", "uniform", "--cap", "100")  # fmt: skip
    assert told.code == 0, told.err
    assert "Amounts cut at 100.00" in told.out
    assert "Valid at any size" in told.out


def test_a_campaign_without_closed_windows_is_told_so(story: Story) -> None:
    for lang, said in (("en", "closed window"), ("fr", "fenêtre close")):
        told = here("-C", str(story.folder), "--lang", lang, "evaluate", "--policy", "uniform", "--json")
        assert told.code == 2
        assert told.codes == ["ope.no_decisions"]
        assert said in told.err


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("--policy", "uniform", "--action", "item"), ["ope.needs_log"]),
        (("--log", "LOG", "--policy", "uniform"), ["ope.needs_columns"]),
        (("spring", "--log", "LOG", *COLUMNS, "--policy", "uniform"), ["ope.one_source"]),
        (("--log", "LOG", *COLUMNS), ["ope.policy_none"]),
        (("--log", "LOG", *COLUMNS, "--policy", "constant:air", "--policy", "best"), ["ope.policy_unknown", "ope.policy_action"]),
        (("--log", "LOG", *COLUMNS, "--policy", "uniform", "--person", "whom"), ["csv.column_missing"]),
        (("--log", "LOG", *COLUMNS, "--policy", "uniform", "--actions", "sea"), ["ope.undeclared", "ope.one_action"]),
        (("--log", "nothing.csv", *COLUMNS, "--policy", "uniform"), ["table.missing"]),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_words(log: Path, arguments: tuple[str, ...], codes: list[str]) -> None:
    typed = [str(log) if a == "LOG" else a for a in arguments]
    for lang in ("en", "fr"):
        told = here("--lang", lang, "evaluate", *typed, "--json")
        assert told.code == 2
        assert told.codes == codes
        messages = [fault["message"] for fault in told.json["faults"]]
        assert all("ope." not in m and "{" not in m for m in messages)
