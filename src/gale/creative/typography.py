"""Typography of running text: apostrophes, quotation marks, spaces, ligatures.

French after the Lexique des règles typographiques en usage à l'Imprimerie nationale; English with curly quotes.
"""

from __future__ import annotations

import re
import unicodedata

NBSP = "\u00a0"
NNBSP = "\u202f"

# Inverted commas of languages without a hand of their own here (Unicode CLDR 46, delimiters); others as in English.
_QUOTES = {"de": "„“", "es": "«»", "it": "«»", "nl": "‘’", "pt": "“”", "pl": "„”", "cs": "„“", "sv": "””", "da": "“”"}
_DIGIT = re.compile(r"\d")
_LIGATURES = re.compile(
    r"\b(c|ch|m|n|s|v|b)?(oe)(ur|urs|uvre|uvres|il|ud|uds|uf|ufs|u|ux|urer|uvrer|illet|illets)\b", re.IGNORECASE
)


def typeset(text: str, language: str) -> str:
    """The text with the language's typography; applying it twice changes nothing more.

    >>> typeset("L'idee, c'est \\"oui\\" : 20 % de coeur ?", "fr").replace(NBSP, "~").replace(NNBSP, "_")
    'L’idee, c’est «~oui~»~: 20~% de cœur_?'
    >>> typeset("It's a \\"yes\\"...", "en")
    'It’s a “yes”…'
    """
    text = unicodedata.normalize("NFC", text).strip()
    text = text.replace("...", "…").replace("'", "’").replace("‘", "’")
    if "  " in text:
        text = re.sub(r" {2,}", " ", text)
    return _french(text) if language == "fr" else _others(text, _QUOTES.get(language, "“”"))


def _french(text: str) -> str:
    # Most phrases hold few of these signs: looking first keeps a thousand variants under a second.
    if '"' in text:
        text = re.sub(r'"([^"\n]*)"', lambda m: f"«{m.group(1).strip()}»", text)
    if "«" in text or "»" in text:
        text = re.sub(r"«\s*", f"«{NBSP}", text)
        text = re.sub(r"\s*»", f"{NBSP}»", text)
    if ";" in text or "!" in text or "?" in text:
        text = re.sub(r"(?<=[^\s:;!?«])[ \u00a0\u202f]*([;!?])(?!\S*=)", f"{NNBSP}\\1", text)
    if ":" in text:
        text = re.sub(r"(?<=\S)[ \u00a0\u202f]*:(?=[\s\u00a0]|$)", f"{NBSP}:", text)
    if _DIGIT.search(text):
        text = re.sub(r"(?<=\d)[ \u00a0\u202f]*([%€$£])", f"{NBSP}\\1", text)
        text = re.sub(r"(?<=\d)[ \u00a0](?=\d{3}\b)", NNBSP, text)
        text = re.sub(r"(?<=\d) (?=(?:g|kg|ml|cl|l|cm|mm|km|h|min|ans|jours)\b)", NBSP, text)
    return _LIGATURES.sub(_ligature, text) if "oe" in text or "Oe" in text else text


def _ligature(match: re.Match[str]) -> str:
    return (match.group(1) or "") + ("Œ" if match.group(2)[0] == "O" else "œ") + match.group(3)


def _others(text: str, quotes: str) -> str:
    if '"' in text:
        text = re.sub(r'"([^"\n]*)"', rf"{quotes[0]}\1{quotes[1]}", text)
    if not _DIGIT.search(text):
        return text
    return re.sub(r"(?<=\d) (?=(?:g|kg|ml|cl|l|cm|mm|km|oz|lb)\b)", NBSP, text)


def capital(text: str) -> str:
    """The text with a capital first letter, the rest as it is.

    >>> capital("école du soir"), capital("’tis")
    ('École du soir', '’tis')
    """
    return text[:1].upper() + text[1:]
