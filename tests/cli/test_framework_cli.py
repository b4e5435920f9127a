"""From the newsletter she has to letters made from it, by the terminal."""

from __future__ import annotations

from terminal import bakery, here

LETTER = """<html><head><title>Le pain de la semaine</title></head><body><h1>Bonjour</h1>
<p>Nous avons allumé le four avant vous, et la maison sent déjà bon.</p><p>Passez nous voir dans la semaine.</p>
<a class="button" href="https://fournil.example">Voir la fournée</a></body></html>"""


def test_a_newsletter_becomes_a_framework_and_its_words_come_back_in_the_variants(tmp_path):
    folder = bakery(tmp_path / "fournil")
    file = tmp_path / "lettre.html"
    file.write_text(LETTER, encoding="utf-8")
    read = here("-C", str(folder), "framework", "from-html", str(file), "--json")
    assert read.code == 0, read.out + read.err
    assert read.json["slots"]["subject"] == "Le pain de la semaine"
    again = here("-C", str(folder), "framework", "from-html", str(file), "--json")
    assert again.codes == ["file.exists"]  # nothing of hers is overwritten
    listed = here("-C", str(folder), "framework", "list", "--json").json
    assert "lettre" in {row["framework"] for row in listed["frameworks"]}
    made = here("-C", str(folder), "create", "--wanted", "40", "--json")
    assert made.code == 0, made.out + made.err
    assert made.json["by_placement"]["email"]["fr"] == 40


def test_a_broken_framework_is_told_and_keeps_nobody_from_withdrawing(tmp_path):
    folder = bakery(tmp_path / "fournil")
    (folder / "frameworks").mkdir()
    (folder / "frameworks" / "x.yaml").write_text(
        "schema: 1\nid: x\nplacement: email\nslots: []\nfields: {}\n", encoding="utf-8"
    )
    assert here("-C", str(folder), "create", "--json").code == 2
    assert here("-C", str(folder), "people", "list", "--json").code != 1


def test_a_wish_is_answered_from_the_bank_and_what_it_offers_can_be_taken_in_and_left_out(tmp_path):
    folder = bakery(tmp_path / "fournil")
    assert here("-C", str(folder), "create", "--wanted", "12", "--json").code == 0
    ask = ("-C", str(folder), "--lang", "fr", "framework", "wish", "--slot", "subject", "--locale", "fr")
    owls = here(*ask, "--wish", "pour les couche-tard", "--json").json
    assert owls["heard"] == ["evening"]
    outside = next(o for o in owls["offers"] if o["key"])
    assert outside["outside"] == "moment.evening"
    assert {w["wish"] for w in outside["why"]} == {"evening"}
    shorter = here(*ask, "--wish", "shorter", "--near", outside["text"], "--json").json["offers"]
    assert shorter
    assert all(len(o["text"]) < len(outside["text"]) for o in shorter)
    read = here(*ask, "--wish", "pour les couche-tard")
    assert f"+ {outside['text']}" in read.out
    assert "dit «" in read.out
    taken = here("-C", str(folder), "framework", "take", outside["key"], "--json")
    assert (taken.code, taken.json["taken"]) == (0, True)
    again = here(*ask, "--wish", "pour les couche-tard", "--json").json["offers"]
    assert next(o for o in again if o["text"] == outside["text"])["key"] is None
    assert here("-C", str(folder), "framework", "take", outside["key"], "--back", "--json").json["taken"] is False


def test_a_wish_that_cannot_be_granted_says_why_and_what_would_help(tmp_path):
    folder = bakery(tmp_path / "fournil")
    assert here("-C", str(folder), "create", "--wanted", "12", "--json").code == 0
    ask = ("-C", str(folder), "--lang", "en", "framework", "wish")
    nothing = here(*ask, "--slot", "subject", "--wish", "hyperloop")
    assert nothing.code == 0
    assert "Nothing in the bank fits this wish here." in nothing.out
    assert "brief.yaml scenes." in nothing.out
    for slot, said, code in [
        ("price", "shorter", "wish.slot_shut"),
        ("nowhere", "shorter", "propose.slot_unknown"),
        ("subject", "  ", "wish.empty"),
        ("subject", "shorter " * 40, "wish.long"),
    ]:
        assert here(*ask, "--slot", slot, "--wish", said, "--json").codes == [code]
    assert here(*ask, "--slot", "subject", "--placement", "push", "--wish", "shorter", "--json").code == 2
    assert here("-C", str(folder), "framework", "take", "email/subject/nothing", "--json").codes == ["phrase.unknown"]
