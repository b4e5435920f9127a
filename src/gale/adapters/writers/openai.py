"""Any server that speaks OpenAI's chat completions: OpenAI, and at home llama.cpp's server, Ollama, vLLM."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import openai

from gale.adapters.writers import prompt, reading, wire
from gale.ports.writer import Answer, Preview, Request
from gale.records.faults import Fault, Faults


class _Message(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    model: str = ""
    usage: _Usage | None = None


class OpenAI:
    """`ports.writer.Writer` over `POST /chat/completions`."""

    def __init__(self, model: str, base_url: str, key: str, *, timeout: float, here: bool) -> None:
        self.name = model
        self.local = here
        self._url = base_url
        self._timeout = timeout
        # Without retries of its own: it would repeat what may have been charged. Proxies do not carry what stays here.
        self._client = openai.OpenAI(
            api_key=key or "none",
            base_url=base_url,
            max_retries=0,
            http_client=openai.DefaultHttpxClient(trust_env=not here, follow_redirects=False),
        )

    def preview(self, request: Request) -> Preview:
        body = self._body(request)
        return Preview(
            address=f"{self._url}/chat/completions",
            body=body,
            input_tokens=prompt.most_input(body),
            output_tokens=prompt.most_output(request),
        )

    def propose(self, request: Request) -> Answer:
        began = time.monotonic()
        body = self._body(request)
        try:
            raw = self._ask(body)
        except Faults as problem:
            # Some servers know no schema, and say so before they do anything.
            fault = problem.faults[0]
            if fault.code != "writer.refused" or fault.values["status"] not in (400, 422):
                raise
            raw = self._ask({k: v for k, v in body.items() if k != "response_format"})
        return self._answer(raw, request, time.monotonic() - began)

    def _ask(self, body: dict[str, Any]) -> bytes:
        create = self._client.chat.completions.with_streaming_response.create
        return wire.ask(openai, lambda s: create(**body, timeout=s), where=self._url, timeout=self._timeout)

    def _body(self, request: Request) -> dict[str, Any]:
        form = {"name": prompt.SCHEMA_NAME, "strict": True, "schema": prompt.schema(request)}
        limit = "max_tokens" if self.local else "max_completion_tokens"
        return {
            "model": self.name,
            "messages": [
                {"role": "system", "content": prompt.system(request)},
                {"role": "user", "content": prompt.data(request)},
            ],
            "response_format": {"type": "json_schema", "json_schema": form},
            limit: prompt.most_output(request),
        }

    def _answer(self, raw: bytes, request: Request, seconds: float) -> Answer:
        try:
            read = msgspec.json.decode(raw, type=_Completion)
        except (msgspec.DecodeError, UnicodeDecodeError):
            read = _Completion(choices=[])
        usage = read.usage or _Usage(len(prompt.data(request)) // 3, len(raw) // 3)
        phrases: tuple[str, ...] = ()
        fault: Fault | None = Fault(code="writer.form", values={"url": self._url})
        if read.choices:
            one = read.choices[0]
            if one.message.refusal:
                fault = Fault(code="writer.declined", values={"said": one.message.refusal[: reading.SHOWN]})
            else:
                phrases, fault = reading.phrases(one.message.content or "", cut=one.finish_reason == "length")
        return Answer(
            phrases=phrases,
            model=read.model or self.name,
            input_tokens=usage.prompt_tokens,
            output_tokens=usage.completion_tokens,
            seconds=seconds,
            fault=fault,
        )
