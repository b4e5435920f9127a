"""How likely a short text is to be in a language, by py3langid (naive Bayes over byte n-grams: Lui and Baldwin,
*langid.py*, ACL 2012); its model ships in its package."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

AMONG = ("fr", "en", "de", "es", "it", "nl", "pt")
"""Languages that a phrase is told apart from: those in which somebody is likely to have written it by mistake."""


def odds_of(code: str) -> Callable[[str], float]:
    """The function that says how likely a text is to be in this language, 0 to 1; 1 where the model does not know it."""
    return partial(_odds, code)


@lru_cache(maxsize=16_384)
def _odds(code: str, text: str) -> float:
    among = AMONG if code in AMONG else tuple(sorted({*AMONG, code}))
    return float(dict(_identifier(among).rank(text)).get(code, 1.0))


@cache
def _identifier(among: tuple[str, ...]) -> Any:
    import py3langid.langid as langid  # the model takes a moment, and most commands check no phrase

    model = Path(langid.MODEL_DIR) / langid.MODEL_FILE
    made = langid.LanguageIdentifier.from_modelpath(model, norm_probs=True)
    made.set_languages([language for language in among if language in made.labels])
    return made
