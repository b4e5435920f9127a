"""What one act does: tables of cases, and laws over random histories."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gale.consent import admissible, fold, from_file, may, received, stand
from gale.records.documents import Purpose, Purposes
from gale.records.people import Consent, PersonState, Profile, Standing

NOW = 1_790_000_000_000
DAY = 86_400_000


def purpose(id: str, **more: Any) -> Purpose:
    text = {"fr": "…", "en": "…"}
    return Purpose(id=id, name=text, notice=text, value_to_customer=text, **({"basis": ["consent"]} | more))


LETTERS = purpose("letters", basis=["consent", "existing_customer"], channels=["email"], expires_days=30)
BANNERS = purpose("banners", channels=["web"])
MEASURE = purpose("measure", direct_marketing=False)
PURPOSES = Purposes(schema=1, purposes=[LETTERS, BANNERS, MEASURE])


def act(state: str = "given", *, time: int = NOW, source: str = "checkout", **more: Any) -> Consent:
    fields: dict[str, Any] = {
        "id": f"c_{time}",
        "person": "p_1",
        "purpose": "letters",
        "basis": "consent",
        "notice": "1",
    }
    return Consent(**(fields | {"state": state, "time": time, "source": source} | more))


def standing(state: str, since: int = NOW - DAY) -> Standing:
    return Standing(purpose="letters", state=state, basis="consent", consent="c_before", since=since)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("current", "one", "code"),
    [
        (None, act(), None),
        (None, act(purpose="horoscope"), "consent.purpose_unknown"),
        (None, act("withdrawn", purpose="horoscope"), "consent.purpose_unknown"),
        (None, act(source="  "), "consent.source_missing"),
        (None, act(time=0), "consent.date_missing"),
        (None, act(time=NOW + DAY), "consent.future"),
        (None, act(basis="legitimate_interest"), "consent.basis_undeclared"),
        (None, act(basis="existing_customer"), "consent.existing_customer"),
        (None, act(basis="existing_customer", collected_at_sale=True), "consent.existing_customer"),
        (None, act(basis="existing_customer", collected_at_sale=True, refusal_offered=True), None),
        (standing("given"), act(source="import:list.csv"), None),
        (standing("withdrawn"), act(source="import:list.csv"), "consent.file_reopens"),
        (standing("refused"), act(source="file:list.csv"), "consent.file_reopens"),
        (standing("objected"), act(source="import:list.csv"), "consent.file_reopens"),
        (standing("objected"), act(), None),
        (standing("withdrawn"), act(time=NOW - 2 * DAY), "consent.older"),
        (standing("withdrawn"), act(), None),
    ],
)
def test_a_given_is_admitted_only_with_its_record_and_never_against_a_no(
    current: Standing | None, one: Consent, code: str | None
) -> None:
    declared = PURPOSES.get(one.purpose)
    fault = admissible(current, one, declared, NOW)
    assert (fault.code if fault else None) == code


@pytest.mark.parametrize("state", ["refused", "withdrawn", "objected"])
def test_a_no_is_never_sent_back_for_its_form(state: str) -> None:
    for clumsy in (
        act(state, time=0),
        act(state, source=""),
        act(state, time=NOW + 90 * DAY),
        act(state, basis="service"),
    ):
        assert admissible(standing("given"), clumsy, LETTERS, NOW) is None
        kept = received(clumsy, NOW)
        assert 0 < kept.time <= NOW
        assert kept.source
        assert stand(standing("given"), kept, LETTERS).state == state


def test_a_given_is_not_completed_on_reception() -> None:
    undated = act(time=0)
    assert received(undated, NOW) is undated


def test_sources_that_are_files_are_told_by_their_first_word() -> None:
    assert [from_file(s) for s in ("import:a.csv", "Import a.csv", "file", "csv:x", "brevo:x")] == [True] * 5
    assert [from_file(s) for s in ("checkout", "her page", "sandbox checkout", "api", "filed by her")] == [False] * 5


def test_a_late_withdrawal_closes_although_its_date_is_older_than_the_consent() -> None:
    now_stands = stand(standing("given", since=NOW), act("withdrawn", time=NOW - DAY), LETTERS)
    assert (now_stands.state, now_stands.since) == ("withdrawn", NOW)


def test_a_withdrawal_does_not_weaken_an_objection() -> None:
    assert stand(standing("objected"), act("withdrawn"), LETTERS).state == "objected"
    assert stand(standing("objected"), act("refused"), LETTERS).state == "objected"


def test_an_objection_to_something_that_is_not_marketing_closes_that_alone() -> None:
    closed = stand(None, act("objected", purpose="measure"), MEASURE)
    assert closed.state == "withdrawn"


def test_a_consent_ends_at_the_earlier_of_its_own_end_and_the_purposes() -> None:
    assert stand(None, act(), LETTERS).expires == NOW + 30 * DAY
    assert stand(None, act(expires=NOW + DAY), LETTERS).expires == NOW + DAY
    assert stand(None, act(purpose="banners"), BANNERS).expires is None


def test_an_older_copy_of_a_consent_changes_nothing() -> None:
    current = standing("given")
    assert stand(current, act(time=NOW - 9 * DAY), LETTERS) is current


# --- laws --------------------------------------------------------------------------------------------------------------

acts = st.builds(
    act,
    st.sampled_from(["given", "given", "refused", "withdrawn", "objected"]),
    time=st.integers(NOW - 40 * DAY, NOW),
    source=st.sampled_from(["checkout", "her page", "import:list.csv", ""]),
    purpose=st.sampled_from(["letters", "banners", "measure", "undeclared"]),
    basis=st.sampled_from(["consent", "existing_customer"]),
    collected_at_sale=st.booleans(),
    refusal_offered=st.booleans(),
)
histories = st.lists(acts, max_size=14)


def state_of(history: list[Consent]) -> PersonState:
    return PersonState(profile=Profile(id="p_1"), version=len(history), standings=fold(history, PURPOSES))


@given(histories, st.sampled_from([LETTERS, BANNERS, MEASURE]), histories)
@settings(max_examples=120, deadline=None)
def test_after_a_withdrawal_nothing_is_allowed_until_a_newer_admissible_given(
    before: list[Consent], target: Purpose, after: list[Consent]
) -> None:
    history = [*before, act("withdrawn", purpose=target.id)]
    channel = target.channels[0] if target.channels else "web"
    assert not may(state_of(history), [target], channel=channel, now=NOW).allowed
    for one in after:
        standings = fold(history, PURPOSES)
        fault = admissible(standings.get(one.purpose), one, PURPOSES.get(one.purpose), one.time, standings)
        opens = one.state == "given" and one.purpose == target.id and fault is None
        history.append(one)
        if opens:
            assert not from_file(one.source)
            return
        assert not may(state_of(history), [target], channel=channel, now=NOW).allowed


@given(histories, histories)
@settings(max_examples=80, deadline=None)
def test_an_objection_reaches_all_marketing_but_what_she_herself_gives_after_it(
    before: list[Consent], after: list[Consent]
) -> None:
    stop = [act("objected"), act("objected", purpose="banners")]
    history = [*before, *stop]
    later = [msgspec.structs.replace(one, time=one.time + 41 * DAY) for one in after]
    hers: set[str] = set()
    for one in later:
        history.append(one)
        if one.state == "given" and not from_file(one.source):
            hers.add(one.purpose)
        state = state_of(history)
        for target, channel in ((BANNERS, "web"), (LETTERS, "email")):
            if target.id not in hers:
                assert may(state, [target], channel=channel, now=NOW + DAY).reason == "consent.objected"


def test_who_stopped_everything_and_asks_for_the_letter_again_gets_the_letter_alone() -> None:
    stopped = [
        act(),
        act(purpose="banners"),
        act("objected", time=NOW + 1),
        act("objected", purpose="banners", time=NOW + 1),
    ]
    again = state_of([*stopped, act(time=NOW + 2)])
    assert may(again, [LETTERS], channel="email", now=NOW + 3).allowed
    assert may(again, [BANNERS], channel="web", now=NOW + 3).reason == "consent.objected"


def test_a_file_opens_no_other_marketing_after_an_objection() -> None:
    standings = fold([act("objected")], PURPOSES)
    listed = act(purpose="banners", source="import:list.csv", time=NOW + 1)
    fault = admissible(None, listed, BANNERS, NOW + 1, standings)
    assert fault is not None
    assert fault.code == "consent.file_reopens"
    assert admissible(None, msgspec.structs.replace(listed, purpose="measure"), MEASURE, NOW + 1, standings) is None


@given(histories)
@settings(max_examples=80, deadline=None)
def test_no_file_alone_ever_opens_what_was_closed(history: list[Consent]) -> None:
    from_files = [msgspec.structs.replace(one, source="import:list.csv") for one in history]
    closed: set[str] = set()
    standings: dict[str, Standing] = {}
    for i, one in enumerate(from_files):
        standings = fold(from_files[: i + 1], PURPOSES)
        if one.state != "given" and one.purpose in standings:
            closed.add(one.purpose)
        assert all(standings[p].state != "given" for p in closed)


@given(histories)
@settings(max_examples=50, deadline=None)
def test_the_fold_can_stop_and_go_on(history: list[Consent]) -> None:
    standings: dict[str, Standing] = {}
    for one in history:
        declared = PURPOSES.get(one.purpose)
        if declared is not None and admissible(standings.get(one.purpose), one, declared, one.time, standings) is None:
            standings[one.purpose] = stand(standings.get(one.purpose), one, declared)
    assert standings == fold(history, PURPOSES)


@given(histories, acts)
@settings(max_examples=50, deadline=None)
def test_where_one_purpose_stands_does_not_depend_on_acts_for_another(history: list[Consent], other: Consent) -> None:
    elsewhere = msgspec.structs.replace(other, purpose="banners")
    assert fold([*history, elsewhere], PURPOSES).get("letters") == fold(history, PURPOSES).get("letters")
