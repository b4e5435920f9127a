"""The vault: addresses never stand in the file; keys come from the environment or a private file."""

from __future__ import annotations

import base64
import os
import random
from pathlib import Path

import pytest

from gale.adapters.store import SqlStore, open_store, sql_store, vault_key
from gale.records.faults import Faults
from gale.records.people import Contact, PersonState, Profile

LEA = Contact(
    person="p_1", own_id="K-17", email="Lea.Martin@Example.org", phone="+33612345678", given_name="Léa",
    family_name="Martin-Dubreuil",
)  # fmt: skip
NEEDLES = [b"lea.martin", b"Lea.Martin", b"example.org", b"Example.org", b"33612345678", b"Dubreuil", "Léa".encode()]


def on_disk(tmp_path: Path) -> bytes:
    return b"".join(p.read_bytes() for p in tmp_path.iterdir() if p.name.startswith("gale.db"))


def test_a_contact_is_found_by_any_spelling_of_its_address(store: SqlStore) -> None:
    with store.write() as unit:
        unit.vault.put([LEA, Contact(person="p_2", email="x@münchen.de")])
    with store.read() as unit:
        assert unit.vault.find(email=" lea.MARTIN@EXAMPLE.ORG ") == "p_1"
        assert unit.vault.find(email="x@xn--mnchen-3ya.de") == "p_2"
        assert unit.vault.find(own_id=" K-17") == "p_1"
        assert unit.vault.find(own_id="k-17") is None
        assert unit.vault.find(email="K-17") is None
        assert unit.vault.find(email="nobody@example.org", own_id="K-17") == "p_1"
        assert unit.vault.find() is None
        assert unit.vault.find_many("email", ["LEA.martin@example.org", "b@c.d"]) == {"LEA.martin@example.org": "p_1"}
        assert unit.vault.get(["p_1", "p_3"]) == {"p_1": LEA}


def test_a_contact_put_again_is_found_by_its_new_address_only(store: SqlStore) -> None:
    moved = Contact(person="p_1", email="lea@new.org")
    with store.write() as unit:
        unit.vault.put([LEA])
        unit.vault.put([moved])
        assert unit.vault.find(email=LEA.email) is None
        assert unit.vault.find(email="lea@new.org") == "p_1"
        assert unit.vault.get(["p_1"]) == {"p_1": moved}


def test_suppression_outlives_the_contact(store: SqlStore) -> None:
    with store.write() as unit:
        unit.vault.put([LEA])
        assert unit.vault.suppress(["lea.martin@example.org", "LEA.MARTIN@example.org", "b@c.d"], "complained", 1) == 2
        assert unit.vault.suppress(["b@c.d"], "bounced", 2) == 0
        unit.vault.forget("p_1")
    with store.read() as unit:
        assert unit.vault.get(["p_1"]) == {}
        assert unit.vault.find(email=LEA.email) is None
        assert unit.vault.suppressed(["Lea.Martin@example.org", "other@c.d"]) == {"Lea.Martin@example.org"}


def test_removing_contacts_leaves_the_others(store: SqlStore) -> None:
    with store.write() as unit:
        unit.vault.put(Contact(person=f"p_{i}", email=f"p{i}@x.org") for i in range(1, 5))
        unit.vault.remove(["p_1", "p_3", "p_nobody"])
        assert unit.vault.get([f"p_{i}" for i in range(1, 5)]).keys() == {"p_2", "p_4"}


def test_an_address_never_stands_in_the_file(store: SqlStore, tmp_path: Path) -> None:
    with store.write() as unit:
        unit.vault.put([LEA])
        unit.vault.suppress([LEA.email or ""], "unsubscribed", 1)
    before = on_disk(tmp_path)
    store.scrub()
    after = on_disk(tmp_path)
    assert not [n for n in NEEDLES if n in before or n in after]


