"""What a model may look at: data gathered under a purpose with `features: false` never enters features.

The kettle is the case: ePrivacy 5(3) lets its owner allow access to the device for the message she asked for, and for
nothing else; purpose limitation (GDPR 5(1)(b)) keeps what it told us out of segments and models.
"""

from __future__ import annotations

from collections.abc import Mapping

from gale.records.documents import Purposes
from gale.records.people import Scalar


def usable(
    attributes: Mapping[str, Scalar], purposes: Purposes, gathered: Mapping[str, str] | None = None
) -> dict[str, Scalar]:
    """Of a person's attributes, those that features, segments and models may see.

    `gathered` names the purpose under which an attribute was collected. An attribute's own name says it too, when it
    begins with the purpose and a dot (`"device_signals.last_boil"`), which is how whatever keeps a signal's data must
    name it. Attributes without either are declared facts and stay; an undeclared purpose allows nothing.

    >>> from gale.records.documents import Purpose
    >>> kettle = Purpose(id="device_signals", name={"en": "Kettle"}, basis=["consent"], notice={"en": "…"},
    ...                  value_to_customer={"en": "…"}, features=False)
    >>> usable({"rhythm": "early", "device_signals.last_boil": 6}, Purposes(schema=1, purposes=[kettle]))
    {'rhythm': 'early'}
    """
    under = gathered or {}
    kept: dict[str, Scalar] = {}
    for name, value in attributes.items():
        origins = [under[name]] if name in under else []
        if "." in name:
            origins.append(name.split(".", 1)[0])
        found = [purposes.get(origin) for origin in origins]
        if all(purpose is not None and purpose.features for purpose in found):
            kept[name] = value
    return kept
