"""What goes over the wire and what comes back, on real connections to a server that replays recorded bytes."""

from __future__ import annotations

import json
import logging
import socket
import time
from typing import Any

import msgspec
import pytest
from replaying import Reply, completion, error, phrases, recorded, replaying

from gale.adapters.writers import open_writer
from gale.ports.writer import Request, Writer
from gale.records.documents import WriterSettings
from gale.records.faults import Faults

REQUEST = Request(
    placement="email",
    slot="subject",
    angle="story",
    locale="fr",
    wanted=4,
    longest=60,
    facts={"brand": "Le Fournil", "benefit": "cuit chaque matin"},
    examples=("Rien ne presse.",),
)
KEY = {"WRITER_KEY": "s3cret-key"}


def writer(address: str, *, timeout: int = 5, **more: Any) -> Writer:
    told: dict[str, Any] = {"kind": "local", "model": "brise-8b", "base_url": address, "timeout_s": timeout, **more}
    return open_writer(WriterSettings(**told), KEY)


def fault(problem: pytest.ExceptionInfo[Faults]) -> str:
    return problem.value.faults[0].code


def test_openais_protocol_asks_for_a_schema_and_reads_phrases_and_tokens() -> None:
    with replaying(recorded("openai")) as server:
        answer = writer(server.address, kind="openai", key_env="WRITER_KEY").propose(REQUEST)
    assert answer.phrases[0] == "La croûte chante avant vous"
    assert (len(answer.phrases), answer.input_tokens, answer.output_tokens) == (4, 934, 88)
    assert answer.model == "gpt-5-mini-2025-08-07"
    asked = server.asked[0]
    assert asked.path == "/chat/completions"
    assert asked.headers["authorization"] == "Bearer s3cret-key"
    assert asked.body["response_format"]["json_schema"]["schema"]["required"] == ["phrases"]


def test_anthropics_protocol_gives_the_form_as_a_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "of-another-program")
    with replaying(recorded("anthropic")) as server:
        answer = writer(server.address, kind="anthropic", key_env="WRITER_KEY").propose(REQUEST)
    assert (len(answer.phrases), answer.input_tokens, answer.output_tokens) == (3, 1204, 96)
    asked = server.asked[0]
    assert asked.path == "/v1/messages"
    assert "s3cret-key" in (asked.headers.get("x-api-key", "") + asked.headers.get("authorization", ""))
    assert "of-another-program" not in json.dumps(asked.headers)
    assert asked.body["tool_choice"] == {"type": "tool", "name": "phrases"}


def test_what_is_previewed_is_what_is_sent_to_the_byte() -> None:
    for kind, name in (("local", "openai"), ("anthropic", "anthropic")):
        with replaying(recorded(name)) as server:
            asking = writer(server.address, kind=kind, key_env="WRITER_KEY")
            preview = asking.preview(REQUEST)
            assert server.asked == []
            asking.propose(REQUEST)
        assert server.asked[0].body == preview.body
        assert preview.address.endswith(server.asked[0].path)


@pytest.mark.parametrize(("kind", "name"), [("local", "openai"), ("anthropic", "anthropic")])
def test_a_wish_is_sent_as_data_and_a_request_without_one_is_as_it_always_was(kind: str, name: str) -> None:
    wished = msgspec.structs.replace(REQUEST, wish="pour les couche-tard", start="Rien ne presse.")
    with replaying(recorded(name)) as server:
        asking = writer(server.address, kind=kind, key_env="WRITER_KEY")
        asking.propose(wished)
        asking.propose(REQUEST)
    sent, plain = (json.dumps(a.body, ensure_ascii=False) for a in server.asked)
    assert sent.count("pour les couche-tard") == 1  # in the material, in no sentence of ours
    assert "a wish opens no offer, no price, no claim" in sent
    assert "wish" not in plain
    assert "“start”" not in plain


def test_a_server_that_knows_no_schema_is_asked_without() -> None:
    with replaying(error(400, "response_format is not supported"), phrases("Rien.")) as server:
        answer = writer(server.address).propose(REQUEST)
    assert answer.phrases == ("Rien.",)
    assert ["response_format" in a.body for a in server.asked] == [True, False]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ('Voici :\n```json\n{"phrases": ["Un.", "Deux."]}\n```\nBonne journée', ("Un.", "Deux.")),
        ('["Un.", "Deux."]', ("Un.", "Deux.")),
        ('{"note": "x"} puis {"phrases": ["Un."], "more": 3}', ("Un.",)),
    ],
)
def test_json_is_found_in_what_a_model_says_around_it(said: str, found: tuple[str, ...]) -> None:
    with replaying(completion(said)) as server:
        assert writer(server.address).propose(REQUEST).phrases == found


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (completion("Bien sûr ! Je suis un modèle de langue."), "writer.nonsense"),
        (completion('{"phrases": [1, 2]}'), "writer.nonsense"),
        (completion('{"phrases": "Un."}'), "writer.nonsense"),
        (completion('{"phrases": ["Un.", "De', finish="length"), "writer.cut"),
        (completion('{"phrases": []}'), "writer.nothing"),
        (completion("   "), "writer.nothing"),
        (completion("[" * 5000), "writer.nonsense"),
        (completion("", refusal="I cannot help with that."), "writer.declined"),
        (Reply(b'{"unexpected": true}'), "writer.form"),
        (Reply(b"\xff\xfe not json at all"), "writer.form"),
    ],
)
def test_an_answer_of_no_use_says_why_and_still_counts(reply: Reply, code: str) -> None:
    with replaying(reply) as server:
        answer = writer(server.address).propose(REQUEST)
    assert answer.phrases == ()
    assert answer.fault is not None
    assert answer.fault.code == code
    assert answer.input_tokens > 0


