"""The door of a decision: each reason, and the ones that outrank others."""

from __future__ import annotations

import timeit
from typing import Any

import pytest

from gale.consent import may
from gale.consent.permission import REASONS
from gale.records.documents import Purpose
from gale.records.people import PersonState, Profile, Standing

NOW = 1_790_000_000_000


def purpose(id: str, **more: Any) -> Purpose:
    text = {"fr": "…", "en": "…"}
    return Purpose(id=id, name=text, notice=text, value_to_customer=text, **({"basis": ["consent"]} | more))


LETTERS = purpose("letters", basis=["consent", "existing_customer"], channels=["email"])
BANNERS = purpose("banners", basis=["consent", "legitimate_interest"])
MEASURE = purpose("measure", direct_marketing=False)
KETTLE = purpose("kettle", direct_marketing=False, features=False, channels=["device"])
ACCOUNTS = purpose("accounts", direct_marketing=False, basis=["legal_obligation"])


def gave(id: str, state: str = "given", **more: Any) -> Standing:
    fields: dict[str, Any] = {"purpose": id, "state": state, "basis": "consent", "consent": f"c_{id}", "since": 1}
    return Standing(**(fields | more))


def person(*standings: Standing, **more: Any) -> PersonState:
    return PersonState(profile=Profile(id="p_1"), version=1, standings={s.purpose: s for s in standings}, **more)


@pytest.mark.parametrize(
    ("who", "purposes", "channel", "reason"),
    [
        (person(gave("letters")), [LETTERS], "email", ""),
        (person(gave("letters"), gave("measure")), [LETTERS, MEASURE], "email", ""),
        (person(gave("letters")), [LETTERS, MEASURE], "email", "consent.none"),
        (person(), [LETTERS], "email", "consent.none"),
        (person(gave("letters", "refused")), [LETTERS], "email", "consent.refused"),
        (person(gave("letters", "withdrawn")), [LETTERS], "email", "consent.withdrawn"),
        (person(gave("letters", "objected")), [LETTERS], "email", "consent.objected"),
        (person(gave("letters", "objected"), gave("banners")), [BANNERS], "web", "consent.objected"),
        (person(gave("letters", "objected"), gave("kettle")), [KETTLE], "device", ""),
        (person(gave("letters", expires=NOW)), [LETTERS], "email", "consent.expired"),
        (person(gave("letters", expires=NOW + 1)), [LETTERS], "email", ""),
        (person(gave("letters", basis="service")), [LETTERS], "email", "consent.basis"),
        (person(gave("letters")), [LETTERS], "web", "consent.channel"),
        (person(gave("letters", basis="existing_customer")), [LETTERS], "email", "consent.not_prior"),
        (
            person(gave("letters", basis="existing_customer", collected_at_sale=True, refusal_offered=True)),
            [LETTERS],
            "email",
            "",
        ),
        (person(), [BANNERS], "web", ""),
        (person(), [BANNERS], "email", "consent.none"),
        (person(gave("banners", basis="legitimate_interest")), [BANNERS], "sms", "consent.not_prior"),
        (person(gave("banners", "refused")), [BANNERS], "web", "consent.refused"),
        (person(), [ACCOUNTS], "email", ""),
        (person(gave("letters"), suppressed=True), [LETTERS], "email", "person.suppressed"),
        (person(gave("letters"), forgotten=True, suppressed=True), [LETTERS], "email", "person.forgotten"),
        (person(gave("letters")), [], "email", "consent.none"),
    ],
)
def test_every_no_has_its_reason(who: PersonState, purposes: list[Purpose], channel: str, reason: str) -> None:
    permission = may(who, purposes, channel=channel, now=NOW)
    assert (permission.allowed, permission.reason) == (reason == "", reason)
    assert permission.allowed or permission.reason in REASONS
    assert bool(permission.basis) == permission.allowed


def test_a_yes_names_what_it_stands_on_in_the_order_of_the_purposes() -> None:
    who = person(gave("measure"), gave("letters"))
    assert may(who, [LETTERS, MEASURE], channel="email", now=NOW).basis == ("c_letters", "c_measure")
    assert may(who, [BANNERS, MEASURE], channel="web", now=NOW).basis == ("banners:legitimate_interest", "c_measure")


def test_the_answer_for_two_purposes_takes_less_than_ten_microseconds() -> None:
    who, purposes = person(gave("letters"), gave("measure"), gave("banners")), (LETTERS, MEASURE)
    best = min(timeit.repeat(lambda: may(who, purposes, channel="email", now=NOW), number=2000, repeat=7)) / 2000
    assert best < 10e-6
