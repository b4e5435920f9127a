"""Links: what a text may lead to, what an own address may carry, and how every exported link says where it came from."""

from __future__ import annotations

from functools import partial
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gale import creative
from gale.adapters.catalogue import load
from gale.creative import combine
from gale.creative.addresses import UTM, refused, remarked, tracked, untracked, utm, utm_value
from gale.creative.letters import Landing
from gale.creative.sheets import PLATFORMS, sheet

check = partial(creative.check, catalogue=load(), slot="opening", placement="email")

TEXTS = [
    ("fr", "Rendez-vous sur eveil.example.", []),
    ("fr", "Tout est dit : https://eveil.example/aube", []),
    ("fr", "Tout est dit : https://www.eveil.example/autre", []),
    ("fr", "Voir www.ailleurs.com", ["text.link"]),
    ("fr", "Voir https://eveil.example.ailleurs.com/aube", ["text.link"]),
    ("fr", "Voir l.example.com, puis dormir.", ["text.link"]),
    ("fr", "Cliquez ici : bit.ly/3abcd", ["link.shortener"]),
    ("fr", "Le café est en bas : http://192.0.2.7/aube", ["link.number"]),
    ("fr", "Le café, 192.0.2.7:8080/aube", ["link.number"]),
    ("fr", "javascript:alert(document.cookie)", ["link.code"]),
    ("fr", "Lisez https://evеil.example/aube", ["link.lookalike"]),  # е is Cyrillic
    ("fr", "Lisez https://xn--80ak6aa92e.com/aube", ["link.lookalike"]),
    ("fr", "Le matin. Le café.", []),
    ("fr", "Données : voici.", []),
    ("en", "See it on t.co/abc today", ["link.shortener"]),
    ("en", "data:text/html;base64,AAAA", ["link.code"]),
    ("en", "Your data: kept here.", []),
    ("en", "Read https://eveil.example/aube.", []),
    ("en", "Read https://other.example.org/", ["text.link"]),
]


@pytest.mark.parametrize(("locale", "text", "codes"), TEXTS)
def test_a_text_leads_only_where_the_brief_says(example, locale, text, codes):
    brand, brief = example("eveil")
    found = check(text, locale=locale, brand=brand, brief=brief)
    mine = [f for f in found if f.code.startswith("link.") or f.code == "text.link"]
    assert [f.code for f in mine] == codes
    assert all(f.values["passes"] and f.severity == "refuse" for f in mine)


REFUSED = [
    ("https://eveil.example/aube", []),
    ("https://café-nantes.example/", []),
    ("https://кофе.example/", []),
    ("https://eveil.example/?produit=aube&nom=tourte&ref=a@b", []),
    ("https://eveil.example/?ad={{ad.id}}&k={keyword}&c=__CAMPAIGN_ID__", []),
    ("eveil.example/aube", ["landing.scheme"]),
    ("javascript:alert(1)", ["landing.scheme"]),
    ("data:text/html,hi", ["landing.scheme"]),
    ("ftp://eveil.example/", ["landing.scheme"]),
    ("https://[eveil", ["landing.scheme"]),
    ("https://user:secret@eveil.example/", ["landing.credentials"]),
    ("https://evеil.example/", ["landing.lookalike"]),
    ("https://eveil.example/?email=x", ["landing.personal"]),
    ("https://eveil.example/?u=ana%40poste.example", ["landing.personal"]),
    ("https://eveil.example/?a=1&prenom=Ana", ["landing.personal"]),
    ("https://eveil.example/?id={{ contact.ID }}", ["landing.tag"]),
    ("https://eveil.example/?id=*|UNIQID|*", ["landing.tag"]),
]


@pytest.mark.parametrize(("address", "codes"), REFUSED)
def test_an_own_address_is_refused_for_exactly_these_reasons(address, codes):
    found = list(refused(address, "brief.yaml landing"))
    assert [f.code for f in found] == codes
    for fault in found:
        passes = fault.values["passes"]
        assert passes
        if "…" not in passes and passes.startswith("http"):
            assert list(refused(passes, "")) == []


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        ("https://eveil.example/aube", []),
        ("http://eveil.example/aube", ["landing.insecure"]),
        ("http://localhost:8000/", []),
        ("https://bit.ly/x", ["landing.shortener"]),
        ("https://192.0.2.7/x", ["landing.number"]),
        ("https://eveil.example/?utm_source=site&a=1&UTM_Medium=x", ["landing.utm"]),
        ("https://user:secret@eveil.example/?utm_source=site", []),  # refused: nothing more to say
    ],
)
def test_what_stops_nothing_is_told(address, codes):
    assert [f.code for f in remarked(address, "brief.yaml landing")] == codes


def test_an_address_with_utm_of_its_own_gets_ours_once(example):
    own = "https://eveil.example/aube?utm_source=site&size=250%20g&UTM_Campaign=old&gale=x#top"
    link = Landing(own, "eveil", "aube").link("v_1", "d_1")
    parts = urlsplit(link)
    assert parse_qsl(parts.query) == [
        ("size", "250 g"), ("utm_source", "eveil"), ("utm_medium", "email"), ("utm_campaign", "aube"),
        ("utm_content", "v_1"), ("gale", "d_1"),
    ]  # fmt: skip
    assert "size=250%20g" in link
    assert parts.fragment == "top"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_exported_link_carries_the_four_parameters_once(example, platform):
    brand, brief = example("eveil")
    brief = brief.model_copy(update={"landing": "https://eveil.example/aube?utm_source=site&utm_id=9&size=2"})
    placement = "meta" if platform == "meta" else "search"
    variants = combine(brand, brief, load(), placement=placement, locale="fr", wanted=60, seed=2).accepted
    header, rows = sheet(platform, variants, brand, brief, "Été à Nantes")
    assert rows
    for row in (dict(zip(header, r, strict=True)) for r in rows):
        link = row.get("Final URL") or row.get("link") or f"{row['Link']}&{row['URL Tags']}"
        query = parse_qsl(urlsplit(link).query)
        names = [name for name, _ in query]
        assert [n for n in names if n in UTM] == list(UTM)
        assert ("size", "2") in query
        assert ("utm_id", "9") in query
        values = dict(query)
        assert values["utm_campaign"] == "ete-a-nantes"
        assert all(values[n] == utm_value(values[n]) for n in UTM)


@given(st.text(), st.text(), st.text(), st.text())
def test_utm_values_need_no_escaping_and_stay_the_same(source, medium, campaign, content):
    tags = utm(source=source, medium=medium, campaign=campaign, content=content)
    link = tracked("https://cafe.example/?x=1", tags)
    assert tracked(link, tags) == link
    assert "%" not in link
    assert link == link.lower()
    assert untracked(link) == "https://cafe.example/?x=1"
