"""The report as a page reads it: the report's data with its sentences chosen, good news or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gale.studio.plots import Interval, Moment

Text = Mapping[str, str]
ROLES_ORDER = ("creative_strategist", "ai_specialist", "community_manager", "data_ethicist")
HELD = ("consent.", "person.")


@dataclass(frozen=True)
class Signed:
    role: str
    name: str
    verdict: str
    remark: str
    time: int
    identity: str


@dataclass(frozen=True)
class Group:
    """A row of a forest plot: an audience or an angle. `verdict` is proven, harm, not_apart or few: after all of them
    were looked at together."""

    name: str | Text
    n: int
    value: Interval | None
    verdict: str = "not_apart"

    @property
    def proven(self) -> bool:
        return self.verdict in ("proven", "harm")


@dataclass(frozen=True)
class Alarm:
    """What rang, in words, and what to do; `stop` withholds the verdict."""

    code: str
    stop: bool
    said: Text
    todo: Text


@dataclass(frozen=True)
class Otherwise:
    """The same lift counted otherwise: orders a person, relative, and money a person (the currency's unit)."""

    absolute: Interval | None
    relative: Interval | None
    value: Interval | None


@dataclass(frozen=True)
class Reached:
    """What reached us: the newest outcome's time, the share of orders that should be here, usual delays in hours."""

    last: int
    settled: float | None
    median: float | None
    nine_in_ten: float | None


@dataclass(frozen=True)
class World:
    """One of the two simulated cities: did the personal policy earn its place?"""

    name: str
    title: Text
    opened: bool
    sentence: Text
    gate: Interval | None
    gain: float | None
    lift: Interval | None
    proven: bool


@dataclass(frozen=True)
class ReportView:
    sandbox: bool
    brand: str
    title: Text
    start: int
    days: int
    generated_at: int
    proven: bool
    harm: bool
    stopped: bool
    alarms: tuple[Alarm, ...]
    absolute: Interval | None
    relative: Interval | None
    value: Interval | None
    orders: Interval | None
    money: Interval | None
    money_kind: str
    bound: float | None
    bound_rule: str
    beyond: int
    unbounded: Interval | None
    raw: Otherwise
    adjusted: Otherwise | None
    adjusted_leads: bool
    reduction: float | None
    history: int
    attributes: int
    redescribed: bool
    net: Interval | None
    detectable: float | None
    ruled_out: float | None
    planned_share: float | None
    seen_share: float | None
    reached: Reached | None
    series: tuple[Moment, ...]
    rate_treated: float | None
    rate_holdout: float | None
    n_treated: int
    n_holdout: int
    cost: float
    currency: str
    per_extra: Interval | None
    people_needed: int | None
    people_now: int
    mde: float
    people: Mapping[str, Any]
    excluded: tuple[tuple[str, int], ...]
    audiences: tuple[Group, ...]
    angles: tuple[Group, ...]
    learned: tuple[Text, ...]
    unknown: tuple[Text, ...]
    worlds: tuple[World, ...]
    missing: tuple[tuple[str, float], ...]
    decisions: int
    shown: int
    held_consent: int
    held_other: int
    p50_ms: float | None
    p99_ms: float | None
    variants: Mapping[str, int]
    refused: tuple[tuple[str, int], ...]
    signed: tuple[Signed, ...]
    solo: bool
    plan: str
    entries: int
    verified: bool | None
    first_bad: int | None
    timings: tuple[tuple[str, float], ...]

    @property
    def finding(self) -> str:
        """Which sentence is the headline: stopped, none, early, helped, harmed."""
        if self.stopped:
            return "stopped"
        if self.orders is None:
            return "none"
        return "helped" if self.proven else "harmed" if self.harm else "early"

    @property
    def attributes_only(self) -> bool:
        """Nothing that was bought before is known; what people declared is all there is."""
        return not self.history and self.attributes > 0


def report_view(report: Mapping[str, Any], timezone: str = "Europe/Paris") -> ReportView:
    """Read a report (see `gale.engine.report`); what is missing in it is "no data"."""
    lift, decisions, variants = report.get("lift", {}), report.get("decisions", {}), report.get("variants", {})
    cost, power, ledger = report.get("cost", {}), report.get("power", {}), report.get("ledger", {})
    people, campaign = report.get("people", {}), report.get("campaign", {})
    known, split = report.get("known") or {}, report.get("split") or {}
    count, shown = int(decisions.get("count", 0)), int(decisions.get("shown") or 0)
    held = int(decisions.get("blocked_by_consent", 0))
    approvals = sorted(report.get("approvals", ()), key=lambda a: _place(a["role"]))
    refused = variants.get("refused") or {}
    return ReportView(
        sandbox=bool(report.get("sandbox")),
        brand=str(report.get("brand", {}).get("name", "")),
        title=_texts(campaign.get("title", "")),
        start=_start(campaign.get("start", 0), timezone),
        days=int(campaign.get("days", 0)),
        generated_at=int(report.get("generated_at", 0)),
        proven=bool(lift.get("proven")),
        harm=bool(lift.get("harm")),
        stopped=bool(lift.get("stopped")),
        alarms=tuple(
            Alarm(str(a["code"]), a["severity"] == "stop", _texts(a["said"]), _texts(a["todo"]))
            for a in report.get("alarms", ())
        ),
        absolute=_interval(lift.get("absolute")),
        relative=_interval(lift.get("relative")),
        value=_cents(lift.get("value")),
        orders=_interval(lift.get("orders")),
        money=_cents(lift.get("money")),
        money_kind=str(lift.get("money_kind") or "margin"),
        bound=None if lift.get("bound") is None else float(lift["bound"]) / 100,
        bound_rule=str(lift.get("bound_rule") or "none"),
        beyond=int(lift.get("beyond") or 0),
        unbounded=_cents(lift.get("value_unbounded")),
        raw=_otherwise(lift.get("raw")) or Otherwise(None, None, None),
        adjusted=_otherwise(lift.get("adjusted")),
        adjusted_leads=lift.get("leads") == "adjusted",
        reduction=lift.get("reduction"),
        history=int(known.get("history") or 0),
        attributes=len(known.get("attributes") or ()),
        redescribed=bool(known.get("redescribed")),
        net=_interval(cost.get("net")),
        detectable=power.get("detectable"),
        ruled_out=(power.get("ruled_out_above") or {}).get("relative"),
        planned_share=split.get("holdout"),
        seen_share=split.get("seen"),
        reached=_reached(report.get("outcomes") or {}),
        series=tuple(
            Moment(int(p["time"]), float(p["estimate"]), float(p["low"]), float(p["high"]))
            for p in lift.get("series", ())
        ),
        rate_treated=lift.get("rate_treated"),
        rate_holdout=lift.get("rate_holdout"),
        n_treated=int(lift.get("n_treated") or 0),
        n_holdout=int(lift.get("n_holdout") or 0),
        cost=float(cost.get("total") or 0),
        currency=str(cost.get("currency") or "EUR"),
        per_extra=_interval(cost.get("per_extra_order")),
        people_needed=power.get("people_needed"),
        people_now=int(power.get("people_now") or 0),
        mde=float(power.get("mde") or 0),
        people=people,
        excluded=_counts(people.get("excluded")),
        audiences=tuple(
            Group(_texts(a["name"]), int(a["n"]), _interval(a.get("relative")), str(a.get("verdict", "not_apart")))
            for a in report.get("by_audience", ())
        ),
        angles=tuple(
            Group(str(a["angle"]), int(a["n"]), _interval(a.get("rate")), str(a.get("verdict", "not_apart")))
            for a in report.get("by_angle", ())
            if a["angle"]
        ),
        learned=tuple(_texts(t) for t in report.get("learned", ())),
        unknown=tuple(_texts(t) for t in report.get("unknown", ())),
        worlds=tuple(_world(w) for w in report.get("worlds", ())),
        missing=tuple((str(k), float(v)) for k, v in (report.get("missing") or {}).items()),
        decisions=count,
        shown=shown,
        held_consent=held,
        held_other=max(0, count - shown - held),
        p50_ms=decisions.get("p50_ms"),
        p99_ms=decisions.get("p99_ms"),
        variants={k: int(variants.get(k) or 0) for k in ("generated", "accepted", "live")},
        refused=_counts(refused),
        signed=tuple(
            Signed(
                a["role"],
                a["name"],
                a.get("verdict", "signed"),
                a.get("remark", ""),
                int(a.get("time") or 0),
                a.get("identity", "not_verified"),
            )
            for a in approvals
        ),
        solo=report.get("team_mode") == "solo",
        plan=str(report.get("plan") or (approvals[0].get("hash", "") if approvals else "")),
        entries=int(ledger.get("entries") or 0),
        verified=ledger.get("verified"),
        first_bad=ledger.get("first_bad"),
        timings=tuple((str(k), float(v)) for k, v in (report.get("timings") or {}).items()),
    )


def _interval(found: Mapping[str, Any] | None) -> Interval | None:
    if not found or any(found.get(k) is None for k in ("estimate", "low", "high")):
        return None
    return Interval(float(found["estimate"]), float(found["low"]), float(found["high"]))


def _cents(found: Mapping[str, Any] | None) -> Interval | None:
    """Margin a person is told in cents; pages say it in the currency."""
    interval = _interval(found)
    return None if interval is None else interval.times(0.01)


def _otherwise(found: Mapping[str, Any] | None) -> Otherwise | None:
    if not found:
        return None
    return Otherwise(_interval(found.get("absolute")), _interval(found.get("relative")), _cents(found.get("value")))


def _reached(found: Mapping[str, Any]) -> Reached | None:
    if not found.get("heard"):
        return None
    delay = found.get("delay_hours") or {}
    return Reached(int(found["last_received"]), found.get("settled"), delay.get("median"), delay.get("nine_in_ten"))


def _world(world: Mapping[str, Any]) -> World:
    lift = world.get("lift") or {}
    return World(
        name=str(world.get("name", "")),
        title=_texts(world.get("title") or str(world.get("name", ""))),
        opened=bool(world.get("policy_opened")),
        sentence=_texts(world.get("sentence", "")),
        gate=_interval(world.get("gate")),
        gain=world.get("gain_relative"),
        lift=_interval(lift.get("relative")),
        proven=bool(lift.get("proven")),
    )


def _texts(text: Any) -> Text:
    return dict(text) if isinstance(text, Mapping) else {"fr": str(text), "en": str(text)}


def _counts(counts: Mapping[str, Any] | None) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(((str(k), int(v)) for k, v in (counts or {}).items()), key=lambda x: -x[1]))


def _place(role: str) -> int:
    return ROLES_ORDER.index(role) if role in ROLES_ORDER else len(ROLES_ORDER)


def _start(start: int | str, timezone: str) -> int:
    """Local midnight of the first day, given as a date or already in ms."""
    if isinstance(start, int | float):
        return int(start)
    return int(datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC).timestamp() * 1000)


def refused_total(counts: Sequence[tuple[str, int]]) -> int:
    return sum(n for _, n in counts)
