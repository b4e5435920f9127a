"""`gale pictures`: the campaign's variants as designed pictures in every size, signed, listed and laid out to look at.

`check` tells of any file whether it is one of ours, and whether it still says so itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from gale import ledger
from gale.adapters import media
from gale.creative import Catalogue, design
from gale.creative.addresses import tracked, utm
from gale.creative.design import formats
from gale.engine.notes import note, the_campaign
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow, Store, Unit
from gale.records.canonical import content_hash
from gale.records.creative import Variant
from gale.records.faults import Fault, Faults, as_dict
from gale.words import Words

PLACEMENTS = ("banner", "post")
A_LINE = 500  # pictures that one line of the ledger names
KINDS = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".png": "image/png"}
State = Literal["unchanged", "same_pixels", "stripped", "alike", "unknown"]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted. `count` variants a placement and language, those of the plan first; `sizes` empty: all; `focus`
    is the focal point of `photo`, 0 to 1 from its left and top; `label` shows that a model wrote part of the words."""

    count: int = 12
    sizes: tuple[str, ...] = ()
    layout: str | None = None
    photo: Path | None = None
    focus: tuple[float, float] = (0.5, 0.5)
    webp: bool = True
    sign: bool = True
    label: bool = True
    seed: int | None = None
    processes: int = 2


