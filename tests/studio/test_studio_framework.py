"""The Framework page: what a letter is built of, and phrases that a strategist bans, pins and lets back."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from studio_samples import ADDRESS, render

from gale.adapters.catalogue import load
from gale.creative import phrases
from gale.engine.create import adopt, create
from gale.engine.wish import wish
from gale.studio.render import studio_environment


@pytest.fixture(autouse=True)
def a_smaller_thousand(monkeypatch):
    """Every change writes the thousand again; sixty show the same."""
    monkeypatch.setattr("gale.studio.desk.WANTED", 60)


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


def post(browser, campaign, path, **fields):
    token = re.search(r'name="csrf" value="([^"]+)"', page(browser, campaign)).group(1)
    told = {"csrf": token, "placement": "email", "locale": "fr", "slot": "subject", **fields}
    return browser.post(f"/c/{campaign}/framework/{path}", data=told, headers={"origin": ADDRESS})


def take_back(browser, campaign, answer):
    """Press the Undo that the page shows after a change."""
    shown = browser.get(answer.headers["location"]).text
    undo = html.unescape(re.search(r'action="(/c/[^"]+/framework/undo[^"]*)"', shown).group(1))
    token = re.search(r'name="csrf" value="([^"]+)"', shown).group(1)
    return browser.post(undo, data={"csrf": token}, headers={"origin": ADDRESS})


def written(workspace, campaign):
    with workspace.store.read() as unit:
        return [v for v in unit.creatives.scan(campaign) if v.accepted and (v.placement, v.locale) == ("email", "fr")]


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


@pytest.mark.parametrize("keep", ["banned", "pinned"])
def test_one_click_takes_a_ban_or_a_pin_back_to_what_stood_before(inside, workspace, campaign, keep):
    closing = written(workspace, campaign)[0].phrases["closing"]
    before, thousand = facts(workspace, campaign), [v.id for v in written(workspace, campaign)]
    assert take_back(inside, campaign, act(inside, campaign, closing, keep)).status_code == 303
    after = facts(workspace, campaign)
    assert [after.get(k, []) for k in ("banned", "pinned")] == [before.get(k, []) for k in ("banned", "pinned")]
    assert [v.id for v in written(workspace, campaign)] == thousand


def test_letting_a_pinned_phrase_back_can_be_undone_to_pinned(inside, workspace, campaign):
    closing = written(workspace, campaign)[0].phrases["closing"]
    act(inside, campaign, closing, "pinned")
    take_back(inside, campaign, act(inside, campaign, closing, "free"))
    assert closing in facts(workspace, campaign)["pinned"]
    act(inside, campaign, closing, "free")


def test_a_phrase_is_written_anew_on_the_page_refused_in_place_and_taken_back(inside, workspace, campaign):
    phrase = written(workspace, campaign)[0].phrases["subject"]
    assert 'id="ed"' in page(inside, campaign, slot="subject", edit=phrase)
    live = post(inside, campaign, "check", phrase=phrase, text="Le savon à −50 %")
    assert "−50" in live.text
    assert "<html" not in live.text
    refused = post(inside, campaign, "edit", phrase=phrase, text="Le savon à −50 %")
    assert refused.status_code == 422
    assert 'value="Le savon à −50 %"' in html.unescape(refused.text)
    assert phrase not in facts(workspace, campaign)["edits"]
    done = post(inside, campaign, "edit", phrase=phrase, text="Le chaudron a tout son temps")
    assert done.status_code == 303
    assert "Écrite ici, à la main" in page(inside, campaign, slot="subject")
    assert take_back(inside, campaign, done).status_code == 303
    assert phrase not in facts(workspace, campaign)["edits"]


def test_taking_an_edit_back_restores_the_edit_before_it(inside, workspace, campaign):
    phrase = written(workspace, campaign)[0].phrases["subject"]
    post(inside, campaign, "edit", phrase=phrase, text="Le chaudron prend son temps")
    take_back(inside, campaign, post(inside, campaign, "edit", phrase=phrase, text="Le chaudron a le temps"))
    assert facts(workspace, campaign)["edits"][phrase] == "Le chaudron prend son temps"
    post(inside, campaign, "edit", phrase=phrase, back="1")
    assert phrase not in facts(workspace, campaign)["edits"]


def test_the_page_answers_a_wish_from_the_bank_and_says_why(inside, campaign):
    shown = html.unescape(page(inside, campaign, slot="subject", wish="plus court"))
    assert "phrases de la banque pour" in shown
    assert "de moins" in shown
    gift = html.unescape(page(inside, campaign, slot="subject", wish="for a birthday"))
    assert "dit «\u00a0" in gift
    nothing = html.unescape(page(inside, campaign, slot="subject", wish="hyperloop"))
    assert "Rien dans la banque ne répond" in nothing
    assert "brief.yaml scenes.fr" in nothing
    assert "Écrivez-la vous-même" in nothing
    assert "est trop longue" in page(inside, campaign, slot="subject", wish="plus court " * 40)
    assert "n’a été compris" in page(inside, campaign, slot="subject", wish="… ?")


def test_a_phrase_for_night_owls_is_taken_in_survives_create_and_is_left_out_again(inside, workspace, campaign):
    where = {"placement": "email", "slot": "subject", "locale": "fr"}
    answer = wish(workspace.store, workspace.catalogue, campaign, wish="pour les couche-tard", **where)
    offer = next(o for o in answer.offers if o.outside)
    shown = html.unescape(page(inside, campaign, slot="subject", wish="pour les couche-tard"))
    assert "Elle suppose une soirée" in shown
    assert offer.phrase.text not in {v.slots["subject"] for v in written(workspace, campaign)}
    done = post(inside, campaign, "keep", phrase=offer.take, keep="taken")
    assert facts(workspace, campaign)["taken"] == [offer.take]
    assert "Prise pour cette case" in page(inside, campaign, slot="subject", every="1")
    create(
        workspace.store, workspace.catalogue, workspace.read_documents(), now=workspace.clock.now(), seed=1, wanted=300
    )
    assert offer.phrase.text in {v.slots["subject"] for v in written(workspace, campaign)}
    assert facts(workspace, campaign)["taken"] == [offer.take]
    with workspace.store.read() as unit:
        entry = [e for e in unit.ledger.scan() if e.kind == "created"][-1]
    assert entry.body["taken"] == [offer.take]
    take_back(inside, campaign, done)
    assert facts(workspace, campaign).get("taken", []) == []


def test_a_phrase_that_nobody_offered_cannot_be_taken_in(inside, workspace, campaign):
    before = facts(workspace, campaign)
    for key in ("email/subject/hooks.nothing", "email/price/asked-hooks.1", "nowhere", "sms/line/x", "email//"):
        assert post(inside, campaign, "keep", phrase=key, keep="taken").status_code == 422
    assert facts(workspace, campaign) == before


def test_what_a_ban_would_leave_is_counted_exactly(inside, workspace, campaign):
    shown = html.unescape(page(inside, campaign, slot="closing", every="1"))
    letters = written(workspace, campaign)
    said = r"dans (\d+) variantes? ; sans elle, il en resterait (\d+) sur (\d+)".replace(" ;", "\u202f;")
    told = re.findall(said, shown)
    assert told
    counts = sorted(sum(v.phrases["closing"] == p for v in letters) for p in {v.phrases["closing"] for v in letters})
    assert sorted(int(used) for used, _, _ in told) == counts
    assert all(int(before) - int(used) == int(after) == len(letters) - int(used) for used, after, before in told)


def test_without_a_model_one_line_says_how_to_connect_one(inside, campaign):
    shown = html.unescape(page(inside, campaign))
    assert "ajoutez une section writer à gale.yaml" in shown
    assert "framework/ask" not in shown
    assert post(inside, campaign, "ask", wish="plus court").status_code in (303, 422)


def test_a_change_without_this_sessions_token_changes_nothing(inside, workspace, campaign):
    before = facts(workspace, campaign)
    closing = written(workspace, campaign)[0].phrases["closing"]
    for path in ("keep", "edit", "ask", "write", f"undo?phrase={closing}&keep=banned"):
        told = {"phrase": closing, "keep": "banned", "text": "Rien.", "wish": "plus court"}
        answer = inside.post(f"/c/{campaign}/framework/{path}", data=told, headers={"origin": ADDRESS})
        assert answer.status_code == 403
    assert facts(workspace, campaign) == before


def test_an_edit_of_a_phrase_that_does_not_exist_or_of_no_place_changes_nothing(inside, workspace, campaign):
    before = facts(workspace, campaign)
    assert (
        post(inside, campaign, "edit", phrase="hooks.nothing", text="Le chaudron a tout son temps").status_code == 422
    )
    assert post(inside, campaign, "edit", text="Le chaudron a tout son temps").status_code == 422
    assert post(inside, campaign, "undo?phrase=hooks.nothing&keep=banned").status_code == 422
    assert post(inside, campaign, "undo?phrase=x&back=1").status_code == 422
    assert facts(workspace, campaign) == before


def test_another_city_that_tells_the_same_words_keeps_what_was_taken_in(inside, workspace, campaign):
    where = {"placement": "email", "slot": "closing", "locale": "fr"}
    offers = wish(workspace.store, workspace.catalogue, campaign, wish="pour le soir", **where).offers
    key = next(o.take for o in offers if o.take)
    post(inside, campaign, "keep", phrase=key, keep="taken")
    papers = workspace.read_documents()
    twin = replace(papers, campaign=papers.campaign.model_copy(update={"id": "elsewhere"}))
    adopt(workspace.store, campaign, twin, now=workspace.clock.now())
    assert facts(workspace, "elsewhere")["taken"] == [key]
    post(inside, campaign, "keep", phrase=key, keep="left")


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_what_was_launched_is_looked_at_and_changed_by_nothing(locale):
    launched = render("framework-running", locale)
    assert not re.search(r'action="[^"]*/framework/(keep|edit|ask|write|undo)', launched)
    assert re.search(r'action="[^"]*/framework/keep', render("framework", locale))


def test_a_second_paragraph_of_a_newsletter_is_named_in_the_reader_s_language() -> None:
    code = studio_environment("fr").globals["code"]
    assert code("slot.middle_2") == "Milieu 2"  # type: ignore[operator]
    assert code("slot.own_word") == "own word"  # type: ignore[operator]
