"""What every verb's command shares: the workspace, `--json`, questions before anything is lost, and faults put into
words.

`--json` prints one object on one line, the last of standard output; progress and logs go to standard error and never
begin with `{`.
"""

from __future__ import annotations

import errno
import functools
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from gale.cli.speech import USAGE, Out, language
from gale.engine.workspace import Workspace
from gale.records.faults import Fault, Faults

__all__ = ["CAMPAIGN", "USAGE", "Out", "fresh", "language", "root", "sure", "the_one_campaign", "verb", "workspace"]

F = TypeVar("F", bound=Callable[..., Any])

CAMPAIGN = click.option(
    "--campaign", metavar="ID", default=None, help="Which campaign; without, the only one, or that of campaign.yaml."
)


def verb(f: F) -> F:
    """A command with `--json`, whose faults become sentences and exit code 2, with nothing half-done."""

    @click.option("--json", "as_json", is_flag=True, help="One JSON object on the last line of standard output.")
    @functools.wraps(f)
    def wrapped(*args: Any, as_json: bool, **kwargs: Any) -> Any:
        ctx = click.get_current_context()
        out = Out(language((ctx.find_root().obj or {}).get("lang")), as_json)
        try:
            return f(out, *args, **kwargs)
        except Faults as problem:
            out.faults(problem.faults)
        except OSError as problem:
            if problem.errno == errno.EPIPE:
                raise  # whoever read us has gone: click ends quietly
            out.faults([system_fault(problem)])
        sys.exit(USAGE)

    return wrapped  # type: ignore[return-value]


def system_fault(problem: OSError) -> Fault:
    """What the operating system refuses (a folder that may not be written, a full disk), with the place it names."""
    place = next((str(x) for x in (problem.filename2, problem.filename) if x), "–")
    return Fault(code="system.refused", values={"path": place, "problem": problem.strerror or str(problem)})


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
    """The campaign asked for, or the only one there is, or among several that of the folder's own `campaign.yaml`.

    Raises `Faults` `campaign.which`, `campaign.unknown`.
    """
    with ws.store.read() as unit:
        known = [row.id for row in unit.campaigns.all()]
    if asked is None and len(known) == 1:
        return known[0]
    said = ", ".join(known) or "–"
    if asked is None:
        here = _written_here(ws)
        if here not in known:
            raise Faults.one("campaign.which", known=said)
        return here
    if asked not in known:
        raise Faults.one("campaign.unknown", campaign=asked, known=said)
    return asked


def _written_here(ws: Workspace) -> str:
    """The id in the folder's documents; empty where they cannot be read."""
    try:
        return ws.read_documents().campaign.id
    except Faults:
        return ""


def fresh(prefix: str) -> str:
    """A new random name."""
    return prefix + secrets.token_hex(10)


def sure(out: Out, question: str, yes: bool, /, **values: Any) -> None:
    """Ask before anything is lost; `--yes` answers. Without a terminal and without `--yes` the answer is no."""
    if yes:
        return
    if sys.stdin.isatty():
        asked = f"{out.words(question, **values)} {out.words('[y/N]')}"
        if click.prompt(asked, default="", show_default=False, err=True).strip().lower() in ("y", "yes", "o", "oui"):
            return
    raise Faults.one("answer.needed")
