"""Sending tools as data: how each names its columns, writes a merge tag, and what it does to what it inserts.

`gale export sends` and `gale export template` read the same table, so that the columns of one are the tags of the other.
Every fact says where it was read (November 2026); what could not be confirmed stands in `unsure` and in the docs.

**Who escapes.** The words of a letter stand between HTML tags only, never in an attribute. A template escapes them where
the tool has a filter for it (`template`); some tools do it themselves (`tool`); for the others the file carries words
in which nothing begins a tag, an entity or a merge tag (`file`), by an invisible word joiner (U+2060) after the sign that
would. So a value is data whichever side escapes, and is never escaped twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

JOINER = "\u2060"
_CLOSES = ("}}", "%}", "#}")  # would end the tag that a default stands in
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])|&(?=[A-Za-z0-9#])")

ALL = (
    "own_id", "email", "locale", "subject", "preheader", "body", "call", "link", "utm_source", "utm_medium",
    "utm_campaign", "utm_content", "decision_id", "variant", "propensity",
)  # fmt: skip
FEW = ("own_id", "email", "locale", "decision_id", "variant")
"""Columns besides a letter's parts. Few, where each becomes a custom field of every contact: the template holds the
rest."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One sending tool.

    `html`, `text`, `subject` and `bare` are its tags: in the HTML part, in the plain part, in the subject field, inside
    a link; NAME stands for the column, DEFAULT for the words of whoever has nothing in it: a quoted string where
    `quoted`, else plain words, which may hold none of `never`. `when` is put around a paragraph that not everybody has.
    `opens` is what begins (or ends) a tag. `sender` gives the postal address that the tool knows, `unsubscribe` the
    address of its page. `known` maps a column to the name that the tool's importer knows; every other one is `prefix`
    and the name, at most `longest` characters. `most` is how much a field holds, in `unit`s; 0: no limit was found.
    """

    title: str
    html: str
    text: str
    subject: str
    bare: str
    escapes: Literal["template", "tool", "file"]
    opens: tuple[str, ...]
    unsubscribe: str
    sources: Mapping[str, str]
    unsure: tuple[str, ...] = ()
    sender: str = ""
    when: tuple[str, str] = ("", "")
    quoted: bool = True
    never: tuple[str, ...] = ("\\",)
    columns: tuple[str, ...] = FEW
    known: Mapping[str, str] = field(default_factory=dict)
    prefix: str = "gale_"
    upper: bool = False
    longest: int = 50
    separator: Literal[",", ";"] = ","
    most: int = 0
    unit: Literal["characters", "bytes"] = "characters"

    def value(self, text: str) -> str:
        """A person's words as the file carries them."""
        return defused(text, self.opens, markup=True) if self.escapes == "file" else text

    def words(self, text: str) -> str:
        """Words that stand in the template itself, which the tool must not read as its own."""
        return defused(text, self.opens)

    def tag(self, pattern: str, column: str, default: str = "") -> str:
        """One of the patterns for a column; a default that cannot be written safely is left out.

        >>> TOOLS["generic"].tag(TOOLS["generic"].html, "subject", "L’aube, c’est “maintenant”")
        "{{ gale.subject | default: 'L’aube, c’est “maintenant”' | escape }}"
        """
        said = defused(default, (*self.opens, *_CLOSES), markup=True)
        if any(sign in said for sign in self.never):
            said = ""
        if not said and not self.quoted:
            pattern = self.bare  # Mailchimp's condition, which must not stand inside another, has nothing to say
        if self.quoted:
            said = f'"{said}"' if "'" in said and '"' not in said else "'" + said.replace("'", "’") + "'"
        return pattern.replace("NAME", column).replace("DEFAULT", said)

    def size(self, text: str) -> int:
        """How much of a field a text takes."""
        return len(text.encode()) if self.unit == "bytes" else len(text)


