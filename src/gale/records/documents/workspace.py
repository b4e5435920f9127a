"""The workspace, `gale.yaml`: how this house is set up, and the language model it may ask."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from gale.records.document import SCHEMA, Document, Locale


class WriterSettings(Document):
    """The language model that proposes phrases, if there is one. Without it everything works.

    The key itself never stands here: `key_env` names the environment variable that holds it. Prices are those of your
    provider for a million tokens, so that what a call costs is known before it is made.
    """

    kind: Literal["openai", "anthropic", "local"] = Field(
        description="local: any server that speaks OpenAI's protocol (llama.cpp, Ollama, vLLM) at base_url"
    )
    model: str = Field(min_length=1, max_length=200)
    base_url: str | None = Field(None, description="http://127.0.0.1:8080/v1")
    key_env: str | None = Field(None, description="NAME of the environment variable that holds the key, never the key")
    currency: Literal["EUR", "USD", "GBP", "CHF", "CAD"] = "EUR"
    price_in: Decimal | None = Field(None, ge=0, description="for a million tokens read")
    price_out: Decimal | None = Field(None, ge=0, description="for a million tokens written")
    monthly_budget: Decimal = Field(Decimal(5), ge=0, description="all calls of a calendar month together")
    call_budget: Decimal | None = Field(None, ge=0, description="one call; none: what is left of the month")
    timeout_s: int = Field(60, ge=1, le=600)


class Workspace(Document):
    """`gale.yaml`: how this workspace is set up."""

    schema_: int = Field(SCHEMA, alias="schema")
    name: str
    locale: Locale = "fr"
    timezone: str = "Europe/Paris"
    database_url: str | None = Field(None, description="none: SQLite in .gale/gale.db")
    sandbox: bool = Field(False, description="true: every person is simulated and every figure says so")
    writer: WriterSettings | None = Field(None, description="a language model that proposes phrases; none: not needed")
