"""Brands and briefs that the creative tests share."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from gale.adapters.catalogue import load
from gale.creative import Catalogue
from gale.records.documents import Brand, Brief

EXAMPLES = Path(__file__).parents[2] / "examples"


@cache
def _read(name: str) -> tuple[Brand, Brief]:
    def read(file: str) -> Any:
        return yaml.safe_load((EXAMPLES / name / file).read_text(encoding="utf-8"))

    return Brand.model_validate(read("brand.yaml")), Brief.model_validate(read("brief.yaml"))


@pytest.fixture(scope="session")
def example() -> Callable[[str], tuple[Brand, Brief]]:
    """Brand and brief of a folder of examples/."""
    return _read


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture
def plain_brief() -> Callable[..., Brief]:
    """The least a brief may say: a name, a noun, a benefit, a price."""

    def make(**more: Any) -> Brief:
        product = {"name": "Halo", "noun": {"fr": "la lampe", "en": "lamp"}, "price": {"amount": "49.00"}}
        product |= more.pop("product", {})
        data: dict[str, Any] = {
            "id": "plain",
            "brand": "plain",
            "title": {"fr": "Une lampe", "en": "A lamp"},
            "product": product,
            "benefit": {"fr": "une ampoule qui se change sans outil", "en": "a bulb you can change without a tool"},
            "flight": {"start": "2026-09-07"},
            **more,
        }
        return Brief.model_validate(data)

    return make


@pytest.fixture
def plain_brand() -> Callable[..., Brand]:
    def make(**more: Any) -> Brand:
        name, descriptor = "Lueur", {"fr": "fabricant de lampes", "en": "lamp maker"}
        return Brand.model_validate({"id": "plain", "name": name, "descriptor": descriptor, **more})

    return make
