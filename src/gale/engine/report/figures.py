"""The report's figures: the lift with its money and its power, and what surrounds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from gale.engine.learn import known, read_state
from gale.engine.report.cuts import Shown
from gale.engine.report.people import DAY, Counted
from gale.engine.report.plain import interval
from gale.engine.workspace import Documents
from gale.measurement import GroupSums, Heard, LiftResult, Statement, series
from gale.measurement.delays import HOUR
from gale.ports.store import CampaignRow, Unit
from gale.records.documents import Experiment
from gale.stats import people_needed, split_alarm

SHOWN = ("explore", "campaign", "constant", "personal")
SAID = ("absolute", "relative", "value", "orders", "money", "value_unbounded", "raw", "adjusted")


def lift_figures(measured: LiftResult, who: Counted, *, planned_n: int, stopped: str | None) -> dict[str, Any]:
    """The lift as plain data. `stopped` is the code of the alarm that withholds it."""
    said: dict[str, Any] = {
        "absolute": interval(measured.absolute),
        "relative": interval(measured.relative),
        "value": interval(measured.value),
        "orders": interval(measured.orders),
        "money": interval(measured.money),
        "value_unbounded": interval(measured.value_unbounded),
        "raw": _statement(measured.raw),
        "adjusted": _statement(measured.adjusted),
    }
    return {
        **(dict.fromkeys(SAID) if stopped else said),
        "withheld": said if stopped else None,
        "stopped": stopped,
        "proven": measured.proven and stopped is None,
        "harm": measured.harm and stopped is None,
        "leads": "adjusted" if measured.reduction is not None and measured.absolute != measured.raw.absolute else "raw",
        "reduction": measured.reduction,
        "waiting_for": measured.waiting_for,
        "money_kind": who.money,
        "bound": who.bound.cents,
        "bound_rule": who.bound.rule,
        "beyond": measured.beyond,
        "rate_treated": measured.rate_treated,
        "rate_holdout": measured.rate_holdout,
        "n_treated": measured.n_treated,
        "n_holdout": measured.n_holdout,
        "series": [] if stopped else _series(who, planned_n),
    }


def _statement(said: Statement | None) -> dict[str, Any] | None:
    if said is None:
        return None
    return {
        "absolute": interval(said.absolute),
        "relative": interval(said.relative),
        "value": interval(said.value),
        "rate_treated": said.rate_treated,
        "rate_holdout": said.rate_holdout,
    }


def _series(who: Counted, planned_n: int) -> list[dict[str, Any]]:
    """The relative lift as it stood at the end of each day on which a window closed."""
    days = [(day, *who.both(list(closed))) for day, closed in groupby(who.closed, key=lambda c: c.time // DAY)]
    moments = series(days, planned_n=planned_n)
    told = [(m.time, interval(m.relative)) for m in moments]
    return [{"time": (day + 1) * DAY, **found} for day, found in told if found is not None]


def power(measured: LiftResult, lift: Mapping[str, Any], experiment: Experiment) -> dict[str, Any]:
    """What a verdict needs, what the people so far could have shown, and what can be ruled out: the ends of the intervals
    read from the other side, so that "not proven" says something too."""
    high = {k: lift[k]["high"] if lift[k] else None for k in ("relative", "orders", "money")}
    return {
        "people_needed": measured.people_needed,
        "people_now": measured.n_treated + measured.n_holdout,
        "people_for_mde": people_needed(experiment.base_rate, experiment.mde, experiment.holdout),
        "mde": experiment.mde,
        "base_rate": experiment.base_rate,
        "detectable": None if lift["stopped"] else measured.detectable,
        "ruled_out_above": high,
    }


def split(treated: GroupSums, holdout: GroupSums, missing: Mapping[str, float], share: float) -> dict[str, Any]:
    """Whether the two groups are as large as drawn; an alarm says that the lift must not be read."""
    found = split_alarm(holdout.n, treated.n, share)
    return {
        "alarm": found.alarm,
        "evidence": min(found.evidence, 1e9),
        "holdout": share,
        "seen": found.share if found.n else None,
        "missing": dict(missing),
    }


def outcomes(heard: Heard, shown: Shown, who: Counted, *, now: int) -> dict[str, Any]:
    """What reached us and how fast, in hours; counts of what is odd about it, alarm or not."""
    usual = {name: heard.delays.quantile(share) for name, share in (("median", 0.5), ("nine_in_ten", 0.9))}
    return {
        "heard": heard.n,
        "last_received": heard.last,
        "delay_hours": {name: None if ms is None else round(ms / HOUR, 2) for name, ms in usual.items()},
        "settled": heard.delays.settled([c.time for c in who.closed], now=now),
        "before_decision": shown.early,
        "ahead_of_clock": heard.ahead,
        "months_late": heard.months_late,
        "twice": heard.twice,
    }


def variants(row: CampaignRow) -> dict[str, Any]:
    created = row.facts.get("created", {})
    return {
        "generated": int(created.get("considered", 0)),
        "accepted": int(created.get("accepted", 0)),
        "refused": dict(created.get("refused", {})),
        "live": sum(len(v) for v in row.live.values()),
    }


def approvals(unit: Unit, row: CampaignRow, papers: Documents) -> list[dict[str, Any]]:
    """Who signed the plan as it stands."""
    names = {m.id: m.name for m in papers.team.members}
    return [
        {
            "role": a.role,
            "name": names.get(a.person, a.person),
            "verdict": a.verdict,
            "hash": a.plan,
            "remark": a.remark,
            "time": a.time,
            "identity": a.identity,
        }
        for a in unit.approvals.of(row.id)
        if a.plan == row.plan
    ]


def people(unit: Unit, row: CampaignRow, closed: int) -> dict[str, Any]:
    reach = row.facts.get("plan", {}).get("reach", {})
    entered = {"treated": 0, "holdout": 0}
    for assignment in unit.assignments.scan(row.id):
        entered[assignment.group] += 1
    return {
        "total": reach.get("total", 0),
        "eligible": reach.get("reachable", 0),
        "excluded": reach.get("excluded", {}),
        "entered": entered["treated"] + entered["holdout"],
        "holdout": entered["holdout"],
        "closed": closed,
    }


def decisions(tally: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    by_reason: dict[str, int] = defaultdict(int)
    for (_, reason), count in tally.items():
        by_reason[reason] += count
    return {
        "count": sum(by_reason.values()),
        "shown": sum(by_reason.get(r, 0) for r in SHOWN),
        "blocked_by_consent": sum(n for r, n in by_reason.items() if r.startswith(("consent.", "person."))),
        "by_reason": dict(sorted(by_reason.items(), key=lambda x: -x[1])),
        "p50_ms": None,
        "p99_ms": None,
    }


def cost(unit: Unit, campaign: str, papers: Documents, lift: Mapping[str, Any]) -> dict[str, Any]:
    """What was spent, what an extra order cost (only where there is a proven one), and what is left after the cost."""
    shown: dict[str, int] = defaultdict(int)
    for (touchpoint, reason), n in unit.decisions.tally(campaign).items():
        if reason in SHOWN:
            shown[touchpoint] += n
    spent = sum(t.cost * shown.get(t.id, 0) for t in papers.campaign.touchpoints) / 100
    price = papers.brief.product.price
    each: dict[str, float] | None = None
    orders, money = lift["orders"], lift["money"]
    if orders is not None and orders["low"] > 0:
        each = {end: spent / orders[of] for end, of in (("estimate", "estimate"), ("low", "high"), ("high", "low"))}
    net = None if money is None else {end: amount / 100 - spent for end, amount in money.items()}
    return {"total": spent, "currency": price.currency if price else "EUR", "per_extra_order": each, "net": net}


def gate(unit: Unit, campaign: str) -> dict[str, Any]:
    state = read_state(unit, campaign)
    if state is None:
        nothing = dict.fromkeys(("estimate", "low", "high", "needed", "best", "opened_at"))
        return {"opened": False, "n": 0, **nothing}
    found = state.gate_state()
    return {
        "opened": found.opened,
        "estimate": found.estimate,
        "low": known(found.low),
        "high": known(found.high),
        "n": found.n,
        "needed": found.needed,
        "best": state.constant_value(),
        "opened_at": state.opened_at,
    }
