"""The sentence of the day says what is proven, with its interval, or that nothing is; and never more."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gale.engine.learned_words import sentence
from gale.measurement.learned import Contribution, Learned, Option, day
from gale.records.creative import Variant
from gale.stats import Interval

NBSP, NNBSP = "\u00a0", "\u202f"
VARIANT = Variant(
    id="v", framework="f", placement="email", locale="fr", slots={"cta": "Goûter Aube"}, phrases={"cta": "cta.1"},
    fields={}, traits={},
)  # fmt: skip
FOUND = {"v": VARIANT}


def made(option: Option, value: Interval | None, verdict: str, group: str = "") -> Contribution:
    return Contribution(
        option=option, n=9000, answered=900, rate=0.1, average=0.1, relative=value, verdict=verdict,
        evidence=50.0 if verdict in ("proven", "harm") else 1.0, level=0.05, group=group,  # type: ignore[arg-type]
    )  # fmt: skip


def learned(now: list[Contribution], before: list[Contribution], messages: int = 16086) -> Learned:
    return Learned(0, day(now, before), tuple(now), messages, 1600, False)


ASKS = made(Option("hook", "asks"), Interval(0.12, 0.04, 0.21), "proven")
OPEN = made(Option("angle", "ritual"), Interval(0.03, -0.08, 0.15), "not_apart")
WORSE = made(Option("angle", "problem"), Interval(-0.29, -0.54, -0.059), "harm", "early")
CALL = made(Option("slot:cta", "cta.1"), Interval(0.2, 0.001, 0.4), "proven")


def test_what_was_learned_yesterday_is_said_with_its_interval() -> None:
    said = sentence(learned([ASKS, OPEN], [OPEN]), "click", FOUND)
    assert said["fr"] == (
        f"Hier{NBSP}: les messages dont l’accroche pose une question ont fait 12{NNBSP}% de clics de plus que la moyenne "
        f"(entre +4,0{NNBSP}% et +21{NNBSP}%){NNBSP}; le reste ne se distingue pas encore."
    )
    assert said["en"] == (
        "Yesterday: messages whose hook asks a question got 12% more clicks than average (between +4.0% and +21%); "
        "the rest cannot be told apart yet."
    )


def test_a_group_and_an_order_are_named() -> None:
    said = sentence(learned([WORSE], []), "order", FOUND)
    assert (
        "the angle “problem” among early risers got 29% fewer orders than average (between −54% and −5.9%)"
        in said["en"]
    )
    assert f"chez les lève-tôt ont fait 29{NNBSP}% de commandes de moins" in said["fr"]


def test_nothing_learned_is_said_as_plainly_and_with_what_comes_closest() -> None:
    said = sentence(learned([OPEN], []), "click", FOUND)
    assert "nothing was learned for sure" in said["en"]
    assert "between −8.0% and +15%" in said["en"]
    assert "rien d’appris pour sûr" in said["fr"]


def test_what_is_no_longer_proven_is_taken_back() -> None:
    fallen = made(ASKS.option, Interval(0.05, -0.02, 0.12), "not_apart")
    said = sentence(learned([fallen, WORSE], [ASKS, WORSE]), "click", FOUND)
    assert "no longer proven: messages whose hook asks a question" in said["en"]
    assert "It still holds" in said["en"]


def test_a_long_story_is_cut_after_two_findings_and_says_how_many_more() -> None:
    said = sentence(learned([ASKS, WORSE, CALL], []), "click", FOUND)
    assert said["en"].count("than average") == 2
    assert "one more difference holds" in said["en"]


def test_a_flight_that_is_over_speaks_of_all_its_days() -> None:
    over = replace(learned([ASKS], [ASKS]), over=True)
    assert sentence(over, "click", FOUND)["en"].startswith("Learned in all:")
    assert sentence(over, "click", FOUND)["fr"].startswith("Appris en tout")


@pytest.mark.parametrize(
    ("messages", "words"), [(0, "no message’s window has closed"), (12, "12 messages have closed")]
)
def test_before_there_is_enough_it_says_what_is_missing(messages: int, words: str) -> None:
    few = made(ASKS.option, None, "few")
    assert words in sentence(learned([few] if messages else [], [], messages), "click", FOUND)["en"]


def test_an_interval_is_never_rounded_in_our_favour() -> None:
    said = sentence(learned([CALL], []), "click", FOUND)
    assert "between +0.1% and +40%" in said["en"]
    tight = made(ASKS.option, Interval(0.1234, 0.1199, 0.1301), "proven")
    assert "between +11% and +14%" in sentence(learned([tight], []), "click", FOUND)["en"]


@given(st.lists(st.sampled_from(["proven", "harm", "not_apart", "few"]), max_size=6))
def test_nothing_is_claimed_that_is_not_proven(verdicts: list[str]) -> None:
    rows = [
        made(Option("angle", f"a{i}"), None if v == "few" else Interval(0.1, 0.02 if v == "proven" else -0.2, 0.3), v)
        for i, v in enumerate(verdicts)
    ]
    claimed = set(re.findall(r"“(a\d)” got", sentence(learned(rows, []), "click", FOUND)["en"]))
    assert claimed <= {f"a{i}" for i, v in enumerate(verdicts) if v in ("proven", "harm")}
