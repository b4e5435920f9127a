"""What every verb's command shares: the workspace, the language, `--json`, and faults put into words.

`--json` prints one object on one line, the last of standard output; progress and logs go to standard error and never
begin with `{`.
"""

from __future__ import annotations

import functools
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from gale.adapters.words import load
from gale.engine.workspace import Workspace
from gale.records.faults import Faults, as_dict
from gale.words import Words

F = TypeVar("F", bound=Callable[..., Any])
USAGE = 2


def language(asked: str | None) -> Words:
    """The words of the language asked for, or of the terminal's (`LC_ALL`, `LANG`)."""
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

    def done(self, result: Any) -> None:
        """The answer, for machines: one object on one line."""
        if self.as_json:
            click.echo(msgspec.json.encode(msgspec.to_builtins(result)).decode())


def verb(f: F) -> F:
    """A command with `--json`, whose faults become sentences and exit code 2, with nothing half-done."""

    @click.option("--json", "as_json", is_flag=True, help="One JSON object on the last line of standard output.")
    @functools.wraps(f)
    def wrapped(*args: Any, as_json: bool, **kwargs: Any) -> Any:
        ctx = click.get_current_context()
        words = language((ctx.find_root().obj or {}).get("lang"))
        out = Out(words, as_json)
        try:
            return f(out, *args, **kwargs)
        except Faults as problem:
            for fault in problem.faults:
                click.echo(words.fault(fault), err=True)
            if as_json:
                told = [{**as_dict(fault), "message": words.fault(fault)} for fault in problem.faults]
                click.echo(msgspec.json.encode({"faults": told}).decode())
            sys.exit(USAGE)

    return wrapped  # type: ignore[return-value]


def root() -> Path:
    """The folder given by `-C`."""
    return Path(click.get_current_context().find_root().obj["workspace"])


@contextmanager
def workspace() -> Iterator[Workspace]:
    """The workspace given by `-C`, closed afterwards."""
    opened = Workspace.open(root())
    try:
        yield opened
    finally:
        opened.close()


def the_one_campaign(ws: Workspace, asked: str | None) -> str:
    """The campaign asked for, or the only one there is. Raises `Faults` `campaign.which`."""
    if asked is not None:
        return asked
    with ws.store.read() as unit:
        rows = unit.campaigns.all()
    if len(rows) == 1:
        return rows[0].id
    raise Faults.one("campaign.which", known=", ".join(r.id for r in rows) or "–")


def fresh(prefix: str) -> str:
    """A new random name."""
    return prefix + secrets.token_hex(10)


def sure(out: Out, question: str, yes: bool, /, **values: Any) -> None:
    """Ask before anything is lost; `--yes` answers. Without a terminal and without `--yes` the answer is no."""
    if yes:
        return
    if not sys.stdin.isatty() or not click.confirm(out.words(question, **values), default=False, err=True):
        raise Faults.one("answer.needed")
