"""The Scale page in its states: realistic ones, and those with nothing, one of each, and very long words."""

from __future__ import annotations

from dataclasses import replace

from gale.studio import views_scale as v

HOUR = 3_600_000
NOON = 1_789_459_200_000
NAMES = (
    ("tenth", "Un dixième de Port-Brume", "A tenth of Port-Brume", 0.1, 840, 840),
    ("city", "Tout Port-Brume", "All of Port-Brume", 1.0, 7_560, 8_400),
    ("coast", "La côte, moitié", "Half of the coast", 0.5, 31_200, 39_600),
    ("world", "Partout", "Everywhere", 1.0, 240_400, 280_000),
)


def rungs(here: int) -> tuple[v.Rung, ...]:
    return tuple(
        v.Rung(
            id,
            {"fr": fr, "en": en},
            share,
            people,
            inside,
            None if i == 3 else 36.0 + 20 * i,
            "data_ethicist" if i == 3 else "community_manager",
            "here" if i == here else "passed" if i < here else "to_come",
        )
        for i, (id, fr, en, share, people, inside) in enumerate(NAMES)
    )


GUARDS = (
    v.Guard("complained", "newcomers", 0.001, 0.003, 4, 9_120, 0.00044, 0.0, 0.0017, "clear"),
    v.Guard("unsubscribed", "newcomers", 0.005, 0.01, 38, 9_120, 0.0042, 0.0019, 0.0104, "waiting"),
    v.Guard("bounced", "everyone", 0.02, 0.05, 0, 0, None, 0.0, 1.0, "waiting"),
    v.Guard("click", "newcomers", 0.01, 0.005, 310, 9_120, 0.034, 0.027, 0.043, "clear"),
    v.Guard("lift_orders", "newcomers", 0.0, None, 31, 170, 0.12, -0.2, None, "watched"),
)
CROSSED = v.Guard("complained", "newcomers", 0.001, None, 19, 2_204, None, 0.0021, None, "crossed")


def step(number: int, kind: str, left: int, to: int, **more: object) -> v.Step:
    text = [{"fr": fr, "en": en} for _, fr, en, *_ in NAMES]
    made = v.Step(NOON + number * 30 * HOUR, kind, {}, {}, "", "", "", None, 40 + 7 * number)
    return replace(made, left=text[left] if left >= 0 else {}, to=text[to] if to >= 0 else {}, **more)  # type: ignore[arg-type]


STEPS = (
    step(3, "back", 2, 1, guard=CROSSED),
    step(2, "stage", 1, 2, by="Maëlle Le Goff", role="community_manager", reason="Rien à redire sur le port."),
    step(1, "stage", 0, 1),
    step(0, "begin", -1, 0),
)
LIVE = v.Scale(
    campaign="reveil",
    status="live",
    finding="waiting",
    place=1,
    rungs=rungs(1),
    guards=GUARDS,
    waits=("Désinscriptions\u00a0: Pas encore assez sûr\u00a0: environ 1\u202f400 messages de plus, si cela continue ainsi.",),
    regions=(
        v.Region("port-brume", 1.0, 9_960, 4, 41, (0.034, 0.027, 0.043)),
        v.Region("rade", 0.0, 0, 0, 0, None),
        v.Region("", 0.0, 3, 0, 0, (0.0, 0.0, 0.9)),
    ),
    leaders=(v.Leader({"fr": "La lettre", "en": "The letter"}, "fr", "A-0412", "Et si le matin commençait par une odeur ?", "s_1"),),
    steps=STEPS[2:],
    role="community_manager",
    may=(("maelle", "Maëlle Le Goff"), ("ines", "Inès")),
    members=(("maelle", "Maëlle Le Goff"), ("ines", "Inès"), ("tom", "Tom")),
)  # fmt: skip


def scales() -> dict[str, v.Scale]:
    """Name of the sample: its view."""
    long = {"fr": "Une étape au nom bien plus long que tout ce que la page prévoyait de montrer", "en": "Long " * 20}
    nobody = tuple(replace(r, people=0, inside=0, name=long) for r in rungs(0))
    return {
        "scale": LIVE,
        "scale-ready": replace(LIVE, finding="ready", waits=(), may=(("maelle", "Maëlle Le Goff"),)),
        "scale-auto": replace(LIVE, finding="ready", waits=(), advance="auto"),
        "scale-back": replace(LIVE, finding="back", steps=STEPS, asks_reason=True),
        "scale-paused": replace(
            LIVE, status="paused", finding="paused", place=0, rungs=rungs(0), waits=(), asks_reason=True,
            steps=(step(1, "paused", 0, -1, guard=CROSSED), STEPS[-1]), typed="Répa", error="Dites pourquoi.",
        ),
        "scale-crossed": replace(LIVE, finding="crossed", guards=(replace(CROSSED, worst=0.003, estimate=0.0086, high=1.0),)),
        "scale-last": replace(LIVE, finding="last", place=3, rungs=rungs(3), outside=12),
        "scale-over": replace(LIVE, status="ended", finding="over"),
        "scale-draft": v.Scale("reveil", "draft", "draft", rungs=rungs(-1)),
        "scale-nobody": v.Scale("reveil", "live", "waiting", rungs=nobody, waits=("x",), may=(), members=(("a", "A"),)),
        "scale-none": v.Scale("reveil", "live", "none"),
    }  # fmt: skip
