"""Fixtures for stories that walk through several rooms."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest

from gale.adapters.clock import SteppedClock
from gale.engine.init import Answers, init_workspace
from gale.engine.workspace import Workspace
from house import START, House


@pytest.fixture
def make_house(tmp_path: Path) -> Iterator[Callable[[], House]]:
    opened: list[Workspace] = []

    def make() -> House:
        folder = tmp_path / f"boulangerie-{len(opened)}"
        answers = Answers(
            name="Le Fournil",
            product="Tourte",
            noun_fr="le pain",
            noun_en="bread",
            benefit_fr="cuit chaque matin",
            benefit_en="baked every morning",
            price="4.20",
            touchpoints="letter, banner, post",
        )
        init_workspace(folder, answers, today=date(2026, 9, 2))
        clock = SteppedClock(START)
        ws = Workspace.open(folder, clock=clock)
        opened.append(ws)
        return House(ws, clock)

    yield make
    for ws in opened:
        ws.close()


@pytest.fixture
def house(make_house: Callable[[], House]) -> House:
    return make_house()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)
