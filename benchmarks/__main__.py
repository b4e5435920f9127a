"""Run a benchmark by name; the last line of standard output is one JSON object.

What a benchmark needs beyond the base install is installed on first use from `locks/` into `.benchdeps*/`, outside the
timed part.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before any benchmark imports numpy
ROOT = Path(__file__).parent.parent
NAMES = (
    "startup",
    "decide",
    "worlds",
    "http",
    "create",
    "checks",
    "personalise",
    "peeking",
    "headlines",
    "contextual",
    "ope",
    "banners",
)
NEEDS_MEDIA = {"banners"}
NEEDS_PEERS = {"create", "decide", "contextual"}


def peers(name: str = "bench") -> None:
    """Install what a lock holds once and put it on the path, behind the product's own packages.

    `bench` are the peers, `media` is the product's own extra, for a machine with the base install alone.
    """
    folder = ROOT / (".benchdeps" if name == "bench" else f".benchdeps-{name}")
    lock = ROOT / "locks" / f"{name}.txt"
    stamp = folder / ".done"
    if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
        print(f"installing locks/{name}.txt (once) …", file=sys.stderr)
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run(
            [*command, "--require-hashes", "--target", str(folder), "--upgrade", "-r", str(lock)], check=True
        )
        stamp.touch()
    sys.path.append(str(folder))


def main(arguments: list[str]) -> int:
    names = [a for a in arguments[:1] if not a.startswith("-")]
    rest = [a for a in arguments[1:] if a != "--json"]
    if not names or (names[0] not in NAMES and names[0] != "all"):
        print(
            "usage: python -m benchmarks NAME [options] --json; NAME is all or one of: " + ", ".join(NAMES),
            file=sys.stderr,
        )
        return 2
    results = {}
    for name in NAMES if names[0] == "all" else names:
        if name in NEEDS_PEERS:
            peers()
        if name in NEEDS_MEDIA:
            peers("media")
        module = importlib.import_module(f"benchmarks.{name}")
        results[name] = module.main(rest if names[0] != "all" else [])
        print(json.dumps(results[name], indent=1), file=sys.stderr)
    print(json.dumps(results if names[0] == "all" else results[names[0]]))
    return 0


sys.exit(main(sys.argv[1:]))
