"""The Framework page: look at the slots, wish for a phrase, ban, pin, edit or take one in, and take each back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from gale.engine import phrases as phrases_verb
from gale.records.creative import Finding
from gale.records.faults import Faults
from gale.studio import views as v
from gale.studio.common import Studio, go
from gale.studio.gather.framework import Looked, bank_of, editing, state_of
from gale.studio.gather.framework import framework as gathered
from gale.studio.gather.wishes import WANTED, angle_for, asked_today, model_view, wish_view
from gale.studio.views_framework import FrameworkPage

KEPT = ("placement", "locale", "slot", "order", "near", "wish", "by")  # what a person chose, from one page to the next
DONE = ("banned", "pinned", "free", "taken", "left", "edited", "undone", "written", "asked")
BACK = {"banned": "banned", "pinned": "pinned", "free": "free", "taken": "left", "left": "taken"}
"""What takes a change back, by what stood before it: a phrase that was taken in is left out again."""
Form = dict[str, str]


def router(studio: Studio) -> APIRouter:
    """The routes of the Framework tab."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    desk = studio.desk
    posted = Depends(studio.form)  # read on the event loop; the handlers themselves run in threads

    def shown(
        request: Request,
        campaign: str,
        looked: Looked,
        *,
        status: int = 200,
        toast: v.Toast | None = None,
        typed: str | None = None,
        findings: list[Finding] | None = None,
    ) -> Response:
        row, words = studio.the_row(campaign), studio.words(request)
        bank = bank_of(desk.store, desk.workspace.catalogue, row, looked, words.locale)
        page = gathered(desk.store, row, words, looked, bank)
        inquiry, seconds = studio.inquiries.of(campaign), studio.inquiries.seconds(campaign)
        more: dict[str, Any] = {
            "wish": wish_view(desk.workspace, page, bank, looked.wish, words),
            "model": model_view(desk.workspace, page, bank, inquiry, words, seconds=seconds),
            "asked": asked_today(desk.workspace, row, words),
        }
        if looked.edit:
            more["editing"] = editing(page, bank, looked.edit, typed, findings or (), words)
        view = replace(page, **more)
        shell = {"toast": toast} if toast else {}
        return studio.page(request, "framework.html", "wall", row, status=status, shell=shell, view=view)

    @routes.get("/c/{campaign}/framework")
    def framework(request: Request, campaign: str, done: str = "") -> Response:
        asked = request.query_params
        toast = None
        if done in DONE:
            undo = asked.get("undo", "")
            back = f"/c/{campaign}/framework/undo?{undo}" if undo and done != "undone" else ""
            toast = v.Toast(studio.words(request)(f"done.framework.{done}"), back)
        return shown(request, campaign, _looked(asked), toast=toast)

    @routes.get("/c/{campaign}/framework/asking")
    def asking(request: Request, campaign: str) -> Response:
        """How long the request has run; the page itself once it is over."""
        row = studio.the_row(campaign)
        if not studio.inquiries.of(campaign).running:
            return Response(status_code=200, headers={"HX-Refresh": "true"})
        settings = desk.workspace.settings.writer
        return studio.page(
            request, "_framework_asking.html", "wall", row, campaign=campaign, model=settings.model if settings else "",
            seconds=studio.inquiries.seconds(campaign), patience=float(settings.timeout_s if settings else 60),
        )  # fmt: skip

    @routes.post("/c/{campaign}/framework/keep")
    def keep(request: Request, campaign: str, form: Form = posted) -> Response:
        """Ban, pin, take in or free a phrase, and write the thousand again."""
        before = state_of(studio.the_row(campaign), form.get("phrase", ""))
        desk.keep(campaign, form)
        undo = {"phrase": form["phrase"], "keep": BACK[form["keep"]] if form["keep"] in ("taken", "left") else before}
        return go(_address(campaign, form, done=form["keep"], undo=urlencode({**_kept(form), **undo})))

    @routes.post("/c/{campaign}/framework/check")
    def check(request: Request, campaign: str, form: Form = posted) -> Response:
        """What the checks say while a person writes; nothing is changed."""
        row, words = studio.the_row(campaign), studio.words(request)
        looked = _looked(form)
        bank = bank_of(desk.store, desk.workspace.catalogue, row, looked, words.locale)
        page = gathered(desk.store, row, words, looked, bank)
        text = form.get("text", "").strip()
        found = _checked(campaign, page, text)
        typed = editing(page, bank, form.get("phrase", ""), text, found, words)
        return studio.page(request, "_framework_typed.html", "wall", row, typed=typed)

    def _checked(campaign: str, page: FrameworkPage, text: str) -> list[Finding]:
        return phrases_verb.check_phrase(
            desk.store, desk.workspace.catalogue, campaign, text=text, slot=page.slot, placement=page.placement,
            locale=page.locale,
        )  # fmt: skip

    @routes.post("/c/{campaign}/framework/edit")
    def edit(request: Request, campaign: str, form: Form = posted) -> Response:
        """A person's words in place of a phrase; refused in place, with what would pass."""
        row = studio.the_row(campaign)
        _whole(form)
        before = row.facts.get("edits", {}).get(form.get("phrase", ""))
        text = None if form.get("back") else form.get("text", "").strip()
        findings = desk.edit(campaign, form, text)
        if findings:
            looked = _looked({**form, "edit": form["phrase"]})
            return shown(request, campaign, looked, status=422, typed=text, findings=findings)
        undo = {"phrase": form["phrase"], **({"text": before} if before is not None else {"back": "1"})}
        return go(_address(campaign, form, done="edited", undo=urlencode({**_kept(form), **undo})))

    @routes.post("/c/{campaign}/framework/undo", dependencies=[posted])
    def undo(request: Request, campaign: str) -> Response:
        """Take the last change of this page back; what is to be restored stands in the address."""
        told = dict(request.query_params)
        studio.the_row(campaign)
        if "keep" in told:
            desk.keep(campaign, told)
        elif desk.edit(campaign, _whole(told), None if told.get("back") else told.get("text", "")):
            raise Faults.one("phrase.unknown", phrase=told.get("phrase", ""))
        return go(_address(campaign, told, done="undone"))

    @routes.post("/c/{campaign}/framework/write")
    def write(request: Request, campaign: str, form: Form = posted) -> Response:
        """Write the thousand again with what was let in."""
        desk.write_again(campaign, form.get("by") or None)
        return go(_address(campaign, form, done="written"))

    @routes.post("/c/{campaign}/framework/ask")
    def ask(request: Request, campaign: str, form: Form = posted) -> Response:
        """Ask the model for another way to say one phrase; what comes back goes to Proposals."""
        row, words, looked = studio.the_row(campaign), studio.words(request), _looked(form)
        bank = bank_of(desk.store, desk.workspace.catalogue, row, looked, words.locale)
        page = gathered(desk.store, row, words, looked, bank)
        start = page.start
        if not looked.wish.strip():
            raise Faults.one("wish.empty")
        studio.inquiries.ask(
            campaign, words, placement=page.placement, slot=page.slot, locale=page.locale, wanted=WANTED, by=page.by,
            angle=angle_for(bank, page.slot, start.id if start else ""), wish=looked.wish,
            start=start.text if start else "",
        )  # fmt: skip
        return go(f"/c/{campaign}/framework?{urlencode(_kept(form))}#today")

    return routes


def _looked(told: Mapping[str, str]) -> Looked:
    return Looked(
        placement=told.get("placement", ""),
        locale=told.get("locale", ""),
        slot=told.get("slot", ""),
        order=told.get("order", ""),
        every=bool(told.get("every")),
        near=told.get("near", ""),
        wish=told.get("wish", ""),
        edit=told.get("edit", ""),
        by=told.get("by", ""),
    )


def _whole(told: Mapping[str, str]) -> Mapping[str, str]:
    """What names a phrase and its place. Raises `Faults` `phrase.unknown` where a part is missing."""
    if not all(told.get(k) for k in ("phrase", "slot", "placement", "locale")):
        raise Faults.one("phrase.unknown", phrase=told.get("phrase", ""))
    return told


def _kept(told: Mapping[str, str]) -> dict[str, str]:
    return {k: told[k] for k in KEPT if told.get(k)}


def _address(campaign: str, told: Mapping[str, str], **more: str) -> str:
    return f"/c/{campaign}/framework?{urlencode({**_kept(told), **more})}#{'ask' if told.get('wish') else 'bank'}"
