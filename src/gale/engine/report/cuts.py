"""The report by angle and by audience: many comparisons at once, of which only what survives all of them is proven."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import msgspec

from gale.adapters.words import load
from gale.engine.report.people import Closed, Counted, cut_by
from gale.engine.report.plain import interval, said
from gale.engine.workspace import Documents
from gale.measurement import Contrasts, adjust, among
from gale.measurement.lift import LEAST_ORDERING
from gale.ports.store import Unit
from gale.stats import Moments, Pair, mean_interval

LEAST_GROUP = 200  # people; a smaller audience shows "too few" and no interval
LEAST_SHOWN = 500  # decisions before an angle says a rate
PAGE = 4_000  # rows decoded at once


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

    @property
    def moments(self) -> Moments:
        """The weighted mean as moments a message (Hájek 1971: the weights' own sum divides, not the count)."""
        mean = self.weight / self.n if self.n else 1.0
        return Moments(self.n, self.total / mean, self.squares / mean**2)


class Shown(msgspec.Struct):
    """What the log of messages says, read once: answers by angle, each angle beside the others that might have been shown
    in its stead, and when messages were shown.

    `early` answers lie before the message they answer; `since` messages were shown after `heard` (ms).
    """

    angles: dict[str, _Answers]
    contrasts: Contrasts
    early: int
    since: int


def read_shown(
    unit: Unit, campaign: str, papers: Documents, *, gone: Collection[str], heard: int | None, now: int
) -> Shown:
    """Go once through what was shown, a page at a time. A message counts for its angle once its window has closed.

    Messages to people who may not be measured (`gone`) or were forgotten count for no angle.
    """
    window = papers.campaign.policy.window_hours * 3_600_000
    angles: dict[str, str] = {}
    seen: dict[str, _Answers] = defaultdict(_Answers)
    contrasts = Contrasts()
    after = early = since = 0
    while rows := unit.decisions.scan(campaign, after=after, limit=PAGE, shown=True):
        after = rows[-1][0]
        messages = [d for _, d in rows if d.variant is not None]
        wanted = {v for d in messages for v in (d.variant, *d.eligible) if v is not None and v not in angles}
        if wanted:
            found = unit.creatives.get(campaign, sorted(wanted))
            angles |= dict.fromkeys(wanted, "") | {v: variant.traits.get("angle", "") for v, variant in found.items()}
        answered = unit.outcomes.of_decisions([d.id for d in messages])
        for message in messages:
            told = answered.get(message.id, ())
            early += sum(o.time < message.time for o in told)
            since += heard is None or message.time > heard
            forgotten = "features" not in message.inputs
            if forgotten or "trigger" in message.inputs or message.time + window > now or message.person in gone:
                continue
            hit = any(o.kind == papers.campaign.policy.objective and o.time < message.time + window for o in told)
            variant = message.variant or ""
            seen[angles.get(variant, "")].see(hit, message.propensity)
            contrasts.see(message.eligible, angles, variant, message.propensity, hit)
    return Shown(seen, contrasts, early, since)


def by_angle(shown: Shown, *, expected: int) -> list[dict[str, Any]]:
    """Answers by angle, and each angle against the others that might have been shown in its stead.

    `expected` is how many contacts the plan foresaw. An angle is proven better (or worse) only when its e-value survives
    e-BH among all angles at 5 %.
    """
    named = {angle: answers for angle, answers in shown.angles.items() if angle}
    beside = shown.contrasts.found()
    pairs: list[tuple[int, Pair] | None] = []
    for angle in named:
        one = beside.get(angle)
        enough = (
            one is not None
            and min(one.shown, one.others_shown) >= LEAST_SHOWN
            and min(one.answered, one.others_answered) >= LEAST_ORDERING
        )
        pairs.append((one.n, one.pair) if one is not None and enough else None)
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
    """Lift by the first declared category, as it stood at each person's entry; proven is what survives e-BH among all
    its values at 5 %."""
    spec = cut_by(papers)
    # Where nobody kept what people were at their entry, what is declared now may follow from the campaign.
    if spec is None or counted.redescribed:
        return []
    groups: dict[str, list[Closed]] = defaultdict(list)
    for person in counted.closed:
        if person.audience is not None:
            groups[person.audience].append(person)
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
