"""Who gets the traffic, period by period, and what happened to whom: what the allocation plot draws."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gale.ports.store import CampaignRow, Unit
from gale.records.approval import LedgerEntry
from gale.records.creative import Variant
from gale.studio import views as v
from gale.studio.gather.shelf import short, words_of
from gale.studio.plots import Front, Note
from gale.studio.plots.allocation import SERIES
from gale.words import Words

MINUTE_MS, DAY_MS = 60_000, 86_400_000
PERIODS = (5 * MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS, 360 * MINUTE_MS, 1440 * MINUTE_MS, 7 * 1440 * MINUTE_MS)
MOST_PERIODS = 30
MANY = 40  # live variants beyond which the page speaks of angles, not of variants
DRAWN = 6  # events that the plot draws, the newest; all of them stand in the log
BEFORE = 200  # messages of its slate before a variant's first one, for it to have joined later
NOTES: dict[str, Literal["joins", "pauses", "resumes", "opens", "tastes"]] = {
    "joins": "joins",
    "gate_opened": "opens",
    "tastes": "tastes",
    "variant_paused": "pauses",
    "variant_resumed": "resumes",
}

Buckets = tuple[tuple[int, Mapping[str, float]], ...]
Shares = Sequence[tuple[int, str, int]]


class Chronicle:
    """The ledger's lines that an allocation plot marks, read once: each look goes on where the last one stopped."""

    def __init__(self) -> None:
        self._after = 0
        self._entries: list[LedgerEntry] = []
        self._lock = threading.Lock()

    def read(self, unit: Unit) -> list[LedgerEntry]:
        with self._lock:
            for entry in unit.ledger.scan(after=self._after):
                self._after = entry.seq
                if entry.kind == "front" or entry.kind in NOTES:
                    self._entries.append(entry)
            return list(self._entries)


@dataclass(frozen=True)
class Traffic:
    """`by` is what the series are: "variant" or "angle"; `period` how many ms a bucket stands for."""

    by: str
    period: int
    buckets: Buckets
    lines: tuple[v.VariantLine, ...]
    others: tuple[int, float]


def period_for(shares: Shares) -> int:
    """The shortest period in which the whole time is a few dozen of them at most."""
    span = shares[-1][0] - shares[0][0] if shares else 0
    return next((p for p in PERIODS if span <= p * MOST_PERIODS), PERIODS[-1])


