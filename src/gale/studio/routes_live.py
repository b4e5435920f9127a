"""The live page: what happens now, what was learned, its buttons, and its plots as files."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from gale.engine import report as report_verb
from gale.engine.workspace import Documents
from gale.ports.store import CampaignRow
from gale.studio import gather
from gale.studio import views as v
from gale.studio.common import Studio, go
from gale.studio.desk import SandboxDesk
from gale.studio.drawings import PLOTS, drawings
from gale.studio.gather.shelf import words_of
from gale.studio.standalone import sheet_values
from gale.words import Words

STEPS = {"pause": "paused", "resume": "live", "stop": "stopped"}
DONE = {"paused": "resume", "live": "pause", "signed": "", "refused": "", "stopped": "", "launched": ""}
Form = dict[str, str]


def toast(studio: Studio, request: Request, campaign: str, done: str) -> dict[str, Any]:
    """What was just done, for the page's frame, with its undo where there is one."""
    if done not in DONE:
        return {}
    undo = f"/c/{campaign}/{DONE[done]}" if DONE[done] else ""
    return {"toast": v.Toast(studio.words(request)(f"done.{done}"), undo)}


def router(studio: Studio) -> APIRouter:
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    desk = studio.desk
    posted = Depends(studio.form)  # read on the event loop; the handlers themselves run in threads

    def _live(request: Request, row: CampaignRow, kettle: v.Kettle | None = None) -> v.Live:
        words, now = studio.words(request), desk.now()
        report, lesson = studio.reports.recent(row.id, now), studio.reports.lesson(row.id, now)
        by = request.query_params.get("by", "")
        cities = _cities(row, words, now)
        shown = kettle or _kettle(row)
        recent = sorted(desk.sandbox.latencies[-2000:]) if desk.sandbox else []
        p50 = recent[len(recent) // 2] if recent else None
        return gather.live(
            desk.store,
            row,
            words,
            now=now,
            report=report,
            cities=cities,
            kettle=shown,
            p50_ms=p50,
            lesson=lesson,
            by=by,
            chronicle=studio.reports.chronicle,
        )

    def _cities(row: CampaignRow, words: Words, now: int) -> list[v.City]:
        box = desk.sandbox
        if box is None or row.id not in box.campaigns.values():
            return []
        found = []
        for truth in box.truths:
            report = studio.reports.recent(box.campaigns[truth.id], now) or {}
            world = report_verb.world(truth.id, truth.name, report) if report else {}
            seen = v.report_view({**report, "worlds": [world]} if world else {})
            shown = seen.worlds[0] if seen.worlds else None
            found.append(
                v.City(
                    id=truth.id,
                    title=truth.name,
                    opened=bool(shown and shown.opened),
                    people=truth.people,
                    gate=shown.gate if shown else None,
                    decisions=seen.decisions,
                    lift=seen.relative,
                    proven=seen.proven,
                    sentence=words.text(shown.sentence) if shown and shown.gate else "",
                )
            )
        return found

    def _kettle(row: CampaignRow) -> v.Kettle | None:
        if not isinstance(desk, SandboxDesk) or row.id != next(iter(desk.sandbox.campaigns.values()), None):
            return None
        person, waiting = desk.kettle_person(), desk.kettle_touchpoint
        if person is None or waiting is None:
            return None
        papers = Documents.of(row)
        needs = next((t.purposes for t in papers.campaign.touchpoints if t.id == waiting), [])
        return gather.kettle(desk.store, person, needs)

    def _mark(words: Words, row: CampaignRow) -> Any:
        return sheet_values(v.report_view({}), words, Documents.of(row).campaign.timezone)["proven_mark"]

    @routes.get("/c/{campaign}/live")
    def live(request: Request, campaign: str, done: str = "") -> Response:
        row = studio.the_row(campaign)
        if row.status == "draft":
            return go(f"/c/{campaign}/plan")
        mark = _mark(studio.words(request), row)
        shell = toast(studio, request, campaign, done)
        return studio.page(request, "live.html", "live", row, shell=shell, view=_live(request, row), proven_mark=mark)

    @routes.get("/c/{campaign}/live/now")
    def now(request: Request, campaign: str) -> Response:
        row = studio.the_row(campaign)
        if row.status not in ("live", "paused"):
            return Response(headers={"HX-Refresh": "true"})
        mark = _mark(studio.words(request), row)
        view = _live(request, row)
        return studio.page(request, "_live_now.html", "live", row, view=view, proven_mark=mark, swap=True)

    @routes.post("/c/{campaign}/{step}")
    def step(request: Request, campaign: str, step: str, form: Form = posted) -> Response:
        if step not in STEPS:
            raise HTTPException(404)
        desk.set_status(campaign, STEPS[step], form.get("reason", "").strip())
        return go(f"/c/{campaign}/live?done={STEPS[step]}")

    @routes.post("/c/{campaign}/variants/{variant}/{step}", dependencies=[posted])
    def variant(request: Request, campaign: str, variant: str, step: str) -> Response:
        if step not in ("pause", "resume"):
            raise HTTPException(404)
        desk.pause_variant(campaign, variant, paused=step == "pause")
        return go(f"/c/{campaign}/live")

    @routes.post("/c/{campaign}/kettle/{act}", dependencies=[posted])
    def kettle(request: Request, campaign: str, act: str) -> Response:
        row = studio.the_row(campaign)
        shown = _kettle(row)
        if shown is None or not isinstance(desk, SandboxDesk) or act not in ("boil", "withdraw"):
            raise HTTPException(404)
        words = studio.words(request)
        if act == "withdraw":
            desk.withdraw_kettle(shown.person)
            shown = _kettle(row) or shown
        else:
            began = time.perf_counter()
            decision = desk.boil(campaign, shown.person)
            took = (time.perf_counter() - began) * 1000
            if decision.variant is None:
                shown = replace(shown, outcome="held", reason=words(decision.reason))
            else:
                with desk.store.read() as unit:
                    sent = unit.creatives.get(campaign, [decision.variant])[decision.variant]
                said = sent.fields.get("text") or sent.fields.get("body") or words_of(sent)
                shown = replace(shown, outcome="sent", said=said, took_ms=took)
        if request.headers.get("hx-request") != "true":
            view, mark = _live(request, row, shown), _mark(words, row)
            return studio.page(request, "live.html", "live", row, view=view, proven_mark=mark)
        view = v.Live(
            row.id, row.status, desk.now(), 0, 1, 1, None, False, 0, 0, None, (), 0, (), None, (), kettle=shown
        )
        return studio.page(request, "_kettle.html", "live", row, view=view)

    @routes.get("/c/{campaign}/plots/{name}.svg")
    def plot(request: Request, campaign: str, name: str, by: str = "") -> Response:
        """One plot as a file, in the reader's language."""
        row, words, now = studio.the_row(campaign), studio.words(request), desk.now()
        if name not in PLOTS or row.status == "draft":
            raise HTTPException(404)
        report = studio.reports.recent(campaign, now) or studio.reports.fresh(campaign, now)
        lesson = studio.reports.learned(campaign, now)
        drawn = drawings(desk.store, row, words, now=now, report=report, lesson=lesson, by=by).get(name)
        if drawn is None:
            raise HTTPException(404)
        file = f"{name}-{row.id}-{words.locale}.svg"
        headers = {"Content-Disposition": f'attachment; filename="{file}"'}
        return Response(drawn, media_type="image/svg+xml", headers=headers)

    return routes
