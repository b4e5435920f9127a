"""Size: how long a field may be where it is shown, as the platform counts, and what a text message costs."""

from __future__ import annotations

from gale.creative.checks.context import Context, shortened
from gale.creative.lengths import LIMITS, as_sent, measure
from gale.creative.sms import message
from gale.records.creative import Finding


def sized(c: Context, text: str, slot: str, placement: str) -> list[Finding]:
    """Length of a whole field, or of a slot that is a part of one."""
    limits = limit_of(placement, slot)
    if limits is None:
        return []
    warn, refuse = limits
    text = as_sent(text, placement)
    count = measure(text, placement)
    found = []
    if placement == "sms" and (sent := message(text)).odd:
        found.append(c.warning("sms.alphabet", slot, sent.odd, text, segments=sent.segments))
    if count > refuse:
        shorter = shortened(text, refuse, placement)
        found.append(c.finding("length.over", slot, text, shorter, count=count, limit=refuse))
    elif count > warn:
        shorter = shortened(text, warn, placement)
        found.append(c.warning("length.long", slot, text, shorter, count=count, limit=warn))
    return found


def limit_of(placement: str, slot: str) -> tuple[int, int] | None:
    """(warn above, refuse above) of a field, or of the field a slot is part of."""
    return LIMITS.get((placement, slot)) or LIMITS.get((placement, _FIELD_OF.get((placement, slot), "")))


CODES = ("length.over", "length.long")
SOURCES = {"sms.alphabet": "3GPP TS 23.038, 6.2.1"}

_FIELD_OF = {
    ("banner", "line"): "text", ("banner", "tail"): "text", ("email", "opening"): "body", ("email", "middle"): "body",
    ("email", "closing"): "body", ("post", "opener"): "post", ("post", "story"): "post", ("post", "line"): "post",
    ("kettle", "line"): "text", ("kettle", "tail"): "text", ("meta", "line"): "text", ("meta", "tail"): "text",
    ("tiktok", "opener"): "text", ("tiktok", "line"): "text", ("linkedin", "line"): "intro", ("linkedin", "tail"): "intro",
    ("sms", "opener"): "text", ("sms", "line"): "text", ("sms", "tail"): "text", ("push", "line"): "text",
    ("push", "tail"): "text",
}  # fmt: skip
