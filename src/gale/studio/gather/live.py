"""What happens now, and the reports that take a moment to work out."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from gale.engine import budget
from gale.engine import learned as learned_verb
from gale.engine import report as report_verb
from gale.engine.learned import Log
from gale.engine.notes import the_campaign
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Store
from gale.records.approval import LedgerEntry
from gale.records.faults import Faults
from gale.studio import views as v
from gale.studio.gather.learned import lesson_view
from gale.studio.gather.shelf import start_of
from gale.studio.gather.traffic import PERIODS, Chronicle, Shares, events, joins, period_for, traffic
from gale.studio.report_view import report_view
from gale.words import Words

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
PULSE = 60  # bars of the decisions' pulse
FRESH_S = 6.0  # a report older than this is worked out again,
SHARE = 8  # unless that took more than an eighth of the time since: reports must not slow decisions down
LOG_LINES, LOG_LOOKS_BACK = 8, 1500
SHOWN = ("explore", "campaign", "constant", "personal")


class Reports:
    """Reports and lessons by campaign, worked out again in the background once they are old; one at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: dict[str, tuple[float, float, dict[str, Any]]] = {}  # when, how long it took, what it says
        self._lessons: dict[str, tuple[int, dict[str, Any]]] = {}  # until when it is the newest (ms), what it says
        self._logs: dict[str, Log] = {}
        self.chronicle = Chronicle()
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

    def lesson(self, campaign: str, now: int) -> dict[str, Any] | None:
        """What was learned up to last midnight, as last worked out; a new day is worked out in the background."""
        held = self._lessons.get(campaign)
        if (held is None or held[0] <= now) and not self._working.locked():
            threading.Thread(target=self._try_to_learn, args=(campaign, now), daemon=True).start()
        return held[1] if held else None

    def learned(self, campaign: str, now: int) -> dict[str, Any]:
        """The lesson of the day; waits for it. It is worked out once a day, from what has closed since the last one."""
        with self._working, self._store.read() as unit:
            held = self._lessons.get(campaign)
            if held is not None and held[0] > now:
                return held[1]
            row = the_campaign(unit, campaign)
            papers = Documents.of(row)
            log = self._logs[campaign] = learned_verb.read(unit, row, papers, self._logs.get(campaign, Log()), now=now)
            found = learned_verb.lesson(unit, row, papers, log, now=now)
            told = learned_verb.tell(unit, row, papers, found)
            # Where nothing has closed yet the next look may come sooner than tomorrow.
            again = found.until + (DAY_MS if found.messages else HOUR_MS)
            self._lessons[campaign] = max(again, now + HOUR_MS), told
        return told

    def _try_to_learn(self, campaign: str, now: int) -> None:
        try:
            self.learned(campaign, now)
        except Faults:
            return

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
    lesson: Mapping[str, Any] | None = None,
    by: str = "",
    chronicle: Chronicle | None = None,
) -> v.Live:
    """The live page; `report` may be some seconds old and `lesson` is of last midnight, counts are of this moment.

    `by` says whether traffic is shown by "variant" or by "angle"; "" leaves it to how many there are.
    """
    papers = Documents.of(row)
    start, days = start_of(papers), papers.brief.flight.days
    ends = start_of(papers, days)
    seen = report_view(report or {}, papers.campaign.timezone)
    with store.read() as unit:
        tally = unit.decisions.tally(row.id)
        shares = unit.decisions.shares(row.id, HOUR_MS)
        pulse = _pulse(shares, now)
        if period_for(shares) < HOUR_MS:  # a young campaign is looked at more closely
            shares = unit.decisions.shares(row.id, PERIODS[0])
        moved = traffic(unit, row, shares, by, words)
        joined = joins(shares, {name: slate for slate, ids in row.live.items() for name in ids})
        entries = list(unit.ledger.scan(after=max(0, unit.ledger.count() - LOG_LOOKS_BACK)))
        fronts, notes, happened = events(unit, row.id, (chronicle or Chronicle()).read(unit), joined, words)
        log = _log(entries, row.id, words)
        purse = budget.standing(unit, row, papers, now) if row.launched is not None else None
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
        buckets=moved.buckets,
        variants=moved.lines,
        others=moved.others,
        by=moved.by,
        period=moved.period,
        fronts=fronts,
        notes=notes,
        events=happened,
        log=log,
        learned=lesson_view(lesson, words) if lesson else None,
        over=now >= ends,
        ended=min(row.ended or ends, ends),
        windows_until=ends + papers.campaign.experiment.order_window_days * 24 * HOUR_MS,
        cities=tuple(cities),
        kettle=kettle,
        budget=purse,
        step=HOUR_MS,
    )


def _pulse(shares: Shares, now: int) -> tuple[int, ...]:
    """Decisions with a message in each of the last sixty hours."""
    first = now // HOUR_MS - PULSE + 1
    counts = Counter[int]()
    for start, _, n in shares:
        counts[start // HOUR_MS] += n
    return tuple(counts[first + i] for i in range(PULSE)) if counts else ()


def _log(entries: Sequence[LedgerEntry], campaign: str, words: Words) -> tuple[v.LogLine, ...]:
    """The last lines of the ledger that people care for, newest first; batches of decisions are left out."""
    runs: list[tuple[LedgerEntry, int]] = []  # acts of one kind in a row are one line with their number
    for entry in entries:
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
    return "no" if withdrawn or entry.kind in ("paused", "stopped", "variant_paused", "rolled_back") else "plain"


def kettle(store: Store, person: str, purposes: Sequence[str]) -> v.Kettle:
    """The simulated person whose kettle boils: does she still agree to what the message needs?"""
    with store.read() as unit:
        state = unit.people.state(person)
    given = state is not None and all(
        (s := state.standings.get(p)) is not None and s.state == "given" for p in purposes
    )
    kind, _, rest = person.partition("_")
    return v.Kettle(person, f"{kind}_{rest[:4]} {rest[4:8]}".strip(), given)
