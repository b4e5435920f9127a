"""What a language model proposed: the call that asked for it, and each phrase until a person has decided."""

from __future__ import annotations

from typing import Literal

import msgspec

from gale.records.canonical import content_hash
from gale.records.creative import Finding, Provenance

ProposalStatus = Literal["proposed", "refused", "accepted", "edited", "rejected"]
IN_THE_BANK: tuple[ProposalStatus, ...] = ("accepted", "edited")
"""What a person let in, word for word or in her own words."""

MICROS = 1_000_000  # a call costs fractions of a cent: money here is whole millionths of the currency


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request to a model.

    `state`: *asked* while it runs, *answered*, *failed* (nothing is charged), *in doubt* (it may have been charged: no
    answer in time). `cost` is in millionths of the currency; while it runs, and in doubt, it is the most it can cost, so
    that a budget holds whatever happens. `prompt` is the hash of what was sent, `examples` how many phrases went along,
    `by` the member who asked, `problem` the code of what went wrong, `got` how many phrases came back, `refused` how
    many of those the checks refused. `wish` is what a person asked for in her words, `start` the phrase she had in front
    of her; both may be empty. Times are ms UTC.
    """

    id: str
    campaign: str
    placement: str
    slot: str
    angle: str
    locale: str
    wanted: int
    model: str
    time: int
    prompt: str
    examples: int = 0
    by: str = ""
    state: Literal["asked", "answered", "failed", "in_doubt"] = "asked"
    seconds: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: int = 0
    got: int = 0
    refused: int = 0
    problem: str = ""
    wish: str = ""
    start: str = ""
    schema: int = 1


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """How a proposal stood before a decision, so that it can be taken back."""

    status: ProposalStatus
    text: str
    findings: tuple[Finding, ...] = ()
    by: str = ""
    at: int = 0


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """One phrase for one slot.

    `text` is how it stands, `original` what the model wrote. `refused` is the checks' word and cannot be accepted, only
    edited into what passes; *edited* is accepted in a person's words. `tokens` and `cost` (millionths) are this phrase's
    share of its call; `nearest` is the bank's most similar phrase and `overlap` the share of words they have in common.
    """

    id: str
    campaign: str
    call: str
    placement: str
    slot: str
    angle: str
    locale: str
    text: str
    original: str
    model: str
    time: int
    status: ProposalStatus = "proposed"
    findings: tuple[Finding, ...] = ()
    nearest: str = ""
    overlap: float = 0.0
    tokens: int = 0
    cost: int = 0
    decided_by: str = ""
    decided_at: int = 0
    before: tuple[Decided, ...] = ()
    schema: int = 1

    @property
    def provenance(self) -> Provenance:
        """IPTC digital source type of the text as it stands."""
        untouched = self.text == self.original
        return "trainedAlgorithmicMedia" if untouched else "compositeWithTrainedAlgorithmicMedia"


def proposal_id(campaign: str, placement: str, slot: str, angle: str, locale: str, text: str) -> str:
    """`w_` and 16 hexadecimal characters of the content's hash: the same phrase for the same place is one proposal.

    >>> proposal_id("c", "email", "subject", "story", "fr", "Rien.") == proposal_id("c", "email", "subject", "story", "fr", "Rien.")
    True
    """
    return "w_" + content_hash([campaign, placement, slot, angle, locale, text])[:16]
