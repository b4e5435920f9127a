"""How long a text may be: one limit a field of a placement, counted the way the platform counts.

Sources: e-mail subject and preheader by what common clients show (RFC 5322, 2.1.1 allows 78 characters a line); X
counts weighted characters, 280 in all with 23 a link (developer documentation, "Counting characters"); banners by the
layouts of `media/`.
"""

from __future__ import annotations

import re

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
    ("post", "post"): (280 - LINK, 280 - LINK),
    ("post", "cta"): (24, 30),
    ("kettle", "title"): (40, 50),
    ("kettle", "text"): (110, 120),
}
"""(placement, field): (warn above, refuse above), in characters; a post's limit leaves room for its link."""


def measure(text: str, placement: str) -> int:
    """Characters as the placement counts them.

    >>> measure("café ☕", "post"), measure("café ☕", "email")
    (7, 6)
    """
    return len(text) + (len(_TWICE.findall(text)) if placement == "post" else 0)
