"""What happens now, and the reports that take a moment to work out."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from gale.engine import report as report_verb
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Store, Unit
from gale.records.approval import LedgerEntry
from gale.records.faults import Faults
from gale.studio import views as v
from gale.studio.gather.shelf import short, start_of, words_of
from gale.studio.plots.allocation import SERIES
from gale.studio.report_view import report_view
from gale.words import Words

HOUR_MS = 3_600_000
BUCKET_MS = 6 * HOUR_MS
PULSE = 60  # bars of the decisions' pulse
FRESH_S = 6.0  # a report older than this is worked out again,
SHARE = 8  # unless that took more than an eighth of the time since: reports must not slow decisions down
LOG_LINES, LOG_LOOKS_BACK = 8, 1500
SHOWN = ("explore", "campaign", "constant", "personal")


class Reports:
    """Reports by campaign, worked out again in the background once they are old; one at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: dict[str, tuple[float, float, dict[str, Any]]] = {}  # when, how long it took, what it says
        self._working = threading.Lock()

    @property
    def known(self) -> dict[str, dict[str, Any]]:
        return {name: told for name, (_, _, told) in self._held.items()}

    def fresh(self, campaign: str, now: int) -> dict[str, Any]:
        """The report as of now; waits for it."""
        with self._working:
            began = time.monotonic()
            told = report_verb.report(self._store, campaign, now=now)
            self._held[campaign] = (time.monotonic(), time.monotonic() - began, told)
        return told

    def recent(self, campaign: str, now: int) -> dict[str, Any] | None:
        """The last one worked out; an old one is replaced in the background. `None` while there is none."""
        held = self._held.get(campaign)
        old = held is None or time.monotonic() - held[0] > max(FRESH_S, SHARE * held[1])
        if old and not self._working.locked():
            threading.Thread(target=self._try, args=(campaign, now), daemon=True).start()
        return held[2] if held else None

    def _try(self, campaign: str, now: int) -> None:
        try:
            self.fresh(campaign, now)
        except Faults:
            return  # a campaign that is being written anew; the next request asks again


