"""`gale serve`: one supervisor holds the workspace's lock and the socket, workers answer; one of them learns.

The socket is bound before the first worker starts, so that a taken port is told at once and no connection is lost while
a worker that died is replaced.
"""

from __future__ import annotations

import errno
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from gale import settings
from gale.adapters.store import WorkspaceLock
from gale.api.app import create_app
from gale.api.service import Service
from gale.cli.common import Out
from gale.engine import learn as learn_verb
from gale.engine import scale as scale_verb
from gale.engine.workspace import Workspace
from gale.records.faults import Faults
from gale.studio.app import mount
from gale.studio.door import Door
from gale.studio.sandbox import Sandbox

LOOPBACK = ("127.0.0.1", "::1", "localhost")
LEARN_EVERY_S = 15


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises `Faults` `port.in_use`, `serve.host`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except UnicodeError:
        sock.close()
        raise Faults.one("serve.host", host=host, problem="not a host name") from None
    except OSError as problem:
        sock.close()
        if problem.errno == errno.EADDRINUSE:
            raise Faults.one("port.in_use", port=port) from None
        raise Faults.one("serve.host", host=host, problem=problem.strerror or str(problem)) from None
    sock.listen(1024)
    sock.set_inheritable(True)
    return sock


def bind_near(host: str, port: int) -> socket.socket:
    """A socket on this port, or on any free one where it is taken."""
    try:
        return bind(host, port if port < 65536 else 0)
    except Faults:
        return bind(host, 0)


def _address(host: str, sock: socket.socket) -> str:
    return f"http://{host if ':' not in host else f'[{host}]'}:{sock.getsockname()[1]}"


def supervise(out: Out, root: Path, *, host: str, port: int, workers: int) -> None:
    """Hold the lock, bind, start workers, replace one that dies, and end them when told to."""
    state = root / settings.STATE
    with WorkspaceLock(state / "lock"):
        sock = bind(host, port)
        address = _address(host, sock)
        door = Door.fresh(state)
        environment = {**os.environ, "GALE_SESSION_KEY": door.key.hex()}
        sockets = [sock]

        def start(role: str, on: socket.socket, where: str) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", "gale.cli.worker", role, str(root), str(on.fileno()), where]
            return subprocess.Popen(command, pass_fds=(on.fileno(),), env=environment)

        jobs = [("api", sock, address)] * max(1, workers)
        link = ""
        if host in LOOPBACK:
            # Pages have a process of their own: what they hold in memory (an upload that waits for its yes) is in one
            # place, and their guard costs the API nothing.
            pages = bind_near(host, sock.getsockname()[1] + 1)
            sockets.append(pages)
            jobs.append(("studio", pages, _address(host, pages)))
            link = door.link(_address(host, pages))
        children = [start(*job) for job in jobs]
        ending = threading.Event()

        def end(signum: int, frame: FrameType | None) -> None:
            ending.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        out.progress("API: {address}/v1 (a key is needed: gale keys add)", address=address)
        if link:
            out.progress("Studio, opens once: {link}", link=link)
        else:
            out.progress("The Studio stays closed: it opens on loopback only until sign-in exists.")
        try:
            while not ending.wait(0.3):
                for i, child in enumerate(children):
                    if child.poll() is not None and not ending.is_set():
                        out.progress("A worker ended ({code}); another one starts.", code=child.returncode)
                        time.sleep(0.5)
                        children[i] = start(*jobs[i])
        finally:
            for child in children:
                child.terminate()
            for child in children:
                try:
                    child.wait(15)
                except subprocess.TimeoutExpired:
                    child.kill()
            for each in sockets:
                each.close()


def work(role: str, root: Path, fd: int, address: str) -> None:
    """One process of the supervisor's: `api` answers programs, `studio` shows pages; each may hold the learner's
    lease."""
    workspace = Workspace.open(root)
    service: Service | None = None
    if role == "api":
        service = Service(workspace, seed=[int.from_bytes(secrets.token_bytes(16))])
        app = create_app(service)
    else:
        app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
        key = bytes.fromhex(os.environ["GALE_SESSION_KEY"])
        mount(app, workspace, Door(root / settings.STATE, key), address=address)
    ending = threading.Event()
    learner = threading.Thread(target=_learn, args=(workspace, ending), daemon=True)
    learner.start()
    sock = socket.socket(fileno=fd)
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", server_header=False)
    server = uvicorn.Server(config)
    threading.Thread(target=_leave_with_the_supervisor, args=(server, os.getppid()), daemon=True).start()
    try:
        server.run(sockets=[sock])
    finally:
        ending.set()
        learner.join(30)
        if service is not None:
            service.close()
        workspace.close()


def _leave_with_the_supervisor(server: uvicorn.Server, parent: int) -> None:
    """A worker whose supervisor was killed would hold the port and the database behind the next one's back."""
    while os.getppid() == parent:
        time.sleep(0.5)
    server.should_exit = True


def _learn(workspace: Workspace, ending: threading.Event) -> None:
    holder = f"worker-{os.getpid()}"
    while not ending.wait(LEARN_EVERY_S):
        with workspace.store.read() as unit:
            rows = unit.campaigns.all()
        live = [r.id for r in rows if r.status == "live"]
        for climbing in [r.id for r in rows if r.climb is not None and r.status in scale_verb.RUNNING]:
            try:
                scale_verb.watch(workspace.store, climbing, now=workspace.clock.now())
            except Exception as problem:  # learning goes on, and the next look is in a quarter of a minute
                print(f"scale {climbing}: {problem!r}", file=sys.stderr)
        for campaign in live:
            try:
                learn_verb.learn(workspace.store, campaign, now=workspace.clock.now(), holder=holder)
            except Faults as problem:
                if problem.faults[0].code != "learner.busy":  # another worker learns, which is how it should be
                    print(f"learner {campaign}: {problem}", file=sys.stderr)
            except Exception as problem:  # one campaign's trouble must not end learning for the others
                print(f"learner {campaign}: {problem!r}", file=sys.stderr)


def serve_sandbox(out: Out, box: Sandbox, *, port: int, open_page: Callable[[str], object] | None) -> None:
    """The Studio over a sandbox, in this one process; the address is printed as soon as the server stands."""
    state = box.workspace.state
    with WorkspaceLock(state / "lock"):
        sock = bind_near("127.0.0.1", port)  # a taken port is no reason not to show the example
        address = f"http://127.0.0.1:{sock.getsockname()[1]}"
        door = Door.fresh(state)
        service = Service(box.workspace, seed=[box.seed])
        app = create_app(service)
        mount(app, box.workspace, door, address=address, sandbox=box)
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", server_header=False)
        )

        def announce() -> None:
            while not server.started:
                time.sleep(0.05)
            link = door.link(address)
            out.progress("Gale stands. Open this page (it opens once): {link}", link=link)
            out.progress("To end: Ctrl+C")
            if open_page is not None:
                open_page(link)

        threading.Thread(target=announce, daemon=True).start()
        try:
            server.run(sockets=[sock])
        finally:
            service.close()
