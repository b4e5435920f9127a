"""`gale evaluate`: what would another policy have earned on last month's log, and can the log answer at all?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from gale.adapters.files.tables import read_table
from gale.consent import measurable
from gale.decision.features import FeatureEncoder
from gale.decision.snapshot import Snapshot
from gale.engine import budget
from gale.engine.learn import LATE_MS
from gale.engine.notes import the_campaign
from gale.engine.workspace import Documents
from gale.measurement.offpolicy_evaluation import Evaluation, Progress, evaluate
from gale.measurement.offpolicy_log import Log, distribution, too_large
from gale.measurement.offpolicy_targets import spelled
from gale.ports.store import Store, Unit
from gale.records.decision import Decision
from gale.records.faults import Fault, Faults, raise_if

Floats = NDArray[np.float64]
PAGE = 4_000  # decisions decoded at once; what is kept of them are arrays
EXACT = 1e-9


def quiet(what: str, done: int, total: int) -> None:
    """Progress for whoever does not wait."""


def evaluate_file(
    file: Path,
    policies: Sequence[str],
    *,
    action: str,
    reward: str,
    propensity: str | None = None,
    features: Sequence[str] = (),
    position: str | None = None,
    person: str | None = None,
    time: str | None = None,
    actions: Sequence[str] = (),
    cap: float | None = None,
    seed: int = 42,
    progress: Progress = quiet,
) -> Evaluation:
    """Value policies on a log that somebody else wrote (CSV or Parquet, a row a choice).

    The arguments name the file's columns; `actions` declares what may be shown, `cap` cuts amounts of money, and a
    policy `column:NAME` reads its probabilities from the file. Raises `Faults`: those of `read_table`,
    `csv.column_missing`, `ope.feature_leaks` (what was shown, or what came of it, is no feature), and,
    all together, broken rows and those of `Log.of` and `distribution`; then `evaluate`'s.

    >>> import csv, random, tempfile
    >>> draw = random.Random(3)
    >>> path = Path(tempfile.mkdtemp()) / "log.csv"
    >>> with path.open("w", newline="") as out:
    ...     rows = csv.writer(out)
    ...     rows.writerow(["banner", "p", "click"])
    ...     for _ in range(8000):
    ...         banner = draw.choice(["sea", "wood"])
    ...         rows.writerow([banner, 0.5, int(draw.random() < (0.12 if banner == "sea" else 0.06))]) and None
    16
    >>> found = evaluate_file(path, ["constant:sea"], action="banner", reward="click", propensity="p")
    >>> one = found.policies[0]
    >>> one.answer.can_answer, one.value.low < 0.12 < one.value.high, one.difference.above(0)
    ('yes', True, True)
    """
    raw = read_table(file)
    header = list(raw.header)
    asked = {p: p.partition(":")[2].strip() for p in policies if p.strip().startswith("column:")}
    optional = [c for c in (propensity, position, person, time) if c]
    wanted = list(dict.fromkeys([action, reward, *features, *optional, *(c for c in asked.values() if c)]))
    raise_if(
        Fault(code="csv.column_missing", where=file.name, values={"column": c, "known": ", ".join(header)})
        for c in wanted
        if c not in header
    )
    raise_if(
        Fault(code="ope.feature_leaks", where=file.name, values={"column": c})
        for c in dict.fromkeys(features)
        if c in (action, reward, propensity, *asked.values())
    )
    at = {c: header.index(c) for c in wanted}
    rows = list(raw.rows())
    lines = [line for line, _ in rows]
    found = {c: [row[i] for _, row in rows] for c, i in at.items()}
    faults: list[Fault] = list(raw.faults)
    log, given = None, {}
    try:
        log, order = Log.of(
            action=found[action], reward=found[reward], features={f: found[f] for f in features},
            propensity=found[propensity] if propensity else None, position=found[position] if position else None,
            person=found[person] if person else None, time=found[time] if time else None,
            actions=actions, lines=lines,
        )  # fmt: skip
    except Faults as problem:
        faults += problem.faults
    names = log.actions if log else tuple(actions) or tuple(sorted(set(found[action])))
    for column in dict.fromkeys(c for c in asked.values() if c):
        try:
            given[column] = distribution(found[column], names, lines, column)
        except Faults as problem:
            faults += problem.faults
    raise_if(Fault(code=f.code, values=f.values, where=f.where or file.name) for f in faults)
    assert log is not None
    told = evaluate(log, policies, seed=seed, cap=cap, columns={c: given[c][order] for c in given}, progress=progress)
    notes = [*told.notes, *(["ope.positions"] if position else []), *([] if person else ["ope.no_person"])]
    return msgspec.structs.replace(told, notes=tuple(notes))


def evaluate_campaign(
    store: Store, campaign: str, policies: Sequence[str], *, now: int, seed: int = 42, progress: Progress = quiet
) -> Evaluation:
    """Value policies on a campaign's own log: the decisions whose windows have closed, as the learner counts them.

    Propensities are exact, eligible variants are respected, holdout and triggered messages are left out, as is whoever
    may not be measured (any more). Who is promised a share by a floor has it under every policy that the campaign would
    serve. A policy `snapshot:ID` is judged on decisions made after it was published only: those before may have taught
    it. Nothing is written. Raises `Faults`: `campaign.unknown`, `ope.no_decisions`, `ope.snapshot_young`, `ope.large`,
    and `evaluate`'s.
    """
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        raise_if(spelled(policies))
        documents = Documents.of(row)
        snapshots, since = _snapshots(unit, campaign, policies)
        left_out, columns = defaultdict[str, int](int), _Columns(FeatureEncoder(documents.campaign.features))
        for closed, rewards in _closed(unit, campaign, documents, now, since, left_out):
            columns.add(closed, rewards)
            progress("ope.reading", columns.n, columns.n)
        if not columns.n:
            code = "ope.snapshot_young" if left_out["before_snapshot"] else "ope.no_decisions"
            raise Faults.one(
                code, campaign=campaign, open=left_out["open"], hours=documents.campaign.policy.window_hours
            )
        served = {
            name: Snapshot.load(record)
            for name in columns.snapshot.names
            if (record := unit.snapshots.get(name)) is not None
        }
        policies_of = [*served.values(), *(snapshot for _, snapshot in snapshots.values())]
        seen = {arm for arms in columns.eligible.names for arm in arms}
        ids = sorted(seen | {a for s in policies_of for a in s.arms})
        raise_if(too_large(columns.n, len(ids)))
        variants = unit.creatives.get(campaign, ids)
    traits = {arm: dict(v.traits) for arm, v in variants.items()}
    floors = budget.floors_of(documents, variants.values())
    log = columns.log(ids, served, traits)
    del columns
    told = evaluate(log, policies, seed=seed, snapshots=snapshots, floors=floors, progress=progress)
    return msgspec.structs.replace(told, left_out={k: n for k, n in left_out.items() if n})


def _snapshots(unit: Unit, campaign: str, policies: Sequence[str]) -> tuple[dict[str, tuple[str, Snapshot]], int]:
    """The snapshots that are asked for and known, each with its slate, and when the youngest was published."""
    found: dict[str, tuple[str, Snapshot]] = {}
    since = 0
    for text in policies:
        kind, _, name = text.strip().partition(":")
        record = unit.snapshots.get(name.strip()) if kind == "snapshot" else None
        if record is not None and record.campaign == campaign:
            found[record.id] = (record.kind, Snapshot.load(record))
            since = max(since, record.time)
    return found, since


def _closed(
    unit: Unit, campaign: str, documents: Documents, now: int, since: int, left_out: dict[str, int]
) -> Iterator[tuple[list[Decision], list[float]]]:
    """Decisions from `since` on that showed something by policy and whose windows have closed, each with what came of
    it; a page at a time.

    The reward is the learner's own: 0 or 1, or with `value: margin` a share of three times the product's margin.
    """
    window = documents.campaign.policy.window_hours * 3_600_000
    heard = unit.outcomes.newest() or 0
    cursor = 0
    counts: dict[str, bool] = {}
    while rows := unit.decisions.scan(campaign, after=cursor, limit=PAGE, shown=True):
        cursor = rows[-1][0]
        kept = []
        new = list({d.person for _, d in rows} - counts.keys())
        states = unit.people.states(new)
        # Whoever was forgotten is not known any more; her decisions say so themselves.
        counts |= {p: p not in states or measurable(states[p], now) for p in new}
        for _, decision in rows:
            if "trigger" in decision.inputs:
                left_out["triggered"] += 1
            elif "features" not in decision.inputs:
                left_out["forgotten"] += 1
            elif not counts[decision.person]:
                left_out["withdrawn"] += 1
            elif decision.time + window + LATE_MS > now or decision.time + window > heard:
                left_out["open"] += 1
            elif decision.time < since:
                left_out["before_snapshot"] += 1
            else:
                kept.append(decision)
        answers = unit.outcomes.of_decisions([d.id for d in kept])
        if kept:
            yield kept, [budget.reward(documents, answers.get(d.id, ()), d.time, window) for d in kept]


class _Columns:
    """What the log needs of each decision, as arrays a page: the decisions themselves are let go with their page."""

    def __init__(self, encoder: FeatureEncoder) -> None:
        self.encoder = encoder
        self.reward: list[Floats] = []
        self.propensity: list[Floats] = []
        self.features: list[Floats] = []
        # Each of these columns holds codes; the name of code i is the i-th key.
        self.variant, self.person, self.slate = _Codes(), _Codes(), _Codes()
        self.snapshot, self.floor, self.eligible = _Codes(), _Codes(), _Codes()
        self.n = 0

    def add(self, decisions: Sequence[Decision], rewards: Sequence[float]) -> None:
        """One page more."""
        self.reward.append(np.array(rewards, dtype=np.float64))
        self.propensity.append(np.array([d.propensity for d in decisions], dtype=np.float64))
        self.features.append(self.encoder.encode_many([d.inputs["features"] for d in decisions]))
        self.variant.add([d.variant for d in decisions])
        self.person.add([d.person for d in decisions])
        self.slate.add([f"{d.touchpoint}/{d.inputs.get('locale')}" for d in decisions])
        self.snapshot.add([d.snapshot for d in decisions])
        self.floor.add([d.inputs.get("floor_group", "") for d in decisions])
        self.eligible.add([d.eligible for d in decisions])
        self.n += len(decisions)

    def log(self, ids: Sequence[str], served: Mapping[str, Snapshot], traits: Mapping[str, Mapping[str, str]]) -> Log:
        """The log over the variants `ids`."""
        place = {arm: i for i, arm in enumerate(ids)}
        names = sorted(self.slate.names)
        open_to = np.zeros((len(self.eligible.names), len(ids)), dtype=bool)
        for i, arms in enumerate(self.eligible.names):
            open_to[i, [place[arm] for arm in arms]] = True
        allowed = open_to[self.eligible.codes()]
        action = np.array([place[arm] for arm in self.variant.names], dtype=np.intp)[self.variant.codes()]
        group = np.array([names.index(s) for s in self.slate.names], dtype=np.intp)[self.slate.codes()]
        propensity, features = np.concatenate(self.propensity), np.concatenate(self.features)
        floor = np.array(self.floor.names)[self.floor.codes()] if any(self.floor.names) else None
        return Log(
            action=action, actions=tuple(ids), reward=np.concatenate(self.reward), propensity=propensity,
            features=features, group=group, groups=tuple(names), person=self.person.codes().astype(np.intp),
            allowed=allowed, feature_names=self.encoder.names, traits=traits, floor=floor,
            logging=self._all_probabilities(served, features, allowed, place, action, propensity, floor),
        )  # fmt: skip

    def _all_probabilities(
        self,
        served: Mapping[str, Snapshot],
        features: Floats,
        allowed: NDArray[np.bool_],
        place: Mapping[str, int],
        action: NDArray[np.intp],
        propensity: Floats,
        floor: NDArray[np.str_] | None,
    ) -> Floats | None:
        """What each decision's snapshot gave to every variant, shape (n, K); `None` where one is gone or does not agree
        with the propensity that was logged."""
        found, codes = np.zeros(allowed.shape), self.snapshot.codes()
        for code, name in enumerate(self.snapshot.names):
            snapshot = served.get(name)
            if snapshot is None:
                return None
            rows = np.flatnonzero(codes == code)
            columns = np.array([place[arm] for arm in snapshot.arms], dtype=np.intp)
            may = allowed[np.ix_(rows, columns)]
            promised = None if floor is None else floor[rows].tolist()
            found[np.ix_(rows, columns)] = snapshot.propensities_many(features[rows], may, promised)
        agrees = np.abs(found[np.arange(len(action)), action] - propensity) <= EXACT
        return found if bool(agrees.all()) else None


class _Codes:
    """A column of values that come again and again, as whole numbers; `names` are the values in order of their code."""

    def __init__(self) -> None:
        self._known: dict[Any, int] = {}
        self._pages: list[NDArray[np.int32]] = []

    @property
    def names(self) -> list[Any]:
        return list(self._known)

    def add(self, values: Sequence[Any]) -> None:
        known = self._known
        self._pages.append(np.array([known.setdefault(v, len(known)) for v in values], dtype=np.int32))

    def codes(self) -> NDArray[np.int32]:
        return np.concatenate(self._pages)
