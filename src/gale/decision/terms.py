"""What a campaign's limits ask of the next snapshot: what an answer is worth, what a contact costs, who rests.

`campaign.limits` says how a document, the money spent and the clock become these numbers; the learner writes them into
the snapshot, so that a published policy carries its limits and a decision can be made again from it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from gale.decision.snapshot import Body

RESTS = 1e6  # a score no arm reaches


class Terms(msgspec.Struct, frozen=True):
    """The constraints of one slate, in the units of its reward (expected answers a contact, in [0, 1]).

    `worth` (arm -> factor >= 0, 1 where missing) multiplies an arm's score, and `charge` (arm -> score, 0 where missing)
    is then subtracted: the Lagrangian of a capped choice. `floors` (group -> arm -> least probability, each group's sum
    in (0, 1]) says how the explored share is spread for that group. `resting` are arms that are not shown for now.
    `most` in (0, 1] is the largest share of what the rule chooses that one arm may take: what the charges are found for.

    >>> Terms(charge={"v_1": 0.01}) == Terms(), Terms().plain
    (False, True)
    """

    worth: dict[str, float] = {}
    charge: dict[str, float] = {}
    floors: dict[str, dict[str, float]] = {}
    resting: tuple[str, ...] = ()
    most: float = 1.0

    @property
    def plain(self) -> bool:
        """Nothing is asked: the snapshot is the one that a campaign without limits would get."""
        return not (self.worth or self.charge or self.floors or self.resting)


def under(body: Body, terms: Terms, arms: Sequence[str], unit: float = 1.0) -> Body:
    """The body with these terms written in. `unit` is how much reward one unit of the body's scores is.

    Floors raise the explored share to what they need, and their group's row of the spread gives each of their arms its
    least probability; what is left of the row goes evenly over all arms. Resting arms are charged so much that they win
    only where nothing else may.
    """
    place = {arm: i for i, arm in enumerate(arms)}
    k = len(arms)
    worth, charge = np.ones(k), np.zeros(k)
    for arm, factor in terms.worth.items():
        worth[place[arm]] = factor
    for arm, price in terms.charge.items():
        charge[place[arm]] = price / unit
    for arm in terms.resting:
        charge[place[arm]] += RESTS
    needed = [sum(floor.values()) for floor in terms.floors.values()]
    explore = min(1.0, max(body.explore, *needed)) if needed else body.explore
    rows = []
    for floor in terms.floors.values():
        row = np.full(k, max(0.0, 1 - sum(floor.values()) / explore) / k)
        for arm, least in floor.items():
            row[place[arm]] += least / explore
        rows.append(row / row.sum())
    return msgspec.structs.replace(
        body,
        explore=explore,
        worth=worth.astype("<f8").tobytes() if (worth != 1).any() else b"",
        charge=charge.astype("<f8").tobytes() if charge.any() else b"",
        spread=np.array(rows).astype("<f8").tobytes(),
        groups=tuple(terms.floors),
    )
