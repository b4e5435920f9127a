"""What a sending tool or a shop reports back, read: deliveries, clicks, orders, one a row, with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

import msgspec

from gale.audience.columns import IGNORE
from gale.audience.values import Order, as_cents, as_time, date_order, plain
from gale.records.decision import Outcome
from gale.records.faults import Fault

Kind = Literal["delivered", "bounced", "opened", "click", "order", "unsubscribed", "complained", "refund"]
KINDS: tuple[Kind, ...] = get_args(Kind)

OUTCOME_DESTINATIONS = ("kind", "time", "decision_id", "own_id", "email", "value", "margin", "source_id")
"""What a column can become; `ignore` besides. `time` and one of the ids are needed; `kind`, unless told for all."""

_NAMES = {
    "kind": "kind event type evenement status statut event_type action evt",
    "time": "time date timestamp ts event_date event_time date_evenement occurred_at created_at ordered_at date_commande "
    "order_date horodatage heure sent_at date_heure",
    "decision_id": "decision_id decision gale_decision gale_decision_id g_decision id_decision",
    "own_id": "own_id gale_own_id g_own_id ext_id external_id customer_id client_id id_client numero_client code_client contact_id user_id",
    "email": "email e_mail mail mel courriel adresse_email recipient destinataire email_address to",
    "value": "value valeur montant amount total total_price revenue ca montant_ttc order_value prix",
    "margin": "margin marge benefice gross_margin marge_brute",
    "source_id": "source_id event_id order_id id_commande numero_commande num_commande order_number message_id id_evenement",
}
_BY_NAME = {name: (to, rank) for to, names in _NAMES.items() for rank, name in enumerate(names.split())}
_WORDS: dict[Kind, str] = {
    "delivered": "delivered delivery livre livres delivre remis distribue",
    "bounced": "bounced bounce hard_bounce hardbounce hard_bounces rebond blocked invalid_email npai",
    "opened": "opened open opens unique_opened uniqueopened first_opening ouvert ouverture ouvertures",
    "click": "click clicked clicks clic clics clique unique_clicked uniqueclicked",
    "order": "order orders purchase purchased commande commandes achat vente conversion order_completed",
    "unsubscribed": "unsubscribed unsubscribe unsubscriptions desinscrit desinscription desabonne desabonnement",
    "complained": "complained complaint spam spam_complaint spamreport plainte",
    "refund": "refund refunded remboursement rembourse avoir",
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
# A soft bounce or a deferral says nothing yet: the message may still arrive.
_NOTHING = frozenset(
    (
        "",
        "sent",
        "envoye",
        "request",
        "requests",
        "deferred",
        "soft_bounce",
        "softbounce",
        "processed",
        "queued",
        "proxy_open",
    )
)


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One row that was read. `written` is its time as the file writes it, from which its identity is derived."""

    line: int
    kind: Kind
    time: int
    written: str
    decision_id: str | None = None
    own_id: str | None = None
    email: str | None = None
    value: int | None = None
    margin: int | None = None
    source_id: str | None = None


class HappeningFile(msgspec.Struct, frozen=True, kw_only=True):
    """`happenings` in the order of the file, `broken` rows with their lines, how many rows say nothing (`silent`)."""

    happenings: list[Happening]
    broken: list[Fault]
    silent: int
    asks: tuple[str, ...]


def recognise_outcomes(header: Sequence[str]) -> dict[str, str]:
    """The mapping that the names of the columns suggest: column to destination.

    >>> recognise_outcomes(["DECISION_ID", "Événement", "Date", "Montant"])
    {'DECISION_ID': 'decision_id', 'Événement': 'kind', 'Date': 'time', 'Montant': 'value'}
    """
    best: dict[str, tuple[int, str]] = {}
    for column in header:
        found = _BY_NAME.get(plain(column))
        if found is not None and (found[0] not in best or found[1] < best[found[0]][0]):
            best[found[0]] = (found[1], column)
    return {column: to for to, (_, column) in best.items()}


def read_outcomes(
    header: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    mapping: Mapping[str, str],
    *,
    kind: Kind | None,
    dates: Order | None,
    zone: str,
    file: str,
) -> HappeningFile:
    """Read every row. `kind` is what each row is where no column says so; a bare day counts as its last second.

    Raises nothing: rows that cannot be read are in `broken` (`outcome.kind`, `outcome.time`, `outcome.amount`,
    `outcome.amount_missing`, `outcome.nobody`, `outcome.id_address`).
    """
    kept = list(rows)
    at = {to: list(header).index(column) for column, to in mapping.items() if to != IGNORE}
    order = dates or date_order(cells[at["time"]] for _, cells in kept)
    happenings: list[Happening] = []
    broken: list[Fault] = []
    silent = 0
    for line, cells in kept:
        row = {to: cells[i].strip() for to, i in at.items()}
        word = plain(row["kind"]) if "kind" in row else ""
        if "kind" in row and word in _NOTHING:
            silent += 1
            continue
        found = _row(line, row, _KINDS.get(word) if "kind" in row else kind, order or "dmy", zone)
        if isinstance(found, Happening):
            happenings.append(found)
        else:
            broken.append(msgspec.structs.replace(found, where=f"{file}:{line}"))
    return HappeningFile(happenings=happenings, broken=broken, silent=silent, asks=("dates",) if order is None else ())


def _row(line: int, row: Mapping[str, str], kind: Kind | None, order: Order, zone: str) -> Happening | Fault:
    def fault(code: str, **values: str) -> Fault:
        return Fault(code=code, values={"line": line, **values})

    if kind is None:
        return fault("outcome.kind", found=row.get("kind", "")[:30], known=", ".join(KINDS))
    written = row["time"]
    time = as_time(written, order, zone, bare="end")
    if time is None:
        return fault("outcome.time", found=written[:30])
    amounts: dict[str, int | None] = {}
    for name in ("value", "margin"):
        text = row.get(name, "")
        amounts[name] = as_cents(text) if text and kind in ("order", "refund") else None
        if text and kind in ("order", "refund") and amounts[name] is None:
            return fault("outcome.amount", found=text[:20], column=name)
    if kind == "refund" and amounts["value"] is None:
        return fault("outcome.amount_missing")
    if not any(row.get(who) for who in ("decision_id", "own_id", "email")):
        return fault("outcome.nobody")
    if "@" in row.get("source_id", ""):
        return fault("outcome.id_address")
    return Happening(
        line=line,
        kind=kind,
        time=time,
        written=re.sub(r"\s+", " ", written),
        decision_id=row.get("decision_id") or None,
        own_id=row.get("own_id") or None,
        email=row.get("email") or None,
        value=amounts["value"],
        margin=amounts["margin"],
        source_id=row.get("source_id") or None,
    )


def content_of(one: Happening, person: str) -> dict[str, str | int | None]:
    """What makes two reports the same one, without an address: the person's pseudonym stands for her."""
    return {
        "person": person,
        "kind": one.kind,
        "time": one.written,
        "decision": one.decision_id,
        "value": one.value,
        "margin": one.margin,
    }


def outcome_of(one: Happening, *, person: str, source: str, source_id: str, now: int) -> Outcome:
    """The outcome as it is kept. A bare day of today cannot be later than now."""
    bare = ":" not in one.written and "h" not in one.written
    time = now if bare and now < one.time < now + 86_400_000 else one.time
    return Outcome(
        source=source,
        source_id=source_id,
        person=person,
        kind=one.kind,
        time=time,
        received=now,
        value=one.value,
        margin=one.margin,
        decision=one.decision_id,
    )
