"""What the columns of a contact file mean: a proposal, with its reason; a person decides.

A column is taken only when something needs it: what is not kept does not leak (GDPR 5(1)(c)). Free text is refused
whatever its name, since it may speak of health (GDPR 9); its values are neither shown nor kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal

import msgspec

from gale.audience.values import as_cents, as_day, as_email, as_flag, as_number, as_said, as_time, masked, plain

Certainty = Literal["sure", "confirm", "ignored"]
ATTRIBUTE = "attribute:"
IGNORE, REFUSED = "ignore", "refused"
DESTINATIONS = (
    "email", "own_id", "given_name", "family_name", "phone", "locale", "consent_email", "consent_date",
    "consent_source", "unsubscribed", "bounced", "last_order_date", "orders_count", "orders_value", "birth_date",
    "age",
)  # fmt: skip
"""What a column can become, besides `attribute:<name>` and `ignore`; each at most once a file, but the opt-outs."""
REPEATED = ("unsubscribed", "bounced")
_KEPT_CLEAR = frozenset(
    (
        "consent_email",
        "unsubscribed",
        "bounced",
        "locale",
        "orders_count",
        "orders_value",
        "consent_date",
        "last_order_date",
    )
)

_NAMES: dict[str, str] = {
    "email": "email e_mail mail mel courriel adresse_email adresse_e_mail adresse_mail adresse_mel adresse_courriel "
    "email_address e_mail_address mail_address adresse_electronique contact_email subscriber_email emailaddress",
    "own_id": "ext_id external_id customer_id client_id id_client idclient customerid numero_client num_client no_client "
    "n_client code_client reference_client ref_client user_id contact_id subscriber_id identifiant own_id id",
    "given_name": "firstname first_name prenom given_name fname",
    "family_name": "lastname last_name nom nom_de_famille family_name surname lname",
    "phone": "phone telephone tel mobile portable sms gsm phone_number numero_de_telephone num_tel whatsapp landline_number",
    "locale": "locale langue language lang language_code code_langue",
    "consent_email": "consent_email double_opt_in optin opt_in optin_email email_optin opt_in_email email_opt_in consent "
    "consentement accord newsletter inscrit_newsletter newsletter_optin accepte_newsletter accepts_marketing "
    "accepts_email_marketing marketing_optin marketing_opt_in email_marketing statut_email email_marketing_consent "
    "consentement_email opt_in_newsletter inscription_newsletter",
    "consent_date": "optin_date opt_in_date date_optin date_opt_in date_consentement consent_date consent_time optin_time "
    "date_accord confirm_time double_opt_in_date consented_at date_inscription subscribed_at subscription_date "
    "date_abonnement added_time",
    "consent_source": "optin_source source_optin consent_source source_consentement source_du_consentement source origine "
    "provenance",
    "unsubscribed": "desabo desabonne desabonnement desinscrit desinscription unsubscribed unsubscribe unsub optout opt_out "
    "blacklist blacklisted email_blacklisted emailblacklisted blocklisted email_blocklisted blocklist stop stop_email "
    "opposition date_desinscription unsubscribed_at unsub_time unsubscribe_date",
    "bounced": "bounced bounce hard_bounce hardbounce hard_bounced npai rebond",
    "last_order_date": "dern_cde derniere_cde derniere_commande date_derniere_commande last_order last_order_date "
    "last_purchase last_purchase_date dernier_achat date_dernier_achat last_order_at",
    "orders_count": "nb_commandes nombre_commandes nombre_de_commandes nb_cde nb_cdes orders_count orders total_orders "
    "nb_achats number_of_orders",
    "orders_value": "montant_total total_spent orders_value montant_12_mois total_depense total_commandes revenue "
    "chiffre_d_affaires ca ca_12_mois",
    "birth_date": "date_naissance date_de_naissance naissance birthdate birthday birth_date date_of_birth dob anniversaire",
    "age": "age",
}  # fmt: skip
_BY_NAME = {name: (to, rank) for to, names in _NAMES.items() for rank, name in enumerate(names.split())}
_LINKS = re.compile(r"_(?:de|du|des|d|la|le|les|l|a|of|the)(?=_)")


def _meaning(name: str) -> tuple[str, int] | None:
    """What a column's name says, the small words between its words left out ("date de consentement")."""
    return _BY_NAME.get(name) or _BY_NAME.get(_LINKS.sub("", name)) or _agreement(name)


