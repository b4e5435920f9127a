"""`gale init`: a workspace made from a few answers, ready to be edited; nothing that exists is overwritten."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, get_args

from gale import settings
from gale.adapters.catalogue import load
from gale.adapters.files.start import start_documents
from gale.adapters.files.yaml_reader import write_yaml
from gale.campaign import parse
from gale.creative import legal
from gale.records.documents import Kind
from gale.records.faults import Fault, Faults, raise_if


@dataclass(frozen=True)
class Answers:
    """What `gale init` (and the Studio's first page) asks."""

    name: str
    product: str
    noun_fr: str
    noun_en: str
    benefit_fr: str
    benefit_en: str
    price: str
    landing: str = ""
    kind: str = "goods"
    touchpoints: str = "letter"  # names of the starting campaign's, with commas between
    locale: str = "fr"  # what people read who have told no language, and what is written first

    @staticmethod
    def defaults(folder: str) -> dict[str, str]:
        """What `--yes` takes where nothing is said: true of any brand, so that nothing is invented."""
        name = folder.replace("-", " ").replace("_", " ").strip().title() or "Ma marque"
        return {
            "name": name,
            "product": "Essentiel",
            "noun_fr": "le produit",
            "noun_en": "product",
            "benefit_fr": "fait avec soin",
            "benefit_en": "made with care",
            "price": "10.00",
            "landing": "",
            "kind": "goods",
            "touchpoints": "letter",
        }


def slug(name: str) -> str:
    """A name as an id: lower-case ASCII letters, digits and hyphens.

    >>> slug("Crème & Cie")
    'creme-cie'
    """
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("æ", "ae")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or "marque"


NEEDED = ("name", "product", "noun_fr", "noun_en", "benefit_fr", "benefit_en")


def wrong(field: str, value: str) -> Fault | None:
    """What keeps one answer from being taken, so that whoever asks can ask it again at once.

    >>> wrong("price", "cheap").code, wrong("noun_fr", "savon").code, wrong("price", "9,80 €")
    ('init.price', 'init.article', None)
    """
    said = value.strip()
    if field == "price" and _price(said) == 0:
        return Fault(code="init.price", values={"found": value})
    if field in NEEDED and not said:
        return Fault(code="init.empty", values={"field": field})
    if field == "noun_fr" and not re.match(r"(?i)^(le |la |les |l['’])\S", said):
        return Fault(code="init.article", values={"found": value})
    if field == "kind" and said not in get_args(Kind):
        return Fault(code="init.kind", values={"found": value, "known": ", ".join(get_args(Kind))})
    if field == "touchpoints":
        chosen, left = split(start_documents()["campaign"]["narrative"], value)
        if not chosen:
            known = ", ".join(t["id"] for act in left for t in act["touchpoints"])
            return Fault(code="init.touchpoints", values={"found": value, "known": known})
    return None


def _price(said: str) -> Decimal:
    """The price as written ("9,80 €"), or nothing where it is none."""
    try:
        price = Decimal(said.replace(",", ".").replace("€", "").strip())
        return price if 0 < price < 10**7 else Decimal(0)
    except InvalidOperation:  # no number, or "nan", which compares with nothing
        return Decimal(0)


def _with_article(product: str, noun: str) -> str | None:
    """The product's name as a French noun with its article, where it begins with the very noun that it is.

    >>> _with_article("Baume de nuit", "le baume"), _with_article("Huile d’or", "l’huile"), _with_article("Nuit", "le baume")
    ('le baume de nuit', 'l’huile d’or', None)
    """
    bare = _bare(noun)
    if not bare or not re.match(rf"(?i){re.escape(bare)}(?=\s|$)", product):
        return None
    return noun[: -len(bare)].lower() + product[0].lower() + product[1:]


def documents(answers: Answers, today: date) -> dict[str, dict[str, Any]]:
    """The six documents as plain data. Raises `Faults` with every answer that cannot be."""
    asked = ("price", *NEEDED, "kind", "touchpoints")
    raise_if(fault for field in asked if (fault := wrong(field, getattr(answers, field))) is not None)
    made = start_documents()
    chosen, _ = split(made["campaign"]["narrative"], answers.touchpoints)
    price = _price(answers.price)
    brand = slug(answers.name)
    made["gale"] |= {"name": answers.name.strip(), "locale": answers.locale}
    made["brand"] = {
        "schema": 1,
        "id": brand,
        "name": answers.name.strip(),
        "descriptor": {"fr": _bare(answers.noun_fr), "en": answers.noun_en.strip()},
        "palette": dict(zip(("ink", "paper", "accent", "second", "third"), palette_for(brand), strict=True)),
    }
    if answers.landing.strip():
        made["brand"]["url"] = answers.landing.strip()
    made["brief"] = {
        "schema": 1,
        "id": f"{brand}-brief",
        "brand": brand,
        "title": {
            "fr": f"{answers.product.strip()}, le premier brief",
            "en": f"{answers.product.strip()}, the first brief",
        },
        "product": {
            "name": answers.product.strip(),
            "kind": answers.kind.strip(),
            "noun": {"fr": answers.noun_fr.strip(), "en": answers.noun_en.strip()},
            "price": {"amount": f"{price:.2f}", "currency": "EUR"},
        },
        "benefit": {"fr": answers.benefit_fr.strip(), "en": answers.benefit_en.strip()},
        "flight": {"start": today.isoformat(), "days": 14},
        "locales": sorted(("fr", "en"), key=lambda code: code != answers.locale),
    }
    if (called := _with_article(answers.product.strip(), answers.noun_fr.strip())) is not None:
        made["brief"]["product"]["names"] = {"fr": called}
    tongues = load().tongues
    if any(legal.drink(noun, tongues[code]) for code, noun in made["brief"]["product"]["noun"].items()):
        made["brief"]["product"]["regime"] = "alcohol"
    if answers.landing.strip():
        made["brief"]["landing"] = answers.landing.strip()
    made["team"]["members"][0]["name"] = answers.name.strip()
    made["campaign"] |= {"id": f"{brand}-1", "brief": f"{brand}-brief", "narrative": chosen}
    return made


def init_workspace(folder: Path, answers: Answers, *, today: date | None) -> list[Path]:
    """Write the documents into `folder`. Raises `Faults` `init.exists` when one is there already: nothing is lost."""
    made = documents(answers, today or date.today())
    taken = [name for name in settings.DOCUMENT_FILES.values() if (folder / name).exists()]
    if taken:
        raise Faults.one("init.exists", folder=str(folder), files=", ".join(taken))
    for kind, data in made.items():
        parse(kind, data, {})  # what is written must be readable, or nothing is written
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    _, left = split(start_documents()["campaign"]["narrative"], answers.touchpoints)
    for kind, name in settings.DOCUMENT_FILES.items():
        write_yaml(folder / name, made[kind], examples=left if kind == "campaign" else (), said=FURTHER)
        written.append(folder / name)
    return written


FURTHER = (
    "Further acts, to put under narrative. They reach people who agreed to advertising (purposes.yaml).",
    "D’autres actes, à placer sous narrative. Ils touchent qui a accepté la publicité (purposes.yaml).",
)


def split(narrative: Sequence[Mapping[str, Any]], wanted: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The acts with the touchpoints wanted by name, and the acts with the others; nothing is wanted where a name is
    unknown.

    >>> acts = [{"id": "a", "touchpoints": [{"id": "letter"}, {"id": "post"}]}]
    >>> split(acts, "letter")
    ([{'id': 'a', 'touchpoints': [{'id': 'letter'}]}], [{'id': 'a', 'touchpoints': [{'id': 'post'}]}])
    >>> split(acts, "letter, fax")[0]
    []
    """
    names = {name.strip() for name in wanted.split(",") if name.strip()}
    if not names <= {t["id"] for act in narrative for t in act["touchpoints"]}:
        names = set()

    def acts(taken: bool) -> list[dict[str, Any]]:
        some = [{**a, "touchpoints": [t for t in a["touchpoints"] if (t["id"] in names) is taken]} for a in narrative]
        return [act for act in some if act["touchpoints"]]

    return acts(True), acts(False)


# Ink, paper, accent and two more: each ink reads on its paper with a contrast above 10. A start, to be replaced.
PALETTES = (
    ("#12303a", "#f3f7f5", "#4fa3a5", "#2f6f7e", "#1d4a57"),
    ("#2b2140", "#f7f4fa", "#a98bd0", "#7a5ba6", "#4a3570"),
    ("#1f3322", "#f5f7ef", "#8fb25a", "#55803f", "#34572f"),
    ("#3a1f1b", "#faf4ef", "#d98f6c", "#a8573f", "#6e3529"),
    ("#1b2740", "#f3f6fb", "#7ea4dc", "#41659f", "#2a4470"),
    ("#33291a", "#faf6ec", "#d3ae5c", "#94742f", "#5f4a20"),
)


def palette_for(brand: str) -> tuple[str, ...]:
    """A palette to start with, the same each time for one brand.

    >>> palette_for("le-fournil") == palette_for("le-fournil")
    True
    """
    return PALETTES[sum(brand.encode()) % len(PALETTES)]


def _bare(noun: str) -> str:
    return re.sub(r"(?i)^(le |la |les |l['’])", "", noun.strip())
