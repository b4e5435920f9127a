"""The shape of a language's lexicon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words and patterns of one language.

    `risky` maps a check's code to regular expressions (case-insensitive, whole words, apostrophes and spaces plain).
    `numbers` are number words above one, `calendar` names of days and months, `common` its most frequent function
    words, `tu` and `vous` the marks of each register (empty where a language has one).
    """

    risky: Mapping[str, Sequence[str]]
    numbers: Sequence[str]
    calendar: Sequence[str]
    common: frozenset[str]
    tu: str = ""
    vous: str = ""


def words_of(text: str) -> frozenset[str]:
    """A set of words, written as a text for the eye."""
    return frozenset(text.split())


COMMON = {
    "fr": words_of("""le la les des du une est et pas pour dans sur avec vous votre vos nous notre qui que ce cette ces son sa ses au
        aux mais ou où donc plus très tout tous c'est qu'il il elle ils elles sont être avoir fait faire chez sans par
        je tu te ton ta tes mon ma mes"""),
    "en": words_of("""the of and to in is it you your that this with for was are as be have not at but they his her from or we our
        an will all would there their what so if who when can just some into than then them these any been
        no me do my we're it's don't more less"""),
    "de": words_of("""der die das und ist nicht ein eine einen mit für auf von zu den dem des sie ihr wir ich auch sich im am bei
        aus nach wie aber oder nur noch sind haben wird kann"""),
    "es": words_of("""el los las una y que es en con por para su del al no lo más pero sus este esta como muy sin sobre también
        usted tu nuestro nuestra hay"""),
    "it": words_of("""il lo gli una e che è di con per non sono del della al alla dei delle nel nella più ma come anche questo
        questa suo sua"""),
}
"""Function words by language: which language a text is in."""
