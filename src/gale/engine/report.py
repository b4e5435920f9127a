"""`gale report`: what the campaign caused, told the same way whether it is good news or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gale.adapters.words import load
from gale.engine.learn import known, read_state
from gale.engine.notes import the_campaign
from gale.engine.workspace import Documents
from gale.measurement import GroupSums, LiftResult, lift
from gale.ports.store import CampaignRow, Store, Unit
from gale.records.decision import Outcome
from gale.records.people import Assignment, PersonState
from gale.stats import Interval, Moments, mean_interval, split_alarm
from gale.stats.power import people_needed
from gale.words import Words

DAY = 24 * 3_600_000
LEAST_GROUP = 200  # people; a smaller group shows "too few" and no interval
LEAST_SHOWN = 500  # decisions before an angle says a rate


def report(store: Store, campaign: str, *, now: int) -> dict[str, Any]:
    """Everything the report says, as JSON-able data. A person counts once her window has closed, by intention to treat.

    Raises `Faults` `campaign.unknown`. Intervals are always-valid at 95 %; `None` where there is nothing to say yet.
    """
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        papers = Documents.of(row)
        orders = _orders(unit)
        closed, missing = _closed(unit, papers, orders, now)
        treated, holdout = _sums(closed, "treated"), _sums(closed, "holdout")
        experiment = papers.campaign.experiment
        planned_n = max(200, int(row.facts.get("plan", {}).get("reach", {}).get("reachable", 0)))
        measured = lift(
            treated,
            holdout,
            planned_n=planned_n,
            base_rate=experiment.base_rate,
            mde=experiment.mde,
            share=experiment.holdout,
        )
        tally = unit.decisions.tally(campaign)
        shown = _shown(unit, campaign)
        told: dict[str, Any] = {
            "schema": 1,
            "sandbox": row.simulated,
            "brand": {"name": papers.brand.name},
            "campaign": {
                "id": campaign,
                "title": papers.brief.title,
                "status": row.status,
                "start": papers.brief.flight.start.isoformat(),
                "days": papers.brief.flight.days,
            },
            "generated_at": now,
            "variants": _variants(row),
            "approvals": [
                {
                    "role": a.role,
                    "name": next((m.name for m in papers.team.members if m.id == a.person), a.person),
                    "verdict": a.verdict,
                    "hash": a.plan,
                    "remark": a.remark,
                    "time": a.time,
                    "identity": a.identity,
                }
                for a in unit.approvals.of(campaign)
                if a.plan == row.plan
            ],
            "plan": row.plan,
            "team_mode": papers.team.mode,
            "people": _people(row, closed, unit, campaign),
            "decisions": _decisions(tally),
            "lift": _lift(measured, closed, planned_n),
            "cost": _cost(papers, shown, measured),
            "power": {
                "people_needed": measured.people_needed,
                "people_now": measured.n_treated + measured.n_holdout,
                "people_for_mde": people_needed(experiment.base_rate, experiment.mde, experiment.holdout),
                "mde": experiment.mde,
                "base_rate": experiment.base_rate,
            },
            "by_angle": _by_angle(unit, campaign, papers, now),
            "by_audience": _by_audience(papers, closed, planned_n),
            "missing": missing,
            "split": _split(treated, holdout, missing, experiment.holdout),
            "gate": _gate(unit, campaign),
            "ledger": {"entries": unit.ledger.count(), "verified": None, "first_bad": None},
            "timings": {},
        }
    told["learned"], told["unknown"] = _sentences(told)
    return told


class Closed(msgspec.Struct, frozen=True):
    """One person whose window has closed: when, her group, orders, value and margin (cents), attributes."""

    time: int
    group: str
    orders: int
    value: int
    margin: int
    state: PersonState


def _orders(unit: Unit) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = defaultdict(list)
    after = 0
    while rows := unit.outcomes.scan(after=after, limit=20_000):
        after = rows[-1][0]
        for _, outcome in rows:
            if outcome.kind in ("order", "refund"):
                found[outcome.person].append(outcome)
    return found


def _closed(
    unit: Unit, papers: Documents, orders: Mapping[str, list[Outcome]], now: int
) -> tuple[list[Closed], dict[str, float]]:
    """People whose window has closed, and the share a group that may no longer be measured."""
    window = papers.campaign.experiment.order_window_days * DAY
    due = [a for a in unit.assignments.scan(papers.campaign.id) if a.time + window <= now]
    states: dict[str, PersonState] = {}
    for part in range(0, len(due), 500):
        states |= unit.people.states([a.person for a in due[part : part + 500]])
    closed: list[Closed] = []
    gone: dict[str, int] = {"treated": 0, "holdout": 0}
    total: dict[str, int] = {"treated": 0, "holdout": 0}
    for assignment in due:
        total[assignment.group] += 1
        state = states.get(assignment.person)
        if state is None or not _measurable(state, now):
            gone[assignment.group] += 1
            continue
        closed.append(_close(assignment, state, orders.get(assignment.person, ()), window))
    closed.sort(key=lambda c: c.time)
    return closed, {g: round(gone[g] / total[g], 4) if total[g] else 0.0 for g in total}


def _split(treated: GroupSums, holdout: GroupSums, missing: Mapping[str, float], share: float) -> dict[str, Any]:
    """Whether the two groups are as large as drawn; an alarm says that the lift must not be read."""
    found = split_alarm(holdout.n, treated.n, share)
    return {"alarm": found.alarm, "evidence": min(found.evidence, 1e9), "holdout": share, "missing": dict(missing)}


def _measurable(state: PersonState, now: int) -> bool:
    """Measuring is a purpose of its own: whoever withdrew it is left out, and the share is reported."""
    standing = state.standings.get("measurement")
    if standing is None:
        return True
    return standing.state == "given" and (standing.expires is None or standing.expires > now)


def _close(assignment: Assignment, state: PersonState, orders: Iterable[Outcome], window: int) -> Closed:
    count = value = margin = 0
    for outcome in orders:
        if assignment.time <= outcome.time < assignment.time + window:
            sign = -1 if outcome.kind == "refund" else 1  # a refund takes the money back; the order was an order
            count += outcome.kind == "order"
            value += sign * (outcome.value or 0)
            margin += sign * (outcome.margin or 0)
    return Closed(assignment.time + window, assignment.group, count, value, margin, state)


def _sums(closed: Iterable[Closed], group: str) -> GroupSums:
    return GroupSums.of([(c.orders, c.margin) for c in closed if c.group == group])


def _lift(measured: LiftResult, closed: list[Closed], planned_n: int) -> dict[str, Any]:
    series = []
    seen = {"treated": GroupSums(), "holdout": GroupSums()}
    last: int | None = None
    for person in closed:
        day = person.time // DAY
        if last is not None and day != last:
            series.append(_point(seen, last, planned_n))
        last = day
        seen[person.group] = seen[person.group] + GroupSums.of([(person.orders, person.margin)])
    if last is not None:
        series.append(_point(seen, last, planned_n))
    return {
        "absolute": interval(measured.absolute),
        "relative": interval(measured.relative),
        "value": interval(measured.value),
        "orders": interval(measured.orders),
        "proven": measured.proven,
        "rate_treated": measured.rate_treated,
        "rate_holdout": measured.rate_holdout,
        "n_treated": measured.n_treated,
        "n_holdout": measured.n_holdout,
        "series": [p for p in series if p is not None],
    }


def _point(seen: Mapping[str, GroupSums], day: int, planned_n: int) -> dict[str, Any] | None:
    found = interval(lift(seen["treated"], seen["holdout"], planned_n=planned_n).relative)
    return None if found is None else {"time": (day + 1) * DAY, **found}


def said(words: Words, kind: str, name: str) -> str:
    """A name of the brand's own data in words where there are some, else as it is (`audience.early`, or `B2B`)."""
    code = f"{kind}.{name}"
    return words(code) if words.has(code) else name


