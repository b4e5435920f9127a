"""People: their profiles, consents, assignments, and addresses in the vault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, Protocol

from gale.records.people import Assignment, Consent, Contact, PersonState, Profile, Standing


class People(Protocol):
    """Pseudonymous people; one row a person holds all that a decision reads."""

    def add(self, profiles: Iterable[Profile]) -> int:
        """Insert people not known yet, each with a fresh random 32-byte key of her own; how many were new."""
        ...

    def state(self, person: str) -> PersonState | None: ...

    def states(self, people: Sequence[str]) -> dict[str, PersonState]: ...

    def scan(self, batch: int = 2000) -> Iterator[PersonState]:
        """Everybody not forgotten, by id."""
        ...

    def count(self) -> int: ...

    def put(self, states: Iterable[PersonState]) -> None:
        """Write whole rows back (attributes, recent, suppressed); `version` is written as given."""
        ...

    def keys(self, people: Sequence[str]) -> dict[str, bytes]:
        """The persons' own keys; a forgotten person has none."""
        ...

    def with_keys(self, people: Sequence[str]) -> dict[str, tuple[PersonState, bytes]]:
        """`states` and `keys` of those who have both, in one read: what the committing transaction needs."""
        ...

    def forget(self, person: str, tombstone: str) -> None:
        """Destroy her key, row, consents, outcomes; in decisions and assignments put `tombstone` for her id and
        empty what described her (`inputs`, `basis`); kept replies that name her go too. `tombstone` is a new one each
        time. Secure delete; cannot be undone."""
        ...


class Consents(Protocol):
    """Acts are appended and never changed; the person's row follows in the same transaction."""

    def append(self, acts: Iterable[tuple[Consent, Standing]]) -> None:
        """Store each act, set the person's standing on its purpose, and raise her `version` by one."""
        ...

    def history(self, person: str) -> list[Consent]:
        """Oldest first."""
        ...

    def count(self) -> int: ...


class Assignments(Protocol):
    def append(self, assignments: Iterable[Assignment]) -> int:
        """Insert those not drawn yet; an existing one stays as it is. How many were new."""
        ...

    def get(self, experiment: str, person: str) -> Assignment | None: ...

    def of(self, experiment: str, people: Sequence[str]) -> dict[str, Assignment]: ...

    def of_person(self, person: str) -> list[Assignment]:
        """Hers in every experiment, oldest first."""
        ...

    def bare(self, people: Sequence[str]) -> int:
        """Empty what is kept of these people's entries (`attributes`), in every experiment; how many had something."""
        ...

    def scan(self, experiment: str) -> Iterator[Assignment]: ...


class Vault(Protocol):
    """Addresses, encrypted; found by keyed HMAC only. Suppression outlives the contact."""

    def put(self, contacts: Iterable[Contact]) -> None: ...

    def get(self, people: Sequence[str]) -> dict[str, Contact]: ...

    def find(self, *, email: str | None = None, own_id: str | None = None) -> str | None:
        """The person with this address or this id in the user's own system."""
        ...

    def find_many(self, kind: Literal["email", "own_id"], values: Sequence[str]) -> dict[str, str]:
        """By value given: the person."""
        ...

    def suppress(self, emails: Iterable[str], reason: str, time: int) -> int: ...

    def suppressed(self, emails: Sequence[str]) -> set[str]:
        """Which of these addresses must never be written to, whoever imports them again."""
        ...

    def forget(self, person: str) -> None: ...

    def remove(self, people: Sequence[str]) -> None:
        """Take contacts out again (undo of an import); suppression stays."""
        ...
