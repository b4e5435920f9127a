"""What the Framework page shows: one placement's letter with its margin, how many it makes, one slot's phrases,
wishes."""

from __future__ import annotations

from dataclasses import dataclass, field

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
class Source:
    """Where a phrase comes from. `kind`: bank, own (a framework's), person (edited here), taken (taken in for this
    slot), model (accepted as it was written), edited (accepted in a person's words). `by` and `at` (ms UTC) say who
    accepted it and when."""

    kind: str = "bank"
    model: str = ""
    by: str = ""
    at: int = 0


@dataclass(frozen=True)
class BankLine:
    """One phrase of the slot that is looked at. `state`: passes, refused, banned, pinned.

    `used` are the accepted variants that hold it, `without` those that would be left without it; `take` names a phrase
    that was taken in, so that it can be left out again.
    """

    id: str
    text: str
    angle: str
    state: str
    length: int = 0
    used: int = 0
    without: int = 0
    source: Source = field(default_factory=Source)
    why: tuple[Why, ...] = ()
    take: str = ""


@dataclass(frozen=True)
class Editing:
    """A person's words for one phrase while she writes them: what the checks say; `checks` is how many looked."""

    id: str
    text: str
    length: int
    longest: int
    original: str = ""
    edited: bool = False
    why: tuple[Why, ...] = ()
    variants: int = 0


@dataclass(frozen=True)
class SignLine:
    """Why a phrase grants a wish, as `creative.wishes.Sign`."""

    wish: str
    kind: str
    found: str


@dataclass(frozen=True)
class OfferLine:
    """One phrase that grants a wish; `outside` as `creative.wishes.Offer`, `change` in characters against the start."""

    id: str
    text: str
    angle: str
    length: int
    change: int | None = None
    signs: tuple[SignLine, ...] = ()
    outside: str = ""
    take: str = ""
    pinned: bool = False


@dataclass(frozen=True)
class WishView:
    """What the bank has for a wish: how it was understood, the offers, and what would help where there is none."""

    asked: str
    heard: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    offers: tuple[OfferLine, ...] = ()
    lacking: tuple[str, ...] = ()
    helps: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    found: int = 0


@dataclass(frozen=True)
class CameLine:
    """One phrase that a model wrote for a wish. `status` as `records.proposal`; `change` in characters."""

    id: str
    text: str
    status: str
    length: int
    change: int | None = None
    by: str = ""
    why: tuple[Why, ...] = ()


@dataclass(frozen=True)
class AskedLine:
    """One request of today and what came back. `state` as `records.proposal.Call`; `cost` in whole units."""

    wish: str
    start: str
    placement: str
    slot: str
    locale: str
    state: str
    cost: float
    came: tuple[CameLine, ...] = ()


@dataclass(frozen=True)
class ModelView:
    """The model beside the bank. `state`: none (not connected), broken, closed (the month's money is spent; `opens`
    says when it begins anew), asking, ready. Money in whole units of `currency`; `reader` is who reads what comes."""

    state: str
    name: str = ""
    here: bool = False
    address: str = ""
    at_most: float = 0.0
    left: float = 0.0
    currency: str = "EUR"
    reader: str = ""
    opens: str = ""
    seconds: float = 0.0
    patience: float = 60.0
    problem: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class FrameworkPage:
    """The Framework page of one placement and language.

    `product` counts what could be written, `refusing` is the rule that refuses most where nothing passes, `start` the
    phrase from which a wish is asked, `unwritten` how many accepted phrases the thousand does not hold yet.
    """

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
    sources: tuple[tuple[str, int], ...] = ()
    refusing: str = ""
    core: str = ""
    start: BankLine | None = None
    near: str = ""
    wish: WishView | None = None
    editing: Editing | None = None
    model: ModelView = field(default_factory=lambda: ModelView("none"))
    asked: tuple[AskedLine, ...] = ()
    waiting: int = 0
    unwritten: int = 0
    members: tuple[tuple[str, str], ...] = ()
    by: str = ""