_AGREES = frozenset(
    ("consent", "consentement", "consents", "optin", "accord", "accepte", "accepts", "inscrit", "inscription")
)
_BY_MAIL = frozenset(
    ("newsletter", "newsletters", "email", "emails", "mail", "mails", "mailing", "courriel", "courriels")
)
_OTHERWISE = frozenset(
    ("date", "time", "source", "origine", "at", "sms", "ip", "version", "non", "no", "double", "not", "refus", "statut", "status", "retire",
     "retrait", "retirement", "withdrawn", "withdrawal", "revoked", "sans", "without")
)  # fmt: skip


def _agreement(name: str) -> tuple[str, int] | None:
    """A yes to mail in words of her own ("consentement à la newsletter", "email opt in"); a person confirms it."""
    words = set(name.replace("opt_in", "optin").replace("e_mail", "email").split("_"))
    said = words & _AGREES and words & _BY_MAIL and not words & _OTHERWISE
    return ("consent_email", len(_NAMES["consent_email"].split())) if said else None


# Names whose meaning a person must confirm: the word has two senses, or says less than it seems.
_DOUBTFUL = {
    "ca": "reading.two_senses",
    "chiffre_d_affaires": "reading.two_senses",
    "revenue": "reading.two_senses",
    "added_time": "reading.added_time",
    "date_inscription": "reading.added_time",
    "source": "reading.two_senses",
    "origine": "reading.two_senses",
    "provenance": "reading.two_senses",
    "statut_email": "reading.two_senses",
    "stop": "reading.two_senses",
    "id": "reading.two_senses",
    "anniversaire": "reading.two_senses",
}
_FREE_TEXT = re.compile(
    r"^(commentaires?|comments?|notes?|remarques?|observations?|memo|description|message|infos?|informations|details|divers)$"
)
# Health, belief, opinion, origin, sex life, union (GDPR 9(1)), as words begin once accents are gone.
_SPECIAL = re.compile(
    r"\b(allerg|diabet|enceinte|grossesse|pregnan|cancer|handicap|disabilit|disabled|malad|disease|illness|sante\b|health|"
    r"medic[aio]|hospital|hopital|asthm|epilep|depress|chimio|chemo|coe?liac|coe?liaque|intoleran|seroposit|vih\b|hiv\b|"
    r"cholesterol|hypertens|anemi|migraine|insulin|religi|catholi|musulm|muslim|jewish|juifs?\b|juives?\b|syndicat|"
    r"trade union|ethni|orientation sex|sexual|groupe sanguin|blood (?:type|group)|opinions? polit|political opinion)"
)
_SLUG = re.compile(r"^[a-z0-9][a-z0-9_-]{0,63}$")


class ColumnGuess(msgspec.Struct, frozen=True, kw_only=True):
    """One column of the file and what it would become.

    `becomes` is a destination, `attribute:<name>`, `ignore`, or `refused` (which nobody can overrule). `share` is the
    part of the filled cells that can be read as that, 0 to 1; `filled` the part of the cells that hold anything.
    `why_code` is said in words by the faces; `samples` are up to three values, addresses masked, none where refused.
    """

    column: str
    becomes: str
    certainty: Certainty
    share: float
    filled: float
    why_code: str
    samples: tuple[str, ...] = ()


def speaks_of_special(text: str) -> bool:
    """Does a text seem to speak of health or another matter of GDPR 9(1)? Errs towards yes.

    >>> speaks_of_special("Diabétique"), speaks_of_special("GROUPE_SANGUIN"), speaks_of_special("Rural")
    (True, True, False)
    """
    return _SPECIAL.search(plain(text).replace("_", " ")) is not None


