"""What each sending tool makes of a template and a row: Liquid itself, and a few lines for tools with tags of their own.

Where a tool may read a value again after it was inserted (HubSpot's Jinjava, Mautic, Mailchimp), it is read again here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from liquid import Environment

EXECUTED = "EXECUTED"
UNSUBSCRIBE = "https://tool.example/stop"
SENDER = "12 rue Inventée, 44000 Nantes"
POISON = {"boom": EXECUTED, "x": EXECUTED, "contact": {"x": EXECUTED}, "user": EXECUTED}


def merged(tool: str, template: str, row: Mapping[str, str]) -> str:
    """The letter of one person."""
    return {
        "generic": _generic, "brevo": _brevo, "klaviyo": _klaviyo, "braze": _braze, "hubspot": _hubspot,
        "mautic": _mautic, "mailchimp": _mailchimp,
    }[tool](template, row)  # fmt: skip


def _liquid(template: str, *, autoescape: bool = False, **context: Any) -> str:
    env = Environment(autoescape=autoescape)
    env.filters["lookup"] = lambda person, name: person.get(name)
    return env.from_string(template).render(**{**POISON, **context})


def _generic(template: str, row: Mapping[str, str]) -> str:
    return _liquid(template, gale=row, unsubscribe_url=UNSUBSCRIBE, sender_address=SENDER)


def _brevo(template: str, row: Mapping[str, str]) -> str:
    template = re.sub(
        r"\{% if contact\.(\w+) %\}", r"{% if contact.\1 != blank %}", template
    )  # as Django: empty is false
    html = "<html" in template
    return _liquid(template, autoescape=html, contact=row, unsubscribe=UNSUBSCRIBE)


def _klaviyo(template: str, row: Mapping[str, str]) -> str:
    template = template.replace("{% unsubscribe_link %}", UNSUBSCRIBE)
    template = re.sub(r"\{% if person\|lookup:'(\w+)' %\}", r"{% if person.\1 != blank %}", template)  # as Django
    return _liquid(template, person=dict(row), organization={"full_address": SENDER})


def _braze(template: str, row: Mapping[str, str]) -> str:
    template = re.sub(r"custom_attribute\.\$\{(\w+)\}", r"custom_attribute.\1", template)
    template = template.replace("{{${set_user_to_unsubscribed_url}}}", UNSUBSCRIBE)
    template = re.sub(r"\{% if \{\{([\w.]+)\}\}", r"{% if \1", template)
    return _liquid(template, custom_attribute=row)


def _hubspot(template: str, row: Mapping[str, str]) -> str:
    token = r"\{\{ personalization_token\('contact\.(\w+)', (['\"])(.*?)\2\) \}\}|\{\{ contact\.(\w+) \}\}"
    made = re.sub(token, lambda m: row.get(m.group(1) or m.group(4), "") or m.group(3) or "", template)
    made = made.replace("{{ unsubscribe_link }}", UNSUBSCRIBE)
    made = re.sub(r"\{\{ site_settings\.company_name \}\}.*?company_state \}\}", SENDER, made)
    return _liquid(made)


def _mautic(template: str, row: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        alias, _, default = match.group(2).partition("|")
        return row.get(alias) or default

    made = template.replace("{unsubscribe_url}", UNSUBSCRIBE)
    for _ in range(2):
        made = re.sub(r"({|%7B)contactfield=(.*?)(}|%7D)", value, made)
    return made


def _mailchimp(template: str, row: Mapping[str, str]) -> str:
    made = template
    for _ in range(2):
        made = re.sub(
            r"\*\|IF:(\w+)\|\*(.*?)(?:\*\|ELSE:\|\*(.*?))?\*\|END:IF\|\*",
            lambda m: m.group(2) if row.get(m.group(1)) else m.group(3) or "",
            made,
            flags=re.DOTALL,
        )
        made = made.replace("*|UNSUB|*", UNSUBSCRIBE).replace("*|LIST:ADDRESS|*", SENDER)
        made = re.sub(r"\*\|(\w+)\|\*", lambda m: row.get(m.group(1), EXECUTED), made)
    return made
