"""What reached us of what happened, and when: the figures that the alarms on outcomes stand on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from gale.measurement.delays import HOUR, Delays, Later, comparable, later
from gale.records.decision import Outcome

MONTH = 30 * 24 * HOUR
LATELY = 24 * HOUR
TICK = 1_000  # ms by which a clock may be ahead without being counted


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """Outcomes that happened since the launch. Times and durations are ms.

    `last` is when the newest was received, `longest_gap` the longest silence before it (from the launch on). `ahead`
    were received before they happened (a clock is wrong), `months_late` came more than thirty days after, `twice` look
    like another one (same person, kind, instant and amount under another id). `later` compares the last day's with
    those before, as far as both could have been as slow.
    """

    n: int
    last: int | None
    longest_gap: int
    ahead: int
    months_late: int
    twice: int
    delays: Delays
    later: Later | None

    @classmethod
    def of(cls, outcomes: Iterable[Outcome], *, launched: int, now: int) -> Heard:
        """Read every outcome once (a stream is fine: none is kept); those that happened before the launch are history
        and say nothing of delays."""
        heard: list[tuple[int, int]] = []
        alike = Counter[tuple[str, str, int, int | None]]()
        for o in outcomes:
            if o.time >= launched:
                heard.append((o.time, o.received))
                if o.kind in ("order", "refund") and _exact(o):
                    alike[o.person, o.kind, o.time, o.value] += 1
        received = sorted(at for _, at in heard)
        gaps = [b - a for a, b in zip([launched, *received], received, strict=False)]
        return cls(
            n=len(heard),
            last=received[-1] if received else None,
            longest_gap=max(gaps, default=0),
            ahead=sum(time > at + TICK for time, at in heard),
            months_late=sum(at - time > MONTH for time, at in heard),
            twice=sum(n - 1 for n in alike.values()),
            delays=Delays.of(heard, now=now),
            later=later(*comparable(heard, launched=launched, lately=now - LATELY)),
        )


def _exact(outcome: Outcome) -> bool:
    """Two orders "on the 12th" may be two orders; two at the same instant are hardly."""
    return outcome.time % HOUR != 0
