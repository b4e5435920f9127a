"""The whole loop on files: contacts in, sends out, outcomes back, the report; addresses stay in the vault."""

from __future__ import annotations

import csv
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from gale.adapters.clock import SteppedClock
from gale.adapters.files.tables import read_table
from gale.audience import Told
from gale.creative import Catalogue
from gale.creative.letters import TOOLS
from gale.engine import consent as consent_verb
from gale.engine import create as create_verb
from gale.engine import export as export_verb
from gale.engine import outcomes_file as outcomes_verb
from gale.engine import people as people_verb
from gale.engine import report as report_verb
from gale.engine import verify as verify_verb
from gale.engine.decide import decide_many
from gale.engine.init import Answers, init_workspace
from gale.engine.template import export_template
from gale.engine.workspace import Workspace
from gale.records.decision import Decision
from gale.records.faults import Faults
from gale.records.people import Consent
from house import HOUR, START, House

DAY = 24 * HOUR
DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
BREVO = (
    "CONTACT ID;EMAIL;LASTNAME;FIRSTNAME;WHATSAPP;SMS;DOUBLE_OPT-IN;OPT_IN;LANDLINE_NUMBER;EXT_ID;CONTACT_TIMEZONE;"
    "JOB_TITLE;LINKEDIN;ADDED_TIME;MODIFIED_TIME"
)


def pseudonym() -> str:
    return "p_" + secrets.token_hex(10)


def contacts_file(path: Path, n: int, extra: str = "") -> Path:
    """n people: of ten, seven said yes, one no, one nothing, one unsubscribed."""
    said = ("OUI", "OUI", "OUI", "OUI", "OUI", "OUI", "OUI", "NON", "", "OUI")
    lines = ["id_client;mel;prenom;optin;optin_date;desabo;commentaire"]
    for i in range(n):
        yes = said[i % 10]
        out = "1" if i % 10 == 9 else "0"
        lines.append(f"K{i:04d};lecteur{i:04d}@example.org;Zoé;{yes};14/03/2026;{out};aime la croûte bien cuite, {i}")
    path.write_text("\n".join(lines) + "\n" + extra, encoding="utf-8")
    return path


class Loop:
    """The verbs with what the faces would pass."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.folder = house, folder
        self.store = house.ws.store
        self.purposes = house.ws.read_documents().purposes
        self.rng = np.random.default_rng(11)

    def preview(self, path: Path, source: str = "caisse, notice 3", **more: object) -> people_verb.Preview:
        told = Told(source=source, dates=more.pop("dates", None))  # type: ignore[arg-type]
        return people_verb.preview(
            self.store, path, purposes=self.purposes, now=self.house.clock.now(), told=told, **more  # type: ignore[arg-type]
        )  # fmt: skip

    def take(self, path: Path, id: str = "i_1", **more: object):  # type: ignore[no-untyped-def]
        seen = self.preview(path, **more)
        return people_verb.take(
            self.store, seen, yes=True, purposes=self.purposes, now=self.house.clock.now(), id=id, name=pseudonym
        )

    def live(self) -> None:
        self.house.plan()
        self.house.sign()
        self.house.launch()

    def decide(self, people, touchpoint: str, now: int) -> list[Decision]:  # type: ignore[no-untyped-def]
        return decide_many(self.store, self.house.campaign, people, touchpoint, now=now, rng=self.rng)

    def export(self, tool: export_verb.Tool = "generic", stamp: str = "") -> export_verb.ExportSummary:
        return export_verb.export_sends(
            self.store, self.house.campaign, "letter", tool=tool, out=self.folder / "out", now=self.house.clock.now(),
            decide=self.decide, stamp=stamp,
        )  # fmt: skip

    def outcomes(self, path: Path, **more: object) -> outcomes_verb.OutcomesSummary:
        return outcomes_verb.import_outcomes(
            self.store, path, purposes=self.purposes, now=self.house.clock.now(), **more  # type: ignore[arg-type]
        )  # fmt: skip

    def standing(self, own_id: str) -> str | None:
        state = people_verb.show(self.store, people_verb.find(self.store, own_id=own_id)).state
        found = state.standings.get("email_marketing")
        return found.state if found else None


def rows(path: str | Path, separator: str = ",") -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bakery's workspace with its variants written, once for all tests of this file."""
    folder = tmp_path_factory.mktemp("written") / "boulangerie"
    answers = Answers(
        name="Le Fournil", product="Tourte", noun_fr="le pain", noun_en="bread", benefit_fr="cuit chaque matin",
        benefit_en="baked every morning", price="4.20", touchpoints="letter, banner, post",
    )  # fmt: skip
    init_workspace(folder, answers, today=date(2026, 9, 2))
    ws = Workspace.open(folder, clock=SteppedClock(START))
    House(ws, SteppedClock(START)).create()
    ws.close()
    return folder


