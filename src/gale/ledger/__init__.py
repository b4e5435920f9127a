"""Can we prove what was done? A chain of hashed lines, and batches of decisions under one Merkle root (floor 1).

Each line of the ledger carries the hash of the line before it, so that a line changed, taken out or moved shows. A
line about decisions carries the root of a Merkle tree whose leaves are keyed with each person's own key: destroying
her key forgets her (nobody can tell any more which leaf was hers) while the root, and so the chain, still verifies.

The chain by itself does not stop somebody who may rewrite the whole database from rewriting every line after the one
she changed, nor from cutting lines off its end; heads that are signed and kept elsewhere will.
"""

from gale.ledger.chain import Broken, Why, entry, verify
from gale.ledger.merkle import check_batch, leaf, root, subject

__all__ = ["Broken", "Why", "check_batch", "entry", "leaf", "root", "subject", "verify"]
