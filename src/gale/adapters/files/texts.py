"""A text file of ours: written whole or not at all, never over another one."""

from __future__ import annotations

import os
from pathlib import Path

from gale.records.faults import Faults


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with the line ends that the text has.

    Raises `Faults` `file.exists` (nothing is overwritten), `file.not_writable`.
    """
    if path.exists():
        raise Faults.one("file.exists", where=path.name, path=str(path))
    draft = path.with_name(f".{path.name}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8", newline="")
        os.replace(draft, path)
    except OSError as problem:
        draft.unlink(missing_ok=True)
        raise Faults.one("file.not_writable", where=path.name, problem=problem.strerror or str(problem)) from None