def recognise(
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    *,
    wanted: Collection[str] = (),
    channels: Collection[str] = ("email",),
) -> list[ColumnGuess]:
    """A guess for every column, in the order of the file.

    `sample` holds rows of cells (a few thousand are plenty); `wanted` names the attributes that a campaign looks at
    (its features and its audience), `channels` the channels that a declared purpose opens: without one of them a phone
    number is not needed. Names in French and English and those of Brevo's, Mailchimp's and Shopify's exports are known.
    """
    columns = [[row[i] for row in sample] for i in range(len(header))]
    guesses = [_guess(name, cells, wanted, channels) for name, cells in zip(header, columns, strict=True)]
    return _one_each(header, _find_address(guesses, columns))


def check_mapping(mapping: Mapping[str, str], guesses: Sequence[ColumnGuess]) -> list[tuple[str, dict[str, str]]]:
    """What is wrong with a mapping that a person wrote: pairs of a fault's code and its values.

    Codes: `csv.column_missing`, `people.destination_unknown`, `people.column_refused`, `people.destination_twice`.
    """
    wrong: list[tuple[str, dict[str, str]]] = []
    known = {g.column: g for g in guesses}
    taken: dict[str, str] = {}
    for column, to in mapping.items():
        guess = known.get(column)
        attribute = to.removeprefix(ATTRIBUTE) if to.startswith(ATTRIBUTE) else None
        if guess is None:
            wrong.append(("csv.column_missing", {"column": column, "known": ", ".join(known)}))
        elif attribute is not None and not _SLUG.match(attribute):
            wrong.append(("people.attribute_name", {"column": column, "name": attribute}))
        elif attribute is None and to not in (*DESTINATIONS, IGNORE):
            known_ones = ", ".join((*DESTINATIONS, "attribute:NAME", IGNORE))
            wrong.append(("people.destination_unknown", {"column": column, "destination": to, "known": known_ones}))
        elif guess.becomes == REFUSED and to != IGNORE:
            wrong.append(("people.column_refused", {"column": column}))
        elif to != IGNORE and to not in REPEATED and to in taken:
            wrong.append(("people.destination_twice", {"column": column, "destination": to, "other": taken[to]}))
        taken.setdefault(to, column)
    return wrong


def mapping_of(guesses: Sequence[ColumnGuess]) -> dict[str, str]:
    """The proposal as a mapping: column to destination, without what is not taken."""
    return {g.column: g.becomes for g in guesses if g.becomes not in (IGNORE, REFUSED)}


def _guess(column: str, cells: Sequence[str], wanted: Collection[str], channels: Collection[str]) -> ColumnGuess:
    held = [cell for cell in cells if cell.strip()]
    filled = len(held) / len(cells) if cells else 0.0
    name = plain(column)

    def made(becomes: str, certainty: Certainty, why: str, share: float = 1.0, shown: bool = True) -> ColumnGuess:
        samples = _samples(held, becomes) if shown else ()
        return ColumnGuess(
            column=column,
            becomes=becomes,
            certainty=certainty,
            share=share,
            filled=filled,
            why_code=why,
            samples=samples,
        )

    if speaks_of_special(column):
        return made(REFUSED, "ignored", "reading.special", shown=False)
    known = _meaning(name)
    if known is None or known[0] not in _READS:
        if _FREE_TEXT.match(name) or _is_free_text(held):
            special = any(speaks_of_special(cell) for cell in held)
            return made(
                REFUSED, "ignored", "reading.free_text_special" if special else "reading.free_text", shown=False
            )
        if any(speaks_of_special(cell) for cell in held):
            return made(REFUSED, "ignored", "reading.special", shown=False)
    if not held:
        return made(IGNORE, "ignored", "reading.empty", 0.0)
    if known is None:
        if name in wanted or column in wanted:
            slug = column if column in wanted else name
            return made(ATTRIBUTE + slug, "sure", "reading.wanted")
        return made(IGNORE, "ignored", "reading.not_needed", shown=False)
    to = known[0]
    if to == "family_name" or (to == "phone" and not {"sms", "whatsapp"} & set(channels)):
        return made(IGNORE, "ignored", "reading.no_channel" if to == "phone" else "reading.not_needed", shown=False)
    share = sum(_READS[to](cell) for cell in held) / len(held) if to in _READS else 1.0
    if share == 0:
        return made(IGNORE, "ignored", "reading.values_differ", share, shown=False)
    if share < 0.8:
        return made(to, "confirm", "reading.values_differ", share)
    if name in _DOUBTFUL:
        return made(to, "confirm", _DOUBTFUL[name], share)
    if to == "consent_email":
        return made(to, "confirm", "reading.consent", share)
    return made(to, "sure", "reading.name", share)


