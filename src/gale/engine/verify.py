"""`gale ledger verify` and `gale reproduce`: the two proofs that a log is what it says."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gale import ledger
from gale.decision.bounds import follows
from gale.decision.features import FeatureEncoder
from gale.decision.moment import again, digest, eligible_again, refused_again
from gale.decision.snapshot import Snapshot
from gale.engine import budget
from gale.engine.notes import the_campaign
from gale.engine.workspace import Documents
from gale.ports.store import Store


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """`entries` read; `first_bad` is the first line that fails and `why`, or `None` when the chain holds."""

    entries: int
    decisions: int
    forgotten: int
    verified: bool
    first_bad: int | None = None
    why: str | None = None


def verify_ledger(store: Store, progress: Callable[[int], None] = lambda n: None) -> Verified:
    """Check the chain, then every decision batch against its Merkle root and the persons' own keys."""
    entries = decisions = gone = 0
    with store.read() as unit:
        broken = ledger.verify(unit.ledger.scan())
        if broken is not None:
            return Verified(
                entries=unit.ledger.count(),
                decisions=0,
                forgotten=0,
                verified=False,
                first_bad=broken.seq,
                why=broken.why,
            )
        for entry in unit.ledger.scan():
            entries += 1
            if entry.kind != "decisions":
                continue
            leaves = unit.decisions.leaves(entry.seq)
            people = list({d.person for _, d in leaves})
            keys = unit.people.keys(people)
            broken = ledger.check_batch(entry, leaves, keys)
            if broken is not None:
                return Verified(
                    entries=entries,
                    decisions=decisions,
                    forgotten=gone,
                    verified=False,
                    first_bad=broken.seq,
                    why=broken.why,
                )
            decisions += len(leaves)
            gone += sum(d.person not in keys for _, d in leaves)
            progress(decisions)
        stored = sum(unit.decisions.count(row.id) for row in unit.campaigns.all())
        if stored != decisions:  # a decision that no line of the ledger covers was not made by Gale
            return Verified(
                entries=entries,
                decisions=stored,
                forgotten=gone,
                verified=False,
                first_bad=entries,
                why="uncovered",
            )
    return Verified(entries=entries, decisions=decisions, forgotten=gone, verified=True)


class Reproduced(msgspec.Struct, frozen=True, kw_only=True):
    """How many logged choices came out the same; `differing` names the others (the first hundred).

    Of those that showed nothing, `refused_again` follow again from the log (the holdout's draw, a cap's counters) and
    `not_remade` rest on what the log does not hold (where she stood on a purpose is in the consent acts).
    """

    campaign: str
    choices: int
    same: int
    refused_again: int
    not_remade: int
    forgotten: int
    differing: list[str]


def reproduce(store: Store, campaign: str, progress: Callable[[int], None] = lambda n: None) -> Reproduced:
    """Make each logged choice again from its logged snapshot, inputs and draw.

    The same eligible set and variant, propensity to 1e-12; a forgotten person's inputs are gone and counted as such.
    """
    snapshots: dict[str, Snapshot] = {}
    choices = same = refused = rest = gone = 0
    differing: list[str] = []
    with store.read() as unit:
        row = the_campaign(unit, campaign)
        documents = Documents.of(row)
        key = bytes.fromhex(row.facts.get("experiment_key", ""))
        encoder = FeatureEncoder(documents.campaign.features)
        rules = budget.compiled(unit, row, documents.campaign)
        after = 0
        while rows := unit.decisions.scan(campaign, after=after):
            after = rows[-1][0]
            for _, decision in rows:
                if decision.variant is None:
                    again_so = refused_again(key, documents.campaign, decision) if decision.inputs else None
                    refused += again_so is True
                    rest += again_so is None
                    if again_so is False:
                        choices += 1
                        differing.append(decision.id)
                    continue
                if "features" not in decision.inputs:
                    gone += 1
                    continue
                choices += 1
                if decision.snapshot not in snapshots:
                    record = unit.snapshots.get(decision.snapshot)
                    if record is None:
                        differing.append(decision.id)
                        continue
                    snapshots[decision.snapshot] = Snapshot.load(record)
                variant, propensity = again(snapshots[decision.snapshot], encoder, decision)
                good = (
                    variant == decision.variant
                    and abs(propensity - decision.propensity) <= 1e-12
                    and eligible_again(snapshots[decision.snapshot], decision) == decision.eligible
                    and digest(decision.eligible) == decision.eligible_digest
                    and (
                        rules is None or follows(rules, documents.campaign, decision, snapshots[decision.snapshot].arms)
                    )
                )
                same += good
                if not good and len(differing) < 100:
                    differing.append(decision.id)
            progress(choices)
    return Reproduced(
        campaign=campaign,
        choices=choices,
        same=same,
        refused_again=refused,
        not_remade=rest,
        forgotten=gone,
        differing=differing,
    )
