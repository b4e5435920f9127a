"""The compiled pool; what it promises stands in `gale.decision.kernel.Pool`."""

from typing import Any

from numpy.typing import NDArray

Buffer = NDArray[Any]

class Pool:
    def __new__(
        cls,
        m: int,
        t: int,
        d: int,
        k: int,
        draws: Buffer,
        member: Buffer,
        own: Buffer | None,
        worth: Buffer | None,
        charge: Buffer | None,
        /,
    ) -> Pool: ...
    def pick(self, x: Buffer, allowed: Buffer | None, at: int, /) -> tuple[int, int]: ...
    def pick_many(
        self, features: Buffer, allowed: Buffer | None, at: Buffer, arms: Buffer, counts: Buffer | None, /
    ) -> None: ...
    def count_many(self, features: Buffer, allowed: Buffer | None, counts: Buffer, /) -> None: ...
