"""The terminal (floor 10): `gale VERB`. Each verb's module is imported when it is called, so that help is quick."""

from __future__ import annotations

import importlib
import io
import os
import sys

import click

from gale import __version__

# Matrices here are small: one BLAS thread a process is faster, and workers do not fight over the cores. Must be said
# before numpy is imported; whoever set it keeps her setting.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# verb: module that holds it, one line of help
VERBS: dict[str, tuple[str, str]] = {
    "init": ("house", "Make a workspace for your brand (a few questions, or --yes)."),
    "create": ("story", "Write a thousand checked variants for each placement and language."),
    "framework": (
        "framework",
        "Frameworks: what a placement is built of, phrases for its slots, one from your newsletter.",
    ),
    "propose": ("proposals", "Ask the language model of gale.yaml for phrases, if you have one."),
    "proposals": ("proposals", "What a model proposed: read it, accept, edit or reject it, take it back."),
    "plan": ("story", "Who will be contacted, who will not, what goes live; the hash people sign."),
    "rehearse": ("story", "What a synthetic public might do. A rehearsal, never a result."),
    "sign": ("story", "Sign or refuse the plan, in one role, with a remark."),
    "launch": ("story", "Open the campaign; needs every signature on the plan as it stands."),
    "pause": ("story", "Hold the campaign (gale launch --resume lets it run again)."),
    "stop": ("story", "Stop the campaign for good, on every worker at once."),
    "decide": ("story", "What does one person see now, and why?"),
    "learn": ("story", "Learn from the outcomes that came in since last time, and publish new policies."),
    "scale": ("scale", "From one city to everybody: where the roll-out stands; one stage on, or back."),
    "report": ("story", "What the campaign caused, against the holdout."),
    "people": ("people", "Contacts: import a file, look at one person, undo an import."),
    "consent": ("people", "Record or withdraw a consent; show where one person stands."),
    "forget": ("people", "Destroy what is known of one person (cannot be undone)."),
    "export": ("exchange", "Files for the sending tool you have."),
    "outcomes": ("exchange", "Bring deliveries, clicks and orders back from a file."),
    "pictures": ("pictures", "Turn the variants into designed pictures in every size, signed; or --check FILE."),
    "replay": ("proof", "What would a personal policy have earned on the log of a randomised test?"),
    "evaluate": ("evaluate", "What would another policy have earned on the log, and can the log say?"),
    "reproduce": ("proof", "Make every logged decision again and compare."),
    "ledger": ("proof", "Verify the ledger."),
    "serve": ("house", "Serve the Studio and the HTTP API."),
    "keys": ("house", "API keys: make, list, revoke."),
    "migrate": ("house", "Bring the workspace's database up to this version."),
    "schema": ("house", "JSON Schema of a document, for your editor."),
    "demo": ("house", "Éveil, a small coffee roaster, from brief to proof (a sandbox)."),
}


class LazyVerbs(click.Group):
    """Lists verbs without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"gale.cli.{VERBS[cmd_name][0]}")
        found = getattr(module, cmd_name)
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs, in the order of the story"):
            formatter.write_dl([(name, line) for name, (_, line) in VERBS.items()])


@click.command(cls=LazyVerbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gale")
@click.option("-C", "--workspace", default=".", metavar="DIR", help="The brand's folder (holds gale.yaml).")
@click.option("--lang", type=click.Choice(["fr", "en"]), default=None, help="Language of messages.")
@click.pass_context
def cli(ctx: click.Context, workspace: str, lang: str | None) -> None:
    """Gale: a brief written by a person becomes a campaign that lives, learns and can prove what it caused.

    Start with:  gale init my-brand   then   gale -C my-brand create

    Each verb says what comes next, and  gale VERB --help  what it takes.

    Exit codes: 0 done; 1 a proof failed; 2 something that you can mend, told in full, with nothing half-done.
    """
    ctx.obj = {"workspace": workspace, "lang": lang}


def main() -> None:
    """Entry point of the `gale` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no narrow space shows "?" instead of a crash
    try:
        code = cli(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("", err=True)
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as help_wanted:
        help_wanted.show()
        sys.exit(help_wanted.exit_code)
    except click.ClickException as problem:
        from gale.cli.speech import asked_for, mistyped

        asked_for(sys.argv[1:]).faults([mistyped(problem)])
        sys.exit(problem.exit_code)
    sys.exit(code if isinstance(code, int) else 0)
