"""Every page of the Studio with realistic views and with degenerate ones: no data, one of each, very long words."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

from framework_samples import frameworks
from proposals_samples import proposals
from scale_samples import scales

from gale.adapters.words import load
from gale.records.documents import Palette
from gale.studio import views as v
from gale.studio.plots import Front, Interval, Moment, Note, Part, Shelf

ADDRESS = "http://127.0.0.1:8747"
DAY = 86_400_000
START = 1_788_732_000_000  # 7 September 2026, 00:00 in Paris
NOW = START + 8 * DAY + 34_800_000
TITLE = {"fr": "Réveil de rentrée", "en": "Back-to-school awakening"}
TAB = v.Tab("reveil", TITLE)
LONG = "Une accroche bien plus longue que tout ce que l’emplacement prévoyait, écrite un soir de fatigue"


def shell(section: str, **more: Any) -> v.Shell:
    base: dict[str, Any] = {
        "section": section,
        "here": f"/{section}",
        "csrf": "t0ken",
        "workspace": "Atelier Éveil",
        "sandbox": True,
        "people": 20000,
        "tab": TAB,
    }
    return v.Shell(**(base | more))


def creative(i: int, shape: str, locale: str, fields: dict[str, str], scene: str, **more: Any) -> v.Creative:
    return v.Creative(
        f"v_{i:04d}",
        f"{ {'mail': 'A', 'square': 'C'}.get(shape, 'B') }-{i:04d}",
        shape,
        locale,
        fields,
        more.pop("angle", "sensation"),
        scene,
        **more,
    )


CARDS = (
    creative(
        137,
        "leader",
        "fr",
        {
            "headline": "Une odeur plutôt qu’une sonnerie.",
            "text": "250 g d’Aube, torréfiés mardi. 9,80 €.",
            "cta": "Goûter Aube",
        },
        "sun",
    ),
    creative(
        412,
        "mail",
        "fr",
        {
            "subject": "Et si le matin commençait par une odeur ?",
            "preheader": "Aube, torréfié mardi, posté mercredi.",
            "body": "Bonjour, vous vous levez tôt. Aube sent l’abricot et la bergamote ; il supporte d’être bu sans sucre et sans parler.\n\n250 g, 9,80 €.",
        },
        "sun",
        angle="question",
    ),
    creative(
        288,
        "mpu",
        "fr",
        {"headline": "Abricot, bergamote, et rien qui presse.", "text": "Aube, 250 g", "cta": "Goûter Aube"},
        "rings",
    ),
    creative(
        251,
        "square",
        "fr",
        {"post": "Torréfié le mardi à Nantes, posté le mercredi. Le jeudi, c’est à vous."},
        "waves",
        angle="ritual",
    ),
    creative(
        908,
        "square",
        "en",
        {"headline": "Roasted Tuesday. Posted Wednesday.", "post": "Aube, 250 g, €9.80. Guji, Ethiopia."},
        "bands",
        angle="maker",
    ),
    creative(
        733,
        "device",
        "en",
        {
            "text": "Good morning. The water is at 96 °C, Aube likes it at 94. You have exactly the time to find your cup."
        },
        "sun",
        angle="ritual",
    ),
    creative(
        304,
        "mpu",
        "en",
        {
            "headline": "The kettle is hot. The rest can wait.",
            "text": "Aube, ground for press or filter",
            "cta": "Taste Aube",
        },
        "stack",
    ),
    creative(
        477,
        "square",
        "fr",
        {
            "headline": "Onze heures du soir, et dormir quand même.",
            "post": "Décaféiné à l’eau, sans solvant. Le goût reste, la nuit aussi.",
        },
        "moon",
        angle="story",
    ),
    creative(
        119,
        "mail",
        "fr",
        {
            "subject": "Le meilleur café de Nantes",
            "preheader": "Et il est à −50 % toute l’année.",
            "body": "Bonjour, notre Aube est le meilleur café de la ville.",
        },
        "sun",
        angle="proof",
        refused=True,
        why=(
            v.Why(
                "Affirmation sans preuve : « le meilleur »",
                "Le brief ne la justifie pas.",
                "« noté 87/100 par notre panel »",
            ),
            v.Why("Offre inventée : « −50 % »", "Il n’y a pas de telle offre dans le brief."),
        ),
    ),
    creative(
        345,
        "mpu",
        "fr",
        {"headline": LONG, "text": "", "cta": ""},
        "bands",
        angle="proof",
        refused=True,
        why=(v.Why("Trop long : 96 signes pour 45", "", "« Torréfié mardi, chez vous jeudi »"),),
    ),
    creative(
        560,
        "mail",
        "en",
        {
            "subject": "You again, mornings",
            "preheader": "A bag that was green last Monday.",
            "body": "Hello, last time you chose Ethiopia. This week’s roast is two points brighter; the notes on the bag tell you how to brew it.",
        },
        "sun",
        angle="story",
    ),
    creative(
        312,
        "square",
        "en",
        {"headline": "Good morning is a flavour.", "post": "Aube, roasted on Tuesday in Nantes, posted on Wednesday."},
        "sun",
    ),
)
PHRASE = v.Phrase("sensation-03", "hook", "email", "fr", "Une odeur plutôt qu’une sonnerie.", 112)
BRAND: dict[str, Any] = {
    "campaign": "reveil",
    "brand": "Éveil",
    "descriptor": {"fr": "torréfacteur", "en": "coffee roaster"},
    "palette": Palette(),
    "handle": "eveil.cafe",
}
WALL = v.Wall(
    **BRAND,
    writing=v.Writing(1048, 264, seconds=0.6),
    placements=(("email", 361), ("banner", 358), ("post", 329)),
    reasons=(
        ("diversity.near_duplicate", 141),
        ("length.too_long", 62),
        ("fact.claim_unproven", 28),
        ("brand.banned", 17),
        ("fact.no_such_offer", 9),
        ("style.readability", 7),
    ),
    cards=CARDS,
    matching=1048,
    phrase=PHRASE,
)
REFUSED_PHRASE = v.Phrase(
    "sensation-03",
    "hook",
    "email",
    "fr",
    PHRASE.text,
    112,
    typed="Une odeur à −50 %.",
    errors=(v.Why("Offre", "Il n’y a pas d’offre « −50 % » dans le brief.", "« Une odeur plutôt qu’une sonnerie. »"),),
)
SIGNATURES = (
    v.Signature(
        "creative_strategist",
        "Maëlle Le Goff",
        "signed",
        "Le ton est le nôtre. La phrase du cœur reste écrite à la main.",
        START - 4 * DAY,
        "sandbox",
    ),
    v.Signature(
        "ai_specialist",
        "Idris Benali",
        "signed",
        "Un cinquième du trafic reste au hasard jusqu’au verdict.",
        START - 4 * DAY + 5_000_000,
        "sandbox",
    ),
    v.Signature("community_manager", "Chloé Marchand", "signed", "Les plafonds me vont.", START - 3 * DAY, "sandbox"),
    v.Signature("data_ethicist", "Vous", "waiting"),
)
ALL_DAYS = (True,) * 14
PLAN = v.Plan(
    **BRAND,
    total=20000,
    excluded=(
        ("consent.none", 2510),
        ("consent.refused", 1102),
        ("reach.service_only", 212),
        ("consent.withdrawn", 81),
        ("person.suppressed", 9),
    ),
    reachable=16086,
    holdout=3217,
    contacted=12869,
    start=START,
    days=14,
    touchpoints=(
        v.TouchpointLine(
            "first-morning",
            {"fr": "Premier matin", "en": "First morning"},
            "web",
            ({"fr": "publicité", "en": "advertising"}, {"fr": "mesure", "en": "measurement"}),
            ("consent",),
            16086,
            16,
            days=ALL_DAYS,
        ),
        v.TouchpointLine(
            "letter",
            {"fr": "La lettre du mardi", "en": "The Tuesday letter"},
            "email",
            ({"fr": "prospection par e-mail", "en": "e-mail marketing"},),
            ("consent", "existing_customer"),
            12480,
            16,
            days=tuple(i in (1, 8) for i in range(14)),
        ),
        v.TouchpointLine(
            "kettle",
            {"fr": "Réveil", "en": "Wake-up"},
            "device",
            ({"fr": "signaux d’appareil", "en": "device signals"},),
            ("service",),
            1912,
            4,
            trigger="kettle_boiled",
            days=tuple(i >= 4 for i in range(14)),
        ),
        v.TouchpointLine(
            "evening-post",
            {"fr": "Le soir", "en": "In the evening"},
            "social",
            ({"fr": "publicité", "en": "advertising"},),
            ("consent",),
            12480,
            16,
            days=tuple(i >= 10 for i in range(14)),
        ),
    ),
    per_week=4,
    quiet=(21, 6),
    accepted=1048,
    live=52,
    people_needed=14820,
    mde=0.2,
    signatures=SIGNATURES,
    hash="9f2c41d7a0be553806d3b44d1a5cbe10b7a5c3fa8f8d8a39be3c3f27c0a5e7c1",
    reading=v.Reading(
        phrases=(
            ("fr", "hook", "Une odeur plutôt qu’une sonnerie."),
            ("en", "hook", "A smell rather than an alarm."),
            ("fr", "proof", "Torréfié mardi, posté mercredi."),
        ),
        claims=(({"fr": "torréfié le mardi", "en": "roasted on Tuesdays"}, "carnet de torréfaction"),),
        unlike=CARDS[:6],
    ),
    rehearsal=v.Rehearsal(
        START - 4 * DAY,
        Interval(250, 90, 410),
        710,
        61200,
        (("rehearsal.prior", {"median": 0.08}), ("rehearsal.half_contacts", {"n": 3})),
    ),
    form=v.SignForm("data_ethicist", "you", "Théo Vasseur"),
    solo=False,
)


def band(days: int, end: float, width: float) -> tuple[Moment, ...]:
    return tuple(
        Moment(
            START + i * DAY // 2,
            end + 0.2 * math.exp(-i / 6) + 0.02 * math.sin(i),
            end - width * 6 / (i + 1) - width,
            end + width * 6 / (i + 1) + width,
        )
        for i in range(1, days * 2 + 1)
    )


BUCKETS = tuple(
    (
        START + i * DAY // 4,
        {f"v_{k}": round(100 + 60 * math.tanh(i / 10 - k * 0.3) * (3 - k) + 10 * math.sin(i / 3 + k)) for k in range(5)}
        | {"rest": round(600 - i * 12)},
    )
    for i in range(34)
)
WORDS = (
    "Et si le matin commençait par une odeur ?",
    "Roasted Tuesday. Posted Wednesday.",
    "Abricot, bergamote, et rien qui presse.",
    "Your kettle knows you are up",
    "Six heures et demie a ce goût-là.",
)
SHELVES = (
    Shelf(
        "Angle",
        (
            Part("invitation", Interval(0.12, 0.04, 0.21), True, "prouvé meilleur"),
            Part("rituel", Interval(0.03, -0.08, 0.15), False, "13 965 messages"),
            Part("problème", Interval(-0.1, -0.17, -0.02), True, "prouvé moins bon"),
        ),
    ),
    Shelf("Accroche", (Part("pose une question", Interval(0.05, -0.5, 1.9), False, "466 messages"),)),
    Shelf("Appel", (Part(LONG, None, False, "120 messages"), Part("Goûter Aube", Interval(0.0, -0.09, 0.08), False))),
)
LESSON = v.Lesson(
    said="Hier : les messages d’angle « invitation » ont fait 12 % de clics de plus que la moyenne (entre +4 % et +21 %) ; un autre écart tient ; le reste ne se distingue pas encore.",
    until=NOW - NOW % DAY - DAY // 12,
    state="new",
    messages=71842,
    compared=6,
    objective="click",
    rows=(
        v.LessonRow(
            "Angle", "invitation", 17284, 0.145, 0.139, Interval(0.12, 0.04, 0.21), "proven", Interval(0.08, 0.01, 0.15)
        ),
        v.LessonRow(
            "Angle",
            "problème",
            19489,
            0.129,
            0.136,
            Interval(-0.1, -0.17, -0.02),
            "harm",
            alike=("appel, « Choisir »",),
        ),
        v.LessonRow("Appel", LONG, 120, 0.1, 0.139, None, "few"),
    ),
    shelves=SHELVES,
)
LIVE = v.Live(
    learned=LESSON,
    notes=(
        Note(START + 4 * DAY + DAY // 8, "joins", "C-0733 entre"),
        Note(START + 6 * DAY, "pauses", "B-0304 au repos"),
    ),
    events=(
        v.LogLine(START + 4 * DAY, "C-0733 : les réponses ont monté"),
        v.LogLine(START + 6 * DAY, "B-0304 mise de côté"),
    ),
    campaign="reveil",
    status="live",
    now=NOW,
    start=START,
    days=14,
    day=9,
    lift=Interval(0.32, -0.01, 0.65),
    proven=False,
    n_treated=6200,
    n_holdout=1551,
    people_needed=14820,
    series=band(8, 0.32, 0.16),
    decisions=71842,
    minutes=tuple(48 + round(8 * math.sin(i / 5) + 4 * math.cos(i)) for i in range(60)),
    p50_ms=0.04,
    nothing=(("consent.none", 7914), ("cap.week", 2206), ("hours.quiet", 1186)),
    buckets=BUCKETS,
    variants=tuple(
        v.VariantLine(
            f"v_{k}",
            f"v_{k}a41 2f0c",
            WORDS[k],
            "en" if k in (1, 3) else "fr",
            (0.29, 0.25, 0.14, 0.08, 0.04)[k],
            21000 - 3000 * k,
            k + 1,
            Interval(0.06, 0.051 + k / 100, 0.071 + k / 100),
            paused=k == 3,
        )
        for k in range(5)
    ),
    others=(47, 0.2),
    fronts=(Front(START + 4 * DAY, "warm", "bouilloire"),),
    log=(
        v.LogLine(NOW - 600_000, "C-0908 mise de côté", "full"),
        v.LogLine(NOW - 5_400_000, "6 consentements retirés ; ils tiennent dès la décision suivante"),
        v.LogLine(NOW - 50_000_000, "214 décisions retenues : heures calmes", "no"),
    ),
    cities=(
        v.City(
            "port-brume",
            {"fr": "Port-Brume", "en": "Port-Brume"},
            True,
            20000,
            Interval(0.011, 0.002, 0.02),
            51200,
            Interval(0.32, -0.01, 0.65),
        ),
        v.City(
            "les-plaines",
            {"fr": "Les Plaines", "en": "Les Plaines"},
            False,
            12000,
            Interval(-0.001, -0.011, 0.009),
            20642,
        ),
    ),
    kettle=v.Kettle(
        "p_7f3a90c2", "p_7f3a 90c2", True, "sent", "Bonjour. L’eau est à 96 °C, Aube l’aime à 94.", took_ms=38.2
    ),
)


NAMES = ("rituel", "question", "preuve", "histoire", "cadeau", "service", "rareté", "problème")
EVENTFUL = tuple(Front(START + i * DAY // 2, "warm" if i % 3 else "cold", f"B-{i:04d}") for i in range(2, 12))
# What people meet on odd days: each is looked at in `preview.py`.
DEGENERATE: dict[str, v.Live] = {
    # the flight is over and nobody ended it
    "over": replace(
        LIVE, now=START + 16 * DAY, over=True, ended=START + 14 * DAY, windows_until=START + 21 * DAY, cities=()
    ),
    # one variant: nothing to choose from, nothing to compare
    "one-arm": replace(
        LIVE,
        buckets=tuple((t, {"v_0": 1.0}) for t, _ in BUCKETS[:3]),
        variants=LIVE.variants[:1],
        others=(0, 0.0),
        fronts=(),
        notes=(),
        events=(),
        learned=replace(LESSON, said="Rien d’appris encore.", state="early", rows=(), shelves=(), compared=0),
        kettle=None,
        cities=(),
    ),
    # launched and nobody decided for; all of it set aside
    "all-paused": replace(
        LIVE,
        buckets=(),
        variants=tuple(replace(x, paused=True, colour=0, share=0.0, shown=0) for x in LIVE.variants[:2]),
        others=(0, 0.0),
        fronts=(),
        learned=None,
        decisions=0,
        minutes=(),
        nothing=(("variants.none", 812),),
        kettle=None,
        cities=(),
    ),
    # ten thousand decisions in one hour
    "one-hour": replace(
        LIVE,
        now=START + 3_600_000 * 9,
        buckets=tuple((START + 3_600_000 * 8 + i * 300_000, c) for i, (_, c) in enumerate(BUCKETS[:12])),
        period=300_000,
        decisions=10_000,
        fronts=(),
        notes=(),
        events=(),
        learned=replace(LESSON, said="Trop tôt pour apprendre : 0 message clos.", rows=(), shelves=()),
        cities=(),
        kettle=None,
    ),
    # a thousand variants, told by angle
    "thousand": replace(
        LIVE,
        by="angle",
        buckets=tuple(
            (t, {name: 1 + k / 3 + math.sin(i / 5 + k) for k, name in enumerate(NAMES)})
            for i, (t, _) in enumerate(BUCKETS)
        ),
        variants=tuple(
            v.VariantLine(name, name, "125 variantes", "", 0.2 - k / 50, 90000 - k, k + 1)
            for k, name in enumerate(NAMES[:5])
        ),
        others=(3, 0.31),
        learned=replace(
            LESSON, shelves=tuple(replace(s, more="et 994 autres, aucune ne se distingue") for s in SHELVES)
        ),
        cities=(),
        kettle=None,
    ),
    # ten fronts in five days, their labels in each other's way
    "eventful": replace(LIVE, fronts=EVENTFUL, cities=(), kettle=None),
}


def report(proven: bool = True) -> dict[str, Any]:
    """A report as `gale report` writes it."""
    low = 0.07 if proven else -0.04
    series = [
        {"time": m.time, "estimate": m.estimate, "low": m.low, "high": m.high}
        for m in band(14, 0.3, 0.1 if proven else 0.24)
    ]
    iv = lambda e, lo, hi: {"estimate": e, "low": lo, "high": hi}  # noqa: E731
    return {
        "schema": 1,
        "sandbox": True,
        "brand": {"name": "Éveil"},
        "campaign": {"id": "reveil", "title": TITLE, "start": "2026-09-07", "days": 14},
        "generated_at": START + 14 * DAY + 29_100_000,
        "variants": {
            "generated": 1312,
            "accepted": 1048,
            "refused": {"diversity.near_duplicate": 141, "length.too_long": 62},
            "live": 52,
        },
        "approvals": [
            {
                "role": s.role,
                "name": s.name,
                "verdict": "signed",
                "hash": PLAN.hash,
                "remark": s.remark,
                "time": START - DAY,
                "identity": s.identity,
            }
            for s in SIGNATURES
        ],
        "plan": PLAN.hash,
        "team_mode": "team",
        "people": {"total": 20000, "eligible": 16086, "holdout": 3217, "excluded": dict(PLAN.excluded)},
        "decisions": {
            "count": 112406,
            "shown": 85321,
            "blocked_by_consent": 17958,
            "by_reason": {"policy": 85321},
            "p50_ms": 0.04,
            "p99_ms": 0.19,
        },
        "lift": {
            "absolute": iv(0.019, 0.004 if proven else -0.003, 0.034),
            "relative": iv(0.30, low, 0.54),
            "value": iv(7.8, 1.0, 14.2),
            "orders": iv(242, 53 if proven else -31, 431),
            "money": iv(100378, 12869 if proven else -30100, 182739),
            "value_unbounded": iv(7.8, 1.0, 14.2),
            "raw": {"relative": iv(0.31, 0.02, 0.63), "absolute": iv(0.019, 0.002, 0.037), "value": iv(7.9, 0.2, 15.4)},
            "adjusted": {
                "relative": iv(0.30, low, 0.54),
                "absolute": iv(0.019, 0.004, 0.034),
                "value": iv(7.8, 1, 14.2),
            },
            "leads": "adjusted",
            "reduction": 0.31,
            "money_kind": "margin",
            "bound": 84000,
            "bound_rule": "price",
            "beyond": 0,
            "proven": proven,
            "harm": False,
            "stopped": None,
            "withheld": None,
            "rate_treated": 0.081,
            "rate_holdout": 0.062,
            "n_treated": 12869,
            "n_holdout": 3217,
            "series": series,
        },
        "alarms": [],
        "known": {"history": 9120, "attributes": ["rhythm"], "redescribed": False},
        "split": {"holdout": 0.2, "seen": 0.19999},
        "outcomes": {
            "heard": 6120,
            "last_received": START + 14 * DAY,
            "delay_hours": {"median": 3.0, "nine_in_ten": 24.0},
            "settled": 0.987,
        },
        "cost": {
            "total": 1286.0,
            "currency": "EUR",
            "per_extra_order": iv(5.31, 2.98, 24.26) if proven else None,
            "net": iv(-282.22, -1157.31, 541.39),
        },
        "power": {
            "people_needed": 14820,
            "people_now": 16086,
            "mde": 0.2,
            "base_rate": 0.06,
            "detectable": 0.22,
            "ruled_out_above": {"relative": 0.54, "orders": 431, "money": 182739},
        },
        "by_angle": [
            {"angle": "sensation", "n": 21400, "rate": iv(0.071, 0.064, 0.079), "verdict": "proven"},
            {"angle": "proof", "n": 18020, "rate": iv(0.058, 0.051, 0.066), "verdict": "not_apart"},
            {"angle": "gift", "n": 310, "rate": None, "verdict": "few"},
        ],
        "by_audience": [
            {"name": {"fr": "early", "en": "early"}, "n": 4200, "relative": iv(0.43, 0.12, 0.78), "verdict": "proven"},
            {
                "name": {"fr": "office", "en": "office"},
                "n": 5200,
                "relative": iv(0.28, -0.01, 0.6),
                "verdict": "not_apart",
            },
            {"name": {"fr": "evening", "en": "evening"}, "n": 120, "relative": None, "verdict": "few"},
        ],
        "learned": [
            {
                "fr": "La sensation est l’angle qui a reçu le plus de réponses.",
                "en": "Sensation is the angle that was answered most.",
            }
        ],
        "unknown": [
            {
                "fr": "Si les commandes en plus reviennent en octobre.",
                "en": "Whether the extra orders come back in October.",
            }
        ],
        "worlds": [
            {
                "name": "port-brume",
                "title": {"fr": "Port-Brume", "en": "Port-Brume"},
                "policy_opened": True,
                "gate": {**iv(0.011, 0.002, 0.02), "n": 51200},
                "gain_relative": 0.16,
                "sentence": {
                    "fr": "Les goûts diffèrent : le choix personnel gagne 16 % de réponses.",
                    "en": "Tastes differ: choosing for each person gains 16% more answers.",
                },
                "lift": {"relative": iv(0.3, low, 0.54), "proven": proven},
            },
            {
                "name": "les-plaines",
                "title": {"fr": "Les Plaines", "en": "Les Plaines"},
                "policy_opened": False,
                "gate": {**iv(-0.001, -0.011, 0.009), "n": 20642},
                "gain_relative": None,
                "sentence": {
                    "fr": "Rien à gagner : un seul message pour tous.",
                    "en": "Nothing to gain: one message for all.",
                },
                "lift": {"relative": None},
            },
        ],
        "missing": {"treated": 0.021, "holdout": 0.019},
        "ledger": {"entries": 1184, "verified": True, "first_bad": None},
        "timings": {"create": 0.6, "fourteen days": 21.4},
    }


NOTHING: dict[str, Any] = {
    "sandbox": False,
    "brand": {"name": "B"},
    "campaign": {"id": "b", "title": {"fr": "Vide", "en": "Empty"}, "start": "2026-09-07", "days": 1},
    "generated_at": START,
    "approvals": [],
    "lift": {"absolute": None, "relative": None, "value": None, "orders": None, "proven": False, "series": []},
    "cost": {"total": 0, "currency": "CHF", "per_extra_order": None},
    "ledger": {"entries": 1, "verified": False, "first_bad": 1},
}
HARM: dict[str, Any] = {
    **report(),
    "sandbox": False,
    "lift": {
        **report()["lift"],
        "absolute": {"estimate": -0.012, "low": -0.019, "high": -0.005},
        "relative": {"estimate": -0.2, "low": -0.3, "high": -0.08},
        "orders": {"estimate": -80, "low": -130, "high": -30},
        "money": {"estimate": -31000, "low": -52000, "high": -9000},
        "proven": False,
        "harm": True,
        "beyond": 1,
        "value_unbounded": {"estimate": 7770000.0, "low": -12000000.0, "high": 27540000.0},
    },
    "cost": {"total": 1286.0, "currency": "EUR", "per_extra_order": None, "net": None},
    "power": {
        **report()["power"],
        "ruled_out_above": {"relative": -0.08, "orders": -30, "money": -9000},
    },
    "alarms": [
        {
            "code": "outcomes.silent",
            "severity": "watch",
            "values": {"hours": 71, "decisions": 2140, "ever": True},
            "said": {x: load(x)("outcomes.silent", hours="71", decisions=load(x).number(2140)) for x in ("fr", "en")},
            "todo": {x: load(x)("outcomes.silent.todo") for x in ("fr", "en")},
        },
    ],
}
STOPPED: dict[str, Any] = {
    **report(False),
    "sandbox": False,
    "alarms": [
        {
            "code": "split.mismatch",
            "severity": "stop",
            "values": {"share": 0.27, "planned": 0.2, "n": 16086, "evidence": 1e9},
            "said": {
                x: load(x)(
                    "split.mismatch",
                    share=load(x).percent(0.27, 1),
                    planned=load(x).percent(0.2, 1),
                    n=load(x).number(16086),
                )
                for x in ("fr", "en")
            },
            "todo": {x: load(x)("split.mismatch.todo") for x in ("fr", "en")},
        },
    ],
    "lift": {
        **report()["lift"],
        **dict.fromkeys(("absolute", "relative", "value", "orders", "money", "value_unbounded", "raw", "adjusted")),
        "proven": False,
        "stopped": "split.mismatch",
        "series": [],
    },
    "by_audience": [],
}
PERSON = v.Person(
    "p_7f3a90c25512",
    "fr",
    (("rhythm", "lève-tôt"), ("city", "Port-Brume"), ("orders", "3"), ("recency", "12")),
    (
        v.Standing(
            "advertising",
            {"fr": "Publicité sur nos pages", "en": "Advertising on our pages"},
            {"fr": "des messages sur ce que vous buvez", "en": "messages about what you drink"},
            "given",
            START - 30 * DAY,
            "checkout",
            "4",
            START + 365 * DAY,
        ),
        v.Standing(
            "measurement",
            {"fr": "Mesure", "en": "Measurement"},
            {"fr": "moins de messages inutiles", "en": "fewer useless messages"},
            "given",
            START - 30 * DAY,
            "checkout",
            "4",
        ),
        v.Standing(
            "email_marketing",
            {"fr": "E-mail", "en": "E-mail"},
            {"fr": "la lettre du mardi", "en": "the Tuesday letter"},
            "withdrawn",
            NOW - 5_000_000,
            "her page",
            "4",
        ),
        v.Standing(
            "device_signals",
            {"fr": "Signaux d’appareil", "en": "Device signals"},
            {"fr": "le message du matin", "en": "the morning message"},
            "none",
        ),
    ),
    (
        v.Told(NOW, "Rien d’envoyé", ("Elle a retiré son consentement.",), "no"),
        v.Told(
            NOW - DAY,
            "« Une odeur plutôt qu’une sonnerie. »",
            ("Les lève-tôt y répondent plus souvent.", "Choisie avec la propension 0,412."),
            "full",
            "fr",
        ),
        v.Told(NOW - 2 * DAY, "Commande"),
    ),
    24,
    asked=(
        v.Asked(
            NOW - DAY,
            "« Une odeur plutôt qu’une sonnerie. »",
            (
                "Nous avons choisi ce message d’après ce que vous nous avez dit : rythme : lève-tôt.",
                "Parmi les personnes comme vous, environ 1 sur 3 voient celui-ci.",
            ),
        ),
        v.Asked(NOW, "", ("Nous ne vous avons rien envoyé : vous avez retiré votre consentement.",)),
    ),
)
IMPORT = v.Import(
    "tok",
    "clients-boutique-2026.csv",
    8214,
    6954,
    1204,
    56,
    5902,
    (
        v.Column("mel", ("camille.lr@exemple.fr",), "email", "sure", "8 205 valeurs sur 8 214 sont des adresses."),
        v.Column("optin", ("OUI", "NON", "vide"), "consent_email", "ask", "OUI devient donné, NON refusé."),
        v.Column("nom", ("Le Roux", "Benali"), "ignore", "useless", "Aucune finalité ne s’en sert."),
        v.Column(
            "commentaire",
            ("(valeurs masquées)",),
            "ignore",
            "refused",
            "Texte libre : il peut parler de santé (RGPD, article 9).",
        ),
    ),
    ("email", "own_id", "given_name", "consent_email", "consent_date", "unsubscribed", "ignore"),
    (
        v.LeftOut(
            "people.bad_address",
            5,
            (118, 977, 3031, 4806, 7777),
            "lea@exemple,fr",
            "lea@exemple.fr : un point, pas une virgule",
        ),
        v.LeftOut("people.unsubscribed", 41, (64, 201, 388, 402, 500, 611, 700), "desabo = 1", "rien, et c’est voulu"),
    ),
    preset="Brevo",
    opt_outs=41,
    asks=("source", "dates"),
)
LINE = v.ImportLine("i_1", "clients-boutique-2026.csv", NOW, 8158)


def report_values(data: dict[str, Any], stage: str = "ended", proof: Any = None) -> dict[str, Any]:
    return {
        "r": v.report_view(data),
        "view": v.CampaignLine("reveil", TITLE, stage),
        "campaign": "reveil",
        "proof": proof,
    }


class Proof:
    """What the verifier said, as the ledger's card reads it."""

    def __init__(self, verified: bool, entries: int, first_bad: int | None, why: str) -> None:
        self.verified, self.entries, self.first_bad, self.why = verified, entries, first_bad, why


