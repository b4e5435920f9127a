"""The Framework page in its states: with and without a model, a wish granted and not, edited, empty, over a billion."""

from __future__ import annotations

from dataclasses import replace

from gale.studio import views_framework as v
from gale.studio.views import Why

START = 1_788_732_000_000
WHY = Why("Offre absente du brief", "« −30 % » : pas dans le brief.", "L’abricot, et rien d’autre.")
SCRIPT = (
    v.SlotLine("subject", "Et si le matin commençait par une odeur ?", 24, here=True),
    v.SlotLine("opening", "Vous aimez les cafés d’Éthiopie, et vous êtes debout de bonne heure.", 18, by="roast"),
    v.SlotLine("core", "Il est bon même sans parler.", 1, "core"),
    v.SlotLine("price", "Aube, 250 g : 9,80 €.", 1, "shut"),
    v.SlotLine("closing", "À jeudi.", 1, pinned=True),
    v.SlotLine("cta", "Goûter Aube", 3),
)


def line(number: int, text: str, **more: object) -> v.BankLine:
    base = v.BankLine(f"hooks.{number}", text, "story", "passes", len(text), 17, 983)
    return replace(base, **more)  # type: ignore[arg-type]


BANK = (
    line(1, "La cuisine sentira l’abricot avant vous.", source=v.Source("model", "brise-8b", "Idris Benali", START)),
    line(2, "Bergamote d’abord.", source=v.Source("edited", "brise-8b", "Idris Benali", START), used=0, without=1000),
    line(3, "La maison dort. Pas vous ?", source=v.Source("taken"), take="email/subject/asked-hooks.1"),
    line(4, "Aube sent l’abricot.", source=v.Source("person"), state="pinned"),
    line(5, "L’abricot, −30 %.", state="refused", why=(WHY,), used=0, without=1000),
    line(6, "Une odeur à réveiller la maison.", state="banned", used=0, without=1000),
    line(7, "Rien ne presse.", angle="", source=v.Source("own")),
)
OFFERS = (
    v.OfferLine("hooks.8", "Une odeur d’abricot.", "sensation", 20, -21, (v.SignLine("shorter", "length", "-21"),)),
    v.OfferLine(
        "asked-hooks.2", "Le soir, on a enfin le temps.", "ritual", 29, -12,
        (v.SignLine("evening", "moment", "evening"), v.SignLine("evening", "mark", "soir")), "moment.evening",
        "email/subject/asked-hooks.2",
    ),
    v.OfferLine(
        "asked-hooks.3", "Chut, on a une idée.", "story", 20, 4, (v.SignLine("playful", "tone", "playful"),),
        "tone.playful", "email/subject/asked-hooks.3",
    ),
)  # fmt: skip
WISH = v.WishView("plus court, pour les couche-tard", ("shorter", "evening"), ("abricot",), OFFERS, found=9)
MODEL = v.ModelView(
    "ready", "brise-8b", True, "http://127.0.0.1:8080/v1/chat/completions", 0.0042, 4.98, reader="Idris Benali"
)
ASKED = (
    v.AskedLine(
        "pour les couche-tard", "Aube sent l’abricot.", "email", "subject", "fr", "answered", 0.002,
        (
            v.CameLine("w_1", "Aube, pour les petites heures", "proposed", 29, 9),
            v.CameLine("w_2", "Aube, et la nuit attend", "accepted", 23, 3, "Idris Benali"),
            v.CameLine("w_3", "Aube à −30 %", "refused", 12, -8, why=(WHY,)),
            v.CameLine("w_4", "Aube, encore", "rejected", 12, -8, "Idris Benali"),
        ),
    ),
    v.AskedLine("plus court", "", "email", "subject", "fr", "failed", 0.0),
    v.AskedLine("plus doux", "", "email", "opening", "fr", "in_doubt", 0.004),
)  # fmt: skip

WHOLE = v.FrameworkPage(
    campaign="reveil", placement="email", locale="fr", slot="subject", placements=("email", "banner", "post"),
    locales=("fr", "en"), script=SCRIPT, product=3_110_400, accepted=1000, refused=123, alike=141, bank=BANK, passing=37,
    total=40, editable=True, design="letter", more=33,
    sources=(("bank", 33), ("own", 1), ("person", 1), ("taken", 1), ("model", 1), ("edited", 1)),
    core="Il est bon même sans parler.", start=BANK[3], near="hooks.4", wish=WISH, model=MODEL, asked=ASKED, waiting=1,
    unwritten=2, members=(("idris", "Idris Benali"), ("maelle", "Maëlle Le Goff")), by="idris",
)  # fmt: skip


def frameworks() -> dict[str, v.FrameworkPage]:
    edited = v.Editing("hooks.1", "L’abricot, −30 %", 16, 60, "Aube sent l’abricot.", True, (WHY,), 17)
    helps = (("scenes", "brief.yaml scenes.fr"), ("tone", "brand.yaml voice.tone"))
    nothing = replace(WISH, offers=(), lacking=("words",), helps=helps, found=0)
    endless = "anticonstitutionnellement" * 7
    return {
        "framework": WHOLE,
        "framework-edit": replace(WHOLE, editing=edited, wish=None, by=""),
        "framework-nothing": replace(WHOLE, wish=nothing, model=v.ModelView("none"), asked=(), unwritten=0, members=()),
        "framework-unheard": replace(WHOLE, wish=replace(nothing, heard=(), words=(), helps=(), lacking=())),
        "framework-parts": replace(WHOLE, wish=replace(nothing, lacking=())),
        "framework-toolong": replace(WHOLE, wish=v.WishView("x" * 160, problem="Une demande trop longue.")),
        "framework-asking": replace(WHOLE, model=replace(MODEL, state="asking", seconds=12)),
        "framework-failed": replace(WHOLE, model=replace(MODEL, problem=("Personne ne répond à cette adresse.",))),
        "framework-closed": replace(WHOLE, model=replace(MODEL, state="closed", opens="2026-10-01")),
        "framework-running": replace(WHOLE, editable=False, model=replace(MODEL, state="broken")),
        "framework-billion": replace(WHOLE, product=10**12),
        "framework-none-passes": replace(WHOLE, accepted=0, refusing="Offre absente du brief"),
        "framework-empty": replace(
            WHOLE, script=SCRIPT[2:4], slot="", bank=(), product=1, accepted=0, passing=0, total=0, start=None, wish=None,
            asked=(), sources=(), more=0, near="",
        ),
        "framework-long": replace(WHOLE, start=line(9, endless), bank=(line(9, endless), *BANK), wish=replace(WISH, asked=endless)),
    }  # fmt: skip
