"""The letter leaves for the sending tool she has, and what came of it comes back, with no HTML written by anybody."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pytest
import yaml
from bs4 import BeautifulSoup

from gale.adapters.clock import SteppedClock
from gale.adapters.files.newsletter import read_newsletter
from gale.adapters.files.yaml_reader import write_yaml
from gale.audience import Told
from gale.creative.letters import TOOLS
from gale.engine import export as export_verb
from gale.engine import outcomes_file as outcomes_verb
from gale.engine import people as people_verb
from gale.engine import template as template_verb
from gale.engine.decide import decide_many
from gale.engine.init import Answers, init_workspace
from gale.engine.workspace import Workspace
from gale.records.faults import Faults
from house import HOUR, START, House
from mailers import merged

PAGE = """<!DOCTYPE html><html><head><title>La fournée de septembre</title></head><body>
<h1>Bonjour {{ contact.FIRSTNAME | default: "vous" }}</h1>
<p>Cet été, nous avons appris un pain de plus dans notre fournil.</p>
<p>Il lève toute la nuit et sort du four avant vous.</p>
<p>Nous le coupons devant vous, en tranches ou en quarts.</p><p>À bientôt devant notre four.</p>
<a class="btn" href="https://fournil.example/">Venir le goûter</a>
<p><a href="{{ unsubscribe }}">Se désinscrire</a></p></body></html>"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bakery with its letters written, sixty people who agreed, and its campaign live."""
    return bakery(tmp_path_factory.mktemp("letters") / "boulangerie")


