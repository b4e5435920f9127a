"""The compiled kernel and numpy choose alike, number for number: what one machine decided, any other makes again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gale.decision import kernel

pytestmark = pytest.mark.skipif(not kernel.COMPILED, reason="the kernel was not compiled here: numpy serves alone")

# Few distinct numbers, so that ties between arms are common; and some that no binary fraction holds exactly.
COARSE = np.array([-1, -0.5, 0, 0, 0.5, 1], dtype=np.float32)
FINE = np.array([0.1, -0.3, 1e-7, 1 / 3, -2 / 3, 0.7, 12345.678], dtype=np.float32)


@st.composite
def pools(draw):
    m, t, d, k = (draw(st.integers(*span)) for span in ((1, 70), (0, 5), (1, 6), (1, 9)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = draw(st.sampled_from([COARSE, FINE]))
    draws = rng.choice(values, (m, t, d if t else 0)).astype(np.float32)
    member = rng.integers(0, 2, (k, t)).astype(np.uint8)
    own = rng.choice(values, (m, k)) if draw(st.booleans()) else None
    asked = draw(st.booleans())
    worth = rng.choice(np.array([0, 1, 1.3], dtype=np.float32), k) if asked else None
    charge = rng.choice(values, k) if asked else None
    n = draw(st.integers(1, 5))
    features = rng.choice(np.concatenate([values, [0.0]]).astype(np.float64), (n, draws.shape[2]))
    allowed = rng.random((n, k)) < 0.6
    allowed[np.arange(n), rng.integers(0, k, n)] = True
    at = rng.integers(-k, m, n)
    return (draws, member, own, worth, charge), features, allowed if draw(st.booleans()) else None, at


@settings(max_examples=300, deadline=None)
@given(pools())
def test_the_compiled_kernel_and_numpy_choose_alike_ties_included(given):
    arrays, features, allowed, at = given
    compiled, plain = kernel.pool(*arrays), kernel.Plain(*arrays)
    n, k = len(features), len(arrays[1])
    for i in range(n):
        mine = None if allowed is None else allowed[i]
        assert compiled.pick(features[i], mine, int(at[i])) == plain.pick(features[i], mine, int(at[i]))
    found = []
    for pool in (compiled, plain):
        arms, wins, few = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
        counts = np.zeros((n, k))
        pool.pick_many(features, allowed, at, arms, wins)
        pool.pick_many(features, allowed, at, few, None)
        pool.count_many(features, allowed, counts)
        assert (few == arms).all()
        assert (counts[np.arange(n), arms] == wins).all()
        found.append((arms.tolist(), wins.tolist(), counts.tolist()))
    assert found[0] == found[1]


def test_of_equal_scores_the_first_arm_wins():
    own = np.zeros((40, 6), dtype=np.float32)
    own[:, [2, 4]] = 1.0
    for make in (kernel.pool, kernel.Plain):
        pool = make(np.zeros((40, 0, 0), dtype=np.float32), np.zeros((6, 0), dtype=np.uint8), own, None, None)
        assert pool.pick(np.empty(0), None, 39) == (2, 40)
        assert pool.pick(np.empty(0), np.array([True, True, False, True, True, True]), 0) == (4, 40)


def test_what_does_not_fit_is_refused_and_never_read_beyond_its_end():
    draws, member = np.ones((3, 2, 4), dtype=np.float32), np.ones((5, 2), dtype=np.uint8)
    pool = kernel.pool(draws, member, None, None, None)
    x, n = np.ones(4), np.zeros(1, dtype=np.int64)
    for wrong in (
        lambda: pool.pick(x[:3], None, 0),
        lambda: pool.pick(np.ones(8)[::2], None, 0),
        lambda: pool.pick(x, np.ones(4, dtype=bool), 0),
        lambda: pool.pick(x, np.zeros(5, dtype=bool), 0),
        lambda: pool.pick_many(x[None], None, np.array([3]), n, None),
        lambda: pool.pick_many(x[None], None, n, n[:0], None),
        lambda: pool.count_many(np.ones((2, 4)), None, np.zeros((1, 5))),
        lambda: pool.count_many(np.ones((1, 4)), np.zeros((1, 5), dtype=bool), np.zeros((1, 5))),
        lambda: kernel.pool(draws, member[:4, :1], None, None, None),
        lambda: kernel.pool(draws, member, None, np.ones(5, dtype=np.float32), None),
    ):
        with pytest.raises(ValueError):
            wrong()
    with pytest.raises(IndexError):
        pool.pick(x, None, 3)
    with pytest.raises(IndexError):
        pool.pick(x, None, -6)
    with pytest.raises(TypeError):
        pool.pick(x, None)
