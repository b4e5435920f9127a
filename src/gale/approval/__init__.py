"""Who signed what? Roles and verdicts, bound to the hash of what was read (floor 6)."""

from gale.approval.rules import admissible
from gale.approval.verdicts import RoleVerdict, complete, verdicts

__all__ = ["RoleVerdict", "admissible", "complete", "verdicts"]