@pytest.fixture(scope="module")
def with_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, writing on the newsletter that it has."""
    return bakery(tmp_path_factory.mktemp("page") / "boulangerie", PAGE)


def bakery(folder: Path, page: str = "") -> Path:
    answers = Answers(
        name="Le Fournil", product="Tourte", noun_fr="le pain", noun_en="bread", benefit_fr="cuit chaque matin",
        benefit_en="baked every morning", price="4.20",
    )  # fmt: skip
    init_workspace(folder, answers, today=date(2026, 9, 2))
    brief = yaml.safe_load((folder / "brief.yaml").read_text(encoding="utf-8"))
    brief["landing"] = "https://fournil.example/tourte?x=1"
    (folder / "brief.yaml").write_text(yaml.safe_dump(brief, allow_unicode=True), encoding="utf-8")
    if page:
        (folder / "hers.html").write_text(page, encoding="utf-8")
        read = read_newsletter(folder / "hers.html", name="fournee")
        (folder / "frameworks").mkdir(exist_ok=True)
        own = read.html.replace('href="https://fournil.example/"', 'href="[[link]]"')
        (folder / "frameworks" / "fournee.html").write_text(own, encoding="utf-8")
        design = read.framework.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        write_yaml(folder / "frameworks" / "fournee.yaml", {"schema": 1, **design})
    contacts = folder / "contacts.csv"
    rows = "".join(f"K{i:04d};l{i:04d}@example.org;{'fr' if i % 3 else 'en'};OUI;14/03/2026\n" for i in range(60))
    contacts.write_text("id_client;mel;langue;optin;optin_date\n" + rows, encoding="utf-8")
    clock = SteppedClock(START)
    ws = Workspace.open(folder, clock=clock)
    house = House(ws, clock)
    house.create()
    purposes = ws.read_documents().purposes
    seen = people_verb.preview(
        ws.store, contacts, purposes=purposes, now=START, told=Told(source="caisse, notice 3", dates=None)
    )
    names = iter(f"p_{i:020d}" for i in range(100))
    people_verb.take(ws.store, seen, yes=True, purposes=purposes, now=START, id="i_1", name=lambda: next(names))
    house.plan()
    house.sign()
    house.launch()
    ws.close()
    return folder


class Desk:
    """The two exports with what the faces would pass."""

    def __init__(self, ws: Workspace, clock: SteppedClock, out: Path) -> None:
        self.ws, self.clock, self.out = ws, clock, out
        self.campaign = ws.read_documents().campaign.id
        self.pages = ws.read_pages(ws.read_frameworks())
        self.rng = np.random.default_rng(5)

    def decide(self, people, touchpoint: str, now: int):  # type: ignore[no-untyped-def]
        return decide_many(self.ws.store, self.campaign, people, touchpoint, now=now, rng=self.rng)

    def sends(self, tool: str) -> export_verb.ExportSummary:
        return export_verb.export_sends(
            self.ws.store, self.campaign, "letter", tool=tool, out=self.out, now=self.clock.now(), decide=self.decide,
            pages=self.pages,
        )  # fmt: skip

    def template(self, tool: str) -> template_verb.TemplateSummary:
        return template_verb.export_template(
            self.ws.store, self.campaign, "letter", tool=tool, out=self.out, now=self.clock.now(), pages=self.pages
        )


@pytest.fixture
def desk(written: Path, tmp_path: Path) -> Iterator[Desk]:
    yield from opened(written, tmp_path)


@pytest.fixture
def own_desk(with_page: Path, tmp_path: Path) -> Iterator[Desk]:
    yield from opened(with_page, tmp_path)


def opened(written: Path, tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "boulangerie"
    shutil.copytree(written, folder)
    clock = SteppedClock(START)
    ws = Workspace.open(folder, clock=clock)
    yield Desk(ws, clock, tmp_path / "out")
    ws.close()


def rows(path: str, separator: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


@pytest.mark.parametrize("tool", TOOLS)
def test_template_and_file_of_a_tool_make_the_letter_of_each_decision_and_what_came_of_it_is_read(
    desk: Desk, tool: str
) -> None:
    one = TOOLS[tool]
    told, sent = desk.template(tool), desk.sends(tool)
    assert {t.locale for t in told.letters} == {"fr", "en"}
    found = rows(sent.sends_file, one.separator)
    assert len(found) == sent.sends > 30
    decision = next(c for c in found[0] if c.upper().endswith(("DECISION_ID", "G_DECISION")))
    variant = next(c for c in found[0] if c.upper().endswith("VARIANT"))
    locale = next(c for c in found[0] if c.upper().endswith("LOCALE"))
    pages = {t.locale: (Path(t.html_file).read_text(), Path(t.text_file).read_text()) for t in told.letters}
    for template in told.letters:
        assert set(template.columns) <= set(found[0])
    with desk.ws.store.read() as unit:
        decided = unit.decisions.get_many([r[decision] for r in found])
        creatives = unit.creatives.get(desk.campaign, sorted({r[variant] for r in found}))
    for row in found:
        assert decided[row[decision]].variant == row[variant]
        fields = creatives[row[variant]].fields
        html, text = (merged(tool, part, row) for part in pages[row[locale]])
        soup = BeautifulSoup(html, "html.parser")
        assert soup.h1.get_text() == fields["subject"]  # type: ignore[union-attr]
        body = [p.get_text().strip() for p in soup.find_all("p")][:-2]
        assert "\n\n".join(body) == fields["body"]
        assert text.startswith(fields["body"])
        address = str(soup.find("a", class_="go")["href"])  # type: ignore[index]
        assert address.startswith("https://fournil.example/tourte?x=1&utm_source=")
        assert f"&utm_content={row[variant]}&gale={row[decision]}" in address

    desk.clock.move_to(desk.clock.now() + 24 * HOUR)
    back = desk.out / "back.csv"
    lines = [f"{decision},Event,Date", *(f"{r[decision]},click,2026-09-08 07:00" for r in found[:9])]
    back.write_text("\n".join(lines), encoding="utf-8")
    outcomes = outcomes_verb.import_outcomes(
        desk.ws.store, back, purposes=desk.ws.read_documents().purposes, now=desk.clock.now(), source=tool
    )
    assert (outcomes.inserted, outcomes.kinds) == (9, {"click": 9})


def test_the_language_of_a_template_is_that_of_its_words(desk: Desk) -> None:
    for one in desk.template("klaviyo").letters:
        soup = BeautifulSoup(Path(one.html_file).read_text(encoding="utf-8"), "html.parser")
        assert soup.html["lang"] == one.locale  # type: ignore[index]
        assert soup.find_all("a")[-1].get_text() == {"fr": "Se désabonner", "en": "Unsubscribe"}[one.locale]


def test_the_preview_is_one_live_letter_without_a_tag(desk: Desk) -> None:
    told = desk.template("mautic")
    with desk.ws.store.read() as unit:
        row = unit.campaigns.get(desk.campaign)
        assert row is not None
        for one in told.letters:
            live = unit.creatives.get(desk.campaign, row.live[f"letter/{one.locale}"]).values()
            html = Path(one.preview_file).read_text(encoding="utf-8")
            soup = BeautifulSoup(html, "html.parser")
            assert "contactfield" not in html
            body = "\n\n".join(p.get_text().strip() for p in soup.find_all("p")[:-2])
            assert (soup.h1.get_text(), body) in {(v.fields["subject"], v.fields["body"]) for v in live}  # type: ignore[union-attr]
            assert soup.find("a", class_="go")["href"] == "https://fournil.example/tourte?x=1"  # type: ignore[index]


def test_on_her_own_page_the_tags_stand_where_her_words_stood(own_desk: Desk) -> None:
    told, sent = own_desk.template("brevo"), own_desk.sends("brevo")
    found = rows(sent.sends_file, ";")
    page = next(t for t in told.letters if t.locale == "fr")
    assert all(t.own_page == (t.locale == "fr") for t in told.letters)
    html = Path(page.html_file).read_text(encoding="utf-8")
    assert '{{ contact.FIRSTNAME | default: "vous" }}' in html
    assert "{{ unsubscribe }}" in html
    hers = [r for r in found if r["GALE_LOCALE"] == "fr"]
    assert len(hers) > 5
    for row in hers:
        letter = BeautifulSoup(merged("brevo", html, row), "html.parser")
        whole = BeautifulSoup(merged("brevo", row["GALE_HTML"], row), "html.parser")
        assert [p.get_text() for p in letter.find_all("p")] == [p.get_text() for p in whole.find_all("p")]
        assert letter.find("a", class_="btn") == whole.find("a", class_="btn")
        assert f"gale={row['DECISION_ID']}" in str(letter.find("a", class_="btn"))


def test_nothing_is_written_over_and_nothing_unsigned_leaves(desk: Desk) -> None:
    desk.template("braze")
    with pytest.raises(Faults) as twice:
        desk.template("braze")
    assert twice.value.faults[0].code == "file.exists"
    with desk.ws.store.read() as unit:
        row = unit.campaigns.get(desk.campaign)
    assert row is not None
    with desk.ws.store.write() as unit:
        unit.campaigns.put(msgspec.structs.replace(row, status="draft"))
    with pytest.raises(Faults) as unsigned:
        desk.template("klaviyo")
    assert unsigned.value.faults[0].code == "export.not_live"


def test_a_button_that_leads_nowhere_is_refused(desk: Desk) -> None:
    with desk.ws.store.read() as unit:
        row = unit.campaigns.get(desk.campaign)
    assert row is not None
    row.documents["brief"].pop("landing", None)
    row.documents["brand"].pop("url", None)
    with desk.ws.store.write() as unit:
        unit.campaigns.put(row)
    with pytest.raises(Faults) as problem:
        desk.template("generic")
    assert problem.value.faults[0].code == "letter.no_landing"
    assert not desk.out.exists()


def gale(folder: Path, *words: str) -> dict[str, object]:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "gale"), "-C", str(folder), *words, "--json"],
        capture_output=True, text=True, check=True, env={**os.environ, "TZ": "America/New_York"},
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def test_a_file_s_stamp_is_the_hour_that_was_told_by_the_workspace_s_clock(written: Path, tmp_path: Path) -> None:
    """Whatever the machine's own time zone, and not in UTC."""
    folder = tmp_path / "boulangerie"
    shutil.copytree(written, folder)
    told = gale(folder, "export", "sends", "--touchpoint", "letter", "--at", "2026-09-08T09:30")
    assert "20260908-0930" in str(told["sends_file"])
    assert "20260908-0930" in str(told["exclusion_file"])
    shown = gale(folder, "export", "template", "--touchpoint", "letter", "--for", "hubspot")
    assert shown["tool"] == "hubspot"
