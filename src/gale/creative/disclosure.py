"""AI disclosure: how each channel says that a language model wrote part of the words.

**What the law asks** (Regulation (EU) 2024/1689, art. 50, applicable since 2 August 2026). Whoever provides the model
marks its output for machines (50(2)); whoever publishes a deep fake, or a text that informs the public on matters of
public interest which nobody reviewed, says so (50(4)), clearly and at the latest when somebody first meets it (50(5)).
Words for a product that a person has read and signed for, as here, are outside 50(4): saying it all the same is Gale's
own rule, and it says it where people read. Pictures carry their mark and their metadata besides
(`adapters.media.marks`).

**What the platforms ask** was read in November 2026: `sure` says how far each can be relied on. Nothing here changes
for a variant whose words no model touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gale.creative.language import Language
from gale.records.creative import BY_MODEL, Provenance
from gale.records.documents import Placement

SLOT = "disclosure"
"""The slot that holds the words, in a variant that a model helped to write, and in no other."""

Rows = Mapping[str, tuple[tuple[str, ...], ...]]
_LAW = "Regulation (EU) 2024/1689, art. 50(4) and (5)"
_ENGLISH = {"line": "Written with the help of AI, read by a person.", "mark": "(with AI)"}


@dataclass(frozen=True, slots=True)
class Form:
    """How one placement says it.

    `words` is the language's *line* (a paragraph at the foot), its *mark* (a few letters after the text) or nothing, and
    `field` where they go. `person` is what a person must set on the platform herself, a code with words, or empty.
    `source` names where the form comes from; `sure`: "platform" (its own help says so), "reported" (others do), "house"
    (nobody asks for it).
    """

    words: Literal["line", "mark", ""]
    field: str
    source: str
    sure: Literal["platform", "reported", "house"]
    person: str = ""


FORMS: Mapping[Placement, Form] = {
    "email": Form("line", "body", _LAW, "house"),
    "sms": Form("mark", "text", _LAW, "house"),
    "push": Form("mark", "text", _LAW, "house"),
    "kettle": Form("mark", "text", _LAW, "house"),
    # A field of its own: the picture draws its label itself, a page puts this one beside the words.
    "banner": Form("mark", "mark", f"{_LAW}; IPTC digital source type; C2PA 2", "house"),
    "post": Form("mark", "post", "X, post composer, “Made with AI” (March 2026)", "reported", "disclosure.set.post"),
    "linkedin": Form(
        "mark", "intro", "LinkedIn Help, “Content credentials” (C2PA, pictures and film only)", "platform",
        "disclosure.set.linkedin",
    ),
    "meta": Form(
        "mark", "text", "Meta, AI labels for ads (“AI info”: pictures, film and sound, not words)", "reported",
        "disclosure.set.meta",
    ),
    # The platform's own label stands under the ad; 100 characters of text leave no room for a second one.
    "tiktok": Form(
        "", "", "TikTok Ads Help, “About ad disclaimers”: AI-generated content", "platform", "disclosure.set.tiktok"
    ),
    "search": Form(
        "", "", "Google Ads Help: text ads have no such field; Merchant Center, structured_description", "reported",
        "disclosure.set.search",
    ),
}  # fmt: skip


def shown(placement: str, fields: Rows) -> dict[str, tuple[tuple[str, ...], ...]]:
    """A framework's fields with the place where the words go, where the placement says it in words.

    >>> shown("email", {"body": (("opening",),)}), shown("sms", {"text": (("line", "tail"),)})
    ({'body': (('opening',), ('disclosure',))}, {'text': (('line', 'tail', 'disclosure'),)})
    """
    form = FORMS.get(placement)  # type: ignore[call-overload]  # a catalogue may bring a placement of its own
    made = dict(fields)
    if form is None or not form.words:
        return made
    rows = made.get(form.field, ())
    made[form.field] = (*rows[:-1], (*rows[-1], SLOT)) if form.words == "mark" and rows else (*rows, (SLOT,))
    return made


def words(placement: str, provenance: Provenance, tongue: Language) -> str:
    """What this placement says in this language; nothing where no model wrote, or where the platform says it itself."""
    form = FORMS.get(placement)  # type: ignore[call-overload]
    if provenance not in BY_MODEL or form is None or not form.words:
        return ""
    return tongue.disclosure.get(form.words) or _ENGLISH[form.words]


def to_set(placement: str) -> tuple[str, ...]:
    """Codes of what a person sets or looks at on the platform herself, where a model wrote any part."""
    form = FORMS.get(placement)  # type: ignore[call-overload]
    return (form.person,) if form is not None and form.person else ()


def footed(page: str, slot: str = SLOT) -> str:
    """A newsletter's page with the line's mark at its foot, unless its designer put it somewhere.

    >>> footed("<body><p>[[opening]]</p></body>")
    '<body><p>[[opening]]</p><p style="font-size:12px;text-align:center">[[disclosure]]</p></body>'
    """
    mark = f"[[{slot}]]"
    if mark in page:
        return page
    end = page.lower().rfind("</body>")
    end = len(page) if end < 0 else end
    return f'{page[:end]}<p style="font-size:12px;text-align:center">{mark}</p>{page[end:]}'
