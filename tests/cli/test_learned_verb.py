"""`gale report --today` and `--plots`: the lesson of the day on the terminal, plots as files."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from terminal import Story, here


def test_the_lesson_of_the_day_says_that_nothing_is_learned_yet(story: Story) -> None:
    for locale, words in (("en", "Nothing learned yet"), ("fr", "Rien d’appris encore")):
        told = here("-C", str(story.folder), "--lang", locale, "report", "--today", "--json")
        assert told.code == 0
        assert words in told.json["said"][locale]
        assert told.json["state"] == "early"
        assert told.json["contributions"] == []


def test_plots_that_have_nothing_to_draw_are_not_written(story: Story, tmp_path: Path) -> None:
    told = here("-C", str(story.folder), "--lang", "en", "report", "--plots", str(tmp_path / "plots"), "--today")
    assert told.code == 0
    for path in (tmp_path / "plots").glob("*.svg"):
        ET.fromstring(path.read_text(encoding="utf-8"))
    assert not list((tmp_path / "plots").glob("lift-*"))
