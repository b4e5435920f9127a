"""What the source code says to people: every code and every sentence, found in its syntax trees and its templates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

import gale

ROOT = Path(gale.__file__).parent
CATALOGUES = ROOT / "words" / "catalogues"
CODE = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z0-9_]*)*\.[a-z][a-z0-9_]*[a-z0-9]")  # not the beginning of one
FILES = re.compile(
    r".*\.(yaml|html|json|csv|tsv|css|js|key|db|po|mo|svg|jpg|pdf|parser)|gale\..*|cawg\..*|c2pa\..*|stds\..*"
)  # dotted, and not a code
SPEAKERS = ("words", "w", "_", "_h", "say", "progress", "sure")  # functions whose message is looked up


@cache
def catalogue(locale: str) -> dict[str, str]:
    """Every message of a language, as the translators wrote it (the .po files)."""
    found: dict[str, str] = {}
    for po in sorted((CATALOGUES / locale / "LC_MESSAGES").glob("*.po")):
        with po.open("rb") as file:
            found |= {str(m.id): str(m.string) for m in read_po(file, locale=locale) if m.id}
    return found


@cache
def trees() -> dict[str, ast.Module]:
    files = [p for p in sorted(ROOT.rglob("*.py")) if "migrations" not in p.parts]
    return {str(p.relative_to(ROOT)): ast.parse(p.read_text(encoding="utf-8")) for p in files}


def called(call: ast.Call) -> str:
    """The bare name of what is called."""
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def texts(node: ast.AST | None) -> Iterator[str]:
    """The text of a constant, or of either side of an `a if b else c`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


@cache
def codes() -> dict[str, str]:
    """Every code in the source and the place of its first use: any dotted text that is no file and no docstring."""
    found: dict[str, str] = {}
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
                if CODE.fullmatch(text) and not FILES.fullmatch(text):
                    found.setdefault(text, f"{file}:{node.lineno}")
    return found


@cache
def sentences() -> dict[str, str]:
    """Every message handed to a speaker, in Python and in templates, and the place of its first use."""
    found: dict[str, str] = {}
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in SPEAKERS:
                for argument in node.args[:2]:
                    for text in texts(argument):
                        found.setdefault(text, f"{file}:{node.lineno}")
    environment = Environment()
    for template in sorted(ROOT.rglob("*.html")):
        for call in environment.parse(template.read_text(encoding="utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in ("_", "_h", "_n"):
                for argument in call.args[: 2 if call.node.name == "_n" else 1]:
                    if isinstance(argument, nodes.Const):
                        found.setdefault(str(argument.value), f"{template.name}:{call.lineno}")
    return found


def faults() -> Iterator[tuple[str, set[str], str]]:
    """(code, names of the values given, place) of every fault whose code and values are written out."""
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            keywords = {k.arg: k.value for k in node.keywords if k.arg}
            spread = any(k.arg is None for k in node.keywords)
            place = f"{file}:{node.lineno}"
            if called(node) == "one" and node.args and not spread:
                for code in texts(node.args[0]):
                    yield code, set(keywords) - {"where"}, place
            elif called(node) == "Fault":
                given = keywords.get("values", ast.Dict(keys=[], values=[]))
                if isinstance(given, ast.Dict) and all(isinstance(k, ast.Constant) for k in given.keys):
                    for code in texts(keywords.get("code")):
                        yield code, {str(k.value) for k in given.keys if isinstance(k, ast.Constant)}, place


def places(text: str) -> set[str]:
    """The names between braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}
