"""Templates to pages: Jinja with autoescape, the words and formats of one language, icons and plots at hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from gale.adapters.words import load
from gale.studio import brandart, plots
from gale.studio.formats import Formats
from gale.words import LOCALES, Words

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


def environment(words: Words, *, timezone: str = "Europe/Paris") -> Environment:
    """A Jinja environment that speaks one language.

    In templates: `_("…", n=…)` a message; `_h("… <b>{n}</b>", n=…)` one with markup of its own, its values escaped;
    `_n("{n} person", "{n} people", count)` in the right number; `t(text)` of a text written once a language; `code("…")`
    the words of a code; `f` the formats; `plots`, `art` the drawings.
    """
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    formats = Formats(words, timezone)

    def code(name: str, **values: Any) -> str:
        if words.has(name):
            return words(name, **values)
        stem, _, number = name.rpartition("_")  # a second paragraph of a newsletter is the slot `middle_2`
        if number.isdigit() and words.has(stem):
            return f"{words(stem, **values)} {number}"
        return name.rsplit(".", 1)[-1].replace("_", " ")

    def short(name: str) -> str:
        """A reason in three words, for a table; the long sentence where there is no short one."""
        return next((words(x) for x in (f"short.{name}", f"{name}.title") if words.has(x)), None) or code(name)

    def counted(one: str, many: str, n: int, **values: Any) -> str:
        single = n < 2 if words.locale == "fr" else n == 1
        return words(one if single else many, n=formats.number(n), **values)

    env.globals.update(
        _=words,
        _h=lambda message, **values: marked(words, message, **values),
        _n=counted,
        t=words.text,
        code=code,
        short=short,
        f=formats,
        plots=plots,
        art=brandart,
        locale=words.locale,
        locales=LOCALES,
        other=_other,
        Interval=plots.Interval,
        zip=zip,
    )
    return env


def marked(words: Words, message: str, **values: Any) -> Markup:
    """A message whose own markup is kept and whose values are escaped."""
    return Markup(words(message)).format_map({k: escape(v) for k, v in values.items()})


@pass_context
def _other(context: Context, locale: str) -> Markup:
    """`lang="…"` where a phrase is in another language than the page."""
    return Markup("") if not locale or locale == context["locale"] else Markup(f' lang="{escape(locale)}"')


@cache
def studio_environment(locale: str, timezone: str = "Europe/Paris") -> Environment:
    """The environment of one language with the words that come with the package."""
    return environment(load(locale), timezone=timezone)


def page(template: str, locale: str, *, timezone: str = "Europe/Paris", **values: Any) -> str:
    """One page or fragment, rendered."""
    return studio_environment(locale, timezone).get_template(template).render(**values)
