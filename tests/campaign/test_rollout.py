"""Who is in at which stage, and stages that contradict themselves or the campaign."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from campaign_samples import documents, plain
from hypothesis import given
from hypothesis import strategies as st

from gale.campaign import check, plan_hash
from gale.campaign.rollout import check_rollout, draw, entry, ladder, share_at
from gale.records.documents import Campaign
from gale.records.stages import Rollout

KEY = b"k" * 32
VALUES = ("brume", "rade", "cap")


def stage(id: str, values: list[str], share: float = 1.0, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": {"fr": id, "en": id}, "values": values, "share": share} | more


def campaign(rollout: dict[str, Any], **more: Any) -> Campaign:
    data = plain()
    data["campaign"] |= {"audience": {"city": list(VALUES)}, "rollout": rollout} | more
    return documents(data)[2]


def codes(rollout: dict[str, Any], **more: Any) -> list[str]:
    data = plain()
    data["campaign"] |= {"audience": {"city": list(VALUES)}, "rollout": rollout} | more
    _, brief, found, team, _ = documents(data)
    return [f.code for f in check_rollout(brief, found, team)]


LADDER = {
    "by": "city",
    "stages": [
        stage("tenth", ["brume"], 0.1),
        stage("half", ["brume"], 0.5),
        stage("both", ["brume", "rade"]),
        stage("all", []),
    ],
}


@st.composite
def rollouts(draw_: st.DrawFn) -> Rollout:
    """Any stages at all, sensible or not: who is in must never leave again whatever they say."""
    n = draw_(st.integers(1, 6))
    stages = [
        stage(f"s{i}", draw_(st.lists(st.sampled_from(VALUES), unique=True)), draw_(st.floats(0.01, 1.0)))
        for i in range(n)
    ]
    return Rollout.model_validate({"by": "city", "stages": stages})


@given(rollouts(), st.text(min_size=1, max_size=12), st.sampled_from([*VALUES, None]))
def test_who_is_in_stays_in_at_every_later_stage(rollout: Rollout, person: str, city: str | None) -> None:
    at = entry(rollout, KEY, person, {"city": city})
    number = draw(KEY, person)
    inside = [number < share_at(rollout, i, city or "") for i in range(len(rollout.stages))]
    assert inside == sorted(inside), "once in, always in"
    assert at == (inside.index(True) if any(inside) else None)


def test_the_share_let_in_is_the_share_that_was_signed() -> None:
    rollout = Rollout.model_validate(LADDER)
    people = [f"p_{i}" for i in range(20_000)]
    let_in = [entry(rollout, KEY, p, {"city": "brume"}) for p in people]
    assert let_in.count(0) / 20_000 == pytest.approx(0.1, abs=0.008)  # four standard errors
    assert let_in.count(1) / 20_000 == pytest.approx(0.4, abs=0.014)
    assert let_in.count(2) / 20_000 == pytest.approx(0.5, abs=0.014)


def test_the_draw_of_the_stages_says_nothing_about_the_holdout() -> None:
    from gale.decision.moment import group_of

    people = [f"p_{i}" for i in range(20_000)]
    early = [p for p in people if draw(KEY, p) < 0.1]
    held = sum(group_of(KEY, p, 0.2) == "holdout" for p in early)
    assert held / len(early) == pytest.approx(0.2, abs=0.036)


def test_sensible_stages_have_no_fault_and_their_limits_are_written_into_the_plan() -> None:
    assert codes(LADDER) == []
    found = campaign(LADDER)
    assert found.rollout is not None
    assert {g.measure: (g.limit, g.worst) for g in found.rollout.guardrails}["complained"] == (0.001, 0.003)
    assert Campaign.model_validate(found.model_dump(mode="json", by_alias=True)) == found


def test_a_city_in_full_then_everybody_by_a_tenth_takes_nothing_away() -> None:
    stages = [stage("city", ["brume"]), stage("tenth", [], 0.1), stage("all", [])]
    assert codes({"by": "city", "stages": stages}) == []


@pytest.mark.parametrize(
    ("stages", "code"),
    [
        ([stage("only", [])], "rollout.one_stage"),
        ([], "rollout.one_stage"),
        ([stage("a", ["brume"], 0.5), stage("b", ["brume"], 0.2)], "rollout.shrinks"),
        ([stage("a", []), stage("b", ["brume"], 0.2)], "rollout.shrinks"),
        ([stage("a", ["brume", "rade"]), stage("b", ["rade", "cap"])], "rollout.overlap"),
        ([stage("a", [], 0.5), stage("b", [], 0.5)], "rollout.overlap"),
        ([stage("a", ["brume"]), stage("a", [])], "document.twice"),
        ([stage("a", ["brume", "brume"]), stage("b", [])], "document.twice"),
        ([stage("a", ["brume"], least_hours=24 * 14), stage("b", [])], "rollout.too_long"),
        ([stage("a", ["brest"]), stage("b", [])], "rollout.value_unknown"),
    ],
)
def test_stages_that_cannot_be_are_named(stages: list[dict[str, Any]], code: str) -> None:
    assert code in codes({"by": "city", "stages": stages})


def test_every_fault_is_told_at_once_and_by_the_one_check_of_all_documents() -> None:
    bad = {
        "by": "region",
        "stages": [stage("a", ["x"], 0.5), stage("a", ["x"], 0.2)],
        "guardrails": [
            {"measure": "complained", "limit": -0.5},
            {"measure": "click", "limit": 0.02, "worst": 0.03},
            {"measure": "bounced", "limit": 0.05, "worst": 0.01},
            {"measure": "bounced"},
        ],
    }
    found = codes(bad)
    assert set(found) == {
        "rollout.attribute_unknown", "rollout.shrinks", "document.twice", "rollout.limit_range", "rollout.worst_above",
        "rollout.worst_below",
    }  # fmt: skip
    data = plain()
    data["campaign"]["rollout"] = bad
    assert set(found) <= {f.code for f in check(*documents(data))}


def test_values_need_an_attribute_and_guardrails_something_to_measure() -> None:
    assert codes({"stages": [stage("a", ["brume"]), stage("b", [])]}) == ["rollout.by_missing"]
    web = {
        "narrative": [
            {"id": "one", "name": {"fr": "t"}, "touchpoints": [plain()["campaign"]["narrative"][0]["touchpoints"][0]]}
        ]
    }
    letters = {"by": "city", "stages": LADDER["stages"], "guardrails": [{"measure": "complained"}]}
    assert codes(letters, **web) == ["rollout.unguarded"]


def test_a_role_that_nobody_holds_cannot_let_a_stage_begin() -> None:
    data = plain()
    data["team"]["members"][0]["roles"] = ["community_manager"]
    data["campaign"] |= {
        "audience": {"city": list(VALUES)},
        "rollout": {"by": "city", "stages": [stage("a", ["brume"]), stage("b", [], approval="data_ethicist")]},
    }
    _, brief, found, team, _ = documents(data)
    assert [f.code for f in check_rollout(brief, found, team)] == ["team.role_missing"]


def test_a_plan_without_stages_keeps_its_hash_and_one_with_stages_is_signed_with_them() -> None:
    def hashed(data: dict[str, Any]) -> str:
        dumped = {
            name: model.model_dump(mode="json", by_alias=True)
            for name, model in zip(("brand", "brief", "campaign", "team", "purposes"), documents(data), strict=True)
        }
        return plan_hash(documents=dumped, live={}, checks_version="1")

    without, with_stages, other = plain(), plain(), plain()
    assert "rollout" not in documents(without)[2].model_dump(mode="json", by_alias=True)
    with_stages["campaign"]["rollout"] = LADDER
    other["campaign"]["rollout"] = LADDER | {"guardrails": [{"measure": "complained", "limit": 0.002}]}
    assert len({hashed(without), hashed(with_stages), hashed(other)}) == 3


def test_the_ladder_says_how_many_people_and_how_long() -> None:
    found = campaign(LADDER)
    told = ladder(found, documents()[1], {"brume": 1000, "rade": 500, "": 100}, 7.0)
    assert told is not None
    assert [r.inside for r in told.rungs] == [100, 500, 1500, 1600]
    assert [r.people for r in told.rungs] == [100, 400, 1000, 100]
    assert all(r.hours is not None and r.hours >= 24 for r in told.rungs)
    assert told.outside == 0
    nobody = ladder(found, documents()[1], {"rade": 500}, 7.0)
    assert nobody is not None
    assert nobody.rungs[0].hours is None
    assert not nobody.fits


def test_the_section_in_the_docs_is_one_that_can_be_signed() -> None:
    page = (Path(__file__).parents[2] / "docs" / "scale.md").read_text(encoding="utf-8")
    block = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert block is not None
    section = yaml.safe_load(block[1])["rollout"]
    assert codes(section, audience={"city": ["port-brume", "rade"]}) == []
