"""A language as data: how it writes facts, which words need a proof, which no proof can carry.

`adapters.catalogue` reads one from each language's folder. What tables cannot say (elision, contractions, a or an) is in
`french` and `english`; a language without such a file is served by its `determiners` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from gale.creative.inclusive import Inclusive
from gale.creative.law import Law
from gale.records.canonical import content_hash


@dataclass(frozen=True, slots=True)
class Money:
    """How an amount is written: `amount` holds `{amount}` and `{symbol}`."""

    decimal: str
    group: str
    amount: str


@dataclass(frozen=True, slots=True)
class Language:
    """One language.

    `months`, `day` (places `day`, `month`, `year`), `first` (the first of a month, where it is written otherwise),
    `price` (places `subject`, `amount`) and `offer` (`name`, `percent`, `until`, `lowest`) say how facts are written.
    `articled` is how a name or a scene begins that has its article. `unproved` maps a check's code to regular expressions
    (whole words in lower case, apostrophes and spaces plain); `numbers` are number words above one, `calendar` names of
    days and months; `tu` and `vous` the marks of each register and `registers` how to name them (empty where a language
    has one). `determiners` maps the article a noun is written with to its other determiners
    (`{der: {the: der, this: dieser, your: "{Ihr|dein}"}}` gives the places `the_noun`, `this_noun`, `your_noun`).
    `odds` says how likely a text is to be in it, 0 to 1, by a model; without one only function words tell.
    `disclosure` says that a model helped to write: a `line` for a letter's foot, a `mark` of a few letters.
    `law` holds what the law wants said in it, `letter` what stands around every letter (`unsubscribe`), `inclusive` the
    forms of its nouns of persons.
    """

    code: str
    months: Sequence[str]
    day: str
    money: Money
    price: str
    offer: str
    articled: str
    unproved: Mapping[str, Sequence[str]]
    numbers: Sequence[str]
    calendar: Sequence[str]
    first: str = ""
    tu: str = ""
    vous: str = ""
    registers: Mapping[str, str] = field(default_factory=dict)
    determiners: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    odds: Callable[[str], float] | None = None
    disclosure: Mapping[str, str] = field(default_factory=dict)
    law: Law = field(default_factory=Law)
    letter: Mapping[str, str] = field(default_factory=dict)
    inclusive: Inclusive = field(default_factory=Inclusive)

    @property
    def common(self) -> frozenset[str]:
        """Its most frequent function words, empty for a language that nobody listed."""
        return COMMON.get(self.code, frozenset())

    @property
    def version(self) -> str:
        """Changes whenever a word or a pattern changes: what is looked for, and what the law wants said."""
        return content_hash({name: said for name, said in asdict(self).items() if name != "odds"})[:8]


def words_of(text: str) -> frozenset[str]:
    """A set of words, written as a text for the eye."""
    return frozenset(text.split())


COMMON = {
    "fr": words_of("""le la les des du une en est et pas pour dans sur avec vous votre vos nous notre qui que ce cette ces son sa ses au
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
