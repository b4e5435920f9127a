"""One byte form for one content, whichever way it is written."""

from __future__ import annotations

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from gale.records.canonical import _nfc, canonical

text = st.text(max_size=12) | st.text(st.characters(max_codepoint=0x7F), max_size=12)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_the_quick_way_writes_what_rfc_8785_says(value):
    assert canonical(value) == rfc8785.dumps(_nfc(value))


def test_what_json_cannot_hold_exactly_is_refused_by_both_ways():
    for wrong in (2**53, float("nan"), {"a": [2**60]}):
        try:
            canonical(wrong)
        except ValueError:
            continue
        raise AssertionError(wrong)
