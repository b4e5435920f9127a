"""A learner's state as bytes: what a restart, another server and a later Gale read."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from gale.decision.change import Front
from gale.decision.learner import Arm, Learner, Prior
from gale.decision.spans import Spans, width_for
from gale.decision.tally import Tally
from gale.records.documents import FeatureSpec, PolicyLimits
from gale.records.faults import Faults

FORM = 2  # 2 brought time, fronts, newcomers and a prior; what was stored in form 1 reads on as one stretch of time


class _Form(msgspec.Struct):
    form: int


class _Sums(msgspec.Struct, frozen=True):
    gram: bytes
    cross: bytes
    squares: bytes


class _State(msgspec.Struct, frozen=True, kw_only=True):
    arms: tuple[Arm, ...]
    specs: list[Mapping[str, object]]
    limits: Mapping[str, object]
    seed: int
    ids: tuple[str, ...]
    size: int
    width: int
    ticks: bytes
    counts: bytes
    sums: bytes
    epochs: dict[int, _Sums]
    fronts: tuple[Front, ...]
    joined: tuple[str, ...]
    prior: Prior | None
    form: int = FORM


class _First(msgspec.Struct, frozen=True, kw_only=True):
    """Form 1."""

    arms: tuple[Arm, ...]
    specs: list[Mapping[str, object]]
    limits: Mapping[str, object]
    seed: int
    ids: tuple[str, ...]
    size: int
    gram: bytes
    cross: bytes
    squares: bytes


def to_bytes(learner: Learner) -> bytes:
    """The state, to be stored; `from_bytes` reads it back exactly."""
    spans = learner.spans
    state = _State(
        arms=learner.arms,
        specs=[s.model_dump() for s in learner.specs],
        limits=learner.limits.model_dump(),
        seed=learner.seed,
        ids=spans.arms,
        size=spans.size,
        width=spans.width,
        ticks=spans.ticks.astype("<i8").tobytes(),
        counts=spans.counts.astype("<f8").tobytes(),
        sums=spans.sums.astype("<f8").tobytes(),
        epochs={e: _packed(t.ordered(spans.arms)) for e, t in spans.epochs.items()},
        fronts=learner.fronts,
        joined=learner.joined,
        prior=learner.prior,
    )
    return msgspec.msgpack.encode(state)


def from_bytes(data: bytes) -> Learner:
    """Raises `Faults` `learner.newer` (a later Gale wrote it), `learner.unreadable`."""
    try:
        form = msgspec.msgpack.decode(data, type=_Form).form
        if form > FORM:
            raise Faults.one("learner.newer", found=form, known=FORM)
        state = _renewed(msgspec.msgpack.decode(data, type=_First)) if form == 1 else _read(data)
        k = len(state.ids)
        spans = Spans(
            state.width,
            state.ids,
            np.frombuffer(state.ticks, dtype="<i8").astype(np.intp),
            np.frombuffer(state.counts, dtype="<f8").reshape(-1, k),
            np.frombuffer(state.sums, dtype="<f8").reshape(-1, k),
            {e: _tally(state.ids, state.size, sums) for e, sums in sorted(state.epochs.items())},
            state.size,
        )
    except (msgspec.DecodeError, ValueError) as problem:
        raise Faults.one("learner.unreadable", problem=str(problem)) from problem
    specs = tuple(FeatureSpec.model_validate(s) for s in state.specs)
    limits = PolicyLimits.model_validate(state.limits)
    return Learner(state.arms, specs, limits, state.seed, spans, tuple(sorted(state.fronts)), state.joined, state.prior)


def _read(data: bytes) -> _State:
    return msgspec.msgpack.decode(data, type=_State)


def _renewed(first: _First) -> _State:
    """Form 1 as form 2: everything in the first stretch of time."""
    sums = _Sums(first.gram, first.cross, first.squares)
    tally = _tally(first.ids, first.size, sums)
    limits = PolicyLimits.model_validate(first.limits)
    return _State(
        arms=first.arms,
        specs=first.specs,
        limits=first.limits,
        seed=first.seed,
        ids=first.ids,
        size=first.size,
        width=width_for(limits.live_max, first.size),
        ticks=np.zeros(1, dtype="<i8").tobytes(),
        counts=tally.counts.astype("<f8").tobytes(),
        sums=tally.sums.astype("<f8").tobytes(),
        epochs={0: sums},
        fronts=(),
        joined=(),
        prior=None,
    )


def _packed(tally: Tally) -> _Sums:
    return _Sums(
        tally.gram.astype("<f8").tobytes(), tally.cross.astype("<f8").tobytes(), tally.squares.astype("<f8").tobytes()
    )


def _tally(ids: tuple[str, ...], size: int, sums: _Sums) -> Tally:
    k = len(ids)
    return Tally(
        ids,
        np.frombuffer(sums.gram, dtype="<f8").reshape(k, size, size),
        np.frombuffer(sums.cross, dtype="<f8").reshape(k, size),
        np.frombuffer(sums.squares, dtype="<f8").reshape(k),
    )
