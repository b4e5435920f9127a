"""What the Proposals page shows. Money in whole units of the currency, times ms UTC; "no data" is `None`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One group of rules for one phrase. `state`: ok, warn; `said` is what is to be looked at again."""

    name: str
    state: str
    said: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a phrase is refused: its rule, in words, and what would pass (`take`: it does pass, as it is)."""

    code: str
    title: str
    said: str
    passes: str = ""
    take: bool = False

    @property
    def more(self) -> bool:
        """Whether what would pass is still to be told: many sentences say it themselves."""
        return bool(self.passes) and self.passes not in self.said


@dataclass(frozen=True)
class Waiting:
    """A phrase that waits to be read. `parts` are its text with what was found marked: (text, marked); `wish` is what
    was asked for, in a person's words, where it was."""

    id: str
    text: str
    locale: str
    placement: str
    slot: str
    angle: str
    original: str
    length: int
    longest: int
    nearest: str
    overlap: float
    checks: tuple[Check, ...] = ()
    why: tuple[Reason, ...] = ()
    parts: tuple[tuple[str, bool], ...] = ()
    wish: str = ""

    @property
    def warned(self) -> bool:
        return any(c.state == "warn" for c in self.checks)


@dataclass(frozen=True)
class Typed:
    """A person's version while she writes it: what the checks say of it."""

    id: str
    text: str
    length: int
    longest: int
    why: tuple[Reason, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class LastCall:
    """The last call. `state` as in `records.proposal.Call`; `problem` in words."""

    model: str
    here: bool
    by: str
    time: int
    seconds: float
    cost: float
    read: int
    written: int
    placement: str
    slot: str
    examples: int
    state: str
    problem: str = ""


@dataclass(frozen=True)
class Lock:
    """A slot: open, or closed and why (a fixed slot's name, or `locked`)."""

    slot: str
    closed: str


@dataclass(frozen=True)
class Question:
    """What a call would send now: its cost at most, what is left, and the request itself."""

    at_most: float
    left: float
    address: str
    here: bool
    body: str


@dataclass(frozen=True)
class Proposals:
    """The page. `state`: none (no model), broken (it cannot be asked, `problem` says why), running (a campaign that was
    launched), asking, ready. `placements` maps each placement to its open slots."""

    campaign: str
    state: str
    model: str = ""
    problem: tuple[str, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    refused: tuple[Waiting, ...] = ()
    at: str = ""
    editing: str = ""
    typed: Typed | None = None
    call: LastCall | None = None
    notes: tuple[str, ...] = ()
    locks: tuple[Lock, ...] = ()
    placements: tuple[tuple[str, tuple[str, ...]], ...] = ()
    locales: tuple[str, ...] = ()
    angles: tuple[str, ...] = ()
    placement: str = ""
    slot: str = ""
    angle: str = ""
    locale: str = ""
    wanted: int = 8
    members: tuple[tuple[str, str], ...] = ()
    by: str = ""
    team: bool = False
    question: Question | None = None
    calls: int = 0
    proposed: int = 0
    by_rule: int = 0
    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    spent: float = 0.0
    budget: float = 0.0
    currency: str = "EUR"
    unwritten: int = 0
    seconds: float = 0.0
    patience: float = 60.0

    @property
    def position(self) -> int:
        """The place of the phrase that is open, from 1; 0 where none is."""
        return next((i for i, w in enumerate(self.waiting, 1) if w.id == self.at), 0)

    @property
    def before(self) -> str:
        return self.waiting[self.position - 2].id if self.position > 1 else ""

    @property
    def after(self) -> str:
        return self.waiting[self.position].id if 0 < self.position < len(self.waiting) else ""
