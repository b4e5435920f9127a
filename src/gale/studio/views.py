"""What each page shows: frozen values that templates read. They are made from records by `gather`, and in tests by hand.

A view holds values, not words; templates and `Formats` put them into the reader's language. Times are ms UTC, shares
fractions, money in whole units of the currency. "No data" is `None`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gale.campaign.foreseen import Foreseen
from gale.campaign.rollout import Ladder
from gale.records.documents import Palette
from gale.studio.plots import Interval
from gale.studio.report_view import ReportView, report_view
from gale.studio.standalone import standalone
from gale.studio.views_live import City, Kettle, Lesson, LessonRow, Live, LogLine, VariantLine
from gale.studio.views_people import Asked, Column, Contacts, Import, ImportLine, LeftOut, Person, Standing, Told

__all__ = [
    "Asked",
    "City",
    "Column",
    "Contacts",
    "Import",
    "ImportLine",
    "Interval",
    "Kettle",
    "LeftOut",
    "Lesson",
    "LessonRow",
    "Live",
    "LogLine",
    "Person",
    "ReportView",
    "Standing",
    "Told",
    "VariantLine",
    "report_view",
    "standalone",
]

Text = Mapping[str, str]  # one text a language


@dataclass(frozen=True)
class Tab:
    """The open campaign, in the margin: its pages that exist so far."""

    id: str
    title: Text
    pages: tuple[str, ...] = ("wall", "plan", "live", "report")


@dataclass(frozen=True)
class Toast:
    """What was just done, and how to take it back."""

    said: str
    undo: str = ""  # address that undoes it by POST


@dataclass(frozen=True)
class Shell:
    """What stands around every page."""

    section: str  # "campaigns", "wall", "plan", "live", "report", "person", "contacts"
    here: str  # path of this page, for the language switch
    csrf: str
    workspace: str
    sandbox: bool = False
    people: int | None = None
    tab: Tab | None = None
    person: str | None = None
    toast: Toast | None = None
    faults: tuple[str, ...] = ()


# --- beginning -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Welcome:
    """Éveil, or one's own brand; `typed` keeps what was typed, `errors` says by field what would pass."""

    example: bool
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    ready: Text | None = None  # a brief that lies in the workspace and waits to be written


@dataclass(frozen=True)
class CampaignLine:
    """One row of the list. `stage`: writing, draft, waiting, live, paused, stopped, ended."""

    id: str
    title: Text
    stage: str
    start: int | None = None
    days: int = 0
    day: int | None = None
    lift: Interval | None = None
    proven: bool = False
    rehearsed: bool = False
    written: int = 0
    wanted: int = 0
    refused: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Campaigns:
    rows: tuple[CampaignLine, ...] = ()


# --- wall ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Why:
    """One finding in words: the rule, what was found, what would pass."""

    title: str
    said: str
    passes: str = ""


@dataclass(frozen=True)
class Creative:
    """One variant in its placement's shape. `shape`: mail, mpu, leader, square, device."""

    id: str
    short: str
    shape: str
    locale: str
    fields: Mapping[str, str]
    angle: str = ""
    audience: str = ""
    scene: str = "sun"
    why: tuple[Why, ...] = ()
    refused: bool = False
    by_model: bool = False
    told: tuple[str, ...] = ()  # what a person should know of it and what keeps nothing out


@dataclass(frozen=True)
class Phrase:
    """The one editable phrase: what it says now, what was typed, and what the checks answered."""

    id: str
    slot: str
    placement: str
    locale: str
    text: str
    used_by: int
    typed: str | None = None
    errors: tuple[Why, ...] = ()
    edited: bool = False
    members: tuple[tuple[str, str], ...] = ()  # (id, name) of a team, whose own change none of them may sign


@dataclass(frozen=True)
class Writing:
    """How far the writing is; `done` once the plan may follow."""

    accepted: int
    refused: int = 0
    wanted: int = 1000
    by_placement: Mapping[str, int] = field(default_factory=dict)
    seconds: float | None = None
    done: bool = True


@dataclass(frozen=True)
class Wall:
    campaign: str
    brand: str
    descriptor: Text
    palette: Palette
    writing: Writing
    placements: tuple[tuple[str, int], ...] = ()  # (placement, accepted), in the campaign's order
    locales: tuple[str, ...] = ("fr", "en")
    reasons: tuple[tuple[str, int], ...] = ()  # (code, refused), most first
    cards: tuple[Creative, ...] = ()
    matching: int = 0
    placement: str = ""
    shown_locales: tuple[str, ...] = ("fr", "en")
    with_refused: bool = False
    offset: int = 0
    step: int = 24
    phrase: Phrase | None = None
    handle: str = ""
    launched: bool = False
    told: tuple[str, ...] = ()  # what could not be written, or not said, and why


# --- plan ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rehearsal:
    """What the rehearsal expects; `assumptions` are (code, values) for the words to say."""

    time: int
    extra: Interval
    anyway: int
    contacts: int
    assumptions: tuple[tuple[str, Mapping[str, object]], ...] = ()


@dataclass(frozen=True)
class TouchpointLine:
    """One touchpoint of the plan: when, with which consent, to how many, with how many variants."""

    id: str
    name: Text
    channel: str
    purposes: tuple[Text, ...]
    bases: tuple[str, ...]
    may: int
    live: int
    trigger: str = ""
    days: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Signature:
    """One hat. `state`: waiting, signed, refused, revoked, expired, void. `identity`: not_verified, verified, sandbox."""

    role: str
    name: str
    state: str
    remark: str = ""
    time: int | None = None
    identity: str = "not_verified"


@dataclass(frozen=True)
class Reading:
    """What signers read instead of a thousand cards."""

    phrases: tuple[tuple[str, str, str], ...] = ()  # (locale, slot, phrase)
    offers: tuple[str, ...] = ()
    claims: tuple[tuple[Text, str], ...] = ()  # (claim, how it can be shown)
    unlike: tuple[Creative, ...] = ()


@dataclass(frozen=True)
class SignForm:
    """The form of one hat; `typed` and `error` where a remark was missing."""

    role: str
    person: str
    name: str
    typed: str = ""
    verdict: str = "signed"
    error: str = ""


@dataclass(frozen=True)
class Plan:
    campaign: str
    brand: str
    descriptor: Text
    palette: Palette
    total: int
    excluded: tuple[tuple[str, int], ...]  # (reason, people)
    reachable: int
    holdout: int
    contacted: int
    start: int
    days: int
    touchpoints: tuple[TouchpointLine, ...]
    per_week: int
    quiet: tuple[int, int]
    accepted: int
    live: int
    people_needed: int
    mde: float
    signatures: tuple[Signature, ...]
    hash: str
    reading: Reading = Reading()
    rehearsal: Rehearsal | None = None
    form: SignForm | None = None
    solo: bool = False
    status: str = "draft"
    handle: str = ""
    limits: Foreseen | None = None
    ladder: Ladder | None = None
    unreached: tuple[str, ...] = ()  # touchpoints that reach nobody, with what to do
    changed: tuple[str, ...] = ()  # what the documents say differently since this was written and planned
    remarks: tuple[str, ...] = ()  # what stops nothing and should be known

    @property
    def complete(self) -> bool:
        return bool(self.signatures) and all(s.state == "signed" for s in self.signatures)


@dataclass(frozen=True)
class Message:
    """A page with one thing to say: the link is spent, nothing here, something failed."""

    title: str
    said: tuple[str, ...]
    action: tuple[str, str] | None = None  # (words, address)
    code: str = ""