@pytest.fixture
def loop(written: Path, tmp_path: Path) -> Iterator[Loop]:
    folder = tmp_path / "boulangerie"
    shutil.copytree(written, folder)
    clock = SteppedClock(START)
    ws = Workspace.open(folder, clock=clock)
    yield Loop(House(ws, clock), tmp_path)
    ws.close()


def test_contacts_go_out_and_come_back_as_a_report_that_counts_each_outcome_once(loop: Loop) -> None:
    taken = loop.take(contacts_file(loop.folder / "contacts.csv", 400))
    assert taken.summary["entering"] == 360
    assert taken.summary["opt_outs"] == taken.summary["suppressed"] == 40
    assert taken.summary["may_receive"] == 280
    loop.live()

    sent = loop.export()
    assert sent.people == sent.sends + sent.holdout + sent.withdrawn + sum(sent.none.values()) == 360
    sends, excluded = rows(sent.sends_file), rows(sent.exclusion_file)
    assert len(sends) == sent.sends
    assert len(excluded) == sent.holdout > 20
    assert sent.sends + sent.holdout == 280
    assert {r["email"] for r in sends}.isdisjoint(r["email"] for r in excluded)
    agreed = {f"lecteur{i:04d}@example.org" for i in range(400) if i % 10 < 7}
    assert {r["email"] for r in [*sends, *excluded]} == agreed
    assert all(r["subject"] and r["body"] and 0 < float(r["propensity"]) <= 1 for r in sends)
    assert Path(sent.sends_file).stat().st_mode & 0o077 == 0

    loop.house.clock.move_to(loop.house.clock.now() + 2 * DAY)
    back = loop.folder / "back.csv"
    lines = ["decision_id,kind,date,value,margin,own_id"]
    lines += [f"{r['decision_id']},delivered,2026-09-07 12:00,,," for r in sends]
    lines += [f"{r['decision_id']},clic,2026-09-07 13:00,,," for r in sends[::4]]
    lines += [f',commande,2026-09-08,"12,60","4,10",{r["own_id"]}' for r in sends[::8]]
    lines += [f",commande,2026-09-08,12.60,4.10,{r['own_id']}" for r in excluded[::8]]
    back.write_text("\n".join(lines), encoding="utf-8")
    first, again = loop.outcomes(back), loop.outcomes(back)
    orders = len(sends[::8]) + len(excluded[::8])
    assert first.inserted == first.rows == len(lines) - 1
    assert first.kinds["order"] == orders
    assert (again.inserted, again.duplicates) == (0, first.inserted)
    with loop.store.read() as unit:
        counted = unit.outcomes.orders(0, loop.house.clock.now() + 1)
    assert sum(n for n, _, _ in counted.values()) == orders
    assert sum(value for _, value, _ in counted.values()) == orders * 1260
    assert sum(margin for _, _, margin in counted.values()) == orders * 410

    told = report_verb.report(loop.store, loop.house.campaign, now=loop.house.clock.now() + 40 * DAY)
    assert told["people"]["entered"] == 280
    assert told["lift"]["n_holdout"] == len(excluded)
    assert verify_verb.verify_ledger(loop.store).verified


def test_addresses_and_names_occur_nowhere_outside_the_vault(loop: Loop) -> None:
    loop.take(contacts_file(loop.folder / "contacts.csv", 60))
    loop.live()
    sent = loop.export()
    loop.house.clock.move_to(loop.house.clock.now() + DAY)
    back = loop.folder / "back.csv"
    email = rows(sent.sends_file)[0]["email"]
    back.write_text(f"email,event,date\n{email},clicked,2026-09-08 07:00\n", encoding="utf-8")
    assert loop.outcomes(back).inserted == 1
    loop.store.close()
    state = loop.house.ws.state
    for file in state.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            for secret in (b"example.org", b"lecteur00", "Zoé".encode(), b"K0001"):
                assert secret not in content, f"{secret!r} in {file.name}"


