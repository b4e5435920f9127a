"""From what is known of a person to the numbers a model looks at."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gale.records.documents import FeatureSpec
from gale.records.people import Scalar

CLIP = 3.0


class FeatureEncoder:
    """Encodes declared attributes as a vector of `size` float64 numbers; the first is always 1 (the intercept).

    A number takes two places: `(x - centre) / scale` clipped to ±3, and 1 where it is missing (then the first is 0). A
    category takes one place a declared value, and a last one for "missing or never declared". Missing, `None`, text
    where a number is due, NaN and infinity all count as missing: nothing that a person or a caller sends can make a
    vector with a hole in it.

    >>> encoder = FeatureEncoder([
    ...     FeatureSpec(name="rhythm", kind="category", values=["early", "late"]),
    ...     FeatureSpec(name="months", kind="number", centre=12, scale=6),
    ... ])
    >>> encoder.names
    ('', 'rhythm=early', 'rhythm=late', 'rhythm=?', 'months', 'months=?')
    >>> encoder.encode({"rhythm": "late", "months": 18}).tolist()
    [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]
    >>> encoder.encode({"rhythm": "noon", "months": float("nan")}).tolist()
    [1.0, 0.0, 0.0, 1.0, 0.0, 1.0]
    """

    def __init__(self, specs: Sequence[FeatureSpec]) -> None:
        self.specs = tuple(specs)
        names = [""]
        # One row a spec: (attribute, first place, centre, 1 / scale, values or None for a number)
        plan: list[tuple[str, int, float, float, dict[str, int] | None]] = []
        for spec in specs:
            first = len(names)
            if spec.kind == "number":
                plan.append((spec.name, first, spec.centre, 1 / spec.scale, None))
                names += [spec.name, f"{spec.name}=?"]
            else:
                values = list(dict.fromkeys(spec.values))
                plan.append((spec.name, first, 0.0, 1.0, {v: first + i for i, v in enumerate(values)}))
                names += [f"{spec.name}={v}" for v in values] + [f"{spec.name}=?"]
        self.names = tuple(names)
        self._plan = plan

    @property
    def size(self) -> int:
        return len(self.names)

    def encode(self, attributes: Mapping[str, Scalar]) -> NDArray[np.float64]:
        """The vector of one person, shape `(size,)`; raises nothing."""
        x = [0.0] * len(self.names)
        x[0] = 1.0
        get = attributes.get
        for name, first, centre, inverse, values in self._plan:
            raw = get(name)
            if values is None and type(raw) is float:
                value = (raw - centre) * inverse
                if -CLIP <= value <= CLIP:  # the usual case, and never NaN
                    x[first] = value
                    continue
            if values is not None:
                place = None if raw is None else values.get(_text(raw))
                x[first + len(values) if place is None else place] = 1.0
                continue
            number = _number(raw)
            if number is None:
                x[first + 1] = 1.0
            else:
                x[first] = min(CLIP, max(-CLIP, (number - centre) * inverse))
        return np.array(x, dtype=np.float64)

    def encode_many(self, people: Sequence[Mapping[str, Scalar]]) -> NDArray[np.float64]:
        """The vectors of many people, shape `(n, size)`."""
        return np.array([self.encode(p) for p in people], dtype=np.float64).reshape(len(people), self.size)


def _text(raw: Scalar) -> str:
    """Categories are text: `True` is "true", 3 and 3.0 are "3", as a person would write them in YAML."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw)


def _number(raw: Scalar) -> float | None:
    if raw is None or isinstance(raw, str):
        return None
    try:
        number = float(raw)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
