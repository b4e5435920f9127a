"""Read the phrase bank and the frameworks that come with the package.

`data/frameworks.yaml` holds the frameworks; every folder beside it is a language, every file in it a bank:

    hooks.yaml
        problem:                       # the angle; `any` goes with every angle
          - Rien ne presse.
          - {text: Et hop., tone: playful}
          - {text: La première gorgée., for: food}     # the kinds of product it suits; several with spaces between

A further language is a further folder: its banks, `language.yaml` with what `creative.language.Language` documents, and
`unproved.yaml` with what may not be said without a proof;
`wishes.yaml`, where there is one, says how people ask for a phrase and which phrases wait to be asked for.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gale.adapters.catalogue.identify import odds_of
from gale.creative.catalogue import Catalogue, Framework, Slot, Template, WishWords, template_id
from gale.creative.disclosure import shown
from gale.creative.inclusive import Inclusive
from gale.creative.language import Language, Money
from gale.creative.law import Law, Line
from gale.records.faults import Fault, Faults, raise_if

DATA = Path(__file__).parent / "data"
LANGUAGE = "language.yaml"
WISHES = "wishes.yaml"
UNPROVED = "unproved.yaml"
INCLUSIVE = "inclusive.yaml"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def load(folder: Path = DATA) -> Catalogue:
    """The catalogue of a folder, the package's own by default; read once.

    Raises `Faults`: `catalogue.unreadable`, `catalogue.twice` for a phrase that stands in one bank twice.
    """
    frameworks = [_framework(entry) for entry in _read(folder / "frameworks.yaml")["frameworks"]]
    tongues = {file.parent.name: _language(file) for file in sorted(folder.glob(f"*/{LANGUAGE}"))}
    banks = {
        code: {
            file.stem: _templates(file)
            for file in sorted((folder / code).glob("*.yaml"))
            if file.name not in (LANGUAGE, WISHES, UNPROVED, INCLUSIVE)
        }
        for code in tongues
    }
    asked = {code: _read(folder / code / WISHES) for code in tongues if (folder / code / WISHES).is_file()}
    return Catalogue(
        frameworks={f.placement: f for f in frameworks},
        banks=banks,
        tongues=tongues,
        waiting={code: _waiting(content["phrases"]) for code, content in asked.items()},
        wishes={code: _wishes(content["words"]) for code, content in asked.items()},
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, yaml.YAMLError) as problem:
        raise Faults.one("catalogue.unreadable", where=str(file), problem=str(problem)) from problem
    if not isinstance(content, dict):
        raise Faults.one("catalogue.unreadable", where=str(file), problem="no mapping")
    return content


def _framework(entry: dict[str, Any]) -> Framework:
    return Framework(
        id=entry["id"],
        placement=entry["placement"],
        slots=tuple(Slot(**slot) for slot in entry["slots"]),
        fields=shown(entry["placement"], {name: tuple(map(tuple, rows)) for name, rows in entry["fields"].items()}),
        joint=entry["joint"],
        measured=entry["measured"],
        cuts=(int(entry["cuts"][0]), int(entry["cuts"][1])),
    )


def _language(file: Path) -> Language:
    content = _read(file)
    try:
        made = {
            "money": Money(**content["money"]),
            "law": _law(content.get("law", {})),
            "unproved": _read(file.with_name(UNPROVED)),
            "odds": odds_of(file.parent.name),
        }
        if (persons := file.with_name(INCLUSIVE)).is_file():
            made["inclusive"] = Inclusive(**_read(persons))
        return Language(code=file.parent.name, **{**content, **made})
    except (KeyError, TypeError) as problem:
        raise Faults.one("catalogue.unreadable", where=str(file), problem=str(problem)) from problem


def _law(content: dict[str, Any]) -> Law:
    lines = {
        regime: {locale: Line(**line) for locale, line in of.items()} for regime, of in content.get("lines", {}).items()
    }
    return Law(**{**content, "lines": lines})


def _templates(file: Path) -> tuple[Template, ...]:
    bank = file.stem
    found: dict[str, Template] = {}
    faults = []
    for angle, entries in _read(file).items():
        for entry in entries:
            more = entry if isinstance(entry, dict) else {"text": str(entry)}
            text = more["text"]
            name = template_id(bank, text)
            if name in found:
                faults.append(Fault(code="catalogue.twice", values={"text": text}, where=str(file)))
            found[name] = Template(
                id=name,
                bank=bank,
                angle=angle,
                text=text,
                tone=more.get("tone", ""),
                kinds=tuple(more.get("for", "").split()),
            )
    raise_if(faults)
    return tuple(found.values())


def _waiting(banks: dict[str, list[dict[str, str]]]) -> dict[str, tuple[Template, ...]]:
    return {
        bank: tuple(
            Template(
                id=template_id(f"asked-{bank}", e["text"]),
                bank=bank,
                angle=e["angle"],
                text=e["text"],
                tone=e.get("tone", ""),
                kinds=tuple(e.get("for", "").split()),
                moment=e.get("moment", ""),
            )
            for e in entries
        )
        for bank, entries in banks.items()
    }


def _wishes(words: dict[str, dict[str, list[str]]]) -> dict[str, WishWords]:
    return {name: WishWords(tuple(told["say"]), tuple(told.get("marks", ()))) for name, told in words.items()}
