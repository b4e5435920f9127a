"""The rules of an import that do not bend, over any file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gale.audience import ContactFile, Known, Told, address_key, email_purpose, propose, read_contacts
from gale.audience.values import as_cents, as_email, as_time
from gale.records.documents import Purpose, Purposes
from gale.records.faults import Faults
from gale.records.people import Standing

NOW = int(datetime(2026, 9, 7, 8, tzinfo=UTC).timestamp() * 1000)
HEADER = ("id", "mel", "optin", "date", "desabo", "bounce", "naissance", "ville")
MAPPING = {
    "id": "own_id", "mel": "email", "optin": "consent_email", "date": "consent_date", "desabo": "unsubscribed",
    "bounce": "bounced", "naissance": "birth_date", "ville": "attribute:ville",
}  # fmt: skip
LETTERS = Purpose(
    id="letters", name={"en": "Letters"}, basis=["consent"], channels=["email"], notice={"en": "…"},
    value_to_customer={"en": "…"}, expires_days=1095,
)  # fmt: skip
NOBODY = Known(by_address={}, by_id={}, suppressed=set(), standings={})


def row(mel: str = "lea@exemple.fr", **said: str) -> list[str]:
    cells = {
        "id": "",
        "mel": mel,
        "optin": "OUI",
        "date": "2026-03-14",
        "desabo": "",
        "bounce": "",
        "naissance": "",
        "ville": "",
    }
    return [{**cells, **said}[name] for name in HEADER]


def read(*rows: list[str], told: Told | None = None, mapping: dict[str, str] | None = None) -> ContactFile:
    told = told or Told(source="caisse", dates="ymd")
    return read_contacts(HEADER, list(enumerate(rows, 2)), mapping or MAPPING, told=told, file="f.csv", now=NOW)


def left(file: ContactFile) -> list[str]:
    return [fault.code for fault in file.left_out]


@pytest.mark.parametrize(
    ("said", "consent"),
    [
        ("OUI", "given"),
        ("yes", "given"),
        ("1", "given"),
        ("Non", "refused"),
        ("0", "refused"),
        ("", None),
        ("?!", None),
    ],
)
def test_yes_no_and_empty_are_three_different_things(said: str, consent: str | None) -> None:
    (contact,) = read(row(optin=said)).contacts
    assert contact.consent == consent


def test_a_yes_without_date_or_without_source_is_never_asked() -> None:
    undated = read(row(date=""))
    assert (undated.contacts[0].consent, undated.notes) == (None, {"yes_without_date": 1})
    unsourced = read(row(), told=Told(dates="ymd"))
    assert (unsourced.contacts[0].consent, unsourced.asks) == (None, ("source",))


def test_a_file_in_which_no_column_holds_a_yes_says_so() -> None:
    without = {column: to for column, to in MAPPING.items() if to != "consent_email"}
    assert read(row(), mapping=without).asks == ("consent",)
    assert read(row()).asks == ()


def test_an_unconfirmed_address_is_never_asked_and_has_not_refused() -> None:
    header = ("mel", "DOUBLE_OPT-IN", "date")
    mapping = {"mel": "email", "DOUBLE_OPT-IN": "consent_email", "date": "consent_date"}
    rows = [
        (2, ["a@exemple.fr", "No", "2026-03-14"]),
        (3, ["b@exemple.fr", "2", "2026-03-14"]),
        (4, ["c@exemple.fr", "Yes", "2026-03-14"]),
    ]
    file = read_contacts(header, rows, mapping, told=Told(source="Brevo"), file="f.csv", now=NOW)
    assert [c.consent for c in file.contacts] == [None, None, "given"]


def test_unsubscribed_in_words_in_the_consent_column_is_an_opt_out() -> None:
    file = read(row(optin="Unsubscribed"))
    assert ([o.reason for o in file.opt_outs], file.contacts) == (["unsubscribed"], [])


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"mel": ""}, "contact.email_missing"),
        ({"mel": "lea@exemple,fr"}, "contact.email"),
        ({"mel": "=1+1@exemple.fr"}, "contact.email"),
        ({"date": "2026-02-30"}, "contact.date"),
        ({"date": "2027-01-01"}, "contact.date_future"),
        ({"naissance": "2010-05-05"}, "contact.minor"),
        ({"naissance": "2008-09-08"}, "contact.minor"),
        ({"naissance": "bientôt"}, "contact.date"),
        ({"desabo": "peut-être"}, "contact.opt_out_unclear"),
        ({"id": "=HYPERLINK(1)"}, "contact.own_id"),
        ({"mel": "illisible", "desabo": "1"}, "contact.opt_out_nobody"),
    ],
)
def test_what_stays_outside_says_why(said: dict[str, str], code: str) -> None:
    file = read(row(**said))
    assert (left(file), file.contacts, file.opt_outs) == ([code], [], [])
    assert file.left_out[0].where == "f.csv:2"


def test_an_adult_of_today_enters() -> None:
    assert len(read(row(naissance="2008-09-07")).contacts) == 1


def test_an_unreadable_address_with_an_id_still_opts_out() -> None:
    file = read(row("illisible", id="K1", desabo="1"))
    assert (file.opt_outs[0].own_id, file.opt_outs[0].email) == ("K1", None)


def test_duplicates_become_one_and_a_refusal_wins() -> None:
    file = read(
        row(ville="Nantes"), row("LEA@exemple.fr", optin="NON", ville="Brest"), row(optin="OUI", date="2026-08-01")
    )
    (contact,) = file.contacts
    assert (contact.consent, contact.attributes, contact.line) == ("refused", {"ville": "Brest"}, 2)
    assert left(file) == ["contact.duplicate"] * 2


def test_one_id_with_two_addresses_is_left_for_a_person_to_say() -> None:
    file = read(row(id="K1"), row("zoe@exemple.fr", id="K1"))
    assert left(file) == ["contact.same_id"]


def test_values_that_speak_of_health_are_not_taken() -> None:
    file = read(row(ville="allergique aux noix"), row("b@exemple.fr", ville="Nantes"))
    assert [c.attributes for c in file.contacts] == [{}, {"ville": "Nantes"}]
    assert file.notes == {"value_special": 1}


def test_dates_that_could_be_read_in_two_ways_are_put_to_the_person() -> None:
    told = Told(source="caisse")
    assert read(row(date="02/11/2023"), told=told).asks == ("dates",)
    assert read(row(date="02/11/2023"), row("b@exemple.fr", date="14/03/2025"), told=told).asks == ()


def test_a_file_never_reopens_what_was_closed_here() -> None:
    file = read(row())
    for state in ("refused", "withdrawn", "objected"):
        no = Standing(purpose="letters", state=state, basis="consent", consent="c", since=1)  # type: ignore[arg-type]
        known = Known(by_address={"lea@exemple.fr": "p_1"}, by_id={}, suppressed=set(), standings={"p_1": no})
        found = propose(file, known, LETTERS, broken=[], file="f.csv", now=NOW)
        assert (found.entries[0].says, found.counts["kept_closed"], found.counts["may_receive"]) == (False, 1, 0)


def test_a_suppressed_address_does_not_come_back_and_an_expired_yes_says_so() -> None:
    known = Known(by_address={}, by_id={}, suppressed={"lea@exemple.fr"}, standings={})
    found = propose(read(row("Lea@Exemple.fr")), known, LETTERS, broken=[], file="f.csv", now=NOW)
    assert [f.code for f in found.left_out] == ["contact.suppressed"]
    old = propose(read(row(date="2019-01-01")), NOBODY, LETTERS, broken=[], file="f.csv", now=NOW)
    assert (old.counts["expired"], old.counts["may_receive"]) == (1, 0)


def test_an_address_and_an_id_of_two_people_are_not_joined() -> None:
    known = Known(by_address={"lea@exemple.fr": "p_1"}, by_id={"K2": "p_2"}, suppressed=set(), standings={})
    found = propose(read(row(id="K2")), known, LETTERS, broken=[], file="f.csv", now=NOW)
    assert ([f.code for f in found.left_out], found.entries) == (["contact.two_people"], [])


def test_the_purpose_of_a_consent_column_is_never_guessed() -> None:
    other = LETTERS.model_copy(update={"id": "offers"})
    with pytest.raises(Faults) as problem:
        email_purpose(Purposes(schema=1, purposes=[LETTERS, other]))
    assert problem.value.faults[0].code == "people.purpose_which"
    assert email_purpose(Purposes(schema=1, purposes=[LETTERS, other]), "offers") is other


people = st.sampled_from([f"p{i}@exemple.fr" for i in range(5)])
ids = st.sampled_from(["", "", "K1", "K2", "K3"])
rows_of = st.lists(
    st.tuples(people, ids, st.sampled_from(["OUI", "NON", "", "x?"]), st.sampled_from(["", "1", "0"]), st.sampled_from(["", "1"])),
    max_size=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(rows_of, st.randoms(use_true_random=False))
def test_an_opt_out_wins_wherever_it_stands_in_the_file(said, shuffle) -> None:  # type: ignore[no-untyped-def]
    rows = [row(mel, id=own, optin=optin, desabo=out, bounce=dead) for mel, own, optin, out, dead in said]
    file = read(*rows)
    gone = {address_key(mel) for mel, _, _, out, dead in said if out == "1" or dead == "1"}
    assert not {address_key(c.email) for c in file.contacts} & gone
    assert {address_key(o.email) for o in file.opt_outs if o.email} == gone
    assert len({address_key(c.email) for c in file.contacts}) == len(file.contacts)
    lines = (
        [c.line for c in file.contacts] + [o.line for o in file.opt_outs] + [f.values["line"] for f in file.left_out]
    )
    assert sorted(lines) == [line for line, _ in enumerate(rows, 2)], "every row is somewhere, once"
    shuffle.shuffle(rows)
    again = read(*rows)
    assert {o.email for o in again.opt_outs} == {o.email for o in file.opt_outs}


@settings(max_examples=200, deadline=None)
@given(rows_of)
def test_the_counts_of_a_proposal_add_up(said) -> None:  # type: ignore[no-untyped-def]
    rows = [row(mel, id=own, optin=optin, desabo=out, bounce=dead) for mel, own, optin, out, dead in said]
    yes = Standing(purpose="letters", state="given", basis="consent", consent="c", since=1, expires=NOW + 1)
    known = Known(
        by_address={"p1@exemple.fr": "p_1"}, by_id={"K2": "p_2"}, suppressed={"p3@exemple.fr"}, standings={"p_1": yes}
    )
    counts = propose(read(*rows), known, LETTERS, broken=[], file="f.csv", now=NOW).counts
    assert counts["rows"] == len(rows) == sum(counts[k] for k in ("entering", "opt_outs", "duplicates", "left_out"))
    assert counts["entering"] == counts["new"] + counts["known"]
    told = ("may_receive", "expired", "refused", "never_asked", "kept_closed")
    assert counts["entering"] == sum(counts[k] for k in told)


@given(st.integers(-(10**12), 10**12))
def test_an_amount_reads_the_same_in_french_and_english(cents: int) -> None:
    whole = f"{abs(cents) // 100:,}"
    sign, rest = "-" if cents < 0 else "", f"{abs(cents) % 100:02d}"
    assert as_cents(f"{sign}{whole}.{rest}") == cents
    assert as_cents(f"{sign}{whole.replace(',', chr(0x202F))},{rest} €") == cents
    assert as_cents(f"{sign}{whole.replace(',', '.')},{rest}") == cents


@given(st.datetimes(datetime(1995, 1, 1), datetime(2060, 1, 1)))
def test_a_moment_reads_the_same_in_every_order(moment: datetime) -> None:
    at = moment.replace(microsecond=0)
    expected = int(at.replace(tzinfo=UTC).timestamp() * 1000)
    assert as_time(f"{at:%Y-%m-%dT%H:%M:%SZ}", "dmy", "Europe/Paris") == expected
    assert as_time(f"{at:%d/%m/%Y %H:%M:%S}", "dmy", "UTC") == expected
    assert as_time(f"{at:%m/%d/%Y %H:%M:%S}", "mdy", "UTC") == expected


@given(st.text(max_size=40))
def test_whatever_reads_as_an_address_is_safe_to_write_into_a_spreadsheet(text: str) -> None:
    found = as_email(text)
    assert found is None or (found[0] not in "=+-@" and found.count("@") >= 1 and found.isprintable())