def test_nothing_is_written_before_yes_and_not_of_another_file(loop: Loop) -> None:
    path = contacts_file(loop.folder / "contacts.csv", 20)
    seen = loop.preview(path)
    assert seen.counts["rows"] == 20
    common = {"purposes": loop.purposes, "now": loop.house.clock.now(), "id": "i_1", "name": pseudonym}
    with pytest.raises(Faults) as unanswered:
        people_verb.take(loop.store, seen, yes=False, **common)
    assert unanswered.value.faults[0].code == "answer.needed"
    contacts_file(path, 21)
    with pytest.raises(Faults) as changed:
        people_verb.take(loop.store, seen, yes=True, **common)
    assert changed.value.faults[0].code == "import.file_changed"
    with loop.store.read() as unit:
        assert unit.people.count() == 0
        assert unit.imports.all() == []
        assert not unit.vault.suppressed(["lecteur0009@example.org"])


def test_the_preview_counts_what_is_then_written(loop: Loop) -> None:
    path = contacts_file(
        loop.folder / "contacts.csv", 90, extra="K9;pas une adresse;X;OUI;14/03/2026;0;\nK8;trop;court\n"
    )
    seen = loop.preview(path)
    taken = loop.take(path)
    assert {k: taken.summary[k] for k in seen.counts} == seen.counts
    assert [f.where for f in seen.left_out] == ["contacts.csv:92", "contacts.csv:93"]
    assert {f.code for f in seen.left_out} == {"contact.email", "csv.fields_few"}


def test_a_yes_without_a_source_is_never_asked(loop: Loop) -> None:
    seen = loop.preview(contacts_file(loop.folder / "contacts.csv", 50), source="")
    assert "source" in seen.asks
    assert seen.counts["may_receive"] == 0
    assert seen.notes["yes_without_source"] == 35


def test_undo_takes_people_away_and_leaves_opt_outs(loop: Loop) -> None:
    loop.take(contacts_file(loop.folder / "contacts.csv", 50))
    undone = people_verb.undo(loop.store, "i_1", purposes=loop.purposes, now=loop.house.clock.now())
    assert undone.summary["removed"] == 45
    with loop.store.read() as unit:
        assert unit.people.count() == 0
        assert unit.vault.find(email="lecteur0001@example.org") is None
        assert unit.vault.suppressed(["lecteur0009@example.org"])
    with pytest.raises(Faults) as twice:
        people_verb.undo(loop.store, "i_1", purposes=loop.purposes, now=loop.house.clock.now())
    assert twice.value.faults[0].code == "import.undone"


def test_undo_keeps_people_already_decided_for_and_withdraws_the_yes_of_the_file(loop: Loop) -> None:
    loop.take(contacts_file(loop.folder / "contacts.csv", 50))
    loop.live()
    one = people_verb.find(loop.store, own_id="K0001")
    loop.decide([one], "letter", loop.house.clock.now())
    undone = people_verb.undo(loop.store, "i_1", purposes=loop.purposes, now=loop.house.clock.now())
    assert (undone.summary["removed"], undone.summary["withdrawn"], undone.added) == (44, 1, (one,))
    assert loop.standing("K0001") == "withdrawn"


def test_a_file_never_reopens_what_she_closed(loop: Loop) -> None:
    path = contacts_file(loop.folder / "contacts.csv", 20)
    loop.take(path)
    loop.house.say(people_verb.find(loop.store, own_id="K0002"), "email_marketing", "withdrawn")
    again = loop.take(path, id="i_2")
    assert (again.summary["new"], again.summary["known"], again.summary["kept_closed"]) == (0, 18, 1)
    assert loop.standing("K0002") == "withdrawn"
    assert loop.standing("K0001") == "given"


def test_an_unsubscription_in_a_later_file_closes_the_door_for_good(loop: Loop) -> None:
    loop.take(contacts_file(loop.folder / "contacts.csv", 20))
    later = loop.folder / "later.csv"
    later.write_text("mel;optin;optin_date;desabo\nLECTEUR0001@example.org;OUI;20/08/2026;1\n", encoding="utf-8")
    taken = loop.take(later, id="i_2")
    assert (taken.summary["opt_outs"], taken.summary["entering"]) == (1, 0)
    assert loop.standing("K0001") == "objected"
    loop.live()
    assert "lecteur0001@example.org" not in {r["email"] for r in rows(loop.export().sends_file)}


