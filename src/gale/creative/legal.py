"""What the law wants said of a product: the line that stands in every text, and what a brief must give for it.

The sentences are data of each language (`creative.law`), a credit's figures are copied from the brief; nothing here is
written by a template of the bank, a model or chance. Where a placement has no room for the figures of a credit, the
warning stands alone: figures are owed only by an advertisement that names a cost, and no other slot may name one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from gale.creative import facts
from gale.creative.catalogue import Catalogue, Framework
from gale.creative.language import Language
from gale.creative.lengths import LIMITS, as_sent, measure
from gale.creative.material import money, text_in, texts_in
from gale.creative.typography import NBSP, typeset
from gale.records.creative import Finding
from gale.records.documents import Brief
from gale.records.faults import Fault
from gale.records.legal import Credit

SLOT = "legal"
SHOWN = {
    "email": "body", "banner": "legal", "post": "post", "kettle": "text", "search": "description_2", "meta": "text",
    "tiktok": "text", "linkedin": "intro", "sms": "text", "push": "text",
}  # fmt: skip
"""The field of each placement in which the line usually stands: what a framework without it is told."""
SECTORS = {
    "tobacco": "Directive 2003/33/EC, art. 3; Code de la santé publique, art. L3512-4 and L3513-4",
    "medicine": "Directive 2001/83/EC, art. 88",
}
"""What is not advertised to the public at all, and the law that says so."""

_CENT = Decimal("0.01")
_APR_ROOM = 0.1  # points by which a stated rate may lie under the one that the instalments give: rounding and days


# --- the line --------------------------------------------------------------------------------------------------------


def lines(brief: Brief, locale: str, tongue: Language) -> tuple[str, ...]:
    """What must stand in every text of a language, from the fullest form to the shortest; empty where nothing must.

    A line that the law gives word for word comes before the brief's own; a line of mere usage gives way to them.
    """
    own = [_stopped(text) for text in texts_in(brief.legal, locale)]
    regime = brief.product.regime
    line = tongue.law.line(regime, locale) if regime else None
    said = [line.text, *own] if line is not None and (line.binding or not own) else own
    said = list(dict.fromkeys(typeset(text, tongue.code) for text in said))
    if not said:
        return ()
    warning = " ".join(said)
    if brief.product.credit is None or not tongue.law.example:
        return (warning,)
    return (f"{example(brief, brief.product.credit, locale, tongue)} {warning}", warning)


def example(brief: Brief, credit: Credit, locale: str, tongue: Language) -> str:
    """The figures of a credit, as the brief has them (Directive (EU) 2023/2225, art. 8; Code de la consommation, art.
    L312-6): amount, duration, borrowing rate, annual percentage rate, instalments, total, cash price and deposit."""
    law, price = tongue.law, brief.product.price
    currency = price.currency if price else "EUR"
    months = credit.months or credit.instalments
    said = law.example.format(
        amount=money(credit.amount, currency, tongue),
        rate=_rate(credit.rate, tongue),
        apr=_rate(credit.apr, tongue),
        kind=law.kinds[credit.rate_kind],
        repaid=f"{credit.instalments}{NBSP}×{NBSP}{money(credit.instalment, currency, tongue)}",
        months=law.months["one" if months == 1 else "other"].format(n=months),
        total=money(credit.total, currency, tongue),
    )
    if price is not None and credit.amount + credit.deposit == price.amount:
        cash = money(price.amount, currency, tongue), money(credit.deposit, currency, tongue)
        said += " " + law.cash.format(price=cash[0], deposit=cash[1])
    if credit.lender:
        said += " " + law.lender.format(lender=credit.lender.rstrip("."))
    return typeset(said, tongue.code)


def _rate(rate: Decimal, tongue: Language) -> str:
    """Per cent as the brief writes them, with the language's decimal sign."""
    return f"{rate:f}".replace(".", tongue.money.decimal)


def _stopped(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "?", "!", "…")) else text + "."


def room(framework: Framework) -> int | None:
    """Characters that the legal line may take: all of a field of its own, three fifths of one that it shares.

    None where the framework has no slot for it; a field without a limit leaves any room.
    """
    for name, rows in framework.fields.items():
        slots = [slot for row in rows for slot in row]
        if SLOT not in slots:
            continue
        limits = LIMITS.get((framework.placement, name))
        if limits is None:
            return 10_000
        yielding = {s.name for s in framework.slots if s.yields}
        return limits[1] if set(slots) - yielding == {SLOT} else limits[1] * 3 // 5
    return None


def fitting(forms: Sequence[str], framework: Framework) -> tuple[str, int, int]:
    """The fullest form that the placement holds (else the shortest), its length and the room there is."""
    placement, there = framework.placement, room(framework) or 0
    tried = [as_sent(text, placement) for text in forms]
    text = next((t for t in tried if measure(t, placement) <= there), tried[-1])
    return text, measure(text, placement), there


def design_faults(framework: Framework, told: Sequence[str]) -> Iterator[Fault]:
    """A framework that has no slot for a line that must stand, or that writes one of its own in its place."""
    where = f"frameworks/{framework.id}.yaml"
    slot = next((s for s in framework.slots if s.name == SLOT), None)
    if told and room(framework) is None:
        yield Fault(
            code="framework.no_legal",
            values={"placement": framework.placement, "field": SHOWN[framework.placement]},
            where=where,
        )
    if slot is not None and (slot.bank or slot.own or slot.locked or slot.by):
        yield Fault(code="framework.legal_written", values={"slot": SLOT}, where=f"{where} {SLOT}")


