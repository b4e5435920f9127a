"""A fresh workspace with a browser at its door; the samples lie beside the tests and serve `preview.py` too."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parent))

from studio_samples import ADDRESS

from gale.engine.init import Answers, init_workspace
from gale.engine.workspace import Workspace, migrations
from gale.studio.app import create_app
from gale.studio.door import Door

SOAP = Answers(
    "Savonnerie", "Marin", "le savon", "soap", "cuit six heures au chaudron", "boiled for six hours", "7,50",
    touchpoints="letter, banner, post",
)  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    root = tmp_path_factory.mktemp("soap")
    init_workspace(root, SOAP, today=date(2026, 9, 1))
    migrations(root, apply=True)
    opened = Workspace.open(root)
    yield opened
    opened.close()


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    """A browser at a fresh door, the link in its hand."""
    door = Door.fresh(workspace.state)
    browser = TestClient(create_app(workspace, door, address=ADDRESS), base_url=ADDRESS, follow_redirects=False)
    browser.link = door.link(ADDRESS)  # type: ignore[attr-defined]
    return browser


@pytest.fixture
def inside(client: TestClient) -> TestClient:
    assert client.get(client.link).status_code == 200  # type: ignore[attr-defined]
    return client
