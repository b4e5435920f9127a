"""From a model's answer to the bank: checks, then a person, then a thousand variants."""

from __future__ import annotations

import json
import threading
from datetime import date
from typing import Any

import pytest
from asking import Ask
from replaying import Replaying, Reply, completion, error, phrases, replaying

from gale import creative
from gale.creative.combine import provenance_of
from gale.creative.frameworks import with_frameworks
from gale.creative.proposed import with_proposals
from gale.engine import create as create_verb
from gale.engine import proposals as decide
from gale.engine import propose as propose_verb
from gale.engine.verify import verify_ledger
from gale.engine.workspace import Documents
from gale.records.faults import Faults
from gale.records.framework import FrameworkDocument
from gale.records.proposal import Call, Proposal
from house import HOUR, House

GOOD = ("La croûte chante avant vous", "Le quartier se lève à l’odeur", "Une tranche, et le silence autour")
PAID = {"kind": "openai", "key_env": "WRITER_KEY", "price_in": "2", "price_out": "10"}


def codes(proposal: Proposal) -> set[str]:
    return {f.code for f in proposal.findings if f.severity == "refuse"}


def kept(house: House) -> list[Proposal]:
    with house.ws.store.read() as unit:
        return unit.proposals.of(house.campaign)


def calls(house: House) -> list[Call]:
    with house.ws.store.read() as unit:
        return unit.proposals.calls()


def told(house: House, kind: str) -> list[dict[str, Any]]:
    with house.ws.store.read() as unit:
        return [dict(e.body) for e in unit.ledger.scan() if e.kind == kind]


# --- what comes back --------------------------------------------------------------------------------------------------


def test_phrases_wait_for_a_person_with_their_call_and_what_it_cost(written: House, ask: Ask) -> None:
    with replaying(phrases(*GOOD, read=900, written=120)) as server:
        made = ask(server, settings=PAID, wanted=3)
    assert [p.text for p in made.proposals] == list(GOOD)
    assert {p.status for p in made.proposals} == {"proposed"}
    assert made.call.cost == 900 * 2 + 120 * 10  # millionths of a euro
    assert made.notes == ()
    line = told(written, "proposed")[-1]
    assert (line["count"], line["model"], line["cost_micros"]) == (3, "brise-8b", 3000)
    assert line["prompt"] == made.call.prompt
    assert verify_ledger(written.ws.store).verified


def test_an_offer_a_price_and_a_promise_of_the_models_own_are_refused_with_what_would_pass(ask: Ask) -> None:
    said = (
        "La tourte à −50 % ce matin",
        "Votre pain pour 3,90 €",
        "Le meilleur pain de la ville",
        "Un pain qui guérit",
    )
    with replaying(phrases(*said, GOOD[0])) as server:
        made = ask(server, wanted=5)
    assert [p.status for p in made.proposals] == ["refused"] * 4 + ["proposed"]
    assert "fact.no_such_offer" in codes(made.proposals[0])
    assert "fact.price" in codes(made.proposals[1])
    assert codes(made.proposals[2]) & {"fact.superlative", "fact.claim"}
    assert "health.claim" in codes(made.proposals[3])
    assert all(f.values["passes"] for p in made.proposals[:3] for f in p.findings)


def test_not_even_the_price_of_the_brief_is_a_models_to_write(ask: Ask) -> None:
    with replaying(phrases("La tourte, 4,20 €")) as server:
        made = ask(server, wanted=1)
    assert codes(made.proposals[0]) & {"fact.price", "propose.figure"}


def test_another_language_markup_and_template_signs_are_refused(ask: Ask) -> None:
    said = (
        "The bread is here and it is for you",
        "<b>Le pain</b> du matin",
        "Le pain de {brand}",
        "Le pain [frais|frais]",
    )
    with replaying(phrases(*said)) as server:
        made = ask(server, wanted=4)
    assert {p.status for p in made.proposals} == {"refused"}
    assert "language.wrong" in codes(made.proposals[0])
    assert "propose.signs" in codes(made.proposals[2]) & codes(made.proposals[3])
    assert made.notes[-1].code == "propose.all_refused"


def test_the_same_phrase_forty_times_is_one_phrase(ask: Ask) -> None:
    with replaying(phrases(*[GOOD[0]] * 39, f"« {GOOD[0]} »")) as server:
        made = ask(server, wanted=8)
    assert [p.text for p in made.proposals] == [GOOD[0]]
    notes = {n.code: n.values["n"] for n in made.notes}
    assert notes == {"propose.repeated": 39, "propose.fewer": 1}


