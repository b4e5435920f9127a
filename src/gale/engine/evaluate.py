"""`gale evaluate`: what would another policy have earned on last month's log, and can the log answer at all?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

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
PAGE = 20_000
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
    may not be measured (any more). A policy `snapshot:ID` is judged on decisions made after it was published only: those
    before may have taught it. Nothing is written. Raises `Faults`: `campaign.unknown`, `ope.no_decisions`, `ope.snapshot_young`, `ope.large`, and `evaluate`'s.
    """
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        raise_if(spelled(policies))
        documents = Documents.of(row)
        snapshots, since = _snapshots(unit, campaign, policies)
        decisions, rewards, left_out = [], [], defaultdict[str, int](int)
        for decision, reward in _closed(unit, campaign, documents, now, left_out):
            if decision.time < since:
                left_out["before_snapshot"] += 1
                continue
            decisions.append(decision)
            rewards.append(reward)
            if len(decisions) % PAGE == 0:
                progress("ope.reading", len(decisions), len(decisions))
        if not decisions:
            code = "ope.snapshot_young" if left_out["before_snapshot"] else "ope.no_decisions"
            raise Faults.one(
                code, campaign=campaign, open=left_out["open"], hours=documents.campaign.policy.window_hours
            )
        names = {d.snapshot for d in decisions}
        served = {name: Snapshot.load(record) for name in names if (record := unit.snapshots.get(name)) is not None}
        policies_of = [*served.values(), *(snapshot for _, snapshot in snapshots.values())]
        ids = sorted({arm for d in decisions for arm in d.eligible} | {a for s in policies_of for a in s.arms})
        raise_if(too_large(len(decisions), len(ids)))
        traits = {arm: dict(v.traits) for arm, v in unit.creatives.get(campaign, ids).items()}
    log = _log(decisions, rewards, ids, served, FeatureEncoder(documents.campaign.features), traits)
    told = evaluate(log, policies, seed=seed, snapshots=snapshots, progress=progress)
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
    unit: Unit, campaign: str, documents: Documents, now: int, left_out: dict[str, int]
) -> Iterator[tuple[Decision, float]]:
    """Decisions that showed something by policy and whose windows have closed, each with what came of it.

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
            else:
                kept.append(decision)
        answers = unit.outcomes.of_decisions([d.id for d in kept])
        for d in kept:
            yield d, budget.reward(documents, answers.get(d.id, ()), d.time, window)


def _log(
    decisions: Sequence[Decision],
    rewards: Sequence[float],
    ids: Sequence[str],
    served: Mapping[str, Snapshot],
    encoder: FeatureEncoder,
    traits: Mapping[str, Mapping[str, str]],
) -> Log:
    place = {arm: i for i, arm in enumerate(ids)}
    slates = [f"{d.touchpoint}/{d.inputs.get('locale')}" for d in decisions]
    names = sorted(set(slates))
    people = {p: i for i, p in enumerate(dict.fromkeys(d.person for d in decisions))}
    allowed = np.zeros((len(decisions), len(ids)), dtype=bool)
    for i, d in enumerate(decisions):
        allowed[i, [place[arm] for arm in d.eligible]] = True
    features = encoder.encode_many([d.inputs["features"] for d in decisions])
    propensity = np.array([d.propensity for d in decisions], dtype=np.float64)
    action = np.array([place[d.variant or ""] for d in decisions], dtype=np.intp)
    return Log(
        action=action, actions=tuple(ids), reward=np.array(rewards, dtype=np.float64), propensity=propensity,
        features=features, group=np.array([names.index(s) for s in slates], dtype=np.intp), groups=tuple(names),
        person=np.array([people[d.person] for d in decisions], dtype=np.intp), allowed=allowed,
        feature_names=encoder.names, traits=traits,
        logging=_all_probabilities(decisions, served, features, allowed, place, action, propensity),
    )  # fmt: skip


def _all_probabilities(
    decisions: Sequence[Decision],
    served: Mapping[str, Snapshot],
    features: Floats,
    allowed: NDArray[np.bool_],
    place: Mapping[str, int],
    action: NDArray[np.intp],
    propensity: Floats,
) -> Floats | None:
    """What each decision's snapshot gave to every variant, shape (n, K); `None` where one is gone or does not agree
    with the propensity that was logged."""
    found = np.zeros(allowed.shape)
    rows_of = defaultdict[str, list[int]](list)
    for i, d in enumerate(decisions):
        rows_of[d.snapshot].append(i)
    for name, rows in rows_of.items():
        snapshot = served.get(name)
        if snapshot is None:
            return None
        columns = [place[arm] for arm in snapshot.arms]
        may = allowed[np.ix_(rows, columns)]
        found[np.ix_(rows, columns)] = snapshot.propensities_many(features[rows], may)
    agrees = np.abs(found[np.arange(len(action)), action] - propensity) <= EXACT
    return found if bool(agrees.all()) else None
