"""What the pages say can be done can be done: commands, links, the build; and they name nobody's machine."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gale.cli import cli

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FENCE = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`(?:\.venv/bin/)?(gale [^`\n]+)`")
# put together here, so that this file does not name them either
HOSTS = tuple(a + "." + b for a, b in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("yarnpkg", "com")))
MACHINE = re.compile(r"(?<![\w.$~}])/(?:" + "|".join(("work", "root", "farm")) + r")/")


def page(file: Path) -> str:
    return str(file.relative_to(ROOT))


def in_blocks() -> Iterator[tuple[str, str]]:
    """(page, line) of every command in a shell block, comments and continuations taken away."""
    for file in PAGES:
        for block in FENCE.findall(file.read_text(encoding="utf-8")):
            for line in block.replace("\\\n", " ").splitlines():
                if line.strip() and not line.startswith("#"):
                    yield page(file), line


def gale_commands() -> list[tuple[str, str]]:
    """Those that call `gale`."""
    return [(p, line) for p, line in in_blocks() if re.match(r"(\.venv/bin/)?gale\b", line)]


def mentions() -> list[tuple[str, str]]:
    """Every `gale …` within a sentence, those with a placeholder for the verb left out."""
    return [
        (page(file), said)
        for file in PAGES
        for said in INLINE.findall(file.read_text(encoding="utf-8"))
        if "VERB" not in said and "…" not in said
    ]


def walk(words: list[str], *, whole: bool) -> click.Command:
    """Follow the words through the verbs. `whole`: nothing required may be missing and every value must be allowed."""
    command: click.Command = cli
    context = click.Context(cli, info_name="gale")
    while isinstance(command, click.Group):
        _, rest, _ = command.make_parser(context).parse_args(list(words))
        if not rest:
            return command
        found = command.get_command(context, rest[0])
        assert found is not None, f"no verb {rest[0]}"
        command, words = found, rest[1:]
        context = click.Context(command, info_name=rest[0], parent=context)
    if whole:
        command.make_context(command.name, list(words), parent=context.parent)
    else:
        command.make_parser(context).parse_args(list(words))
    return command


def bare(line: str) -> list[str]:
    return shlex.split(line, comments=True)[1:]


def test_there_are_commands_to_check() -> None:
    assert len(gale_commands()) > 25
    assert len(mentions()) > 5


@pytest.mark.parametrize(("where", "line"), gale_commands())
def test_every_command_of_a_page_would_run(where: str, line: str) -> None:
    assert not isinstance(walk(bare(line), whole=True), click.Group), where


@pytest.mark.parametrize(("where", "said"), sorted(set(mentions())))
def test_every_verb_named_in_a_sentence_exists(where: str, said: str) -> None:
    walk(bare(said), whole=False)


def test_every_make_target_and_every_benchmark_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    measures = {p.stem for p in (ROOT / "benchmarks").glob("[a-z]*.py")} | {"all", "NAME"}
    for file in PAGES:
        text = file.read_text(encoding="utf-8")
        assert set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)) <= targets, page(file)
        assert set(re.findall(r"-m benchmarks (\w+)", text)) <= measures, page(file)


def test_every_link_within_the_repository_leads_somewhere() -> None:
    broken = [
        (page(file), target)
        for file in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)", file.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target) and not (file.parent / target).exists()
    ]
    assert broken == []


def test_the_pages_build_strictly_and_each_is_in_the_menu(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(ROOT / "mkdocs.yml")]
    done = subprocess.run([*build, "-d", str(tmp_path / "site")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "not included in the" not in done.stdout + done.stderr
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    left_out = [str(p.relative_to(ROOT / "docs")) for p in ROOT.glob("docs/**/*.md")]
    assert [p for p in left_out if p not in menu] == []


def test_both_readmes_show_the_same_commands() -> None:
    def verbs(name: str) -> list[str]:
        lines = (line for where, line in gale_commands() if where == name)
        return [walk(bare(line), whole=True).name or "" for line in lines]

    assert verbs("README.md") == verbs("README.fr.md") != []


def repository() -> list[Path]:
    """Every text file that is or would be kept."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=False)
    if told.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in told.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_file_names_a_package_registry_or_a_place_on_somebodys_machine() -> None:
    found = []
    for file in repository():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a font
        found += [(page(file), host) for host in HOSTS if host in text]
        found += [(page(file), match[0]) for match in MACHINE.finditer(text)]
    assert found == []
