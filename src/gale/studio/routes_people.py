"""People's rooms: one person, and the contacts."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from gale.audience import Told
from gale.engine import consent as consent_verb
from gale.engine import people as people_verb
from gale.engine.people import Preview
from gale.engine.workspace import Documents
from gale.records.documents import Purposes
from gale.records.faults import Faults
from gale.records.people import Consent
from gale.studio import gather
from gale.studio.common import Studio, go

Form = dict[str, str]
Files = dict[str, tuple[str, bytes]]


@dataclass
class Held:
    """One file that waits for its yes: where it lies, the columns a person corrected, what was shown of it."""

    path: Path
    mapping: dict[str, str] = field(default_factory=dict)
    seen: Preview | None = None


class Uploads:
    """Files between being read and being written: readable by this user alone, gone when answered or restarted."""

    MOST = 5

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, Held] = {}
        shutil.rmtree(folder, ignore_errors=True)

    def keep(self, name: str, content: bytes) -> tuple[str, Held]:
        """Store the bytes under a random folder with the file's own, tamed name."""
        while len(self._held) >= self.MOST:
            self.drop(next(iter(self._held)))
        token = secrets.token_hex(16)
        folder = self._folder / token
        folder.mkdir(parents=True, mode=0o700)
        path = folder / (re.sub(r"[^\w.-]+", "_", Path(name).name)[-80:].lstrip(".") or "contacts.csv")
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        self._held[token] = Held(path)
        return token, self._held[token]

    def held(self, token: str) -> Held | None:
        return self._held.get(token)

    def drop(self, token: str) -> None:
        self._held.pop(token, None)
        if re.fullmatch(r"[0-9a-f]{32}", token):
            shutil.rmtree(self._folder / token, ignore_errors=True)


def router(studio: Studio) -> APIRouter:
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    desk = studio.desk
    uploads = Uploads(desk.workspace.state / "uploads")

    async def sent(request: Request) -> Files:
        return (await studio.form_with_file(request))[1]

    # Forms are read on the event loop; the handlers themselves run in threads.
    posted, uploaded = Depends(studio.form), Depends(sent)

    def _purposes() -> Purposes:
        with desk.store.read() as unit:
            return consent_verb.declared(unit, lambda: desk.workspace.read_documents().purposes)

    @routes.get("/people/{person}")
    def one(request: Request, person: str) -> Response:
        row = studio.first_row()
        try:
            view = gather.person(desk.store, person, row, _purposes(), studio.words(request), now=desk.now())
        except Faults as problem:
            return studio.problem(request, problem, 404)
        return studio.page(request, "person.html", "person", row, shell={"person": person}, view=view)

    @routes.post("/people/{person}/withdraw")
    def withdraw(request: Request, person: str, form: Form = posted) -> Response:
        purposes, now = _purposes(), desk.now()
        named = purposes.get(form.get("purpose", ""))
        act = Consent(
            id="c_" + secrets.token_hex(10),
            person=person,
            purpose=form.get("purpose", ""),
            state="withdrawn",
            basis=named.basis[0] if named else "consent",
            source="studio",
            notice=named.notice_version if named else "",
            time=now,
        )
        consent_verb.record(desk.store, purposes, [act], now=now)
        return go(f"/people/{person}")

    @routes.post("/people/{person}/stop", dependencies=[posted])
    def stop(request: Request, person: str) -> Response:
        names = iter(lambda: "c_" + secrets.token_hex(10), "")
        consent_verb.withdraw_everything(
            desk.store,
            _purposes(),
            person,
            now=desk.now(),
            source="studio",
            ids=names,
        )
        return go(f"/people/{person}")

    @routes.get("/contacts")
    def contacts(request: Request, done: str = "") -> Response:
        view = gather.contacts(desk.store, done=done)
        return studio.page(request, "contacts.html", "contacts", studio.first_row(), view=view)

    def _read(held: Held, told: Told) -> Preview:
        row = studio.first_row()
        papers = Documents.of(row) if row else desk.workspace.read_documents()
        return people_verb.preview(
            desk.store,
            held.path,
            purposes=_purposes(),
            now=desk.now(),
            mapping=held.mapping,
            told=told,
            wanted=people_verb.wanted(papers.campaign, papers.frameworks),
        )

    def _show(request: Request, token: str, seen: Preview, error: str = "") -> Response:
        reading = gather.imported(token, seen, studio.words(request), error)
        view = replace(gather.contacts(desk.store), reading=reading)
        status = 422 if error else 200
        return studio.page(request, "contacts.html", "contacts", studio.first_row(), status=status, view=view)

    @routes.post("/contacts/read")
    def read(request: Request, files: Files = uploaded) -> Response:
        """Keep the file beside the store until yes or no, and say what it would become."""
        name, content = files.get("file", ("", b""))
        if not content:
            return go("/contacts")
        token, held = uploads.keep(name, content)
        try:
            held.seen = _read(held, Told())
        except Faults:
            uploads.drop(token)
            raise
        return _show(request, token, held.seen)

    @routes.post("/contacts/mapping")
    def mapping(request: Request, form: Form = posted) -> Response:
        held = uploads.held(form.get("token", ""))
        if held is None:
            return go("/contacts")
        held.mapping = {k.removeprefix("column:"): x for k, x in form.items() if k.startswith("column:")}
        held.seen = _read(held, Told())
        return _show(request, form["token"], held.seen)

    @routes.post("/contacts/yes")
    def yes(request: Request, form: Form = posted) -> Response:
        held = uploads.held(form.get("token", ""))
        if held is None:
            return go("/contacts")
        dates = next((x for x in ("dmy", "mdy") if x == form.get("dates")), None)
        told = Told(source=form.get("source", "").strip(), dates=dates, zone=desk.workspace.settings.timezone)
        seen = _read(held, told)
        if not form.get("right"):
            said = studio.words(request)("Tick the box first: nothing is written without it.")
            return _show(request, form["token"], seen, said)
        row = people_verb.take(
            desk.store,
            seen,
            yes=True,
            purposes=_purposes(),
            now=desk.now(),
            id="i_" + secrets.token_hex(8),
            name=lambda: "p_" + secrets.token_hex(10),
            locale=desk.workspace.settings.locale,
        )
        uploads.drop(form["token"])
        return go(f"/contacts?done={row.id}")

    @routes.post("/contacts/{name}/undo", dependencies=[posted])
    def undo(request: Request, name: str) -> Response:
        people_verb.undo(desk.store, name, purposes=_purposes(), now=desk.now())
        return go("/contacts")

    return routes
