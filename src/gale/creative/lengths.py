"""How long a text may be: one limit a field of a placement, counted the way the platform counts.

Sources: e-mail subject and preheader by what common clients show (RFC 5322, 2.1.1 allows 78 characters a line); X
counts weighted characters, 280 in all with 23 a link (developer documentation, "Counting characters"); banners by the
layouts of `media/`; Google responsive search ads 30 a headline (3 to 15) and 90 a description (2 to 4), Meta feed ads
125 shown of 2,200 and 40 a headline, TikTok in-feed ads 100, LinkedIn sponsored content 150 shown and 70 a headline
(each from the platform's own advertising help, read November 2026); text messages by `sms`; push titles and bodies by
what a lock screen shows on Android and iOS.
"""

from __future__ import annotations

import math
import re

from gale.creative.sms import message, simplified

SMS_REST = 36  # what the sender adds: a short link, and how to stop (CPCE, art. L34-5)
LINK = 24  # a link as X counts it, and the space before it
_TWICE = re.compile(r"[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")  # what X counts as two

LIMITS: dict[tuple[str, str], tuple[int, int]] = {
    ("email", "subject"): (60, 78),
    ("email", "preheader"): (100, 110),
    ("email", "body"): (900, 2000),
    ("email", "cta"): (30, 40),
    ("banner", "headline"): (40, 40),
    ("banner", "text"): (90, 90),
    ("banner", "cta"): (24, 30),
    ("banner", "legal"): (90, 160),
    ("post", "post"): (280 - LINK, 280 - LINK),
    ("post", "cta"): (24, 30),
    ("search", "headline_1"): (30, 30),
    ("search", "headline_2"): (30, 30),
    ("search", "headline_3"): (30, 30),
    ("search", "description_1"): (90, 90),
    ("search", "description_2"): (90, 90),
    ("meta", "headline"): (40, 40),
    ("meta", "text"): (125, 2200),
    ("tiktok", "text"): (100, 100),
    ("tiktok", "overlay"): (30, 40),
    ("linkedin", "headline"): (70, 70),
    ("linkedin", "intro"): (150, 600),
    ("sms", "text"): (160 - SMS_REST, 160 - SMS_REST),
    ("push", "title"): (40, 50),
    ("push", "text"): (120, 178),
    ("kettle", "title"): (40, 50),
    ("kettle", "text"): (110, 120),
}
"""(placement, field): (warn above, refuse above), in characters; a post's limit leaves room for its link."""


def as_sent(text: str, placement: str) -> str:
    """The text as the placement sends it: a text message has typewriter signs, which leave it in its cheaper alphabet.

    >>> as_sent("L’eau chante…", "sms"), as_sent("L’eau chante…", "push")
    ("L'eau chante...", 'L’eau chante…')
    """
    return simplified(text) if placement == "sms" else text


def measure(text: str, placement: str) -> int:
    """Characters as the placement counts them; a text message in another alphabet fills its segment sooner.

    >>> measure("café ☕", "post"), measure("café ☕", "email"), measure("fête", "sms")
    (7, 6, 10)
    """
    if placement == "sms":
        sent = message(text)
        return sent.units if sent.alphabet == "GSM-7" else math.ceil(sent.units * 160 / 70)
    return len(text) + (len(_TWICE.findall(text)) if placement == "post" else 0)
