"""A real database file for each test, and records to put into it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gale.adapters.store import SqlStore, open_store
from gale.records.decision import Decision, Outcome
from gale.records.people import Consent, Profile, Standing

VAULT_KEY = bytes(range(32))


class Make:
    """Records with sensible values; any field can be given."""

    def decision(self, number: int, **changes: Any) -> Decision:
        made = Decision(
            id=f"d_{number}",
            time=1_000_000 + number,
            person="p_1",
            campaign="eveil",
            touchpoint="letter",
            eligible=("v_a", "v_b"),
            eligible_digest="ab" * 16,
            variant="v_a",
            reason="explore",
            propensity=0.5,
            snapshot="s_1",
            draw=(0.25, 0.75),
            basis=("c_1",),
            inputs={"features": {"city": "Lyon"}, "version": 1},
        )
        return msgspec.structs.replace(made, **changes)

    def outcome(self, number: int, **changes: Any) -> Outcome:
        made = Outcome(
            source="shop", source_id=f"o_{number}", person="p_1", kind="order", time=1000, received=1001, value=1200
        )
        return msgspec.structs.replace(made, **changes)

    def act(self, number: int, person: str = "p_1", state: str = "given") -> tuple[Consent, Standing]:
        consent = Consent(
            id=f"c_{number}", person=person, purpose="letters", state=state, basis="consent",  # type: ignore[arg-type]
            source="form", notice="1", time=number,
        )  # fmt: skip
        standing = Standing(purpose="letters", state=consent.state, basis="consent", consent=consent.id, since=number)
        return consent, standing

    def leaf(self, decision: Decision) -> str:
        return hashlib.sha256(decision.id.encode()).hexdigest()


@pytest.fixture
def make() -> Make:
    return Make()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/gale.db"


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    opened = open_store(url, vault_key=VAULT_KEY)
    with opened.write() as unit:
        unit.people.add([Profile(id=f"p_{i}", attributes={"city": "Lyon"}) for i in range(1, 6)])
    yield opened
    opened.close()
