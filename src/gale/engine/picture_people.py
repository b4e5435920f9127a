"""`gale pictures --personal`: a version of each picture for each combination that people declared, drawn once.

Drawing and naming are two things: exports and the HTTP API only look names up, they never draw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from gale import ledger
from gale.adapters import media
from gale.adapters.media import names
from gale.creative import Catalogue, design
from gale.creative.design import formats
from gale.creative.design.follow import Follow, Key, joined
from gale.engine.notes import note, the_campaign
from gale.engine.personal import Personaliser
from gale.engine.picture_names import DRAWN, LETTER, follows_of, papers_hash
from gale.engine.pictures import A_LINE, Wish, chosen_variants, planned_variants
from gale.engine.workspace import Documents
from gale.ports.store import Store, Unit
from gale.records.canonical import content_hash
from gale.records.creative import Variant
from gale.records.faults import Fault, Faults, as_dict
from gale.words import Words

MANIFEST, SHEET = "personal.json", "personal-sheet.pdf"


class PersonalPictures(msgspec.Struct, frozen=True, kw_only=True):
    """What was made. `combinations` are distinct sets of declared values among `people`; `asked` pictures came down to
    `pictures` distinct files, of which `rendered` were drawn now and `hits` were in the cache; `mended` of those drawn
    were damaged there. `told` as in `Pictured`."""

    campaign: str
    folder: str
    people: int
    combinations: int
    asked: int
    pictures: int
    rendered: int
    hits: int
    mended: int
    manifest: str
    sheet: str
    told: list[dict[str, Any]]


def personal_pictures(
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
) -> PersonalPictures:
    """Draw what is missing, write all into the folder `out`, and name it for exports and the web.

    All variants that the plan sends live (before there is a plan: `count` of them), in the combinations that occur among
    the people and that of whoever declared nothing; in every one that the framework allows where there are no people
    yet. The ledger's lines commit together, after the files. Raises `Faults` as
    `pictures` does, and `pictures.not_personal`.
    """
    media.require()
    from gale.adapters.media import folder, personal

    wanted_formats = formats.of(wish.sizes)
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        papers = Documents.of(row)
        follows = follows_of(papers)
        planned = {t.placement for t in papers.campaign.touchpoints}
        placements = [p for p in DRAWN if p in follows and p in planned]
        if not placements:
            raise Faults.one("pictures.not_personal", campaign=campaign)
        live = [v for v in planned_variants(unit, row).values() if v.placement in placements]
        variants = live or list(chosen_variants(unit, row, papers, wish.count, placements))
        people, keys = _keys(unit, follows)
    if not variants:
        raise Faults.one("pictures.no_variants", campaign=campaign)
    told: list[Fault] = []
    image = folder.supplied(wish.photo, told) if wish.photo else None
    everybodys = None if image is None else (image, wish.focus)
    photos = _photographs(papers, follows, root, everybodys, told)
    seed = int(row.facts.get("seed", 0)) if wish.seed is None else wish.seed
    personaliser, asked = Personaliser(papers), []
    marks = {locale: say_in("pictures.ai_label") for locale, say_in in words.items()} if wish.label else {}
    for variant in variants:
        follow = follows[variant.placement]
        trained = variant.provenance not in ("human", "algorithmicMedia")
        mark = marks.get(variant.locale[:2], marks.get("en", "")) if trained else ""
        for key in keys[variant.placement]:
            mine, said = _hers(variant, follow.declared(key), personaliser)
            copy = design.copy_of(
                mine, papers.brand, papers.brief, catalogue.language(variant.locale), mark=mark, said=said
            )
            photo = _photo_of(follow, key, photos)
            shows = bool(photo) or everybodys is not None
            layout = None if wish.layout == "photo" and not shows else wish.layout
            look = follow.look(
                key, papers.brand, variant, seed, layout=layout, photo=shows and layout in (None, "photo")
            )
            for f in wanted_formats:
                if f.use == variant.placement or (variant.placement == "email" and (wish.sizes or f.name == LETTER)):
                    asked.append(personal.Wanted(variant, key, copy, look, f.name, photo))
    means = folder.Means(
        root=root, state=state, now=now, photo=everybodys, webp=False, sign=wish.sign, processes=wish.processes
    )
    drawn = personal.draw(asked, brand=papers.brand, means=means, photos=photos, told=told, progress=progress)
    told = design.together(told)
    if not drawn.pictures:
        raise Faults(told)
    personal.deliver(out, drawn, state=state)
    names.write(state, campaign, names.Index(papers=papers_hash(row.documents), pictures=_named(drawn.pictures)))
    rows = [_row(one, kept, follows[one.variant.placement]) for one, kept in drawn.pictures]
    personal.write_manifest(
        out / MANIFEST, sorted(rows, key=lambda r: (str(r["variant"]), str(r["size"]), str(r["who"])))
    )
    (out / SHEET).write_bytes(_sheet(drawn.pictures, follows, papers, out, now, say))
    lines = [(one.name, kept.sha256, "", kept.pixels, kept.looks, kept.source) for one, kept in drawn.fresh]
    with store.write() as unit:
        for start in range(0, len(lines), A_LINE):
            part = [list(line) for line in lines[start : start + A_LINE]]
            body = {"campaign": campaign, "root": ledger.root([content_hash(p) for p in part]), "pictures": part}
            note(unit, now=now, kind="pictures", body=body)
    files = len({kept.sha256 for _, kept in drawn.pictures})
    return PersonalPictures(
        campaign=campaign,
        folder=str(out),
        people=people,
        combinations=len({key for found in keys.values() for key in found}),
        asked=len(asked),
        pictures=files,
        rendered=len(drawn.fresh),
        hits=files - len({kept.sha256 for _, kept in drawn.fresh}),
        mended=drawn.damaged,
        manifest=str(out / MANIFEST),
        sheet=str(out / SHEET),
        told=[dict(as_dict(f)) for f in told],
    )


def _keys(unit: Unit, follows: Mapping[str, Follow]) -> tuple[int, dict[str, list[Key]]]:
    """How many people there are, and by placement the combinations to draw, nothing declared first."""
    found: dict[str, Counter[Key]] = {placement: Counter() for placement in follows}
    people = 0
    for state in unit.people.scan():
        if state.forgotten:
            continue
        people += 1
        for placement, follow in follows.items():
            found[placement][follow.key(state.profile.attributes)] += 1
    nobody = {placement: ("",) * len(follow.attributes) for placement, follow in follows.items()}
    return people, {
        placement: [nobody[placement], *(k for k, _ in found[placement].most_common() if k != nobody[placement])]
        if people
        else list(follow.allowed())
        for placement, follow in follows.items()
    }


def _hers(variant: Variant, declared: Mapping[str, str], personaliser: Personaliser) -> tuple[Variant, list[str]]:
    """The variant in the words of a combination, and those of its texts that follow people."""
    slots = personaliser.slots(variant, declared)
    framework = personaliser.of(variant.placement, variant.locale).framework
    said = [text for slot in framework.slots if slot.by and (text := slots.get(slot.name))]
    fields = dict(personaliser.fields(variant, declared))
    return msgspec.structs.replace(variant, slots=dict(slots), fields=fields), said


def _photographs(
    papers: Documents, follows: Mapping[str, Follow], root: Path, everybodys: Any, told: list[Fault]
) -> dict[str, Any]:
    """The photographs that choices name, each with its focal point, by name; one that is not what was signed is told."""
    from gale.adapters.media import folder, marks

    opened: dict[str, Any] = {}
    found: dict[str, Any] = {}
    for choice in _choices(follows):
        focus = choice.focus or (0.5, 0.5)
        if choice.photo is None:
            if everybodys is not None and choice.focus is not None:
                found[_name(choice.photo, focus)] = (everybodys[0], focus)
            continue
        path = (root / choice.photo).resolve()
        if choice.photo not in opened:
            same = path.is_file() and path.is_relative_to(root.resolve())
            same = same and marks.file_hash(path.read_bytes()) == papers.pages.get(choice.photo)
            if not same:
                told.append(Fault(code="pictures.photo_changed", values={"path": choice.photo}, where=choice.photo))
            opened[choice.photo] = folder.supplied(path, told) if same else None
        if opened[choice.photo] is not None:
            found[_name(choice.photo, focus)] = (opened[choice.photo], focus)
    return found


def _choices(follows: Mapping[str, Follow]) -> Iterator[Any]:
    for follow in follows.values():
        if follow.framework.pictures:
            yield from follow.framework.pictures.choices.values()


def _name(photo: str | None, focus: tuple[float, float]) -> str:
    return f"{photo or ''}@{focus[0]},{focus[1]}"


def _photo_of(follow: Follow, key: Key, photos: Mapping[str, Any]) -> str:
    """The name of a combination's own photograph; empty where it has none that can be used."""
    choice = follow.choice(key)
    if choice is None or choice.scene is not None:
        return ""
    name = _name(choice.photo, choice.focus or (0.5, 0.5))
    return name if name in photos else ""


