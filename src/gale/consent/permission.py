"""The door of every decision: may this person be reached for these purposes, on this channel, now?

On the hot path: plain loops over one or two purposes, no allocation for a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gale.records.documents import Purpose
from gale.records.people import PersonState, Standing

# Electronic mail in the sense of ePrivacy 13(1): marketing there needs prior consent, or the exception of 13(2).
ELECTRONIC_MAIL = ("email", "sms")
# Legal bases that stand without an act of hers, until she says no.
WITHOUT_ACT = ("legitimate_interest", "legal_obligation")


class Permission(msgspec.Struct, frozen=True):
    """The answer. `reason` is empty when allowed; `basis` names what it stands on, one entry a purpose, in order:
    the id of a consent act, or `"purpose:legal_basis"` where the law asks for no act."""

    allowed: bool
    reason: str = ""
    basis: tuple[str, ...] = ()


_NO = {
    reason: Permission(False, reason)
    for reason in (
        "person.forgotten",
        "person.suppressed",
        "consent.objected",
        "consent.none",
        "consent.refused",
        "consent.withdrawn",
        "consent.expired",
        "consent.basis",
        "consent.not_prior",
        "consent.channel",
    )
}
REASONS = tuple(_NO)


def may(state: PersonState, purposes: Sequence[Purpose], *, channel: str, now: int) -> Permission:
    """May she be reached? Every purpose must be satisfied; the first that is not gives the reason.

    `person.forgotten` and `person.suppressed` close everything. `consent.objected`: one objection reaches every
    direct-marketing purpose, on every channel (GDPR 21(2)-(3)), but those that she herself gave after it: who stopped
    everything and then asks for the letter again gets the letter, and nothing else. Then, purpose by purpose:
    `consent.none` (never asked), `consent.refused`, `consent.withdrawn`, `consent.expired` (GDPR 5(1)(e): `now` has
    reached the end), `consent.basis` (the purpose no longer declares the basis she was asked under),
    `consent.channel` (the purpose does not cover this channel), `consent.not_prior` (direct marketing by e-mail or
    SMS on anything but consent or a complete `existing_customer`, ePrivacy 13(1)-(2)).

    An empty list of purposes allows nothing: `consent.none`.

    >>> from gale.records.people import Profile
    >>> may(PersonState(profile=Profile(id="p_1"), version=0), [], channel="email", now=0).reason
    'consent.none'
    """
    if state.forgotten:
        return _NO["person.forgotten"]
    if state.suppressed:
        return _NO["person.suppressed"]
    standings = state.standings
    objected = -1
    for standing in standings.values():
        if standing.state == "objected" and standing.since > objected:
            objected = standing.since
    if objected >= 0:
        for purpose in purposes:
            if purpose.direct_marketing:
                given = standings.get(purpose.id)
                if given is None or given.state != "given" or given.since <= objected:
                    return _NO["consent.objected"]
    basis: list[str] = []
    for purpose in purposes:
        if purpose.channels and channel not in purpose.channels:
            return _NO["consent.channel"]
        standing_now = standings.get(purpose.id)
        if standing_now is None:
            ground = _without_act(purpose, channel)
            if ground is None:
                return _NO["consent.none"]
            basis.append(ground)
            continue
        reason = _closed(standing_now, purpose, channel, now)
        if reason is not None:
            return _NO[reason]
        basis.append(standing_now.consent)
    return Permission(True, "", tuple(basis)) if basis else _NO["consent.none"]


def _without_act(purpose: Purpose, channel: str) -> str | None:
    if purpose.direct_marketing and channel in ELECTRONIC_MAIL:
        return None
    for ground in WITHOUT_ACT:
        if ground in purpose.basis:
            return f"{purpose.id}:{ground}"
    return None


def _closed(standing: Standing, purpose: Purpose, channel: str, now: int) -> str | None:
    if standing.state != "given":
        return f"consent.{standing.state}"
    if standing.expires is not None and standing.expires <= now:
        return "consent.expired"
    if standing.basis not in purpose.basis:
        return "consent.basis"
    if purpose.direct_marketing and channel in ELECTRONIC_MAIL and standing.basis != "consent":
        customer = standing.basis == "existing_customer" and standing.collected_at_sale and standing.refusal_offered
        return None if customer else "consent.not_prior"
    return None


def described(standings: Mapping[str, Standing], now: int) -> bool:
    """May what she was at her entry be kept for the report? Not after she said no to being measured, nor once nothing
    that she was asked stands as given: with her last yes goes what was kept beside it (GDPR 5(1)(e), 7(3))."""
    return _measured(standings, now) and (not standings or any(s.state == "given" for s in standings.values()))


def measurable(state: PersonState, now: int) -> bool:
    """May what she did be counted in a report? Measuring is a purpose of its own: whoever said no to it, or whose yes has
    expired, is left out of every figure from then on (GDPR 7(3)); where nobody asked, the campaign's purposes decide."""
    return _measured(state.standings, now)


def _measured(standings: Mapping[str, Standing], now: int) -> bool:
    standing = standings.get("measurement")
    return standing is None or (standing.state == "given" and (standing.expires is None or standing.expires > now))