def test_nothing_of_a_forgotten_person_can_be_read_from_the_file_again(store: SqlStore, tmp_path: Path) -> None:
    """Among hundreds of neighbours that grow, move and are forgotten in turn, so that pages split and merge."""
    names = [f"q_{i:03}" for i in range(800)]
    with store.write() as unit:
        unit.people.add(Profile(id=n) for n in names)
        unit.vault.put(Contact(person=n, email=f"{n}@example.org") for n in names)
    with store.write() as unit:
        states = unit.people.states(names)
        unit.people.put(
            type(s)(profile=s.profile, version=1, recent=tuple((i, "letter") for i in range(20)))
            for s in states.values()
        )
        unit.vault.put(Contact(person=n, email=f"{n}@a-much-longer-domain.example.org") for n in names)
    gone = names[::2]
    with store.read() as unit:
        keys = unit.people.keys(gone)
        secrets = [k for (k,) in unit._db._connection.exec_driver_sql("SELECT key FROM contact_keys")][::2]
    assert all(k in on_disk(tmp_path) for k in keys.values())
    with store.write() as unit:
        for n in gone:
            unit.people.forget(n, "gone_" + n)
            unit.vault.forget(n)
    after = on_disk(tmp_path)
    assert len(keys) == len(secrets) == 400
    assert not [k for k in [*keys.values(), *secrets] if k in after]
    assert (tmp_path / "gale.db-wal").stat().st_size == 0


def test_nothing_that_described_a_forgotten_person_is_left_in_pages_her_row_moved_out_of(
    store: SqlStore, tmp_path: Path
) -> None:
    names = [f"{random.Random(i).getrandbits(60):015x}" for i in range(1000)]
    with store.write() as unit:
        unit.people.add(Profile(id="q_" + n, attributes={"trait": "A" + n}) for n in names)
    for touches in (8, 16, 24):
        random.Random(touches).shuffle(names)
        with store.write() as unit:
            states = unit.people.states(["q_" + n for n in names])
            unit.people.put(
                PersonState(profile=states["q_" + n].profile, version=1, recent=((touches, "letter"),) * touches)
                for n in names
            )
    with store.write() as unit:
        for i, n in enumerate(names[:300]):
            unit.people.forget("q_" + n, f"gone_{i}")
    after = on_disk(tmp_path)
    assert not [n for n in names[:300] if n.encode() in after]
    assert len([n for n in names[300:] if n.encode() in after]) == 700
    assert not store.compact_due()


def test_a_large_file_is_written_anew_when_it_is_asked_for(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_store, "COMPACT_AT_ONCE", 0)
    with store.read() as unit:
        key = unit.people.keys(["p_1"])["p_1"]
    with store.write() as unit:
        unit.people.forget("p_1", "gone")
    assert key not in on_disk(tmp_path)
    assert store.compact_due()
    assert store.compact()
    assert not store.compact_due()


def test_a_reader_of_an_earlier_state_delays_the_erasure_no_longer_than_it_reads(
    store: SqlStore, tmp_path: Path
) -> None:
    with store.read() as unit:
        key = unit.people.keys(["p_1"])["p_1"]
    with store.read() as unit:
        unit.people.count()
        with store.write() as writing:
            writing.people.forget("p_1", "gone")
        assert key in on_disk(tmp_path)
    with store.write() as unit:
        pass
    assert key not in on_disk(tmp_path)


def test_another_key_opens_no_vault(store: SqlStore, url: str) -> None:
    with pytest.raises(Faults, match=r"vault\.wrong_key"):
        open_store(url, vault_key=b"\1" * 32)
    with pytest.raises(Faults, match=r"vault\.key_invalid"):
        open_store(url, vault_key=b"short")


def test_a_sealed_contact_moved_to_another_row_is_refused(store: SqlStore) -> None:
    with store.write() as unit:
        unit.vault.put([LEA, Contact(person="p_2", email="b@c.d")])
        unit._db._connection.exec_driver_sql("UPDATE contacts SET person = 'p_3' WHERE person = 'p_1'")
    with pytest.raises(Faults, match=r"vault\.wrong_key"), store.read() as unit:
        unit.vault.get(["p_3"])


def test_the_vault_key_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    key = vault_key(path, {})
    assert len(key) == 32
    assert vault_key(path, {}) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["vault.key"]


def test_a_vault_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    vault_key(path, {})
    path.chmod(0o640)
    with pytest.raises(Faults, match=r"vault\.key_readable") as refused:
        vault_key(path, {})
    assert refused.value.faults[0].values["mode"] == "640"


def test_the_environment_s_key_comes_first_and_must_be_whole(tmp_path: Path) -> None:
    key = bytes(range(32))
    path = tmp_path / "vault.key"
    assert vault_key(path, {"GALE_VAULT_KEY": base64.b64encode(key).decode()}) == key
    assert not path.exists()
    for bad in ("short", base64.b64encode(b"x" * 31).decode(), "é" * 44):
        with pytest.raises(Faults, match=r"vault\.key_invalid"):
            vault_key(path, {"GALE_VAULT_KEY": bad})