def live(
    store: Store,
    row: CampaignRow,
    words: Words,
    *,
    now: int,
    report: Mapping[str, Any] | None,
    cities: Sequence[v.City] = (),
    kettle: v.Kettle | None = None,
    p50_ms: float | None = None,
) -> v.Live:
    """The live page; `report` may be some seconds old, counts are of this moment."""
    papers = Documents.of(row)
    start, days = start_of(papers), papers.brief.flight.days
    seen = report_view(report or {}, papers.campaign.timezone)
    with store.read() as unit:
        tally = unit.decisions.tally(row.id)
        buckets = _buckets(unit.decisions.shares(row.id, BUCKET_MS))
        pulse = _pulse(unit, row.id, now)
        variants, others = _variants(unit, row, buckets)
        log = _log(unit, row.id, words)
    nothing: Counter[str] = Counter()
    for (_, reason), n in tally.items():
        if reason not in SHOWN:
            nothing[reason] += n
    return v.Live(
        campaign=row.id,
        status=row.status,
        now=now,
        start=start,
        days=days,
        day=max(1, (now - start) // (24 * HOUR_MS) + 1),
        lift=seen.relative,
        proven=seen.proven,
        n_treated=seen.n_treated,
        n_holdout=seen.n_holdout,
        people_needed=seen.people_needed,
        series=seen.series,
        decisions=sum(tally.values()),
        minutes=pulse,
        p50_ms=seen.p50_ms if p50_ms is None else p50_ms,
        nothing=tuple(nothing.most_common()),
        buckets=buckets,
        variants=variants,
        others=others,
        log=log,
        cities=tuple(cities),
        kettle=kettle,
        step=HOUR_MS,
    )


def _buckets(shares: Sequence[tuple[int, str, int]]) -> tuple[tuple[int, Mapping[str, int]], ...]:
    """All that was shown up to each six hours: a letter goes out at one hour, and that hour is no change of taste."""
    found: dict[int, Counter[str]] = {}
    for start, variant, n in shares:
        found.setdefault(start, Counter())[variant] += n
    summed: list[tuple[int, Mapping[str, int]]] = []
    so_far: Counter[str] = Counter()
    for start in sorted(found):
        so_far.update(found[start])
        summed.append((start, dict(so_far)))
    return tuple(summed)


def _pulse(unit: Unit, campaign: str, now: int) -> tuple[int, ...]:
    """Decisions with a message in each of the last sixty hours."""
    first = now // HOUR_MS - PULSE + 1
    counts = Counter[int]()
    for start, _, n in unit.decisions.shares(campaign, HOUR_MS):
        counts[start // HOUR_MS] += n
    return tuple(counts[first + i] for i in range(PULSE)) if counts else ()


def _variants(
    unit: Unit, row: CampaignRow, buckets: Sequence[tuple[int, Mapping[str, int]]]
) -> tuple[tuple[v.VariantLine, ...], tuple[int, float]]:
    """The five with most traffic, the paused ones, and how many more with which share."""
    total = Counter(buckets[-1][1] if buckets else {})
    everything = sum(total.values())
    top = [x for x, _ in total.most_common(SERIES)]
    named = [*top, *(x for x in row.paused_variants if x not in top)]
    found = unit.creatives.get(row.id, named)
    lines = tuple(
        v.VariantLine(
            id=x,
            short=short(found[x]),
            words=words_of(found[x]),
            locale=found[x].locale,
            share=total[x] / everything if everything else 0.0,
            shown=total[x],
            colour=top.index(x) + 1 if x in top else 0,
            paused=x in row.paused_variants,
        )
        for x in named
        if x in found
    )
    everyone = {x for ids in row.live.values() for x in ids}
    rest = sum(n for x, n in total.items() if x not in named)
    return lines, (len(everyone - set(named)), rest / everything if everything else 0.0)


def _log(unit: Unit, campaign: str, words: Words) -> tuple[v.LogLine, ...]:
    """The last lines of the ledger that people care for, newest first; batches of decisions are left out."""
    count = unit.ledger.count()
    runs: list[tuple[LedgerEntry, int]] = []  # acts of one kind in a row are one line with their number
    for entry in unit.ledger.scan(after=max(0, count - LOG_LOOKS_BACK)):
        if not words.has(f"log.{entry.kind}") or entry.kind == "decisions":
            continue
        if entry.body.get("campaign", campaign) != campaign:
            continue
        if entry.kind == "consent" and runs and runs[-1][0].kind == "consent":
            before, n = runs[-1]
            if before.body.get("state") == entry.body.get("state"):
                runs[-1] = (entry, n + 1)
                continue
        runs.append((entry, 1))
    return tuple(_line(entry, n, words) for entry, n in reversed(runs[-LOG_LINES:]))


def _line(entry: LedgerEntry, n: int, words: Words) -> v.LogLine:
    if n > 1:
        state = words(f"state.many.{entry.body.get('state', '')}")
        return v.LogLine(entry.time, words("log.consent_many", n=words.number(n), state=state), _kind(entry))
    return v.LogLine(entry.time, words(f"log.{entry.kind}", **_values(entry, words)), _kind(entry))


def _values(entry: LedgerEntry, words: Words) -> dict[str, Any]:
    body = entry.body
    return {
        "n": words.number(int(body.get("count", 0))),
        "state": words(f"state.{body.get('state', '')}"),
        "role": words(str(body.get("role", ""))),
        "verdict": words(f"verdict.{body.get('verdict', '')}"),
    }


def _kind(entry: LedgerEntry) -> str:
    if entry.kind in ("launched", "live"):
        return "full"
    withdrawn = entry.body.get("state") in ("withdrawn", "objected", "refused")
    return "no" if withdrawn or entry.kind in ("paused", "stopped", "variant_paused") else "plain"


def kettle(store: Store, person: str, purposes: Sequence[str]) -> v.Kettle:
    """The simulated person whose kettle boils: does she still agree to what the message needs?"""
    with store.read() as unit:
        state = unit.people.state(person)
    given = state is not None and all(
        (s := state.standings.get(p)) is not None and s.state == "given" for p in purposes
    )
    kind, _, rest = person.partition("_")
    return v.Kettle(person, f"{kind}_{rest[:4]} {rest[4:8]}".strip(), given)
