"""The database's history: one revision a file in `versions/`, oldest first. No revision is edited once released.

A new one: copy the last file, give it its own `revision`, name the last one in `down_revision`, change `tables.py` in
the same way; a test compares what the revisions build with `tables.py`.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory

from gale.records.faults import Faults


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).parent))


def head() -> str:
    """The newest revision that this version of Gale knows."""
    return _scripts().get_current_head() or ""


def current(connection: sa.Connection) -> str | None:
    """The revision the database is at; `None` where it has none yet."""
    return MigrationContext.configure(connection).get_current_revision()


def missing(found: str | None) -> list[str]:
    """Names of the revisions still to be run from `found` on, oldest first.

    Raises `Faults` `store.newer` for a revision that this version does not know.
    """
    scripts = _scripts()
    history = list(scripts.walk_revisions())  # newest first
    if found is not None and found not in {s.revision for s in history}:
        raise Faults.one("store.newer", found=found, known=head())
    left: list[str] = []
    for script in history:
        if script.revision == found:
            break
        left.append(_name(script))
    return left[::-1]


def upgrade(connection: sa.Connection) -> list[str]:
    """Run what is missing inside the caller's transaction; the names of what was run."""
    scripts = _scripts()
    left = missing(current(connection))
    if not left:
        return []
    context = EnvironmentContext(Config(), scripts, fn=lambda revision, _: scripts._upgrade_revs("head", revision))
    with context:
        context.configure(connection=connection, transactional_ddl=True)
        context.run_migrations()
    return left


def _name(script: Script) -> str:
    return f"{script.revision}: {(script.doc or '').strip()}"