def test_too_many_and_far_too_long_phrases_are_left_out_and_said(ask: Ask) -> None:
    many = [f"La croûte chante {w} la rue" for w in ("devant", "sous", "dans", "contre", "derrière", "sur", "vers")]
    with replaying(phrases("pain " * 2000, *many)) as server:
        made = ask(server, wanted=3)
    assert len(made.proposals) == 3
    assert {n.code: n.values["n"] for n in made.notes} == {"propose.too_long": 1, "propose.more": 4}


def test_what_is_in_the_bank_already_is_refused_and_what_was_proposed_is_not_shown_twice(
    written: House, ask: Ask
) -> None:
    papers = written.ws.read_documents()
    bank = creative.phrases(papers.brand, papers.brief, written.ws.catalogue, placement="email", locale="fr")
    known = next(p.text for p in bank if p.slot == "subject" and len(p.text.split()) > 3 and not p.findings)
    with replaying(phrases(known, GOOD[0])) as server:
        first = ask(server, wanted=2)
    assert codes(first.proposals[0]) == {"propose.alike"}
    with replaying(phrases(GOOD[0], GOOD[1])) as server:
        second = ask(server, wanted=2, angle="story")
        assert GOOD[0] in server.asked[0].body["messages"][1]["content"]  # told what to avoid
    assert [p.text for p in second.proposals] == [GOOD[1]]
    assert {n.code for n in second.notes} == {"propose.known", "propose.fewer"}


@pytest.mark.parametrize(
    ("reply", "code", "state"),
    [
        (completion("Je ne peux pas."), "writer.nonsense", "answered"),
        (completion('{"phrases": []}'), "writer.nothing", "answered"),
        (error(401), "writer.key_refused", "failed"),
        (Reply(b"{}", pause=3), "writer.slow", "in_doubt"),
    ],
)
def test_a_call_that_brought_nothing_is_kept_with_what_it_may_have_cost(
    written: House, ask: Ask, reply: Reply, code: str, state: str
) -> None:
    with replaying(reply) as server, pytest.raises(Faults) as problem:
        ask(server, settings=PAID | {"timeout_s": 1})
    assert problem.value.faults[0].code == code
    call = calls(written)[-1]
    assert (call.state, call.problem) == (state, code)
    assert (call.cost == 0) == (state == "failed")
    assert kept(written) == []
    assert written.create(wanted=12).accepted > 0  # everything else still works


# --- what is never asked for ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slot", ["price", "offer", "claim", "core", "brand", "cta", "legal"])
def test_fixed_slots_refuse_a_model_before_anything_is_sent(ask: Ask, slot: str) -> None:
    with replaying(phrases(*GOOD)) as server:
        with pytest.raises(Faults) as problem:
            ask(server, slot=slot)
        assert problem.value.faults[0].code == "propose.slot_closed"
        assert server.asked == []


def test_a_locked_slot_refuses_a_model_and_keeps_what_was_accepted_before_out(written: House, ask: Ask) -> None:
    with replaying(phrases(*GOOD)) as server:
        made = ask(server, slot="opening", angle="", wanted=3)
    document = FrameworkDocument.model_validate(
        {
            "id": "mine",
            "placement": "email",
            "slots": [
                {"name": "subject", "bank": "hooks"},
                {
                    "name": "opening",
                    "phrases": {"fr": ["Le four est à nous."], "en": ["The oven is ours."]},
                    "locked": True,
                },
                {"name": "cta", "bank": "calls"},
            ],
            "fields": {"subject": [["subject"]], "body": [["opening"]], "cta": [["cta"]]},
        }
    )
    locked = with_frameworks(written.ws.catalogue, [document])
    with pytest.raises(Faults, match=r"propose\.slot_closed"):
        decide.accept(written.ws.store, locked, made.proposals[0].id, by="me", now=written.clock.now())
    slots = with_proposals(locked, made.proposals).frameworks["email"].slots
    assert [t.text for s in slots if s.name == "opening" for t in s.own["fr"]] == ["Le four est à nous."]


def test_the_first_slot_needs_an_angle_that_exists_and_the_brief_its_language(ask: Ask) -> None:
    with replaying(phrases(*GOOD)) as server:
        for more, code in (
            ({"angle": ""}, "propose.angle_missing"),
            ({"angle": "astrology"}, "propose.angle_unknown"),
            ({"locale": "de"}, "propose.language"),
            ({"slot": "poem"}, "propose.slot_unknown"),
            ({"wanted": 400}, "propose.wanted"),
            ({"by": "nobody"}, "author.unknown"),
        ):
            with pytest.raises(Faults) as problem:
                ask(server, **more)  # type: ignore[arg-type]
            assert problem.value.faults[0].code == code
        assert server.asked == []


def test_no_price_no_offer_no_claim_and_no_person_is_sent(written: House, ask: Ask) -> None:
    written.people(3)
    with replaying(phrases(*GOOD)) as server:
        ask(server)
    sent = json.dumps(server.asked[0].body, ensure_ascii=False)
    assert "cuit chaque matin" in sent
    assert "4,20" not in sent
    assert "4.20" not in sent
    assert "p_00001" not in sent


