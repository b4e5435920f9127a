"""One phrase of a campaign: check what a person typed, put it in place, ban or pin a phrase, take one in."""

from __future__ import annotations

from typing import Literal

from gale import creative
from gale.creative import Catalogue, legal
from gale.creative.phrases import outside
from gale.creative.proposed import with_proposals
from gale.engine.create import WANTED, Created, create, locales_of
from gale.engine.notes import the_campaign
from gale.engine.workspace import Documents
from gale.engine.written import let_in as phrases_let_in
from gale.ports.store import Store
from gale.records.creative import Finding
from gale.records.faults import Faults

Keep = Literal["banned", "pinned", "free", "taken", "left"]


def check_phrase(
    store: Store, catalogue: Catalogue, campaign: str, *, text: str, slot: str, placement: str, locale: str
) -> list[Finding]:
    """What the checks say of a phrase that a person typed; nothing is changed."""
    with store.read() as unit:
        documents = Documents.of(the_campaign(unit, campaign))
    catalogue = documents.over(catalogue)
    return creative.check(
        text,
        slot=slot,
        placement=placement,
        locale=locale,
        brand=documents.brand,
        brief=documents.brief,
        catalogue=catalogue,
    )


def edit_phrase(
    store: Store,
    catalogue: Catalogue,
    campaign: str,
    *,
    phrase: str,
    text: str | None,
    slot: str,
    placement: str,
    locale: str,
    now: int,
    wanted: int = WANTED,
    by: str | None = None,
) -> tuple[list[Finding], Created | None]:
    """Put a person's words in place of one phrase and write the thousand again; `text=None` takes the edit back.

    A text that the checks refuse changes nothing: the findings say why and what would pass. Raises `Faults`
    `phrase.legal` for the line that the law wants, which is the brief's alone, and `phrase.unknown`.
    """
    _not_the_law(phrase, slot)
    if text is not None:
        findings = check_phrase(store, catalogue, campaign, text=text, slot=slot, placement=placement, locale=locale)
        if any(f.severity == "refuse" for f in findings):
            return findings, None
    else:
        findings = []
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        let_in = phrases_let_in(unit, campaign)
    if text is not None:
        documents = Documents.of(row)
        bank = creative.phrases(
            documents.brand, documents.brief, with_proposals(documents.over(catalogue), let_in), placement=placement,
            locale=locale, taken=frozenset(row.facts.get("taken", ())), only=slot,
        )  # fmt: skip
        if not any(phrase in (p.id, p.template) for p in bank):
            raise Faults.one("phrase.unknown", phrase=phrase)
    edits = {k: v for k, v in row.facts.get("edits", {}).items() if k != phrase}
    if text is not None:
        edits[phrase] = text
    created = create(
        store,
        catalogue,
        Documents.of(row),
        now=now,
        seed=int(row.facts.get("seed", 0)),
        wanted=wanted,
        simulated=row.simulated,
        edits=edits,
        by=by,
    )
    return findings, created


def keep_phrase(
    store: Store,
    catalogue: Catalogue,
    campaign: str,
    *,
    phrase: str,
    keep: Keep,
    now: int,
    wanted: int = WANTED,
    by: str | None = None,
) -> Created:
    """Ban a phrase from every variant, pin it as the only one of its slot, or let it be one of many again.

    `taken` takes a phrase into one slot although the voice or the brief does not ask for it (`engine.wish` offers such
    phrases, by their name of `creative.phrases.taking`), `left` leaves it out again. Raises `Faults` `phrase.unknown`,
    `phrase.last` where nothing would be left to write (the campaign stays as it was), `phrase.legal` for the line that
    the law wants, and those of `create`.
    """
    _not_the_law(phrase)
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        let_in = phrases_let_in(unit, campaign)
    banned = {*row.facts.get("banned", ())} - {phrase} | ({phrase} if keep == "banned" else set())
    pinned = {*row.facts.get("pinned", ())} - {phrase} | ({phrase} if keep == "pinned" else set())
    taken = {*row.facts.get("taken", ())} - ({phrase} if keep == "left" else set())
    documents = Documents.of(row)
    catalogue = with_proposals(documents.over(catalogue), let_in)
    if keep in ("taken", "left"):
        _may_be_taken(documents, catalogue, phrase)
        taken |= {phrase} if keep == "taken" else set()
    elif not _is_a_phrase(documents, catalogue, frozenset(taken), phrase):
        raise Faults.one("phrase.unknown", phrase=phrase)
    for placement in dict.fromkeys(t.placement for t in documents.campaign.touchpoints):
        for locale in locales_of(documents):
            hook = creative.framework_of(catalogue, placement).hook.name
            left = creative.phrases(
                documents.brand, documents.brief, catalogue, placement=placement, locale=locale,
                banned=frozenset(banned), pinned=frozenset(pinned), taken=frozenset(taken), only=hook,
            )  # fmt: skip
            if not any(not p.refused for p in left):
                raise Faults.one("phrase.last", placement=placement, slot=hook)
    return create(
        store,
        catalogue,
        documents,
        now=now,
        seed=int(row.facts.get("seed", 0)),
        wanted=wanted,
        simulated=row.simulated,
        banned=frozenset(banned),
        pinned=frozenset(pinned),
        taken=frozenset(taken),
        by=by,
    )


def _not_the_law(phrase: str, slot: str = "") -> None:
    """The legal line stands whatever anybody thinks of it. Raises `Faults` `phrase.legal`."""
    if legal.SLOT in (slot, phrase.partition(".")[0]):
        raise Faults.one("phrase.legal", phrase=phrase)


def _may_be_taken(documents: Documents, catalogue: Catalogue, key: str) -> None:
    """Whether a placement and language of the campaign has such a phrase to take in. Raises `Faults` `phrase.unknown`."""
    placement, _, rest = key.partition("/")
    slot, _, template = rest.partition("/")
    if not any(t.placement == placement for t in documents.campaign.touchpoints) or not any(
        template in outside(catalogue, documents.brand, placement, slot, locale) for locale in locales_of(documents)
    ):
        raise Faults.one("phrase.unknown", phrase=key)


def _is_a_phrase(documents: Documents, catalogue: Catalogue, taken: frozenset[str], phrase: str) -> bool:
    """Whether a placement and language of the campaign has the phrase."""
    return any(
        p.id == phrase
        for placement in dict.fromkeys(t.placement for t in documents.campaign.touchpoints)
        for locale in locales_of(documents)
        for p in creative.phrases(
            documents.brand, documents.brief, catalogue, placement=placement, locale=locale, taken=taken
        )
    )
