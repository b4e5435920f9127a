"""What the variants were written from, so that a change since then is told and no mixture of old and new is signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gale.creative import Catalogue, checks_version
from gale.records.canonical import content_hash
from gale.records.faults import Fault
from gale.records.proposal import Proposal

CHECKS, BANK, LET_IN, PLACEMENTS = "checks", "bank", "let_in", "placements"
_PLANNED = ("campaign", "purposes")  # what `gale plan` reads anew; the team counts as far as it must sign


def written_from(documents: Mapping[str, Any], catalogue: Catalogue, let_in: Iterable[Proposal]) -> dict[str, str]:
    """A mark for each thing that words come from: a document by its file's name, the bank, the checks, what was let in.

    `documents` as a campaign row keeps them, `catalogue` as it comes with Gale (the designed frameworks are documents).
    """
    campaign = documents["campaign"]
    placements = {t["placement"] for act in campaign["narrative"] for t in act["touchpoints"]}
    return {
        **by_document(documents),
        CHECKS: checks_version(catalogue),
        BANK: bank_version(catalogue),
        LET_IN: content_hash(sorted([p.id, p.text] for p in let_in)),
        PLACEMENTS: " ".join(sorted(placements)),
    }


def changed(then: Mapping[str, str], now: Mapping[str, str], *, campaign: str, bank: bool) -> list[Fault]:
    """One fault for each thing that is no longer as it was when the variants were written.

    `plan.create_first` names a document, `plan.checks_first` the rules that look at the words, `plan.let_in_first` the
    phrases that people let in or took back, and with `bank` `plan.bank_first` the phrases that come with Gale: they
    matter to whoever plans, while a signature is on the words themselves. What `then` does not know is not compared.
    """

    def fault(code: str, where: str = "") -> Fault:
        return Fault(code=f"plan.{code}", values={"campaign": campaign}, where=where)

    files = sorted({k for k in (*then, *now) if k.endswith(".yaml")})
    found = [fault("create_first", name) for name in files if then.get(name) != now.get(name)]
    if PLACEMENTS in then and not set(now[PLACEMENTS].split()) <= set(then[PLACEMENTS].split()):
        found.append(fault("create_first", "campaign.yaml"))
    told = {CHECKS: "checks_first", LET_IN: "let_in_first", **({BANK: "bank_first"} if bank else {})}
    return found + [fault(code) for name, code in told.items() if name in then and then[name] != now[name]]


def replanned(planned: Mapping[str, Any], now: Mapping[str, Any], *, campaign: str) -> Iterator[Fault]:
    """`plan.again` for each document that says something else than the plan that people are about to sign."""
    for name in _PLANNED:
        if planned[name] != now[name]:
            yield Fault(code="plan.again", values={"campaign": campaign}, where=f"{name}.yaml")
    must = [(d["team"]["mode"], sorted(d["team"]["required"])) for d in (planned, now)]
    if must[0] != must[1]:
        yield Fault(code="plan.again", values={"campaign": campaign}, where="team.yaml")


def bank_version(catalogue: Catalogue) -> str:
    """Changes whenever a phrase that comes with Gale does, one that waits to be asked for too, or a framework.

    >>> from gale.adapters.catalogue import load
    >>> bank_version(load()) == bank_version(load())
    True
    """
    phrases = {
        code: {name: [[t.id, t.angle, t.tone, *t.kinds] for t in templates] for name, templates in banks.items()}
        for code, banks in catalogue.banks.items()
    }
    waiting = {
        code: {
            name: [[t.id, t.angle, t.tone, t.moment, *t.kinds] for t in templates] for name, templates in banks.items()
        }
        for code, banks in catalogue.waiting.items()
    }
    frameworks = {
        name: [
            *(f.id, f.joint, f.measured, list(f.cuts), {k: _rows(v) for k, v in f.fields.items()}),
            [[s.name, s.bank, s.zone, s.tied, s.angle, s.yields] for s in f.slots],
        ]
        for name, f in catalogue.frameworks.items()
    }
    return content_hash([phrases, waiting, frameworks])[:16]


def _rows(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [list(row) for row in rows]


def by_document(documents: Mapping[str, Any]) -> dict[str, str]:
    """The marks of the documents alone: all that is known of a draft that an earlier Gale wrote."""
    pages = documents.get("pages", {})
    return {
        **{f"{name}.yaml": content_hash(documents[name]) for name in ("brand", "brief")},
        **{
            f"frameworks/{f['id']}.yaml": content_hash([f, pages.get(f["id"], "")])
            for f in documents.get("frameworks", ())
        },
    }
