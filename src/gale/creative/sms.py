"""What a text message costs: its alphabet decides how much one segment holds.

Sources: 3GPP TS 23.038 (GSM 7-bit default alphabet and its extension table), TS 23.040, 9.2.3.24.1 (concatenation):
160 septets alone or 153 in each of several segments; one character outside the alphabet makes the whole message UCS-2,
70 alone or 67 each. French ê, ç, ô, œ, ’ and « are outside.
"""

from __future__ import annotations

from typing import Literal

import msgspec

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "^{}\\[~]|€"  # two septets each
_PLAIN = str.maketrans(
    {
        "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "„": '"', "…": "...", "–": "-", "−": "-", "‑": "-",
        "\u00a0": " ", "\u202f": " ", "œ": "oe", "Œ": "OE",
    }
)  # fmt: skip


class Message(msgspec.Struct, frozen=True):
    """How a text goes out: `units` are septets (GSM-7) or 16-bit units (UCS-2), `odd` the characters that force UCS-2."""

    alphabet: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int
    odd: str


def message(text: str) -> Message:
    """Alphabet, units and segments of a text.

    >>> message("Un café vous attend").alphabet, message("Une fête, ça se prépare").odd
    ('GSM-7', 'êç')
    >>> message("a" * 161).segments, message("ô" * 71).segments, message("10 €").units
    (2, 2, 5)
    """
    odd = "".join(dict.fromkeys(c for c in text if c not in _BASIC and c not in _EXTENDED))
    if odd:
        units = len(text.encode("utf-16-le")) // 2
        return Message("UCS-2", units, 1 if units <= 70 else -(-units // 67), odd)
    units = len(text) + sum(c in _EXTENDED for c in text)
    return Message("GSM-7", units, 1 if units <= 160 else -(-units // 153), "")


def simplified(text: str) -> str:
    """The text with typewriter signs where only the typography is outside the alphabet; letters keep their accents.

    >>> print(simplified("L’idée… « rien » ne presse"))
    L'idée... " rien " ne presse
    """
    return text.replace("«\u00a0", '"').replace("\u00a0»", '"').translate(_PLAIN)
