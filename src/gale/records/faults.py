"""Faults: what was found, what is allowed, where. Codes and values here; the faces put them into words.

Every code has a template in both languages (`words/catalogues/*/LC_MESSAGES/faults.po`); a test fails on a missing one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong.

    `code` names the rule (`"csv.column_missing"`), `values` fill its template, `where` says the place for a person
    (`"brand.yaml:12 palette.ink"`, `"row 7"`), or is empty where the whole call is meant.
    """

    code: str
    values: dict[str, Any] = {}
    where: str = ""


class Faults(Exception):  # noqa: N818  (a bundle of faults, not one error)
    """Raised with every fault found at once, so that nobody mends one only to meet the next.

    >>> try:
    ...     raise Faults.one("port.in_use", port=8000)
    ... except Faults as problem:
    ...     print(problem.faults[0].code, problem.faults[0].values)
    port.in_use {'port': 8000}
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("; ".join(f"{f.where}: {f.code} {f.values}" for f in self.faults))

    @classmethod
    def one(cls, code: str, where: str = "", **values: Any) -> Faults:
        return cls([Fault(code=code, values=values, where=where)])


def raise_if(faults: Iterable[Fault]) -> None:
    """Raise `Faults` when there is at least one."""
    found = tuple(faults)
    if found:
        raise Faults(found)


def as_dict(fault: Fault) -> Mapping[str, Any]:
    """The fault as plain data, for JSON replies."""
    return {"code": fault.code, "values": fault.values, "where": fault.where}