def test_an_unsubscription_that_comes_back_from_the_sending_tool_is_an_objection(loop: Loop) -> None:
    loop.take(contacts_file(loop.folder / "contacts.csv", 20))
    loop.house.clock.move_to(loop.house.clock.now() + DAY)
    back = loop.folder / "back.csv"
    back.write_text(
        "email;event;date\nlecteur0001@example.org;unsubscribed;08/09/2026\n"
        "lecteur0002@example.org;hardBounce;08/09/2026\nlecteur0003@example.org;softBounce;13/09/2026\n",
        encoding="utf-8",
    )
    told = loop.outcomes(back)
    assert (told.inserted, told.opt_outs, told.silent) == (2, 2, 1)
    assert (loop.standing("K0001"), loop.standing("K0002")) == ("objected", "given")
    with loop.store.read() as unit:
        gone = unit.vault.suppressed([f"lecteur000{i}@example.org" for i in range(1, 4)])
    assert gone == {"lecteur0001@example.org", "lecteur0002@example.org"}


def test_broken_outcomes_are_all_named_and_nothing_is_taken_unless_told_to_skip_them(loop: Loop) -> None:
    loop.take(contacts_file(loop.folder / "contacts.csv", 20))
    loop.house.clock.move_to(loop.house.clock.now() + DAY)
    back = loop.folder / "back.csv"
    back.write_text(
        "own_id,decision_id,kind,date,value\n"
        "K0001,,order,2026-09-08 06:00,12.60\n"
        "K0001,,order,2026-09-08 06:00,12.60\n"
        ",d_nowhere,click,2026-09-08 06:00,\n"
        "K0002,,order,2027-01-01,5\n"
        "K0003,,danced,2026-09-08,\n"
        'K0004,,order,2026-09-08,"1,234"\n'
        "K0005,,order\n"
        "nobody,,order,2026-09-08,5\n",
        encoding="utf-8",
    )
    with pytest.raises(Faults) as problem:
        loop.outcomes(back)
    assert [(f.where, f.code) for f in problem.value.faults] == [
        ("back.csv:3", "outcome.twice"),
        ("back.csv:4", "outcome.decision_unknown"),
        ("back.csv:5", "outcome.row_future"),
        ("back.csv:6", "outcome.kind"),
        ("back.csv:7", "outcome.amount"),
        ("back.csv:8", "csv.fields_few"),
        ("back.csv:9", "outcome.person_unknown"),
    ]
    with loop.store.read() as unit:
        assert unit.outcomes.count() == 0
    told = loop.outcomes(back, skip_broken=True)
    assert (told.inserted, len(told.left_out), told.rows) == (1, 7, 8)


