"""What law a product falls under, and the credit it is offered on: figures that are copied and never written."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from gale.records.document import Document

Regime = Literal["alcohol", "credit"]
"""A law of its own: what it wants said stands in every text. Tobacco and prescription medicines are not among them."""

Rate = Annotated[Decimal, Field(ge=0, le=10_000, max_digits=8, decimal_places=3)]
Money = Annotated[Decimal, Field(gt=0, max_digits=11, decimal_places=2)]


class Credit(Document):
    """The representative example of a credit, in the currency of the product's price; rates in per cent a year.

    What an advertisement that names any cost must name (Directive (EU) 2023/2225, art. 8; in France Code de la
    consommation, art. L312-6). `creative.legal` says where the figures contradict each other.
    """

    amount: Money = Field(description="total amount of the credit")
    rate: Rate = Field(description="borrowing rate: 6.50 is 6.50 % a year")
    rate_kind: Literal["fixed", "variable"] = "fixed"
    apr: Rate = Field(description="annual percentage rate of charge (TAEG), every fee included")
    instalments: int = Field(ge=1, le=600, description="how many there are")
    instalment: Money = Field(description="what each one is")
    total: Money = Field(description="total amount payable: what is paid back in all, without the deposit")
    months: int | None = Field(None, ge=1, le=600, description="duration; none: an instalment a month")
    deposit: Decimal = Field(Decimal(0), ge=0, max_digits=11, decimal_places=2, description="paid at once, not lent")
    lender: str | None = Field(None, min_length=1, max_length=120, description="who lends: name and address")
