"""The Proposals page in its states: read, empty, asking, out of reach, without a model, and with very long words."""

from __future__ import annotations

from dataclasses import replace

from gale.studio import views_proposals as v

START = 1_788_732_000_000
CHECKS = tuple(
    v.Check(n, "ok") for n in ("length", "figures", "promises", "banned", "language", "aloud", "signs", "alike")
)


def waiting(number: int, text: str, **more: object) -> v.Waiting:
    base = v.Waiting(
        id=f"w_{number}", text=text, locale="fr", placement="email", slot="subject", angle="story", original=text,
        length=len(text), longest=60, nearest="Aube sent l’abricot et la bergamote.", overlap=0.41, checks=CHECKS,
        parts=((text, False),),
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


OPEN = (
    waiting(1, "La cuisine sentira l’abricot avant vous."),
    waiting(2, "L’abricot arrive avant la radio."),
    waiting(
        3, "Bergamote d’abord.", checks=(v.Check("length", "ok"), v.Check("aloud", "warn", "À relire : BERGAMOTE."))
    ),
)
REFUSED = (
    waiting(
        4, "Aube sent l’abricot, et c’est −30 % pour vous.",
        parts=(("Aube sent l’abricot, et c’est ", False), ("−30 %", True), (" pour vous.", False)),
        why=(v.Reason("fact.no_such_offer", "Offre absente du brief", "« −30 % » : pas dans le brief.", "Aube sent l’abricot.", True),),
    ),
)  # fmt: skip
CALL = v.LastCall("brise-8b", True, "Idris Benali", START, 4.2, 0.0021, 412, 186, "email", "subject", 12, "answered")
LOCKS = (v.Lock("subject", ""), v.Lock("opening", ""), v.Lock("price", "price"), v.Lock("core", "core"), v.Lock("middle", "locked"))  # fmt: skip
QUESTION = v.Question(0.0123, 4.98, "http://127.0.0.1:8080/v1/chat/completions", True, "model: brise-8b")

READ = v.Proposals(
    campaign="reveil", state="ready", model="brise-8b", waiting=OPEN, refused=REFUSED, at="w_2", call=CALL,
    notes=("Sur 8 phrases demandées, 4 sont nouvelles.",), locks=LOCKS,
    placements=(("email", ("subject", "opening")), ("banner", ("headline", "line"))), locales=("fr", "en"),
    angles=("story", "problem"), placement="email", slot="subject", angle="story", locale="fr",
    members=(("idris", "Idris Benali"), ("maelle", "Maëlle Le Goff")), by="idris", team=True, question=QUESTION,
    calls=6, proposed=48, by_rule=18, accepted=17, edited=4, rejected=8, spent=0.013, budget=5.0, unwritten=2,
)  # fmt: skip


def proposals() -> dict[str, v.Proposals]:
    typed = v.Typed(
        "w_1", "À −50 %", 7, 60, (v.Reason("fact.no_such_offer", "Offre", "« −50 % » : pas dans le brief.", "9,80 €"),)
    )
    long = waiting(9, "Une phrase sans fin " * 12 + "anticonstitutionnellement" * 6, nearest="Une autre " * 20)
    empty = replace(READ, waiting=(), refused=(), at="", unwritten=0, notes=())
    return {
        "proposals": READ,
        "proposals-edit": replace(READ, editing="w_1", typed=typed),
        "proposals-empty": empty,
        "proposals-first": replace(empty, call=None, calls=0, proposed=0, accepted=0, edited=0, rejected=0, spent=0.0),
        "proposals-asking": replace(READ, state="asking", seconds=12, patience=60),
        "proposals-failed": replace(
            empty, problem=("Personne ne répond à cette adresse.",), call=replace(CALL, state="failed", cost=0.0)
        ),
        "proposals-doubt": replace(empty, call=replace(CALL, state="in_doubt", by="")),
        "proposals-broken": replace(empty, state="broken", problem=("La variable est vide.",), question=None),
        "proposals-none": replace(empty, state="none", model="", question=None, call=None, proposed=0),
        "proposals-running": replace(READ, state="running", question=None),
        "proposals-long": replace(READ, waiting=(long, *OPEN), at="w_9", team=False),
    }
