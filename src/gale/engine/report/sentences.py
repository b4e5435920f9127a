"""The report in sentences: the finding, what was learned, what is not known; from the figures alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gale.adapters.words import load
from gale.engine.report.plain import said
from gale.words import Words

Say = Callable[..., None]


def headline(told: Mapping[str, Any], words: Words) -> str:
    """The finding in one sentence, also when it is "not proven" or may not be read."""
    found = _finding(told, words)
    return f"{words('SANDBOX')} · {found}" if told["sandbox"] else found


def _finding(told: Mapping[str, Any], words: Words) -> str:
    lift, counted = told["lift"], told["people"]["closed"]
    orders, money = lift["orders"], lift["money"]
    if lift["stopped"]:
        return words("Withheld: an alarm says that the two groups must not be compared.")
    if orders is None and not counted:
        return words("Nothing can be said yet: no person's window has closed.")
    if orders is None:
        return words(
            "{n} people counted, {a} orders a hundred against {b} in the holdout: too few for an interval.",
            n=words.number(counted),
            a=words.number(100 * (lift["rate_treated"] or 0), 1),
            b=words.number(100 * (lift["rate_holdout"] or 0), 1),
        )
    low, high = words.number(orders["low"]), words.number(orders["high"])
    if lift["proven"]:
        first = words("Proven: between {low} and {high} orders that would not have happened.", low=low, high=high)
    elif lift["harm"]:
        first = words(
            "Proven: the campaign cost between {low} and {high} orders.",
            low=words.number(-orders["high"]),
            high=words.number(-orders["low"]),
        )
    else:
        first = words("Not proven: between {low} and {high} orders.", low=low, high=high)
    if money is None:
        return first
    currency = told["cost"]["currency"]
    ends = {k: words.money(money[k] / 100, currency, 0) for k in ("low", "high")}
    second = (
        "In margin: between {low} and {high}." if lift["money_kind"] == "margin" else "In revenue: {low} to {high}."
    )
    return f"{first} {words(second, **ends)}"


def sentences(told: Mapping[str, Any]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """What was learned and what is not known, in both languages."""
    learned: list[dict[str, str]] = []
    unknown: list[dict[str, str]] = []

    def into(where: list[dict[str, str]]) -> Say:
        def say(message: str, **values: Any) -> None:
            filled = {x: {k: v(load(x)) if callable(v) else v for k, v in values.items()} for x in ("fr", "en")}
            where.append({x: load(x)(message, **filled[x]) for x in ("fr", "en")})

        return say

    know, ask = into(learned), into(unknown)
    _ruled_out(told, know)
    _angles(told, know, ask)
    _audiences(told, know, ask)
    _gate(told, know)
    _open(told, ask)
    return learned, unknown


def _ruled_out(told: Mapping[str, Any], say: Say) -> None:
    """A result that proves nothing still rules something out, and says so as plainly."""
    lift, above = told["lift"], told["power"]["ruled_out_above"]
    if lift["proven"] or above["relative"] is None or above["orders"] is None:
        return
    currency = told["cost"]["currency"]
    if lift["harm"]:
        say("The campaign did harm: any gain is ruled out.")
    elif above["money"] is None:
        say(
            "A lift above {high} is ruled out: at most {orders} orders.",
            high=lambda w: w.percent(above["relative"], 0, sign=True),
            orders=lambda w: w.number(above["orders"]),
        )
    else:
        say(
            "A lift above {high} is ruled out: at most {orders} orders, and at most {money}.",
            high=lambda w: w.percent(above["relative"], 0, sign=True),
            orders=lambda w: w.number(above["orders"]),
            money=lambda w: w.money(above["money"] / 100, currency, 0),
        )


def _angles(told: Mapping[str, Any], know: Say, ask: Say) -> None:
    rated = [a for a in told["by_angle"] if a["rate"]]
    for angle in rated:
        if angle["verdict"] in ("proven", "harm"):
            better = angle["verdict"] == "proven"
            know(
                "Proven: the angle “{name}” is answered more often than the others together."
                if better
                else "Proven: the angle “{name}” is answered less often than the others together.",
                name=lambda w, a=angle: said(w, "angle", a["angle"]),
            )
    if len(rated) > 1 and all(a["verdict"] not in ("proven", "harm") for a in rated):
        best, worst = rated[0], rated[-1]
        ask(
            "Which angle is answered best: from “{best}” ({b}) to “{worst}” ({w}), none is told apart.",
            best=lambda w: said(w, "angle", best["angle"]),
            worst=lambda w: said(w, "angle", worst["angle"]),
            b=lambda w: w.percent(best["rate"]["estimate"], 1),
            w=lambda w: w.percent(worst["rate"]["estimate"], 1),
        )


def _audiences(told: Mapping[str, Any], know: Say, ask: Say) -> None:
    for group in told["by_audience"]:
        if group["verdict"] == "proven" and group["relative"]:
            know(
                "Proven among “{name}”: at least {low} more orders.",
                name=lambda w, g=group: w.text(g["name"]),
                low=lambda w, g=group: w.percent(g["relative"]["low"], 0, sign=True),
            )
        elif group["verdict"] == "harm" and group["relative"]:
            know(
                "Proven harm among “{name}”: at least {high} fewer orders.",
                name=lambda w, g=group: w.text(g["name"]),
                high=lambda w, g=group: w.percent(-g["relative"]["high"], 0),
            )
    for verdict, message in (
        ("few", "Whether the campaign moved {names}: too few people with an order yet."),
        ("not_apart", "Whether the campaign moved {names}: their intervals contain zero."),
    ):
        names = [g["name"] for g in told["by_audience"] if g["verdict"] == verdict]
        if names:
            ask(message, names=lambda w, n=names: ", ".join(w.text(x) for x in n))


def _gate(told: Mapping[str, Any], know: Say) -> None:
    if told["gate"]["opened"]:
        know("Choosing for each person beats one message for all.")
    elif told["gate"]["n"]:
        know(
            "Choosing for each person is not proven better than one message for all: the best one goes to most, a share stays with chance."
        )


def _open(told: Mapping[str, Any], ask: Say) -> None:
    lift = told["lift"]
    if lift["stopped"]:
        ask("What the campaign caused: the figures are withheld until the alarm is explained.")
    elif not (lift["proven"] or lift["harm"]):
        ask(
            "Whether the campaign caused any order: about {n} people would settle it.",
            n=lambda w: w.number(told["power"]["people_needed"]),
        )
    ask("Whether the extra orders come back later: each person is followed for her window only.")
    if told["sandbox"]:
        ask("What a real town would do: the simulation knows no rain, no rival and no boredom.")


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
