"""Who may give which verdict."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from gale.records.approval import ROLES
from gale.records.documents import Team
from gale.records.faults import Fault

VERDICTS = ("signed", "refused", "revoked")


def admissible(
    team: Team,
    role: str,
    person: str,
    verdict: str,
    remark: str,
    authors: AbstractSet[str],
    *,
    sandbox: bool = False,
) -> list[Fault]:
    """Everything that keeps a verdict from being accepted; empty when it may be given.

    `person` and `authors` (who changed the content since it was last signed) are ids of members; `sandbox` says
    whether the workspace is one. She must hold the hat (`approval.unknown_person`, `approval.hat`); a refusal needs a
    remark that the others can read (`approval.refusal_needs_remark`); in `solo`, each hat that one person signs needs
    a remark of its own (`approval.solo_needs_remark`); with mode `team`, nobody signs her own change
    (`approval.own_change`, four eyes); an invented colleague signs in a sandbox only (`approval.sandbox_only`).
    """
    where = f"{role} {person}".strip()
    if role not in ROLES:
        return [Fault(code="approval.role_unknown", values={"role": role, "known": ", ".join(ROLES)}, where=where)]
    faults: list[Fault] = []
    if verdict not in VERDICTS:
        values = {"verdict": verdict, "known": ", ".join(VERDICTS)}
        faults.append(Fault(code="approval.verdict_unknown", values=values, where=where))
    member = next((m for m in team.members if m.id == person), None)
    if member is None:
        values = {"person": person, "known": ", ".join(m.id for m in team.members)}
        faults.append(Fault(code="approval.unknown_person", values=values, where=where))
    elif role not in member.roles:
        holders = ", ".join(m.name for m in team.members if role in m.roles) or "–"
        values = {"person": member.name, "role": role, "holders": holders}
        faults.append(Fault(code="approval.hat", values=values, where=where))
    if member is not None and member.sandbox and not sandbox:
        faults.append(Fault(code="approval.sandbox_only", values={"person": member.name}, where=where))
    if verdict == "refused" and not remark.strip():
        faults.append(Fault(code="approval.refusal_needs_remark", where=where))
    if verdict == "signed" and team.mode == "solo" and not remark.strip():
        faults.append(Fault(code="approval.solo_needs_remark", values={"role": role}, where=where))
    if verdict == "signed" and team.mode == "team" and person in authors:
        name = member.name if member else person
        faults.append(Fault(code="approval.own_change", values={"person": name}, where=where))
    return faults
