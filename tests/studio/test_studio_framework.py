"""The Framework page: what a letter is built of, and phrases that a strategist bans, pins and lets back."""

from __future__ import annotations

import re

import pytest
from studio_samples import ADDRESS

from gale.adapters.catalogue import load
from gale.creative import phrases
from gale.engine.create import create


@pytest.fixture(scope="module")
def campaign(workspace):
    papers = workspace.read_documents()
    create(workspace.store, workspace.catalogue, papers, now=workspace.clock.now(), seed=1, wanted=60)
    return papers.campaign.id


def page(browser, campaign, **asked):
    told = browser.get(f"/c/{campaign}/framework", params={"placement": "email", "locale": "fr", **asked})
    assert told.status_code == 200
    return told.text


def act(browser, campaign, phrase, keep):
    token = re.search(r'name="csrf" value="([^"]+)"', page(browser, campaign)).group(1)
    form = {"csrf": token, "phrase": phrase, "keep": keep, "placement": "email", "locale": "fr", "slot": "subject"}
    return browser.post(f"/c/{campaign}/framework/keep", data=form, headers={"origin": ADDRESS})


def facts(workspace, campaign):
    with workspace.store.read() as unit:
        return unit.campaigns.get(campaign).facts


def test_the_page_shows_every_slot_and_what_is_shut(inside, campaign):
    shown = page(inside, campaign)
    for slot in ("Objet", "Entrée", "Milieu", "Prix"):
        assert slot in shown
    assert "personne n’écrit ici" in shown
    assert page(inside, campaign, slot="closing", order="shorter").index("<ul class") > 0


def test_a_banned_phrase_leaves_the_thousand_and_comes_back(inside, workspace, campaign):
    papers = workspace.read_documents()
    first = next(
        p
        for p in phrases(papers.brand, papers.brief, load(), placement="email", locale="fr")
        if p.slot == "subject" and not p.refused
    )
    assert act(inside, campaign, first.id, "banned").status_code == 303
    assert first.id in facts(workspace, campaign)["banned"]
    with workspace.store.read() as unit:
        assert not any(first.id in v.phrases.values() for v in unit.creatives.scan(campaign) if v.accepted)
    assert act(inside, campaign, first.id, "free").status_code == 303
    assert first.id not in facts(workspace, campaign)["banned"]


def test_a_pinned_phrase_alone_fills_its_slot(inside, workspace, campaign):
    papers = workspace.read_documents()
    closing = next(
        p for p in phrases(papers.brand, papers.brief, load(), placement="email", locale="fr") if p.slot == "closing"
    )
    assert act(inside, campaign, closing.id, "pinned").status_code == 303
    with workspace.store.read() as unit:
        letters = [
            v for v in unit.creatives.scan(campaign) if v.accepted and v.placement == "email" and v.locale == "fr"
        ]
    assert letters
    assert {v.slots["closing"] for v in letters} == {closing.text}
    act(inside, campaign, closing.id, "free")


def test_an_act_that_does_not_exist_is_refused_and_changes_nothing(inside, workspace, campaign):
    before = facts(workspace, campaign)
    assert act(inside, campaign, "x", "burn").status_code == 422
    assert facts(workspace, campaign) == before


def test_a_phrase_that_does_not_exist_is_neither_banned_nor_pinned(inside, workspace, campaign):
    before = facts(workspace, campaign)
    assert act(inside, campaign, "hooks.nothing", "banned").status_code == 422
    assert facts(workspace, campaign) == before
