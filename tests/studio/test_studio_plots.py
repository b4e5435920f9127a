"""Plots are well-formed, named, drawn for two widths, and say their figures."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from studio_samples import BUCKETS, LIVE, START, band

from gale.studio import plots
from gale.studio.formats import Formats
from gale.studio.plots.file import as_file
from gale.studio.plots.lift import proven_since
from gale.words import Words

F = Formats(Words("en", {}))
finite = st.floats(-1e6, 1e6, allow_nan=False)


def drawings(markup: str) -> list[ET.Element]:
    return list(ET.fromstring(f"<all>{markup}</all>"))


def words_of(markup: str) -> str:
    return " ".join("".join(t.itertext()) for t in ET.fromstring(f"<all>{markup}</all>").iter("text"))


@given(st.tuples(finite, finite, finite).map(sorted))
def test_any_interval_can_be_drawn(ends: list[float]) -> None:
    low, estimate, high = ends
    (drawn,) = drawings(plots.interval(plots.Interval(estimate, low, high), F.figure))
    for circle in drawn.iter("circle"):
        assert 0 <= float(circle.attrib["cx"]) <= 240


def test_a_proven_interval_has_a_filled_dot_and_an_unproven_an_open_one() -> None:
    assert 'class="dot"' in plots.interval(plots.Interval(0.3, 0.1, 0.5), F.gain)
    assert 'class="open"' in plots.interval(plots.Interval(0.3, -0.1, 0.7), F.gain)


def test_a_rehearsed_interval_is_dashed_and_never_looks_proven() -> None:
    drawn = plots.interval(plots.Interval(250, 90, 410), F.number, rehearsed=True)
    assert "guess" in drawn
    assert 'class="dot"' not in drawn


def test_the_lift_is_drawn_twice_with_its_name_and_its_last_figures() -> None:
    drawn = plots.lift_over_time(
        band(14, 0.3, 0.1),
        start=START,
        days=14,
        percent=F.gain,
        day=F.day_of_month,
        title="Lift & more",
        proven_mark=lambda t: "proven",
    )
    large, small = drawings(drawn)
    assert (large.attrib["class"], small.attrib["class"]) == ("plot only-l", "plot only-s")
    assert large.attrib["aria-label"] == "Lift & more"
    last = band(14, 0.3, 0.1)[-1]
    for figure in (F.gain(last.low), F.gain(last.estimate), F.gain(last.high), "proven"):
        assert figure in words_of(drawn)


def test_a_band_that_contains_zero_now_is_not_marked_as_proven() -> None:
    drawn = plots.lift_over_time(
        band(8, 0.1, 0.3),
        start=START,
        days=14,
        percent=F.gain,
        day=F.day_of_month,
        title="x",
        proven_mark=lambda t: "proven",
    )
    assert "proven" not in words_of(drawn)


def test_proven_counts_from_the_last_time_the_band_left_zero() -> None:
    moments = [plots.Moment(t, 0.1, low, 0.3) for t, low in ((1, 0.1), (2, -0.1), (3, 0.1), (4, 0.2))]
    assert proven_since(moments) == 3
    assert proven_since(moments[:2]) is None


def test_the_allocation_labels_every_coloured_variant_with_its_share() -> None:
    top = [v.id for v in LIVE.variants]
    names = {v.id: (v.short, v.words) for v in LIVE.variants}
    drawn = plots.allocation(BUCKETS, top, others="others", names=names, percent=F.share, when=F.day, title="Shares")
    large, _small = drawings(drawn)
    assert len([p for p in large.iter("path") if p.attrib.get("class", "").endswith("cut")]) == 5
    said = words_of(drawn)
    assert all(v.short in said for v in LIVE.variants)
    assert "others" in said


@pytest.mark.parametrize("shares", [[1, 0, 0, 0, 0], [1, 1, 1, 1, 1], [96, 1, 1, 1, 1], [0, 0, 0, 0, 1]])
def test_labels_of_the_allocation_never_lie_upon_each_other(shares: list[int]) -> None:
    buckets = [(START + i, {f"v{k}": n for k, n in enumerate(shares)} | {"rest": 1}) for i in range(3)]
    drawn = plots.allocation(
        buckets, [f"v{k}" for k in range(5)], others="others", names={}, percent=F.share, when=F.day, title="x"
    )
    large = drawings(drawn)[0]
    rows = sorted(
        {
            float(t.attrib["y"])
            for t in large.iter("text")
            if float(t.attrib["x"]) > 660 and "strong" in t.attrib.get("class", "")
        }
    )
    assert len(rows) == 6
    assert all(b - a >= 25 for a, b in itertools.pairwise(rows))


def test_the_others_are_not_named_where_there_are_none() -> None:
    buckets = [(START + i, {"v0": 1, "v1": 2}) for i in range(3)]
    drawn = plots.allocation(buckets, ["v0", "v1"], others="others", names={}, percent=F.share, when=F.day, title="x")
    assert "others" not in words_of(drawn)


def test_a_change_of_answers_is_a_front_and_a_pause_is_none() -> None:
    """Half discs where answers rose, triangles where they fell; what a person did has a hairline and a ring."""

    def drawn(**what: Any) -> str:
        return plots.allocation(
            BUCKETS, ["v_0"], others="others", names={}, percent=F.share, when=F.day, title="x", **what
        )

    at = BUCKETS[10][0]
    warm, cold = (drawn(fronts=[plots.Front(at, kind, "A-1")]) for kind in ("warm", "cold"))
    assert "a5 5 0 0 1 0 10z" in warm
    assert "l9 5-9 5z" in cold
    paused = drawn(notes=[plots.Note(at, "pauses", "A-1 rests")])
    assert 'class="front"' not in paused
    assert 'class="open"' in paused
    assert "A-1 rests" in words_of(paused)


@given(st.lists(st.integers(0, 33), min_size=1, max_size=20))
def test_labels_of_fronts_never_meet_however_many_there_are(at: list[int]) -> None:
    fronts = [plots.Front(BUCKETS[i][0], "warm", f"A-{i:04d}") for i in at]
    drawn = plots.allocation(
        BUCKETS, ["v_0"], others="others", names={}, percent=F.share, when=F.day, title="x", fronts=fronts
    )
    for one in drawings(drawn):
        rows: dict[str, list[float]] = {}
        for label in one.iter("text"):
            if (label.text or "").startswith("A-"):
                rows.setdefault(label.attrib["y"], []).append(float(label.attrib["x"]))
        for row in rows.values():
            assert all(b - a >= 36 for a, b in itertools.pairwise(sorted(row)))


def test_an_hour_a_fortnight_and_a_year_have_times_that_do_not_repeat() -> None:
    for step in (300_000, 86_400_000, 7 * 86_400_000):
        buckets = [(START + i * step, {"v": 1}) for i in range(12)]
        drawn = plots.allocation(buckets, ["v"], others="o", names={}, percent=F.share, when=F.day, title="x")
        said = [t.text for t in drawings(drawn)[0].iter("text") if t.text and "Sep" in t.text]
        assert len(said) == len(set(said))


def test_contributions_say_what_is_proven_and_leave_room_for_what_is_not_known() -> None:
    shelf = plots.Shelf(
        "Angle",
        (
            plots.Part("ritual", plots.Interval(0.2, 0.05, 0.4), True, "proven better"),
            plots.Part("question", plots.Interval(0.0, -3.0, 9.0), False, "40 messages"),
            plots.Part("gift", None, False, "3 messages"),
        ),
        "and 12 more",
    )
    drawn = plots.contributions([shelf], percent=F.gain, title="What was learned", few="too few")
    large, small = drawings(drawn)
    for one in (large, small):
        assert one.attrib["aria-label"] == "What was learned"
        assert [c.attrib["class"] for c in one.iter("circle")] == ["dot", "open"]
        assert all(0 <= float(c.attrib["cx"]) <= 960 for c in one.iter("circle"))
    for words in ("ritual", "proven better", "too few", "and 12 more", "Angle"):
        assert words in words_of(drawn)


def test_nothing_that_can_be_compared_draws_nothing() -> None:
    shelf = plots.Shelf("Angle", (plots.Part("gift", None, False),))
    assert plots.contributions([shelf], percent=F.gain, title="x", few="few") == ""
    assert plots.contributions([], percent=F.gain, title="x", few="few") == ""


def test_a_plot_as_a_file_stands_alone() -> None:
    """Well-formed, named, its colours inside; it asks nothing of anywhere, and says so where it is simulated."""
    shelf = plots.Shelf("Angle", (plots.Part("a < b", plots.Interval(0.2, 0.05, 0.4), True),))
    drawn = plots.contributions([shelf], percent=F.gain, title="x", few="few")
    file = as_file(drawn, title="A & B", name="what is seen", caption="word " * 80, locale="en", stamp="SANDBOX")
    root = ET.fromstring(file)
    ns = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{ns}title") == "SANDBOX: A & B"
    assert root.findtext(f"{ns}desc") == "what is seen"
    assert "SANDBOX" in [t.text for t in root.iter(f"{ns}text")]
    assert "var(" not in file
    assert file.count("http") == 1  # the name space, which nobody fetches
    classes = {c for e in root.iter() for c in e.attrib.get("class", "").split()}
    style = root.findtext(f"{ns}style") or ""
    assert {c for c in classes if f".{c}" not in style} <= {"plain", "sandboxed", "guess"}


def test_nothing_drawn_makes_no_file() -> None:
    with pytest.raises(ValueError, match="nothing"):
        as_file(Markup(""), title="a", name="b", caption="c", locale="en")


def test_nothing_is_drawn_without_data() -> None:
    assert plots.lift_over_time([], start=0, days=1, percent=F.gain, day=F.day_of_month, title="x") == ""
    assert plots.allocation([], [], others="", names={}, percent=F.share, when=F.day, title="x") == ""
    assert plots.spark([], ("", "", ""), title="x") == ""
    assert plots.calendar([], [], title="x") == ""
    assert plots.forest([None], F.gain) == [""]


def test_an_open_bar_of_the_calendar_waits_for_a_signal() -> None:
    drawn = plots.calendar(
        ["mo 7", "tu 8"], [plots.Strip("Wake-up", "device", (False, True), on_signal=True)], title="When"
    )
    large = drawings(drawn)[0]
    assert [p.attrib["class"] for p in large.iter("path")].count("wait") == 1
    assert "Wake-up" in words_of(drawn)


@pytest.mark.parametrize(
    ("low", "feathers"), [(None, 0), (0.049, 0), (0.05, 1), (0.099, 1), (0.1, 1), (0.19, 2), (0.3, 3)]
)
def test_a_barb_is_never_rounded_in_our_favour(low: float | None, feathers: int) -> None:
    drawn = plots.wind(low)
    assert drawn.count('class="barb"') == (feathers + 1 if feathers else 0)
