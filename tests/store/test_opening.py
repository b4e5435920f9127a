"""Opening, migrating, and what the disk and a newer version do to it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import alembic.autogenerate
import pytest
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from gale.adapters.store import SqlStore, migrate, open_store, pending
from gale.adapters.store.tables import metadata
from gale.records.faults import Faults
from gale.records.people import Profile

KEY = bytes(range(32))


def test_a_new_database_is_made_and_needs_no_migration(url: str, tmp_path: Path) -> None:
    assert len(pending(url)) >= 1
    assert list(tmp_path.iterdir()) == []
    open_store(url, vault_key=KEY).close()
    assert pending(url) == []
    assert migrate(url) == []
    assert (tmp_path / "gale.db").stat().st_mode & 0o777 == 0o600


def test_the_migrations_build_exactly_the_tables_of_today(url: str) -> None:
    migrate(url)
    with sa.create_engine(url).connect() as connection:
        found = alembic.autogenerate.compare_metadata(MigrationContext.configure(connection), metadata)
    assert found == []


def test_a_database_of_a_newer_version_is_refused_with_both_versions(url: str, tmp_path: Path) -> None:
    open_store(url, vault_key=KEY).close()
    with sqlite3.connect(tmp_path / "gale.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(Faults, match=r"store\.newer") as refused:
        open_store(url, vault_key=KEY)
    assert refused.value.faults[0].values["found"] == "9999"
    assert refused.value.faults[0].values["known"] != "9999"
    with pytest.raises(Faults, match=r"store\.newer"):
        migrate(url)


def test_a_database_of_an_older_version_asks_to_be_migrated_first(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A later release: the same package with one more revision, as a new file in its folder."""
    from gale.adapters.store import migrations

    open_store(url, vault_key=KEY).close()
    folder = tmp_path / "later"
    (folder / "versions").mkdir(parents=True)
    for file in (Path(migrations.__file__).parent / "versions").glob("r*.py"):
        (folder / "versions" / file.name).write_text(file.read_text())
    later = f'"""one more column"""\nrevision = "later"\ndown_revision = "{migrations.head()}"\n'
    later += "import sqlalchemy as sa\nfrom alembic import op\n\n"
    later += "def upgrade():\n    op.add_column('facts', sa.Column('note', sa.Text))\n    {}\n"
    monkeypatch.setattr(migrations, "__file__", str(folder / "__init__.py"))
    (folder / "versions" / "r9_later.py").write_text(later.format("raise RuntimeError('cut off')"))
    with pytest.raises(Faults, match=r"store\.migrate_first"):
        open_store(url, vault_key=KEY)
    with pytest.raises(RuntimeError, match="cut off"):
        migrate(url)
    assert pending(url) == ["later: one more column"]  # nothing half-done
    (folder / "versions" / "r9_later.py").write_text(later.format(""))
    assert migrate(url) == ["later: one more column"]
    open_store(url, vault_key=KEY).close()


def test_a_full_disk_is_said_and_leaves_nothing_half_done(store: SqlStore, url: str, tmp_path: Path) -> None:
    def small(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 20}")

    other = open_store(url, vault_key=KEY)
    other._writing.dispose()
    sa.event.listen(other._writing, "connect", small)
    before = store.look("p_1")
    assert before is not None

    def too_much() -> None:
        with other.write() as unit:
            unit.people.put([type(before)(profile=before.profile, version=99)])
            unit.people.add(Profile(id=f"q_{i}", attributes={"x": "y" * 200}) for i in range(5000))

    with pytest.raises(Faults, match=r"store\.disk_full") as refused:
        too_much()
    assert refused.value.faults[0].values["path"] == str(tmp_path / "gale.db")
    with other.read() as unit:
        assert unit.people.count() == 5
    assert store.look("p_1") == before
    with other.write() as unit:  # what is small still fits
        unit.people.add([Profile(id="q")])
    other.close()


def test_what_is_no_database_or_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "gale.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(Faults, match=r"store\.damaged"):
        open_store(f"sqlite:///{tmp_path}/gale.db", vault_key=KEY)
    with pytest.raises(Faults, match=r"store\.not_writable"):
        open_store(f"sqlite:///{tmp_path}/none/gale.db", vault_key=KEY)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql://u:secret@h/db", "gale.db"])
def test_a_database_we_keep_no_promise_on_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(Faults, match=r"store\.unsupported") as refused:
        open_store(url, vault_key=KEY)
    assert "secret" not in str(refused.value)


def test_a_block_that_raises_leaves_nothing(store: SqlStore) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as unit:
        unit.people.put([unit.people.add([Profile(id="q")]) / 0])  # type: ignore[list-item]
    assert store.look("q") is None


def test_a_unit_used_after_its_block_raises(store: SqlStore) -> None:
    with store.read() as unit:
        rows = unit.people.scan()
        next(rows)
    with pytest.raises(RuntimeError, match="block has ended"):
        unit.people.count()
    with pytest.raises(RuntimeError, match="block has ended"):
        unit.people.states(["p_1"])
    with pytest.raises(RuntimeError, match="inside"), store.write(), store.write():
        pass
    store.close()
    store.close()
    with pytest.raises(Faults, match=r"store\.closed"), store.read():
        pass
    with pytest.raises(Faults, match=r"store\.closed"):
        store.look("p_1")


def test_somebody_can_be_looked_at_while_this_thread_writes(store: SqlStore) -> None:
    with store.write() as unit:
        unit.people.forget("p_1", "gone")
        assert store.look("p_1") is not None  # what has not been committed is not seen
    assert store.look("p_1") is None


def test_a_view_stays_as_it_was_while_others_write_and_changes_nothing(store: SqlStore) -> None:
    with store.read() as unit:
        assert unit.people.count() == 5
        with store.write() as writing:
            writing.people.add([Profile(id="q")])
        assert unit.people.count() == 5
    with pytest.raises(Faults, match=r"store\.not_writable"), store.read() as unit:
        unit.people.add([Profile(id="r")])
    with store.read() as unit:
        assert unit.people.count() == 6
