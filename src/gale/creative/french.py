"""French agreement: what an article, a gender and a first sound make of a noun, a name or a town.

Sources: Grevisse & Goosse, Le bon usage (contraction of à and de with le, les; elision before a vowel or a mute h).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from gale.creative.language import words_of

Gender = Literal["m", "f"]

# Nouns that begin with a vowel or a mute h hide their gender behind l’; these are the ones shops sell.
_FEMININE = words_of("""huile eau essence épice écharpe étole orange olive amande herbe horloge enceinte argile aube armoire ardoise
    aiguille agrafe alarme ampoule ancre assise aubergine avoine échelle écorce écuelle encre endive épaule épingle
    éponge étoffe étoile étiquette étagère eau-de-vie hélice huître image imprimante infusion isolation oreillette orge
    outre offre œuvre ombrelle onde oreille urne usine arme arche aile algue anse équerre écrevisse agence application
    assurance idée""")
_MASCULINE = words_of("""arbre agenda album accessoire appareil abricot ananas éclair œuf oreiller ordinateur outil habit hôtel entretien
    essai objet oignon encens alcool arrosoir escabeau édredon étui extrait élixir ustensile uniforme imperméable
    interrupteur animal article abonnement atelier aspirateur avocat atlas herbier échiquier espresso expresso abri
    adaptateur alambic amplificateur anneau apéritif après-rasage arôme artichaut as autocuiseur aquarium écouteur
    écran emballage emporte-pièce enduit engrais ensemble éventail évier établi instrument insigne iris ivoire
    humidificateur hamac harmonica hydratant onguent opinel or orchestre ourson ouvrage ouvre-boîte ulster""")
_FEMININE_ENDS = (
    "tion", "sion", "xion", "té", "ée", "ette", "esse", "ance", "ence", "ure", "ude", "ie", "ise", "ade", "elle",
    "enne", "onne", "euse", "rice", "ille", "otte", "asse", "aine", "ière",
)  # fmt: skip
_MASCULINE_ENDS = (
    "age", "ment", "isme", "eau", "oir", "ier", "eur", "al", "et", "in", "on", "ard", "is", "at", "ail", "euil", "er",
    "oi", "ot",
)  # fmt: skip
_MUTE_H = words_of("""huile huiles herbe herbes heure heures habit habits hôtel hôtels horloge horloges hiver homme hommes humeur
    hydratant hydratants histoire histoires huître huîtres hélice hélices herbier herbiers humidificateur harmonica
    honneur hebdomadaire horaire hôte hôtes hommage horizon""")


def begins_with_vowel(word: str) -> bool:
    """Whether le, la, de, que elide before the word. Names in h and y keep the full form, which is never wrong there.

    >>> [begins_with_vowel(w) for w in ("Aube", "Éveil", "huile", "hamac", "Yves", "œuf", "onze")]
    [True, True, True, False, False, True, False]
    """
    first = word.split(" ")[0].lower().strip("«»“”’'")
    if first in ("onze", "onzième", "oui", "ouate", "un"):
        return False
    if first.startswith("h"):
        return first in _MUTE_H
    plain = unicodedata.normalize("NFD", first[:1].replace("œ", "o").replace("æ", "a"))[:1]
    return plain in ("a", "e", "i", "o", "u")


def de(text: str) -> str:
    """« de » before a name: d’ before a vowel.

    >>> de("Aube"), de("Nuit"), de("le premier matin"), de("les dimanches"), de("l’hiver"), de("une odeur")
    ('d’Aube', 'de Nuit', 'du premier matin', 'des dimanches', 'de l’hiver', 'd’une odeur')
    >>> de("Le Fournil du Quai"), de("La Ruche"), de("L’Atelier")
    ('du Fournil du Quai', 'de La Ruche', 'de L’Atelier')
    """
    if text.startswith(("le ", "Le ")):
        return "du " + text[3:]
    if text.startswith(("les ", "Les ")):
        return "des " + text[4:]
    if text.startswith("des "):
        return "de " + text[4:] if not begins_with_vowel(text[4:]) else "d’" + text[4:]
    if text.startswith(("l’", "L’")):
        return "de " + text
    if text.startswith(("un ", "une ")) or begins_with_vowel(text):
        return "d’" + text
    return "de " + text


def que(text: str) -> str:
    """« que » before a name.

    >>> que("Aube"), que("Nuit")
    ('qu’Aube', 'que Nuit')
    """
    return ("qu’" if begins_with_vowel(text) or text.startswith(("un ", "une ")) else "que ") + text


def a(text: str) -> str:
    """« à » before a noun with its article.

    >>> a("le premier matin"), a("les beaux jours"), a("l’aube"), a("une table"), a("Le Grand Livre")
    ('au premier matin', 'aux beaux jours', 'à l’aube', 'à une table', 'au Grand Livre')
    """
    if text.startswith(("le ", "Le ")):
        return "au " + text[3:]
    if text.startswith(("les ", "Les ")):
        return "aux " + text[4:]
    return "à " + text


def in_town(town: str) -> str:
    """Where a town is: its own article contracts.

    >>> in_town("Nantes"), in_town("Le Mans"), in_town("Les Sables-d’Olonne"), in_town("La Rochelle")
    ('à Nantes', 'au Mans', 'aux Sables-d’Olonne', 'à La Rochelle')
    """
    if town.startswith("Le "):
        return "au " + town[3:]
    if town.startswith("Les "):
        return "aux " + town[4:]
    return "à " + town


def at_house(name: str) -> str:
    """« chez » before a brand; a brand with a masculine or plural article is a place (« au Fournil »).

    >>> at_house("Éveil"), at_house("Le Fournil du Quai"), at_house("La Ruche")
    ('chez Éveil', 'au Fournil du Quai', 'chez La Ruche')
    """
    if name.startswith("Le "):
        return "au " + name[3:]
    return "aux " + name[4:] if name.startswith("Les ") else "chez " + name


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun with what agreement needs. `gender` is none where neither article nor lexicon says it."""

    bare: str
    gender: Gender | None
    plural: bool
    elides: bool

    @classmethod
    def parse(cls, text: str, gender: Gender | None = None) -> Noun | None:
        """Read « le café », « l’huile », « une crème », « les lunettes »; none for a noun without its article.

        >>> Noun.parse("l'huile d'olive")
        Noun(bare='huile d’olive', gender='f', plural=False, elides=True)
        >>> Noun.parse("café") is None
        True
        """
        text = text.strip().replace("'", "’")
        match = re.match(r"(le |la |l’|les |un |une |des |du |de la |de l’)(.+)$", text, re.IGNORECASE)
        if match is None:
            return None
        article, bare = match.group(1).strip().lower(), match.group(2)
        plural = article in ("les", "des")
        known: Gender | None = {"le": "m", "un": "m", "du": "m", "la": "f", "une": "f", "de la": "f"}.get(article)  # type: ignore[assignment]
        elides = article in ("l’", "de l’") or (article not in ("le", "la", "du", "de la") and begins_with_vowel(bare))
        return cls(bare, gender or known or guess_gender(bare), plural, elides)

    @property
    def le(self) -> str:
        if self.plural:
            return f"les {self.bare}"
        if self.elides:
            return f"l’{self.bare}"
        return f"{'la' if self.gender == 'f' else 'le'} {self.bare}"

    @property
    def du(self) -> str:
        """de + article; also the partitive (« du café », « de l’huile », « des fleurs »)."""
        return de(self.le) if self.plural or not self.elides else f"de l’{self.bare}"

    @property
    def au(self) -> str:
        return a(self.le)

    @property
    def de(self) -> str:
        """de without article (« pas de café », « pas d’huile »)."""
        return f"d’{self.bare}" if self.elides else f"de {self.bare}"

    @property
    def ce(self) -> str | None:
        if self.plural:
            return f"ces {self.bare}"
        if self.gender is None:
            return None
        if self.gender == "f":
            return f"cette {self.bare}"
        return f"cet {self.bare}" if self.elides else f"ce {self.bare}"

    def votre(self, address: str) -> str | None:
        if address == "vous":
            return f"{'vos' if self.plural else 'votre'} {self.bare}"
        if self.plural:
            return f"tes {self.bare}"
        if self.elides or self.gender == "m":
            return f"ton {self.bare}"
        return f"ta {self.bare}" if self.gender == "f" else None

    @property
    def il(self) -> str | None:
        if self.gender is None:
            return None
        return ("elle" if self.gender == "f" else "il") + ("s" if self.plural else "")


def guess_gender(noun: str) -> Gender | None:
    """The gender of a noun from the lexicon, else from its ending, else none.

    >>> [guess_gender(n) for n in ("huile d’olive", "éclair au café", "infusion", "outil", "assiette", "ibex")]
    ['f', 'm', 'f', 'm', 'f', None]
    """
    head = noun.lower().split(" ")[0]
    if head in _FEMININE or head.rstrip("s") in _FEMININE:
        return "f"
    if head in _MASCULINE or head.rstrip("sx") in _MASCULINE:
        return "m"
    if head.endswith(_FEMININE_ENDS):
        return "f"
    if head.endswith(_MASCULINE_ENDS):
        return "m"
    return None