def interval(found: Interval | None) -> dict[str, float] | None:
    """An interval as plain data."""
    if found is None or not found.known:
        return None
    return {"estimate": found.estimate, "low": found.low, "high": found.high}


def _variants(row: CampaignRow) -> dict[str, Any]:
    created = row.facts.get("created", {})
    refused = dict(created.get("refused", {}))
    return {
        "generated": int(created.get("considered", 0)),
        "accepted": int(created.get("accepted", 0)),
        "refused": refused,
        "live": sum(len(v) for v in row.live.values()),
    }


def _people(row: CampaignRow, closed: list[Closed], unit: Unit, campaign: str) -> dict[str, Any]:
    reach = row.facts.get("plan", {}).get("reach", {})
    entered = {"treated": 0, "holdout": 0}
    for assignment in unit.assignments.scan(campaign):
        entered[assignment.group] += 1
    return {
        "total": reach.get("total", 0),
        "eligible": reach.get("reachable", 0),
        "excluded": reach.get("excluded", {}),
        "entered": entered["treated"] + entered["holdout"],
        "holdout": entered["holdout"],
        "closed": len(closed),
    }


def _decisions(tally: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    by_reason: dict[str, int] = defaultdict(int)
    for (_, reason), count in tally.items():
        by_reason[reason] += count
    shown = sum(by_reason.get(r, 0) for r in ("explore", "campaign", "constant", "personal"))
    return {
        "count": sum(by_reason.values()),
        "shown": shown,
        "blocked_by_consent": sum(n for r, n in by_reason.items() if r.startswith(("consent.", "person."))),
        "by_reason": dict(sorted(by_reason.items(), key=lambda x: -x[1])),
        "p50_ms": None,
        "p99_ms": None,
    }


def _shown(unit: Unit, campaign: str) -> dict[str, int]:
    """Messages shown by touchpoint."""
    counts: dict[str, int] = defaultdict(int)
    for (touchpoint, reason), n in unit.decisions.tally(campaign).items():
        if reason in ("explore", "campaign", "constant", "personal"):
            counts[touchpoint] += n
    return counts


def _cost(papers: Documents, shown: Mapping[str, int], measured: LiftResult) -> dict[str, Any]:
    spent = sum(t.cost * shown.get(t.id, 0) for t in papers.campaign.touchpoints) / 100
    price = papers.brief.product.price
    each: dict[str, float] | None = None
    if measured.orders is not None and measured.orders.low > 0:
        found = measured.orders
        each = {"estimate": spent / found.estimate, "low": spent / found.high, "high": spent / found.low}
    return {"total": spent, "currency": price.currency if price else "EUR", "per_extra_order": each}


def _by_angle(unit: Unit, campaign: str, papers: Documents, now: int) -> list[dict[str, Any]]:
    """Answers by angle among messages whose window has closed, each weighted by its propensity's inverse.

    Weighting makes up for the policy's preferences: without it a favoured angle would be judged on its favourites.
    """
    window = papers.campaign.policy.window_hours * 3_600_000
    angles: dict[str, str] = {}
    sums: dict[str, list[tuple[float, float]]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    after = 0
    while rows := unit.decisions.scan(campaign, after=after, limit=20_000, shown=True):
        after = rows[-1][0]
        due = [d for _, d in rows if d.variant is not None and "trigger" not in d.inputs and d.time + window <= now]
        wanted = [d.variant for d in due if d.variant is not None and d.variant not in angles]
        if wanted:
            found = unit.creatives.get(campaign, list(dict.fromkeys(wanted)))
            angles |= {v: variant.traits.get("angle", "") for v, variant in found.items()}
        answered = unit.outcomes.of_decisions([d.id for d in due])
        for decision in due:
            hit = any(
                o.kind == papers.campaign.policy.objective and o.time < decision.time + window
                for o in answered.get(decision.id, ())
            )
            angle = angles.get(decision.variant or "", "")
            sums[angle].append((1.0 if hit else 0.0, decision.propensity))
            counts[angle] += 1
    rows_out: list[dict[str, Any]] = []
    for angle, pairs in sums.items():
        weight = sum(1 / p for _, p in pairs)
        mean_weight = weight / len(pairs)
        moments = Moments.of([hit / p / mean_weight for hit, p in pairs])
        rate = interval(mean_interval(moments)) if len(pairs) >= LEAST_SHOWN else None
        rows_out.append({"angle": angle, "n": counts[angle], "rate": rate})
    rows_out.sort(key=lambda r: -(r["rate"]["estimate"] if r["rate"] else -1))
    return rows_out


def _by_audience(papers: Documents, closed: list[Closed], planned_n: int) -> list[dict[str, Any]]:
    """Lift by the first declared category; the level is shared between the groups (Bonferroni)."""
    spec = next((s for s in papers.campaign.features if s.kind == "category"), None)
    if spec is None:
        return []
    groups: dict[str, list[Closed]] = defaultdict(list)
    for person in closed:
        value = person.state.profile.attributes.get(spec.name)
        if value is not None:
            groups[str(value)].append(person)
    told = []
    for name in spec.values:
        people = groups.get(name, [])
        few = len(people) < LEAST_GROUP
        found = lift(
            _sums(people, "treated"),
            _sums(people, "holdout"),
            planned_n=max(200, planned_n // len(spec.values)),
            alpha=0.05 / len(spec.values),
        )
        told.append(
            {
                "name": {x: said(load(x), "audience", name) for x in ("fr", "en")},
                "n": len(people),
                "relative": None if few else interval(found.relative),
                "proven": not few and found.proven,
            }
        )
    return told


def _gate(unit: Unit, campaign: str) -> dict[str, Any]:
    state = read_state(unit, campaign)
    if state is None:
        return {
            "opened": False,
            "estimate": None,
            "low": None,
            "high": None,
            "n": 0,
            "needed": None,
            "best": None,
            "opened_at": None,
        }
    gate = state.gate_state()
    return {
        "opened": gate.opened,
        "estimate": gate.estimate,
        "low": known(gate.low),
        "high": known(gate.high),
        "n": gate.n,
        "needed": gate.needed,
        "best": state.constant_value(),
        "opened_at": state.opened_at,
    }


def world(name: str, title: Mapping[str, str], told: Mapping[str, Any]) -> dict[str, Any]:
    """One city's line: was there anything to gain from choosing for each person?"""
    gate = told["gate"]
    gain = gate["estimate"] / gate["best"] if gate["opened"] and gate["best"] else 0.0
    if not gate["opened"] and (not gate["n"] or gate["low"] is None):
        sentence = {"fr": "Pas encore tranché\u00a0: trop peu de réponses.", "en": "Not decided yet: too few answers."}
    elif gate["opened"]:
        sentence = {
            "fr": "Les goûts diffèrent : choisir pour chaque personne gagne, c’est prouvé.",
            "en": "Tastes differ: choosing for each person gains, and it is proven.",
        }
    else:
        sentence = {
            "fr": "Rien à gagner : un seul message pour tout le monde.",
            "en": "Nothing to gain: one message for all.",
        }
    return {
        "name": name,
        "title": dict(title),
        "policy_opened": gate["opened"],
        "gate": {k: gate[k] for k in ("estimate", "low", "high", "n")},
        "gain_relative": gain,
        "sentence": sentence,
        "lift": {k: v for k, v in told["lift"].items() if k != "series"},
        "decisions": told["decisions"]["count"],
    }


def headline(told: Mapping[str, Any], words: Words) -> str:
    """The finding in one sentence, also when it is "not proven"."""
    orders = told["lift"]["orders"]
    counted = told["people"]["closed"]
    if orders is None and not counted:
        return words("Nothing can be said yet: no person's window has closed.")
    if orders is None:
        return words(
            "{n} people counted, {a} orders a hundred against {b} in the holdout: too few for an interval.",
            n=words.number(counted),
            a=words.number(100 * (told["lift"]["rate_treated"] or 0), 1),
            b=words.number(100 * (told["lift"]["rate_holdout"] or 0), 1),
        )
    low, high = words.number(orders["low"]), words.number(orders["high"])
    if told["lift"]["proven"]:
        said = words("Proven: between {low} and {high} orders that would not have happened.", low=low, high=high)
    elif orders["high"] < 0:
        said = words(
            "Proven: the campaign cost between {low} and {high} orders.",
            low=words.number(-orders["high"]),
            high=words.number(-orders["low"]),
        )
    else:
        said = words("Not proven: between {low} and {high} orders.", low=low, high=high)
    return f"{words('SANDBOX')} · {said}" if told["sandbox"] else said


def _sentences(told: Mapping[str, Any]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """What was learned and what is not known, in both languages, from the figures alone."""
    learned: list[dict[str, str]] = []
    unknown: list[dict[str, str]] = []

    def say(into: list[dict[str, str]], message: str, **values: Any) -> None:
        into.append(
            {
                x: load(x)(message, **{k: v(load(x)) if callable(v) else v for k, v in values.items()})
                for x in ("fr", "en")
            }
        )

    rated = [a for a in told["by_angle"] if a["rate"]]
    if len(rated) > 1:
        best, worst = rated[0], rated[-1]
        apart = best["rate"]["low"] > worst["rate"]["high"]
        message = (
            "The angle “{best}” is answered more often than “{worst}”: {b} against {w}."
            if apart
            else "No angle stands out: from “{best}” ({b}) to “{worst}” ({w}), the intervals overlap."
        )
        say(
            learned if apart else unknown,
            message,
            best=lambda w: said(w, "angle", best["angle"]),
            worst=lambda w: said(w, "angle", worst["angle"]),
            b=lambda w: w.percent(best["rate"]["estimate"], 1),
            w=lambda w: w.percent(worst["rate"]["estimate"], 1),
        )
    for group in told["by_audience"]:
        if group["proven"]:
            say(
                learned,
                "Proven among “{name}”: at least {low} more orders.",
                name=lambda w, g=group: w.text(g["name"]),
                low=lambda w, g=group: w.percent(g["relative"]["low"], 0, sign=True),
            )
    if told["gate"]["opened"]:
        say(learned, "Choosing for each person beats one message for all.")
    elif told["gate"]["n"]:
        say(
            learned,
            "Choosing for each person is not proven better than one message for all: the best one goes to most, a share stays with chance.",
        )
    silent = [g for g in told["by_audience"] if not g["proven"] and g["relative"]]
    few = [g for g in told["by_audience"] if not g["relative"]]
    if few:
        say(
            unknown,
            "Whether the campaign moved {names}: too few people with an order yet.",
            names=lambda w: ", ".join(w.text(g["name"]) for g in few),
        )
    if silent:
        say(
            unknown,
            "Whether the campaign moved {names}: their intervals contain zero.",
            names=lambda w: ", ".join(w.text(g["name"]) for g in silent),
        )
    if not told["lift"]["proven"]:
        say(
            unknown,
            "Whether the campaign caused any order: about {n} people would settle it.",
            n=lambda w: w.number(told["power"]["people_needed"]),
        )
    say(unknown, "Whether the extra orders come back later: each person is followed for her window only.")
    if told["split"]["alarm"]:
        say(unknown, "Whether the lift can be read at all: the two groups are not as large as they were drawn.")
    if told["sandbox"]:
        say(unknown, "What a real town would do: the simulation knows no rain, no rival and no boredom.")
    return learned, unknown
