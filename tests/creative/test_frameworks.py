"""What a strategist designs: her own slots and phrases, what is locked, what follows a declared attribute."""

from __future__ import annotations

import pytest

from gale.adapters.catalogue import load
from gale.creative import combine, free_slots
from gale.creative.frameworks import silent, with_frameworks
from gale.creative.personal import Personal
from gale.records.faults import Faults
from gale.records.framework import FrameworkDocument

LETTER = {
    "schema": 1,
    "id": "letter",
    "placement": "email",
    "slots": [
        {"name": "subject", "bank": "hooks", "zone": "head", "phrases": {"fr": [{"text": "Un mot d'Angers.", "angle": "maker"}]}},
        {"name": "opening", "bank": "openings", "tied": True},
        {"name": "core", "phrases": {"fr": ["Se regarder sans se corriger."]}, "locked": True},
        {"name": "middle", "bank": "middles", "tied": True},
        {
            "name": "tip",
            "phrases": {"fr": ["{Quelques|Quelques} gouttes suffisent."]},
            "by": "skin_type",
            "choices": {"dry": {"fr": "Le soir, sur peau encore humide."}, "oily": {"fr": "Une goutte, du bout des doigts."}},
        },
        {"name": "cta", "bank": "calls", "zone": "button"},
    ],
    "fields": {"subject": [["subject"]], "body": [["opening"], ["core"], ["middle"], ["tip"]], "cta": [["cta"]]},
}  # fmt: skip


def designed(**change):
    return with_frameworks(load(), [FrameworkDocument.model_validate({**LETTER, **change})])


def letters(example, catalogue, wanted=200):
    brand, brief = example("peau")
    return combine(brand, brief, catalogue, placement="email", locale="fr", wanted=wanted, seed=1).accepted


def test_her_own_framework_is_filled_and_what_she_locked_is_in_every_letter(example):
    made = letters(example, designed())
    assert len(made) == 200
    assert all("Se regarder sans se corriger." in v.fields["body"] for v in made)
    assert any(v.fields["subject"] == "Un mot d’Angers." for v in made)
    assert "core" not in free_slots(designed(), "email", "fr")


def test_each_person_gets_the_version_of_what_she_declared_and_each_is_rendered_once(example):
    brand, brief = example("peau")
    catalogue = designed()
    variants = letters(example, catalogue, wanted=5)
    renderer = Personal(catalogue.frameworks["email"], brand, brief, catalogue, "fr")
    people = [{"skin_type": kind} for kind in ("dry", "oily", "normal")] * 100
    for variant in variants:
        seen = [renderer.fields(variant, person) for person in people]
        assert "humide" in seen[0]["body"]
        assert "bout des doigts" in seen[1]["body"]
        assert seen[2] == variant.fields  # she declared nothing that has a text of its own
    assert renderer.renders == 5 * 3
    assert renderer.hits == 5 * 297


def test_a_choice_is_checked_like_every_other_phrase(example):
    brand, brief = example("peau")
    slots = [dict(s) for s in LETTER["slots"]]
    slots[4]["choices"] = {"dry": {"fr": "Testée et approuvée contre les rides."}}
    catalogue = designed(slots=slots)
    with pytest.raises(Faults) as problem:
        Personal(catalogue.frameworks["email"], brand, brief, catalogue, "fr")
    fault = problem.value.faults[0]
    assert fault.code == "framework.choice_refused"
    assert fault.values["value"] == "dry"
    assert fault.values["passes"]


def test_everything_wrong_in_a_design_is_told_at_once():
    slots = [
        {"name": "subject", "bank": "crochets"},
        {"name": "subject", "bank": "lines"},
        {"name": "core", "bank": "lines", "locked": True},
        {"name": "tip", "by": "skin_type"},
        {"name": "disclosure", "phrases": {"fr": ["Relu par Léa."]}},
    ]
    with pytest.raises(Faults) as problem:
        designed(slots=slots, fields={"title": [["subject", "nothing"]]})
    assert {f.code for f in problem.value.faults} == {
        "framework.bank_unknown", "framework.slot_twice", "framework.locked", "framework.choices", "framework.empty",
        "framework.field_unknown", "framework.slot_unknown", "framework.slot_unused", "framework.disclosure_written",
    }  # fmt: skip
    assert all(f.where.startswith("frameworks/letter.yaml") for f in problem.value.faults)


def test_a_slot_without_words_in_a_language_of_the_brief_is_told():
    letter = FrameworkDocument.model_validate(LETTER)
    told = [(f.values["slot"], f.values["locale"]) for f in silent([letter], ["fr", "en"])]
    assert told == [("core", "en"), ("tip", "en")]
    assert silent([letter], ["fr", "fr-BE"]) == []
