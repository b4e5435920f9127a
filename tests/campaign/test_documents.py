"""Contradictions between documents, and faults inside one, each with its line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from campaign_samples import TEXT, documents, plain, purpose, touchpoint

from gale.campaign import check, parse
from gale.campaign.documents import remarks
from gale.records.faults import Faults
from gale.records.kinds import DOCUMENTS

Change = Callable[[dict[str, Any]], Any]


def touchpoints(data: dict[str, Any]) -> list[dict[str, Any]]:
    return data["campaign"]["narrative"][0]["touchpoints"]  # type: ignore[no-any-return]


def purposes(data: dict[str, Any]) -> list[dict[str, Any]]:
    return data["purposes"]["purposes"]  # type: ignore[no-any-return]


def test_documents_that_agree_have_no_fault() -> None:
    assert check(*documents()) == []


def test_what_stops_nothing_is_told_with_its_place() -> None:
    brand, brief, *others = documents()
    brand = brand.model_copy(update={"url": "http://bakery.example"})
    brief = brief.model_copy(update={"landing": "https://bakery.example/?utm_source=site"})
    assert [(f.code, f.where) for f in remarks(brand, brief)] == [
        ("landing.utm", "brief.yaml landing"),
        ("landing.insecure", "brand.yaml url"),
    ]
    assert check(brand, brief, *others) == []  # type: ignore[arg-type]


CASES: list[tuple[str, Change]] = [
    ("brief.other_brand", lambda d: d["brief"].update(brand="butcher")),
    ("campaign.other_brief", lambda d: d["campaign"].update(brief="spring")),
    ("document.twice", lambda d: touchpoints(d).append(touchpoints(d)[0])),
    ("document.twice", lambda d: purposes(d).append(purposes(d)[0])),
    ("locale.none_in_common", lambda d: d["brief"].update(locales=["de"])),
    ("document.language_missing", lambda d: d["brief"].update(benefit={"en": "warm"})),
    ("document.language_missing", lambda d: purposes(d)[0].update(notice={"fr": "avis"})),
    (
        "flight.offer_over_before",
        lambda d: d["brief"].update(offer={"percent": 10, "until": "2026-09-01", "lowest_30_days": "4.80"}),
    ),
    (
        "flight.offer_over_during",
        lambda d: d["brief"].update(offer={"percent": 10, "until": "2026-09-10", "lowest_30_days": "4.80"}),
    ),
    ("product.margin_above_price", lambda d: d["brief"]["product"].update(margin="5")),
    ("timezone.unknown", lambda d: d["campaign"].update(timezone="Europe/Brume")),
    ("timezone.unknown", lambda d: d["campaign"].update(timezone="../etc/passwd")),
    ("caps.contradict", lambda d: d["campaign"].update(caps={"per_day": 5, "per_week": 2})),
    ("touchpoint.purpose_unknown", lambda d: touchpoints(d)[0].update(purposes=["horoscope"])),
    ("touchpoint.purpose_channel", lambda d: touchpoints(d)[0].update(purposes=["mail"])),
    (
        "touchpoint.not_prior",
        lambda d: purposes(d)[1].update(basis=["legitimate_interest"]),
    ),
    ("touchpoint.device_consent", lambda d: purposes(d)[3].update(basis=["service"])),
    ("touchpoint.never_open", lambda d: d["brief"].update(flight={"start": "2026-09-07", "days": 1})),
    ("audience.empty", lambda d: d["campaign"].update(audience={"city": []})),
    ("experiment.impossible", lambda d: d["campaign"].update(experiment={"base_rate": 0.9, "mde": 0.5})),
    ("feature.forbidden", lambda d: d["campaign"].update(features=[{"name": "kettle_boiled", "kind": "number"}])),
    ("feature.forbidden", lambda d: d["campaign"].update(features=[{"name": "kettle_hour", "kind": "number"}])),
    ("team.nobody_signs", lambda d: d["team"].update(required=[])),
    ("team.role_missing", lambda d: d["team"]["members"][0].update(roles=["ai_specialist"])),
    ("team.too_few", lambda d: d["team"].update(mode="team")),
    ("team.not_solo", lambda d: d["team"]["members"].append({"id": "bo", "name": "Bo", "roles": ["ai_specialist"]})),
    ("landing.scheme", lambda d: d["brief"].update(landing="boulangerie.example")),
    ("landing.credentials", lambda d: d["brand"].update(url="https://me:secret@bakery.example")),
    ("landing.personal", lambda d: d["brief"].update(landing="https://bakery.example/?email=ana@poste.example")),
]


@pytest.mark.parametrize(("code", "change"), CASES)
def test_each_contradiction_is_named_with_its_file(code: str, change: Change) -> None:
    data = plain()
    change(data)
    faults = check(*documents(data))
    assert code in {f.code for f in faults}
    assert all(".yaml" in f.where for f in faults)


def test_all_contradictions_are_told_at_once() -> None:
    data = plain()
    for _, change in CASES[:2] + CASES[9:11]:
        change(data)
    assert {"brief.other_brand", "campaign.other_brief", "product.margin_above_price", "timezone.unknown"} <= {
        f.code for f in check(*documents(data))
    }


def test_a_declared_feature_that_is_not_the_kettles_is_allowed() -> None:
    data = plain()
    data["campaign"]["features"] = [{"name": "rhythm", "kind": "category", "values": ["early"]}]
    assert check(*documents(data)) == []


@pytest.mark.parametrize(
    ("kind", "change", "code", "path"),
    [
        ("brand", lambda d: d.update(palete={}), "document.unknown_key_near", "palete"),
        ("brand", lambda d: d.update(zzz=1), "document.unknown_key", "zzz"),
        ("brand", lambda d: d.pop("name"), "document.key_missing", "name"),
        ("brand", lambda d: d.update(name=12), "document.text_expected", "name"),
        ("brand", lambda d: d.update(name="x" * 41), "document.too_long", "name"),
        ("brand", lambda d: d.update(id="É"), "document.name", "id"),
        ("brand", lambda d: d.update(locales=["français"]), "document.locale", "locales.0"),
        ("brand", lambda d: d.update(descriptor={"FR": "x"}), "document.locale", "descriptor.FR"),
        ("brand", lambda d: d.update(palette={"ink": "#777777"}), "palette.contrast", "palette"),
        ("brand", lambda d: d.update(palette={"ink": "black"}), "palette.colour", "palette.ink"),
        ("brand", lambda d: d.update(voice={"tone": ["warmm"]}), "document.choice", "voice.tone.0"),
        ("brand", lambda d: d.update(claims=3), "document.list_expected", "claims"),
        ("brief", lambda d: d.update(flight={"start": "2026-02-30"}), "document.date_expected", "flight.start"),
        ("brief", lambda d: d.update(flight={"start": "soon"}), "document.date_expected", "flight.start"),
        ("brief", lambda d: d["flight"].update(days=0), "document.too_small", "flight.days"),
        ("brief", lambda d: d["flight"].update(days="many"), "document.whole_number_expected", "flight.days"),
        ("brief", lambda d: d["flight"].update(days=1.5), "document.whole_number_expected", "flight.days"),
        ("brief", lambda d: d["product"].update(margin="a lot"), "document.number_expected", "product.margin"),
        ("brief", lambda d: d["product"].update(price=4), "document.mapping_expected", "product.price"),
        ("brief", lambda d: d.update(flight="soon"), "document.mapping_expected", "flight"),
        ("campaign", lambda d: d.update(policy={"explore_before": 0.1}), "document.too_small", "policy.explore_before"),
        ("campaign", lambda d: d.update(policy={"personal": "perhaps"}), "document.yes_no_expected", "policy.personal"),
        (
            "campaign",
            lambda d: d.update(features=[{"name": "x", "kind": "category"}]),
            "feature.values_missing",
            "features.0",
        ),
        ("team", lambda d: d.update(members=[]), "document.too_short", "members"),
    ],
)
def test_a_wrong_value_is_named_with_line_and_path(kind: str, change: Change, code: str, path: str) -> None:
    data = plain()[kind]
    change(data)
    with pytest.raises(Faults) as problem:
        parse(kind, data, {path.split(".", 1)[0]: 7})
    assert [(f.code, f.where) for f in problem.value.faults] == [(code, f"{kind}.yaml:7 {path}")]


def test_a_misspelt_key_is_answered_with_the_one_meant() -> None:
    data = plain()["campaign"]
    data["narrative"][0]["touchpoints"][0]["purpose"] = ["ads"]
    with pytest.raises(Faults) as problem:
        parse("campaign", data, {"narrative": 4, "narrative.0.touchpoints.0.purpose": 11}, file="my.yaml")
    (fault,) = problem.value.faults
    assert fault.where == "my.yaml:11 narrative.0.touchpoints.0.purpose"
    assert "purposes" in fault.values["near"]
    assert "placement" in fault.values["allowed"]


def test_everything_wrong_in_one_document_is_told_at_once_in_the_order_of_lines() -> None:
    data = {"schema": 1, "id": "É", "nme": "x", "descriptor": TEXT}
    with pytest.raises(Faults) as problem:
        parse("brand", data, {"id": 9, "nme": 2, "descriptor": 3})
    assert [f.code for f in problem.value.faults] == [
        "document.key_missing",
        "document.unknown_key_near",
        "document.name",
    ]


@pytest.mark.parametrize(
    ("data", "code"), [(None, "document.empty"), ([1], "document.not_mapping"), ("x", "document.not_mapping")]
)
def test_a_file_that_is_no_document_is_refused(data: Any, code: str) -> None:
    with pytest.raises(Faults) as problem:
        parse("brand", data, {})
    assert problem.value.faults[0].code == code


@pytest.mark.parametrize(("schema", "code"), [(2, "document.newer"), (0, "document.schema")])
def test_a_document_of_another_form_is_one_fault_alone(schema: int, code: str) -> None:
    for kind in DOCUMENTS:
        with pytest.raises(Faults) as problem:
            parse(kind, {"schema": schema, "whatever": 1}, {"schema": 1})
        assert [f.code for f in problem.value.faults] == [code]


def test_a_purpose_on_every_channel_fits_every_touchpoint() -> None:
    data = plain()
    purposes(data).append(purpose("anything"))
    touchpoints(data).append(touchpoint("post", "social", "post", ["anything"]))
    assert check(*documents(data)) == []
