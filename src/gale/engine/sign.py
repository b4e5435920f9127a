"""`gale sign`: a person's verdict, in one role, on the exact content of the plan."""

from __future__ import annotations

from collections.abc import Sequence

from gale import approval as rules
from gale.approval import RoleVerdict
from gale.engine.notes import note, the_campaign
from gale.engine.workspace import Documents
from gale.engine.written import since_planned
from gale.ports.store import Store
from gale.records.approval import Approval, Role
from gale.records.faults import Faults, raise_if

VALID_MS = 90 * 24 * 3_600_000  # a signature older than a quarter is asked for again


def sign(
    store: Store,
    campaign: str,
    *,
    role: Role,
    person: str,
    verdict: str,
    remark: str,
    now: int,
    id: str,
    sandbox: bool = False,
    read: str | None = None,
    documents: Documents | None = None,
) -> Approval:
    """Keep one verdict and its ledger line. `read` is the hash (or its beginning) of the plan that she read.

    `documents` are those on disk: nobody signs what they no longer say; to refuse or to revoke is always possible.

    Raises `Faults`: no plan yet, a hat she does not hold, a missing remark, `plan.other` where the plan is no longer
    the one she read, what changed since it was written or planned (`engine.written.since_planned`).
    """
    with store.write() as unit:
        row = the_campaign(unit, campaign)
        if not row.plan:
            raise Faults.one("plan.missing", campaign=campaign)
        if read is not None and not (len(read) >= 8 and row.plan.startswith(read)):
            raise Faults.one("plan.other", read=read[:16], plan=row.plan[:16])
        if verdict == "signed":
            raise_if(since_planned(unit, row, documents))
        team = Documents.of(row).team
        authors = set(row.facts.get("authors", ()))
        raise_if(rules.admissible(team, role, person, verdict, remark, authors, sandbox=sandbox))
        member = next(m for m in team.members if m.id == person)
        approval = Approval(
            id=id,
            campaign=campaign,
            role=role,
            person=member.id,
            verdict=verdict,  # type: ignore[arg-type]  # admissible() refuses any other word
            plan=row.plan,
            remark=remark,
            time=now,
            expires=now + VALID_MS,
            identity="sandbox" if member.sandbox else "not_verified",
        )
        unit.approvals.append(approval)
        note(
            unit,
            now=now,
            kind="approval",
            body={
                "campaign": campaign,
                "role": role,
                "verdict": verdict,
                "plan": row.plan,
                "identity": approval.identity,
                "hats": "one person, four hats" if team.mode == "solo" else "team",
            },
        )
    return approval


def standing(store: Store, campaign: str, *, now: int) -> Sequence[RoleVerdict]:
    """Where the signatures stand for the plan as it is."""
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        return rules.verdicts(unit.approvals.of(campaign), row.plan, Documents.of(row).team, now)
