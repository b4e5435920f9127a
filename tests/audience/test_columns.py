"""What columns of a contact file are taken for, and what is never taken."""

from __future__ import annotations

import pytest

from gale.audience import check_mapping, mapping_of, recognise, recognise_outcomes

BREVO = [
    "CONTACT ID",
    "EMAIL",
    "LASTNAME",
    "FIRSTNAME",
    "WHATSAPP",
    "SMS",
    "DOUBLE_OPT-IN",
    "OPT_IN",
    "LANDLINE_NUMBER",
    "EXT_ID",
    "CONTACT_TIMEZONE",
    "JOB_TITLE",
    "LINKEDIN",
    "ADDED_TIME",
    "MODIFIED_TIME",
]
MAILCHIMP = ["Email Address", "First Name", "Last Name", "OPTIN_TIME", "CONFIRM_TIME", "UNSUB_TIME", "LANG"]


def one(name: str, *cells: str, **more):  # type: ignore[no-untyped-def]
    (guess,) = recognise([name], [[cell] for cell in cells], **more)
    return guess


@pytest.mark.parametrize(
    ("name", "cell", "becomes"),
    [
        ("mel", "a@exemple.fr", "email"),
        ("Courriel", "a@exemple.fr", "email"),
        ("Adresse e-mail", "a@exemple.fr", "email"),
        ("E-Mail Address", "a@exemple.fr", "email"),
        ("PRÉNOM", "Zoé", "given_name"),
        ("first name", "Zoé", "given_name"),
        ("optin", "OUI", "consent_email"),
        ("Accepts Email Marketing", "yes", "consent_email"),
        ("Consentement newsletter", "oui", "consent_email"),
        ("Accord pour l’e-mail", "oui", "consent_email"),
        ("Newsletter opt-in", "yes", "consent_email"),
        ("Consent to SMS", "yes", "ignore"),
        ("Consentement e-mail retiré", "oui", "ignore"),
        ("Source du consentement newsletter", "boutique", "ignore"),
        ("Date d’opt-in", "14/03/2025", "consent_date"),
        ("Date de consentement", "14/03/2025", "consent_date"),
        ("date_optin", "14/03/2025", "consent_date"),
        ("désabo", "1", "unsubscribed"),
        ("EMAIL_BLACKLISTED", "true", "unsubscribed"),
        ("hard_bounce", "0", "bounced"),
        ("dern_cde", "31/12/2025", "last_order_date"),
        ("Total Spent", "128.40", "orders_value"),
        ("nb_commandes", "3", "orders_count"),
        ("Date de naissance", "01/02/1980", "birth_date"),
        ("N° client", "K12", "own_id"),
        ("nom", "Le Roux", "ignore"),
        ("tel", "06 00 00 00 00", "ignore"),
        ("taille_de_pull", "M", "ignore"),
    ],
)
def test_french_and_english_names_are_known(name: str, cell: str, becomes: str) -> None:
    assert one(name, cell).becomes == becomes


def test_brevos_export_as_it_is_is_recognised() -> None:
    row = [
        "7",
        "a@exemple.fr",
        "Roux",
        "Zoé",
        "",
        "",
        "Yes",
        "Yes",
        "",
        "K7",
        "Europe/Paris",
        "",
        "",
        "12-05-2023",
        "13-05-2023",
    ]
    guesses = recognise(BREVO, [row])
    assert mapping_of(guesses) == {
        "EMAIL": "email", "FIRSTNAME": "given_name", "DOUBLE_OPT-IN": "consent_email", "EXT_ID": "own_id",
        "ADDED_TIME": "consent_date",
    }  # fmt: skip
    doubtful = {g.column for g in guesses if g.certainty == "confirm"}
    assert doubtful == {"DOUBLE_OPT-IN", "ADDED_TIME"}, "when she entered the list is not when she agreed"


def test_without_ids_of_ones_own_brevos_number_is_the_id() -> None:
    row = ["7", "a@exemple.fr", "Roux", "Zoé", "", "", "Yes", "Yes", "", "", "", "", "", "12-05-2023", "13-05-2023"]
    assert mapping_of(recognise(BREVO, [row]))["CONTACT ID"] == "own_id"


