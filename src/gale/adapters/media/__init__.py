"""Pictures: typefaces, rendering, what people supply, content credentials, the contact sheet.

Needs the extra `gale[media]`; call `require` before importing the other modules of this folder.
"""

from __future__ import annotations

from importlib.util import find_spec

from gale.records.faults import Faults

NEEDED = {
    "PIL": "pillow",
    "uharfbuzz": "uharfbuzz",
    "pyvips": "pyvips pyvips-binary",
    "c2pa": "c2pa-python",
    "fpdf": "fpdf2",
}
# In Gale's own folder: a package of this name elsewhere would not be this one.
INSTALL = ".venv/bin/pip install --require-hashes -r locks/media.txt"


def require() -> None:
    """Raises `Faults` `pictures.extra_missing` with what to install, where a library of the extra is not there."""
    missing = [package for module, package in NEEDED.items() if find_spec(module) is None]
    if missing:
        raise Faults.one("pictures.extra_missing", missing=", ".join(missing), command=INSTALL)
