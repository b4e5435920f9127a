"""Anthropic's messages, with the answer's form given as a tool that the model must use."""

from __future__ import annotations

import time
from typing import Any

import anthropic
import msgspec

from gale.adapters.writers import prompt, reading, wire
from gale.ports.writer import Answer, Preview, Request
from gale.records.faults import Fault


class _Part(msgspec.Struct):
    type: str
    text: str = ""
    input: Any = None


class _Usage(msgspec.Struct):
    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class _Message(msgspec.Struct):
    content: list[_Part]
    usage: _Usage
    model: str = ""
    stop_reason: str | None = None


class Anthropic:
    """`ports.writer.Writer` over `POST /v1/messages`."""

    def __init__(self, model: str, base_url: str, key: str, *, timeout: float, here: bool) -> None:
        self.name = model
        self.local = here
        self._url = base_url
        self._timeout = timeout
        self._client = anthropic.Anthropic(
            api_key=key or "none",
            base_url=base_url,
            max_retries=0,
            http_client=anthropic.DefaultHttpxClient(trust_env=not here, follow_redirects=False),
        )

    def preview(self, request: Request) -> Preview:
        body = self._body(request)
        return Preview(
            address=f"{self._url}/v1/messages",
            body=body,
            input_tokens=prompt.most_input(body) + 400,  # what the provider adds around a tool
            output_tokens=prompt.most_output(request),
        )

    def propose(self, request: Request) -> Answer:
        began = time.monotonic()
        body = self._body(request)
        create = self._client.messages.with_streaming_response.create
        raw = wire.ask(anthropic, lambda s: create(**body, timeout=s), where=self._url, timeout=self._timeout)
        return self._answer(raw, request, time.monotonic() - began)

    def _body(self, request: Request) -> dict[str, Any]:
        tool = {
            "name": prompt.SCHEMA_NAME,
            "description": "Hand in the phrases.",
            "input_schema": prompt.schema(request),
        }
        return {
            "model": self.name,
            "system": prompt.system(request),
            "messages": [{"role": "user", "content": prompt.data(request)}],
            "tools": [tool],
            "tool_choice": {"type": "tool", "name": prompt.SCHEMA_NAME},
            "max_tokens": prompt.most_output(request),
        }

    def _answer(self, raw: bytes, request: Request, seconds: float) -> Answer:
        try:
            read = msgspec.json.decode(raw, type=_Message)
        except (msgspec.DecodeError, UnicodeDecodeError):
            fault = Fault(code="writer.form", values={"url": self._url})
            guess = _Usage(len(prompt.data(request)) // 3, len(raw) // 3)
            return self._told((), _Message([], guess), seconds, fault)
        used = next((p for p in read.content if p.type == "tool_use"), None)
        text = "".join(p.text for p in read.content if p.type == "text")
        if used is not None:
            text = msgspec.json.encode(used.input).decode()
        elif read.stop_reason == "refusal":
            return self._told((), read, seconds, Fault(code="writer.declined", values={"said": text[: reading.SHOWN]}))
        phrases, problem = reading.phrases(text, cut=read.stop_reason == "max_tokens")
        return self._told(phrases, read, seconds, problem)

    def _told(self, phrases: tuple[str, ...], read: _Message, seconds: float, fault: Fault | None) -> Answer:
        usage = read.usage
        cached = (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0)
        return Answer(
            phrases=phrases,
            model=read.model or self.name,
            input_tokens=usage.input_tokens + cached,
            output_tokens=usage.output_tokens,
            seconds=seconds,
            fault=fault,
        )
