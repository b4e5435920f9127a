"""What the Framework page shows: one placement's letter with its margin, how many it makes, one slot's phrases."""

from __future__ import annotations

from dataclasses import dataclass

from gale.studio.views import Why


@dataclass(frozen=True)
class SlotLine:
    """One line of the script: the words that stand there, and what may stand there instead.

    `kind`: free, shut (locked or copied from the brief), core. `by` is the declared attribute it follows.
    """

    name: str
    text: str
    phrases: int
    kind: str = "free"
    by: str = ""
    here: bool = False
    pinned: bool = False


@dataclass(frozen=True)
class BankLine:
    """One phrase of the slot that is looked at. `state`: passes, refused, banned, pinned."""

    id: str
    text: str
    angle: str
    state: str
    used: int = 0
    author: str = "bank"
    why: tuple[Why, ...] = ()


@dataclass(frozen=True)
class FrameworkPage:
    """The Framework page of one placement and language."""

    campaign: str
    placement: str
    locale: str
    slot: str
    placements: tuple[str, ...]
    locales: tuple[str, ...]
    script: tuple[SlotLine, ...]
    product: int
    accepted: int
    refused: int
    alike: int
    bank: tuple[BankLine, ...]
    passing: int
    total: int
    editable: bool
    design: str = ""
    order: str = ""
    more: int = 0
