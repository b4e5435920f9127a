"""The API as a program meets it: a real server, real workers, a real kill."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from serving import Served, live_workspace, serve

from gale.engine.workspace import Workspace


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("served") / "shop"
    return folder, live_workspace(folder, 120)


@pytest.fixture(scope="module")
def served(place: tuple[Path, str]) -> Iterator[Served]:
    server = serve(place[0], workers=2)
    yield server
    server.end()


@pytest.fixture
def client(place: tuple[Path, str], served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.address, headers={"authorization": f"Bearer {place[1]}"}, timeout=30) as c:
        yield c


def codes(reply: httpx.Response) -> list[str]:
    return [f["code"] for f in reply.json()["faults"]]


def test_it_is_closed_without_a_key(served: Served) -> None:
    for path in ("/v1/decide", "/v1/outcomes", "/v1/consents", "/v1/events"):
        reply = httpx.post(served.address + path, json={})
        assert (reply.status_code, codes(reply)) == (401, ["http.no_key"])


def test_a_decision_says_what_to_show_and_why(client: httpx.Client, place: tuple[Path, str]) -> None:
    seen = set()
    for i in range(40):
        reply = client.post("/v1/decide", json={"person": f"p_{i:05d}", "touchpoint": daily(place[0])})
        assert reply.status_code == 200
        told = reply.json()
        seen.add(told["reason"])
        if told["variant"] is not None:
            assert told["fields"]
            assert 0 < told["propensity"] <= 1
    assert {"holdout", "campaign"} <= seen


def test_a_logged_decision_is_explained_on_demand_in_the_callers_language(
    client: httpx.Client, place: tuple[Path, str]
) -> None:
    told = [client.post("/v1/decide", json={"person": f"p_{i:05d}", "touchpoint": daily(place[0])}) for i in range(9)]
    shown = next(x.json() for x in told if x.json()["variant"] is not None)
    for language, words in (("en", "You can take that back at any time."), ("fr", "Vous pouvez revenir dessus")):
        why = client.get(f"/v1/decisions/{shown['decision']}/why", headers={"accept-language": language})
        assert why.status_code == 200
        assert set(why.json()) == {"sentence", "because", "customer"}
        assert any(words in line for line in why.json()["customer"])
    assert codes(client.get("/v1/decisions/d_none/why")) == ["decision.unknown"]


def test_what_was_learned_is_there_for_a_program(client: httpx.Client) -> None:
    name = client.get("/v1/campaigns").json()["campaigns"][0]["id"]
    told = client.get(f"/v1/campaigns/{name}/learned").json()
    assert told["state"] == "early"
    assert set(told["said"]) == {"fr", "en"}


def test_the_same_idempotency_key_acts_once_and_refuses_another_body(
    client: httpx.Client, place: tuple[Path, str]
) -> None:
    body = {"person": "p_00050", "touchpoint": daily(place[0])}
    first, second = (client.post("/v1/decide", json=body, headers={"idempotency-key": "k1"}).json() for _ in range(2))
    assert first == second
    other = client.post("/v1/decide", json={**body, "person": "p_00051"}, headers={"idempotency-key": "k1"})
    assert (other.status_code, codes(other)) == (409, ["idempotency.reused"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"person": "p_00001", "touchpoint": "nowhere"}', 404, "touchpoint.unknown"),
        (b'{"person": "p_none", "touchpoint": "TP"}', 404, "person.unknown"),
        (b'{"person": "p_00001", "touchpoint": "TP", "context": {"basket": NaN}}', 400, "http.body"),
        (b'{"person": "p_00001"}', 400, "http.body"),
        (b'{"person": "p_00001", "touchpoint": "TP", "colour": 1}', 400, "http.body"),
        (b"\xff\xfe", 400, "http.body"),
        (b'{"person": "' + b"x" * 5_000_000 + b'"}', 413, "http.too_large"),
    ],
)
def test_a_bad_decide_call_gets_a_clear_error(
    client: httpx.Client, place: tuple[Path, str], body: bytes, status: int, code: str
) -> None:
    reply = client.post("/v1/decide", content=body.replace(b'"TP"', json.dumps(daily(place[0])).encode()))
    assert (reply.status_code, codes(reply)) == (status, [code])


def test_an_error_speaks_the_callers_language(client: httpx.Client) -> None:
    body = {"person": "p_none", "touchpoint": "x"}
    said = client.post("/v1/decide", json=body, headers={"accept-language": "fr-FR"}).json()["faults"][0]["message"]
    assert "point de contact" in said or "Personne" in said


def test_an_event_that_no_touchpoint_waits_for_decides_nothing(client: httpx.Client) -> None:
    event = {"type": "track", "event": "Kettle Boiled", "userId": "p_00001", "messageId": "m1"}
    assert client.post("/v1/events", json=event).json() == {"received": 1, "ignored": 1, "decisions": []}
    broken = client.post("/v1/events", json={"type": "dance", "userId": "p_00001"})
    assert (broken.status_code, codes(broken)) == (400, ["http.body"])


def test_the_description_is_open_and_names_every_route(served: Served) -> None:
    described = httpx.get(f"{served.address}/v1/openapi.json").json()
    assert {"/v1/decide", "/v1/outcomes", "/v1/events", "/v1/consents"} <= set(described["paths"])


def test_no_worker_decides_after_a_withdrawal_was_answered(client: httpx.Client, place: tuple[Path, str]) -> None:
    """Two workers under load: once the withdrawal is acknowledged, no later reply shows her anything."""
    touchpoint = daily(place[0])
    ending = threading.Event()
    withdrawn: dict[str, float] = {}
    late: list[tuple[str, str | None, str]] = []

    def load(offset: int) -> None:
        with httpx.Client(base_url=client.base_url, headers=client.headers, timeout=30) as mine:
            i = offset
            while not ending.is_set():
                person = f"p_{60 + i % 20:05d}"
                known = person in withdrawn
                told = mine.post("/v1/decide", json={"person": person, "touchpoint": touchpoint}).json()
                if known:
                    late.append((person, told["variant"], told["reason"]))
                i += 1

    threads = [threading.Thread(target=load, args=(n * 7,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for n in range(20):
        person = f"p_{60 + n:05d}"
        act = {"person": person, "purpose": "advertising", "state": "withdrawn", "source": "her page"}
        assert client.post("/v1/consents", json=act).status_code == 200
        withdrawn[person] = time.monotonic()
    time.sleep(1)
    ending.set()
    for thread in threads:
        thread.join()
    assert len(late) > 20
    assert {(v, r) for _, v, r in late} == {(None, "consent.withdrawn")}


def test_what_was_acknowledged_before_a_kill_9_is_there_exactly_once(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    key = live_workspace(folder, 200)
    server = serve(folder, workers=2)
    touchpoint = daily(folder)
    decided: list[str] = []
    told: list[str] = []
    consented: list[str] = []

    def load(n: int) -> None:
        try:
            with httpx.Client(base_url=server.address, headers={"authorization": f"Bearer {key}"}, timeout=10) as c:
                for i in range(100_000):
                    person = f"p_{(n * 50 + i) % 200:05d}"
                    reply = c.post("/v1/decide", json={"person": person, "touchpoint": touchpoint})
                    if reply.status_code == 200:
                        decided.append(reply.json()["decision"])
                    order = {
                        "source": "shop",
                        "source_id": f"{n}-{i}",
                        "person": person,
                        "kind": "order",
                        "time": int(time.time() * 1000),
                        "value": 420,
                    }
                    if c.post("/v1/outcomes", json=order).status_code == 200:
                        told.append(f"{n}-{i}")
                    if i % 10 == 0:
                        act = {
                            "person": person,
                            "purpose": "email_marketing",
                            "state": "withdrawn",
                            "source": f"{n}-{i}",
                        }
                        if c.post("/v1/consents", json=act).status_code == 200:
                            consented.append(f"{n}-{i}")
        except httpx.TransportError:
            return  # the server died under us, as it should

    threads = [threading.Thread(target=load, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(2.5)
    server.kill()
    for thread in threads:
        thread.join()
    assert len(decided) > 50
    again = serve(folder)
    again.end()
    ws = Workspace.open(folder)
    try:
        with ws.store.read() as unit:
            (campaign,) = [r.id for r in unit.campaigns.all()]
            logged: list[str] = []
            after = 0
            while rows := unit.decisions.scan(campaign, after=after):
                after = rows[-1][0]
                logged += [d.id for _, d in rows]
            outcomes = [o.source_id for _, o in unit.outcomes.scan(limit=1_000_000)]
            acts = [a.source for i in range(200) for a in unit.consents.history(f"p_{i:05d}")]
        assert len(logged) == len(set(logged))
        assert set(decided) <= set(logged)
        assert len(outcomes) == len(set(outcomes))
        assert set(told) <= set(outcomes)
        assert set(consented) <= set(acts)
    finally:
        ws.close()


def test_a_second_supervisor_on_the_same_workspace_is_refused_with_words(
    place: tuple[Path, str], served: Served
) -> None:
    import subprocess

    from serving import GALE

    second = subprocess.run(
        [str(GALE), "-C", str(place[0]), "--lang", "en", "serve", "--port", "0"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert second.returncode == 2
    assert str(served.process.pid) in second.stderr


def daily(folder: Path) -> str:
    ws = Workspace.open(folder)
    try:
        return next(t.id for t in ws.read_documents().campaign.touchpoints if not t.weekdays and t.trigger is None)
    finally:
        ws.close()
