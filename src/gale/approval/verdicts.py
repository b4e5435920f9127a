"""Which signatures stand, for one exact content, now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from gale.records.approval import Approval, Role
from gale.records.documents import Team

State = Literal["waiting", "signed", "refused", "revoked", "expired", "void"]


class RoleVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """Where one role stands; `approval` is the act that says so (`None` while nobody in the role has spoken)."""

    role: Role
    state: State
    approval: Approval | None = None


def verdicts(approvals: Sequence[Approval], plan: str, team: Team, now: int) -> list[RoleVerdict]:
    """One verdict for every role that the team requires, in the team's order.

    `waiting`: nobody in this role has spoken. `void`: what was said concerns another content, or who said it no
    longer holds the hat. Otherwise the newest act on exactly this content counts. A signature stands while the content
    is the same, so that changing one comma voids all and putting it back makes them stand again, unless since then
    somebody in the role refused (whatever content she refused: she has read more than the signature knew), the signer
    revoked, or it expired (`now` has reached `expires`).

    `approvals` may come in any order; acts of one role at the same millisecond count in the order given.
    """
    holders = {(member.id, role) for member in team.members for role in member.roles}
    return [_of_role(role, approvals, plan, holders, now) for role in dict.fromkeys(team.required)]


def complete(approvals: Sequence[Approval], plan: str, team: Team, now: int) -> bool:
    """Do all required signatures stand? A team that requires none never approves anything."""
    found = verdicts(approvals, plan, team, now)
    return bool(found) and all(verdict.state == "signed" for verdict in found)


def _of_role(
    role: Role, approvals: Sequence[Approval], plan: str, holders: set[tuple[str, Role]], now: int
) -> RoleVerdict:
    acts = sorted((a for a in approvals if a.role == role), key=lambda a: a.time)
    if not acts:
        return RoleVerdict(role=role, state="waiting")
    on_plan = [i for i, act in enumerate(acts) if act.plan == plan]
    if not on_plan:
        return RoleVerdict(role=role, state="void", approval=acts[-1])
    last = acts[on_plan[-1]]
    if last.verdict != "signed":
        return RoleVerdict(role=role, state=last.verdict, approval=last)
    for since in reversed(acts[on_plan[-1] + 1 :]):
        if since.verdict == "refused" or (since.verdict == "revoked" and since.person == last.person):
            return RoleVerdict(role=role, state=since.verdict, approval=since)
    if last.expires is not None and last.expires <= now:
        return RoleVerdict(role=role, state="expired", approval=last)
    state: State = "signed" if (last.person, role) in holders else "void"
    return RoleVerdict(role=role, state=state, approval=last)