# --- what is wrong with a brief --------------------------------------------------------------------------------------


def faults(brief: Brief, locale: str, tongue: Language) -> Iterator[Fault]:
    """Everything that keeps a brief from being told under the law, in one language."""
    yield from credit_faults(brief)
    yield from _sector_faults(brief, locale, tongue)
    regime = brief.product.regime
    if regime and not lines(brief, locale, tongue):
        yield _fault("legal.no_line", "brief.yaml legal", regime=regime, locale=locale)


def credit_faults(brief: Brief) -> Iterator[Fault]:
    """A credit without its figures, figures without a credit, and figures that contradict each other."""
    credit, price = brief.product.credit, brief.product.price
    if brief.product.regime == "credit" and credit is None:
        yield _fault("legal.credit_missing", "brief.yaml product.credit")
    if credit is None:
        return
    if brief.product.regime != "credit":
        yield _fault("legal.credit_unasked", "brief.yaml product.regime")
    if credit.apr < credit.rate:
        yield _fault("legal.apr_below", "brief.yaml product.credit.apr", apr=credit.apr, rate=credit.rate)
    if credit.total < credit.amount:
        yield _fault("legal.total_below", "brief.yaml product.credit.total", total=credit.total, amount=credit.amount)
    paid = credit.instalment * credit.instalments
    if abs(paid - credit.total) > _CENT * credit.instalments:  # the last instalment rounds the others
        n = credit.instalments
        yield _fault("legal.total_off", "brief.yaml product.credit.total", total=credit.total, n=n, paid=paid)
    elif (credit.total > credit.amount) != (credit.apr > 0):
        cost = credit.total - credit.amount
        yield _fault("legal.apr_sign", "brief.yaml product.credit.apr", apr=credit.apr, cost=cost)
    elif credit.months in (None, credit.instalments) and credit.total > credit.amount:
        real = _apr(float(credit.amount), float(credit.instalment - _CENT), credit.instalments)
        if float(credit.apr) < real - _APR_ROOM:
            least = Decimal(real).quantize(_CENT, ROUND_HALF_UP)
            yield _fault("legal.apr_low", "brief.yaml product.credit.apr", apr=credit.apr, least=least)
    if credit.deposit and (price is None or credit.amount + credit.deposit != price.amount):
        values = {"deposit": credit.deposit, "amount": credit.amount, "price": price.amount if price else "—"}
        yield _fault("legal.deposit_off", "brief.yaml product.credit.deposit", **values)


def wanting(brief: Brief, catalogue: Catalogue, placements: Iterable[str], locales: Iterable[str]) -> list[Fault]:
    """What brief, languages and frameworks lack of what the law wants, each once, all at once.

    Raises `Faults`: `creative.no_language`.
    """
    found: dict[tuple[str, str], Fault] = {}
    designs = [catalogue.frameworks[p] for p in placements if p in catalogue.frameworks]
    for locale in locales:
        tongue = catalogue.language(locale)
        told = lines(brief, locale, tongue)
        undeclared = drink(text_in(brief.product.noun, locale), tongue) if brief.product.regime != "alcohol" else ""
        missing = [_fault("legal.regime_missing", "brief.yaml product.regime", found=undeclared)] if undeclared else []
        of_designs = (fault for design in designs for fault in design_faults(design, told))
        for fault in (*faults(brief, locale, tongue), *missing, *of_designs):
            found.setdefault((fault.code, fault.where), fault)
    return list(found.values())


def left_out(finding: Finding, placement: str, locale: str) -> Fault:
    """A placement that cannot hold the line, as people are told of it."""
    values = {name: finding.values[name] for name in ("count", "limit")} | {"line": finding.values["found"]}
    return Fault(code="legal.left_out", values={**values, "placement": placement, "locale": locale})


def _apr(amount: float, instalment: float, count: int) -> float:
    """Annual percentage rate of monthly instalments in arrears (Directive (EU) 2023/2225, annex III), by bisection.

    >>> round(_apr(1000, 88.85, 12), 1)
    12.7
    """
    low, high = 0.0, 1.0
    for _ in range(80):
        monthly = (low + high) / 2
        worth = sum(instalment / (1 + monthly) ** n for n in range(1, count + 1))
        low, high = (monthly, high) if worth > amount else (low, monthly)
    return ((1 + low) ** 12 - 1) * 100


def _sector_faults(brief: Brief, locale: str, tongue: Language) -> Iterator[Fault]:
    """What may not be advertised to the public at all, by the product's noun."""
    for sector, source in SECTORS.items():
        match = _under(sector, text_in(brief.product.noun, locale), tongue)
        if match:
            yield _fault(f"legal.{sector}", f"brief.yaml product.noun.{locale}", found=match, source=source)


def drink(noun: str, tongue: Language) -> str:
    """The alcoholic drink that a product's noun names, or nothing.

    What is left undeclared is told before a campaign is written (`wanting`); a new workspace declares it by itself.
    """
    return _under("alcohol", noun, tongue)


def _under(law: str, noun: str, tongue: Language) -> str:
    pattern = tongue.law.nouns.get(law)
    if not pattern:
        return ""
    bare = re.sub(rf"^(?:{tongue.articled})", "", facts.plain(noun).strip(), flags=re.IGNORECASE)
    match = re.match(rf"(?:{pattern})(?!\w)", bare, re.IGNORECASE)
    return match.group() if match else ""


def _fault(code: str, where: str, **values: object) -> Fault:
    return Fault(code=code, values=values, where=where)