class Pictured(msgspec.Struct, frozen=True, kw_only=True):
    """What was made: counts, where it lies, the Merkle root in the ledger; `told` are faults of single pictures (the
    others were made) and what was done to what people supplied."""

    campaign: str
    folder: str
    variants: int
    pictures: int
    sizes: dict[str, int]
    layouts: dict[str, int]
    sources: dict[str, int]
    signed: bool
    manifest: str
    sheet: str
    root: str
    told: list[dict[str, Any]]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is. `state`: "unchanged"; "same_pixels" (other metadata, credentials still there); "stripped" (our
    pixels without valid credentials); "alike" (encoded or scaled anew; `distance` bits of 256); "unknown"."""

    state: State
    file: str
    picture: str = ""
    campaign: str = ""
    noted: int = 0
    seq: int = 0
    source: str = ""
    distance: int = 0
    credentials: str = "none"


def pictures(
    store: Store,
    catalogue: Catalogue,
    campaign: str,
    *,
    wish: Wish,
    root: Path,
    state: Path,
    out: Path,
    now: int,
    words: Mapping[str, Words],
    say: Words,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Pictured:
    """Draw the accepted variants and write them into the folder `out`, with sources, manifest and contact sheet.

    The ledger's lines commit together, after all files are written. `root` is the workspace (its `fonts/` holds a
    brand's own typeface), `state` its state folder with the signing key. Raises `Faults`: `pictures.extra_missing`,
    `pictures.size_unknown`, `pictures.no_placement`, `pictures.no_variants`, those of the key; all that
    was told where not one picture could be made. A photograph or typeface that is refused, a letter that cannot be
    drawn, a text that does not fit one size: each is told, and everything else is made.
    """
    media.require()
    from gale.adapters.media import folder

    wanted = formats.of(wish.sizes)
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        papers = Documents.of(row)
        drawn = drawable_placements(papers, {f.use for f in wanted})
        chosen = list(chosen_variants(unit, row, papers, wish.count, drawn))
    if not chosen:
        raise Faults.one("pictures.no_variants", campaign=campaign)
    brand, seed = papers.brand, int(row.facts.get("seed", 0)) if wish.seed is None else wish.seed
    told: list[Fault] = []
    image = folder.supplied(wish.photo, told) if wish.photo else None
    photo = None if image is None else (image, wish.focus)
    marks = {locale: say_in("pictures.ai_label") for locale, say_in in words.items()} if wish.label else {}
    asked: list[folder.Asked] = []
    for variant in chosen:
        trained = variant.provenance not in ("human", "algorithmicMedia")
        mark = marks.get(variant.locale[:2], marks.get("en", "")) if trained else ""
        copy = design.copy_of(variant, brand, papers.brief, catalogue.language(variant.locale), mark=mark)
        layout = wish.layout or ("photo" if photo else None)
        if layout == "photo" and photo is None:  # nothing to show there: its angle's own layouts
            layout = None
        look = design.looks(brand, variant, seed, layout=layout)
        asked += [folder.Asked(variant, copy, look, f.name) for f in wanted if f.use == variant.placement]
    done = folder.fill(
        out,
        asked,
        brand=brand,
        title=say.text(papers.brief.title),
        landing=_landing(papers),
        wish=folder.Means(
            root=root, state=state, now=now, photo=photo, webp=wish.webp, sign=wish.sign, processes=wish.processes,
        ),
        words=words,
        say=say,
        told=told,
        progress=progress,
    )  # fmt: skip
    told = design.together(told)
    if not done:
        raise Faults(told)
    made = sorted(done, key=lambda d: d.name)
    leaves = [content_hash(msgspec.to_builtins(m.line)) for m in made]
    top = ledger.root(leaves) if leaves else ""
    with store.write() as unit:
        for start in range(0, len(made), A_LINE):
            part = [list(m.line) for m in made[start : start + A_LINE]]
            body = {"campaign": campaign, "root": ledger.root(leaves[start : start + A_LINE]), "pictures": part}
            note(unit, now=now, kind="pictures", body=body)
    return Pictured(
        campaign=campaign,
        folder=str(out),
        variants=len({m.variant for m in made}),
        pictures=len(made),
        sizes=dict(Counter(m.size for m in made)),
        layouts=dict(Counter(m.layout for m in made)),
        sources=dict(Counter(m.source for m in made)),
        signed=wish.sign,
        manifest=str(out / folder.MANIFEST),
        sheet=str(out / folder.SHEET),
        root=top,
        told=[dict(as_dict(f)) for f in told],
    )


def drawable_placements(papers: Documents, uses: set[str]) -> list[str]:
    """The planned placements that these sizes are for. Raises `Faults` `pictures.no_placement`."""
    planned = {t.placement for t in papers.campaign.touchpoints}
    drawn: list[str] = [p for p in PLACEMENTS if p in planned and p in uses]
    if not drawn:
        raise Faults.one("pictures.no_placement", found=", ".join(sorted(planned)), drawn=", ".join(PLACEMENTS))
    return drawn


def chosen_variants(
    unit: Unit, row: CampaignRow, papers: Documents, count: int, placements: Sequence[str]
) -> Iterator[Variant]:
    """The variants to draw: of each placement and language those that the plan sends live, then the most different."""
    shortlisted = planned_variants(unit, row)
    for placement in placements:
        for locale in papers.brief.locales:
            first = [v for v in shortlisted.values() if v.placement == placement and v.locale == locale]
            then = unit.creatives.page(row.id, placement=placement, locales=[locale], accepted=True, limit=count)
            yield from list({v.id: v for v in (*first, *then)}.values())[:count]


def planned_variants(unit: Unit, row: CampaignRow) -> Mapping[str, Variant]:
    """The variants that the plan sends live, by id; none before there is a plan."""
    live = [v for s in row.facts.get("plan", {}).get("shortlists", {}).values() for v in s.get("chosen", ())]
    return unit.creatives.get(row.id, live) if live else {}


def _landing(papers: Documents) -> str:
    """Where the pictures lead, with the campaign's UTM; each picture's page puts its own name in as the content."""
    address = papers.brief.landing or papers.brand.url or ""
    tags = utm(source=papers.brand.id, medium="display", campaign=papers.campaign.id, content="pictures")
    return tracked(address, tags) if address else ""


def check(store: Store, file: Path, *, root: str = "") -> Checked:
    """Whether a file is a picture of this workspace, by the ledger. `root` (PEM) is the workspace's own certificate.

    First the bytes, then the pixels, then the look (a difference hash): what nobody changed, what lost its credentials,
    what was encoded again. Raises `Faults`: `pictures.extra_missing`,
    `photo.unknown`, `photo.unreadable`.
    """
    media.require()
    from gale.adapters.media import credentials, marks

    data = file.read_bytes()
    image = marks.opened(data, file.name)
    told = credentials.read(data, KINDS.get(file.suffix.lower(), "image/jpeg"), root=root)
    says = told.state if told else "none"
    own, pixels, look = marks.file_hash(data), marks.pixel_hash(image), marks.look_hash(image)
    best: Checked | None = None
    rank = {"unchanged": 0, "same_pixels": 1, "stripped": 1, "alike": 2}
    with store.read() as unit:
        for entry in unit.ledger.scan():
            for name, jpg, webp, known_pixels, known_look, source in (
                entry.body["pictures"] if entry.kind == "pictures" else ()
            ):
                apart = marks.distance(look, known_look)
                kept = says in ("valid", "trusted")
                state: State = (
                    "unchanged"
                    if own in (jpg, webp)
                    else ("same_pixels" if kept else "stripped")
                    if pixels == known_pixels
                    else "alike"
                )
                if state == "alike" and apart > marks.ALIKE:
                    continue
                found = Checked(
                    state=state, file=str(file), picture=name, campaign=str(entry.body["campaign"]), noted=entry.time,
                    seq=entry.seq, source=source, distance=apart, credentials=says,
                )  # fmt: skip
                if best is None or (rank[state], apart) < (rank[best.state], best.distance):
                    best = found
    return best or Checked(state="unknown", file=str(file), credentials=says)
