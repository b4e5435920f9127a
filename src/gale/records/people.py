"""People, what they agreed to, and in which group they were drawn.

A person is a pseudonym here (`p_…`); her addresses live in the contact vault and nowhere else.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Scalar = str | float | int | bool | None
ConsentState = Literal["given", "refused", "withdrawn", "objected"]
LegalBasis = Literal["consent", "existing_customer", "service", "legitimate_interest", "legal_obligation"]


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one person, without her name.

    `attributes` holds declared or bought facts only (no addresses, no free text); `locale` is `"fr"`, `"en"`, …
    """

    id: str
    locale: str = "fr"
    attributes: dict[str, Scalar] = {}
    created: int = 0
    simulated: bool = False


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses of one person; exists in clear only inside the vault adapter and a `Send`."""

    person: str
    own_id: str | None = None
    email: str | None = None
    phone: str | None = None
    given_name: str | None = None
    family_name: str | None = None


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """One act of one person about one purpose, never changed afterwards (fields after ISO/IEC TS 27560).

    `state` "objected" is GDPR 21(2) and absolute. `collected_at_sale` and `refusal_offered` carry the conditions of
    ePrivacy 13(2) for the basis `existing_customer`. `expires` is `None` where the purpose says so.
    """

    id: str
    person: str
    purpose: str
    state: ConsentState
    basis: LegalBasis
    source: str
    notice: str
    time: int
    expires: int | None = None
    collected_at_sale: bool = False
    refusal_offered: bool = False
    schema: int = 1


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where one person stands on one purpose now: the fold of her `Consent` acts."""

    purpose: str
    state: ConsentState
    basis: LegalBasis
    consent: str
    since: int
    expires: int | None = None
    collected_at_sale: bool = False
    refusal_offered: bool = False


class PersonState(msgspec.Struct, frozen=True, kw_only=True):
    """All that a decision reads of one person, in one row.

    `version` grows by one with every consent act, so that a decision can tell whether what it read still binds.
    `recent` holds the times of the touches of the last days (for frequency caps), oldest first: `(time, touchpoint)`.
    """

    profile: Profile
    version: int
    standings: dict[str, Standing] = {}
    recent: tuple[tuple[int, str], ...] = ()
    suppressed: bool = False
    forgotten: bool = False


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """Drawn once a person before any decision, and never again: intention to treat.

    `attributes` are her values of the campaign's features as they stood then, and no others: the audience in which the
    report counts her, whatever the campaign caused since. Empty once she may not be measured; `None` where an earlier
    Gale wrote it down without.
    """

    experiment: str
    person: str
    group: Literal["treated", "holdout"]
    probability: float
    time: int
    attributes: dict[str, Scalar] | None = None
