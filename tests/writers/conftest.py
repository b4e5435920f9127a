from __future__ import annotations

import pytest
from asking import Ask

from house import House


@pytest.fixture
def written(house: House) -> House:
    """A bakery whose thousand (a few, here) is written."""
    house.create(wanted=12)
    return house


@pytest.fixture
def ask(written: House) -> Ask:
    return Ask(written)
