"""A contact file that was read and not yet written, as its page shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from gale.audience import IGNORE
from gale.audience.columns import DESTINATIONS, REFUSED
from gale.engine.people import Preview
from gale.records.faults import Fault
from gale.studio import views as v
from gale.words import Words

CERTAINTY = {"sure": "sure", "confirm": "ask", "ignored": "useless"}


def imported(token: str, seen: Preview, words: Words, error: str = "") -> v.Import:
    """The preview in the words of the page."""
    counts = seen.counts
    attributes = [c.becomes for c in seen.columns if c.becomes.startswith("attribute:")]
    return v.Import(
        token=token,
        file=seen.file,
        rows=counts["rows"],
        new=counts["new"],
        known=counts["known"],
        out=counts["rows"] - counts["entering"],
        may_receive=counts["may_receive"],
        columns=tuple(
            v.Column(
                name=c.column,
                samples=c.samples,
                becomes=seen.mapping.get(c.column, IGNORE),
                certainty="refused" if c.becomes == REFUSED else CERTAINTY.get(c.certainty, "useless"),
                why=words(c.why_code) if words.has(c.why_code) else "",
            )
            for c in seen.columns
        ),
        targets=(IGNORE, *DESTINATIONS, *dict.fromkeys(attributes)),
        left_out=_left_out(seen.left_out, words),
        opt_outs=counts["opt_outs"],
        asks=seen.asks,
        source=seen.told.source,
        error=error,
    )


def _left_out(faults: Sequence[Fault], words: Words) -> tuple[v.LeftOut, ...]:
    """Faults by code, the most frequent first, with the lines of the file."""
    by_code: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        by_code[fault.code].append(fault)
    return tuple(
        v.LeftOut(
            code=code,
            count=len(found),
            lines=tuple(int(f.values["line"]) for f in found if "line" in f.values),
            example=str(found[0].values.get("found", "")),
            passes=words(code, **found[0].values) if words.has(code) else "",
        )
        for code, found in sorted(by_code.items(), key=lambda x: -len(x[1]))
    )
