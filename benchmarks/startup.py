"""How long `gale --version` takes, warm: what a person waits before anything happens."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def main(argv: list[str]) -> dict[str, Any]:
    gale = Path(sys.executable).parent / "gale"
    timed, bare = [], []
    for _ in range(9):
        began = time.perf_counter()
        subprocess.run([str(gale), "--version"], check=True, capture_output=True)
        timed.append(time.perf_counter() - began)
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        bare.append(time.perf_counter() - began)
    return {
        "seconds": round(statistics.median(timed[1:]), 4),
        "python_alone_seconds": round(statistics.median(bare[1:]), 4),
    }
