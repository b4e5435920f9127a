"""Which signatures stand: the rule of the comma, and who may sign what."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gale.approval import admissible, complete, verdicts
from gale.records.approval import ROLES, Approval
from gale.records.documents import Team

PEOPLE = dict(zip(("mae", "ida", "chl", "the"), ROLES, strict=True))
TEAM = Team.model_validate(
    {
        "mode": "team",
        "members": [{"id": p, "name": p.title(), "roles": [r], "sandbox": p == "ida"} for p, r in PEOPLE.items()]
        + [{"id": "two", "name": "Two", "roles": ["data_ethicist", "ai_specialist"]}],
    }
)
SOLO = Team.model_validate({"mode": "solo", "members": [{"id": "ana", "name": "Ana", "roles": list(ROLES)}]})
NOW = 1_000


def act(person: str, verdict: str = "signed", plan: str = "h1", time: int = 1, **more: Any) -> Approval:
    fields: dict[str, Any] = {"id": f"a{person}{time}", "campaign": "c", "role": PEOPLE.get(person, "data_ethicist")}
    return Approval(
        **(fields | {"person": person, "verdict": verdict, "plan": plan, "remark": "", "time": time} | more)
    )


ALL = [act(p) for p in PEOPLE]


def states(approvals: list[Approval], plan: str = "h1", team: Team = TEAM, now: int = NOW) -> list[str]:
    return [v.state for v in verdicts(approvals, plan, team, now)]


def test_four_signatures_complete_a_plan_and_three_do_not() -> None:
    assert complete(ALL, "h1", TEAM, NOW)
    assert not complete(ALL[:3], "h1", TEAM, NOW)
    assert states(ALL[:3]) == ["signed", "signed", "signed", "waiting"]


def test_one_comma_voids_all_four_and_putting_it_back_makes_them_stand_again() -> None:
    assert states(ALL, "h2") == ["void"] * 4
    assert states(ALL, "h1") == ["signed"] * 4


@pytest.mark.parametrize(
    ("since", "now", "state"),
    [
        (act("the", "refused", time=5), NOW, "refused"),
        (act("the", "refused", plan="h2", time=5), NOW, "refused"),
        (act("the", "revoked", time=5), NOW, "revoked"),
        (act("the", "revoked", plan="h2", time=5), NOW, "revoked"),
        (act("two", "refused", plan="h2", time=5), NOW, "refused"),
        (act("two", "revoked", plan="h2", time=5), NOW, "signed"),
        (act("the", "signed", plan="h2", time=5), NOW, "signed"),
        (act("the", "refused", plan="h2", time=0), NOW, "signed"),
        (act("the", "signed", time=5, expires=NOW), NOW, "expired"),
        (act("the", "signed", time=5, expires=NOW), NOW - 1, "signed"),
    ],
)
def test_what_was_put_back_stands_unless_since_refused_revoked_or_expired(
    since: Approval, now: int, state: str
) -> None:
    assert states([*ALL, since], now=now)[3] == state


def test_a_refusal_of_another_content_does_not_refuse_this_one() -> None:
    assert states([act("the", "refused", plan="h2")])[3] == "void"


def test_signing_again_after_a_refusal_stands() -> None:
    assert states([act("the"), act("the", "refused", time=2), act("the", time=3)])[3] == "signed"


def test_a_signature_of_somebody_who_no_longer_holds_the_hat_is_void() -> None:
    without = Team.model_validate({"mode": "team", "members": [m.model_dump() for m in TEAM.members if m.id != "the"]})
    assert states(ALL, team=without)[3] == "void"


def test_only_required_roles_are_asked_and_a_team_that_requires_none_approves_nothing() -> None:
    one = TEAM.model_copy(update={"required": ["data_ethicist"]})
    assert complete([act("the")], "h1", one, NOW)
    assert not complete(ALL, "h1", TEAM.model_copy(update={"required": []}), NOW)


acts = st.builds(
    act,
    st.sampled_from([*PEOPLE, "two"]),
    st.sampled_from(["signed", "signed", "refused", "revoked"]),
    st.sampled_from(["h1", "h2"]),
    st.integers(1, 50),
    expires=st.sampled_from([None, 20, 2 * NOW]),
)


@given(st.lists(acts, max_size=12))
@settings(max_examples=150, deadline=None)
def test_no_content_is_complete_without_an_unexpired_signature_of_every_role_on_exactly_it(
    history: list[Approval],
) -> None:
    for plan in ("h1", "h2"):
        if complete(history, plan, TEAM, NOW):
            for role in TEAM.required:
                assert any(
                    a.role == role and a.plan == plan and a.verdict == "signed" and (a.expires or NOW + 1) > NOW
                    for a in history
                )


@given(st.lists(acts, max_size=12), st.sampled_from(list(PEOPLE)), st.sampled_from(["refused", "revoked"]))
@settings(max_examples=150, deadline=None)
def test_a_refusal_or_her_own_revocation_always_ends_a_signature(
    history: list[Approval], person: str, word: str
) -> None:
    ended = [*history, act(person, word, "h2", time=60)]
    before = {v.role: v for v in verdicts(history, "h1", TEAM, NOW)}[PEOPLE[person]]
    after = {v.role: v for v in verdicts(ended, "h1", TEAM, NOW)}[PEOPLE[person]]
    if before.state == "signed" and (word == "refused" or (before.approval and before.approval.person == person)):
        assert after.state == word


@given(st.lists(acts, max_size=10, unique_by=lambda a: a.time), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_in_which_acts_are_read_does_not_matter(history: list[Approval], shuffler: Any) -> None:
    shuffled = list(history)
    shuffler.shuffle(shuffled)
    assert states(shuffled) == states(history)


@given(st.lists(acts, max_size=10))
@settings(max_examples=100, deadline=None)
def test_trying_another_content_and_going_back_changes_nothing(history: list[Approval]) -> None:
    first = states(history, "h1")
    states(history, "h2")
    signed_elsewhere = [*history, *(act(p, plan="h3", time=70) for p in PEOPLE)]
    assert states(signed_elsewhere, "h1") == [s if s != "waiting" else "void" for s in first]


# --- who may ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("team", "role", "person", "verdict", "remark", "authors", "sandbox", "expected"),
    [
        (TEAM, "data_ethicist", "the", "signed", "", set(), False, []),
        (TEAM, "data_ethicist", "the", "refused", " ", set(), False, ["approval.refusal_needs_remark"]),
        (TEAM, "data_ethicist", "the", "refused", "no notice", set(), False, []),
        (TEAM, "data_ethicist", "mae", "signed", "", set(), False, ["approval.hat"]),
        (TEAM, "data_ethicist", "zoe", "signed", "", set(), False, ["approval.unknown_person"]),
        (TEAM, "data_ethicist", "the", "signed", "", {"the"}, False, ["approval.own_change"]),
        (TEAM, "data_ethicist", "the", "refused", "mine, and wrong", {"the"}, False, []),
        (TEAM, "data_ethicist", "the", "revoked", "", {"the"}, False, []),
        (TEAM, "ai_specialist", "ida", "signed", "", set(), False, ["approval.sandbox_only"]),
        (TEAM, "ai_specialist", "ida", "signed", "", set(), True, []),
        (TEAM, "king", "the", "signed", "", set(), True, ["approval.role_unknown"]),
        (TEAM, "data_ethicist", "the", "maybe", "", set(), True, ["approval.verdict_unknown"]),
        (SOLO, "data_ethicist", "ana", "signed", "", {"ana"}, False, ["approval.solo_needs_remark"]),
        (SOLO, "data_ethicist", "ana", "signed", "notices read", {"ana"}, False, []),
        (
            TEAM,
            "data_ethicist",
            "ida",
            "refused",
            "",
            set(),
            False,
            ["approval.hat", "approval.sandbox_only", "approval.refusal_needs_remark"],
        ),
    ],
)
def test_who_may_say_what(
    team: Team, role: str, person: str, verdict: str, remark: str, authors: set[str], sandbox: bool, expected: list[str]
) -> None:
    faults = admissible(team, role, person, verdict, remark, authors, sandbox=sandbox)
    assert [f.code for f in faults] == expected
