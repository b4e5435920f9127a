"""Where a letter leads: the landing address with the UTM parameters and the decision's id."""

from __future__ import annotations

import msgspec

from gale.creative.addresses import tracked, utm

_VARIANT, _DECISION = "galevariant", "galedecision"  # stand where a template has its tags


class Landing(msgspec.Struct, frozen=True):
    """Where a message leads, and the UTM parameters that tell the shop where a visit came from."""

    address: str
    source: str
    campaign: str

    def utm(self, variant: str) -> dict[str, str]:
        return utm(source=self.source, medium="email", campaign=self.campaign, content=variant)

    def link(self, variant: str, decision: str) -> str:
        """The address with UTM and the decision's id in place of any of its own; nothing where there is none.

        >>> Landing("https://cafe.example/aube?x=1#y", "cafe", "autumn").link("v_1", "d_1")
        'https://cafe.example/aube?x=1&utm_source=cafe&utm_medium=email&utm_campaign=autumn&utm_content=v_1&gale=d_1#y'
        """
        return tracked(self.address, {**self.utm(variant), "gale": decision}) if self.address else ""

    def tagged(self, variant: str, decision: str) -> str:
        """The link of a template: as `link`, with a merge tag in the place of each id.

        >>> Landing("https://cafe.example/", "cafe", "autumn").tagged("{{ v }}", "{{ d }}")[-33:]
        '&utm_content={{ v }}&gale={{ d }}'
        """
        return self.link(_VARIANT, _DECISION).replace(_VARIANT, variant).replace(_DECISION, decision)
