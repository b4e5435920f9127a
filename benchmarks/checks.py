"""How much of what a careful lawyer would stop the checks stop, and how much of what she would let pass they refuse.

The phrases of `lawyer/` were written for three of the examples by somebody who had not seen the checks: mostly indirect
ones ("your night cream may now retire"). Every second phrase was then used to widen the checks; `unseen` are the others,
which nobody fitted anything to. The peer refuses whatever has a figure or a per cent sign, which is what a form on a web
page usually does.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from gale.adapters.catalogue import load
from gale.creative import check
from gale.records.documents import Brand, Brief

ROOT = Path(__file__).parent.parent
FIGURE = re.compile(r"\d|%|€|\$|£")


def main(argv: list[str]) -> dict[str, Any]:
    return {"benchmark": "checks", **{locale: _figures(locale) for locale in ("fr", "en")}}


def _figures(locale: str) -> dict[str, float | int]:
    phrases = yaml.safe_load((ROOT / "benchmarks" / "lawyer" / f"{locale}.yaml").read_text(encoding="utf-8"))
    told: dict[str, list[bool]] = {"seen": [], "unseen": [], "let_pass": [], "peer_stopped": [], "peer_let_pass": []}
    for example, lists in phrases.items():
        brand, brief = _documents(ROOT / "examples" / example)
        for row, text in enumerate(lists["refused"]):
            told["unseen" if row % 2 else "seen"].append(_refused(text, locale, brand, brief))
            told["peer_stopped"].append(bool(FIGURE.search(text)))
        for text in lists["passes"]:
            told["let_pass"].append(not _refused(text, locale, brand, brief))
            told["peer_let_pass"].append(not FIGURE.search(text))
    shares = {name: round(sum(of) / len(of), 3) for name, of in told.items()}
    return {"phrases": sum(len(of) for of in lists_of(phrases)), **shares}


def lists_of(phrases: dict[str, dict[str, list[str]]]) -> list[list[str]]:
    return [texts for lists in phrases.values() for texts in lists.values()]


def _refused(text: str, locale: str, brand: Brand, brief: Brief) -> bool:
    """Whether a check refuses the words; how long they are does not matter here."""
    found = check(text, slot="opening", placement="email", locale=locale, brand=brand, brief=brief, catalogue=load())
    return any(f.severity == "refuse" and not f.code.startswith("length.") for f in found)


def _documents(folder: Path) -> tuple[Brand, Brief]:
    read = lambda name: yaml.safe_load((folder / name).read_text(encoding="utf-8"))  # noqa: E731
    return Brand.model_validate(read("brand.yaml")), Brief.model_validate(read("brief.yaml"))
