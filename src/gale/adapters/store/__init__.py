"""The store: records in a SQLite file, addresses in its encrypted vault.

`open_store` opens it, `migrate` and `pending` bring an older one up to date, `vault_key` finds or makes the vault's
key, `GroupCommit` commits many small writes at once, `WorkspaceLock` keeps a second supervisor out.
"""

from gale.adapters.store.group_commit import GroupCommit
from gale.adapters.store.lock import WorkspaceLock
from gale.adapters.store.sql_store import SqlStore, migrate, open_store, pending
from gale.adapters.store.vault import vault_key

__all__ = ["GroupCommit", "SqlStore", "WorkspaceLock", "migrate", "open_store", "pending", "vault_key"]