_READS: dict[str, Callable[[str], bool]] = {
    "email": lambda cell: as_email(cell) is not None,
    "consent_email": lambda cell: as_said(cell) is not None or plain(cell) in ("2", "confirmed", "pending"),
    "consent_date": lambda cell: as_time(cell, "dmy", "UTC") is not None or as_time(cell, "mdy", "UTC") is not None,
    "unsubscribed": lambda cell: as_flag(cell) is not None,
    "bounced": lambda cell: as_flag(cell) is not None,
    "last_order_date": lambda cell: as_day(cell, "dmy") is not None or as_day(cell, "mdy") is not None,
    "orders_count": lambda cell: isinstance(as_number(cell), int),
    "orders_value": lambda cell: as_cents(cell) is not None,
    "birth_date": lambda cell: as_day(cell, "dmy") is not None or as_day(cell, "mdy") is not None,
    "age": lambda cell: as_number(cell) is not None,
    "locale": lambda cell: re.fullmatch(r"[A-Za-z]{2}([-_][A-Za-z]{2})?", cell.strip()) is not None,
}


def _is_free_text(held: Sequence[str]) -> bool:
    """Sentences in a fair part of the cells; categories are short and come again."""
    long = sum(len(cell) > 40 or len(cell.split()) > 5 for cell in held)
    return long > 0.1 * len(held) and len(set(held)) > 0.3 * len(held)


def _find_address(guesses: list[ColumnGuess], columns: Sequence[Sequence[str]]) -> list[ColumnGuess]:
    """Where no name says "e-mail", a column full of addresses is it, to be confirmed."""
    if any(g.becomes == "email" for g in guesses):
        return guesses
    for i, cells in enumerate(columns):
        held = [cell for cell in cells if cell.strip()]
        share = sum(as_email(cell) is not None for cell in held) / len(held) if held else 0.0
        if share >= 0.8:
            found = msgspec.structs.replace(
                guesses[i], becomes="email", certainty="confirm", share=share, why_code="reading.addresses",
                samples=_samples(held, "email"),
            )  # fmt: skip
            return [*guesses[:i], found, *guesses[i + 1 :]]
    return guesses


def _one_each(header: Sequence[str], guesses: Sequence[ColumnGuess]) -> list[ColumnGuess]:
    """Of several columns for one destination the surest wins: filled before empty, then the more exact name."""
    best: dict[str, int] = {}
    for i, g in enumerate(guesses):
        if g.becomes in (IGNORE, REFUSED, *REPEATED):
            continue
        if g.becomes not in best or _rank(guesses[i]) > _rank(guesses[best[g.becomes]]):
            best[g.becomes] = i
    return [
        g
        if g.becomes in (IGNORE, REFUSED, *REPEATED) or best[g.becomes] == i
        else msgspec.structs.replace(g, becomes=IGNORE, certainty="ignored", why_code="reading.second", samples=())
        for i, g in enumerate(guesses)
    ]


def _rank(guess: ColumnGuess) -> tuple[bool, bool, int]:
    known = _meaning(plain(guess.column))
    return guess.filled >= 0.5, guess.share >= 0.8, -known[1] if known else -999


def _samples(held: Sequence[str], becomes: str) -> tuple[str, ...]:
    """Up to three different values; what points at a person is masked."""
    different = list(dict.fromkeys(cell.strip() for cell in held[:200]))[:3]
    clear = becomes in _KEPT_CLEAR or becomes.startswith(ATTRIBUTE)
    return tuple(value[:30] if clear else masked(value) for value in different)