def test_mailchimps_times_are_consent_date_and_unsubscription() -> None:
    row = ["a@exemple.fr", "Zoé", "Roux", "2024-05-01 10:00:00", "2024-05-01 10:05:00", "", "fr"]
    gone = ["b@exemple.fr", "Léa", "Roux", "2024-05-01 10:00:00", "2024-05-01 10:05:00", "2025-01-01 09:00:00", "fr"]
    found = mapping_of(recognise(MAILCHIMP, [row, gone]))
    assert (found["Email Address"], found["UNSUB_TIME"], found["LANG"]) == ("email", "unsubscribed", "locale")
    assert "consent_date" in found.values()


@pytest.mark.parametrize("name", ["commentaire", "Notes", "remarques", "divers"])
def test_free_text_is_refused_and_its_values_are_never_shown(name: str) -> None:
    guess = one(name, "allergique aux noix", "aime le pain")
    assert (guess.becomes, guess.samples, guess.why_code) == ("refused", (), "reading.free_text_special")


def test_free_text_under_an_innocent_name_is_refused_too() -> None:
    said = [f"Elle préfère qu’on l’appelle le soir, et pas le {day}." for day in ("lundi", "mardi", "jeudi")]
    assert one("champ_libre", *said).becomes == "refused"


@pytest.mark.parametrize(
    ("name", "cell"),
    [("groupe sanguin", "A+"), ("religion", "–"), ("regime", "diabétique"), ("profil", "enceinte"), ("Health", "ok")],
)
def test_what_speaks_of_health_or_belief_is_refused_whatever_its_name(name: str, cell: str) -> None:
    guess = one(name, cell, wanted={"regime", "profil"})
    assert (guess.becomes, guess.samples) == ("refused", ())


def test_a_refused_column_cannot_be_mapped_by_hand() -> None:
    guesses = recognise(["mel", "commentaire"], [["a@exemple.fr", "allergique"]])
    wrong = check_mapping({"mel": "email", "commentaire": "attribute:note"}, guesses)
    assert [code for code, _ in wrong] == ["people.column_refused"]


def test_a_mapping_is_checked_whole() -> None:
    guesses = recognise(["mel", "mail2", "ville"], [["a@exemple.fr", "b@exemple.fr", "Nantes"]])
    mapping = {"mel": "email", "mail2": "email", "ville": "attribute:La Ville", "absente": "email", "mel ": "shoe_size"}
    codes = [code for code, _ in check_mapping(mapping, guesses)]
    assert codes == ["people.destination_twice", "people.attribute_name", "csv.column_missing", "csv.column_missing"]


def test_an_attribute_is_taken_only_when_the_campaign_looks_at_it() -> None:
    assert one("ville", "Nantes").becomes == "ignore"
    assert one("ville", "Nantes", wanted={"ville"}).becomes == "attribute:ville"


def test_a_telephone_is_taken_only_when_a_purpose_opens_that_channel() -> None:
    assert one("tel", "06 00 00 00 00", channels={"email", "sms"}).becomes == "phone"


def test_values_that_do_not_fit_their_name_are_put_to_the_person() -> None:
    guess = one("mel", "a@exemple.fr", "rue des Lilas", "b@exemple.fr")
    assert (guess.certainty, guess.why_code) == ("confirm", "reading.values_differ")
    assert guess.share == pytest.approx(2 / 3)
    assert one("mel", "rue des Lilas").becomes == "ignore"


def test_a_column_full_of_addresses_is_found_without_its_name() -> None:
    guess = one("colonne B", "a@exemple.fr", "b@exemple.fr")
    assert (guess.becomes, guess.certainty) == ("email", "confirm")


def test_samples_never_show_a_whole_address_or_name() -> None:
    guesses = recognise(["mel", "prenom", "optin"], [["camille.lr@exemple.fr", "Camille", "OUI"]])
    assert [g.samples for g in guesses] == [("ca…@exemple.fr",), ("C…",), ("OUI",)]


def test_outcome_columns_are_known_in_both_languages() -> None:
    english = recognise_outcomes(["decision_id", "event", "timestamp", "amount", "margin", "order_id"])
    french = recognise_outcomes(["Décision", "Événement", "Date", "Montant", "Marge", "Numéro commande"])
    assert (
        list(english.values())
        == list(french.values())
        == ["decision_id", "kind", "time", "value", "margin", "source_id"]
    )
