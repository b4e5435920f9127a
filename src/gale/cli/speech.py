"""How a command speaks: in which language, on which stream, and how what is wrong is told.

Imports nothing heavy, so that a mistyped verb is answered at once.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import click
import msgspec

from gale.adapters.words import load
from gale.records.faults import Fault, as_dict
from gale.words import LOCALES, Words

MOST_FAULTS = 30  # lines of a broken file that a terminal shows; --json has them all
USAGE = 2  # exit code of whatever the caller can mend; 1 says that a proof failed


def language(asked: str | None) -> Words:
    """The words of the language asked for, or of the terminal's (`GALE_LANG`, `LC_ALL`, `LANG`)."""
    if asked is None:
        said = os.environ.get("GALE_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
        asked = "fr" if said.startswith("fr") else "en"
    return load(asked)


class Out:
    """Where a command speaks: people on standard error and output, machines on the last line."""

    def __init__(self, words: Words, as_json: bool) -> None:
        self.words = words
        self.as_json = as_json

    def progress(self, message: str, /, **values: Any) -> None:
        """A line for whoever waits; on standard error."""
        click.echo(self.words(message, **values), err=True)

    def say(self, message: str, /, **values: Any) -> None:
        """A line of the answer, for people; silent with `--json`."""
        if not self.as_json:
            click.echo(self.words(message, **values))

    def line(self, text: str) -> None:
        """A line that is already in words."""
        if not self.as_json:
            click.echo(text)

    def remarks(self, told: Sequence[Fault]) -> None:
        """What a person should know and what stops nothing, on standard error."""
        for one in told:
            click.echo(self.words.fault(one), err=True)

    def done(self, result: Any) -> None:
        """The answer, for machines: one object on one line."""
        if self.as_json:
            click.echo(msgspec.json.encode(msgspec.to_builtins(result)).decode())

    def faults(self, faults: Sequence[Fault]) -> None:
        """Every fault as a sentence on standard error, and with `--json` all of them as the one object."""
        for fault in faults[:MOST_FAULTS]:
            click.echo(self.words.fault(fault), err=True)
        if len(faults) > MOST_FAULTS:
            click.echo(self.words("… and {n} more", n=self.words.number(len(faults) - MOST_FAULTS)), err=True)
        self.done({"faults": [{**as_dict(f), "message": self.words.fault(f)} for f in faults]})


def asked_for(arguments: Sequence[str]) -> Out:
    """Language and form of the answer from the bare arguments, where they could not be parsed."""
    lang = None
    for i, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            lang = argument.removeprefix("--lang=")
        elif argument == "--lang" and i + 1 < len(arguments):
            lang = arguments[i + 1]
    return Out(language(lang if lang in LOCALES else None), "--json" in arguments)


def mistyped(problem: click.ClickException) -> Fault:
    """What is wrong with a command line, as a fault that both languages can word."""
    verb = problem.ctx.command_path if isinstance(problem, click.UsageError) and problem.ctx else "gale"
    match problem:
        case click.NoSuchOption():
            return Fault(code="usage.option_unknown", values={"option": problem.option_name, "verb": verb})
        case click.exceptions.NoSuchCommand():
            return Fault(code="usage.verb_unknown", values={"found": problem.command_name, "verb": verb})
        case click.BadOptionUsage():
            return Fault(code="usage.option_value", values={"option": problem.option_name, "verb": verb})
        case click.MissingParameter(param=click.Parameter() as parameter):
            return Fault(code="usage.missing", values={"parameter": _name(parameter), "verb": verb})
        case click.BadParameter(param=click.Parameter() as parameter):
            return _bad_value(problem, parameter, verb)
    return Fault(code="usage.other", values={"problem": problem.format_message(), "verb": verb})


def _bad_value(problem: click.BadParameter, parameter: click.Parameter, verb: str) -> Fault:
    """Click says "VALUE is not …": the value is taken from there, what is allowed from the parameter's type."""
    found, _, _ = problem.message.partition(" is not ")
    values: dict[str, Any] = {"parameter": _name(parameter), "found": found.strip("'\""), "verb": verb}
    kind = parameter.type
    if isinstance(kind, click.Choice):
        return Fault(code="usage.choice", values={**values, "allowed": ", ".join(str(c) for c in kind.choices)})
    if isinstance(kind, click.IntRange) and kind.max is not None:
        return Fault(code="usage.between", values={**values, "low": kind.min, "high": kind.max})
    if isinstance(kind, click.IntRange):
        return Fault(code="usage.at_least", values={**values, "low": kind.min})
    return Fault(code="usage.other", values={"problem": problem.format_message(), "verb": verb})


def _name(parameter: click.Parameter) -> str:
    return parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name.upper()