def pages() -> dict[str, tuple[str, v.Shell, dict[str, Any]]]:
    """Name → template, shell, values."""
    row = v.CampaignLine
    rows = (
        row("reveil", TITLE, "live", START, 14, 9, Interval(0.32, -0.01, 0.65)),
        row(
            "grand-quart",
            {"fr": "Grand Quart, l’espresso d’hiver", "en": "Grand Quart, the winter espresso"},
            "waiting",
            START + 28 * DAY,
            28,
            lift=Interval(0.17, 0.06, 0.31),
            rehearsed=True,
            waiting=2,
        ),
        row("sourdine", {"fr": "Sourdine", "en": "Sourdine"}, "writing", written=612, wanted=1000, refused=93),
        row(
            "cold",
            {"fr": "Infusé à froid", "en": "Cold brew"},
            "ended",
            START - 60 * DAY,
            28,
            lift=Interval(0.03, -0.09, 0.15),
        ),
        row(
            "fete",
            {"fr": "Boîte de la fête des mères", "en": "Mother’s Day box"},
            "ended",
            START - 110 * DAY,
            14,
            lift=Interval(0.26, 0.11, 0.42),
            proven=True,
        ),
        row("d", TITLE, "draft"),
        row("s", TITLE, "stopped", START, 3),
        row("p", TITLE, "paused", START, 3),
    )
    typed = {"name": "Savonnerie du Port", "price": "gratuit"}
    out: dict[str, tuple[str, v.Shell, dict[str, Any]]] = {
        "welcome": (
            "welcome.html",
            shell("welcome", tab=None, sandbox=False),
            {"view": v.Welcome(True, typed, {"price": "« gratuit » n’est pas un prix. Passerait : 9,80."})},
        ),
        "campaigns": ("campaigns.html", shell("campaigns"), {"view": v.Campaigns(rows)}),
        "campaigns-none": ("campaigns.html", shell("campaigns", tab=None, sandbox=False), {"view": v.Campaigns()}),
        "wall": ("wall.html", shell("wall"), {"view": WALL}),
        "wall-refusal": (
            "wall.html",
            shell("wall"),
            {
                "view": v.Wall(
                    **BRAND,
                    writing=v.Writing(1, 1),
                    cards=CARDS[8:10],
                    matching=2,
                    placement="email",
                    shown_locales=("fr",),
                    with_refused=True,
                    offset=24,
                    phrase=REFUSED_PHRASE,
                )
            },
        ),
        "wall-none": ("wall.html", shell("wall"), {"view": v.Wall(**BRAND, writing=v.Writing(0, 0))}),
        "wall-writing": (
            "wall.html",
            shell("wall"),
            {
                "view": v.Wall(
                    **BRAND, writing=v.Writing(612, 93, by_placement={"email": 400, "banner": 212}, done=False)
                )
            },
        ),
        "plan": ("plan.html", shell("plan"), {"view": PLAN}),
        "plan-signed": (
            "plan.html",
            shell("plan", toast=v.Toast("Signed.", "/undo"), faults=("One thing.", "Another.")),
            {
                "view": v.Plan(
                    **BRAND,
                    total=0,
                    excluded=(),
                    reachable=0,
                    holdout=0,
                    contacted=0,
                    start=START,
                    days=1,
                    touchpoints=(),
                    per_week=1,
                    quiet=(21, 6),
                    accepted=0,
                    live=1,
                    people_needed=9,
                    mde=0.2,
                    signatures=(v.Signature("data_ethicist", "A", "signed", "", START),),
                    hash="ab",
                    solo=True,
                )
            },
        ),
        "plan-void": (
            "plan.html",
            shell("plan"),
            {
                "view": v.Plan(
                    **BRAND,
                    total=3,
                    excluded=(("consent.none", 2),),
                    reachable=1,
                    holdout=0,
                    contacted=1,
                    start=START,
                    days=30,
                    touchpoints=PLAN.touchpoints[:1],
                    per_week=1,
                    quiet=(21, 6),
                    accepted=2,
                    live=2,
                    people_needed=1,
                    mde=0.2,
                    signatures=tuple(
                        v.Signature("data_ethicist", "A", s, "non", START)
                        for s in ("void", "refused", "revoked", "expired", "waiting")
                    ),
                    hash="ab",
                    form=v.SignForm(
                        "data_ethicist",
                        "a",
                        "A",
                        "",
                        "refused",
                        "Un refus a besoin d’une remarque : les trois autres la liront.",
                    ),
                    solo=True,
                )
            },
        ),
        "live": (
            "live.html",
            shell("live", toast=v.Toast("B-0304 mise en pause.", "/c/reveil/variants/v/resume")),
            {"view": LIVE, "proven_mark": lambda time: "prouvé le 16"},
        ),
        "live-early": (
            "live.html",
            shell("live"),
            {
                "view": v.Live("reveil", "live", START, START, 14, 1, None, False, 0, 0, None, (), 0, (), None, ()),
                "proven_mark": lambda time: "prouvé le 16",
            },
        ),
        **{
            f"live-{name}": ("live.html", shell("live"), {"view": view, "proven_mark": lambda time: "prouvé le 16"})
            for name, view in DEGENERATE.items()
        },
        "live-stopped": (
            "live.html",
            shell("live"),
            {
                "view": v.Live(
                    "reveil",
                    "stopped",
                    START,
                    START,
                    14,
                    1,
                    Interval(0.1, 0.02, 0.2),
                    True,
                    10,
                    5,
                    3,
                    band(1, 0.3, 0.01),
                    1,
                    (0,),
                    1.5,
                    (("x.y", 1),),
                    kettle=v.Kettle("p_1", "p_1", False, "held", reason="Elle a retiré son consentement."),
                ),
                "proven_mark": lambda time: "prouvé le 16",
            },
        ),
        "live-paused": (
            "live.html",
            shell("live"),
            {
                "view": v.Live(
                    "reveil",
                    "paused",
                    START,
                    START,
                    14,
                    20,
                    Interval(-0.1, -0.3, 0.2),
                    False,
                    10,
                    5,
                    3,
                    (),
                    1,
                    (0, 0),
                    1.5,
                    (),
                    kettle=v.Kettle("p_1", "p_1", True),
                ),
                "proven_mark": lambda time: "prouvé le 16",
            },
        ),
        "report": ("report.html", shell("report"), report_values(report())),
        "report-unproven": (
            "report.html",
            shell("report"),
            report_values(
                report(False), "live", Proof(False, 1184, 592, "son empreinte ne correspond plus à son contenu")
            ),
        ),
        "report-nothing": (
            "report.html",
            shell("report", sandbox=False),
            report_values(NOTHING, proof=Proof(True, 3, None, "")),
        ),
        "report-stopped": ("report.html", shell("report", sandbox=False), report_values(STOPPED)),
        "report-harm": ("report.html", shell("report", sandbox=False), report_values(HARM)),
        "person": ("person.html", shell("person", person=PERSON.id), {"view": PERSON}),
        "person-unknown": (
            "person.html",
            shell("person", person="p_1"),
            {
                "view": v.Person(
                    "p_1",
                    "en",
                    (),
                    tuple(
                        v.Standing("x", {"en": "X", "fr": "X"}, {"en": "", "fr": ""}, s)
                        for s in ("objected", "refused", "expired")
                    ),
                    (),
                    0,
                    True,
                    "holdout",
                )
            },
        ),
        "contacts": (
            "contacts.html",
            shell("contacts", sandbox=False, tab=None),
            {"view": v.Contacts(12480, 12480, 212, (LINE, v.ImportLine("i_2", "a.csv", NOW, 1, True)), done=LINE)},
        ),
        "contacts-none": ("contacts.html", shell("contacts", sandbox=False, tab=None), {"view": v.Contacts(0)}),
        "contacts-reading": (
            "contacts.html",
            shell("contacts", sandbox=False, tab=None),
            {"view": v.Contacts(12480, reading=IMPORT)},
        ),
        "contacts-empty-file": (
            "contacts.html",
            shell("contacts", sandbox=False, tab=None),
            {
                "view": v.Contacts(
                    0, reading=v.Import("t", "a.csv", 0, 0, 0, 0, 0, (), (), error="Cochez la case pour écrire.")
                )
            },
        ),
        "message": (
            "message.html",
            shell("message", tab=None),
            {"view": v.Message("Nothing here", ("There is no such page.",), ("Campaigns", "/campaigns"), "404")},
        ),
        "door": ("door.html", shell("door", tab=None), {}),
    }
    out |= {name: ("proposals.html", shell("wall"), {"view": view}) for name, view in proposals().items()}
    out |= {name: ("framework.html", shell("wall"), {"view": view}) for name, view in frameworks().items()}
    out |= {name: ("scale.html", shell("live", sandbox=False), {"view": view}) for name, view in scales().items()}
    return out


def render(name: str, locale: str) -> str:
    """One sample page in one language."""
    from gale.adapters.words import load
    from gale.studio.render import page
    from gale.studio.standalone import sheet_values

    template, frame, values = pages()[name]
    more = dict(values)
    if "r" in more:
        more |= sheet_values(more["r"], load(locale))
    return page(template, locale, shell=frame, **more)


def token(browser: Any) -> str:
    """The token that this session's forms carry."""
    found = re.search(r'name="csrf" value="(\w+)"', browser.get("/welcome").text)
    assert found
    return found[1]
