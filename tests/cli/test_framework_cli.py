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
