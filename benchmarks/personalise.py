"""A million people through a designed framework: how fast, and how many texts were really written.

    python -m benchmarks personalise --json [--people 1000000]

A letter whose tip follows two declared attributes (skin type, time of the day); the policy's choice is drawn before the
clock starts. Then its picture, in the fields that begin with `picture`: each distinct one of the eight live letters is
drawn once on two processes, found in the cache in a second run, and named for everybody. The peer renders every letter anew with Jinja2 from the same slots, in the same run; the limit is one look
into a dictionary a person.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

PEER = 20_000
ROUNDS = 3
SKIN = ("dry", "oily", "mixed", "sensitive", "")
HOURS = ("morning", "evening", "")
LIVE = 8  # variants that go live in a language, by default
SCENES = {
    "by": "skin_type",
    "choices": {"dry": {"scene": "waves"}, "oily": {"scene": "rings"}, "mixed": {"scene": "bands"}, "sensitive": {"scene": "moon"}},
}  # fmt: skip
FRAMEWORK = {
    "schema": 1,
    "id": "tutorial",
    "placement": "email",
    "slots": [
        {"name": "subject", "bank": "hooks", "zone": "head"},
        {"name": "opening", "bank": "openings", "tied": True},
        {"name": "middle", "bank": "middles", "tied": True},
        {
            "name": "tip", "phrases": {"fr": ["Quelques gouttes, du bout des doigts."]}, "by": "skin_type",
            "choices": {
                "dry": {"fr": "Sur peau encore humide, en pressant sans frotter."},
                "oily": {"fr": "Une goutte, chauffée entre les paumes."},
                "mixed": {"fr": "Le front et les joues, dans cet ordre."},
                "sensitive": {"fr": "D'abord au creux du bras, puis sur le visage."},
            },
        },
        {
            "name": "hour", "phrases": {"fr": ["À l'heure qui vous plaît."]}, "by": "hour",
            "choices": {"morning": {"fr": "Le matin, avant le café."}, "evening": {"fr": "Le soir, quand tout est calme."}},
        },
        {"name": "cta", "bank": "calls", "zone": "button"},
    ],
    "fields": {"subject": [["subject"]], "body": [["opening"], ["middle"], ["tip", "hour"]], "cta": [["cta"]]},
}  # fmt: skip


def main(argv: Sequence[str] = ()) -> dict[str, Any]:
    """Run and return the figures; print them as one JSON object with `--json`."""
    parser = argparse.ArgumentParser(prog="personalise")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--variants", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(list(argv))

    from jinja2 import Environment

    from gale.adapters.catalogue import load
    from gale.creative import combine
    from gale.creative.frameworks import with_frameworks
    from gale.creative.personal import Personal
    from gale.records.documents import Brand, Brief
    from gale.records.framework import FrameworkDocument

    folder = Path(__file__).parent.parent / "examples" / "peau"
    brand = Brand.model_validate(yaml.safe_load((folder / "brand.yaml").read_text(encoding="utf-8")))
    brief = Brief.model_validate(yaml.safe_load((folder / "brief.yaml").read_text(encoding="utf-8")))
    catalogue = with_frameworks(load(), [FrameworkDocument.model_validate(FRAMEWORK)])
    made = combine(
        brand, brief, catalogue, placement="email", locale="fr", wanted=options.variants, seed=options.seed
    ).accepted
    rng = np.random.default_rng(options.seed)
    chosen = rng.integers(len(made), size=options.people)
    skin, hours = rng.integers(len(SKIN), size=options.people), rng.integers(len(HOURS), size=options.people)
    people = [{"skin_type": SKIN[s], "hour": HOURS[h]} for s, h in zip(skin.tolist(), hours.tolist(), strict=True)]
    variants = [made[i] for i in chosen.tolist()]

    template = Environment(autoescape=False).from_string(
        "{{ s.subject }}\n{{ s.opening }}\n\n{{ s.middle }}\n\n{{ tip }} {{ hour }}\n{{ s.cta }}"
    )
    seconds, peer = [], []
    renderer = None
    for _ in range(ROUNDS):
        renderer = Personal(catalogue.frameworks["email"], brand, brief, catalogue, "fr")
        start = time.perf_counter()
        for variant, person in zip(variants, people, strict=True):
            renderer.fields(variant, person)
        seconds.append(time.perf_counter() - start)
        tips, times = renderer.choices["tip"], renderer.choices["hour"]
        start = time.perf_counter()
        for variant, person in zip(variants[:PEER], people[:PEER], strict=True):
            template.render(
                s=variant.slots,
                tip=tips.get(person["skin_type"], variant.slots["tip"]),
                hour=times.get(person["hour"], variant.slots["hour"]),
            )
        peer.append((time.perf_counter() - start) / min(PEER, options.people) * options.people)
    assert renderer is not None
    spent = statistics.median(seconds)
    told = {
        "benchmark": "personalise",
        "people": options.people,
        "variants": len(made),
        "seconds": round(spent, 3),
        "people_per_second": round(options.people / spent),
        "renders": renderer.renders,
        "most_renders": len(made) * len(SKIN) * len(HOURS),
        "cache_hits": renderer.hits,
        "peer": "jinja2, every letter anew",
        "peer_people_per_second": round(options.people / statistics.median(peer)),
        "ratio_vs_peer": round(statistics.median(peer) / spent, 1),
    }
    told |= _pictures(options, brand, brief, catalogue, made[:LIVE], people, chosen % LIVE)
    if options.json:
        print(json.dumps(told))
    return told


def _pictures(
    options: argparse.Namespace,
    brand: Any,
    brief: Any,
    catalogue: Any,
    live: Sequence[Any],
    people: Sequence[dict[str, str]],
    chosen: Any,
) -> dict[str, Any]:
    """Draw what a million people need, draw it again from the cache, and name everybody's picture.

    `picture_people_per_second` is the naming alone, the drawing once for all comes before it. Empty without the extra.
    """
    from gale.adapters import media
    from gale.records.faults import Faults

    try:
        media.require()
    except Faults:
        return {}
    import msgspec

    from gale.adapters.media import folder, personal
    from gale.creative.design import copy_of
    from gale.creative.design.follow import Follow, joined
    from gale.creative.personal import Personal
    from gale.engine.picture_names import LETTER, PictureNames
    from gale.records.framework import FrameworkDocument

    follow = Follow(FrameworkDocument.model_validate(FRAMEWORK | {"pictures": SCENES}))
    renderer = Personal(catalogue.frameworks["email"], brand, brief, catalogue, "fr")
    start = time.perf_counter()
    keys = sorted({follow.key(person) for person in people} | {("",) * len(follow.attributes)})
    counting = time.perf_counter() - start
    wanted = []
    for variant in live:
        for key in keys:
            slots = dict(renderer.slots(variant, follow.declared(key)))
            copy = copy_of(
                msgspec.structs.replace(variant, slots=slots), brand, brief, catalogue.language("fr"),
                said=(slots["tip"], slots["hour"]),
            )  # fmt: skip
            look = follow.look(key, brand, variant, options.seed, layout=None, photo=False)
            wanted.append(personal.Wanted(variant, key, copy, look, LETTER))
    with tempfile.TemporaryDirectory() as state:
        means = folder.Means(
            root=Path(state), state=Path(state), now=0, photo=None, webp=False, sign=False, processes=2
        )
        runs = []
        for _ in range(2):
            start = time.perf_counter()
            drawn = personal.draw(wanted, brand=brand, means=means, photos={}, told=[], progress=lambda done, of: None)
            runs.append((time.perf_counter() - start, len(drawn.fresh), len({k.sha256 for _, k in drawn.pictures})))
    index: dict[str, dict[str, dict[str, str]]] = {}
    for one, kept in drawn.pictures:
        index.setdefault(one.variant.id, {}).setdefault(one.size, {})[joined(one.key)] = kept.name
    named = PictureNames(index, {"email": follow})
    shown = [live[i] for i in chosen.tolist()]
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for variant, person in zip(shown, people, strict=True):
            named.of(variant, person)
        seconds.append(time.perf_counter() - start)
    (first, fresh, pictures), (second, again, _) = runs
    return {
        "picture_people_per_second": round(len(people) / statistics.median(seconds)),
        "picture_combinations": len(keys),
        "picture_counting_seconds": round(counting, 2),
        "pictures": pictures,
        "picture_renders": fresh,
        "picture_hits": len(people) - fresh,
        "picture_draw_seconds": round(first, 2),
        "picture_second_run_renders": again,
        "picture_second_run_hits": pictures - again,
        "picture_second_run_seconds": round(second, 2),
    }