def _named(pictures: list[tuple[Any, Any]]) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for one, kept in pictures:
        found.setdefault(one.variant.id, {}).setdefault(one.size, {})[joined(one.key)] = kept.name
    return found


def _row(one: Any, kept: Any, follow: Follow) -> dict[str, object]:
    return {
        "file": kept.name,
        "variant": one.variant.id,
        "placement": one.variant.placement,
        "locale": one.variant.locale,
        "size": one.size,
        "who": follow.declared(one.key),
        "alt": kept.alt,
        "sha256": kept.sha256,
        "pixels_sha256": kept.pixels,
        "layout": one.look.layout,
        "scene": one.look.scene,
    }


def _sheet(
    pictures: list[tuple[Any, Any]], follows: Mapping[str, Follow], papers: Documents, out: Path, now: int, say: Words
) -> bytes:
    """Every variant with all its versions side by side."""
    from gale.adapters.media import marks, sheet

    thumbs: dict[str, list[sheet.Thumb]] = {}
    first: dict[str, Any] = {}
    for one, kept in sorted(pictures, key=lambda p: (p[0].size, p[0].key)):
        f = formats.BY_NAME[one.size]
        declared = follows[one.variant.placement].declared(one.key)
        label = say("For “{values}”", values=", ".join(declared.values())) if declared else say("For everybody else")
        small = sheet.thumb(f.name, f.width, f.height, marks.opened((out / kept.name).read_bytes()), label)
        thumbs.setdefault(one.variant.id, []).append(small)
        first.setdefault(one.variant.id, one)
    entries = [
        sheet.Entry(v, one.copy.headline, "", (say(f"language.{one.variant.locale[:2]}"),), tuple(thumbs[v]))
        for v, one in first.items()
    ]
    lines = (say("Every file is in the ledger: gale pictures --check FILE says whether it is yours and unchanged."),)
    brand = papers.brand
    return sheet.sheet(
        entries, brand=brand.name, typeface=brand.typeface, palette=brand.palette, title=say.text(papers.brief.title),
        lines=lines, now=now,
    )  # fmt: skip
