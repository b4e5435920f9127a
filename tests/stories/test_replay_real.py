"""The sceptic's verb on a real randomised e-mail test (Hillstrom 2008), where nothing beats one message for all."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from gale.engine.replay import replay_file

FILE = Path(__file__).parents[3] / "shared" / "data" / "hillstrom_email_test.csv.gz"
FEATURES = ("recency", "history", "mens", "womens", "zip_code", "newbie", "channel")
OTHER = {"Mens E-Mail": "Womens E-Mail", "Womens E-Mail": "Mens E-Mail"}

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="the shared data folder is not beside this checkout")


@pytest.mark.parametrize("outcome", ["visit", "spend"])
def test_on_the_real_test_no_policy_is_recommended(outcome: str) -> None:
    told = replay_file(
        FILE, person="customer_id", arm="segment", outcome=outcome, features=FEATURES, propensity=None, seed=1
    )
    assert told["recommendation"] == told["best_constant"]["arm"] == "Mens E-Mail"
    assert told["difference"]["low"] <= 0


def test_where_new_customers_want_the_other_letter_the_gate_opens(tmp_path: Path) -> None:
    derived = tmp_path / "derived.csv"
    with gzip.open(FILE, "rt") as source, derived.open("w", newline="") as target:
        rows = csv.DictReader(source)
        assert rows.fieldnames is not None
        out = csv.DictWriter(target, rows.fieldnames)
        out.writeheader()
        for row in rows:
            if row["newbie"] == "1":
                row["segment"] = OTHER.get(row["segment"], row["segment"])
            out.writerow(row)
    told = replay_file(
        derived, person="customer_id", arm="segment", outcome="visit", features=FEATURES, propensity=None, seed=1
    )
    assert told["recommendation"] == "policy"
    assert told["difference"]["low"] > 0
