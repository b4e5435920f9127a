"""What was learned, in words of both languages: names of options, and the sentence of the day."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gale.adapters.words import load
from gale.engine.report.plain import said
from gale.measurement.learned import Contribution, Learned, Option
from gale.records.creative import Variant
from gale.words import LOCALES, NBSP, Words

Text = dict[str, str]
TOLD = 2  # findings that one sentence carries
LONGEST = 48  # signs of a phrase that is named


def sentence(of: Learned, objective: str, found: Mapping[str, Variant]) -> Text:
    """The sentence of the day. It says what is proven with its interval, or that nothing is, and never more."""
    return {x: _sentence(of, objective, found, load(x)) for x in LOCALES}


def _sentence(of: Learned, objective: str, found: Mapping[str, Variant], w: Words) -> str:
    day = of.day
    count = w.number(of.messages)
    if not of.messages:
        return w("learned.empty")
    if day.state == "early":
        return w("learned.early", n=count)
    watched = w.number(len(of.contributions))
    if day.state == "nothing":
        lead = day.leads
        if lead is None or lead.relative is None:
            return w("learned.early", n=count)
        low, high = _ends(lead, w)
        what = _what(lead, found, w)
        return w(
            "learned.nothing.over" if of.over else "learned.nothing", n=count, k=watched, what=what, low=low, high=high
        )
    if day.state == "lost":
        listed = w("learned.and").join(_what(c, found, w) for c in day.lost[:TOLD])
        findings = w("learned.and").join(_finding(c, objective, found, w) for c in day.stands[:TOLD])
        return w("learned.lost", what=listed) + (w("learned.holds", findings=findings) if day.stands else "")
    shown = day.new if day.state == "new" and not of.over else day.stands
    findings = w("learned.and").join(_finding(c, objective, found, w) for c in shown[:TOLD])
    begin = "learned.all" if of.over else "learned.new" if day.state == "new" else "learned.still"
    more = len(day.stands) - len(shown[:TOLD])
    rest = w("learned.more" if more > 1 else "learned.one_more", n=w.number(more)) if more else ""
    return w(begin, findings=findings, more=rest)


def _finding(of: Contribution, objective: str, found: Mapping[str, Variant], w: Words) -> str:
    """One proven difference: how large it seems, and between what and what it lies."""
    assert of.relative is not None
    low, high = _ends(of, w)
    side = "learned.better" if of.verdict == "proven" else "learned.worse"
    return w(
        side,
        what=_what(of, found, w),
        x=w.percent(abs(of.relative.estimate)),
        answers=said(w, "answers", objective),
        low=low,
        high=high,
    )


def _ends(of: Contribution, w: Words) -> tuple[str, str]:
    """The ends of the interval, with their signs and rounded away from each other: never in our favour."""
    assert of.relative is not None
    low, high = of.relative.low, of.relative.high
    told = []
    for end, away in ((low, math.floor), (high, math.ceil)):
        steps = 1000 if abs(end) < 0.0995 else 100
        rounded = away(end * steps) / steps
        told.append("0" if rounded == 0 else w.percent(rounded, int(steps == 1000), sign=True))
    return told[0], told[1]


def _what(of: Contribution, found: Mapping[str, Variant], w: Words) -> str:
    """What a finding is about, with the group where it is about one: "short messages among early risers"."""
    what = named(of.option, found, w)
    return w("learned.among", what=what, group=said(w, "among", of.group)) if of.group else what


def named(option: Option, found: Mapping[str, Variant], w: Words) -> str:
    """Messages that have an option, as the subject of a sentence: "messages whose hook asks a question"."""
    kind, value = option
    if w.has(f"learned.{kind}.{value}"):
        return w(f"learned.{kind}.{value}")
    if kind.startswith("slot:"):
        return w("learned.slot", slot=_title(kind, w), phrase=_quoted(phrase_of(option, found, w.locale), w))
    known = w.has(f"learned.{kind}")
    return w(
        f"learned.{kind}" if known else "learned.trait", kind=_title(kind, w), value=_quoted(said(w, kind, value), w)
    )


def about(of: Contribution, found: Mapping[str, Variant]) -> Text:
    """An option's own name, short: "question", or the phrase itself."""
    return {x: _short(of.option, found, load(x)) for x in LOCALES}


def compared_with(option: Option, found: Mapping[str, Variant]) -> Text:
    """An option that nothing could tell from another, with its kind."""
    return {x: f"{_title(option.kind, load(x))}, {_quoted(_short(option, found, load(x)), load(x))}" for x in LOCALES}


def title(kind: str) -> Text:
    """What a kind of option is called: "Angle", "Hook", "Call to action"."""
    return {x: _title(kind, load(x)) for x in LOCALES}


def group_words(group: str) -> Text:
    """A declared group's name; empty for everybody."""
    return {x: said(load(x), "among", group) if group else "" for x in LOCALES}


def _title(kind: str, w: Words) -> str:
    code = "part." + kind.replace(":", ".")
    return w(code) if w.has(code) else kind.rpartition(":")[2].replace("_", " ")


def _short(option: Option, found: Mapping[str, Variant], w: Words) -> str:
    if option.kind.startswith("slot:"):
        return phrase_of(option, found, w.locale)
    code = f"option.{option.kind}.{option.value}"
    return w(code) if w.has(code) else said(w, option.kind, option.value)


def phrase_of(option: Option, found: Mapping[str, Variant], locale: str) -> str:
    """A slot's phrase as it stands in a variant that has it, in the reader's language where there is one."""
    slot = option.kind.partition(":")[2]
    mine = [v for v in found.values() if v.phrases.get(slot) == option.value and v.slots.get(slot)]
    mine.sort(key=lambda v: (v.locale != locale, v.id))
    phrase = mine[0].slots[slot] if mine else option.value
    return phrase if len(phrase) <= LONGEST else phrase[: LONGEST - 1].rstrip() + "…"


def _quoted(phrase: str, w: Words) -> str:
    return f"«{NBSP}{phrase}{NBSP}»" if w.locale == "fr" else f"“{phrase}”"


__all__ = ["about", "compared_with", "group_words", "named", "phrase_of", "sentence", "title"]
