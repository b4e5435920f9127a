"""The words that one person sees: the variant's own, or her own version where the framework has one."""

from __future__ import annotations

from collections.abc import Mapping

from gale.adapters.catalogue import load
from gale.creative.frameworks import with_frameworks
from gale.creative.personal import Personal
from gale.engine.workspace import Documents
from gale.records.creative import Variant
from gale.records.people import Scalar


class Personaliser:
    """Renders for one campaign, as it was signed: the frameworks are those the campaign's row keeps."""

    def __init__(self, papers: Documents) -> None:
        self._papers = papers
        self._by = {f.placement for f in papers.frameworks if f.attributes}
        self._made: dict[tuple[str, str], Personal] = {}

    @property
    def needed(self) -> bool:
        """Whether anything at all depends on the person."""
        return bool(self._by)

    def fields(self, variant: Variant, attributes: Mapping[str, Scalar]) -> Mapping[str, str]:
        """What she sees of this variant. Raises `Faults` `framework.choice_refused`."""
        if variant.placement not in self._by:
            return variant.fields
        return self.of(variant.placement, variant.locale).fields(variant, attributes)

    def slots(self, variant: Variant, attributes: Mapping[str, Scalar]) -> Mapping[str, str]:
        """As `fields`, slot by slot: what fills a newsletter's page."""
        if variant.placement not in self._by:
            return variant.slots
        return self.of(variant.placement, variant.locale).slots(variant, attributes)

    def of(self, placement: str, locale: str) -> Personal:
        """The renderer of one placement and language, made once."""
        key = (placement, locale)
        if key not in self._made:
            papers = self._papers
            catalogue = with_frameworks(load(), papers.frameworks)
            self._made[key] = Personal(catalogue.frameworks[placement], papers.brand, papers.brief, catalogue, locale)
        return self._made[key]

    def check(self) -> None:
        """Render nothing, refuse everything that a check would. Raises `Faults` `framework.choice_refused`."""
        for placement in sorted(self._by):
            for locale in self._papers.brief.locales:
                self.of(placement, locale)
