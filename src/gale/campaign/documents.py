"""What five documents say together: contradictions that no single file can show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta

from gale.campaign.calendar import known_timezone, open_days
from gale.campaign.conflicts import check_limits
from gale.campaign.parsing import parse
from gale.campaign.reach import unknown_purpose
from gale.campaign.rollout import check_rollout
from gale.consent.permission import ELECTRONIC_MAIL
from gale.creative import addresses, legal, plain
from gale.creative.french import Noun
from gale.records.documents import Brand, Brief, Campaign, Purpose, Purposes, Team, Touchpoint
from gale.records.faults import Fault

__all__ = ["check", "parse"]


def check(brand: Brand, brief: Brief, campaign: Campaign, team: Team, purposes: Purposes) -> list[Fault]:
    """Every fault between the documents, in the order of the flow; empty when they agree.

    Names that do not meet, names written twice, texts missing in a language the campaign speaks, dates that cannot be,
    addresses nobody should be led to, touchpoints that can never open or that the law does not let open, a policy
    feature that the law keeps from it, a team that cannot sign.
    """
    return [
        *_names(brand, brief, campaign, team, purposes),
        *_languages(brand, brief, purposes),
        *plain.all_faults(_said(brand, brief)),
        *(fault for where, address in _addresses(brand, brief) for fault in addresses.refused(address, where)),
        *_flight(brief, campaign),
        *legal.credit_faults(brief),
        *_touchpoints(brief, campaign, purposes),
        *_experiment(campaign, purposes),
        *check_limits(brief, campaign, purposes),
        *check_rollout(brief, campaign, team),
        *_team(team),
    ]


def remarks(brand: Brand, brief: Brief) -> list[Fault]:
    """What a person is told of her documents and what stops nothing: where the links lead, a noun that nothing agrees
    with."""
    told = [told for where, address in _addresses(brand, brief) for told in addresses.remarked(address, where)]
    noun = brief.product.noun.get("fr", "")
    if "fr" in languages(brand, brief) and noun.strip():
        read = Noun.parse(noun, brief.product.gender)
        if read is None:
            told.append(_fault("product.noun_article", "brief.yaml product.noun.fr", found=noun))
        elif read.gender is None and not read.plural:
            told.append(_fault("product.noun_gender", "brief.yaml product.gender", found=noun))
    return told


def languages(brand: Brand, brief: Brief) -> list[str]:
    """The languages a campaign speaks: the brief's that the brand has too, in the brief's order."""
    return [locale for locale in brief.locales if locale in brand.locales]


def _names(brand: Brand, brief: Brief, campaign: Campaign, team: Team, purposes: Purposes) -> Iterable[Fault]:
    if brief.brand != brand.id:
        yield _fault("brief.other_brand", "brief.yaml brand", found=brief.brand, brand=brand.id)
    if campaign.brief != brief.id:
        yield _fault("campaign.other_brief", "campaign.yaml brief", found=campaign.brief, brief=brief.id)
    lists = {
        "campaign.yaml narrative": [act.id for act in campaign.narrative],
        "campaign.yaml touchpoints": [t.id for t in campaign.touchpoints],
        "campaign.yaml features": [f.name for f in campaign.features],
        "purposes.yaml purposes": [p.id for p in purposes.purposes],
        "team.yaml members": [m.id for m in team.members],
        "brand.yaml claims": [c.id for c in brand.claims],
        "brief.yaml proofs": [c.id for c in brief.proofs],
        "brief.yaml audiences": [a.id for a in brief.audiences],
        "brief.yaml locales": brief.locales,
        "brand.yaml locales": brand.locales,
    }
    for where, ids in lists.items():
        for id, count in Counter(ids).items():
            if count > 1:
                yield _fault("document.twice", where, id=id, count=count)


def _addresses(brand: Brand, brief: Brief) -> list[tuple[str, str]]:
    """Where the links lead, by place."""
    found = (("brief.yaml landing", brief.landing), ("brand.yaml url", brand.url))
    return [(where, address.strip()) for where, address in found if address and address.strip()]


def _languages(brand: Brand, brief: Brief, purposes: Purposes) -> Iterable[Fault]:
    spoken = languages(brand, brief)
    if not spoken:
        both = {"brief": ", ".join(brief.locales), "brand": ", ".join(brand.locales)}
        yield _fault("locale.none_in_common", "brief.yaml locales", **both)
    texts: dict[str, Mapping[str, object]] = {
        "brand.yaml descriptor": brand.descriptor,
        "brief.yaml title": brief.title,
        "brief.yaml product.noun": brief.product.noun,
        "brief.yaml benefit": brief.benefit,
    }
    texts |= {f"brand.yaml claims.{c.id}": c.text for c in brand.claims}
    texts |= {f"brief.yaml proofs.{c.id}": c.text for c in brief.proofs}
    if brief.legal:  # what must stand in every text must stand in every language
        texts["brief.yaml legal"] = brief.legal
    texts |= {f"brief.yaml audiences.{a.id}.scenes": a.scenes for a in brief.audiences}
    for purpose in purposes.purposes:
        texts[f"purposes.yaml {purpose.id}.name"] = purpose.name
        texts[f"purposes.yaml {purpose.id}.notice"] = purpose.notice
        texts[f"purposes.yaml {purpose.id}.value_to_customer"] = purpose.value_to_customer
    for where, text in texts.items():
        for locale in spoken:
            if not text.get(locale):
                yield _fault("document.language_missing", where, locale=locale)


def _said(brand: Brand, brief: Brief) -> dict[str, plain.Told]:
    """Every text of brand and brief that may stand in a variant, by its place."""
    product = brief.product
    said: dict[str, plain.Told] = {
        "brand.yaml name": brand.name,
        "brand.yaml city": brand.city or "",
        "brand.yaml descriptor": brand.descriptor,
        "brand.yaml emotional_core": brand.emotional_core or {},
        "brief.yaml product.name": product.name,
        "brief.yaml product.names": product.names,
        "brief.yaml product.noun": product.noun,
        "brief.yaml product.price.per": (product.price and product.price.per) or {},
        "brief.yaml benefit": brief.benefit,
        "brief.yaml scenes": brief.scenes,
        "brief.yaml sensations": brief.sensations,
        "brief.yaml offer.conditions": (brief.offer and brief.offer.conditions) or {},
        "brief.yaml calls": brief.calls,
        "brief.yaml legal": brief.legal,
    }
    said |= {f"brand.yaml claims.{c.id}": c.text for c in brand.claims}
    said |= {f"brief.yaml proofs.{c.id}": c.text for c in brief.proofs}
    return said | {f"brief.yaml audiences.{a.id}.scenes": a.scenes for a in brief.audiences}


def _flight(brief: Brief, campaign: Campaign) -> Iterable[Fault]:
    last = brief.flight.start + timedelta(days=brief.flight.days - 1)
    dates = {"start": brief.flight.start.isoformat(), "last": last.isoformat()}
    if brief.offer is not None and brief.offer.until < brief.flight.start:
        yield _fault("flight.offer_over_before", "brief.yaml offer.until", until=brief.offer.until.isoformat(), **dates)
    elif brief.offer is not None and brief.offer.until < last:
        yield _fault("flight.offer_over_during", "brief.yaml offer.until", until=brief.offer.until.isoformat(), **dates)
    price, margin = brief.product.price, brief.product.margin
    if price is not None and margin is not None and margin > price.amount:
        values = {"margin": str(margin), "price": str(price.amount)}
        yield _fault("product.margin_above_price", "brief.yaml product.margin", **values)
    if not known_timezone(campaign.timezone):
        yield _fault("timezone.unknown", "campaign.yaml timezone", found=campaign.timezone)
    if campaign.caps.per_day > campaign.caps.per_week:
        caps = campaign.caps
        yield _fault("caps.contradict", "campaign.yaml caps", per_day=caps.per_day, per_week=caps.per_week)


def _touchpoints(brief: Brief, campaign: Campaign, purposes: Purposes) -> Iterable[Fault]:
    for touchpoint in campaign.touchpoints:
        where = f"campaign.yaml {touchpoint.id}"
        needed: list[Purpose] = []
        for name in touchpoint.purposes:
            purpose = purposes.get(name)
            if purpose is None:
                yield unknown_purpose(touchpoint.id, name, purposes)
            else:
                needed.append(purpose)
        if touchpoint.trigger is None and not open_days(touchpoint, brief):
            yield _fault("touchpoint.never_open", f"{where}.weekdays", touchpoint=touchpoint.id, days=brief.flight.days)
        yield from _lawful(touchpoint, needed, where)


def _lawful(touchpoint: Touchpoint, needed: list[Purpose], where: str) -> Iterable[Fault]:
    for purpose in needed:
        if purpose.channels and touchpoint.channel not in purpose.channels:
            values = {"purpose": purpose.id, "channel": touchpoint.channel, "allowed": ", ".join(purpose.channels)}
            yield _fault("touchpoint.purpose_channel", f"{where}.purposes", touchpoint=touchpoint.id, **values)
        mail = touchpoint.channel in ELECTRONIC_MAIL and purpose.direct_marketing
        if mail and not {"consent", "existing_customer"} & set(purpose.basis):
            values = {"purpose": purpose.id, "basis": ", ".join(purpose.basis), "channel": touchpoint.channel}
            yield _fault("touchpoint.not_prior", f"{where}.purposes", touchpoint=touchpoint.id, **values)
    if touchpoint.trigger is not None and any(p.direct_marketing for p in needed):
        # What a signal opens at any hour and without a cap must be a service she asked for, never an advertisement.
        values = {"trigger": touchpoint.trigger}
        yield _fault("touchpoint.trigger_marketing", f"{where}.trigger", touchpoint=touchpoint.id, **values)
    # ePrivacy 5(3): access to a person's device needs her consent, whatever the message is for.
    if touchpoint.channel == "device" and needed and not any("consent" in p.basis for p in needed):
        yield _fault("touchpoint.device_consent", f"{where}.purposes", touchpoint=touchpoint.id)


def _experiment(campaign: Campaign, purposes: Purposes) -> Iterable[Fault]:
    for name, accepted in campaign.audience.items():
        if not accepted:
            yield _fault("audience.empty", f"campaign.yaml audience.{name}", attribute=name)
    experiment = campaign.experiment
    if experiment.base_rate * (1 + experiment.mde) >= 1:
        values = {"base_rate": experiment.base_rate, "mde": experiment.mde}
        yield _fault("experiment.impossible", "campaign.yaml experiment", **values)
    closed = {p.id: p for p in purposes.purposes if not p.features}
    triggers = {t.trigger: p for t in campaign.touchpoints for p in t.purposes if t.trigger and p in closed}
    looked_at = [("features", f.name) for f in campaign.features] + [("audience", a) for a in campaign.audience]
    for kind, name in looked_at:
        purpose = triggers.get(name) or next((p for p in closed if name.startswith(p)), None)
        if purpose:
            yield _fault("feature.forbidden", f"campaign.yaml {kind}.{name}", feature=name, purpose=purpose)


def _team(team: Team) -> Iterable[Fault]:
    if not team.required:
        yield _fault("team.nobody_signs", "team.yaml required")
    held = {role for member in team.members for role in member.roles}
    for role in dict.fromkeys(team.required):
        if role not in held:
            yield _fault("team.role_missing", "team.yaml members", role=role)
    if team.mode == "team" and len(team.members) < 2:
        yield _fault("team.too_few", "team.yaml members", count=len(team.members))
    if team.mode == "solo" and len(team.members) > 1:
        yield _fault("team.not_solo", "team.yaml mode", count=len(team.members))


def _fault(code: str, where: str, **values: object) -> Fault:
    return Fault(code=code, values=values, where=where)