def over_time(shares: Shares, slate_of: Mapping[str, str], period: int) -> Buckets:
    """Each series' share of the messages of each period, as the policy gives it out.

    A letter goes out at one hour, and that hour is no change of taste: every slate weighs at every time what it weighs
    over all the time, and where a slate has nothing in a period its last shares stand.
    """
    seen: dict[int, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    weight: Counter[str] = Counter()
    for start, name, n in shares:
        slate = slate_of.get(name, "")
        seen[start - start % period][slate][name] += n
        weight[slate] += n
    told: list[tuple[int, Mapping[str, float]]] = []
    last: dict[str, Counter[str]] = {}
    for start in sorted(seen):
        last |= seen[start]
        whole = sum(weight[slate] for slate in last)
        bucket: dict[str, float] = defaultdict(float)
        for slate, counts in last.items():
            each = weight[slate] / whole / sum(counts.values())
            for name, n in counts.items():
                bucket[name] += n * each
        told.append((start, dict(bucket)))
    return tuple(told)


def traffic(unit: Unit, row: CampaignRow, shares: Shares, by: str, words: Words) -> Traffic:
    """The series that are named, the paused ones, and how many more. `by` is "variant", "angle" or "" (by their
    number)."""
    slate_of = {name: slate for slate, ids in row.live.items() for name in ids}
    by = by if by in ("variant", "angle") else "angle" if len(slate_of) > MANY else "variant"
    period = period_for(shares)
    buckets = over_time(shares, slate_of, period)
    total: Counter[str] = Counter()
    for _, name, n in shares:
        total[name] += n
    if by == "angle":
        angles = angles_of(unit, row.id, sorted(set(total) | set(slate_of)))
        grouped = tuple((t, _grouped(counts, angles)) for t, counts in buckets)
        return Traffic(by, period, grouped, *_angle_lines(grouped, total, angles, words))
    return Traffic(by, period, buckets, *_variant_lines(unit, row, buckets, total))


def angles_of(unit: Unit, campaign: str, variants: Sequence[str]) -> dict[str, str]:
    found: dict[str, Variant] = {}
    for part in range(0, len(variants), 500):
        found |= unit.creatives.get(campaign, variants[part : part + 500])
    return {name: variant.traits.get("angle", "") for name, variant in found.items()}


def _grouped(counts: Mapping[str, float], angles: Mapping[str, str]) -> dict[str, float]:
    grouped: dict[str, float] = defaultdict(float)
    for name, share in counts.items():
        grouped[angles.get(name, "")] += share
    return dict(grouped)


def _angle_lines(
    buckets: Buckets, total: Mapping[str, int], angles: Mapping[str, str], words: Words
) -> tuple[tuple[v.VariantLine, ...], tuple[int, float]]:
    shown: Counter[str] = Counter()
    for name, n in total.items():
        shown[angles.get(name, "")] += n
    size = Counter(angles.values())
    latest = buckets[-1][1] if buckets else {}
    top = [x for x, _ in shown.most_common() if x][:SERIES]
    lines = tuple(
        v.VariantLine(
            id=angle,
            short=words(f"angle.{angle}") if words.has(f"angle.{angle}") else angle,
            words=words("{n} variants", n=words.number(size[angle])) if size[angle] > 1 else words("one variant"),
            locale="",
            share=latest.get(angle, 0.0),
            shown=shown[angle],
            colour=i + 1,
        )
        for i, angle in enumerate(top)
    )
    return lines, (len(set(size) - set(top)), max(0.0, sum(x for a, x in latest.items() if a not in top)))


def _variant_lines(
    unit: Unit, row: CampaignRow, buckets: Buckets, total: Counter[str]
) -> tuple[tuple[v.VariantLine, ...], tuple[int, float]]:
    latest = buckets[-1][1] if buckets else {}
    top = [x for x, _ in total.most_common(SERIES)]
    named = [*top, *(x for x in row.paused_variants if x not in top)]
    found = unit.creatives.get(row.id, named)
    lines = tuple(
        v.VariantLine(
            id=x,
            short=short(found[x]),
            words=words_of(found[x]),
            locale=found[x].locale,
            share=latest.get(x, 0.0),
            shown=total[x],
            colour=top.index(x) + 1 if x in top else 0,
            paused=x in row.paused_variants,
        )
        for x in named
        if x in found
    )
    everyone = {x for ids in row.live.values() for x in ids}
    rest = sum(share for x, share in latest.items() if x not in named)
    return lines, (len(everyone - set(named)), rest)


def joins(shares: Shares, slate_of: Mapping[str, str]) -> list[tuple[int, str]]:
    """(when, variant) of those whose first message came a day or more after their slate had begun in earnest."""
    first: dict[str, int] = {}
    begun: dict[str, int] = {}
    so_far: Counter[str] = Counter()
    found: list[tuple[int, str]] = []
    for start, name, n in shares:
        slate = slate_of.get(name, "")
        begun.setdefault(slate, start)
        if name not in first:
            first[name] = start
            if so_far[slate] >= BEFORE and start >= begun[slate] + DAY_MS:
                found.append((start, name))
        so_far[slate] += n
    return found


def events(
    unit: Unit, campaign: str, entries: Sequence[LedgerEntry], joined: Sequence[tuple[int, str]], words: Words
) -> tuple[tuple[Front, ...], tuple[Note, ...], tuple[v.LogLine, ...]]:
    """Fronts, and who was paused, resumed or joined: to be drawn, the newest few, and in words, oldest first.

    A front stands where the change began, which the policy notices later.
    """
    wanted = [
        (int(e.body.get("since", e.time)), e.kind, str(e.body.get("variant", "")), str(e.body.get("direction", "")))
        for e in entries
        if e.body.get("campaign") == campaign
    ]
    wanted = sorted([*wanted, *((time, "joins", name, "") for time, name in joined)])[-DRAWN:]
    found = unit.creatives.get(campaign, sorted({name for _, _, name, _ in wanted}))
    fronts: list[Front] = []
    notes: list[Note] = []
    said: list[v.LogLine] = []
    for time, kind, variant, direction in wanted:
        name = short(found[variant]) if variant in found else variant
        if kind == "front":
            fronts.append(Front(time, "warm" if direction == "up" else "cold", name))
            said.append(v.LogLine(time, words(f"front.{'up' if direction == 'up' else 'down'}", variant=name), "full"))
        else:
            does = NOTES[kind]
            notes.append(Note(time, does, words(f"note.{does}", variant=name)))
            said.append(v.LogLine(time, words(f"note.{does}.said", variant=name)))
    return tuple(fronts), tuple(notes), tuple(said)
