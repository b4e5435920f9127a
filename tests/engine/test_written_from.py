"""What the variants were written from: a change since then is told, and no mixture of old and new is signed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import yaml

from gale.adapters.catalogue import load
from gale.campaign import plan_hash, written
from gale.engine import create as create_verb
from gale.engine import launch as launch_verb
from gale.engine import phrases as phrases_verb
from gale.engine import plan as plan_verb
from gale.engine import sign as sign_verb
from gale.engine.notes import note
from gale.records.faults import Faults
from gale.records.proposal import Proposal
from house import House

FRAMEWORK = """
id: board
placement: banner
slots:
  - name: headline
    bank: hooks
    phrases: {fr: ["Un pain qui attend."], en: ["A loaf that waits."]}
  - name: core
    locked: true
    phrases: {fr: ["Bonjour."], en: ["Hello."]}
    by: mood
    choices: {calm: {fr: "Tout doux.", en: "Gently."}}
  - {name: text, bank: lines, tied: true, zone: text}
  - {name: cta}
fields:
  headline: [[headline]]
  text: [[core, text]]
  cta: [[cta]]
"""


def board(house: House) -> Path:
    house.ws.frameworks.mkdir(exist_ok=True)
    file = house.ws.frameworks / "board.yaml"
    file.write_text(FRAMEWORK, encoding="utf-8")
    _forget(house)
    return file


def _forget(house: House) -> None:
    """What another process would read from disk."""
    house.ws.__dict__.pop("catalogue", None)


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def change(file: Path, **values: object) -> None:
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**data, **values}, allow_unicode=True), encoding="utf-8")


def refused(act: object) -> list[tuple[str, str]]:
    with pytest.raises(Faults) as problem:
        act()  # type: ignore[operator]
    return [(f.code, f.where) for f in problem.value.faults]


def signing(house: House, verdict: str = "signed") -> None:
    team = house.ws.read_documents().team
    member = team.members[0]
    sign_verb.sign(
        house.ws.store, house.campaign, role=member.roles[0], person=member.id, verdict=verdict, remark="Lu.",
        now=house.clock.now(), id=f"a_{verdict}", documents=house.ws.read_documents(),
    )  # fmt: skip


def launching(house: House) -> None:
    launch_verb.launch(
        house.ws.store, house.campaign, now=house.clock.now(), experiment_key=b"k" * 32, seed=3,
        documents=house.ws.read_documents(),
    )  # fmt: skip


def test_a_framework_changed_after_create_is_not_planned(house: House) -> None:
    file = board(house)
    house.people(20)
    house.create()
    house.plan()
    rewrite(file, "Tout doux.", "Sans hâte.")
    assert refused(house.plan) == [("plan.create_first", "frameworks/board.yaml")]
    _forget(house)
    house.create()
    house.plan()


def test_a_framework_that_came_or_went_is_a_change(house: House) -> None:
    house.people(20)
    house.create()
    file = board(house)
    assert refused(house.plan) == [("plan.create_first", "frameworks/board.yaml")]
    house.create()
    house.plan()
    file.unlink()
    assert refused(house.plan) == [("plan.create_first", "frameworks/board.yaml")]


def test_every_changed_document_is_told_at_once(house: House) -> None:
    board(house)
    house.create()
    rewrite(house.ws.frameworks / "board.yaml", "Bonjour.", "Bonsoir.")
    change(house.ws.root / "brand.yaml", name="Le Four")
    assert refused(house.plan) == [("plan.create_first", "brand.yaml"), ("plan.create_first", "frameworks/board.yaml")]


def test_a_placement_that_nobody_wrote_for_is_told(house: House) -> None:
    file = house.ws.root / "campaign.yaml"
    whole = file.read_text(encoding="utf-8")
    data = yaml.safe_load(whole)
    touchpoints = [t for act in data["narrative"] for t in act["touchpoints"]]
    data["narrative"] = [{**data["narrative"][0], "touchpoints": touchpoints[:1]}]
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    house.create()
    house.plan()
    file.write_text(whole, encoding="utf-8")
    assert refused(house.plan) == [("plan.create_first", "campaign.yaml")]


def test_what_people_choose_by_is_in_the_plan_that_they_sign(house: House) -> None:
    file = board(house)
    house.people(20)
    house.create()
    before = house.plan().plan
    rewrite(file, "Tout doux.", "Sans hâte.")
    _forget(house)
    house.create()
    assert house.plan().plan != before, "her own words of a framework are shown, so they are signed"


def test_nobody_signs_or_launches_what_the_documents_no_longer_say(house: House) -> None:
    house.people(20)
    house.create()
    house.plan()
    house.sign()
    brand = house.ws.root / "brand.yaml"
    was = brand.read_text(encoding="utf-8")
    change(brand, name="Le Four")
    assert refused(lambda: signing(house)) == [("plan.create_first", "brand.yaml")]
    assert refused(lambda: launching(house)) == [("plan.create_first", "brand.yaml")]
    signing(house, "refused")  # saying no is always possible
    brand.write_text(was, encoding="utf-8")
    signing(house)
    launching(house)


def test_a_campaign_document_changed_after_the_plan_is_planned_again(house: House) -> None:
    house.people(20)
    house.create()
    house.plan()
    change(house.ws.root / "campaign.yaml", caps={"per_day": 1, "per_week": 1})
    assert refused(lambda: signing(house)) == [("plan.again", "campaign.yaml")]
    house.plan()
    signing(house)


def test_a_further_member_of_the_team_voids_nothing(house: House) -> None:
    house.people(20)
    house.create()
    house.plan()
    file = house.ws.root / "team.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    data["members"].append({"id": "ana", "name": "Ana", "roles": ["data_ethicist"]})
    file.write_text(yaml.safe_dump(data), encoding="utf-8")
    signing(house)


def test_an_edit_is_written_with_the_frameworks_that_the_campaign_has(house: House) -> None:
    """The framework on disk changed: one phrase is edited in the Studio, and the rest must not change with it."""
    file = board(house)
    house.create()
    rewrite(file, "Bonjour.", "Bonsoir.")
    _forget(house)
    with house.ws.store.read() as unit:
        one = next(v for v in unit.creatives.scan(house.campaign) if v.accepted and v.placement == "banner")
    phrases_verb.keep_phrase(
        house.ws.store, house.ws.catalogue, house.campaign, phrase=one.phrases["text"], keep="banned",
        now=house.clock.now(), wanted=20,
    )  # fmt: skip
    with house.ws.store.read() as unit:
        banners = [v for v in unit.creatives.scan(house.campaign) if v.accepted and v.placement == "banner"]
    assert {v.slots["core"] for v in banners if v.locale == "fr"} == {"Bonjour."}
    assert refused(house.plan) == [("plan.create_first", "frameworks/board.yaml")]


def test_words_checked_by_other_rules_are_written_again(house: House) -> None:
    house.create()
    with house.ws.store.write() as unit:
        row = unit.campaigns.get(house.campaign)
        assert row is not None
        facts = {**row.facts, "written": {**row.facts["written"], written.CHECKS: "1-older"}}
        unit.campaigns.put(msgspec.structs.replace(row, facts=facts))
    assert [code for code, _ in refused(house.plan)] == ["plan.checks_first"]


def test_another_city_that_tells_words_a_model_helped_to_write_can_be_planned(house: House) -> None:
    said = {"text": "La porte reste entrouverte.", "original": "La porte reste entrouverte."}
    where = {"placement": "email", "slot": "closing", "angle": "any", "locale": "fr"}
    with house.ws.store.write() as unit:
        unit.proposals.put(
            Proposal(
                id="w_1", campaign=house.campaign, call="k_1", model="m", status="accepted", time=house.clock.now(),
                **said, **where,
            )
        )  # fmt: skip
    house.create()
    papers = house.ws.read_documents()
    twin = replace(papers, campaign=papers.campaign.model_copy(update={"id": "elsewhere"}))
    create_verb.adopt(house.ws.store, house.campaign, twin, now=house.clock.now())
    plan_verb.plan(house.ws.store, "elsewhere", now=house.clock.now())


@pytest.mark.parametrize("told", ["in the row", "in the ledger alone"])
def test_a_running_campaign_whose_words_older_checks_passed_stays_signed(house: House, told: str) -> None:
    """Whoever installs a new Gale in the middle of a flight signs nothing again; a word that changed is seen all the same."""
    house.go_live(20)
    with house.ws.store.write() as unit:
        row = unit.campaigns.get(house.campaign)
        assert row is not None
        note(unit, now=house.clock.now(), kind="created", body={"campaign": row.id, "checks": "1-older"})
        kept = {**row.facts["written"], written.CHECKS: "1-older"} if told == "in the row" else {}
        facts = {k: v for k, v in row.facts.items() if k != "written"} | ({"written": kept} if kept else {})
        found = unit.creatives.get(row.id, [v for ids in row.live.values() for v in ids])
        live = {slate: [found[v] for v in ids] for slate, ids in row.live.items()}
        signed = plan_hash(documents=row.documents, live=live, checks_version="1-older")
        row = msgspec.structs.replace(row, facts=facts, plan=signed)
        assert plan_verb.as_signed(unit, row)
        brand = {**row.documents, "brand": {**row.documents["brand"], "name": "Le Four"}}
        assert not plan_verb.as_signed(unit, msgspec.structs.replace(row, documents=brand))


@pytest.mark.parametrize("part", ["banks", "waiting", "frameworks"])
def test_the_bank_s_mark_changes_with_every_part_that_words_come_from(part: str) -> None:
    bank = load()
    if part == "frameworks":
        sms = bank.frameworks["sms"]
        parts = {**bank.frameworks, "sms": replace(sms, slots=(replace(sms.slots[0], bank="hooks"), *sms.slots[1:]))}
    else:
        phrases = getattr(bank, part)
        name = next(iter(phrases["fr"]))
        parts = {**phrases, "fr": {**phrases["fr"], name: phrases["fr"][name][1:]}}
    assert written.bank_version(replace(bank, **{part: parts})) != written.bank_version(bank)


def test_a_draft_of_an_earlier_gale_is_compared_by_its_own_documents(house: House) -> None:
    house.create()
    with house.ws.store.write() as unit:
        row = unit.campaigns.get(house.campaign)
        assert row is not None
        unit.campaigns.put(msgspec.structs.replace(row, facts={k: v for k, v in row.facts.items() if k != "written"}))
    house.plan()
    change(house.ws.root / "brief.yaml", title={"fr": "Autre", "en": "Other"})
    assert refused(house.plan) == [("plan.create_first", "brief.yaml")]


def test_a_running_campaign_signed_by_the_earlier_hash_stays_signed(house: House) -> None:
    board(house)
    house.go_live(20)
    with house.ws.store.write() as unit:
        row = unit.campaigns.get(house.campaign)
        assert row is not None
        first = plan_verb.current_hash(unit, row, schema=1)
        assert first != row.plan
        row = msgspec.structs.replace(row, plan=first)
        assert plan_verb.as_signed(unit, row)
        assert not plan_verb.as_signed(unit, msgspec.structs.replace(row, launched=None)), "a draft is signed whole"