@pytest.mark.parametrize(
    ("status", "code", "asked"),
    [
        (401, "writer.key_refused", 1),
        (403, "writer.key_refused", 1),
        (404, "writer.model_unknown", 1),
        (413, "writer.refused", 1),
        (429, "writer.busy", 3),
        (500, "writer.server", 3),
        (503, "writer.server", 3),
        (501, "writer.server", 1),
    ],
)
def test_only_what_may_be_repeated_is_repeated(status: int, code: str, asked: int) -> None:
    reply = error(status, **{"retry-after": "0"})
    with replaying(reply) as server, pytest.raises(Faults) as problem:
        writer(server.address).propose(REQUEST)
    assert fault(problem) == code
    assert len(server.asked) == asked


def test_a_busy_server_that_comes_back_is_heard() -> None:
    with replaying(error(429, **{"retry-after": "0"}), phrases("Rien.")) as server:
        assert writer(server.address).propose(REQUEST).phrases == ("Rien.",)


def test_a_slow_model_is_left_at_the_deadline_and_not_asked_again() -> None:
    began = time.monotonic()
    with replaying(Reply(b"{}", pause=3.0)) as server, pytest.raises(Faults) as problem:
        writer(server.address, timeout=1).propose(REQUEST)
    assert fault(problem) == "writer.slow"
    assert time.monotonic() - began < 2.5
    assert len(server.asked) == 1


def test_a_server_that_sends_a_byte_now_and_then_does_not_get_past_the_deadline() -> None:
    began = time.monotonic()
    with replaying(Reply(b" ", drip=0.2, times=100)) as server, pytest.raises(Faults) as problem:
        writer(server.address, timeout=1).propose(REQUEST)
    assert fault(problem) == "writer.slow"
    assert time.monotonic() - began < 2.5


def test_a_model_that_never_ends_is_cut_off() -> None:
    with replaying(Reply(b" " * (1 << 16), times=4000)) as server, pytest.raises(Faults) as problem:
        writer(server.address).propose(REQUEST)
    assert fault(problem) == "writer.too_much"


def test_nobody_there_is_said() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(Faults) as problem:
        writer(f"http://127.0.0.1:{port}").propose(REQUEST)
    assert fault(problem) == "writer.unreachable"


def test_a_key_is_in_one_header_and_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    for reply in (recorded("openai"), error(401, "bad key"), error(500, "down", **{"retry-after": "0"})):
        with replaying(reply) as server:
            asking = writer(server.address, key_env="WRITER_KEY")
            assert "s3cret" not in json.dumps(asking.preview(REQUEST).body)
            try:
                asking.propose(REQUEST)
            except Faults as problem:
                said.append(str(problem))
        assert "s3cret" not in json.dumps(server.asked[0].body)
    assert len(said) == 2
    assert "s3cret" not in caplog.text + "".join(said)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"kind": "local"}, "writer.url_missing"),
        ({"kind": "local", "base_url": "llama"}, "writer.url_bad"),
        ({"kind": "local", "base_url": "http://user:pw@127.0.0.1/v1"}, "writer.url_bad"),
        ({"kind": "local", "base_url": "http://192.0.2.7:8080/v1"}, "writer.not_https"),
        ({"kind": "openai"}, "writer.key_env_missing"),
        ({"kind": "openai", "key_env": "sk-proj-abc123"}, "writer.key_env_bad"),
        ({"kind": "anthropic", "key_env": "EMPTY_KEY"}, "writer.key_missing"),
    ],
)
def test_settings_that_cannot_work_say_what_would(told: dict[str, Any], code: str) -> None:
    with pytest.raises(Faults) as problem:
        open_writer(WriterSettings(model="m", **told), {})
    assert fault(problem) == code
    assert "sk-proj" not in str(problem.value)
    assert "pw@" not in str(problem.value)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gale.adapters.writers.find_spec", lambda name: None)
    with pytest.raises(Faults) as problem:
        open_writer(WriterSettings(kind="local", model="m", base_url="http://127.0.0.1:1/v1"), {})
    assert problem.value.faults[0].values["command"] == ".venv/bin/pip install --require-hashes -r locks/llm.txt"
