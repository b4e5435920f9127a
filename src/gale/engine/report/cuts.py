"""The report by angle and by audience: many comparisons at once, of which only what survives all of them is proven."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import msgspec

from gale.adapters.words import load
from gale.engine.report.people import Closed, Counted
from gale.engine.report.plain import interval, said
from gale.engine.workspace import Documents
from gale.measurement import adjust, among
from gale.measurement.lift import LEAST_ORDERING
from gale.ports.store import Unit
from gale.stats import Moments, Pair, mean_interval

LEAST_GROUP = 200  # people; a smaller audience shows "too few" and no interval
LEAST_SHOWN = 500  # decisions before an angle says a rate
PAGE = 20_000


class _Answers(msgspec.Struct):
    """An angle's answers, each weighted by the inverse of its propensity: what its favourites cannot bend."""

    n: int = 0
    hits: int = 0
    weight: float = 0.0
    total: float = 0.0
    squares: float = 0.0

    def see(self, hit: bool, propensity: float) -> None:
        self.n += 1
        self.hits += hit
        self.weight += 1 / propensity
        self.total += hit / propensity
        self.squares += hit / propensity**2

    def __add__(self, other: _Answers) -> _Answers:
        return _Answers(
            self.n + other.n,
            self.hits + other.hits,
            self.weight + other.weight,
            self.total + other.total,
            self.squares + other.squares,
        )

    @property
    def moments(self) -> Moments:
        """The weighted mean as moments a message (Hájek 1971: the weights' own sum divides, not the count)."""
        mean = self.weight / self.n if self.n else 1.0
        return Moments(self.n, self.total / mean, self.squares / mean**2)


class Shown(msgspec.Struct):
    """What the log of messages says, read once: answers by angle, and when messages were shown.

    `early` answers lie before the message they answer; `since` messages were shown after `heard` (ms).
    """

    angles: dict[str, _Answers]
    early: int
    since: int


def read_shown(unit: Unit, campaign: str, papers: Documents, *, heard: int | None, now: int) -> Shown:
    """Go once through what was shown, a page at a time. A message counts for its angle once its window has closed."""
    window = papers.campaign.policy.window_hours * 3_600_000
    angles: dict[str, str] = {}
    seen: dict[str, _Answers] = defaultdict(_Answers)
    after = early = since = 0
    while rows := unit.decisions.scan(campaign, after=after, limit=PAGE, shown=True):
        after = rows[-1][0]
        messages = [d for _, d in rows if d.variant is not None]
        wanted = [d.variant for d in messages if d.variant is not None and d.variant not in angles]
        if wanted:
            found = unit.creatives.get(campaign, list(dict.fromkeys(wanted)))
            angles |= {v: variant.traits.get("angle", "") for v, variant in found.items()}
        answered = unit.outcomes.of_decisions([d.id for d in messages])
        for message in messages:
            told = answered.get(message.id, ())
            early += sum(o.time < message.time for o in told)
            since += heard is None or message.time > heard
            if "trigger" in message.inputs or message.time + window > now:
                continue
            hit = any(o.kind == papers.campaign.policy.objective and o.time < message.time + window for o in told)
            seen[angles.get(message.variant or "", "")].see(hit, message.propensity)
    return Shown(seen, early, since)


def by_angle(seen: Mapping[str, _Answers], *, expected: int) -> list[dict[str, Any]]:
    """Answers by angle, and each angle against all others together.

    `expected` is how many contacts the plan foresaw. An angle is proven better (or worse) only when its e-value survives
    e-BH among all angles at 5 %.
    """
    named = {angle: answers for angle, answers in seen.items() if angle}
    everything = sum(named.values(), _Answers())
    pairs: list[tuple[int, Pair] | None] = []
    for angle, answers in named.items():
        rest = sum((a for other, a in named.items() if other != angle), _Answers())
        enough = min(answers.n, rest.n) >= LEAST_SHOWN and min(answers.hits, rest.hits) >= LEAST_ORDERING
        pairs.append((everything.n, Pair.of(answers.moments, rest.moments)) if enough else None)
    planned = max(2_000, expected)
    findings = among(pairs, planned_n=planned)
    told: list[dict[str, Any]] = []
    for (angle, answers), finding in zip(named.items(), findings, strict=True):
        rate = mean_interval(answers.moments, planned=planned // len(named)) if answers.n >= LEAST_SHOWN else None
        told.append(
            {
                "angle": angle,
                "n": answers.n,
                "answered": answers.hits,
                "rate": interval(rate),
                "against_rest": interval(finding.absolute),
                "verdict": finding.verdict,
                "evidence": finding.evidence,
                "level": finding.level,
            }
        )
    told.sort(key=lambda r: -(r["rate"]["estimate"] if r["rate"] else -1))
    return told


def by_audience(papers: Documents, counted: Counted, *, planned_n: int) -> list[dict[str, Any]]:
    """Lift by the first declared category; proven is what survives e-BH among all its values at 5 %."""
    spec = next((s for s in papers.campaign.features if s.kind == "category"), None)
    if spec is None:
        return []
    groups: dict[str, list[Closed]] = defaultdict(list)
    for person in counted.closed:
        value = person.state.profile.attributes.get(spec.name)
        if value is not None:
            groups[str(value)].append(person)
    pairs: list[tuple[int, Pair] | None] = []
    for name in spec.values:
        treated, holdout = counted.both(groups.get(name, []))
        n = treated.n + holdout.n
        if n < LEAST_GROUP or min(treated.ordering, holdout.ordering) < LEAST_ORDERING:
            pairs.append(None)
            continue
        found = adjust(treated, holdout)
        raw = Pair.of(treated.order_moments, holdout.order_moments)
        pairs.append((n, found.pair if found is not None and found.helps else raw))
    findings = among(pairs, planned_n=max(200, planned_n // len(spec.values)))
    return [
        {
            "name": {x: said(load(x), "audience", name) for x in ("fr", "en")},
            "n": len(groups.get(name, [])),
            "relative": interval(finding.relative),
            "absolute": interval(finding.absolute),
            "proven": finding.verdict in ("proven", "harm"),
            "verdict": finding.verdict,
            "evidence": finding.evidence,
            "level": finding.level,
        }
        for name, finding in zip(spec.values, findings, strict=True)
    ]