def test_brevos_export_as_it_is_goes_in_and_brevos_file_comes_out(loop: Loop) -> None:
    path = loop.folder / "brevo.csv"
    lines = [BREVO]
    for i in range(40):
        confirmed = "No" if i % 8 == 7 else "Yes"
        lines.append(
            f"{i};lecteur{i}@example.org;Martin;Léa;;;{confirmed};Yes;;;Europe/Paris;;;{10 + i % 18:02d}-05-2026;20-05-2026"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    seen = loop.preview(path, source="Brevo, double opt-in")
    assert seen.mapping == {
        "CONTACT ID": "own_id", "EMAIL": "email", "FIRSTNAME": "given_name", "DOUBLE_OPT-IN": "consent_email",
        "ADDED_TIME": "consent_date",
    }  # fmt: skip
    assert (seen.counts["may_receive"], seen.counts["never_asked"]) == (35, 5)
    loop.take(path, source="Brevo, double opt-in")
    loop.live()
    sent = loop.export("brevo")
    sends = rows(sent.sends_file, ";")
    assert sends
    assert {"EMAIL", "EXT_ID", "GALE_SUBJECT", "GALE_BODY", "DECISION_ID", "VARIANT", "PROPENSITY"} <= set(sends[0])
    assert all(name == name.upper() for name in sends[0])
    assert len(rows(sent.exclusion_file, ";")) == sent.holdout == 35 - sent.sends


def test_somebody_who_withdraws_between_decision_and_file_is_in_neither(loop: Loop) -> None:
    loop.take(contacts_file(loop.folder / "contacts.csv", 40))
    loop.live()
    plain_decide, closed = loop.decide, []

    def decide_then_withdraw(people, touchpoint: str, now: int) -> list[Decision]:  # type: ignore[no-untyped-def]
        made = plain_decide(people, touchpoint, now)
        person = next(d.person for d in made if d.variant is not None)
        loop.house.say(person, "email_marketing", "withdrawn")
        closed.append(person)
        return made

    loop.decide = decide_then_withdraw  # type: ignore[method-assign]
    sent = loop.export()
    assert sent.withdrawn == 1
    shown = {r["decision_id"] for r in rows(sent.sends_file)}
    with loop.store.read() as unit:
        assert not shown & {d.id for d in unit.decisions.of_person(closed[0])}


def test_a_lost_file_is_written_again_from_the_same_decisions(loop: Loop) -> None:
    loop.take(contacts_file(loop.folder / "contacts.csv", 40))
    loop.live()
    start = loop.house.clock.now()
    first = loop.export()
    with pytest.raises(Faults) as problem:
        loop.export()
    assert problem.value.faults[0].code == "file.exists"
    before = rows(first.sends_file)
    Path(first.sends_file).unlink()
    Path(first.exclusion_file).unlink()
    campaign = loop.house.campaign
    loop.decide = lambda *_: export_verb.committed(loop.store, campaign, "letter", since=start)  # type: ignore[method-assign]
    assert sorted(r["decision_id"] for r in rows(loop.export().sends_file)) == sorted(r["decision_id"] for r in before)


def test_a_forgotten_person_leaves_no_trace_but_her_suppressed_address(loop: Loop) -> None:
    path = contacts_file(loop.folder / "contacts.csv", 20)
    loop.take(path)
    loop.live()
    one = people_verb.find(loop.store, own_id="K0001")
    loop.decide([one], "letter", loop.house.clock.now())
    people_verb.forget(loop.store, one, now=loop.house.clock.now(), tombstone="f_1")
    with pytest.raises(Faults):
        people_verb.show(loop.store, one)
    with loop.store.read() as unit:
        assert unit.vault.get([one]) == {}
        assert unit.people.keys([one]) == {}
        assert all(one not in str(entry.body) for entry in unit.ledger.scan())
    assert verify_verb.verify_ledger(loop.store).verified
    again = loop.take(path, id="i_2")
    assert again.summary["new"] == 0
    with pytest.raises(Faults):
        people_verb.find(loop.store, own_id="K0001")


def test_a_batch_that_fails_is_undone_and_the_same_file_goes_on_from_there(loop: Loop) -> None:
    path = contacts_file(loop.folder / "contacts.csv", 100)
    seen = loop.preview(path)
    left = iter(range(50))

    def tired() -> str:
        if next(left, None) is None:
            raise OSError("no space left")
        return pseudonym()

    common = {"purposes": loop.purposes, "now": loop.house.clock.now(), "batch": 20}
    with pytest.raises(OSError):
        people_verb.take(loop.store, seen, yes=True, id="i_1", name=tired, **common)
    with loop.store.read() as unit:
        assert unit.people.count() == 40
        assert len(unit.imports.get("i_1").added) == 40
        assert unit.vault.suppressed(["lecteur0099@example.org"]), "opt-outs hold even if nothing else does"
    taken = people_verb.take(loop.store, seen, yes=True, id="i_2", name=pseudonym, **common)
    assert (taken.summary["known"], taken.summary["new"]) == (40, 50)


def test_real_customers_go_the_loop_as_contacts(loop: Loop) -> None:
    """2,000 customers of the Hillstrom e-mail test with invented addresses; what they really did comes back."""
    source = DATA / "hillstrom_email_test.csv.gz"
    if not source.is_file():
        pytest.skip(f"real data not at hand: {source} (see the README of the shared data)")
    customers = hillstrom(source, 2000)
    path = loop.folder / "customers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["customer_id", "email", "opt_in", "opt_in_date", "total_spent", "zip_code", "channel"])
        for c in customers:
            said = "no" if int(c["customer_id"]) % 20 == 0 else "yes"
            address = f"customer{c['customer_id']}@example.org"
            writer.writerow([c["customer_id"], address, said, "2026-06-30", c["history"], c["zip_code"], c["channel"]])
    seen = loop.preview(path, wanted={"zip_code", "channel"})
    assert seen.mapping["total_spent"] == "orders_value"
    assert seen.mapping["zip_code"] == "attribute:zip_code"
    assert seen.left_out == []
    taken = loop.take(path, wanted={"zip_code", "channel"})
    assert taken.summary["new"] == 2000
    loop.live()
    sent = loop.export()
    assert sent.sends + sent.holdout == taken.summary["may_receive"]
    assert sent.holdout == pytest.approx(0.2 * taken.summary["may_receive"], rel=0.2)  # 5 standard errors and more
    loop.house.clock.move_to(loop.house.clock.now() + 10 * DAY)
    back = loop.folder / "orders.csv"
    spent = [c for c in customers if float(c["spend"]) > 0]
    back.write_text(
        "customer_id,event,date,total\n"
        + "".join(f"{c['customer_id']},order,2026-09-10 12:00,{float(c['spend']):.2f}\n" for c in spent),
        encoding="utf-8",
    )
    assert loop.outcomes(back).inserted == len(spent) > 5
    told = report_verb.report(loop.store, loop.house.campaign, now=loop.house.clock.now() + 40 * DAY)
    assert told["people"]["entered"] == taken.summary["may_receive"]
    assert not told["lift"]["proven"], "these orders are of 2008, when nobody had been sent anything of this campaign"


def hillstrom(path: Path, n: int) -> list[dict[str, str]]:
    """The first n customers, as they are in the file."""
    table = read_table(path)
    return [dict(zip(table.header, cells, strict=True)) for (_, cells), _ in zip(table.rows(), range(n), strict=False)]


def test_a_consent_she_gave_herself_survives_an_import_and_its_undo(loop: Loop) -> None:
    path = contacts_file(loop.folder / "contacts.csv", 10)
    loop.take(path)
    person = people_verb.find(loop.store, own_id="K0008")  # said nothing in the file
    now = loop.house.clock.now()
    act = Consent(
        id="c_own", person=person, purpose="email_marketing", state="given", basis="consent", source="checkout",
        notice="1", time=now,
    )  # fmt: skip
    consent_verb.record(loop.store, loop.purposes, [act], now=now)
    text = path.read_text(encoding="utf-8").replace(
        "K0008;lecteur0008@example.org;Zoé;;", "K0008;lecteur0008@example.org;Zoé;OUI;"
    )
    path.write_text(text, encoding="utf-8")
    loop.take(path, id="i_2")
    people_verb.undo(loop.store, "i_2", purposes=loop.purposes, now=now)
    assert loop.standing("K0008") == "given"


# --- what a model helped to write says so ---------------------------------------------------------------------------

AI_LINES = ("Écrit avec l’aide d’une IA, relu par une personne.", "Written with the help of AI, read by a person.")


def helped(catalogue: Catalogue) -> Catalogue:
    """The catalogue as if a model had written every third phrase that begins a letter."""
    banks = {
        code: {
            name: tuple(
                replace(t, origin="model") if name == "openings" and n % 3 == 0 else t for n, t in enumerate(bank)
            )
            for name, bank in banks.items()
        }
        for code, banks in catalogue.banks.items()
    }
    return replace(catalogue, banks=banks)


def helped_live(loop: Loop, catalogue: Catalogue) -> None:
    loop.take(contacts_file(loop.folder / "contacts.csv", 200))
    house = loop.house
    create_verb.create(loop.store, catalogue, house.ws.read_documents(), now=house.clock.now(), seed=1, wanted=40)
    loop.live()


def written_by(loop: Loop) -> dict[str, bool]:
    with loop.store.read() as unit:
        found = unit.creatives.page(loop.house.campaign, placement="email", accepted=True, offset=0, limit=10_000)
    return {v.id: v.by_model for v in found}


@pytest.mark.parametrize("tool", ["generic", "brevo"])
def test_each_letter_of_the_file_says_whether_a_model_helped(loop: Loop, tool: str) -> None:
    brief = loop.house.ws.root / "brief.yaml"
    brief.write_text(brief.read_text(encoding="utf-8") + "landing: https://fournil.example/tourte\n", encoding="utf-8")
    helped_live(loop, helped(loop.house.ws.catalogue))
    sent = loop.export(tool)
    column, of = TOOLS[tool].known.get("variant", "variant"), written_by(loop)
    sends = rows(sent.sends_file, TOOLS[tool].separator)
    said = {row[column]: any(line in cell for line in AI_LINES for cell in row.values()) for row in sends}
    assert set(said.values()) == {True, False}
    assert said == {v: of[v] for v in said}
    assert sent.by_model == sum(of[row[column]] for row in sends) > 0
    page = export_template(
        loop.store, loop.house.campaign, "letter", tool=tool, out=loop.folder / "out", now=loop.house.clock.now()
    )
    assert any("disclosure" in Path(one.html_file).read_text(encoding="utf-8").lower() for one in page.letters)


def test_a_campaign_that_people_wrote_says_nothing_of_models(loop: Loop) -> None:
    helped_live(loop, loop.house.ws.catalogue)
    sent = loop.export()
    assert sent.by_model == 0
    assert not [c for row in rows(sent.sends_file) for c in row.values() for line in AI_LINES if line in c]
