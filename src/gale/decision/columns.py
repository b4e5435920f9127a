"""Columns of a foreign log as features: what is a number, what is a category, what is missing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none"})
FEW = 10  # a number with so few different values is treated as a category as well
MOST_LEVELS = 30  # the most frequent levels of a category get a place each; the others share one
RARE = 0.005  # a level below this share of the rows joins the others
SKEWED = 2.0  # a non-negative number more skewed than this is taken as log(1 + x)


def number(text: str) -> float | None:
    """The finite number in a cell, or `None`; `true` and `false` are 1 and 0.

    >>> number("1e3"), number("inf"), number("true"), number("x")
    (1000.0, None, 1.0, None)
    """
    plain = text.strip().lower()
    if plain in ("true", "false"):
        return float(plain == "true")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def encode(features: Mapping[str, Sequence[str]]) -> tuple[Floats, tuple[str, ...]]:
    """All columns as one matrix `(n, d)` whose first column is 1, and the name of each place.

    Only the columns themselves are looked at, never an outcome, so that encoding before folds are drawn leaks nothing.
    """
    rows = len(next(iter(features.values()))) if features else 0
    names = [""]
    parts: list[Floats] = [np.ones((rows, 1))]
    for name, cells in features.items():
        part, places = _column(name, cells)
        parts.append(part)
        names += places
    return np.concatenate(parts, axis=1), tuple(names)


def _column(name: str, cells: Sequence[str]) -> tuple[Floats, list[str]]:
    plain = [c.strip() for c in cells]
    known = np.array([c.lower() not in MISSING for c in plain])
    values = [number(c) if ok else None for c, ok in zip(plain, known, strict=True)]
    numeric = bool(known.any()) and all(v is not None for v, ok in zip(values, known, strict=True) if ok)
    if not numeric:
        return _levels(name, plain, known)
    present = np.array([v for v in values if v is not None])
    if len(np.unique(present)) <= FEW:
        return _levels(name, plain, known)
    column, places = _number(name, np.array([0.0 if v is None else v for v in values]), known)
    return column, places


def _number(name: str, values: Floats, known: NDArray[np.bool_]) -> tuple[Floats, list[str]]:
    """Standardised and clipped to ±3, and the same in three steps at its thirds: a bend that a line cannot make."""
    shown, label = values.copy(), name
    if values[known].min() >= 0 and _skew(values[known]) > SKEWED:
        shown, label = np.log1p(values), f"log {name}"
    centre, scale = float(shown[known].mean()), float(shown[known].std()) or 1.0
    line = np.where(known, np.clip((shown - centre) / scale, -3, 3), 0.0)
    low, high = np.quantile(shown[known], (1 / 3, 2 / 3))
    columns = [line, known & (shown <= low), known & (shown > high)]
    places = [label, f"{name} low", f"{name} high"]
    if not known.all():
        columns.append(~known)
        places.append(f"{name}=?")
    return np.column_stack(columns).astype(np.float64), places


def _levels(name: str, cells: Sequence[str], known: NDArray[np.bool_]) -> tuple[Floats, list[str]]:
    counted = Counter(c for c, ok in zip(cells, known, strict=True) if ok)
    least = max(1.0, RARE * len(cells))
    levels = [level for level, n in sorted(counted.items(), key=lambda x: (-x[1], x[0])) if n >= least][:MOST_LEVELS]
    place = {level: i for i, level in enumerate(levels)}
    found = np.array([place.get(c, len(levels)) if ok else len(levels) + 1 for c, ok in zip(cells, known, strict=True)])
    columns = (found[:, None] == np.arange(len(levels) + 2)).astype(np.float64)
    names = [f"{name}={level}" for level in levels] + [f"{name}=…", f"{name}=?"]
    used = columns.any(axis=0)
    return columns[:, used], [n for n, u in zip(names, used, strict=True) if u]


def _skew(values: Floats) -> float:
    spread = float(values.std())
    return float((((values - values.mean()) / spread) ** 3).mean()) if spread > 0 else 0.0
