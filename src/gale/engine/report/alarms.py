"""Which alarms ring for a campaign, and their words: what was found, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gale.adapters.words import load
from gale.engine.report.cuts import Shown
from gale.engine.report.people import Counted
from gale.engine.workspace import Documents
from gale.measurement import (
    Alarm,
    GroupSums,
    Heard,
    LiftResult,
    bent_outcomes,
    broken_comparison,
    missingness,
)
from gale.stats import split_alarm
from gale.words import Words


def ring(
    who: Counted, heard: Heard, shown: Shown, measured: LiftResult, *, share: float, launched: int, now: int
) -> list[Alarm]:
    """Every alarm that rings now, those that withhold the verdict first."""
    everybody = {g: GroupSums(n=n, unheard=who.left[g]) for g, n in who.entered.items()}
    found = broken_comparison(
        split_alarm(measured.n_holdout, measured.n_treated, share),
        missingness(everybody["treated"], everybody["holdout"]),
    )
    found += _outliers(who, measured)
    return found + bent_outcomes(
        heard,
        early=shown.early,
        decisions_since=shown.since,
        settled=heard.delays.settled([c.time for c in who.closed], now=now),
        launched=launched,
        now=now,
    )


def _outliers(who: Counted, measured: LiftResult) -> list[Alarm]:
    """Money that would decide alone: beyond the bound, or a tenth of all squares where there is none."""
    bound = who.bound.cents
    if not (measured.beyond if bound is not None else measured.heavy):
        return []
    most = max((c for c in who.closed if c.largest is not None), key=lambda c: abs(c.money), default=None)
    if most is None or most.largest is None:
        return []
    values = {
        "people": max(1, measured.beyond),
        "person": most.person,
        "group": most.group,
        "cents": most.money,
        "source": most.largest.source,
        "source_id": most.largest.source_id,
        "bound": bound,
    }
    code = "revenue.outlier" if bound is not None else "revenue.unbounded"
    return [Alarm(code=code, severity="watch", values=values)]


def told_alarms(alarms: Sequence[Alarm], papers: Documents) -> list[dict[str, Any]]:
    """As plain data with their words in both languages: `said` what was found, `todo` what to do about it."""
    price = papers.brief.product.price
    currency = price.currency if price else "EUR"
    return [
        {
            "code": alarm.code,
            "severity": alarm.severity,
            "values": alarm.values,
            "said": {x: _said(load(x), alarm, currency) for x in ("fr", "en")},
            "todo": {x: load(x)(f"{alarm.code}.todo") for x in ("fr", "en")},
        }
        for alarm in alarms
    ]


def _said(words: Words, alarm: Alarm, currency: str) -> str:
    """The alarm's sentence, its values written as the language writes them."""
    code, values = alarm.code, alarm.values
    if code == "outcomes.silent" and not values["ever"]:
        code = "outcomes.never"
    return words(code, **{name: _value(words, name, value, currency) for name, value in values.items()})


def _value(words: Words, name: str, value: Any, currency: str) -> str:
    if value is None or isinstance(value, str):
        return words(f"group.{value}") if name == "group" else str(value or "–")
    if name in ("cents", "bound"):
        return words.money(value / 100, currency, 0 if value % 100 == 0 else 2)
    if name in ("share", "planned", "treated", "holdout"):
        return words.percent(value, 1)
    return words.number(value, 0 if value == int(value) else 1)
