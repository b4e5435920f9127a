"""Draw the README's pictures from `examples/eveil/out/report.json` (run `make run ONCE=1` first).

Needs the development packages (`make test` installs them) and Debian's chromium.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from gale.adapters.words import load
from gale.studio.views import standalone

ROOT = Path(__file__).parent.parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main() -> int:
    source = ROOT / "examples" / "eveil" / "out" / "report.json"
    if not source.is_file():
        print("no report yet: run make run ONCE=1", file=sys.stderr)
        return 1
    told = json.loads(source.read_text(encoding="utf-8"))
    (ROOT / "docs" / "pictures").mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for locale in ("en", "fr"):
            page_file = Path(folder) / f"report-{locale}.html"
            page_file.write_text(standalone(told, locale, load(locale)), encoding="utf-8")
            page = browser.new_page(viewport={"width": 1100, "height": 1150})
            page.goto(page_file.as_uri())
            page.screenshot(path=str(ROOT / "docs" / "pictures" / f"report-{locale}.png"))
        browser.close()
    return 0


sys.exit(main())