def defused(text: str, opens: Iterable[str], *, markup: bool = False) -> str:
    """The text with a word joiner after every sign that would begin a tag (and, with `markup`, HTML).

    >>> defused("{{ x }} <b> R&D", ["{{"], markup=True).replace(JOINER, "~")
    '{~{ x }} <~b> R&~D'
    """
    for begin in opens:
        text = re.sub(f"{re.escape(begin[0])}(?={re.escape(begin[1:])})", f"{begin[0]}{JOINER}", text)
    return _MARKUP.sub(rf"\g<0>{JOINER}", text) if markup else text


def columns_of(tool: Tool, names: Iterable[str]) -> dict[str, str]:
    """The tool's column for each name, all different.

    >>> columns_of(TOOLS["mailchimp"], ["email", "preheader", "decision_id", "headline", "headline_2"])
    {'email': 'Email Address', 'preheader': 'G_PREHEADE', 'decision_id': 'G_DECISION', 'headline': 'G_HEADLINE', 'headline_2': 'G_HEADLIN2'}
    """
    made: dict[str, str] = {}
    for name in names:
        column = tool.known.get(name) or (tool.prefix + re.sub(r"\W", "_", name))[: tool.longest]
        if tool.upper and name not in tool.known:
            column = column.upper()
        number = 2
        while column in made.values():
            column = column[: tool.longest - len(str(number))] + str(number)
            number += 1
        made[name] = column
    return made


_LIQUID = ("{{", "{%")

