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
    """A row of a forest plot: an audience or an angle."""

    name: str | Text
    n: int
    value: Interval | None
    proven: bool = False


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
    absolute: Interval | None
    relative: Interval | None
    value: Interval | None
    orders: Interval | None
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
        """Which sentence is the headline: none, early, helped, harmed."""
        if self.relative is None:
            return "none"
        if self.proven and self.relative.low > 0:
            return "helped"
        if self.proven and self.relative.high < 0:
            return "harmed"
        return "early"


def report_view(report: Mapping[str, Any], timezone: str = "Europe/Paris") -> ReportView:
    """Read a report (see `gale.engine.report`); what is missing in it is "no data"."""
    lift, decisions, variants = report.get("lift", {}), report.get("decisions", {}), report.get("variants", {})
    cost, power, ledger = report.get("cost", {}), report.get("power", {}), report.get("ledger", {})
    people, campaign = report.get("people", {}), report.get("campaign", {})
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
        absolute=_interval(lift.get("absolute")),
        relative=_interval(lift.get("relative")),
        value=_cents(lift.get("value")),
        orders=_interval(lift.get("orders")),
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
            Group(_texts(a["name"]), int(a["n"]), _interval(a.get("relative")), bool(a.get("proven")))
            for a in report.get("by_audience", ())
        ),
        angles=tuple(
            Group(str(a["angle"]), int(a["n"]), _interval(a.get("rate")))
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
