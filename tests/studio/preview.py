"""Render every sample page into a folder and photograph it: `python tests/studio/preview.py FOLDER [NAME…]`.

Needs Chromium; pictures are NAME-LANGUAGE-WIDTH.png. Look at them.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from studio_samples import BRAND, pages, render, report

from gale.adapters.words import load
from gale.studio.brandart import brand_css
from gale.studio.render import STATIC
from gale.studio.views import standalone

WIDTHS = (1280, 390)


def main(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(STATIC, folder / "static", dirs_exist_ok=True)
    (folder / "brand.css").write_text(brand_css(BRAND["palette"]))
    written: list[Path] = []
    for locale in ("fr", "en"):
        for name in pages():
            if names and name not in names:
                continue
            html = (
                render(name, locale)
                .replace('"/static/', f'"{folder}/static/')
                .replace('"/brand/reveil.css"', f'"{folder}/brand.css"')
            )
            written.append(folder / f"{name}-{locale}.html")
            written[-1].write_text(html, encoding="utf-8")
        if not names or "standalone" in names:
            written.append(folder / f"standalone-{locale}.html")
            written[-1].write_text(standalone(report(), locale, load(locale)), encoding="utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 900})
            for file in written:
                page.goto(f"file://{file}")
                page.wait_for_timeout(150)
                over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                if over > 0:
                    print(f"{file.stem} at {width}: {over} px too wide", file=sys.stderr)
                page.screenshot(path=str(file.with_name(f"{file.stem}-{width}.png")), full_page=True)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