# --- budget -----------------------------------------------------------------------------------------------------------


def test_a_call_that_could_break_the_budget_is_not_made(written: House, ask: Ask) -> None:
    with replaying(phrases(*GOOD)) as server:
        with pytest.raises(Faults) as problem:
            ask(server, settings=PAID | {"monthly_budget": "0.001"})
        assert problem.value.faults[0].code == "writer.budget"
        assert problem.value.faults[0].values["day"] == "2026-10-01"
        with pytest.raises(Faults, match=r"writer\.call_budget"):
            ask(server, settings=PAID | {"call_budget": "0.001"})
        with pytest.raises(Faults, match=r"writer\.price_missing"):
            ask(server, settings={"kind": "openai", "key_env": "WRITER_KEY"})
        assert server.asked == []
    assert calls(written) == []


def test_two_who_ask_at_once_stay_within_the_budget_together(written: House, ask: Ask) -> None:
    with replaying(phrases(*GOOD)) as server:
        most = ask.dry(server, settings=PAID).at_most
    settings = PAID | {"monthly_budget": f"{1.5 * most / 1e6:.6f}"}
    problems: list[str] = []

    def go(server: Replaying) -> None:
        try:
            ask(server, settings=settings)
        except Faults as problem:
            problems.append(problem.faults[0].code)

    with replaying(Reply(phrases(*GOOD).body, pause=0.4)) as server:
        threads = [threading.Thread(target=go, args=(server,)) for _ in range(2)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert len(server.asked) == 1
    assert problems == ["writer.budget"]


def test_the_budget_begins_anew_with_the_month(written: House, ask: Ask) -> None:
    with replaying(phrases(*GOOD)) as server:
        ask(server, settings=PAID)
        assert propose_verb.spent(written.ws.store, now=written.clock.now(), timezone="Europe/Paris") > 0
        written.clock.move_to(written.clock.now() + 30 * 24 * HOUR)
        assert propose_verb.spent(written.ws.store, now=written.clock.now(), timezone="Europe/Paris") == 0


# --- a person decides -------------------------------------------------------------------------------------------------


def test_accepted_edited_rejected_and_taken_back(written: House, ask: Ask) -> None:
    store, catalogue = written.ws.store, written.ws.catalogue
    with replaying(phrases(*GOOD, "La tourte à −50 %")) as server:
        made = ask(server, wanted=4)
    first, second, third, refused = made.proposals
    now = written.clock.now()
    assert decide.accept(store, catalogue, first.id, by="me", now=now + 1).status == "accepted"
    mine = decide.edit(store, catalogue, second.id, text="la rue se lève à l'odeur", by="me", now=now + 2)
    assert (mine.status, mine.text) == ("edited", "La rue se lève à l’odeur")
    assert mine.provenance == "compositeWithTrainedAlgorithmicMedia"
    assert decide.reject(store, third.id, by="me", now=now + 3).status == "rejected"
    with pytest.raises(Faults) as problem:
        decide.accept(store, catalogue, refused.id, by="me", now=now + 4)
    assert [f.code for f in problem.value.faults][:2] == ["proposal.refused", "fact.no_such_offer"]
    with pytest.raises(Faults, match=r"fact\.no_such_offer"):
        decide.edit(store, catalogue, refused.id, text="La tourte à −40 %", by="me", now=now + 4)
    assert (
        decide.edit(store, catalogue, refused.id, text="La tourte, ce matin", by="me", now=now + 5).status == "edited"
    )
    with pytest.raises(Faults, match=r"proposal\.decided"):
        decide.accept(store, catalogue, first.id, by="me", now=now + 6)
    for status, text in (
        ("refused", refused.text),
        ("proposed", GOOD[2]),
        ("proposed", GOOD[1]),
        ("proposed", GOOD[0]),
    ):
        back = decide.undo(store, written.campaign, by="me", now=now + 7)
        assert (back.status, back.text) == (status, text)
    with pytest.raises(Faults, match=r"proposal\.nothing_to_undo"):
        decide.undo(store, written.campaign, by="me", now=now + 8)
    assert [len(told(written, k)) for k in ("accepted", "rejected", "undone")] == [3, 1, 4]
    assert verify_ledger(store).verified


def test_a_decision_has_a_name(written: House, ask: Ask) -> None:
    with replaying(phrases(*GOOD)) as server:
        made = ask(server, wanted=3)
    for by, code in (("", "proposal.by_missing"), ("stranger", "author.unknown")):
        with pytest.raises(Faults) as problem:
            decide.accept(written.ws.store, written.ws.catalogue, made.proposals[0].id, by=by, now=1)
        assert problem.value.faults[0].code == code


def test_what_passed_when_it_was_proposed_is_checked_again_when_it_is_accepted(written: House, ask: Ask) -> None:
    with replaying(phrases(*GOOD)) as server:
        made = ask(server, wanted=3)
    with written.ws.store.write() as unit:  # the brand bans a word meanwhile
        row = unit.campaigns.get(written.campaign)
        assert row is not None
        row.documents["brand"]["banned"] = {"fr": ["croûte"]}
        unit.campaigns.put(row)
    with pytest.raises(Faults, match=r"style\.banned"):
        decide.accept(written.ws.store, written.ws.catalogue, made.proposals[0].id, by="me", now=1)


# --- one call feeds the thousand --------------------------------------------------------------------------------------


def accept_all(house: House, made: tuple[Proposal, ...]) -> None:
    for i, proposal in enumerate(made):
        decide.accept(house.ws.store, house.ws.catalogue, proposal.id, by="me", now=house.clock.now() + i)


def test_one_call_changes_the_thousand_and_every_variant_says_where_its_words_are_from(
    written: House, ask: Ask
) -> None:
    with replaying(phrases(*GOOD)) as server:
        made = ask(server, wanted=3)
        assert len(server.asked) == 1
    accept_all(written, made.proposals)
    documents = written.ws.read_documents()
    created = create_verb.create(
        written.ws.store, written.ws.catalogue, documents, now=written.clock.now(), seed=2, wanted=1000
    )
    assert created.by_placement["email"]["fr"] == 1000
    with written.ws.store.read() as unit:
        variants = unit.creatives.page(written.campaign, placement="email", locales=["fr"], accepted=True, limit=1000)
        others = unit.creatives.page(written.campaign, placement="email", locales=["en"], accepted=True, limit=50)
    fed = [v for v in variants if v.slots["subject"] in GOOD]
    assert len(fed) >= 12
    assert {v.slots["subject"] for v in fed} == set(GOOD)
    assert {v.provenance for v in fed} == {"compositeWithTrainedAlgorithmicMedia"}
    assert all(v.by_model for v in fed)
    assert {v.provenance for v in variants if v.slots["subject"] not in GOOD} == {"algorithmicMedia"}
    assert not any(v.by_model for v in others)
    assert told(written, "created")[-1]["by_model"] == len(fed)


def test_provenance_by_what_a_model_and_a_person_wrote() -> None:
    def phrase(origin: str = "", edited: bool = False, free: bool = True) -> creative.Phrase:
        return creative.Phrase(
            id="x", template="x", slot="s", angle="any", text="X", origin=origin, edited=edited, free=free
        )

    model, bank, hers, fixed = phrase("model"), phrase(), phrase(edited=True), phrase(free=False)
    assert provenance_of([model, model, fixed]) == "trainedAlgorithmicMedia"
    assert provenance_of([model, bank]) == "compositeWithTrainedAlgorithmicMedia"
    assert provenance_of([phrase("edited")]) == "compositeWithTrainedAlgorithmicMedia"
    assert provenance_of([phrase("model", edited=True)]) == "compositeWithTrainedAlgorithmicMedia"
    assert provenance_of([hers, fixed]) == "human"
    assert provenance_of([bank, hers]) == "algorithmicMedia"


def test_a_phrase_let_in_or_taken_back_after_the_writing_is_told_at_the_plan(written: House, ask: Ask) -> None:
    """Nobody signs words that a colleague took back."""
    with replaying(phrases(*GOOD)) as server:
        made = ask(server, wanted=3)
    written.plan()
    accept_all(written, made.proposals)
    with pytest.raises(Faults, match=r"plan\.let_in_first"):
        written.plan()
    written.create(wanted=12)
    written.plan()
    decide.undo(written.ws.store, written.campaign, by="me", now=written.clock.now() + 9)
    with pytest.raises(Faults, match=r"plan\.let_in_first"):
        written.plan()


def test_whoever_lets_a_phrase_in_is_an_author(written: House, ask: Ask) -> None:
    with replaying(phrases(*GOOD)) as server:
        made = ask(server, wanted=3)
    accept_all(written, made.proposals[:1])
    written.create(wanted=12)
    with written.ws.store.read() as unit:
        row = unit.campaigns.get(written.campaign)
    assert row is not None
    assert row.facts["authors"] == ["me"]
    assert row.facts["proposals"] == [made.proposals[0].id]
    assert Documents.of(row).brief.flight.start >= date(2026, 1, 1)


def test_a_campaign_that_runs_asks_no_model(house: House) -> None:
    house.go_live(60)
    with pytest.raises(Faults, match=r"campaign\.running"), replaying(phrases(*GOOD)) as server:
        Ask(house)(server)
    assert calls(house) == []