TOOLS: dict[str, Tool] = {
    "generic": Tool(
        title="Liquid",
        html="{{ gale.NAME | default: DEFAULT | escape }}",
        text="{{ gale.NAME | default: DEFAULT }}",
        subject="{{ gale.NAME | default: DEFAULT }}",
        bare="{{ gale.NAME }}",
        when=("{% if gale.NAME != blank %}", "{% endif %}"),
        escapes="template",
        opens=_LIQUID,
        unsubscribe="{{ unsubscribe_url }}",
        sender="{{ sender_address }}",
        columns=ALL,
        prefix="",
        sources={"tag": "Liquid reference, filters default and escape", "escape": "Liquid reference: nothing is escaped unasked"},
    ),
    "brevo": Tool(
        title="Brevo",
        html="{{ contact.NAME|default:DEFAULT }}",
        text="{{ contact.NAME|default:DEFAULT }}",
        subject="{{ contact.NAME|default:DEFAULT }}",
        bare="{{ contact.NAME }}",
        when=("{% if contact.NAME %}", "{% endif %}"),
        escapes="tool",
        opens=(*_LIQUID, "{#"),
        unsubscribe="{{ unsubscribe }}",
        columns=ALL,
        known={
            "own_id": "EXT_ID", "email": "EMAIL", "utm_source": "UTM_SOURCE", "utm_medium": "UTM_MEDIUM",
            "utm_campaign": "UTM_CAMPAIGN", "utm_content": "UTM_CONTENT", "decision_id": "DECISION_ID",
            "variant": "VARIANT", "propensity": "PROPENSITY",
        },
        upper=True,
        separator=";",
        sources={
            "tag": "Brevo help 4402386448530 and 4405381108626 (contact.ATTRIBUTE, default)",
            "columns": "Brevo help 208729849 (EMAIL or EXT_ID; semicolon, comma or tab)",
            "escape": "Brevo help 360018252080 (every variable is escaped)",
        },
        unsure=("limit", "unsubscribe"),
    ),
    "mailchimp": Tool(
        title="Mailchimp",
        html="*|IF:NAME|**|NAME|**|ELSE:|*DEFAULT*|END:IF|*",
        text="*|IF:NAME|**|NAME|**|ELSE:|*DEFAULT*|END:IF|*",
        subject="*|NAME|*",
        bare="*|NAME|*",
        when=("*|IF:NAME|*", "*|END:IF|*"),
        escapes="file",
        opens=("*|", "|*"),
        unsubscribe="*|UNSUB|*",
        sender="*|LIST:ADDRESS|*",
        quoted=False,
        known={"email": "Email Address"},
        prefix="G_",
        upper=True,
        longest=10,
        most=255,
        unit="bytes",
        sources={
            "tag": "Mailchimp developer docs, Merge Fields; Mandrill help 360039278713 (IF, ELSE)",
            "limit": "Mailchimp help, Format Guidelines for Your Import File (text fields: 255 bytes, then clipped)",
            "unsubscribe": "public Mailchimp templates (UNSUB, LIST:ADDRESS)",
        },
        unsure=("name of at most 10 characters", "escape"),
    ),
    "klaviyo": Tool(
        title="Klaviyo",
        html="{{ person|lookup:'NAME'|default:DEFAULT|escape }}",
        text="{{ person|lookup:'NAME'|default:DEFAULT }}",
        subject="{{ person|lookup:'NAME'|default:DEFAULT }}",
        bare="{{ person|lookup:'NAME' }}",
        when=("{% if person|lookup:'NAME' %}", "{% endif %}"),
        escapes="template",
        opens=(*_LIQUID, "{#"),
        unsubscribe="{% unsubscribe_link %}",
        sender="{{ organization.full_address }}",
        known={"email": "Email"},
        sources={
            "tag": "Klaviyo developer docs, Django filter glossary (built-in filters, so escape acts once)",
            "unsubscribe": "Klaviyo help 115006054267; public Klaviyo templates (organization.full_address)",
        },
        unsure=("limit",),
    ),
    "hubspot": Tool(
        title="HubSpot",
        html="{{ personalization_token('contact.NAME', DEFAULT) }}",
        text="{{ personalization_token('contact.NAME', DEFAULT) }}",
        subject="{{ personalization_token('contact.NAME', DEFAULT) }}",
        bare="{{ contact.NAME }}",
        escapes="file",
        opens=(*_LIQUID, "{#"),
        unsubscribe="{{ unsubscribe_link }}",
        sender="{{ site_settings.company_name }}, {{ site_settings.company_street_address_1 }}, "
        "{{ site_settings.company_city }}, {{ site_settings.company_state }}",
        known={"email": "Email"},
        most=65_536,
        sources={
            "tag": "HubSpot developer docs, HubL variables (required in every e-mail: company, address, unsubscribe_link)",
            "escape": "HubSpot developer docs, HubL filters: none on contact tokens in e-mails; Jinjava reads values again",
            "limit": "HubSpot knowledge base, Property field types (65,536 characters; no line breaks in e-mails)",
            "columns": "HubSpot knowledge base, Set up import files (a header a property)",
        },
    ),
    "mautic": Tool(
        title="Mautic",
        html="{contactfield=NAME|DEFAULT}",
        text="{contactfield=NAME|DEFAULT}",
        subject="{contactfield=NAME|DEFAULT}",
        bare="{contactfield=NAME}",
        escapes="file",
        opens=("{", "%7B"),
        unsubscribe="{unsubscribe_url}",
        quoted=False,
        never=("{", "}", "|", "%7D"),
        known={"email": "email"},
        sources={
            "tag": "Mautic user documentation, Variables (contactfield, unsubscribe_url); LeadBundle/Helper/TokenHelper.php",
            "escape": "mautic/mautic issue 7918 (values are inserted as they are)",
        },
        unsure=("limit",),
    ),
    "braze": Tool(
        title="Braze",
        html="{{custom_attribute.${NAME} | default: DEFAULT | escape}}",
        text="{{custom_attribute.${NAME} | default: DEFAULT}}",
        subject="{{custom_attribute.${NAME} | default: DEFAULT}}",
        bare="{{custom_attribute.${NAME}}}",
        when=("{% if {{custom_attribute.${NAME}}} != blank %}", "{% endif %}"),
        escapes="template",
        opens=_LIQUID,
        unsubscribe="{{${set_user_to_unsubscribed_url}}}",
        known={"own_id": "external_id", "email": "email"},
        most=255,
        sources={
            "tag": "Braze docs, Supported personalization tags; Setting default values",
            "limit": "Braze docs, Data types (a string attribute: at most 255 characters)",
            "columns": "Braze docs, CSV import (external_id, email; every other column a custom attribute)",
            "escape": "Braze docs, User import: HTML in attributes is not sanitised",
            "unsubscribe": "Braze docs, Managing user subscriptions",
        },
    ),
}  # fmt: skip
