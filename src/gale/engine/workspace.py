"""The workspace: opens what one brand has on disk and wires it. Only the faces' entry points see it whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from gale import settings
from gale.adapters import catalogue as catalogue_adapter
from gale.adapters.clock import SystemClock
from gale.adapters.files.yaml_reader import read_document
from gale.adapters.store import migrate, open_store, pending, vault_key
from gale.adapters.writers import open_writer
from gale.creative import Catalogue
from gale.creative.frameworks import with_frameworks
from gale.ports.clock import Clock
from gale.ports.store import CampaignRow, Store
from gale.ports.writer import Writer
from gale.records.documents import Brand, Brief, Campaign, Purposes, Team, WriterSettings
from gale.records.documents import Workspace as WorkspaceDocument
from gale.records.faults import Fault, Faults, raise_if
from gale.records.framework import FrameworkDocument


@dataclass(frozen=True)
class Documents:
    """The documents of one campaign; `frameworks` are those that a strategist designed for this workspace.

    `pages` maps a framework to the SHA-256 of the newsletter it came from, and a photograph that a framework names to
    its own, so that what is signed is what is sent.
    """

    brand: Brand
    brief: Brief
    campaign: Campaign
    team: Team
    purposes: Purposes
    frameworks: tuple[FrameworkDocument, ...] = ()
    pages: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """As plain JSON-able data, as a campaign row keeps them."""
        told: dict[str, Any] = {
            name: getattr(self, name).model_dump(mode="json", by_alias=True)
            for name in ("brand", "brief", "campaign", "team", "purposes")
        }
        if self.frameworks:  # part of what is signed, where there are any
            told["frameworks"] = [f.model_dump(mode="json", by_alias=True) for f in self.frameworks]
            told["pages"] = dict(self.pages)
        return told

    def over(self, catalogue: Catalogue) -> Catalogue:
        """The catalogue with these documents' designed frameworks and no others, whatever lies on disk by now."""
        shipped = catalogue_adapter.load().frameworks
        return with_frameworks(replace(catalogue, frameworks=shipped), self.frameworks)

    @classmethod
    def of(cls, row: CampaignRow) -> Documents:
        """The documents a campaign was made from."""
        data = row.documents
        return cls(
            brand=Brand.model_validate(data["brand"]),
            brief=Brief.model_validate(data["brief"]),
            campaign=Campaign.model_validate(data["campaign"]),
            team=Team.model_validate(data["team"]),
            purposes=Purposes.model_validate(data["purposes"]),
            frameworks=tuple(FrameworkDocument.model_validate(f) for f in data.get("frameworks", ())),
            pages=data.get("pages", {}),
        )


@dataclass
class Workspace:
    """One brand's folder, its store and the clock."""

    root: Path
    settings: WorkspaceDocument
    store: Store
    clock: Clock

    @property
    def state(self) -> Path:
        return self.root / settings.STATE

    @property
    def out(self) -> Path:
        return self.root / settings.OUT

    @property
    def frameworks(self) -> Path:
        """The folder of designed frameworks, one YAML file each."""
        return self.root / settings.FRAMEWORKS

    @property
    def url(self) -> str:
        return self.settings.database_url or settings.sqlite_url(str(self.state))

    @classmethod
    def open(cls, root: Path, *, clock: Clock | None = None) -> Workspace:
        """Open the workspace in `root`.

        Raises `Faults`: `workspace.missing` where there is no gale.yaml, the document's own, and the store's
        (`store.newer`, `store.migrate_first`).
        """
        file = root / settings.DOCUMENT_FILES["gale"]
        if not file.is_file():
            raise Faults.one("workspace.missing", path=str(root))
        document = read_document(file, "gale")
        assert isinstance(document, WorkspaceDocument)
        state = root / settings.STATE
        state.mkdir(mode=0o700, exist_ok=True)
        url = document.database_url or settings.sqlite_url(str(state))
        key = vault_key(state / "vault.key", os.environ)
        store = open_store(url, vault_key=key, sandbox=document.sandbox)
        return cls(root, document, store, clock or SystemClock())

    @cached_property
    def catalogue(self) -> Catalogue:
        """Phrase banks and frameworks, with the designed ones in their places.

        Read when somebody writes, not when the workspace opens: a broken framework must not keep anybody from
        withdrawing a consent. Raises `Faults` of `read_frameworks` and `creative.frameworks.with_frameworks`.
        """
        return with_frameworks(catalogue_adapter.load(), self.read_frameworks())

    def writer(self) -> tuple[Writer, WriterSettings]:
        """The language model of gale.yaml. Raises `Faults`: `writer.none` where there is none, those of `open_writer`."""
        wanted = self.settings.writer
        if wanted is None:
            raise Faults.one("writer.none")
        return open_writer(wanted, os.environ), wanted

    def read_frameworks(self) -> tuple[FrameworkDocument, ...]:
        """The designed frameworks as they stand on disk; every fault of all files at once."""
        faults: list[Fault] = []
        found: list[FrameworkDocument] = []
        for file in sorted(self.frameworks.glob("*.yaml")):
            try:
                document = read_document(file, "framework")
                assert isinstance(document, FrameworkDocument)
                found.append(document)
            except Faults as problem:
                faults += problem.faults
        raise_if(faults)
        return tuple(found)

    def read_pages(self, frameworks: Sequence[FrameworkDocument]) -> dict[str, str]:
        """The newsletters that frameworks came from, by framework. Raises `Faults` `newsletter.missing` for each not
        there."""
        wanted = {f.id: self.frameworks / f.html for f in frameworks if f.html}
        raise_if(
            Fault(code="newsletter.missing", values={"path": str(path)}, where=f"frameworks/{name}.yaml html")
            for name, path in wanted.items()
            if not path.is_file()
        )
        return {name: path.read_text(encoding="utf-8") for name, path in wanted.items()}

    def photographs(self, frameworks: Sequence[FrameworkDocument]) -> dict[str, str]:
        """SHA-256 of the photographs that frameworks name, by their path in the workspace; one not there is left out."""
        named = {c.photo for f in frameworks if f.pictures for c in f.pictures.choices.values() if c.photo}
        found = {name: self.root / name for name in sorted(named) if (self.root / name).is_file()}
        return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()}

    def read_documents(self) -> Documents:
        """The documents as they stand on disk; every fault of all files at once."""
        faults: list[Fault] = []
        found: dict[str, Any] = {}
        for kind in ("brand", "brief", "campaign", "team", "purposes"):
            try:
                found[kind] = read_document(self.root / settings.DOCUMENT_FILES[kind], kind)
            except Faults as problem:
                faults += problem.faults
        raise_if(faults)
        frameworks = self.read_frameworks()
        pages = {name: hashlib.sha256(page.encode()).hexdigest() for name, page in self.read_pages(frameworks).items()}
        pages |= self.photographs(frameworks)
        return Documents(**found, frameworks=frameworks, pages=pages)

    def close(self) -> None:
        self.store.close()


def migrations(root: Path, *, apply: bool) -> list[str]:
    """Names of the migrations that the workspace's store still needs; with `apply`, run them."""
    file = root / settings.DOCUMENT_FILES["gale"]
    if not file.is_file():
        raise Faults.one("workspace.missing", path=str(root))
    document = read_document(file, "gale")
    assert isinstance(document, WorkspaceDocument)
    (root / settings.STATE).mkdir(mode=0o700, exist_ok=True)
    url = document.database_url or settings.sqlite_url(str(root / settings.STATE))
    return migrate(url) if apply else pending(url)
