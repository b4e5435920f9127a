"""Compile the message catalogues (.po, what translators edit) into what gettext reads (.mo)."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent.parent / "src" / "gale" / "words" / "catalogues"

for po in sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po")):
    with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
        write_mo(target, read_po(source, locale=po.parent.parent.name))
